//! Inputs of which a plan sees little: few codes for what varies, or no weight that is not 0.

use super::Span;
use crate::data::moments;
use crate::net::Network;
use crate::num::{Format, MAX_WIDTH, Rounding, quantize};
use crate::plan::Plan;
use crate::text::count;
use std::fmt;

/// What a plan does not see of an input.
#[derive(Clone, Debug, PartialEq)]
pub enum InputConcern {
    /// Its values span a small part of the codes that its format has, and lie between them.
    FewCodes {
        /// The input, from 0.
        input: usize,
        /// Smallest and largest value.
        range: (f64, f64),
        /// Its format.
        format: Format,
        /// Codes from the smallest to the largest value.
        codes: u64,
        /// The input and its value that the format has room for, if it is another.
        room: Option<(usize, f64)>,
    },
    /// All its weights are 0 in the plan, though they are not in the network.
    NoWeight {
        /// The input, from 0.
        input: usize,
        /// Neurons of the first layer.
        neurons: usize,
        /// The largest of the weights.
        weight: f64,
        /// Half the step of weights: what is smaller becomes 0.
        half: f64,
    },
}

/// So many codes are enough whatever the width.
const ENOUGH: u64 = 1024;

/// The share of a format's codes that a span must hold, or have enough.
const SHARE: u64 = 16;

impl InputConcern {
    /// What a plan of this network does not see of its inputs on these samples, stored one after the other.
    pub fn of(network: &Network, plan: &Plan, x: &[f64]) -> Vec<InputConcern> {
        let mut found = Vec::new();
        let columns = moments(x, plan.inputs.len()).into_iter().zip(&plan.inputs);
        let largest = (x.iter().enumerate())
            .max_by(|a, b| a.1.abs().total_cmp(&b.1.abs()))
            .map(|(i, &v)| (i % plan.inputs.len(), v));
        for (input, ([_, deviation], &format)) in columns.enumerate() {
            // What varies by no more than rounding says nothing in any format.
            if deviation == 0.0 {
                continue;
            }
            let column = || x.iter().copied().skip(input).step_by(plan.inputs.len());
            let mut span = Span::EMPTY;
            column().for_each(|v| span.add(v));
            // A format that twice the values would fit is so for another input.
            let spare = 2.0 * span.lo.abs().max(span.hi.abs()) < format.value(format.max_code());
            let room = largest.filter(|&(i, _)| spare && i != input);
            found.extend(few_codes(input, format, span, room, column));
            found.extend(no_weight(network, plan, input, span));
        }
        found
    }
}

fn code(v: f64, format: Format) -> i64 {
    quantize(v, format, Rounding::HalfUp).unwrap_or(0)
}

fn few_codes<I: Iterator<Item = f64>>(
    input: usize,
    format: Format,
    span: Span,
    room: Option<(usize, f64)>,
    column: impl Fn() -> I,
) -> Option<InputConcern> {
    let codes = code(span.hi, format).abs_diff(code(span.lo, format)) + 1;
    if codes >= ENOUGH.min((1 << format.width) / SHARE) {
        return None;
    }
    // Values that are codes lose nothing: whole numbers far from 0 are such.
    let off = column().map(|v| (v - format.value(code(v, format))).abs()).fold(0.0, f64::max);
    let range = (span.lo, span.hi);
    (off > 0.5 * (span.hi - span.lo) / ENOUGH as f64).then_some(InputConcern::FewCodes {
        input,
        range,
        format,
        codes,
        room,
    })
}

fn no_weight(network: &Network, plan: &Plan, input: usize, span: Span) -> Option<InputConcern> {
    let (layer, planned) = (network.layers.first()?, &plan.layers.first()?.neurons);
    if planned.iter().any(|n| n.weights[input] != 0) {
        return None;
    }
    let real = |n: usize| layer.weights[n * layer.inputs + input].abs();
    // What the input moves in a sum, in steps of what the sum is rounded to: less than one is not missed.
    let moves = |n: usize| real(n) * (span.hi - span.lo) / planned[n].stage.argument().ulp();
    // A weight that is 0 though it is more than half a step was tuned away, not rounded.
    if (0..planned.len()).any(|n| real(n) > 0.5 * planned[n].weight.ulp()) {
        return None;
    }
    let n = (0..planned.len()).max_by(|&a, &b| moves(a).total_cmp(&moves(b))).filter(|&n| moves(n) > 1.0)?;
    let (weight, half) = (real(n), 0.5 * planned[n].weight.ulp());
    Some(InputConcern::NoWeight { input, neurons: planned.len(), weight, half })
}

