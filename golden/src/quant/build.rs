//! Builds the plan: one format per group of values, integer weights, one table per distinct activation.

use super::calibrate::fit_unsigned;
use super::table_requests::Wanted;
use super::{Calibration, NeuronSpans, Observed, Span, fit_format, observe};
use crate::approx::{ApproxError, Cost, Demand, GenericCost, TableShape, approximate};
use crate::data::Names;
use crate::func::{Activation, Function, Kind};
use crate::net::{Layer, Network, Neuron};
use crate::num::{Format, MAX_WIDTH, Rounding, quantize};
use crate::plan::{
    ConstantError, MAX_EXACT_BITS, Plan, PlanError, PlanLayer, PlanNeuron, SCHEMA, Stage, Tail,
    attenuator_constant,
};
use serde::{Deserialize, Serialize};

/// What shares one format.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Granularity {
    /// One format per layer.
    #[default]
    Layer,
    /// Weights and outputs have a format per neuron: finer, and free in a parallel circuit. z and h are shared by a layer,
    /// and with them the table.
    Neuron,
    /// Every value has a format per neuron, z and h included, and inputs and outputs that are never negative have no sign
    /// bit. Neurons whose formats differ have tables of their own.
    Value,
    /// As `Layer`, but what z and h reach is joined over the whole network: one table serves all layers of a sequential
    /// circuit.
    Network,
}

/// Total widths of one layer, where they differ from [`QuantOptions::bits`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LayerBits {
    /// Weights.
    pub weights: Option<u32>,
    /// Table arguments.
    pub z: Option<u32>,
    /// Activation results.
    pub h: Option<u32>,
    /// Outputs.
    pub y: Option<u32>,
    /// Bits that table arguments have beyond their width: they never leave their neuron, and no weight meets them.
    pub guard: Option<u32>,
    /// Bits that outputs have beyond [`QuantOptions::bits`], where `y` says nothing: the scores of a classifier are only
    /// compared, which costs little, and should seldom be equal.
    pub scores: Option<u32>,
}

/// What computes the kind of an amplifying or attenuating neuron.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kinds {
    /// Exact arithmetic, but one table for activation and kind where every value has a format of its own.
    #[default]
    Usual,
    /// Exact arithmetic: a squarer, a divider.
    Exact,
    /// One certified table for the activation and the kind together; for an attenuator without activation, of h itself.
    Fused,
    /// Whichever takes less logic, by estimate.
    Auto,
}

/// How to quantize.
#[derive(Clone, Debug)]
pub struct QuantOptions {
    /// Name of the design.
    pub name: String,
    /// Total width in bits of the inputs, the weights, and z, h and y.
    pub bits: u32,
    /// What shares a format.
    pub granularity: Granularity,
    /// Overrides, by layer; missing entries override nothing.
    pub layers: Vec<LayerBits>,
    /// What is demanded of every table.
    pub demand: Demand,
    /// What computes amplifying and attenuating kinds.
    pub kinds: Kinds,
}

impl QuantOptions {
    /// So many bits everywhere, a format for each layer, faithful tables.
    pub fn new(name: impl Into<String>, bits: u32) -> QuantOptions {
        QuantOptions {
            name: name.into(),
            bits,
            granularity: Granularity::default(),
            layers: Vec::new(),
            demand: Demand::default(),
            kinds: Kinds::default(),
        }
    }
}

