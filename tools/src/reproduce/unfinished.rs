//! Trainings on their way: their state is kept from time to time beside the results of the finished ones, so that a run
//! that was stopped or killed goes on inside a network, to the same bits.

use super::checkpoint::Key;
use crate::term;
use anyhow::Context;
use gainstage_golden::document::{read_json, write_json};
use gainstage_golden::train::State;
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// The schema version of an unfinished training.
const SCHEMA: u32 = 1;

/// How often the state is written.
const EVERY: Duration = Duration::from_secs(30);

/// How often it is held in memory, for the case that the training is stopped.
const HELD_EVERY: Duration = Duration::from_secs(1);

/// What is written.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Unfinished {
    schema: u32,
    key: Key,
    /// Seconds spent so far.
    seconds: f64,
    state: State,
}

/// Keeps the state of one training.
pub struct Keeper<'a> {
    path: PathBuf,
    key: &'a Key,
    /// What an earlier run left, and its seconds.
    pub from: Option<State>,
    before: f64,
    start: Instant,
    /// When the state was last written; none once that failed.
    last: Mutex<Option<Instant>>,
    /// A later state that is not yet written, and when it was.
    held: Mutex<Option<(Instant, State)>>,
}

impl<'a> Keeper<'a> {
    /// For the training whose result will be written to `result`; takes up what an earlier run left.
    ///
    /// # Errors
    /// A file that cannot be read, or that is of something else.
    pub fn open(result: &Path, key: &'a Key) -> anyhow::Result<Keeper<'a>> {
        let path = result.with_extension("unfinished.json");
        let start = Instant::now();
        let mut keeper = Keeper {
            path,
            key,
            from: None,
            before: 0.0,
            start,
            last: Mutex::new(Some(start)),
            held: Mutex::default(),
        };
        if keeper.path.exists() {
            let left: Unfinished = read_json(&keeper.path, "state of a training", SCHEMA)?;
            left.key.require(key, &keeper.path)?;
            term::say(&format!("{}: goes on after {:.0} s", key.name, left.seconds));
            (keeper.from, keeper.before) = (Some(left.state), left.seconds);
        }
        Ok(keeper)
    }

    /// Seconds of this training, over all runs.
    pub fn seconds(&self) -> f64 {
        self.before + self.start.elapsed().as_secs_f64()
    }

    /// Writes the state if it is time to, or holds it. A disk that is full does not end the training.
    pub fn keep(&self, state: &dyn Fn() -> State) {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        if held.as_ref().is_none_or(|(taken, _)| taken.elapsed() >= HELD_EVERY) {
            *held = Some((Instant::now(), state()));
        }
        drop(held);
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        if last.is_some_and(|last| last.elapsed() >= EVERY) {
            *last = match self.write(state()) {
                Ok(()) => Some(Instant::now()),
                Err(e) => {
                    term::say(&format!("warning: {e}; this training cannot be taken up if it is stopped"));
                    None
                }
            };
        }
    }

    /// Writes the last state that was held: the training was stopped, and nothing of it is to be lost.
    pub fn keep_last(&self) {
        let held = self.held.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some((_, state)) = held
            && let Err(e) = self.write(state)
        {
            term::say(&format!("warning: {e}; this training cannot be taken up where it was stopped"));
        }
    }

    fn write(&self, state: State) -> anyhow::Result<()> {
        let left = Unfinished { schema: SCHEMA, key: self.key.clone(), seconds: self.seconds(), state };
        Ok(write_json(&self.path, &left)?)
    }

    /// Names the file in errors of taking it up.
    pub fn named<T, E: std::error::Error + Send + Sync + 'static>(
        &self,
        found: Result<T, E>,
    ) -> anyhow::Result<T> {
        match self.from {
            Some(_) => found.with_context(|| self.path.display().to_string()),
            None => Ok(found?),
        }
    }

