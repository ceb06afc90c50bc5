//! What is learned, and how.

use super::LearnError;
use super::shape::distribution;
use crate::func::{Activation, Interpolation, Learned};
use serde::{Deserialize, Serialize};

/// The most nodes an activation may have.
pub const MAX_NODES: usize = 64;

/// How activations and weights are learned. Every field has a default.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "kebab-case", deny_unknown_fields)]
pub struct LearnConfig {
    /// Nodes of each activation, 2 to [`MAX_NODES`].
    pub nodes: usize,
    /// What joins them: degree 0, 1 or 3.
    pub interpolation: Interpolation,
    /// Whether ordinates are learned too.
    pub ordinates: Ordinates,
    /// How nodes find their places.
    pub placement: Placement,
    /// Whether neurons share their activation.
    pub shapes: Shapes,
    /// What is minimised.
    pub loss: Loss,
    /// Weight of Σa² over the output weights, at least 0.
    pub output_decay: f64,
    /// Weight of Σ‖w‖²·(2/span)² over the hidden neurons, span from the first to the last node: the squared steepness
    /// of the neuron along the scaled inputs, which scaling w and its nodes together does not change. At least 0.
    pub input_decay: f64,
    /// Weight of Σ(p_k - k/(K-1))² where ordinates are learned, at least 0.
    pub ordinate_decay: f64,
    /// The most sweeps of the block rule: each tries one step of the weights, of the outputs and of the nodes.
    pub sweeps: usize,
    /// Random beginnings of the block rule; the one with the lowest objective is kept.
    pub restarts: usize,
    /// Seed of the random weights.
    pub seed: u64,
    /// At the end, nodes are rounded to multiples of 2^-snap of half their span, and the outputs fitted once more: a
    /// table on such a grid then has them at the ends of its segments. 1 to 16; none leaves them where they are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub snap: Option<u32>,
}

impl Default for LearnConfig {
    fn default() -> LearnConfig {
        LearnConfig {
            nodes: 8,
            interpolation: Interpolation::Linear,
            ordinates: Ordinates::Distribution,
            placement: Placement::Quantiles,
            shapes: Shapes::Neuron,
            loss: Loss::Squares,
            output_decay: 1e-3,
            input_decay: 1e-3,
            ordinate_decay: 1e-2,
            sweeps: 60,
            restarts: 2,
            seed: 1,
            snap: None,
        }
    }
}

/// Which ordinates an activation may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ordinates {
    /// p_k = k/(K-1), fixed: with nodes at quantiles, the distribution function of the argument (the second paper).
    #[default]
    Distribution,
    /// Learned, never falling: after each step the nearest such ordinates are taken (pool adjacent violators).
    Monotone,
    /// Learned without constraint.
    Free,
}

/// How nodes find their places.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Placement {
    /// They move towards the quantiles of the argument wherever that does not raise the objective (the second paper).
    #[default]
    Quantiles,
    /// They begin at the quantiles and follow the gradient like weights. Degree 0 has none: there the slope of the
    /// straight line through the same points stands in for it.
    Gradient,
    /// Both in turn.
    Alternate,
}

impl Placement {
    /// Whether nodes are parameters of the gradient step.
    pub fn differentiates(self) -> bool {
        self != Placement::Quantiles
    }

    /// Whether nodes are drawn to quantiles.
    pub fn relocates(self) -> bool {
        self != Placement::Gradient
    }
}

/// Whose activation a neuron uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Shapes {
    /// Its own.
    #[default]
    Neuron,
    /// One for all neurons of the layer, through quantiles of all their arguments together: one table in a circuit.
    Layer,
}

/// What is minimised, as a mean over samples, besides the decays.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Loss {
    /// Half the squared error, summed over outputs; targets are scaled to variance 1.
    #[default]
    Squares,
    /// -ln of the probability that a softmax over the outputs gives the true class. Targets are one-hot rows: a 1 for
    /// the class, 0 elsewhere.
    Softmax,
}

impl LearnConfig {
    /// The activation of a neuron before anything is learned: what marks it as one to learn in a topology.
    pub fn activation(&self) -> Activation {
        let nodes = distribution(self.nodes.max(2));
        Activation::Learned(Learned { ordinates: nodes.clone(), nodes, interpolation: self.interpolation })
    }

    /// Checks every field.
    ///
    /// # Errors
    /// The first field out of range, its value and what is allowed.
    pub fn validate(&self) -> Result<(), LearnError> {
        self.faults().into_iter().next().map_or(Ok(()), Err)
    }

    /// Every field that is out of range, its value and what is allowed.
    pub fn faults(&self) -> Vec<LearnError> {
        let mut faults = Vec::new();
        let mut fault =
            |field, value: String, expected| faults.push(LearnError::Config { field, value, expected });
        if !(2..=MAX_NODES).contains(&self.nodes) {
            fault("nodes", self.nodes.to_string(), "2 to 64");
        }
        let decays = [
            ("output-decay", self.output_decay),
            ("input-decay", self.input_decay),
            ("ordinate-decay", self.ordinate_decay),
        ];
        for (field, v) in decays.into_iter().filter(|(_, v)| !(v.is_finite() && *v >= 0.0)) {
            fault(field, v.to_string(), "a finite number, at least 0");
        }
        for (field, _) in [("sweeps", self.sweeps), ("restarts", self.restarts)].iter().filter(|f| f.1 == 0) {
            fault(field, "0".into(), "at least 1");
        }
        if let Some(bits) = self.snap
            && (!(1..=16).contains(&bits) || self.nodes > 2 << bits)
        {
            fault("snap", bits.to_string(), "1 to 16, so that 2^(snap + 1) is not less than nodes");
        }
        faults
    }
}
