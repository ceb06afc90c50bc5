//! Progress of a training, as its caller hears of it.

use super::state::State;

/// What training tells its caller, from several threads.
pub trait Progress: Sync {
    /// Restart `restart` has run `epoch` of `of` epochs and has the mean cost `cost` now.
    fn update(&self, restart: usize, epoch: usize, of: usize, cost: f64);

    /// A stretch is done: `state` gives what another run needs to [`resume`](super::resume) from here. That copies all networks: ask for it
    /// seldom.
    fn stretch(&self, _state: &dyn Fn() -> State) {}

    /// Whether to stop; the best network so far is then returned. Asked often: it must be cheap.
    fn cancelled(&self) -> bool {
        false
    }
}

/// No progress shown, never cancelled.
#[derive(Clone, Copy, Debug, Default)]
pub struct Quiet;

impl Progress for Quiet {
    fn update(&self, _restart: usize, _epoch: usize, _of: usize, _cost: f64) {}
}