    /// Removes the state once the training is finished.
    pub fn finish(self) {
        // It may never have been written; one that stays is harmless.
        let _ = std::fs::remove_file(&self.path);
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Method, Setting};
    use super::*;
    use gainstage_golden::data::Target;
    use gainstage_golden::net::{PaperShape, Topology};
    use gainstage_golden::train::{Progress, TrainConfig, train};
    use std::sync::atomic::{AtomicUsize, Ordering};

    /// Stops a training after three stretches, as if it had been killed then.
    struct Killed<'a>(Keeper<'a>, AtomicUsize);

    impl Progress for Killed<'_> {
        fn update(&self, _restart: usize, _epoch: usize, _of: usize, _cost: f64) {}

        fn stretch(&self, state: &dyn Fn() -> State) {
            self.1.fetch_add(1, Ordering::SeqCst);
            // As often as a second would have it.
            *self.0.held.lock().expect("sound") = None;
            self.0.keep(state);
        }

        fn cancelled(&self) -> bool {
            self.1.load(Ordering::SeqCst) >= 3
        }
    }

    #[test]
    fn a_killed_run_goes_on_inside_a_network_and_other_trainings_are_refused() {
        let [one, two] = [(); 2].map(|()| tempfile::tempdir().expect("a directory"));
        let setting = |dir: &tempfile::TempDir| Setting {
            out: dir.path().into(),
            quick: true,
            seed: 1,
            points: 1,
            reference: None,
            restarts: None,
            methods: vec![Method::Gainstage],
        };
        let shape = PaperShape { amplifying: 1, ..PaperShape::new(1, 1, 4, 1) };
        let topology = Topology::paper(&shape).expect("a valid shape");
        let (method, target) = (Method::Gainstage, Target::Eq6);
        let config = TrainConfig { epochs: 100, restarts: 3, ..TrainConfig::default() };
        let run = |dir, config: &TrainConfig| {
            setting(dir).train("Network 0", target, &topology, method, config.clone())
        };
        let whole = run(&one, &config).expect("trained");

        let samples = setting(&two).samples(target).expect("points");
        let (x, y) = (samples.x().to_vec(), samples.y().to_vec());
        let name = "Network 0".to_owned();
        let key = Key { name, method, topology: topology.clone(), config: config.clone(), x, y };
        let result = two.path().join("checkpoints/network0-gainstage.json");
        let killed = Killed(Keeper::open(&result, &key).expect("nothing there"), AtomicUsize::new(0));
        assert!(train(&topology, &samples, &config, &killed).expect("the best so far").record.interrupted);
        let left = killed.0.path.clone();
        assert!(!left.exists(), "half a minute has not passed");
        killed.0.keep_last();

        let other = TrainConfig { seed: 2, ..config.clone() };
        let text = run(&two, &other).expect_err("a fault").to_string();
        assert!(text.contains("unfinished.json") && text.contains("another configuration or seed"), "{text}");
        let written = std::fs::read_to_string(&left).expect("the state");
        let older = written.replace(concat!("\"", env!("CARGO_PKG_VERSION"), "\""), "\"0.0.9\"");
        std::fs::write(&left, older).expect("written");
        let text = format!("{:#}", run(&two, &config).expect_err("a fault"));
        assert!(text.contains("unfinished.json: ") && text.contains("version 0.0.9"), "{text}");
        std::fs::write(&left, "{").expect("written");
        let text = run(&two, &config).expect_err("a fault").to_string();
        assert!(text.contains("unfinished.json:1:1: not a state of a training"), "{text}");

        std::fs::write(&left, written).expect("written");
        let resumed = run(&two, &config).expect("trained");
        assert_eq!(resumed.record, whole.record);
        let networks = |e: &super::super::checkpoint::Entry| -> Vec<_> {
            e.candidates.iter().map(|c| c.network.clone()).collect()
        };
        assert_eq!(networks(&resumed), networks(&whole));
        assert!(result.exists() && !left.exists(), "the state is gone, the result is there");
    }
}
