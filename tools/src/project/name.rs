//! Names of designs.

use gainstage_golden::names::check_name;
use serde::Deserialize;

/// The name of a design: also the name of its top module and of its files.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "String")]
pub struct Name(pub String);

/// The longest name: names of units and files append to it.
const MAX: usize = 48;

impl TryFrom<String> for Name {
    type Error = String;
    fn try_from(text: String) -> Result<Name, String> {
        let plain = text.starts_with(|c: char| c.is_ascii_alphabetic())
            && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
            && !text.contains("__")
            && !text.ends_with('_')
            && text.len() <= MAX;
        if !plain {
            return Err(format!(
                "{text:?} cannot name a circuit: use a letter, then letters, digits or single `_`, at most {MAX} in all"
            ));
        }
        check_name(&text).map_err(|e| e.to_string())?;
        Ok(Name(text))
    }
}

impl std::str::FromStr for Name {
    type Err = String;
    fn from_str(text: &str) -> Result<Name, String> {
        text.to_owned().try_into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use gainstage_golden::names::name_from;

    #[test]
    fn names_from_files_are_names_of_projects() {
        for text in ["Trained_5", "wire", "5", "", "éé__é", "-", &"x_".repeat(60)] {
            assert!(Name::try_from(name_from(text)).is_ok(), "{text}");
        }
        for text in ["", "module", "1a", "a__b", "a-b", &"x".repeat(49)] {
            assert!(Name::try_from(text.to_owned()).is_err(), "{text}");
        }
    }
}
