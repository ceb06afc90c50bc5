//! From features to layers: each neuron as early as it can be, and linear neurons for what is needed later.

use super::error::Fault;
use super::expression::Expression;
use super::form::{Features, Form};
use crate::net::{Layer, MAX_LAYERS, MAX_WEIGHTS, MAX_WIDTH, Network, Neuron};
use std::collections::HashMap;

/// What a neuron of a layer computes.
pub(super) struct Planned {
    /// Its function.
    pub function: Expression,
    /// The sum that the function takes.
    pub argument: Form,
    /// The feature that it is; none for a sum at the end.
    pub feature: Option<u32>,
}

/// A layer, and the features that it takes.
pub(super) struct Level {
    /// The features of the layer before.
    pub before: Vec<u32>,
    /// The neurons.
    pub neurons: Vec<Planned>,
}

/// The layers of the features that some outputs need.
struct Plan<'f> {
    features: &'f Features,
    /// The layer whose neurons make a feature; 0 for inputs, none if nothing needs it.
    level: Vec<Option<usize>>,
    /// The last layer that takes a feature.
    last: Vec<usize>,
}

/// The network with these outputs.
///
/// # Errors
/// More layers, neurons or weights than a network may have.
pub(super) fn network(features: &Features, outputs: &[Form]) -> Result<Network, Fault> {
    let levels = levels(features, outputs)?;
    let layers = levels.iter().map(|level| dense(&level.before, &level.neurons));
    Ok(Network { layers: layers.collect::<Result<_, _>>()? })
}

/// The layers of the network with these outputs.
///
/// # Errors
/// As [`network`].
pub(super) fn levels(features: &Features, outputs: &[Form]) -> Result<Vec<Level>, Fault> {
    let mut plan = Plan::new(features, outputs);
    let depth = plan.level.iter().flatten().copied().max().unwrap_or(0);
    let joined = plan.ends_with(outputs, depth);
    let layers = if joined { depth } else { depth + 1 };
    check("the number of layers", layers as u128, MAX_LAYERS)?;
    let ends: Vec<Planned> = outputs.iter().map(|form| plan.output(form, joined, layers)).collect();
    for end in &ends {
        plan.take(&end.argument, layers);
    }
    plan.check_sizes(layers, outputs.len())?;
    let mut levels = Vec::with_capacity(layers);
    let mut before: Vec<u32> = (0..features.inputs() as u32).collect();
    for layer in 1..layers {
        let held = plan.held(layer);
        let neurons = held.iter().map(|&f| plan.neuron(f, layer)).collect();
        levels.push(Level { before, neurons });
        before = held;
    }
    levels.push(Level { before, neurons: ends });
    Ok(levels)
}

/// Refuses what is larger than a network may be.
fn check(what: &str, value: u128, most: usize) -> Result<(), Fault> {
    if value <= most as u128 {
        return Ok(());
    }
    Err(Fault::Size { what: format!("{what} of the network"), value, most: most as u64 })
}

