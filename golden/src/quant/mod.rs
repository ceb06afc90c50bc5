//! From a trained network to a plan: calibration, formats, rounding.
//!
//! Power-of-two scales throughout. The contested decision: a format is chosen from the range **seen in
//! calibration**, with no margin; what lies beyond saturates, as the contract says, and never wraps.
//!
//! [`quantize_network`] rounds everything to the nearest. [`quantize_refined`] moves weights to where rounding matters least
//! and lets every weight that is not yet rounded correct the errors of those that are, and [`smallest_widths`] looks for the
//! narrowest formats that are still good.

mod blame;
mod build;
mod calibrate;
mod condition;
mod inputs;
mod noisy_jacobian;
mod refine;
mod softmax;
mod table_requests;
mod widths;

pub use blame::{Blame, Rounded, blame, worst};
pub use build::{Granularity, Kinds, LayerBits, QuantError, QuantOptions, quantize_network};
pub use calibrate::{Calibration, NeuronSpans, Observed, Span, fit_format, observe};
pub use condition::Conditioned;
pub use inputs::InputConcern;
pub use refine::{Refinement, quantize_from, quantize_refined, quiet_network};
pub use softmax::with_softmax;
pub use widths::smallest_widths;
