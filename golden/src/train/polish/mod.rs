//! Polish of trained networks: Levenberg-Marquardt on all samples at once, from one network or several.

mod aim;
mod decay_path;
mod descent;
mod ensemble;
mod prune;
mod system;

pub(super) use aim::Aim;
pub(super) use decay_path::decay_path;
pub(super) use descent::{DECAY, polish};
pub(super) use ensemble::{Voter, agree};
pub(super) use prune::prune;