/// Why a network has no plan.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum QuantError {
    /// A width no format has.
    #[error("{place}: {source}")]
    Format {
        /// Layer and value.
        place: String,
        /// The reason.
        source: crate::num::FormatError,
    },
    /// A value that fits no format of this width.
    #[error("{place}: the range {lo}..{hi} fits no {width}-bit format: scale the data, or check the weights")]
    Range {
        /// Layer and value.
        place: String,
        /// Smallest value.
        lo: f64,
        /// Largest value.
        hi: f64,
        /// Bits.
        width: u32,
    },
    /// Inputs whose scales are too far apart for one sum.
    #[error(
        "input {input} runs from {lo:e} to {hi:e}, and another has steps of 2^-{finest}: more than 61 bits lie between; give \
         fewer bits, or bring the columns closer to each other (other units, or an offset subtracted)"
    )]
    Scales {
        /// The input that reaches farthest, from 0.
        input: usize,
        /// Its smallest value.
        lo: f64,
        /// Its largest value.
        hi: f64,
        /// Fraction bits of the finest port.
        finest: i32,
    },
    /// No calibration points.
    #[error("calibration has no points: give data or an input range")]
    NoPoints,
    /// The table's demand cannot be met.
    #[error("{place}: {source}")]
    Table {
        /// The layer.
        place: String,
        /// The reason and the nearest demand that can be met.
        source: ApproxError,
    },
    /// An attenuator's constant that h has no bits for.
    #[error("{place}: {source}")]
    Constant {
        /// The layer and neuron.
        place: String,
        /// The reason and the cure.
        source: ConstantError,
    },
    /// The resulting plan breaks a rule of the contract.
    #[error(transparent)]
    Plan(#[from] PlanError),
}

/// Quantizes a validated network: formats from the ranges seen on the calibration points, everything rounded to the
/// nearest, one certified table for each distinct (activation, z, h).
pub fn quantize_network(
    network: &Network,
    calibration: &Calibration,
    options: &QuantOptions,
) -> Result<Plan, QuantError> {
    if calibration.points.len() < network.layers[0].inputs {
        return Err(QuantError::NoPoints);
    }
    let mut seen = observe(network, calibration);
    if options.granularity == Granularity::Network {
        join(network, &mut seen);
    }
    let mut plan = empty_plan(&seen, options)?;
    for (l, layer) in network.layers.iter().enumerate() {
        let layer = Builder { layer, options, seen: &seen.layers[l], l }.layer(&mut plan)?;
        plan.layers.push(layer);
    }
    plan.validate()?;
    Ok(plan)
}

/// Gives all activated neurons of a network the spans of z and h that any of them has.
fn join(network: &Network, seen: &mut Observed) {
    let neurons = network.layers.iter().flat_map(|l| &l.neurons);
    let mut spans: Vec<&mut NeuronSpans> = seen
        .layers
        .iter_mut()
        .flatten()
        .zip(neurons)
        .filter(|(_, n)| !is_linear(n))
        .map(|(s, _)| s)
        .collect();
    let z = spans.iter().fold(Span::EMPTY, |all, s| all.join(s.z));
    let h = spans.iter().fold(Span::EMPTY, |all, s| all.join(s.h));
    spans.iter_mut().for_each(|s| (s.z, s.h) = (z, h));
}

/// A plan with inputs and no layers yet.
pub(super) fn empty_plan(seen: &Observed, options: &QuantOptions) -> Result<Plan, QuantError> {
    let unsigned = options.granularity == Granularity::Value;
    let inputs = seen.inputs.iter().enumerate();
    let inputs = inputs.map(|(i, &s)| format(&format!("input {i}"), options.bits, s, unsigned));
    let (inputs, layers, tables) = (inputs.collect::<Result<_, _>>()?, Vec::new(), Vec::new());
    Ok(Plan {
        schema: SCHEMA,
        name: options.name.clone(),
        inputs,
        layers,
        tables,
        argmax: None,
        softmax: None,
        names: Names::default(),
    })
}

/// The finest format of this width that holds a span; without a sign bit where that is allowed and none is needed.
fn format(place: &str, width: u32, span: Span, unsigned: bool) -> Result<Format, QuantError> {
    Format::new(true, width, 0).map_err(|source| QuantError::Format { place: place.into(), source })?;
    let found = match unsigned && span.lo >= 0.0 && span.hi > 0.0 {
        true => fit_unsigned(width, span),
        false => fit_format(width, span),
    };
    found.ok_or(QuantError::Range { place: place.into(), lo: span.lo, hi: span.hi, width })
}

/// An attenuator's output format with no more fraction bits than its divider can have: a neuron that hardly
/// answers would otherwise ask for a numerator beyond the 63-bit rule (2·|k|·2^(f+g) + k² + B).
fn divisible(y: Format, h: Format) -> Format {
    let most = MAX_EXACT_BITS as i32 - 3 - h.width as i32 - h.frac.max(0);
    Format { frac: y.frac.min(most), ..y }
}

