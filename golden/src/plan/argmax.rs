//! The decision behind a classifier's scores: indices of the largest, and by how much the first leads.

use super::validate::check_exact;
use super::{Meaning, Output, Place, PlanError, PlanFault};
use crate::num::{Format, MAX_WIDTH, bits_unsigned};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What comes out where classes are decided: the class with the largest score, or several in order; the scores are the
/// last layer's codes.
///
/// Scores are compared by value, exactly, whatever their formats; of equal ones the lowest index wins. A single score
/// is compared with 0: class 1 above it, class 0 otherwise.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Argmax {
    /// Names of the classes by index, for people and reports; may be empty. No bit depends on them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub classes: Vec<String>,
    /// How many classes come out, the best first; from 1 to all of them.
    #[serde(default = "one", skip_serializing_if = "is_one")]
    pub top: usize,
    /// Whether the last output is the largest score minus the second largest, exact: how clear the decision is.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub margin: bool,
}

fn one() -> usize {
    1
}

fn is_one(top: &usize) -> bool {
    *top == 1
}

impl Default for Argmax {
    fn default() -> Argmax {
        Argmax { classes: Vec::new(), top: one(), margin: false }
    }
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

    /// The format of the margin: at the finest point of the scores, with bits for every difference of two of their codes.
    pub fn margin_format(formats: &[Format]) -> Format {
        let aligned = |end: fn(&Format) -> i64| {
            // A single score is compared with 0.
            let zero = (formats.len() == 1).then_some(0);
            let shifted =
                formats.iter().zip(Argmax::shifts(formats)).map(move |(f, by)| (end(f) as i128) << by);
            shifted.chain(zero)
        };
        let (lo, hi) = (aligned(|f| f.min_code()).min(), aligned(|f| f.max_code()).max());
        let width = bits_unsigned(hi.unwrap_or(0) - lo.unwrap_or(0)).max(2);
        Format { signed: false, width, frac: Argmax::point(formats) }
    }

    /// Left shifts that bring codes of these formats to one binary point, so that they compare like their values.
    pub fn shifts(formats: &[Format]) -> Vec<u32> {
        // A single score is compared with 0, which needs no point.
        let most = Argmax::point(formats);
        formats.iter().map(|f| (most - f.frac) as u32).collect()
    }

    /// The fraction bits of the finest of these formats.
    pub fn point(formats: &[Format]) -> i32 {
        formats.iter().map(|f| f.frac).max().unwrap_or(0)
    }

    /// Whether the class alone comes out.
    pub fn is_plain(&self) -> bool {
        self.top == 1 && !self.margin
    }

    /// How many of the largest scores decide what comes out.
    pub fn kept(&self) -> usize {
        self.top.max(if self.margin { 2 } else { 1 })
    }

    /// What comes out.
    pub fn outputs(&self, formats: &[Format]) -> Vec<Output> {
        let class = Output { meaning: Meaning::Class, format: Argmax::format(formats.len()) };
        let mut all = vec![class; self.top];
        if self.margin {
            all.push(Output { meaning: Meaning::Margin, format: Argmax::margin_format(formats) });
        }
        all
    }

    /// What the outputs are called, the first by the column that tells the class.
    pub(super) fn names(&self, class: &str) -> Vec<String> {
        let next = (1..self.top).map(|k| format!("{class} {}", k + 1));
        let margin = self.margin.then(|| "margin".to_owned());
        [class.to_owned()].into_iter().chain(next).chain(margin).collect()
    }

    /// What is compared, at one binary point: a value for each class.
    pub(super) fn values(scores: &[i64], formats: &[Format]) -> Vec<i128> {
        let aligned = scores.iter().zip(Argmax::shifts(formats)).map(|(&s, by)| (s as i128) << by);
        let zero = (scores.len() == 1).then_some(0);
        zero.into_iter().chain(aligned).collect()
    }

    /// The output codes for these scores.
    pub fn decide(&self, scores: &[i64], formats: &[Format]) -> Vec<i64> {
        let values = Argmax::values(scores, formats);
        let mut order: Vec<usize> = (0..values.len()).collect();
        // Stable: of equal ones the lower index stays in front.
        order.sort_by_key(|&class| std::cmp::Reverse(values[class]));
        let margin = self.margin.then(|| (values[order[0]] - values[order[1]]) as i64);
        order.iter().take(self.top).map(|&class| class as i64).chain(margin).collect()
    }

