//! What values inside a plan come to on samples: how far they use their formats, and how often they saturate.

use super::{Plan, PlanNeuron, Stage};
use crate::num::{Format, Rounding, requantize};
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeMap;

/// Intervals of a histogram.
const BINS: usize = 32;

/// The values of one kind, of all neurons of a layer with one format.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Signal {
    /// The layer, from 0.
    pub layer: usize,
    /// `z` behind the sum, `y` behind the neuron.
    pub signal: &'static str,
    /// The format, such as `s18.12`.
    pub format: String,
    /// The smallest value seen.
    pub low: f64,
    /// The largest.
    pub high: f64,
    /// Values seen.
    pub samples: u64,
    /// How many of them are an end of the format because the sum lies beyond it.
    pub saturated: u64,
    /// Counts over the format's range, in intervals of equal width.
    pub histogram: Vec<u64>,
}

impl Plan {
    /// The signals of samples, given by their input codes, row-major.
    pub fn signals(&self, codes: &[i64]) -> Vec<Signal> {
        let mut found: BTreeMap<(usize, &'static str, Format), Signal> = BTreeMap::new();
        for row in codes.chunks_exact(self.inputs.len().max(1)) {
            let mut x = row.to_vec();
            for (l, layer) in self.layers.iter().enumerate() {
                let formats = self.input_formats(l);
                let y = |n: &PlanNeuron| {
                    let (z, saturated) = n.summed(&formats, &x);
                    let (argument, result) = (n.stage.argument(), self.output_format(n));
                    let code = self.behind(&n.stage, z);
                    let mut note = |name, format: Format, code, saturated| {
                        let new = || Signal::new(l, name, format);
                        found.entry((l, name, format)).or_insert_with(new).note(format, code, saturated);
                    };
                    match n.stage {
                        Stage::Linear { .. } => note("y", result, code, saturated),
                        Stage::Activated { .. } | Stage::Fused { .. } => {
                            note("z", argument, z, saturated);
                            note("y", result, code, false);
                        }
                    }
                    code
                };
                let next = layer.neurons.iter().map(y).collect();
                x = next;
            }
        }
        found.into_values().collect()
    }
}

impl PlanNeuron {
    /// The rounded sum, and whether it saturated.
    fn summed(&self, formats: &[Format], x: &[i64]) -> (i64, bool) {
        let (sum, frac) = self.sum(formats, x);
        let format = self.stage.argument();
        let code = requantize(sum, frac, format, Rounding::HalfUp);
        // Rounding moves a sum by half a step; what is further away was cut off.
        let value = |code: i128, frac: i32| code as f64 * libm::exp2(-f64::from(frac));
        let off = value(i128::from(code), format.frac) - value(sum, frac);
        (code, off.abs() > 0.75 * value(1, format.frac))
    }
}

impl Signal {
    fn new(layer: usize, signal: &'static str, format: Format) -> Signal {
        let (low, high) = (f64::INFINITY, f64::NEG_INFINITY);
        let (format, histogram) = (format.to_string(), vec![0; BINS]);
        Signal { layer, signal, format, low, high, samples: 0, saturated: 0, histogram }
    }

    fn note(&mut self, format: Format, code: i64, saturated: bool) {
        let value = format.value(code);
        self.low = self.low.min(value);
        self.high = self.high.max(value);
        self.samples += 1;
        self.saturated += u64::from(saturated);
        let from_least = i128::from(code) - i128::from(format.min_code());
        let span = i128::from(format.max_code()) - i128::from(format.min_code()) + 1;
        let bin = from_least * BINS as i128 / span;
        self.histogram[(bin.max(0) as usize).min(BINS - 1)] += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::Names;
    use crate::plan::{PlanLayer, SCHEMA};

    #[test]
    fn values_are_counted_where_they_lie() {
        let format = |width, frac| Format::new(true, width, frac).expect("a format");
        // y = 4 x in a format that ends at 7.
        let neuron = PlanNeuron {
            weight: format(4, 0),
            weights: vec![4],
            bias: 0,
            stage: Stage::Linear { y: format(4, 0) },
        };
        let plan = Plan {
            schema: SCHEMA,
            name: "four".into(),
            inputs: vec![format(4, 0)],
            layers: vec![PlanLayer { neurons: vec![neuron] }],
            tables: Vec::new(),
            argmax: None,
            softmax: None,
            names: Names::default(),
        };
        let signals = plan.signals(&[-3, -1, 0, 1, 2]);
        let [y] = &signals[..] else { panic!("one signal: {signals:?}") };
        // -12 is cut off to -8, and 8 to 7.
        assert_eq!((y.low, y.high, y.samples, y.saturated), (-8.0, 7.0, 5, 2));
        assert_eq!((y.signal, y.format.as_str(), y.layer), ("y", "s4.0", 0));
        let at: Vec<usize> = (0..BINS).filter(|&b| y.histogram[b] > 0).collect();
        assert_eq!(at, [0, 8, 16, 24, 30]);
    }
}
