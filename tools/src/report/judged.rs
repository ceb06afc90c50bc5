//! How good outputs are, by targets or labels.

use crate::words::brief;
use gainstage_golden::data::{Confusion, Metrics};

/// How good outputs are.
#[derive(Clone, Debug)]
pub enum Judged {
    /// How far they are from the targets.
    Values(Metrics),
    /// Which classes were found for which.
    Classes(Confusion),
}

impl Judged {
    /// Mean absolute error, or accuracy.
    pub fn number(&self) -> f64 {
        match self {
            Judged::Values(m) => m.mae,
            Judged::Classes(c) => c.accuracy(),
        }
    }

    /// The figure that counts most, for a line of text.
    pub fn figure(&self) -> String {
        match self {
            Judged::Values(m) => format!("MAE {}, SD {}", brief(m.mae), brief(m.sd)),
            Judged::Classes(c) => format!("accuracy {:.2} %", 100.0 * c.accuracy()),
        }
    }
}
