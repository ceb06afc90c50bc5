//! What comes out of a classifier: the keys of `[quantize]` that say so, and what they make of a plan.

use super::contradiction::Contradiction;
use super::quantize::Quantize;
use gainstage_golden::plan::{Argmax, Plan, Softmax};
use gainstage_golden::quant::{QuantError, with_softmax};

impl Quantize {
    /// What contradicts itself, before the classes are known.
    pub(super) fn output_faults(&self) -> Vec<Contradiction> {
        let mut faults = Vec::new();
        let of_classes = [(self.top != 1, "top"), (self.margin, "margin")];
        let key = of_classes.iter().find(|(said, _)| *said && !self.argmax);
        faults.extend(key.map(|&(_, key)| Contradiction::Undecided(key)));
        if self.softmax && self.argmax {
            faults.push(Contradiction::Both);
        }
        if !(2..=Softmax::MAX_BITS).contains(&self.softmax_bits) {
            faults.push(Contradiction::SoftmaxBits(self.softmax_bits));
        }
        if self.top == 0 {
            faults.push(Contradiction::Top { top: 0, classes: None });
        }
        faults
    }

    /// What of the table does not fit samples of such classes; of values there are none.
    ///
    /// # Errors
    /// More classes in order than there are, or outputs of a decision where nothing is decided.
    pub fn check_classes(&self, classes: usize) -> anyhow::Result<()> {
        let fault = match (self.top, self.margin) {
            (2.., _) if classes == 0 => Contradiction::NoClasses("top"),
            (_, true) if classes == 0 => Contradiction::NoClasses("margin"),
            _ if classes == 0 && self.softmax => Contradiction::NoClasses("softmax"),
            (2.., _) if self.top > classes => Contradiction::Top { top: self.top, classes: Some(classes) },
            _ => return Ok(()),
        };
        let told = format!("[quantize]: {fault}");
        Err(anyhow::Error::new(fault).context(told))
    }

    /// A plan with what comes out of a classifier, a score of 1 being `unit` logits; of values, and where scores are wanted, the
    /// plan as it is.
    ///
    /// # Errors
    /// A table for probabilities that cannot be had.
    pub fn headed(&self, mut plan: Plan, classes: &[String], unit: f64) -> Result<Plan, QuantError> {
        if self.softmax && !classes.is_empty() {
            let demand = self.tables.demand(self.max_ulp);
            return with_softmax(plan, self.softmax_bits, unit, classes.to_vec(), &demand);
        }
        let decides = self.argmax && !classes.is_empty();
        plan.argmax =
            decides.then(|| Argmax { classes: classes.to_vec(), top: self.top, margin: self.margin });
        Ok(plan)
    }

    /// The usual way with these outputs.
    pub fn outputs_only(&self) -> Quantize {
        let Quantize { argmax, top, margin, softmax, softmax_bits, .. } = *self;
        Quantize { argmax, top, margin, softmax, softmax_bits, ..Quantize::default() }
    }
}
