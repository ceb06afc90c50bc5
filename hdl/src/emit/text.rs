//! Verilog expressions that know their width, and the last touch on whole modules.

/// An expression of a known width. Combining texts checks widths, so that a wrong one never reaches a file.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Text {
    pub text: String,
    pub width: u32,
}

impl Text {
    /// A whole net.
    pub fn net(name: &str, width: u32) -> Text {
        Text { text: name.to_owned(), width }
    }

    /// Bits `lo..lo+width` of a net of `of` bits.
    pub fn part(name: &str, of: u32, lo: u32, width: u32) -> Text {
        assert!(width > 0 && lo + width <= of, "bits {lo}+{width} of {name}, which has {of}");
        let text = match (lo, width) {
            (0, w) if w == of => name.to_owned(),
            (_, 1) => format!("{name}[{lo}]"),
            _ => format!("{name}[{}:{lo}]", lo + width - 1),
        };
        Text { text, width }
    }

    /// The low bits of an integer as a sized literal: decimal, or hexadecimal where it is negative or long.
    pub fn literal(v: i128, width: u32) -> Text {
        let bits = v as u128 & ((1 << width) - 1);
        let text =
            if v < 0 || width > 32 { format!("{width}'h{bits:x}") } else { format!("{width}'d{bits}") };
        Text { text, width }
    }

    /// An integer as a signed sized literal.
    pub fn signed_literal(v: i128, width: u32) -> Text {
        let text = if v >= 0 {
            format!("{width}'sd{v}")
        } else if width < 128 && v == -(1 << (width - 1)) {
            format!("$signed({})", Text::literal(v, width).text)
        } else {
            format!("-{width}'sd{}", -v)
        };
        Text { text, width }
    }

    /// One bit, many times.
    pub fn repeat(bit: Text, times: u32) -> Text {
        assert_eq!(bit.width, 1, "only a bit is repeated: {}", bit.text);
        if times == 1 { bit } else { Text { text: format!("{{{times}{{{}}}}}", bit.text), width: times } }
    }

    /// Parts side by side, the upper one first.
    pub fn concat(parts: Vec<Text>) -> Text {
        let width = parts.iter().map(|p| p.width).sum();
        let texts: Vec<&str> = parts.iter().map(|p| p.text.as_str()).collect();
        Text { text: format!("{{{}}}", texts.join(", ")), width }
    }

    /// Marked as two's complement.
    pub fn signed(self) -> Text {
        Text { text: format!("$signed({})", self.text), width: self.width }
    }

    /// In parentheses.
    pub fn grouped(self) -> Text {
        Text { text: format!("({})", self.text), width: self.width }
    }

    /// `a op b`, as wide as both.
    pub fn binary(a: Text, op: &str, b: Text) -> Text {
        assert_eq!(a.width, b.width, "{} {op} {}", a.text, b.text);
        Text { text: format!("{} {op} {}", a.text, b.text), width: a.width }
    }

    /// `a op b` as a bit.
    pub fn compare(a: Text, op: &str, b: Text) -> Text {
        Text { width: 1, ..Text::binary(a, op, b) }
    }

    /// `op a`, as wide as a.
    pub fn unary(op: &str, a: Text) -> Text {
        Text { text: format!("{op}{}", a.text), width: a.width }
    }

    /// `sel ? yes : no`, as wide as both.
    pub fn choose(sel: Text, yes: Text, no: Text) -> Text {
        assert_eq!((sel.width, yes.width), (1, no.width), "{} ? {} : {}", sel.text, yes.text, no.text);
        Text { text: format!("{} ? {} : {}", sel.text, yes.text, no.text), width: yes.width }
    }
}

/// rust-hdl's text with its `instance$port` names made plain, the children's clock joined to ours, and spaces evened.
pub(super) fn tidy(body: &str) -> String {
    let mut out = String::with_capacity(body.len());
    for line in body.trim_start_matches('\n').lines() {
        let content = line.trim_start();
        if (content.starts_with("wire ") && content.ends_with("$clk;"))
            || content.starts_with("// Update code")
        {
            continue;
        }
        out.push_str(&line[..line.len() - content.len()]);
        let start = out.len();
        let declaration = ["input ", "output ", "reg ", "wire "].iter().any(|k| content.starts_with(k));
        if content.starts_with(".clk(") {
            out.push_str(&content.replace(&content[5..content.find(')').unwrap_or(5)], "clk"));
        } else if content.contains('$') {
            plain_names(content, &mut out);
        } else {
            out.push_str(content);
        }
        if declaration {
            let spaced = out.split_off(start).replace("  ", " ").replace("  ", " ");
            out.push_str(&spaced);
        }
        out.truncate(out.trim_end_matches(' ').len());
        out.push('\n');
    }
    out
}

/// `$` behind a letter, digit or underscore is rust-hdl's separator; before a word of its own it is a system task.
fn plain_names(line: &str, out: &mut String) {
    let mut before = ' ';
    for c in line.chars() {
        let joins = c == '$' && (before.is_ascii_alphanumeric() || before == '_');
        out.push(if joins { '_' } else { c });
        before = c;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literals_have_their_width() {
        assert_eq!(Text::literal(13, 5).text, "5'd13");
        assert_eq!(Text::literal(-3, 5).text, "5'h1d");
        assert_eq!(Text::literal(1 << 40, 41).text, "41'h10000000000");
        assert_eq!(Text::signed_literal(-3, 5).text, "-5'sd3");
        assert_eq!(Text::signed_literal(-16, 5).text, "$signed(5'h10)");
    }

    #[test]
    #[should_panic(expected = "a + b")]
    fn unequal_widths_are_refused() {
        Text::binary(Text::net("a", 3), "+", Text::net("b", 4));
    }

    #[test]
    fn separators_go_and_system_tasks_stay() {
        let text = "wire  u$clk;\nwire  [3:0] u$y;\n    .clk(u$clk),\nassign a = $signed(u$y);\n";
        assert_eq!(tidy(text), "wire [3:0] u_y;\n    .clk(clk),\nassign a = $signed(u_y);\n");
    }
}
