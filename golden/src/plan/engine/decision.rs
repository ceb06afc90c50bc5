//! The decision between scores, over all lanes of a block.

use super::lane::Lane;
use super::{Block, LANES};
use crate::num::Format;
use crate::plan::Argmax;

/// What an [`Argmax`] makes of scores.
pub(super) struct Decision<T: Lane> {
    /// What brings each score to one binary point.
    scales: Vec<T::Scale>,
    top: usize,
    kept: usize,
    margin: bool,
}

/// The largest scores of every lane from some class on, and the classes that have them.
struct Best<T: Lane> {
    score: Block<T>,
    class: Block<T>,
}

impl<T: Lane> Decision<T> {
    pub fn new(argmax: &Argmax, scores: &[Format]) -> Decision<T> {
        let scales = Argmax::shifts(scores).into_iter().map(|by| T::scale(-(by as i32))).collect();
        Decision { scales, top: argmax.top, kept: argmax.kept(), margin: argmax.margin }
    }

    /// What is decided replaces the scores.
    pub fn decide(&self, scores: &mut [Block<T>]) {
        // Below every score.
        let least = || Best { score: [T::of(i64::MIN); LANES], class: [T::of(0); LANES] };
        let mut best: Vec<Best<T>> = (0..self.kept).map(|_| least()).collect();
        // From the last class to the first: one that is not below those behind it stands before them, so that of equal
        // ones the lower comes first.
        for (i, &by) in self.scales.iter().enumerate().rev() {
            // A single score is that of class 1.
            let class = if self.scales.len() == 1 { 1 } else { i };
            insert(&mut best, scores[i].map(|v| v.shifted(by)), class);
        }
        if self.scales.len() == 1 {
            insert(&mut best, [T::of(0); LANES], 0);
        }
        for (out, best) in scores.iter_mut().zip(&best).take(self.top) {
            *out = best.class;
        }
        if let ([first, second, ..], true) = (&best[..], self.margin) {
            for (l, out) in scores[self.top].iter_mut().enumerate() {
                *out = first.score[l].minus(second.score[l]);
            }
        }
    }
}

/// Takes a class in where it belongs in every lane; what stands behind moves on.
fn insert<T: Lane>(best: &mut [Best<T>], mut score: Block<T>, class: usize) {
    let mut class = [T::of(class as i64); LANES];
    for held in best {
        for l in 0..LANES {
            if score[l] >= held.score[l] {
                std::mem::swap(&mut score[l], &mut held.score[l]);
                std::mem::swap(&mut class[l], &mut held.class[l]);
            }
        }
    }
}
