//! What most programs need: `use gainstage_golden::prelude::*;`

pub use crate::approx::{Demand, Table, approximate};
pub use crate::data::{Metrics, Samples};
pub use crate::func::{Activation, Function, Kind};
pub use crate::net::{HiddenLayer, Model, Network, Neuron, Topology};
pub use crate::num::{Format, Rounding};
pub use crate::plan::{Engine, Plan, PlanLayer, PlanNeuron, Stage, Tail};
pub use crate::quant::{Calibration, QuantOptions, quantize_network};
pub use crate::train::{Quiet, Standardise, TrainConfig, train};
