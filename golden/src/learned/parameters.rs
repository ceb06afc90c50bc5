//! Everything a gradient step may move, in one row: weights, biases, nodes, ordinates.

use super::shape::{never_falling, ordered};
use super::{LearnConfig, Ordinates, Shapes};
use crate::func::{Activation, Learned};
use crate::net::{Layer, Network};
use std::ops::Range;

/// Where the parameters of one layer are in the row.
#[derive(Clone, Debug)]
pub(super) struct Place {
    pub weights: Range<usize>,
    pub bias: Range<usize>,
    /// Per neuron with a learned activation; neurons that share one name the same ranges.
    pub shapes: Vec<Option<ShapePlace>>,
}

/// Where the points of one activation are in the row; nothing for those that are fixed.
#[derive(Clone, Debug)]
pub(super) struct ShapePlace {
    pub nodes: Option<Range<usize>>,
    pub ordinates: Option<Range<usize>>,
}

/// The row's layout.
#[derive(Clone, Debug)]
pub(super) struct Parameters {
    pub places: Vec<Place>,
    pub count: usize,
    /// The first layer that moves.
    pub first: usize,
    ordinates: Ordinates,
}

pub(super) fn learned(layer: &Layer, n: usize) -> Option<&Learned> {
    match &layer.neurons[n].activation {
        Activation::Learned(f) => Some(f),
        _ => None,
    }
}

pub(super) fn learned_mut(layer: &mut Layer, n: usize) -> Option<&mut Learned> {
    match &mut layer.neurons[n].activation {
        Activation::Learned(f) => Some(f),
        _ => None,
    }
}

impl Parameters {
    pub fn new(network: &Network, config: &LearnConfig) -> Parameters {
        let mut count = 0;
        let mut take = |n: usize| {
            count += n;
            count - n..count
        };
        let places = network
            .layers
            .iter()
            .map(|layer| {
                let weights = take(layer.weights.len());
                let bias = take(layer.bias.as_ref().map_or(0, Vec::len));
                let mut shared: Option<ShapePlace> = None;
                let mut shape = |f: &Learned| {
                    if let Some(place) = &shared {
                        return place.clone();
                    }
                    let nodes = config.placement.differentiates().then(|| take(f.nodes.len()));
                    let learned = config.ordinates != Ordinates::Distribution;
                    let place = ShapePlace { nodes, ordinates: learned.then(|| take(f.nodes.len())) };
                    if config.shapes == Shapes::Layer {
                        shared = Some(place.clone());
                    }
                    place
                };
                let shapes = (0..layer.neurons.len()).map(|n| learned(layer, n).map(&mut shape)).collect();
                Place { weights, bias, shapes }
            })
            .collect();
        Parameters { places, count, first: 0, ordinates: config.ordinates }
    }

    /// Weights and biases of the last layer alone.
    pub fn of_outputs(network: &Network, config: &LearnConfig) -> Parameters {
        let first = network.layers.len() - 1;
        let last = &network.layers[first];
        let (weights, bias) = (last.weights.len(), last.bias.as_ref().map_or(0, Vec::len));
        let none = Place { weights: 0..0, bias: 0..0, shapes: Vec::new() };
        let mut places = vec![none; first];
        let shapes = vec![None; last.neurons.len()];
        places.push(Place { weights: 0..weights, bias: weights..weights + bias, shapes });
        Parameters { places, count: weights + bias, first, ordinates: config.ordinates }
    }

    /// The network moved by `delta`; `None` where nodes would no longer increase.
    pub fn moved(&self, network: &Network, delta: &[f64]) -> Option<Network> {
        let mut next = network.clone();
        let add = |to: &mut [f64], range: &Range<usize>| {
            to.iter_mut().zip(&delta[range.clone()]).for_each(|(v, d)| *v += d);
        };
        for (layer, place) in next.layers.iter_mut().zip(&self.places).skip(self.first) {
            add(&mut layer.weights, &place.weights);
            if let Some(bias) = &mut layer.bias {
                add(bias, &place.bias);
            }
            for (n, shape) in place.shapes.iter().enumerate() {
                let (Some(shape), Some(f)) = (shape, learned_mut(layer, n)) else { continue };
                if let Some(nodes) = &shape.nodes {
                    add(&mut f.nodes, nodes);
                    if !ordered(&f.nodes) {
                        return None;
                    }
                }
                if let Some(ordinates) = &shape.ordinates {
                    add(&mut f.ordinates, ordinates);
                    if self.ordinates == Ordinates::Monotone {
                        never_falling(&mut f.ordinates);
                    }
                }
            }
        }
        Some(next)
    }
}
