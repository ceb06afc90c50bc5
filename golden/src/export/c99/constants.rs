//! Where constants stand: beside the variables, or in the program memory of an AVR.
//!
//! An AVR reads its program memory with an instruction of its own, so every access to a constant goes through a function
//! there. Everywhere else those functions are plain reads, and the program is the same.

use super::support::Helper;
use std::borrow::Cow;
use std::collections::BTreeSet;

/// Where constants stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Constants {
    /// Where the compiler puts them.
    Plain,
    /// In program memory, where there is one.
    Progmem,
}

const HEAD: &str = "\
#ifdef __AVR__
#include <avr/pgmspace.h>
#define CONSTANT PROGMEM
#else
#define CONSTANT
#endif

";

const NOTE: &str = " * On an AVR the constants stand in program memory, within its first 64 KiB.\n";

impl Constants {
    /// What the program begins with.
    pub fn head(self) -> &'static str {
        if self == Constants::Progmem { HEAD } else { "" }
    }

    /// What the header says of it.
    pub fn note(self) -> &'static str {
        if self == Constants::Progmem { NOTE } else { "" }
    }

    /// What stands between a constant array and its `=`.
    pub fn place(self) -> &'static str {
        if self == Constants::Progmem { " CONSTANT" } else { "" }
    }

    /// The value of an element of a constant array of so many bits.
    pub fn read(self, bits: u32, element: &str, used: &mut BTreeSet<Helper>) -> String {
        match self {
            Constants::Plain => element.to_owned(),
            Constants::Progmem => {
                used.insert(Helper::constant(bits));
                format!("constant{bits}(&{element})")
            }
        }
    }

    /// A helper's text: sums of products read weights.
    pub fn helper(self, helper: Helper) -> Cow<'static, str> {
        match (self, helper.weight_bits()) {
            (Constants::Progmem, Some(bits)) => {
                Cow::Owned(helper.text().replace("w[i]", &format!("constant{bits}(&w[i])")))
            }
            _ => Cow::Borrowed(helper.text()),
        }
    }

    /// Notes what a helper reads.
    pub fn needs(self, helper: Helper, used: &mut BTreeSet<Helper>) {
        if let (Constants::Progmem, Some(bits)) = (self, helper.weight_bits()) {
            used.insert(Helper::constant(bits));
        }
    }
}
