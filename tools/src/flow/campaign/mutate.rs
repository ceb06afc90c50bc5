//! Places in emitted Verilog and memory files where a fault can be planted.

/// A change of one place in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mutation {
    /// What kind of fault, such as `operator`.
    pub kind: &'static str,
    /// Line, from 1.
    pub line: usize,
    /// Where in the text.
    pub at: std::ops::Range<usize>,
    /// What comes there.
    pub new: String,
}

impl Mutation {
    /// The text with the fault.
    pub fn apply(&self, text: &str) -> String {
        format!("{}{}{}", &text[..self.at.start], self.new, &text[self.at.end..])
    }
}

/// Operators with blanks around them, as the emitter prints them, and what takes their place.
const OPERATORS: &[(&str, &str)] = &[
    (" + ", " - "),
    (" - ", " + "),
    (" * ", " + "),
    (" & ", " | "),
    (" | ", " & "),
    (" ^ ", " & "),
    (" >= ", " > "),
    (" > ", " >= "),
    (" < ", " > "),
    (" == ", " != "),
];

/// Every single fault that can be planted in a Verilog file, in its order: the right sides of assignments only.
pub fn verilog(text: &str) -> Vec<Mutation> {
    let mut found = Vec::new();
    let mut start = 0;
    for (i, line) in text.split_inclusive('\n').enumerate() {
        let code = line.trim();
        let sink = code.starts_with("//") || code.contains("unused");
        if let (Some(right), false) = (right_side(line), sink) {
            let mut site = Site { found: &mut found, line: i + 1, from: start + right, text: &line[right..] };
            site.operators();
            site.constants();
            site.slices();
            site.choices();
        }
        start += line.len();
    }
    found
}

/// Where the right side of an assignment begins.
fn right_side(line: &str) -> Option<usize> {
    let assigns = ["wire ", "assign "].iter().any(|w| line.trim_start().starts_with(w));
    let clocked = line.find(" <= ").filter(|_| !assigns && line.trim_end().ends_with(';'));
    match assigns {
        true => line.find(" = ").map(|at| at + 3),
        false => clocked.map(|at| at + 4),
    }
}

struct Site<'a> {
    found: &'a mut Vec<Mutation>,
    line: usize,
    from: usize,
    text: &'a str,
}

impl Site<'_> {
    fn push(&mut self, kind: &'static str, at: std::ops::Range<usize>, new: String) {
        let at = self.from + at.start..self.from + at.end;
        self.found.push(Mutation { kind, line: self.line, at, new });
    }

    fn operators(&mut self) {
        for &(old, new) in OPERATORS {
            let places: Vec<usize> = self.text.match_indices(old).map(|(at, _)| at).collect();
            for at in places {
                self.push("operator", at..at + old.len(), new.into());
            }
        }
    }

    /// `18'd5`: the lowest bit flips, and the one in the middle.
    fn constants(&mut self) {
        for (quote, _) in self.text.match_indices('\'') {
            let before = self.text[..quote].rfind(|c: char| !c.is_ascii_digit()).map_or(0, |i| i + 1);
            let after = &self.text[quote + 1..];
            let radix = if after.starts_with('d') { 10 } else { 16 };
            let end = after[1..].find(|c: char| !c.is_ascii_hexdigit()).map_or(after.len(), |i| i + 1);
            let width = self.text[before..quote].parse::<u32>();
            let (Ok(width), Ok(value)) = (width, u128::from_str_radix(&after[1..end], radix)) else {
                continue;
            };
            if after.starts_with(['d', 'h']) && (1..=128).contains(&width) {
                for bit in [0, width / 2] {
                    let new = format!("{width}'h{:x}", value ^ (1 << bit));
                    self.push("constant", before..quote + 1 + end, new);
                }
            }
        }
    }

    /// `x[7:2]` moves down by a bit.
    fn slices(&mut self) {
        for (open, _) in self.text.match_indices('[') {
            let Some(close) = self.text[open..].find(']').map(|i| open + i) else { continue };
            let Some((hi, lo)) = self.text[open + 1..close].split_once(':') else { continue };
            let (Ok(hi), Ok(lo)) = (hi.parse::<u32>(), lo.parse::<u32>()) else { continue };
            if lo > 0 {
                self.push("slice", open..close + 1, format!("[{}:{}]", hi - 1, lo - 1));
            }
        }
    }

    /// `s ? a : b` takes the other.
    fn choices(&mut self) {
        let Some(question) = self.text.find(" ? ") else { return };
        let Some(colon) = self.text[question..].find(" : ").map(|i| question + i) else { return };
        let end = self.text.rfind(';').unwrap_or(self.text.len());
        let (a, b) = (&self.text[question + 3..colon], &self.text[colon + 3..end]);
        if !b.contains('?') {
            self.push("choice", question + 3..end, format!("{b} : {a}"));
        }
    }
}

/// One flipped bit in every word of a memory file.
pub fn memory(text: &str) -> Vec<Mutation> {
    let mut found = Vec::new();
    let mut start = 0;
    for (i, line) in text.split_inclusive('\n').enumerate() {
        let word = line.trim_end();
        // Another digit in each word, so that all columns are hit.
        let digit = i % word.len().max(1);
        if let Some(value) = word.get(digit..digit + 1).and_then(|d| u32::from_str_radix(d, 16).ok()) {
            let at = start + digit..start + digit + 1;
            found.push(Mutation { kind: "memory bit", line: i + 1, at, new: format!("{:x}", value ^ 1) });
        }
        start += line.len();
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_place_changes_and_declarations_do_not() {
        let text =
            "reg [4:1] r;\n// a + b\nassign y = a + b[3:1];\nwire unused = &{a + b};\n  q <= s ? 4'd5 : x;\n";
        let changed: Vec<String> = verilog(text).iter().map(|m| m.apply(text)).collect();
        let expected = ["y = a - b[3:1]", "y = a + b[2:0]", "s ? 4'h4 : x", "s ? 4'h1 : x", "s ? x : 4'd5;"];
        assert_eq!(changed.len(), expected.len(), "{changed:?}");
        for (changed, expected) in changed.iter().zip(expected) {
            assert!(changed.contains(expected), "{expected} in {changed}");
        }
        let words: Vec<String> = memory("0a\n1f\n").iter().map(|m| m.apply("0a\n1f\n")).collect();
        assert_eq!(words, ["1a\n1f\n", "0a\n1e\n"]);
    }
}
