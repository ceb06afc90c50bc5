//! What makes a plan acceptable: shapes, codes inside formats, and the 63-bit rule.

use super::{Plan, PlanNeuron, SCHEMA, Stage, Tail};
use crate::names::check_name;
use crate::num::{Format, MAX_WIDTH, bits_signed};
use crate::text::count;

/// The widest signed word any exact intermediate may need: C99's `int64_t` must be able to follow.
pub const MAX_EXACT_BITS: u32 = 63;

/// Limits that keep a hostile file from exhausting memory or time.
const MAX_PORTS: usize = 4096;
const MAX_LAYERS: usize = 1024;
/// Validation runs every input code of every table: some seconds at most.
const MAX_TABLE_CODES: u64 = 1 << 28;

/// A plan that contradicts itself.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {problem}")]
pub struct PlanError {
    /// Where, such as `layer 2, neuron 0, weight 5`, all counted from 0.
    pub place: String,
    /// The value, what is wrong with it, and the cure.
    pub problem: String,
}

pub(super) fn fail<T>(place: impl Into<String>, problem: impl Into<String>) -> Result<T, PlanError> {
    Err(PlanError { place: place.into(), problem: problem.into() })
}

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
            return fail("schema", format!("{} is not known: this program reads {SCHEMA}", self.schema));
        }
        check_name(&self.name).map_err(|e| PlanError { place: "name".into(), problem: e.to_string() })?;
        check_count("inputs", self.inputs.len(), MAX_PORTS)?;
        check_count("layers", self.layers.len(), MAX_LAYERS)?;
        let codes: u64 =
            self.tables.iter().fold(0, |sum, t| sum.saturating_add(1 << t.input.width.min(MAX_WIDTH)));
        if codes > MAX_TABLE_CODES {
            let text = format!("{codes} codes in all tables, which are all run: at most {MAX_TABLE_CODES}");
            return fail("tables", text);
        }
        for (i, table) in self.tables.iter().enumerate() {
            table
                .validate()
                .map_err(|e| PlanError { place: format!("table {i}"), problem: e.to_string() })?;
        }
        for (l, layer) in self.layers.iter().enumerate() {
            check_count(&format!("layer {l}, neurons"), layer.neurons.len(), MAX_PORTS)?;
            let inputs = self.input_formats(l);
            for (n, neuron) in layer.neurons.iter().enumerate() {
                self.check_neuron(neuron, &inputs, &format!("layer {l}, neuron {n}"))?;
            }
        }
        self.argmax.as_ref().map_or(Ok(()), |a| a.check(&self.score_formats()))?;
        let outputs = if self.argmax.is_some() { 1 } else { self.output_formats().len() };
        if let Some(problem) = self.names.fault(self.inputs.len(), outputs) {
            return fail("names", problem);
        }
        super::engine_widths::check(self)
    }

    fn check_neuron(&self, n: &PlanNeuron, inputs: &[Format], place: &str) -> Result<(), PlanError> {
        if n.weights.len() != inputs.len() {
            let text = format!(
                "{} for {}: give one each",
                count(n.weights.len(), "weight"),
                count(inputs.len(), "input")
            );
            return fail(format!("{place}, weights"), text);
        }
        if let Some(i) = n.weights.iter().position(|&w| !n.weight.contains(w)) {
            return fail(format!("{place}, weight {i}"), outside(n.weights[i], n.weight));
        }
        let full: Vec<_> = inputs.iter().map(|f| (f.min_code(), f.max_code())).collect();
        let frac = n.acc_frac(inputs);
        if let Some(i) = inputs.iter().position(|&x| n.alignment(x, frac) > 62) {
            let bits = n.alignment(inputs[i], frac);
            let text = format!("its product is {bits} bits from the sum's point: bring the formats closer");
            return fail(format!("{place}, weight {i}"), text);
        }
        let (lo, hi) = n.acc_range(inputs, &full);
        check_exact(place, "the exact sum", lo, hi)?;
        match &n.stage {
            Stage::Linear { .. } => Ok(()),
            Stage::Fused { z, table } => self.check_table(*table, *z, None, place),
            Stage::Activated { z, table, h, tail, y } => {
                if let Some(t) = table {
                    self.check_table(*t, *z, Some(*h), place)?;
                }
                check_tail(*tail, *h, *y, place)
            }
        }
    }

    fn check_table(&self, t: usize, z: Format, h: Option<Format>, place: &str) -> Result<(), PlanError> {
        let place = format!("{place}, table");
        let Some(table) = self.tables.get(t) else {
            return fail(place, format!("there is no table {t}: the plan has {}", self.tables.len()));
        };
        if table.input != z {
            return fail(place, format!("table {t} reads {}, the neuron's z is {z}", table.input));
        }
        match h {
            Some(h) if table.output != h => {
                fail(place, format!("table {t} gives {}, the neuron's h is {h}", table.output))
            }
            _ => Ok(()),
        }
    }
}

fn check_tail(tail: Tail, h: Format, y: Format, place: &str) -> Result<(), PlanError> {
    let k = h.min_code().unsigned_abs().max(h.max_code().unsigned_abs()) as i128;
    match tail {
        Tail::Ordinary => Ok(()),
        Tail::Amplifying => check_exact(place, "h²", 0, k * k),
        Tail::Attenuating { b } if b < 1 => fail(place, format!("b = {b}: must be at least 1")),
        Tail::Attenuating { b } => {
            let shift = h.frac + y.frac;
            if shift.abs() > 62 {
                return fail(
                    place,
                    format!("h and y have {shift} fraction bits together: the divider takes -62 to 62"),
                );
            }
            // What leaves i128 is far beyond the limit: it must not come back as a small number.
            let (n, d) = (k << shift.max(0), (k * k + b as i128).saturating_mul(1 << (-shift).max(0)));
            let numerator = d.saturating_add(2 * n);
            check_exact(place, "the divider's rounded numerator 2·|k|·2^(f+g) + k² + B", 0, numerator)?;
            check_exact(place, "the divider's denominator", 0, d.saturating_mul(2))
        }
    }
}

pub(super) fn check_exact(place: &str, what: &str, lo: i128, hi: i128) -> Result<(), PlanError> {
    let bits = bits_signed(lo, hi);
    if bits > MAX_EXACT_BITS {
        let text =
            format!("{what} needs {bits} bits, at most {MAX_EXACT_BITS} are allowed: use narrower formats");
        return fail(place, text);
    }
    Ok(())
}

fn check_count(place: &str, count: usize, most: usize) -> Result<(), PlanError> {
    if count == 0 || count > most {
        return fail(place, format!("there are {count}, but must be 1 to {most}"));
    }
    Ok(())
}

fn outside(code: i64, f: Format) -> String {
    format!("{code} is not a code of {f}: use {} to {}", f.min_code(), f.max_code())
}
