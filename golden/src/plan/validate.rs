//! What makes a plan acceptable: shapes, codes inside formats, and the 63-bit rule.

use super::{Head, MAX_EXACT_BITS, Place, Plan, PlanError, PlanFault, PlanNeuron, SCHEMA, Stage, Tail};
use crate::names::check_name;
use crate::num::{Format, MAX_WIDTH, bits_signed};

/// Limits that keep a hostile file from exhausting memory or time.
const MAX_PORTS: usize = 4096;
const MAX_LAYERS: usize = 1024;
/// Validation runs every input code of every table: some seconds at most.
const MAX_TABLE_CODES: u64 = 1 << 28;

/// A plan that passed validation: generators take no other.
#[derive(Clone, Copy, Debug)]
pub struct Valid<'a>(&'a Plan);

impl<'a> Valid<'a> {
    /// The plan.
    pub fn plan(self) -> &'a Plan {
        self.0
    }
}

impl Plan {
    /// The plan as one that passed validation.
    ///
    /// # Errors
    /// As [`Plan::validate`].
    pub fn valid(&self) -> Result<Valid<'_>, PlanError> {
        self.validate().map(|()| Valid(self))
    }

    /// Checks the whole plan. Everything else in this crate may assume a plan that passed.
    ///
    /// # Errors
    /// The first fault, with its place, value and cure.
    pub fn validate(&self) -> Result<(), PlanError> {
        if self.schema != SCHEMA {
            return Err(PlanFault::Schema { found: self.schema, known: SCHEMA }.at(Place::Field("schema")));
        }
        check_name(&self.name).map_err(|e| PlanFault::from(e).at(Place::Field("name")))?;
        check_count(Place::Field("inputs"), self.inputs.len(), MAX_PORTS)?;
        check_count(Place::Field("layers"), self.layers.len(), MAX_LAYERS)?;
        let codes: u64 =
            self.tables.iter().fold(0, |sum, t| sum.saturating_add(1 << t.input.width.min(MAX_WIDTH)));
        if codes > MAX_TABLE_CODES {
            let fault = PlanFault::TableCodes { found: codes, most: MAX_TABLE_CODES };
            return Err(fault.at(Place::Field("tables")));
        }
        for (i, table) in self.tables.iter().enumerate() {
            table.validate().map_err(|e| PlanFault::from(e).at(Place::Table(i)))?;
        }
        for (l, layer) in self.layers.iter().enumerate() {
            check_count(Place::Layer(l), layer.neurons.len(), MAX_PORTS)?;
            let inputs = self.input_formats(l);
            for (n, neuron) in layer.neurons.iter().enumerate() {
                self.check_neuron(neuron, &inputs, l, n)?;
            }
        }
        if self.argmax.is_some() && self.softmax.is_some() {
            return Err(PlanFault::TwoHeads.at(Place::Field("softmax")));
        }
        match self.head() {
            Some(Head::Argmax(argmax)) => argmax.check(&self.score_formats())?,
            Some(Head::Softmax(softmax)) => softmax.check(self)?,
            None => {}
        }
        // One column tells the class; outputs about classes are called after it, or after the classes.
        let targets = if self.head().is_some() { 1 } else { self.outputs().len() };
        let names = self.names.check(self.inputs.len(), targets);
        names.map_err(|e| PlanFault::from(e).at(Place::Field("names")))?;
        super::engine_widths::check(self)
    }

    fn check_neuron(&self, n: &PlanNeuron, inputs: &[Format], l: usize, k: usize) -> Result<(), PlanError> {
        if n.weights.len() != inputs.len() {
            let fault = PlanFault::WeightCount { weights: n.weights.len(), inputs: inputs.len() };
            return Err(fault.at(Place::Weights(l, k)));
        }
        if let Some(i) = n.weights.iter().position(|&w| !n.weight.contains(w)) {
            let fault = PlanFault::Code { code: n.weights[i], format: n.weight };
            return Err(fault.at(Place::Weight(l, k, i)));
        }
        let full: Vec<_> = inputs.iter().map(|f| (f.min_code(), f.max_code())).collect();
        let frac = n.acc_frac(inputs);
        if let Some(i) = inputs.iter().position(|&x| n.alignment(x, frac) > 62) {
            let bits = n.alignment(inputs[i], frac);
            return Err(PlanFault::Alignment { bits }.at(Place::Weight(l, k, i)));
        }
        let place = Place::Neuron(l, k);
        let (lo, hi) = n.acc_range(inputs, &full);
        check_exact(place, "the exact sum", lo, hi)?;
        let of_table = Place::TableOf(l, k);
        match &n.stage {
            Stage::Linear { .. } => Ok(()),
            Stage::Fused { z, table } => self.check_table(*table, *z, None, of_table),
            Stage::Activated { z, table, h, tail, y } => {
                if let Some(t) = table {
                    self.check_table(*t, *z, Some(*h), of_table)?;
                }
                check_tail(*tail, *h, *y, place)
            }
        }
    }

    fn check_table(&self, table: usize, z: Format, h: Option<Format>, at: Place) -> Result<(), PlanError> {
        let Some(t) = self.tables.get(table) else {
            return Err(PlanFault::NoTable { table, tables: self.tables.len() }.at(at));
        };
        if t.input != z {
            return Err(PlanFault::TableInput { table, reads: t.input, z }.at(at));
        }
        match h {
            Some(h) if t.output != h => Err(PlanFault::TableOutput { table, gives: t.output, h }.at(at)),
            _ => Ok(()),
        }
    }
}

fn check_tail(tail: Tail, h: Format, y: Format, place: Place) -> Result<(), PlanError> {
    let k = h.min_code().unsigned_abs().max(h.max_code().unsigned_abs()) as i128;
    match tail {
        Tail::Ordinary => Ok(()),
        Tail::Amplifying => check_exact(place, "h²", 0, k * k),
        Tail::Attenuating { b } if b < 1 => Err(PlanFault::Constant(b).at(place)),
        Tail::Attenuating { b } => {
            let shift = h.frac + y.frac;
            if shift.abs() > 62 {
                return Err(PlanFault::DividerShift(shift).at(place));
            }
            let (n, d) = (k << shift.max(0), (k * k + b as i128).saturating_mul(1 << (-shift).max(0)));
            let numerator = d.saturating_add(2 * n);
            check_exact(place, "the divider's rounded numerator 2·|k|·2^(f+g) + k² + B", 0, numerator)?;
            check_exact(place, "the divider's denominator", 0, d.saturating_mul(2))
        }
    }
}

pub(super) fn check_exact(place: Place, what: &'static str, lo: i128, hi: i128) -> Result<(), PlanError> {
    match bits_signed(lo, hi) {
        bits if bits > MAX_EXACT_BITS => Err(PlanFault::Exact { what, bits }.at(place)),
        _ => Ok(()),
    }
}

fn check_count(place: Place, found: usize, most: usize) -> Result<(), PlanError> {
    match (1..=most).contains(&found) {
        true => Ok(()),
        false => Err(PlanFault::Count { found, most }.at(place)),
    }
}
