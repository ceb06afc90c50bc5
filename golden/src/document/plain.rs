//! Parsers' messages in the words of people who write files, not programs.

/// Types and terms of the parsers, and what they mean to who wrote the file.
const WORDS: &[(&str, &str)] = &[
    ("expected usize", "expected a whole number, 0 or more"),
    ("expected u64", "expected a whole number, 0 or more"),
    ("expected u32", "expected a whole number, 0 or more"),
    ("expected u8", "expected a whole number, 0 or more"),
    ("expected i64", "expected a whole number"),
    ("expected i32", "expected a whole number"),
    ("expected i8", "expected a whole number"),
    ("expected f64", "expected a number"),
    ("expected a sequence", "expected a list"),
    ("expected a map", "expected named values"),
    ("invalid type: map", "invalid type: named values"),
    ("invalid type: sequence", "invalid type: a list"),
    ("EOF while parsing a", "the file ends within a"),
];

/// A message of serde's parsers without their types: `expected f64` becomes `expected a number`.
pub fn plain(message: &str) -> String {
    let mut text = message.to_owned();
    for (theirs, ours) in WORDS {
        text = text.replace(theirs, ours);
    }
    for kind in ["struct", "tuple struct", "enum", "internally tagged enum"] {
        let mark = format!("expected {kind} ");
        while let Some(at) = text.find(&mark) {
            let rest = &text[at + mark.len()..];
            let name = rest.find(|c: char| !c.is_alphanumeric()).unwrap_or(rest.len());
            text.replace_range(at..at + mark.len() + name, "expected named values");
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn types_of_the_program_do_not_show() {
        assert_eq!(
            plain("invalid type: string \"many\", expected usize"),
            "invalid type: string \"many\", expected a whole number, 0 or more"
        );
        assert_eq!(plain("invalid type: null, expected f64"), "invalid type: null, expected a number");
        assert_eq!(
            plain("invalid type: map, expected struct Raw at"),
            "invalid type: named values, expected named values at"
        );
        assert_eq!(plain("unknown field `a`, expected `b`"), "unknown field `a`, expected `b`");
    }
}
