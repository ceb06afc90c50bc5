//! What a plan is made of: formats per layer, certificates of tables, sums that can saturate.

use super::Table;
use gainstage_golden::func::Function;
use gainstage_golden::num::{Format, bits_signed};
use gainstage_golden::plan::{Head, NeuronBounds, Plan, PlanNeuron, Stage, Tail};
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeSet;

/// A plan in figures.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct PlanSummary {
    /// Formats of the inputs.
    pub inputs: Vec<String>,
    /// Names of the ports: of the inputs, and of the outputs.
    pub ports: [Vec<String>; 2],
    /// The layers.
    pub layers: Vec<LayerSummary>,
    /// The tables.
    pub tables: Vec<TableSummary>,
    /// Names of the classes between which the plan decides; none if the outputs are values.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub argmax: Option<Vec<String>>,
    /// What comes out of a classifier that gives more than the class, such as `margin u12.8`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decided: Option<Vec<String>>,
    /// Of probabilities, the most that one is off from the softmax of the scores, in ulp of the output, before saturation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub probability_ulp: Option<f64>,
    /// Neurons whose requantizer behind the sum can saturate for some input codes.
    pub saturating: Vec<NeuronPlace>,
}

/// The widths of a plan: of everything, and of layers that differ.
pub fn widths(bits: u32, layers: Option<&[u32]>) -> String {
    let list = |all: &[u32]| all.iter().map(u32::to_string).collect::<Vec<_>>().join(" ");
    match layers.filter(|all| all.iter().any(|&w| w != bits)) {
        Some(layers) => format!("{bits} bits; layers {}", list(layers)),
        None => format!("{bits} bits"),
    }
}

/// A layer in figures. Formats are written as `s18.12`: signed, 18 bits, 12 of them behind the point.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct LayerSummary {
    /// Counts of linear, ordinary, amplifying, attenuating and fused neurons, where not 0.
    pub neurons: String,
    /// Formats of the weights.
    pub weights: String,
    /// Bits of the widest exact sum.
    pub sum_bits: u32,
    /// Formats of the sums after rounding.
    pub z: String,
    /// Formats of the activations' results.
    pub h: String,
    /// Formats of the outputs.
    pub y: String,
    /// How many of the neurons can saturate behind the sum.
    pub saturating: usize,
}

/// A table in figures.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct TableSummary {
    /// The function it approximates.
    pub function: String,
    /// Format of the argument.
    pub input: String,
    /// Format of the result.
    pub output: String,
    /// Degree of the polynomials.
    pub degree: usize,
    /// How many there are.
    pub segments: usize,
    /// Largest error over all input codes, in ulp of the output.
    pub worst_ulp: f64,
    /// The code where it occurs.
    pub worst_code: i64,
    /// Share of codes that are correctly rounded.
    pub correctly_rounded: f64,
    /// Codes run.
    pub codes: u64,
}

/// A neuron, by place.
#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
pub struct NeuronPlace {
    /// The layer, from 0.
    pub layer: usize,
    /// The neuron in it, from 0.
    pub neuron: usize,
}

impl PlanSummary {
    /// The figures of a validated plan.
    pub fn of(plan: &Plan) -> PlanSummary {
        let bounds = plan.bounds();
        let places = bounds.iter().enumerate().flat_map(|(layer, neurons)| {
            let saturating = neurons.iter().enumerate().filter(|(_, b)| b.acc_saturates);
            saturating.map(move |(neuron, _)| NeuronPlace { layer, neuron })
        });
        let layers = plan.layers.iter().zip(&bounds);
        PlanSummary {
            inputs: plan.inputs.iter().map(Format::to_string).collect(),
            ports: [plan.input_ports(), plan.output_ports()],
            layers: layers.map(|(layer, b)| LayerSummary::of(plan, &layer.neurons, b)).collect(),
            tables: plan.tables.iter().map(TableSummary::of).collect(),
            argmax: plan.argmax.as_ref().map(|a| a.classes.clone()),
            decided: decided(plan),
            probability_ulp: plan
                .softmax
                .as_ref()
                .map(|s| s.worst_error(&plan.tables[s.table], &plan.score_formats())),
            saturating: places.collect(),
        }
    }
}

/// Names and formats of the outputs, if they are more than a class.
fn decided(plan: &Plan) -> Option<Vec<String>> {
    if matches!(plan.head()?, Head::Argmax(argmax) if argmax.is_plain()) {
        return None;
    }
    let names = plan.output_names();
    let name = |i: usize| names.get(i).cloned().unwrap_or_else(|| format!("y{i}"));
    Some(plan.outputs().iter().enumerate().map(|(i, o)| format!("{} {}", name(i), o.format)).collect())
}