/// The format of weights with no more fraction bits than leave the bias, which has those of the exact sum, its integer
/// bits: it would be clipped otherwise, with many bits and inputs of very different ranges.
fn with_room(weight: Format, bias: f64, inputs: &[Format]) -> Format {
    let finest = inputs.iter().map(|x| x.frac).max().unwrap_or(0);
    // Sign, and one bit for what refinement adds.
    let most = MAX_WIDTH as i32 - 2 - libm::frexp(bias).1 - finest;
    Format { frac: if bias == 0.0 { weight.frac } else { weight.frac.min(most) }, ..weight }
}

/// Exact arithmetic in the unit of [`GenericCost`]: a row of a divider subtracts and selects over the width of h² for
/// every bit of the quotient, a squarer has half the partial products of a multiplier.
fn arithmetic_price(kind: Kind, h: Format, y: Format) -> f64 {
    let (h, y) = (f64::from(h.width), f64::from(y.width));
    let square = h * h / 4.0;
    match kind {
        Kind::Ordinary => 0.0,
        Kind::Amplifying => square + y,
        Kind::Attenuating { .. } => square + 2.0 * y * 2.0 * h,
    }
}

/// Neither activation nor kind: one requantization from the sum to the output.
fn is_linear(n: &Neuron) -> bool {
    n.activation == Activation::None && n.kind == Kind::Ordinary
}

type PickBits = fn(&LayerBits) -> Option<u32>;

/// One layer under construction.
pub(super) struct Builder<'a> {
    pub layer: &'a Layer,
    pub options: &'a QuantOptions,
    /// What its neurons showed.
    pub seen: &'a [NeuronSpans],
    /// Its index.
    pub l: usize,
}

