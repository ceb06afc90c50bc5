//! Names of designs.

use gainstage_golden::names::{NameError, check_name_within};
use serde::Deserialize;

/// The name of a design: also the name of its top module and of its files. That of a project file is not checked before
/// all of the file is read.
#[derive(Clone, Debug, Deserialize)]
#[serde(transparent)]
pub struct Name(pub String);

/// The longest name: names of units and files append to it.
const MAX: usize = 48;

impl Name {
    /// Whether a design may be called so.
    ///
    /// # Errors
    /// Names the word, who has it, and a name that could be.
    pub fn check(&self) -> Result<(), NameError> {
        check_name_within(&self.0, MAX)
    }
}

impl std::str::FromStr for Name {
    type Err = NameError;
    fn from_str(text: &str) -> Result<Name, NameError> {
        let name = Name(text.to_owned());
        name.check().map(|()| name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use gainstage_golden::names::name_from;

    #[test]
    fn names_from_files_are_names_of_projects() {
        for text in ["Trained_5", "wire", "5", "", "éé__é", "-", &"x_".repeat(60)] {
            assert!(name_from(text).parse::<Name>().is_ok(), "{text}");
        }
        for text in ["", "module", "1a", "a__b", "a-b", &"x".repeat(49)] {
            assert!(text.parse::<Name>().is_err(), "{text}");
        }
    }
}
