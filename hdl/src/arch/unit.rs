//! A unit alone, as a top module.

use super::{Network, attenuator_module, squarer_module, table_module};
use crate::device::Target;
use gainstage_golden::plan::{Plan, Stage, Tail};

/// The unit of a one-neuron plan ([`Plan::unit`]) with `rst`, `in_valid` and `out_valid`; no probes.
pub fn unit(plan: &Plan, stage: &Stage, target: &Target) -> Network {
    let name = &plan.name;
    let module = match *stage {
        Stage::Fused { table, .. } => table_module(&plan.tables[table], name, target),
        Stage::Activated { h, tail: Tail::Attenuating { b }, y, .. } => {
            attenuator_module(b, h, y, name, target)
        }
        // `Plan::unit` lets no other stage pass.
        Stage::Activated { h, y, .. } | Stage::Linear { y: h @ y } => squarer_module(h, y, name, target),
    };
    Network::every_clock(module.with_valid(), Vec::new())
}
