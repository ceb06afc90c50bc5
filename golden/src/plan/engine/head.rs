//! What comes out of the scores, over all lanes of a block.

use super::decision::Decision;
use super::lane::Lane;
use super::{Block, LANES};
use crate::approx::Table;
use crate::num::Format;
use crate::plan::{self, Plan, Softmax};

/// A plan's [`plan::Head`], ready to run.
pub(super) enum Head<T: Lane> {
    Classes(Decision<T>),
    Probabilities(Box<Probabilities>),
}

/// Lane after lane in integers, by the plain model: its words are wider than lanes, and it ends a plan, once.
pub(super) struct Probabilities {
    softmax: Softmax,
    table: Table,
    scores: Vec<Format>,
}

impl<T: Lane> Head<T> {
    pub fn of(plan: &Plan) -> Option<Head<T>> {
        let scores = plan.score_formats();
        Some(match plan.head()? {
            plan::Head::Argmax(argmax) => Head::Classes(Decision::new(argmax, &scores)),
            plan::Head::Softmax(softmax) => {
                let (softmax, table) = (softmax.clone(), plan.tables[softmax.table].clone());
                Head::Probabilities(Box::new(Probabilities { softmax, table, scores }))
            }
        })
    }

    /// What comes out replaces the scores.
    pub fn apply(&self, scores: &mut [Block<T>]) {
        match self {
            Head::Classes(decision) => decision.decide(scores),
            Head::Probabilities(p) => p.apply(scores),
        }
    }
}

impl Probabilities {
    fn apply<T: Lane>(&self, scores: &mut [Block<T>]) {
        let mut codes = vec![0; self.scores.len()];
        for l in 0..LANES {
            codes.iter_mut().zip(scores.iter()).for_each(|(code, score)| *code = score[l].code());
            let shares = self.softmax.probabilities(&self.table, &codes, &self.scores);
            scores.iter_mut().zip(shares).for_each(|(out, y)| out[l] = T::of(y));
        }
    }
}
