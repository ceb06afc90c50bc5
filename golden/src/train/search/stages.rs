//! When neurons become what the topology says: at once, or layer after layer once all have trained as ordinary ones.

use crate::func::Kind;
use crate::net::{Network, Topology};
use crate::train::config::TrainConfig;

/// Checks in a stretch.
const STRETCH: usize = 5;

/// Checks in a restart that runs all its epochs.
const CHECKS: usize = 100;

/// Checks between two points of a curve.
const CURVE: usize = 4;

/// Epochs between two checks, of so many in all.
pub(in crate::train) fn check_stride(total: usize) -> usize {
    total.div_ceil(CHECKS)
}

/// Epochs between two points of a curve, of so many in all.
pub(in crate::train) fn curve_stride(total: usize) -> usize {
    CURVE * check_stride(total)
}

/// The epochs at which layers get their types.
#[derive(Clone, Debug)]
pub(in crate::train) struct Stages {
    /// Epoch and hidden layer, ascending.
    placements: Vec<(usize, usize)>,
    /// All epochs.
    pub total: usize,
    /// Epochs before the schedule of the learning rate begins.
    lead: usize,
}

impl Stages {
    pub fn new(config: &TrainConfig, topology: &Topology) -> Stages {
        let typed = |k: &usize| topology.hidden[*k].neurons.iter().any(|n| n.kind != Kind::Ordinary);
        let layers = (0..topology.hidden.len()).filter(typed);
        let placements: Vec<_> = match config.stabilise {
            0 => Vec::new(),
            stabilise => layers
                .enumerate()
                .map(|(i, k)| (stabilise.saturating_add(i.saturating_mul(config.settle)), k))
                .collect(),
        };
        let lead = match config.stabilise {
            0 => 0,
            stabilise => stabilise.saturating_add(placements.len().saturating_mul(config.settle)),
        };
        Stages { placements, total: lead.saturating_add(config.epochs), lead }
    }

    /// The learning rate in epoch `epoch`, from 0: that of the first scheduled epoch until all types are set.
    pub fn rate(&self, config: &TrainConfig, epoch: usize) -> f64 {
        config.rate * config.schedule.factor(epoch.saturating_sub(self.lead), config.epochs)
    }

    /// The first epoch after `epoch` at which something is to be done or a stretch is over, at most `end`.
    pub fn next_stop(&self, epoch: usize, end: usize) -> usize {
        let over = (epoch / self.stretch() + 1) * self.stretch();
        self.placements.iter().map(|p| p.0).filter(|&p| p > epoch).chain([end, over]).min().unwrap_or(end)
    }

    /// Epochs between two times at which all restarts stand still, and their state can be kept.
    fn stretch(&self) -> usize {
        STRETCH * check_stride(self.total)
    }

    /// The hidden layers whose types are set before epoch `epoch` (from 0) runs.
    pub fn due(&self, epoch: usize) -> impl Iterator<Item = usize> {
        self.placements.iter().filter(move |p| p.0 == epoch).map(|p| p.1)
    }

    /// Makes the neurons ordinary that get their types after `epoch`.
    pub fn hold_back(&self, network: &mut Network, epoch: usize) {
        for (_, k) in self.placements.iter().filter(|p| p.0 > epoch) {
            network.layers[*k].neurons.iter_mut().for_each(|n| n.kind = Kind::Ordinary);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::net::PaperShape;
    use crate::train::Protocol;

    #[test]
    fn the_papers_order_of_things() {
        let shape = PaperShape {
            amplifying: 3,
            attenuating: 1,
            typed_layers: Some([2, 5]),
            ..PaperShape::new(2, 1, 10, 6)
        };
        let topology = Topology::paper(&shape).expect("valid");
        let config = TrainConfig { settle: 100, ..Protocol::JungKwon.defaults() };
        let stages = Stages::new(&config, &topology);
        assert_eq!(stages.placements, [(2500, 1), (2600, 2), (2700, 3), (2800, 4)]);
        assert_eq!((stages.total, stages.lead), (202_900, 2900));
        assert_eq!([0, 2900, 3899, 3900].map(|e| stages.rate(&config, e)), [0.001, 0.001, 0.001, 0.00095]);
        let last = 0.001 * 0.95f64.powi(199);
        assert!((stages.rate(&config, 202_899) - last).abs() < 1e-18);
        assert_eq!([0, 2500, 2800].map(|e| stages.next_stop(e, 9000)), [2500, 2600, 9000]);
        assert_eq!((stages.next_stop(0, 40), stages.due(2600).collect::<Vec<_>>()), (40, vec![2]));
        let mut network = topology.zeros();
        stages.hold_back(&mut network, 0);
        assert!(network.layers.iter().flat_map(|l| &l.neurons).all(|n| n.kind == Kind::Ordinary));
        let mut network = topology.zeros();
        stages.hold_back(&mut network, 2600);
        let typed = network.layers.iter().map(|l| l.neurons.iter().any(|n| n.kind != Kind::Ordinary));
        assert_eq!(typed.collect::<Vec<_>>(), [false, true, true, false, false, false, false]);
        assert_eq!([9000, 10_145, 202_000].map(|e| stages.next_stop(e, 202_900)), [10_145, 20_290, 202_900]);
        // Without stabilising epochs the types are there from the start.
        let stages = Stages::new(&TrainConfig::default(), &topology);
        assert_eq!((stages.placements.len(), stages.total), (0, TrainConfig::default().epochs));
    }
}
