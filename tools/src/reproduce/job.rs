//! One training: from the checkpoint if it is there, else run.

use super::Method;
use super::checkpoint::{Candidate, Entry, Key};
use super::unfinished::Keeper;
use crate::exit::Interrupted;
use crate::flow::train::search_from;
use crate::interrupt::Grace;
use crate::term;
use gainstage_golden::data::{Metrics, Samples, Target, read_mat_samples};
use gainstage_golden::net::Topology;
use gainstage_golden::train::{State, TrainConfig};
use std::path::PathBuf;

/// What all trainings of a run share.
pub struct Setting {
    /// Where results go.
    pub out: PathBuf,
    /// Few epochs, to see that everything works.
    pub quick: bool,
    /// Seed of weights and orders of samples.
    pub seed: u64,
    /// Seed of the training points, where they are drawn.
    pub points: u64,
    /// The directory of the paper's own files, for its training points.
    pub reference: Option<PathBuf>,
    /// Networks per training instead of the method's.
    pub restarts: Option<usize>,
    /// Ways of training to run.
    pub methods: Vec<Method>,
}

impl Setting {
    /// The training points of a target: the paper's own, or seeded ones.
    ///
    /// # Errors
    /// Files that are missing or broken.
    pub fn samples(&self, target: Target) -> anyhow::Result<Samples> {
        let Some(dir) = &self.reference else { return Ok(target.train(self.points, target.paper_points())) };
        let stem = match target {
            Target::Eq6 => "1D",
            Target::Ackley => "Ackley_2D",
            Target::Figure1 => "sinu",
        };
        let file = |end: &str| dir.join(format!("{stem}_{end}.mat"));
        Ok(read_mat_samples(&file("xt"), Some(&file("yt")))?)
    }

    /// Trains a network in one way, or takes over what an earlier run found.
    ///
    /// # Errors
    /// A checkpoint of something else, an interruption, divergence of all networks.
    pub fn run(
        &self,
        name: &str,
        target: Target,
        topology: &Topology,
        method: Method,
    ) -> anyhow::Result<Entry> {
        self.train(name, target, topology, method, method.config(target, topology, self.seed, self.quick))
    }

    /// As [`Setting::run`], with a configuration of its own.
    ///
    /// # Errors
    /// As [`Setting::run`].
    pub fn train(
        &self,
        name: &str,
        target: Target,
        topology: &Topology,
        method: Method,
        config: TrainConfig,
    ) -> anyhow::Result<Entry> {
        let samples = self.samples(target)?;
        let config = TrainConfig { restarts: self.restarts.unwrap_or(config.restarts), ..config };
        let (x, y) = (samples.x().to_vec(), samples.y().to_vec());
        let key = Key { name: name.into(), method, topology: topology.clone(), config, x, y };
        let file = format!("{}-{}.json", name.to_lowercase().replace(' ', ""), method.name());
        let path = self.out.join("checkpoints").join(file);
        if let Some(entry) = Entry::read(&path, &key)? {
            return Ok(entry);
        }
        let keeper = Keeper::open(&path, &key)?;
        let what = format!("{name}, {}", method.name());
        let keep = |state: &dyn Fn() -> State| keeper.keep(state);
        let grace = Grace::ask();
        let trained = search_from(&what, topology, &samples, &key.config, keeper.from.as_ref(), &keep);
        let trained = keeper.named(trained)?;
        if trained.record.interrupted {
            keeper.keep_last();
            return Err(Interrupted.into());
        }
        drop(grace);
        let seconds = keeper.seconds();
        let grid = target.grid();
        let judge = |f: gainstage_golden::train::Finalist| -> anyhow::Result<Candidate> {
            let grid = Metrics::of(&f.network.eval_all(grid.x()), grid.y())?;
            Ok(Candidate { restart: f.restart, cost: f.strays.unwrap_or(f.cost), grid, network: f.network })
        };
        let candidates = trained.finalists.into_iter().map(judge).collect::<anyhow::Result<Vec<_>>>()?;
        let entry = Entry::new(key.clone(), trained.record, seconds, candidates);
        let counted = entry.counted()?;
        term::say(&format!("{name}, {}: MAE {:.6} in {seconds:.0} s", method.name(), counted.grid.mae));
        entry.keep(&path);
        keeper.finish();
        Ok(entry)
    }
}
