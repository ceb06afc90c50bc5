//! Probabilities of the classes: a table of exp(-z), an exact sum, and a correctly rounded quotient for each class.

use super::argmax::{check_alignment, check_classes};
use super::validate::check_exact;
use super::{Argmax, Meaning, Output, Place, Plan, PlanError, PlanFault};
use crate::approx::Table;
use crate::func::{Activation, Formula, Function, FunctionError, Kind};
use crate::num::{Format, Rounding, requantize};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What comes out where probabilities are wanted: exp(s_i) / Σ exp(s_j) of the scores s, the last layer's values in logits.
///
/// How far each score is below the largest is exact; it is rounded half up to `z`, and saturates there. e_i = table(z_i), and
/// y_i = 2^bits·e_i / Σ e_j, rounded half up, then saturated: a probability of 1 is given as 1 - 2^-bits. A single score is
/// that of class 1, and class 0 has the score 0.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Softmax {
    /// Names of the classes by index, for people and reports; may be empty. No bit depends on them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub classes: Vec<String>,
    /// Format of how far a score is below the largest; without a sign.
    pub z: Format,
    /// Logits that a score of 1 stands for.
    #[serde(default = "one", skip_serializing_if = "is_one")]
    pub unit: f64,
    /// Index into [`Plan::tables`]: a table of exp(-unit·z).
    pub table: usize,
    /// Bits of a probability, all of them behind the point.
    pub bits: u32,
}

fn one() -> f64 {
    1.0
}

fn is_one(unit: &f64) -> bool {
    *unit == 1.0
}

/// The least and the largest number of logits in a score of 1.
const UNITS: [f64; 2] = [1.0 / (1u64 << 40) as f64, (1u64 << 40) as f64];

impl Softmax {
    /// The real function that the table approximates, for a unit of scores.
    ///
    /// # Errors
    /// A unit that is no number of a formula.
    pub fn exp(unit: f64) -> Result<Function, FunctionError> {
        let text = if is_one(&unit) { "exp(-x)".to_owned() } else { format!("exp(-{unit}*x)") };
        Ok(Function::new(Activation::Formula(Formula::new(&text, None)?), Kind::Ordinary))
    }

    /// The most bits of a probability.
    pub const MAX_BITS: u32 = 16;

    /// The format of a probability.
    pub fn format(&self) -> Format {
        Format { signed: false, width: self.bits, frac: self.bits as i32 }
    }

    /// What comes out: a probability for each class.
    pub fn outputs(&self, scores: &[Format]) -> Vec<Output> {
        vec![Output { meaning: Meaning::Probability, format: self.format() }; Argmax::count(scores.len())]
    }

    /// The output codes for these scores; `table` is that of the plan.
    pub fn probabilities(&self, table: &Table, scores: &[i64], formats: &[Format]) -> Vec<i64> {
        let values = Argmax::values(scores, formats);
        let (frac, most) = (Argmax::point(formats), values.iter().copied().max().unwrap_or(0));
        let exp = |&v: &i128| i128::from(table.eval(requantize(most - v, frac, self.z, Rounding::HalfUp)));
        let shares: Vec<i128> = values.iter().map(exp).collect();
        let sum: i128 = shares.iter().sum();
        let rounded = |e: &i128| (((e << (self.bits + 1)) + sum) / (2 * sum)) as i64;
        shares.iter().map(rounded).map(|y| y.min(self.format().max_code())).collect()
    }

