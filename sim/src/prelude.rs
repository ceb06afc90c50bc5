//! What most programs need, numbers and circuits included: `use gainstage_sim::prelude::*;`

pub use crate::SimError;
pub use crate::check::{Golden, Options, PlanModel, Report, verify};
pub use crate::lint::{Linter, lint};
pub use crate::run::{RunError, Tool};
pub use crate::vectors::Vectors;
pub use gainstage_hdl::prelude::*;