impl<'f> Plan<'f> {
    /// The layers of all features that the outputs need.
    fn new(features: &'f Features, outputs: &[Form]) -> Plan<'f> {
        let count = features.count();
        let mut needed = vec![false; count];
        let mark = |needed: &mut Vec<bool>, form: &Form| {
            form.terms.iter().for_each(|&(f, _)| needed[f as usize] = true);
        };
        outputs.iter().for_each(|form| mark(&mut needed, form));
        // A feature takes older ones only.
        for f in (0..count).rev().filter(|&f| f >= features.inputs()) {
            if needed[f]
                && let Some(neuron) = features.get(f as u32)
            {
                mark(&mut needed, &neuron.argument);
            }
        }
        let mut plan = Plan { features, level: vec![None; count], last: vec![0; count] };
        for (f, needed) in needed.into_iter().enumerate() {
            plan.level[f] = match features.get(f as u32) {
                None => Some(0),
                Some(neuron) if needed => {
                    let level = 1 + plan.depth(&neuron.argument);
                    plan.take(&neuron.argument, level);
                    Some(level)
                }
                Some(_) => None,
            };
        }
        plan
    }

    /// The largest layer of a form's features.
    fn depth(&self, form: &Form) -> usize {
        form.terms.iter().filter_map(|&(f, _)| self.level[f as usize]).max().unwrap_or(0)
    }

    /// Notes that a layer takes the features of a form.
    fn take(&mut self, form: &Form, layer: usize) {
        for &(f, _) in &*form.terms {
            let last = &mut self.last[f as usize];
            *last = layer.max(*last);
        }
    }

    /// Whether the features of the last layer are outputs and nothing else, so that no layer of sums must follow.
    fn ends_with(&self, outputs: &[Form], depth: usize) -> bool {
        let newest = |f: u32| self.level[f as usize] == Some(depth);
        depth > 0
            && outputs.iter().all(|o| o.alone().is_some_and(newest) || !o.terms.iter().any(|t| newest(t.0)))
    }

    /// The neuron of an output in the last layer.
    fn output(&self, form: &Form, joined: bool, layers: usize) -> Planned {
        let newest = form.alone().filter(|&f| joined && self.level[f as usize] == Some(layers));
        match newest.and_then(|f| self.features.get(f)) {
            Some(neuron) => Planned {
                function: neuron.function.clone(),
                argument: neuron.argument.clone(),
                feature: newest,
            },
            None => Planned { function: Expression::X, argument: form.clone(), feature: None },
        }
    }

    /// The features that a layer gives to the next: its own, and older ones that are needed later.
    fn held(&self, layer: usize) -> Vec<u32> {
        let levels = self.level.iter().zip(&self.last).enumerate();
        let held = levels.filter(|(_, (level, last))| level.is_some_and(|l| l <= layer) && **last > layer);
        held.map(|(f, _)| f as u32).collect()
    }

    /// The neuron that gives a feature to the next layer.
    fn neuron(&self, feature: u32, layer: usize) -> Planned {
        let own = self.level[feature as usize] == Some(layer);
        match self.features.get(feature).filter(|_| own) {
            Some(neuron) => Planned {
                function: neuron.function.clone(),
                argument: neuron.argument.clone(),
                feature: Some(feature),
            },
            None => {
                Planned { function: Expression::X, argument: Form::feature(feature), feature: Some(feature) }
            }
        }
    }

    /// Refuses sizes beyond those of a network, before anything is allocated for it.
    fn check_sizes(&self, layers: usize, outputs: usize) -> Result<(), Fault> {
        let mut widths = vec![0i64; layers + 1];
        for (level, &last) in self.level.iter().zip(&self.last) {
            if let Some(level) = level.filter(|&l| l < last) {
                widths[level] += 1;
                widths[last] -= 1;
            }
        }
        let (mut before, mut held, mut weights) = (self.features.inputs() as u128, 0, 0u128);
        for (layer, change) in widths.iter().enumerate() {
            held += change;
            let width = if layer == layers { outputs as u128 } else { held.max(0) as u128 };
            let width = if layer == 0 { before } else { width };
            check("the number of neurons or inputs in a layer", width, MAX_WIDTH)?;
            weights += if layer == 0 { 0 } else { before * width };
            before = width;
        }
        check("the number of weights", weights, MAX_WEIGHTS)
    }
}

/// A layer of neurons on the features of the layer before.
fn dense(before: &[u32], neurons: &[Planned]) -> Result<Layer, Fault> {
    let place: HashMap<u32, usize> = before.iter().enumerate().map(|(at, &f)| (f, at)).collect();
    let mut weights = vec![0.0; before.len() * neurons.len()];
    for (row, planned) in weights.chunks_mut(before.len().max(1)).zip(neurons) {
        for (f, w) in &*planned.argument.terms {
            if let Some(weight) = place.get(f).and_then(|&at| row.get_mut(at)) {
                *weight = *w;
            }
        }
    }
    let bias: Vec<f64> = neurons.iter().map(|p| p.argument.bias).collect();
    let long = || Fault::Format { problem: "a function of a neuron is too long to be written".into() };
    let made = |p: &Planned| p.function.neuron().ok_or_else(long);
    let neurons = neurons.iter().map(made).collect::<Result<Vec<Neuron>, Fault>>()?;
    let bias = bias.iter().any(|&b| b != 0.0).then_some(bias);
    Ok(Layer { inputs: before.len(), neurons, weights, bias })
}
