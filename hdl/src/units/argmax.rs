//! The index of the largest score: a balanced tree of comparisons.

use crate::expr::{Graph, Sig};
use gainstage_golden::num::Format;
use gainstage_golden::plan::Argmax;

/// Inputs `y0`, `y1`, ... in `formats`, output `class`: `golden::plan::Argmax::decide` on codes.
///
/// The left side of every comparison holds the lower indices and wins a tie.
pub fn argmax(formats: &[Format]) -> Graph {
    let mut g = Graph::new();
    let mut round = Vec::with_capacity(formats.len().max(2));
    let scores: Vec<Sig> = formats.iter().enumerate().map(|(i, &f)| g.input(&format!("y{i}"), f)).collect();
    if let [_] = scores[..] {
        round.push((g.constant(0), g.constant(0)));
    }
    for (&score, by) in scores.iter().zip(Argmax::shifts(formats)) {
        let index = round.len() as i128;
        round.push((g.shl(score, by), g.constant(index)));
    }
    while round.len() > 1 {
        round = round.chunks(2).map(|pair| larger(&mut g, pair)).collect();
    }
    g.output("class", round[0].1, Argmax::format(formats.len()));
    g
}

/// The (score, index) that wins.
fn larger(g: &mut Graph, pair: &[(Sig, Sig)]) -> (Sig, Sig) {
    let [a, b] = *pair else { return pair[0] };
    let right = g.lt(a.0, b.0);
    (g.mux(right, b.0, a.0), g.mux(right, b.1, a.1))
}
