//! The first paper's tables and figures (Jung & Kwon), trained anew: what it publishes, what its protocol gives, and
//! what ours gives, side by side.
//!
//! The paper reports the best of ten networks **by its evaluation grid**, so that is how its protocol is judged here. Ours
//! is selected by training data alone, and the grid only measures it.

mod checkpoint;
mod curve;
mod divider;
mod extrapolation;
mod job;
mod method;
mod table;
mod unfinished;

pub use curve::{figure1, figure4, figure6};
pub use divider::figure2;
pub use extrapolation::extrapolation;
pub use job::Setting;
pub use method::Method;
pub use table::tables;

use std::path::PathBuf;

/// What a reproduction came to.
pub struct Report {
    /// For people.
    pub text: String,
    /// For programs.
    pub json: serde_json::Value,
    /// Files written.
    pub files: Vec<PathBuf>,
}
