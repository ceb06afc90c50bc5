//! The two ways of training that are compared.

use clap::ValueEnum;
use gainstage_golden::data::Target;
use gainstage_golden::train::{Protocol, Schedule, TrainConfig};
use serde::{Deserialize, Serialize};

/// A way of training.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum Method {
    /// The paper's own protocol
    JungKwon,
    /// Adam with bias correction, cosine schedule, successive halving, Levenberg-Marquardt
    Gainstage,
}

impl Method {
    /// Its name, as on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Method::JungKwon => "jung-kwon",
            Method::Gainstage => "gainstage",
        }
    }

    /// Its configuration for a target. A quick run has a hundredth of the epochs and fewer networks.
    pub fn config(self, target: Target, seed: u64, quick: bool) -> TrainConfig {
        let two = target.inputs() == 2;
        match self {
            Method::JungKwon => {
                let full =
                    TrainConfig { settle: if two { 100 } else { 50 }, seed, ..Protocol::JungKwon.defaults() };
                if !quick {
                    return full;
                }
                let schedule = Schedule::Step { factor: 0.95, every: 10 };
                TrainConfig { stabilise: 100, settle: 5, epochs: 2000, restarts: 4, schedule, ..full }
            }
            Method::Gainstage => {
                let full = TrainConfig { seed, ..ours(two) };
                if !quick {
                    return full;
                }
                TrainConfig { epochs: 600, restarts: 8, polish: 15, ..full }
            }
        }
    }
}

/// Our protocol: with two inputs and few points, weight decay keeps a network from learning the points by heart.
fn ours(two_inputs: bool) -> TrainConfig {
    let base = TrainConfig {
        restarts: 64,
        halve_at: vec![0.1, 0.3],
        epochs: 20_000,
        polish: 200,
        consensus: 3,
        ..TrainConfig::default()
    };
    match two_inputs {
        false => base,
        true => TrainConfig { rate: 0.003, l2: 0.002, polish: 100, ..base },
    }
}
