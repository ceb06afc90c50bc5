//! Plans of one neuron: how a unit, or a neuron taken out of a network, is described and checked on its own.
//!
//! A unit is the neuron with one input, weight 1 and no bias: the sum is the input, and the stage is the unit.

use super::{Plan, PlanLayer, PlanNeuron, SCHEMA, Stage, Tail};
use crate::approx::Table;
use crate::data::Names;
use crate::num::Format;

impl Plan {
    /// The squarer alone: x in `h`, y = x² in `y`.
    pub fn of_squarer(name: &str, h: Format, y: Format) -> Plan {
        Plan::of_tail(name, h, y, Tail::Amplifying)
    }

    /// The attenuator alone: x in `h`, y = x/(x²+b) in `y`, with b = `b`·2^(-2·h.frac).
    pub fn of_attenuator(name: &str, b: i64, h: Format, y: Format) -> Plan {
        Plan::of_tail(name, h, y, Tail::Attenuating { b })
    }

    /// A table alone.
    pub fn of_table(name: &str, table: Table) -> Plan {
        let z = table.input;
        Plan { tables: vec![table], ..Plan::of_stage(name, z, Stage::Fused { z, table: 0 }) }
    }

    /// One neuron of this plan with the tables it uses; `None` if there is no such neuron.
    pub fn of_neuron(&self, layer: usize, neuron: usize, name: &str) -> Option<Plan> {
        let mut neuron = self.layers.get(layer)?.neurons.get(neuron)?.clone();
        let mut tables = Vec::new();
        if let Stage::Activated { table: Some(t), .. } | Stage::Fused { table: t, .. } = &mut neuron.stage {
            tables.push(self.tables[*t].clone());
            *t = 0;
        }
        let layers = vec![PlanLayer { neurons: vec![neuron] }];
        let inputs = self.input_formats(layer);
        Some(Plan {
            schema: SCHEMA,
            name: name.into(),
            inputs,
            layers,
            tables,
            argmax: None,
            softmax: None,
            names: Names::default(),
        })
    }

    fn of_tail(name: &str, h: Format, y: Format, tail: Tail) -> Plan {
        Plan::of_stage(name, h, Stage::Activated { z: h, table: None, h, tail, y })
    }

    fn of_stage(name: &str, x: Format, stage: Stage) -> Plan {
        let neuron = PlanNeuron { weight: UNITY, weights: vec![1], bias: 0, stage };
        let layers = vec![PlanLayer { neurons: vec![neuron] }];
        let (inputs, tables) = (vec![x], Vec::new());
        Plan {
            schema: SCHEMA,
            name: name.into(),
            inputs,
            layers,
            tables,
            argmax: None,
            softmax: None,
            names: Names::default(),
        }
    }

    /// The stage of a plan that is a unit alone: one input, one neuron that hands its input on exactly.
    pub fn unit(&self) -> Option<&Stage> {
        let ([x], [layer]) = (&self.inputs[..], &self.layers[..]) else { return None };
        let [neuron] = &layer.neurons[..] else { return None };
        let first = match neuron.stage {
            Stage::Activated { z, table: None, h, tail, .. } if z == h && tail != Tail::Ordinary => z,
            Stage::Fused { z, .. } => z,
            _ => return None,
        };
        let plain = neuron.weight == UNITY
            && neuron.weights == [1]
            && neuron.bias == 0
            && first == *x
            && self.head().is_none();
        plain.then_some(&neuron.stage)
    }
}

/// A weight of 1 with no fraction bits leaves the input as it is.
const UNITY: Format = Format { signed: true, width: 2, frac: 0 };
