//! A whole network as a circuit, whatever the architecture.

use super::Probe;
use super::cost::blocks;
use super::parallel::SharedSums;
use super::{fold, layers_apart, sequential, unit};
use crate::module::Module;
use crate::options::Architecture;
use crate::options::{Build, BuildError};
use gainstage_golden::plan::Valid;
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
}

impl Network {
    /// A circuit that takes a sample every clock.
    pub(super) fn every_clock(top: Module, probes: Vec<Probe>) -> Network {
        let latency = top.latency();
        Network { top: Arc::new(top), probes, latency, interval: 1, ready: false }
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
    let network = match build.architecture {
        Architecture::Parallel => {
            within(super::parallel::sharing(plan, &target, build.weights, build.max_dsp, sums), build.max_dsp)
        }
        Architecture::Sequential => sequential(plan, &target, build),
        Architecture::Folded => fold(plan, &target, &layers_apart(plan, build)?, build.max_dsp),
    }?;
    let (blocks, most) = (blocks(&network.top).1, target.family.most_block_rams());
    if blocks > most {
        return Err(BuildError::Memory { family: target.family, blocks, most });
    }
    Ok(network)
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
        match network(valid, &sequential(Family::Ice40Up)) {
            Err(BuildError::Memory { blocks, most: 30, .. }) => assert!(blocks > 30),
            other => panic!("{:?}", other.err()),
        }
    }
}
