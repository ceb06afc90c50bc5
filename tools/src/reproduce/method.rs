//! The two ways of training that are compared.

use clap::ValueEnum;
use gainstage_golden::data::Target;
use gainstage_golden::func::Kind;
use gainstage_golden::net::Topology;
use gainstage_golden::train::{Init, Protocol, Schedule, TrainConfig};
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
                let full = TrainConfig { seed, ..ours(two, topology) };
                if !quick {
                    return full;
                }
                let polish = if full.anneal > 0.0 { 3 } else { 15 };
                TrainConfig { epochs: 600, restarts: 8, polish, ..full }
            }
        }
    }
}

/// Hidden layers beyond which a network of ordinary neurons is trained as one of few points.
const DEEP: usize = 6;

/// Our protocol. With two inputs and few points, weight decay keeps a network from learning the points by heart. Ordinary
/// neurons alone need more of it there, and in many layers, falling in the polish, and the paper's small weights at the
/// start: otherwise most networks stay at what is smoothest.
fn ours(two_inputs: bool, topology: &Topology) -> TrainConfig {
    let ordinary = topology.hidden.iter().flat_map(|l| &l.neurons).all(|n| n.kind == Kind::Ordinary);
    let deep = topology.hidden.len() > DEEP;
    let base = TrainConfig {
        restarts: 64,
        halve_at: vec![0.1, 0.3],
        epochs: 20_000,
        polish: 200,
        consensus: 3,
        ..TrainConfig::default()
    };
    let plane = TrainConfig { l2: 0.002, ..base.clone() };
    let smooth = TrainConfig { epochs: 30_000, init: Init::Paper, ..plane.clone() };
    match (two_inputs, ordinary) {
        (false, true) if deep => {
            TrainConfig { restarts: 32, halve_at: vec![0.2, 0.5], polish: 30, anneal: 0.03, ..smooth }
        }
        (false, _) => base,
        (true, false) => TrainConfig { rate: 0.003, polish: 100, ..plane },
        (true, true) => TrainConfig { polish: 50, anneal: 1.0, ..smooth },
    }
}