    pub(super) fn check(&self, formats: &[Format]) -> Result<(), PlanError> {
        check_classes(&self.classes, formats.len(), Place::Field("argmax, classes"))?;
        let count = Argmax::count(formats.len());
        if !(1..=count).contains(&self.top) {
            return Err(PlanFault::Top { top: self.top, classes: count }.at(Place::Field("argmax, top")));
        }
        check_alignment(formats)?;
        match Argmax::margin_format(formats).width {
            bits if self.margin && bits > MAX_WIDTH => {
                Err(PlanFault::Margin { bits }.at(Place::Field("argmax, margin")))
            }
            _ => Ok(()),
        }
    }
}

/// There is one name for each class that so many scores tell apart, or none.
pub(super) fn check_classes(names: &[String], scores: usize, at: Place) -> Result<(), PlanError> {
    let classes = Argmax::count(scores);
    match names.len() {
        0 => Ok(()),
        n if n == classes => Ok(()),
        names => Err(PlanFault::Classes { names, classes }.at(at)),
    }
}

/// Scores are compared at the finest point among them, within the bits of every exact intermediate.
pub(super) fn check_alignment(formats: &[Format]) -> Result<(), PlanError> {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ties_go_to_the_lowest_index_and_formats_do_not_matter() {
        let fine = Format { signed: true, width: 12, frac: 8 };
        let coarse = Format { signed: true, width: 8, frac: 2 };
        let class = |scores: &[i64], formats: &[Format]| Argmax::default().decide(scores, formats);
        assert_eq!(class(&[5, 5, 5], &[fine; 3]), [0]);
        assert_eq!(class(&[4, 5, 5], &[fine; 3]), [1]);
        // 64 / 256 is 1 / 4: a tie, then one more.
        assert_eq!(class(&[64, 1], &[fine, coarse]), [0]);
        assert_eq!(class(&[63, 1], &[fine, coarse]), [1]);
        assert_eq!(class(&[-1, -256], &[coarse, fine]), [0]);
        assert_eq!([-3, 0, 1].map(|v| class(&[v], &[fine])), [[0], [0], [1]]);
        assert_eq!([1, 2, 4, 5, 256, 257].map(|n| Argmax::format(n).width), [2, 2, 2, 3, 8, 9]);
    }

    #[test]
    fn several_classes_come_out_in_order_and_the_margin_behind_them() {
        let fine = Format { signed: true, width: 12, frac: 8 };
        let coarse = Format { signed: true, width: 8, frac: 2 };
        let three = Argmax { top: 3, margin: true, ..Argmax::default() };
        assert_eq!(three.decide(&[4, 7, 7, -1], &[fine; 4]), [1, 2, 0, 0]);
        // 65 / 256 is one code above 1 / 4.
        let both = Argmax { top: 2, margin: true, ..Argmax::default() };
        assert_eq!(both.decide(&[1, 65], &[coarse, fine]), [1, 0, 1]);
        assert_eq!([-3, 0, 5].map(|v| both.decide(&[v], &[fine])), [[0, 1, 3], [0, 1, 0], [1, 0, 5]]);
    }

    #[test]
    fn margins_have_bits_for_every_difference() {
        let f = |signed, width, frac| Format { signed, width, frac };
        assert_eq!(Argmax::margin_format(&[f(true, 12, 8); 3]), f(false, 12, 8));
        // From -128 / 4 to 2047 / 256, in units of 1 / 256.
        assert_eq!(Argmax::margin_format(&[f(true, 8, 2), f(true, 12, 8)]), f(false, 14, 8));
        assert_eq!(Argmax::margin_format(&[f(true, 8, 2)]), f(false, 8, 2));
        assert_eq!(Argmax::margin_format(&[f(false, 8, 2)]), f(false, 8, 2));
        let check =
            |argmax: Argmax, formats: &[Format]| argmax.check(formats).expect_err("refused").to_string();
        let apart = [f(true, 48, 0), f(true, 8, 8)];
        let said = check(Argmax { margin: true, ..Argmax::default() }, &apart);
        assert!(said.starts_with("argmax, margin: the margin needs 56 bits"), "{said}");
        for top in [0, 4] {
            let said = check(Argmax { top, ..Argmax::default() }, &[f(true, 8, 2); 3]);
            assert_eq!(said, format!("argmax, top: {top} of 3 classes: use 1 to 3"));
        }
    }
}
