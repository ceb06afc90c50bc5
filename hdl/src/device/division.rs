//! Ways to form a quotient. They decide cells and clocks, never a bit.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How an attenuator divides.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Divider {
    /// The cheaper of a digit recurrence of radix 2 and a corrected table, by estimate.
    #[default]
    Auto,
    /// A digit recurrence, one bit of the quotient per row: the fewest cells without hard multipliers.
    Radix2,
    /// A digit recurrence, two bits of the quotient per row: fewer clocks, about a third more cells.
    Radix4,
    /// A table of the quotient, off by at most one, and one step that corrects it: the fewest look-up tables, with
    /// four or five hard multipliers. Where no table can be had (very wide h), radix 2.
    Corrected,
}

/// The means of a division.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct Division {
    /// The algorithm.
    pub divider: Divider,
    /// Rows of a digit recurrence between two registers; none: as many as fit the clock.
    pub rows_per_clock: Option<u32>,
}
