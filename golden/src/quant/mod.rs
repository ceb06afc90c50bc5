//! From a trained network to a plan: calibration, formats, rounding.
//!
//! Power-of-two scales throughout. The contested decision: a format is chosen from the range **seen in
//! calibration**, with no margin; what lies beyond saturates, as the contract says, and never wraps.

mod build;
mod calibrate;

pub use build::{Granularity, LayerBits, QuantError, QuantOptions, quantize_network};
pub use calibrate::{Calibration, NeuronSpans, Observed, Span, fit_format, observe};
