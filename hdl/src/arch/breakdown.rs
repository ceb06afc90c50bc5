//! What the parts of a circuit take, by the estimate that ranks architectures.

use super::cost::Costs;
use crate::board::Capacity;
use crate::module::Module;
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeMap;

/// A circuit's estimate, by part and by module. The parts add up to the total, and so do the modules, each as often as it is there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Breakdown {
    /// All of it.
    pub total: Capacity,
    /// The layers, or engines, and what else lies in the top module; the last is the top module itself, without them.
    pub parts: Vec<PartCost>,
    /// Every module, without the modules inside it; the largest first.
    pub modules: Vec<ModuleCost>,
}

/// A part of the top module, with all that is inside.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct PartCost {
    /// Its instance in the top module, such as `layer0`; the name of the top module for what lies there itself.
    pub part: String,
    /// What it is.
    pub what: String,
    /// What it takes.
    pub cost: Capacity,
}

/// A module without the modules inside it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ModuleCost {
    /// Its name.
    pub module: String,
    /// What it is.
    pub what: String,
    /// How often it is there.
    pub instances: u64,
    /// What each takes.
    pub cost: Capacity,
}

impl Breakdown {
    /// The estimate of a circuit.
    pub fn of(top: &Module) -> Breakdown {
        let mut costs = Costs::default();
        let (own, total) = costs.of(top);
        let used = top.input_stages();
        let instances = top.graph().instances().iter().zip(used).filter(|(_, stage)| stage.is_some());
        let inside = instances.map(|(instance, _)| PartCost {
            part: instance.name.clone(),
            what: first_sentence(&instance.module),
            cost: costs.of(&instance.module).1.cells,
        });
        let mut parts: Vec<PartCost> = inside.collect();
        let what = "control, and registers between the parts".to_owned();
        parts.push(PartCost { part: top.name().to_owned(), what, cost: own.cells });
        Breakdown { total: total.cells, parts, modules: modules(top, &mut costs) }
    }
}

/// Every module below the top, and the top.
fn modules<'a>(top: &'a Module, costs: &mut Costs<'a>) -> Vec<ModuleCost> {
    let mut counts: BTreeMap<&str, (&'a Module, u64)> = BTreeMap::new();
    let mut open = vec![top];
    while let Some(module) = open.pop() {
        counts.entry(module.name()).or_insert((module, 0)).1 += 1;
        open.extend(module.children().map(|child| &**child));
    }
    let mut one = |(name, (module, instances)): (&str, (&'a Module, u64))| ModuleCost {
        module: name.to_owned(),
        what: first_sentence(module),
        instances,
        cost: costs.of(module).0.cells,
    };
    let mut all: Vec<ModuleCost> = counts.into_iter().map(|(name, found)| one((name, found))).collect();
    all.sort_by_key(|m| std::cmp::Reverse((m.instances * m.cost.lut, m.instances * m.cost.ff)));
    all
}

/// The first sentence of a module's comment.
fn first_sentence(module: &Module) -> String {
    let doc = module.doc().split_whitespace().collect::<Vec<_>>().join(" ");
    doc.split(". ").next().unwrap_or_default().trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arch::fixture::{plan, plan_with_products};
    use crate::arch::{estimate, network};
    use crate::device::Family;
    use crate::options::Architecture;
    use crate::options::Build;
    use gainstage_golden::plan::Stage;

    fn sum(costs: impl Iterator<Item = (u64, Capacity)>) -> Capacity {
        costs.fold(Capacity { lut: 0, ff: 0, dsp: 0, bram: 0, spram: 0 }, |s, (n, c)| Capacity {
            lut: s.lut + n * c.lut,
            ff: s.ff + n * c.ff,
            dsp: s.dsp + n * c.dsp,
            bram: s.bram + n * c.bram,
            spram: s.spram + n * c.spram,
        })
    }

    /// Two ways through the hierarchy, and the estimate of the whole, come to the same.
    #[test]
    fn parts_and_modules_add_up_to_the_estimate() {
        for plan in [plan(3), plan(5), plan_with_products()] {
            for architecture in [Architecture::Parallel, Architecture::Folded, Architecture::Sequential] {
                let build = Build { architecture, ..Build::new(Family::Ecp5) };
                let top = network(plan.valid().expect("a valid plan"), &build).expect("a circuit").top;
                let found = Breakdown::of(&top);
                assert_eq!(found.total, estimate(&top));
                assert_eq!(sum(found.parts.iter().map(|p| (1, p.cost))), found.total, "{architecture:?}");
                let modules = found.modules.iter().map(|m| (m.instances, m.cost));
                assert_eq!(sum(modules), found.total, "{architecture:?}");
            }
        }
    }

    #[test]
    fn layers_are_parts_and_shared_units_are_counted() {
        let plan = plan(3);
        let top = network(plan.valid().expect("a valid plan"), &Build::new(Family::Ecp5)).expect("made").top;
        let found = Breakdown::of(&top);
        let names: Vec<String> = found.parts.iter().map(|p| p.part.clone()).collect();
        let layers = (0..plan.layers.len()).map(|l| format!("layer{l}"));
        assert_eq!(names, layers.chain([plan.name.clone()]).collect::<Vec<_>>());
        assert!(found.parts[0].what.starts_with("Layer 0: "), "{}", found.parts[0].what);
        let whole = found.modules.iter().find(|m| m.module == plan.name).expect("the top");
        assert_eq!(whole.what, "Network, fully parallel: a sample every clock");
        // A neuron's module is there once, its table as often as neurons have it.
        let neurons: usize = plan.layers.iter().map(|l| l.neurons.len()).sum();
        let alone = found.modules.iter().filter(|m| m.module.contains("_neuron"));
        assert_eq!(alone.map(|m| m.instances).sum::<u64>(), neurons as u64);
        let reads = |stage: &Stage, t: usize| match *stage {
            Stage::Activated { table, .. } => table == Some(t),
            Stage::Fused { table, .. } => table == t,
            Stage::Linear { .. } => false,
        };
        let users = |t: usize| {
            let neurons = plan.layers.iter().flat_map(|l| &l.neurons);
            neurons.filter(|n| reads(&n.stage, t)).count() as u64
        };
        for t in 0..plan.tables.len() {
            let name = format!("p_table{t}_");
            let module = found.modules.iter().find(|m| m.module.starts_with(&name)).expect("its module");
            assert_eq!(module.instances, users(t), "{name}");
        }
    }
}