impl Builder<'_> {
    /// The layer with every weight rounded to the nearest; tables go into the plan.
    pub fn layer(&self, plan: &mut Plan) -> Result<PlanLayer, QuantError> {
        let inputs = plan.input_formats(self.l);
        let mut wanted = Wanted::behind(&plan.tables);
        let neurons = 0..self.layer.neurons.len();
        let neurons = neurons.map(|n| self.neuron(n, &inputs, &mut wanted)).collect::<Result<_, _>>()?;
        let made = wanted.make(&self.options.demand)?;
        plan.tables.extend(made);
        Ok(PlanLayer { neurons })
    }

    /// Half a unit in the last place of z, h and y of a neuron; 0 where a value is not rounded.
    pub fn halves(&self, n: usize) -> Result<[f64; 3], QuantError> {
        let half = |f: Format| 0.5 * f.ulp();
        if is_linear(&self.layer.neurons[n]) {
            return Ok([0.0, 0.0, half(self.output_format(n)?)]);
        }
        if self.fused(n)? {
            let z = self.inner_format(n, "z", self.z_bits(), |s, _| s.z)?;
            return Ok([half(z), 0.0, half(self.output_format(n)?)]);
        }
        let h = self.h_format(n)?;
        let z = self.z_format(n, h)?;
        let y = self.kind_format(n, h)?;
        Ok([
            half(z),
            half(h),
            if y == h && self.layer.neurons[n].kind == Kind::Ordinary { 0.0 } else { half(y) },
        ])
    }

    fn neuron(&self, n: usize, inputs: &[Format], wanted: &mut Wanted) -> Result<PlanNeuron, QuantError> {
        let layer = self.layer;
        let bias = layer.bias.as_ref().map_or(0.0, |b| b[n]);
        let weight = with_room(self.weight_format(n)?, bias, inputs);
        // Validated networks hold finite numbers only.
        let round = |v: f64, to| quantize(v, to, Rounding::HalfUp).unwrap_or(0);
        let row = &layer.weights[n * layer.inputs..][..layer.inputs];
        let weights = row.iter().map(|&w| round(w, weight)).collect();
        let mut neuron = PlanNeuron { weight, weights, bias: 0, stage: self.stage(n, wanted)? };
        let frac = neuron.acc_frac(inputs);
        neuron.bias = round(bias, Format { signed: true, width: MAX_WIDTH, frac });
        Ok(neuron)
    }

    fn stage(&self, n: usize, wanted: &mut Wanted) -> Result<Stage, QuantError> {
        let neuron = &self.layer.neurons[n];
        if is_linear(neuron) {
            return Ok(Stage::Linear { y: self.output_format(n)? });
        }
        if self.fused(n)? {
            let z = self.inner_format(n, "z", self.z_bits(), |s, _| s.z)?;
            let y = self.output_format(n)?;
            return Ok(Stage::Fused { z, table: self.table(neuron, z, y, wanted) });
        }
        let h = self.h_format(n)?;
        let z = self.z_format(n, h)?;
        let y = self.kind_format(n, h)?;
        let table = match &neuron.activation {
            Activation::None => None,
            _ => Some(self.table(&Neuron { kind: Kind::Ordinary, ..neuron.clone() }, z, h, wanted)),
        };
        let tail = match neuron.kind {
            Kind::Ordinary => Tail::Ordinary,
            Kind::Amplifying => Tail::Amplifying,
            Kind::Attenuating { b } => {
                let fault =
                    |source| QuantError::Constant { place: self.place(&format!("neuron {n}")), source };
                Tail::Attenuating { b: attenuator_constant(b, h).map_err(fault)? }
            }
        };
        Ok(Stage::Activated { z, table, h, tail, y })
    }

    /// The format of the output of a neuron with an activation.
    fn kind_format(&self, n: usize, h: Format) -> Result<Format, QuantError> {
        match self.layer.neurons[n].kind {
            Kind::Ordinary if self.options.granularity != Granularity::Neuron => Ok(h),
            Kind::Attenuating { .. } => Ok(divisible(self.output_format(n)?, h)),
            _ => self.output_format(n),
        }
    }

    /// The index of a table for G(H(z)) from z to y: an equal one of an earlier neuron, or a new one.
    fn table(&self, neuron: &Neuron, z: Format, y: Format, wanted: &mut Wanted) -> usize {
        let function = Function { activation: neuron.activation.clone(), kind: neuron.kind };
        let place = self.place(&function.to_string());
        wanted.index(function, z, y, place)
    }

    /// Whether one table computes G(H(z)) as a whole: h is then never rounded.
    fn fused(&self, n: usize) -> Result<bool, QuantError> {
        let neuron = &self.layer.neurons[n];
        Ok(match self.options.kinds {
            _ if neuron.kind == Kind::Ordinary => false,
            Kinds::Usual => {
                neuron.activation != Activation::None && self.options.granularity == Granularity::Value
            }
            Kinds::Exact => false,
            Kinds::Fused => true,
            Kinds::Auto => self.cheaper_fused(n)?,
        })
    }

    /// Whether the table of G(H(z)) takes less logic than that of H(z) with exact arithmetic behind it.
    fn cheaper_fused(&self, n: usize) -> Result<bool, QuantError> {
        let Neuron { activation, kind } = self.layer.neurons[n].clone();
        // A table that cannot be had costs without end.
        let price = |kind, from, to| {
            let function = Function { activation: activation.clone(), kind };
            let table = approximate(&function, from, to, &self.options.demand);
            table.map_or(f64::INFINITY, |t| GenericCost.cost(&TableShape::of(&t)))
        };
        let h = self.h_format(n)?;
        let first = match activation {
            Activation::None => 0.0,
            _ => price(Kind::Ordinary, self.z_format(n, h)?, h),
        };
        let exact = first + arithmetic_price(kind, h, self.kind_format(n, h)?);
        let z = self.inner_format(n, "z", self.z_bits(), |s, _| s.z)?;
        Ok(price(kind, z, self.output_format(n)?) < exact)
    }

    fn place(&self, what: &str) -> String {
        format!("layer {}, {what}", self.l)
    }

    fn bits(&self, pick: PickBits) -> u32 {
        self.options.layers.get(self.l).and_then(pick).unwrap_or(self.options.bits)
    }

    /// The width of table arguments, guard bits included.
    fn z_bits(&self) -> u32 {
        let guard = self.options.layers.get(self.l).and_then(|b| b.guard).unwrap_or(0);
        self.bits(|b| b.z).saturating_add(guard).min(MAX_WIDTH)
    }

    /// The width of outputs, what scores have more included.
    fn y_bits(&self) -> u32 {
        let more = self.options.layers.get(self.l).and_then(|b| b.scores).unwrap_or(0);
        self.bits(|b| b.y).saturating_add(more).min(MAX_WIDTH)
    }

    fn weight_format(&self, n: usize) -> Result<Format, QuantError> {
        let layer = self.layer;
        let weights = match self.options.granularity {
            Granularity::Layer | Granularity::Network => &layer.weights[..],
            Granularity::Neuron | Granularity::Value => &layer.weights[n * layer.inputs..][..layer.inputs],
        };
        let mut span = Span::EMPTY;
        weights.iter().for_each(|&w| span.add(w));
        format(&self.place("weights"), self.bits(|b| b.weights), span, false)
    }

    /// The format of the output of a neuron that does not simply hand h on.
    ///
    /// Per layer, one format serves each kind: squares may reach a hundred where attenuated values stay below 1/2.
    fn output_format(&self, n: usize) -> Result<Format, QuantError> {
        let neurons = &self.layer.neurons;
        let spans = self.seen.iter().zip(neurons).enumerate();
        let same = |(i, (_, other)): &(usize, (_, &Neuron))| match self.options.granularity {
            Granularity::Layer | Granularity::Network => {
                other.kind == neurons[n].kind && is_linear(other) == is_linear(&neurons[n])
            }
            Granularity::Neuron | Granularity::Value => *i == n,
        };
        let span = spans.filter(same).fold(Span::EMPTY, |all, (_, (s, _))| all.join(s.y));
        let unsigned = self.options.granularity == Granularity::Value;
        format(&self.place("y"), self.y_bits(), span, unsigned)
    }

    /// The format of h, shared with the other neurons where they share a table.
    ///
    /// Where there is an attenuator, 2·b·2^(2f) must obey the 63-bit rule too: very small h get fewer fraction bits.
    fn h_format(&self, n: usize) -> Result<Format, QuantError> {
        let h = self.inner_format(n, "h", self.bits(|b| b.h), |s, _| s.h)?;
        let limit = |kind: Kind| match kind {
            Kind::Attenuating { b } => (MAX_EXACT_BITS as i32 - 4 - libm::frexp(b).1.max(0)) / 2,
            _ => h.frac,
        };
        let most = self.sharing(n).map(|i| limit(self.layer.neurons[i].kind)).min();
        Ok(Format { frac: h.frac.min(most.unwrap_or(h.frac)), ..h })
    }

    /// The format of z where results are in `h`.
    ///
    /// Where an activation has come to its asymptote, a larger z says nothing: it may saturate, at a cost below half
    /// an ulp of h, and leaves its integer bits to the fraction.
    fn z_format(&self, n: usize, h: Format) -> Result<Format, QuantError> {
        let half = libm::ldexp(0.5, -h.frac);
        let within = |s: &NeuronSpans, n: &Neuron| {
            let (lo, hi) = n.activation.settles(half);
            if s.z == Span::EMPTY { s.z } else { Span { lo: s.z.lo.clamp(lo, hi), hi: s.z.hi.clamp(lo, hi) } }
        };
        self.inner_format(n, "z", self.z_bits(), within)
    }

    /// The format of z or h, over all neurons that share it.
    fn inner_format(
        &self,
        n: usize,
        what: &str,
        width: u32,
        pick: impl Fn(&NeuronSpans, &Neuron) -> Span,
    ) -> Result<Format, QuantError> {
        let shared = self.sharing(n).map(|i| pick(&self.seen[i], &self.layer.neurons[i]));
        format(&self.place(what), width, shared.fold(Span::EMPTY, Span::join), false)
    }

    /// The activated neurons that have the formats of z and h in common with neuron `n`: all, or itself alone.
    fn sharing(&self, n: usize) -> impl Iterator<Item = usize> {
        let alone = self.options.granularity == Granularity::Value;
        let neurons = self.layer.neurons.iter().enumerate();
        neurons.filter(move |(i, other)| !is_linear(other) && (!alone || *i == n)).map(|(i, _)| i)
    }
}
