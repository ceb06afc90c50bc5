//! Arithmetic units: each a function from golden's specification to an unpipelined graph.
//!
//! The specification (formats, tables, constants) comes from a plan; no number is computed anew here. A unit knows
//! nothing of clocks: [`crate::module::Module::new`] places its registers.

mod argmax;
mod divider;
mod matrix;
mod product;
mod softmax;
mod squarer;
mod sum;
mod table;
mod tails;

pub use argmax::argmax;
pub use divider::{Attenuation, Attenuator, Rows, attenuate_codes, attenuator};
pub use matrix::{Row, weighted_sums};
pub use product::{Products, Square, multiply_in_logic, square_in_logic};
pub use softmax::{share, softmax};
pub use squarer::squarer;
pub use sum::{Multiplier, multiplied, saved_adders};
pub use table::table;
pub use tails::{Way, tails};

use gainstage_golden::func::{Activation, Function};
use gainstage_golden::num::Format;

/// A format as part of a Verilog name: `s18f12`, or `s18fm3` for -3 fraction bits.
pub fn tag(f: Format) -> String {
    let sign = if f.signed { 's' } else { 'u' };
    let minus = if f.frac < 0 { "m" } else { "" };
    format!("{sign}{}f{minus}{}", f.width, f.frac.unsigned_abs())
}

/// A number as part of a Verilog name: `0p3` for 0.3, `m2` for -2, `1em9` for a billionth.
pub fn number_tag(v: f64) -> String {
    // Beyond these, digits would be counted rather than read.
    let text = if v == 0.0 || (1e-4..1e6).contains(&v.abs()) { format!("{v}") } else { format!("{v:e}") };
    text.replace('.', "p").replace('-', "m")
}

/// A function as part of a Verilog name: `tanh`, `psoftplus_0p3_amplifying`, `attenuating_0p5`.
pub fn function_tag(f: &Function) -> String {
    let text = match f.activation {
        // Its points say nothing in a name.
        Activation::Learned(_) => format!("learned*{}", f.kind),
        // Any text at all.
        Activation::Formula(_) => format!("formula*{}", f.kind),
        _ => f.to_string(),
    };
    let mut tag = String::new();
    for part in text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '.' || c == '-')) {
        let word = part.parse::<f64>().map_or_else(|_| part.replace(['-', '.'], "_"), number_tag);
        if !word.is_empty() && word != "ordinary" {
            tag = if tag.is_empty() { word } else { format!("{tag}_{word}") };
        }
    }
    tag
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::module::identifier;

    #[test]
    fn numbers_and_functions_can_be_read_in_a_name() {
        for (v, tag) in [(0.3, "0p3"), (-2.0, "m2"), (1e-9, "1em9"), (1.5e300, "1p5e300"), (1e5, "100000")] {
            assert_eq!(number_tag(v), tag);
        }
        for (text, tag) in [
            ("tanh", "tanh"),
            ("psoftplus(0.3)", "psoftplus_0p3"),
            ("psoftplus(-0.5)*amplifying", "psoftplus_m0p5_amplifying"),
            ("leaky-relu(0.3)", "leaky_relu_0p3"),
            ("none*attenuating(2)", "none_attenuating_2"),
        ] {
            let function: Function = text.parse().expect(text);
            assert_eq!(function_tag(&function), tag);
            assert_eq!(identifier(&format!("t_{tag}")), format!("t_{tag}"), "a legal name as it stands");
        }
    }
}
