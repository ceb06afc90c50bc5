//! Quantization-aware training: a plan is trained as the integers that it is.
//!
//! The forward pass is the integer model: every weight is rounded to its code, sums are exact, and arguments are rounded,
//! saturated and looked up as the circuit does it. Behind every code stands a real number that remembers what is less than a
//! step. Its gradient passes straight through rounding (Bengio, Léonard & Courville 2013), and is 0 where something saturates;
//! steps are those of Adam (Kingma & Ba 2015) at a rate that falls to 0.
//!
//! The contested decision: values are `f64` in units of the data, in which every product and every sum of a plan is exact as long
//! as it has at most 52 bits. A plan with wider ones is not trained. So the pass is the plan's arithmetic to the bit, in
//! vector registers, and the same on every machine.
//!
//! Between rounds of steps binary points move where that lowers the error; widths stay, and so does the topology.

mod adam;
mod course;
mod formats;
mod forward;
mod latent;
mod learn;
mod stage;
#[cfg(test)]
mod tests;

pub use formats::Freedom;
pub use learn::{Effort, Trained, train};
