//! Arithmetic units: each a function from golden's specification to an unpipelined graph.
//!
//! The specification (formats, tables, constants) comes from a plan; no number is computed anew here. A unit knows
//! nothing of clocks: [`crate::module::Module::new`] places its registers.

mod argmax;
mod divider;
mod matrix;
mod squarer;
mod sum;
mod table;
mod tails;

pub use argmax::argmax;
pub use divider::{Attenuation, attenuate_codes, attenuator};
pub use matrix::{Row, weighted_sums};
pub use squarer::squarer;
pub use sum::{Multiplier, multiplied_sum};
pub use table::table;
pub use tails::{Way, tails};

use gainstage_golden::num::Format;

/// A format as part of a Verilog name: `s18f12`, or `s18fm3` for -3 fraction bits.
pub fn tag(f: Format) -> String {
    let sign = if f.signed { 's' } else { 'u' };
    let minus = if f.frac < 0 { "m" } else { "" };
    format!("{sign}{}f{minus}{}", f.width, f.frac.unsigned_abs())
}
