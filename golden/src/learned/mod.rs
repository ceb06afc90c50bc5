//! Activations learned with the weights: piecewise polynomials that follow the distribution of their argument.
//!
//! After López-Rubio, Ortega-Zamorano, Domínguez and Muñoz-Pérez (2019), of which only the abstract was at hand: the
//! rules here are our own. A hidden neuron computes φ(w·x + c) with φ constant, linear or monotone-cubic between nodes
//! at quantiles of its argument, so that φ approximates the argument's distribution function ([`Learned`]).
//!
//! [`Online`] learns sample by sample, in memory that does not grow. [`learn`] takes all samples at once; every update is kept only if the objective does not grow. It goes beyond the
//! paper: any depth, several outputs, a softmax, neurons of other kinds beside the learned ones, ordinates and node
//! positions that follow the gradient. `docs/learned-activations.md` has the formulas, the theorems and figures.

mod block;
mod config;
mod crossval;
mod error;
mod finish;
mod objective;
mod online;
mod parameters;
mod scale;
mod shape;

#[cfg(test)]
mod tests;

pub use block::{Learnt, Update, What, learn, rejected, risen};
pub use config::{LearnConfig, Loss, MAX_NODES, Ordinates, Placement, Shapes};
pub use crossval::{FoldResult, Folds, Method, crossval, mean_and_deviation, score, sign_flip_p};
pub use error::LearnError;
pub use online::{Epoch, Online, OnlineConfig, OnlineLearnt, Period, Step, learn_online};

#[cfg(doc)]
use crate::func::Learned;