    /// An upper bound of how far an output is from the softmax of the score codes, in ulp of the output, before saturation:
    /// half an ulp of the last rounding, and what the certificate of the table, the rounding of z and its saturation leave.
    ///
    /// With e_i off by at most η, the quotient is off by at most max(1, n-1)·η / (1-η): its numerator enters with 1-p, and the
    /// other n-1 terms of the sum with p, where the sum is 1 or more.
    pub fn worst_error(&self, table: &Table, scores: &[Format]) -> f64 {
        let ulp = table.output.ulp();
        let rounds = Argmax::point(scores) > self.z.frac;
        let rounding = if rounds { self.unit * self.z.ulp() / 2.0 } else { 0.0 };
        let end = self.z.value(self.z.max_code());
        let reach = Argmax::margin_format(scores);
        let saturation = if reach.value(reach.max_code()) > end { libm::exp(-self.unit * end) } else { 0.0 };
        let eta = table.certificate.worst_ulp * ulp + rounding.max(saturation);
        let others = (Argmax::count(scores.len()) - 1) as f64;
        0.5 + libm::ldexp(others.max(1.0) * eta / (1.0 - eta), self.bits as i32)
    }

    pub(super) fn check(&self, plan: &Plan) -> Result<(), PlanError> {
        let formats = plan.score_formats();
        check_classes(&self.classes, formats.len(), Place::Field("softmax, classes"))?;
        if !(2..=Softmax::MAX_BITS).contains(&self.bits) {
            return Err(PlanFault::ProbabilityBits { bits: self.bits }.at(Place::Field("softmax, bits")));
        }
        check_alignment(&formats)?;
        let reach = Argmax::margin_format(&formats);
        let at = Place::Field("softmax, z");
        check_exact(at, "how far a score is below the largest", 0, (1 << reach.width.min(100)) - 1)?;
        if self.z.signed {
            return Err(PlanFault::SignedDistance { z: self.z }.at(at));
        }
        if !(UNITS[0]..=UNITS[1]).contains(&self.unit) {
            return Err(PlanFault::ScoreUnit(self.unit).at(Place::Field("softmax, unit")));
        }
        self.check_table(plan)
    }

    fn check_table(&self, plan: &Plan) -> Result<(), PlanError> {
        let at = Place::Field("softmax, table");
        let Some(table) = plan.tables.get(self.table) else {
            return Err(PlanFault::NoTable { table: self.table, tables: plan.tables.len() }.at(at));
        };
        if table.input != self.z {
            let fault = PlanFault::TableInput { table: self.table, reads: table.input, z: self.z };
            return Err(fault.at(at));
        }
        // The largest score's share is that of the distance 0: with it no sum is 0.
        let wanted = Softmax::exp(self.unit).ok();
        if table.output.signed || table.eval(0) < 1 || wanted.as_ref() != Some(&table.function()) {
            let wanted = wanted.map_or(String::new(), |f| f.to_string());
            let (table, function, output) = (self.table, table.function().to_string(), table.output);
            return Err(PlanFault::NoShare { table, function, output, wanted }.at(at));
        }
        let (count, most) =
            (Argmax::count(plan.score_formats().len()) as i128, table.output.max_code() as i128);
        check_exact(at, "the numerator of a probability", 0, (most << (self.bits + 1)) + count * most)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::approx::{Demand, approximate};

    #[test]
    fn shares_are_rounded_and_sum_up() {
        let (z, e) =
            (Format { signed: false, width: 10, frac: 6 }, Format { signed: false, width: 13, frac: 12 });
        let exp = Softmax::exp(1.0).expect("a formula");
        let table = approximate(&exp, z, e, &Demand::default()).expect("a table");
        let softmax = Softmax { classes: Vec::new(), z, unit: 1.0, table: 0, bits: 8 };
        let score = Format { signed: true, width: 10, frac: 6 };
        // Equal scores share evenly: 256 / 3, and 256 / 2.
        assert_eq!(softmax.probabilities(&table, &[7, 7, 7], &[score; 3]), [85, 85, 85]);
        assert_eq!(softmax.probabilities(&table, &[0], &[score]), [128, 128]);
        // 1 / (1 + exp(-1)), and one far above all others, which saturates.
        assert_eq!(softmax.probabilities(&table, &[64], &[score]), [69, 187]);
        assert_eq!(softmax.probabilities(&table, &[511, -512, -512], &[score; 3]), [255, 0, 0]);
    }
}
