//! What most programs need, numbers included: `use gainstage_hdl::prelude::*;`

pub use crate::board::Board;
pub use crate::device::Family;
pub use crate::options::{Architecture, Build};
pub use crate::wrap::Circuit;
pub use crate::wrap::manifest::Manifest;
pub use gainstage_golden::prelude::*;
