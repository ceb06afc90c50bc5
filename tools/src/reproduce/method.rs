//! The two ways of training that are compared.

use crate::project::recipe;
use clap::ValueEnum;
use gainstage_golden::data::Target;
use gainstage_golden::net::Topology;
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

    /// Its configuration for a target and a shape. A quick run has few epochs (of the paper's a
    /// two-hundredth, with a fifth of the stabilising ones) and fewer networks.
    pub fn config(self, target: Target, topology: &Topology, seed: u64, quick: bool) -> TrainConfig {
        let two = target.inputs() == 2;
        match self {
            Method::JungKwon => {
                let full =
                    TrainConfig { settle: if two { 100 } else { 50 }, seed, ..Protocol::JungKwon.defaults() };
                if !quick {
                    return full;
                }
                // Types set much earlier, or sooner after each other, let most networks of nine layers overflow. As many
                // networks as an AVX2 register has lanes take no longer than two.
                let schedule = Schedule::Step { factor: 0.95, every: 5 };
                TrainConfig { stabilise: 500, epochs: 1000, restarts: 8, schedule, ..full }
            }
            Method::Gainstage => {
                let full = TrainConfig { seed, ..recipe(two, topology) };
                if !quick {
                    return full;
                }
                let polish = if full.anneal > 0.0 { 3 } else { 15 };
                TrainConfig { epochs: 600, restarts: 8, polish, ..full }
            }
        }
    }
}
