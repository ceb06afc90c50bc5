//! Training: sample by sample, many restarts, the best one kept.
//!
//! [`train`] takes a [`Topology`], [`Samples`] and a [`TrainConfig`] and gives a [`Trained`] network. Each
//! restart has its own random numbers, so that a seed gives the same network whatever the number of threads; on
//! the same instruction set and number type it gives the same bits. Another instruction set sums in another
//! order and gives another network of the same quality; the record names the one used.
//!
//! The contested decision: a step takes **one** sample, as in the first paper, unless `batch` says otherwise. Restarts run side by side, a network
//! in each lane of a register; the last few that are left run alone, across the neurons of a layer. Forward pass,
//! backward pass and Adam are one function without allocation, with own series for e^x and ln(1 + x) (a few units in
//! the last place) in the inner loop only: whatever is reported or compared is computed in `f64` with the exact
//! functions. A network whose numbers overflow begins again from other weights and catches up.
//! Where `normalise` is set, the sums of amplifying neurons are normalised on the way (see `step/normal`); what is kept, compared and
//! polished is the plain network they are folded into.

mod columns;
mod concern;
mod config;
mod cost;
mod error;
mod init;
mod polish;
mod prepare;
mod progress;
mod search;
mod speed;
mod state;
mod step;

#[cfg(test)]
mod tests;

pub use concern::Concern;
pub use config::{
    Cost, Init, Normalise, Optimiser, Precision, Protocol, Sampling, Schedule, Standardise, TrainConfig,
};
pub use error::TrainError;
pub use prepare::held_out;
pub use progress::{Progress, Quiet};
pub use search::{Finalist, Trained, resume, train};
pub use speed::{Speed, speed};
pub use state::State;

#[cfg(doc)]
use crate::{data::Samples, net::Topology};
