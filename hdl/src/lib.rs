//! Circuits of Gainstage: from width-checked integer expressions to Verilog.
//!
//! A unit is written as an [`expr::Graph`] that knows nothing of clocks; [`module::Module`] places its registers
//! for a [`device::Target`] ([`schedule`]); [`emit`] prints Verilog-2005 through rust-hdl and writes the ROM files
//! beside it.
//!
//! The contested decision: **no width is ever chosen by hand**. Every node carries the exact interval of its
//! integer, its width follows from that, and nothing wraps unless the caller states a proof
//! ([`expr::Graph::assume_range`]). Formats matter at ports only.
//!
//! A plan becomes files in memory; `examples/plan_to_verilog.rs` writes one by hand:
//!
//! ```
//! use gainstage_golden::plan::SCHEMA;
//! use gainstage_hdl::prelude::*;
//!
//! let x = Format::new(true, 8, 6)?;
//! let neuron = PlanNeuron { weight: Format::new(true, 4, 2)?, weights: vec![3], bias: 0, stage: Stage::Linear { y: x } };
//! let layers = vec![PlanLayer { neurons: vec![neuron] }];
//! let (name, inputs, tables) = ("three_quarters".to_owned(), vec![x], Vec::new());
//! let plan = Plan { schema: SCHEMA, name, inputs, layers, tables, argmax: None, softmax: None, names: Default::default() };
//! let circuit = Circuit::new(&plan, &Build::new(Family::Ice40))?;
//! assert!(circuit.files.iter().any(|f| f.text.contains("module three_quarters")));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

/// The program and its version, as they stand in manifests and at the head of every generated file.
pub const GENERATOR: &str = concat!("gainstage ", env!("CARGO_PKG_VERSION"));

pub mod arch;
pub mod board;
pub mod device;
pub mod emit;
pub mod expr;
pub mod fault;
pub mod module;
pub mod options;
pub mod prelude;
pub mod schedule;
pub mod units;
pub mod wrap;
