//! Words for messages.

use std::borrow::Cow;
use std::fmt::Display;

/// What editors of some systems put before UTF-8; it belongs to no text.
pub const BYTE_ORDER_MARK: char = '\u{feff}';

/// `1 input`, `2 inputs`: a number with its noun, whose plural ends in s.
pub fn count<N: Display + PartialEq + From<u8>>(n: N, noun: &str) -> String {
    let plural = if n == N::from(1) { "" } else { "s" };
    format!("{n} {noun}{plural}")
}

/// A number of bytes, for people.
pub fn bytes(n: u64) -> String {
    match n {
        0..0x10_0000 => format!("{n} bytes"),
        0x10_0000..0x4000_0000 => format!("{} MiB", n >> 20),
        _ => format!("{:.1} GiB", n as f64 / f64::from(1 << 30)),
    }
}

/// Letters of a line, or of a formula in braces, that people will read; and digits of a number.
const LINE: usize = 1500;
const FORMULA: usize = 160;
const DIGITS: usize = 40;

/// A message as people can read it: of numbers, formulas and lines that are endless the beginning and the end.
pub fn shortened(text: &str) -> String {
    text.split('\n').map(line).collect::<Vec<_>>().join("\n")
}

fn line(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let formula = if c == '{' { rest.find('}').map_or(0, |end| end + 1) } else { 0 };
        let (length, most, what) = match (digits, formula) {
            (1.., _) => (digits, DIGITS, "digits"),
            (_, 1..) => (formula, FORMULA, "letters"),
            _ => (c.len_utf8(), DIGITS, "letters"),
        };
        let (part, behind) = rest.split_at(length);
        out += &middle_out(part, most, what);
        rest = behind;
    }
    middle_out(&out, LINE, "letters").into_owned()
}

/// A text, or its two ends around what was left out.
fn middle_out<'a>(text: &'a str, most: usize, what: &str) -> Cow<'a, str> {
    let letters = text.chars().count();
    if letters <= most {
        return text.into();
    }
    let end = most / 4;
    let head: String = text.chars().take(most - end).collect();
    let tail: String = text.chars().skip(letters - end).collect();
    format!("{head}[... {} {what} ...]{tail}", letters - most).into()
}

#[cfg(test)]
mod tests {
    use super::{count, shortened};

    #[test]
    fn only_one_is_singular() {
        assert_eq!(count(1usize, "input"), "1 input");
        assert_eq!(count(0u32, "clock"), "0 clocks");
        assert_eq!(count(2i64, "neuron"), "2 neurons");
        assert_eq!(count(-1, "bit"), "-1 bits");
    }

    #[test]
    fn what_nobody_can_read_is_left_out() {
        let same =
            "samples.csv:2:3: `1e300` is far from 12345678901234567890 and {ln(x), 0.1:4}; line\n\ttwo";
        assert_eq!(shortened(same), same);
        let range = shortened(&format!("the range {:?}..{} fits no format", -1e300, 1e300));
        assert!(range.starts_with("the range -1e300..1000000000"), "{range}");
        assert!(range.ends_with("[... 261 digits ...]0000000000 fits no format"), "{range}");
        let long = format!("{{x{}}}", "+x".repeat(50_000));
        let told = shortened(&format!("table of {long}: no"));
        assert!(told.starts_with("table of {x+x+x") && told.ends_with("+x+x}: no"), "{told}");
        assert!(told.len() < 250 && told.contains("[... 99843 letters ...]"), "{told}");
        let line = shortened(&"word ".repeat(10_000));
        assert!(line.len() < 1600, "{}", line.len());
    }
}
