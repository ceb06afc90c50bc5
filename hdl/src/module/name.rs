//! Verilog identifiers.

use gainstage_golden::names::verilog_reserves;

/// The text as a Verilog identifier: letters, digits and single underscores, no keyword, never empty.
///
/// `-` before a digit becomes `m`, so that negative parameters stay distinct.
pub fn identifier(text: &str) -> String {
    let mut name = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            'a'..='z' | 'A'..='Z' | '0'..='9' => name.push(c),
            '-' if chars.peek().is_some_and(char::is_ascii_digit) => name.push('m'),
            _ if name.ends_with('_') => {}
            _ => name.push('_'),
        }
    }
    if !name.starts_with(|c: char| c.is_ascii_alphabetic()) {
        name.insert(0, 'n');
    }
    if verilog_reserves(&name) {
        name.push('_');
    }
    name
}

#[cfg(test)]
mod tests {
    use super::identifier;

    #[test]
    fn identifiers_are_legal_and_stay_distinct() {
        assert_eq!(identifier("squarer_s18.12"), "squarer_s18_12");
        assert_eq!(identifier("f-3"), "fm3");
        assert_eq!(identifier("wire"), "wire_");
        // Of SystemVerilog alone: tools read these files in either mode.
        assert_eq!(["soft", "nettype", "unique0"].map(identifier), ["soft_", "nettype_", "unique0_"]);
        assert_eq!(identifier("2x"), "n2x");
        assert_eq!(identifier(""), "n");
        assert_eq!(identifier("a__$b"), "a_b");
    }
}