impl LayerSummary {
    fn of(plan: &Plan, neurons: &[PlanNeuron], bounds: &[NeuronBounds]) -> LayerSummary {
        let stages = || neurons.iter().map(|n| &n.stage);
        LayerSummary {
            neurons: counts(stages()),
            weights: formats(neurons.iter().map(|n| n.weight)),
            sum_bits: bounds.iter().map(|b| bits_signed(b.acc.0, b.acc.1)).max().unwrap_or(0),
            z: formats(stages().filter_map(|s| match s {
                Stage::Linear { .. } => None,
                Stage::Activated { z, .. } | Stage::Fused { z, .. } => Some(*z),
            })),
            h: formats(stages().filter_map(|s| match s {
                Stage::Activated { h, .. } => Some(*h),
                Stage::Linear { .. } | Stage::Fused { .. } => None,
            })),
            y: formats(neurons.iter().map(|n| plan.output_format(n))),
            saturating: bounds.iter().filter(|b| b.acc_saturates).count(),
        }
    }
}

impl TableSummary {
    fn of(t: &gainstage_golden::approx::Table) -> TableSummary {
        let function = Function { activation: t.activation.clone(), kind: t.kind };
        TableSummary {
            function: function.to_string(),
            input: t.input.to_string(),
            output: t.output.to_string(),
            degree: t.steps.len(),
            segments: t.segments.len(),
            worst_ulp: t.certificate.worst_ulp,
            worst_code: t.certificate.worst_code,
            correctly_rounded: t.certificate.correctly_rounded,
            codes: t.certificate.codes,
        }
    }
}

/// `1 linear, 4 amplifying`.
fn counts<'a>(stages: impl Iterator<Item = &'a Stage>) -> String {
    let mut counts = [("linear", 0), ("ordinary", 0), ("amplifying", 0), ("attenuating", 0), ("fused", 0)];
    for stage in stages {
        counts[match stage {
            Stage::Linear { .. } => 0,
            Stage::Activated { tail: Tail::Ordinary, .. } => 1,
            Stage::Activated { tail: Tail::Amplifying, .. } => 2,
            Stage::Activated { tail: Tail::Attenuating { .. }, .. } => 3,
            Stage::Fused { .. } => 4,
        }]
        .1 += 1;
    }
    let present = counts.iter().filter(|(_, n)| *n > 0).map(|(name, n)| format!("{n} {name}"));
    present.collect::<Vec<_>>().join(", ")
}

/// The distinct formats, or the first and the last of many; a dash for none.
fn formats(all: impl Iterator<Item = Format>) -> String {
    let distinct: BTreeSet<Format> = all.collect();
    let text: Vec<String> = distinct.iter().map(Format::to_string).collect();
    match text.as_slice() {
        [] => "-".into(),
        [first, .., last] if text.len() > 3 => format!("{first} ... {last}"),
        few => few.join(" "),
    }
}

impl std::fmt::Display for PlanSummary {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        writeln!(f, "Inputs: {}\n", self.inputs.join(" "))?;
        let mut layers =
            Table::new(&["layer", "neurons", "weights", "sum bits", "z", "h", "y", "saturating"]);
        for (i, l) in self.layers.iter().enumerate() {
            layers.row([
                i.to_string(),
                l.neurons.clone(),
                l.weights.clone(),
                l.sum_bits.to_string(),
                l.z.clone(),
                l.h.clone(),
                l.y.clone(),
                l.saturating.to_string(),
            ]);
        }
        writeln!(f, "{layers}")?;
        if !self.tables.is_empty() {
            let head =
                ["table", "function", "z", "y", "degree", "segments", "worst ulp", "at z", "exact", "codes"];
            let mut tables = Table::new(&head);
            for (i, t) in self.tables.iter().enumerate() {
                tables.row([
                    i.to_string(),
                    t.function.clone(),
                    t.input.clone(),
                    t.output.clone(),
                    t.degree.to_string(),
                    t.segments.to_string(),
                    format!("{:.4}", t.worst_ulp),
                    t.worst_code.to_string(),
                    format!("{:.2} %", 100.0 * t.correctly_rounded),
                    t.codes.to_string(),
                ]);
            }
            writeln!(f, "{tables}")?;
        }
        if let Some(outputs) = &self.decided {
            writeln!(f, "Outputs: {}.", outputs.join(", "))?;
            if let Some(ulp) = self.probability_ulp {
                writeln!(
                    f,
                    "Probabilities: at most {ulp:.4} ulp from the softmax of the scores, before saturation."
                )?;
            }
        } else if let Some(classes) = &self.argmax {
            writeln!(f, "Output: the class with the largest score, of {}.", classes.join(", "))?;
        }
        match self.saturating.as_slice() {
            [] => writeln!(f, "No sum can saturate, whatever the input codes."),
            some => {
                let shown = some.iter().take(8).map(|p| format!("{}.{}", p.layer, p.neuron));
                let more = if some.len() > 8 { ", ..." } else { "" };
                writeln!(
                    f,
                    "Sums that saturate for some input codes (layer.neuron): {}{more}. None wraps.",
                    shown.collect::<Vec<_>>().join(", ")
                )
            }
        }
    }
}