impl fmt::Display for InputConcern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            InputConcern::FewCodes { input, range: (lo, hi), format, codes, room } => {
                let sign = if format.signed { 's' } else { 'u' };
                let (width, frac) = (format.width, format.frac);
                write!(
                    f,
                    "input x{input} runs from {lo} to {hi}, which is {} of its format {sign}{width}.{frac}: ",
                    count(*codes, "code")
                )?;
                match room {
                    None => write!(
                        f,
                        "its offset takes the other bits; subtract {} from the column",
                        0.5 * (lo + hi)
                    )?,
                    Some((other, value)) => write!(
                        f,
                        "it makes room for x{other}, which reaches {value}; scale x{other}, subtract its offset, or give \
                         every input its own format (--formats value)"
                    )?,
                }
                let lacking =
                    libm::ceil(libm::log2(ENOUGH as f64 * format.ulp() / (hi - lo))).max(1.0) as u32;
                match width.saturating_add(lacking) <= MAX_WIDTH {
                    true => write!(f, ", or give {} more", count(lacking as u64, "bit")),
                    false => Ok(()),
                }
            }
            InputConcern::NoWeight { input, neurons, weight, half } => write!(
                f,
                "input x{input} is not seen: its weights in {} of layer 0 all round to 0 (the one that counts most is \
                 {weight:.3e}, what is below {half:.3e} becomes 0); scale the column by {:.0}, so that it is about as \
                 large as the others, or give weights more bits",
                count(*neurons, "neuron"),
                libm::exp2(libm::ceil(libm::log2(half / weight)) + 8.0),
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::approx::Demand;
    use crate::net::{Layer, Neuron};
    use crate::quant::{Calibration, Granularity, Kinds, QuantOptions, quantize_network};

    fn concerns(weights: Vec<f64>, x: &[f64], bits: u32) -> Vec<InputConcern> {
        let inputs = weights.len();
        let layer = Layer { inputs, neurons: vec![Neuron::default()], weights, bias: None };
        let network = Network { layers: vec![layer] };
        let options = QuantOptions {
            name: "net".into(),
            bits,
            granularity: Granularity::Layer,
            layers: Vec::new(),
            demand: Demand::default(),
            kinds: Kinds::Usual,
        };
        let plan = quantize_network(&network, &Calibration::from_data(x), &options).expect("a plan");
        InputConcern::of(&network, &plan, x)
    }

    #[test]
    fn an_offset_leaves_few_codes_and_is_named() {
        let x: Vec<f64> = (0..=100).map(|i| 1012.75 + i as f64 / 100.0).collect();
        let found = concerns(vec![1.0], &x, 16);
        // s16.5: steps of 1/32.
        let [InputConcern::FewCodes { input: 0, codes: 33, format, .. }] = found[..] else {
            panic!("{found:?}")
        };
        assert_eq!(format.frac, 5);
        let text = found[0].to_string();
        assert!(
            text.contains("x0 runs from 1012.75 to 1013.75, which is 33 codes of its format s16.5"),
            "{text}"
        );
        assert!(text.contains("subtract 1013.25 from the column, or give 5 bits more"), "{text}");
        assert!(matches!(concerns(vec![1.0], &x, 18)[..], [InputConcern::FewCodes { codes: 129, .. }]));
        assert_eq!(concerns(vec![1.0], &x, 22), []);
        // A small input in a format that has room for a large one has no offset to subtract.
        let both: Vec<f64> = (0..100).flat_map(|i| [f64::from(i) / 10.0, 1e6 + f64::from(i % 7)]).collect();
        let text = concerns(vec![1.0, 1.0], &both, 12).iter().map(ToString::to_string).collect::<String>();
        assert!(text.contains("it makes room for x1, which reaches 1000006; scale x1"), "{text}");
        // What 48 bits cannot hold is not promised.
        let far: Vec<f64> = (0..100).map(|i| 1e13 + f64::from(i) / 100.0).collect();
        let text = concerns(vec![1.0], &far, 12)[0].to_string();
        assert!(text.contains("subtract 10000000000000") && !text.contains("more"), "{text}");
        // Whole numbers are codes; a span that fills its format has all there are.
        let whole: Vec<f64> = (0..=100).map(|i| 10_000.0 + f64::from(i)).collect();
        assert_eq!(concerns(vec![1.0], &whole, 16), []);
        let all: Vec<f64> = (0..=1000).map(|i| f64::from(i) / 500.0 - 1.0).collect();
        assert_eq!(concerns(vec![1.0], &all, 6), []);
    }

    #[test]
    fn an_input_without_weight_is_named_if_it_counts() {
        // Of equal weight in the sum, but of sizes 10^6 apart.
        let x: Vec<f64> = (0..100).flat_map(|i| [f64::from(i % 10), f64::from(i / 10) * 1e6]).collect();
        let found = concerns(vec![1.0, 1e-6], &x, 14);
        assert!(matches!(found[..], [InputConcern::NoWeight { input: 1, neurons: 1, .. }]), "{found:?}");
        assert!(
            found[0].to_string().starts_with("input x1 is not seen: its weights in 1 neuron"),
            "{}",
            found[0]
        );
        // So small that its whole range moves the sum by less than a step.
        assert_eq!(concerns(vec![1.0, 1e-12], &x, 14), []);
        assert_eq!(concerns(vec![1.0, 0.0], &x, 14), []);
    }
}
