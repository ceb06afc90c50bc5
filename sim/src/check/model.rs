//! A plan as the model that a circuit is compared with.

use super::Golden;
use gainstage_golden::plan::{Engine, Plan};

/// The integer model of a plan: the fast engine for outputs, the plain reference for neurons.
pub struct PlanModel {
    plan: Plan,
    engine: Engine,
}

impl PlanModel {
    /// The model of a validated plan.
    pub fn new(plan: Plan) -> PlanModel {
        let engine = Engine::new(&plan);
        PlanModel { plan, engine }
    }

    /// The plan.
    pub fn plan(&self) -> &Plan {
        &self.plan
    }
}

impl Golden for PlanModel {
    fn outputs(&self, inputs: &[i64], out: &mut [i64]) {
        self.engine.run_into(inputs, out);
    }

    fn batch(&self, _width: usize, inputs: &[i64], out: &mut [i64]) {
        self.engine.run_into(inputs, out);
    }

    fn probe(&self, inputs: &[i64], layer: usize, neuron: usize) -> Option<i64> {
        self.plan.trace(inputs).get(layer)?.get(neuron).copied()
    }
}
