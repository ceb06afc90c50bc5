//! In which way a file is not of the shape that was asked for.

/// The ways of a value not to fit, as every reader of serde tells them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum Misfit {
    /// Not the language of the file.
    #[error("not JSON or TOML")]
    Syntax,
    /// A key that nobody asks for.
    #[error("an unknown key")]
    UnknownKey,
    /// A key that must be there.
    #[error("a missing key")]
    MissingKey,
    /// A key that stands twice.
    #[error("a repeated key")]
    RepeatedKey,
    /// A word that is none of those there are.
    #[error("an unknown choice")]
    Choice,
    /// A value of another type.
    #[error("a value of another type")]
    Type,
    /// A list of another length.
    #[error("a list of another length")]
    Length,
    /// A value of the right type that cannot be.
    #[error("a value that cannot be")]
    Value,
}

/// How serde's own messages begin: the defaults of `serde::de::Error`, which neither reader of ours changes.
const BEGINNINGS: &[(&str, Misfit)] = &[
    ("unknown field", Misfit::UnknownKey),
    ("missing field", Misfit::MissingKey),
    ("duplicate field", Misfit::RepeatedKey),
    ("unknown variant", Misfit::Choice),
    ("invalid type", Misfit::Type),
    ("invalid length", Misfit::Length),
];

impl Misfit {
    /// What a message of serde tells. Whatever else a reader says is of a value.
    pub fn of(message: &str) -> Misfit {
        let found = BEGINNINGS.iter().find(|(beginning, _)| message.starts_with(beginning));
        found.map_or(Misfit::Value, |(_, misfit)| *misfit)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields, rename_all = "lowercase")]
    enum Word {
        One,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only its faults are looked at")]
    struct Shape {
        a: u8,
        b: Option<(u8, u8)>,
        c: Option<Word>,
        d: Option<std::num::NonZeroU8>,
    }

    #[test]
    fn serde_tells_what_is_wrong_in_these_words() {
        for (text, misfit) in [
            (r#"{"a": 1, "e": 2}"#, Misfit::UnknownKey),
            (r#"{"b": null}"#, Misfit::MissingKey),
            (r#"{"a": 1, "a": 1}"#, Misfit::RepeatedKey),
            (r#"{"a": "1"}"#, Misfit::Type),
            (r#"{"a": 1, "b": [1]}"#, Misfit::Length),
            (r#"{"a": 1, "c": "two"}"#, Misfit::Choice),
            (r#"{"a": 1, "d": 0}"#, Misfit::Value),
            (r#"{"a": 256}"#, Misfit::Value),
        ] {
            let e = serde_json::from_str::<Shape>(text).expect_err(text);
            assert_eq!(Misfit::of(&e.to_string()), misfit, "{text}: {e}");
        }
    }
}
