//! A whole network as a circuit, whatever the architecture.

use super::Probe;
use super::cost::blocks;
use super::parallel::SharedSums;
use super::{fold, layers_apart, sequential, unit};
use crate::device::{Family, Target};
use crate::expr::Rom;
use crate::module::Module;
use crate::options::{Architecture, Build, BuildError, WeightsIn};
use gainstage_golden::plan::{Plan, Valid};
use std::sync::Arc;

/// A network as a module, its timing, and where its neurons' outputs are.
pub struct Network {
    /// The top module: `clk`, `rst`, `in_valid`, inputs, `out_valid`, outputs, perhaps `in_ready`; what inputs and
    /// outputs are called: [`gainstage_golden::data::Names::input_ports`]
    pub top: Arc<Module>,
    /// One probe per neuron.
    pub probes: Vec<Probe>,
    /// Clocks from a sample to its outputs.
    pub latency: u32,
    /// Clocks from one sample to the next.
    pub interval: u32,
    /// Whether there is a port `in_ready`: a sample is taken only where it is high.
    pub ready: bool,
    /// Words of 16 bits that are loaded before the first sample, in their order.
    pub load: Option<Rom>,
}

impl Network {
    /// A circuit that takes a sample every clock.
    pub(super) fn every_clock(top: Module, probes: Vec<Probe>) -> Network {
        let latency = top.latency();
        Network { top: Arc::new(top), probes, latency, interval: 1, ready: false, load: None }
    }
}

/// The circuit of a plan with the given means.
///
/// # Errors
/// Means that contradict each other, or an interval that cannot be had.
pub fn network(plan: Valid<'_>, build: &Build) -> Result<Network, BuildError> {
    network_sharing(plan, build, &SharedSums::default())
}

/// The same, with what other circuits of the plan have worked out already.
pub(super) fn network_sharing(
    plan: Valid<'_>,
    build: &Build,
    sums: &SharedSums,
) -> Result<Network, BuildError> {
    let plan = plan.plan();
    let target = build.target()?;
    // A unit alone is its own top module: no neuron around it.
    if let Some(stage) = plan.unit() {
        return Ok(unit(plan, stage, &target));
    }
    let (architecture, family) = (build.architecture, target.family);
    let spram = architecture == Architecture::Sequential && family.most_spram() > 0;
    if build.weights_in == WeightsIn::Spram {
        return match spram {
            true => in_spram(plan, &target, build),
            false => Err(BuildError::NoSpram { family, architecture: architecture.name() }),
        };
    }
    let network = match architecture {
        Architecture::Parallel => {
            within(super::parallel::sharing(plan, &target, build.weights, build.max_dsp, sums), build.max_dsp)
        }
        Architecture::Sequential => sequential(plan, &target, build),
        Architecture::Folded => fold(plan, &target, &layers_apart(plan, build)?, build.max_dsp),
    }?;
    match in_blocks(network, family) {
        Err(BuildError::Memory { .. }) if spram && build.weights_in == WeightsIn::Auto => {
            in_spram(plan, &target, build)
        }
        made => made,
    }
}

/// A sequential circuit with its weights in SPRAM.
fn in_spram(plan: &Plan, target: &Target, build: &Build) -> Result<Network, BuildError> {
    let target = target.clone().with_weights_in_spram();
    in_blocks(sequential(plan, &target, build)?, target.family)
}

/// A circuit whose tables the block RAMs of some part hold.
fn in_blocks(network: Network, family: Family) -> Result<Network, BuildError> {
    let (blocks, most) = (blocks(&network.top).1, family.most_block_rams());
    match blocks <= most {
        true => Ok(network),
        false => Err(BuildError::Memory { family, blocks, most }),
    }
}

/// A parallel circuit shares no activation.
fn within(network: Network, most: Option<u32>) -> Result<Network, BuildError> {
    let Some(most) = most else { return Ok(network) };
    let (least, _) = blocks(&network.top);
    match least <= u64::from(most) {
        true => Ok(network),
        false => Err(BuildError::Dsp { architecture: "parallel", least, most }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arch::fixture::linear_plan;
    use crate::device::Family;

    #[test]
    fn what_no_part_can_hold_is_refused() {
        // 12,000 weights of 12 bits: more than the 120 Kbit of a UP5K, little for an ECP5.
        let plan = linear_plan(120, 100, 12);
        let valid = plan.valid().expect("a valid plan");
        let sequential = |family| Build { architecture: Architecture::Sequential, ..Build::new(family) };
        assert!(network(valid, &sequential(Family::Ecp5)).is_ok());
        let in_rom = Build { weights_in: WeightsIn::Rom, ..sequential(Family::Ice40Up) };
        match network(valid, &in_rom) {
            Err(BuildError::Memory { blocks, most: 30, .. }) => assert!(blocks > 30),
            other => panic!("{:?}", other.err()),
        }
    }

    /// What block RAM does not hold is loaded into SPRAM, unless that does not hold it either.
    #[test]
    fn spram_holds_what_block_ram_does_not() {
        let of = |inputs, weights_in, architecture, family| {
            let plan = linear_plan(inputs, 100, 12);
            let build = Build { architecture, weights_in, ..Build::new(family) };
            network(plan.valid().expect("a valid plan"), &build)
        };
        let sequential =
            |inputs, weights_in| of(inputs, weights_in, Architecture::Sequential, Family::Ice40Up);
        let loaded = sequential(120, WeightsIn::Auto).expect("in SPRAM");
        let words = loaded.load.as_ref().map_or(0, |rom| rom.words.len());
        assert_eq!((words, crate::arch::estimate(&loaded.top).spram), (12_000, 1));
        assert!(sequential(10, WeightsIn::Auto).expect("in block RAM").load.is_none());
        assert!(sequential(10, WeightsIn::Spram).expect("as asked for").load.is_some());
        match sequential(850, WeightsIn::Auto) {
            Err(
                e @ BuildError::Spram { weights: 85_000, bits: 12, blocks: 5, most: 4, room: 81_920, .. },
            ) => {
                assert!(e.to_string().contains("which hold 81920 of them"), "{e}");
            }
            other => panic!("{:?}", other.err()),
        }
        for (architecture, family) in
            [(Architecture::Folded, Family::Ice40Up), (Architecture::Sequential, Family::Ecp5)]
        {
            let refused = of(10, WeightsIn::Spram, architecture, family);
            assert!(matches!(refused, Err(BuildError::NoSpram { .. })), "{family}");
        }
    }
}
