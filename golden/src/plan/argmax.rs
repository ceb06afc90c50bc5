//! The decision behind a classifier's outputs: the index of the largest score.

use super::validate::check_exact;
use super::{Place, Plan, PlanError, PlanFault};
use crate::data::plain;
use crate::num::{Format, bits_unsigned};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A plan whose one output is the class with the largest score; the scores are the last layer's codes.
///
/// Scores are compared by value, exactly, whatever their formats; of equal ones the lowest index wins. A single score
/// is compared with 0: class 1 above it, class 0 otherwise.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Argmax {
    /// Names of the classes by index, for people and reports; may be empty. No bit depends on them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub classes: Vec<String>,
}

impl Argmax {
    /// How many classes this many scores tell apart.
    pub fn count(scores: usize) -> usize {
        scores.max(2)
    }

    /// The format of a class index: plain binary, no fraction bits.
    pub fn format(scores: usize) -> Format {
        let width = bits_unsigned(Argmax::count(scores) as i128 - 1).max(2);
        Format { signed: false, width, frac: 0 }
    }

    /// Left shifts that bring codes of these formats to one binary point, so that they compare like their values.
    pub fn shifts(formats: &[Format]) -> Vec<u32> {
        // A single score is compared with 0, which needs no point.
        let most = formats.iter().map(|f| f.frac).max().unwrap_or(0);
        formats.iter().map(|f| (most - f.frac) as u32).collect()
    }

    /// The class of these codes.
    pub fn decide(scores: &[i64], formats: &[Format]) -> i64 {
        if let [score] = scores {
            return (*score > 0) as i64;
        }
        let aligned = |i: usize, by: u32| (scores[i] as i128) << by;
        let mut best = 0;
        let shifts = Argmax::shifts(formats);
        for i in 1..scores.len() {
            if aligned(i, shifts[i]) > aligned(best, shifts[best]) {
                best = i;
            }
        }
        best as i64
    }

    pub(super) fn check(&self, formats: &[Format]) -> Result<(), PlanError> {
        let count = Argmax::count(formats.len());
        if !self.classes.is_empty() && self.classes.len() != count {
            let fault = PlanFault::Classes { names: self.classes.len(), classes: count };
            return Err(fault.at(Place::Field("argmax, classes")));
        }
        for (i, (f, by)) in formats.iter().zip(Argmax::shifts(formats)).enumerate() {
            let place = Place::Output(i);
            if by > 62 {
                return Err(PlanFault::Score { score: i, bits: by }.at(place));
            }
            let (lo, hi) = ((f.min_code() as i128) << by, (f.max_code() as i128) << by);
            check_exact(place, "the score, brought to the finest point for comparison,", lo, hi)?;
        }
        Ok(())
    }
}

impl Plan {
    /// The formats of the last layer's outputs: those of the network, or what [`Argmax`] compares.
    pub fn score_formats(&self) -> Vec<Format> {
        self.input_formats(self.layers.len())
    }

    /// The formats of what comes out: the last layer's, or that of the class index.
    pub fn output_formats(&self) -> Vec<Format> {
        let scores = self.score_formats();
        if self.argmax.is_some() { vec![Argmax::format(scores.len())] } else { scores }
    }
}

/// Classes that a comment lists.
const LISTED: usize = 64;

impl Plan {
    /// What ports are called and what class indices mean, as a line for comments behind a line end; empty if nothing is named.
    pub fn note(&self) -> String {
        let port = || self.output_ports().swap_remove(0);
        self.names.note() + &self.class_note().map_or(String::new(), |note| format!("\n{}: {note}.", port()))
    }

    /// The names of the input ports in a circuit.
    pub fn input_ports(&self) -> Vec<String> {
        self.names.input_ports(self.inputs.len())
    }

    /// The names of the output ports in a circuit.
    pub fn output_ports(&self) -> Vec<String> {
        self.names.output_ports(self.output_formats().len())
    }

    /// What class indices mean; none for values, or for classes without names.
    pub fn class_note(&self) -> Option<String> {
        let classes = &self.argmax.as_ref()?.classes;
        let some = classes.iter().take(LISTED).enumerate().map(|(k, name)| format!("{k} is {}", plain(name)));
        let more = if classes.len() > LISTED { ", ..." } else { "" };
        (!classes.is_empty()).then(|| some.collect::<Vec<_>>().join(", ") + more)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ties_go_to_the_lowest_index_and_formats_do_not_matter() {
        let fine = Format { signed: true, width: 12, frac: 8 };
        let coarse = Format { signed: true, width: 8, frac: 2 };
        assert_eq!(Argmax::decide(&[5, 5, 5], &[fine; 3]), 0);
        assert_eq!(Argmax::decide(&[4, 5, 5], &[fine; 3]), 1);
        // 64 / 256 is 1 / 4: a tie, then one more.
        assert_eq!(Argmax::decide(&[64, 1], &[fine, coarse]), 0);
        assert_eq!(Argmax::decide(&[63, 1], &[fine, coarse]), 1);
        assert_eq!(Argmax::decide(&[-1, -256], &[coarse, fine]), 0);
        assert_eq!([-3, 0, 1].map(|v| Argmax::decide(&[v], &[fine])), [0, 0, 1]);
        assert_eq!([1, 2, 4, 5, 256, 257].map(|n| Argmax::format(n).width), [2, 2, 2, 3, 8, 9]);
    }
}
