//! Learned activations as a picture.

use super::chart::Chart;
use super::svg::{Anchor, Svg};
use gainstage_golden::func::{Activation, Learned};
use gainstage_golden::net::Network;

/// Panels in a row, and their size with margins, in pixels.
const ACROSS: usize = 5;
const PANEL: (f64, f64) = (190.0, 170.0);

/// Points of a curve.
const POINTS: usize = 600;

/// A picture with one panel per learned activation, and their number.
pub fn activations(network: &Network) -> (String, usize) {
    let layers = network.layers.iter().enumerate();
    let all: Vec<(String, &Learned)> = layers
        .flat_map(|(l, layer)| {
            layer.neurons.iter().enumerate().filter_map(move |(n, neuron)| match &neuron.activation {
                Activation::Learned(f) => Some((format!("layer {l}, neuron {n}"), f)),
                _ => None,
            })
        })
        .collect();
    let rows = all.len().div_ceil(ACROSS).max(1);
    let mut svg = Svg::new(PANEL.0 * all.len().clamp(1, ACROSS) as f64, PANEL.1 * rows as f64);
    for (i, (title, f)) in all.iter().enumerate() {
        let corner = ((i % ACROSS) as f64 * PANEL.0, (i / ACROSS) as f64 * PANEL.1);
        panel(&mut svg, corner, title, f);
    }
    (svg.finish(), all.len())
}

fn panel(svg: &mut Svg, (left, top): (f64, f64), title: &str, f: &Learned) {
    let (first, last) = (f.nodes[0], f.nodes[f.nodes.len() - 1]);
    let margin = 0.1 * (last - first);
    let ends = |values: &[f64]| {
        values.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(lo, hi), v| (lo.min(*v), hi.max(*v)))
    };
    let (low, high) = ends(&f.ordinates);
    let room = if high > low { 0.05 * (high - low) } else { 0.5 };
    let chart = Chart {
        across: (left + 40.0, left + PANEL.0 - 10.0),
        down: (top + 24.0, top + PANEL.1 - 26.0),
        x: (first - margin, last + margin),
        y: (low - room, high + room),
    };
    chart.axes(svg, "");
    svg.text((left + 0.5 * PANEL.0, top + 16.0), Anchor::Middle, title);
    for &node in &f.nodes {
        let (x, bottom) = chart.at(node, chart.y.0);
        svg.polyline(&[(x, bottom), (x, bottom - 6.0)], "#b03030", 1.5);
    }
    let at = |i: usize| chart.x.0 + (chart.x.1 - chart.x.0) * i as f64 / (POINTS - 1) as f64;
    let curve: Vec<(f64, f64)> = (0..POINTS).map(|i| (at(i), f.eval(at(i)))).collect();
    chart.curve(svg, &curve, "#2060b0", 1.5);
}
