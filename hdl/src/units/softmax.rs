//! Probabilities of classes: distances from the largest score, a table of exp for each, their sum, and a divider for each.

use super::Rows;
use crate::expr::{Graph, Sig};
use crate::module::Module;
use gainstage_golden::approx::Table;
use gainstage_golden::num::{Format, Rounding};
use gainstage_golden::plan::{Argmax, Softmax};
use std::sync::Arc;

/// Inputs `y0`, `y1`, ... in `formats`, outputs `p0`, `p1`, ...: `golden::plan::Softmax::probabilities` on codes. `exp` is the
/// module of its table, `divider` that of [`share`].
pub fn softmax(softmax: &Softmax, formats: &[Format], exp: &Arc<Module>, divider: &Arc<Module>) -> Graph {
    let mut g = Graph::new();
    let inputs: Vec<Sig> = formats.iter().enumerate().map(|(i, &f)| g.input(&format!("y{i}"), f)).collect();
    let mut scores: Vec<Sig> = Vec::with_capacity(Argmax::count(formats.len()));
    if let [_] = inputs[..] {
        scores.push(g.constant(0));
    }
    scores.extend(inputs.iter().zip(Argmax::shifts(formats)).map(|(&score, by)| g.shl(score, by)));
    let largest = tree(&mut g, &scores, |g, a, b| {
        let first = g.ge(a, b);
        g.mux(first, a, b)
    });
    g.name(largest, "largest");
    let reach = Argmax::margin_format(formats).max_code() as i128;
    let mut parts = Vec::with_capacity(scores.len());
    for (i, &score) in scores.iter().enumerate() {
        let below = g.sub(largest, score);
        // No score is above the largest.
        let below = g.assume_range(below, 0, reach);
        let z = g.requantize(below, Argmax::point(formats), softmax.z, Rounding::HalfUp);
        parts.push(g.instance_named(exp, &format!("exp{i}"), &[z])[0]);
    }
    let sum = tree(&mut g, &parts, Graph::add);
    g.name(sum, "sum");
    for (i, &part) in parts.iter().enumerate() {
        let share = g.instance_named(divider, &format!("divider{i}"), &[part, sum])[0];
        g.output(&format!("p{i}"), share, softmax.format());
    }
    g
}

/// Inputs `part` and `sum`, output `share`: round(2^bits · part / sum), half up, saturated, for a part of one of `count` values
/// of the table and the sum of all of them.
///
/// A digit below the last place is developed too, so that rounding half up is `(q + 1) >> 1`.
pub fn share(softmax: &Softmax, table: &Table, count: usize, rows: &Rows<'_>) -> Graph {
    let mut g = Graph::new();
    let most = table.output.max_code() as i128;
    let (part, sum) = (g.input_range("part", 0, most), g.input_range("sum", 0, count as i128 * most));
    let numerator = g.shl(part, softmax.bits + 1);
    // A part is at most the sum: one bit more than the digits behind the point.
    let quotient = rows.divide(&mut g, numerator, sum, softmax.bits + 2);
    let one = g.constant(1);
    let above = g.add(quotient, one);
    let rounded = g.shr(above, 1);
    let share = g.saturate(rounded, softmax.format());
    g.output("share", share, softmax.format());
    g
}

/// Values combined by a balanced tree.
fn tree(g: &mut Graph, values: &[Sig], mut join: impl FnMut(&mut Graph, Sig, Sig) -> Sig) -> Sig {
    let mut round = values.to_vec();
    while round.len() > 1 {
        round = round.chunks(2).map(|p| if let [a, b] = *p { join(g, a, b) } else { p[0] }).collect();
    }
    round[0]
}
