//! A piecewise polynomial on codes: rows of coefficients by `Gather`, then Horner's steps.

use super::codes::power;
use super::graph::Graph;
use crate::approx::{Fold, Side, Table, Tree};

/// The table's codes for the codes `z`, as `Table::eval` has them.
pub(super) fn table(g: &mut Graph, t: &Table, z: &str) -> String {
    let (zero, least) = (g.row(&[0]), g.row(&[t.input.min_code()]));
    let m = match t.fold {
        Fold::Offset => g.op("Sub", &[z, &least]),
        Fold::Magnitude | Fold::Odd => g.op("Abs", &[z]),
    };
    let two_sided = t.fold == Fold::Magnitude && t.input.signed;
    let sides: &[&Side] = if two_sided { &[&t.positive, &t.negative] } else { &[&t.positive] };
    let used = sides.iter().any(|s| s.residual != 0) && !t.segments.is_empty();
    let p = if used { Some(polynomial(g, t, &m)) } else { None };
    let values: Vec<String> = sides.iter().map(|side| value(g, side, &m, p.as_deref())).collect();
    let v = match &values[..] {
        [positive, negative] => {
            let below = g.op("Less", &[z, &zero]);
            g.op("Where", &[&below, negative, positive])
        }
        _ => values.concat(),
    };
    let mut v = g.shift_right(&v, &[t.guard]);
    if t.fold == Fold::Odd {
        let (below, negated) = (g.op("Less", &[z, &zero]), g.op("Neg", &[&v]));
        v = g.op("Where", &[&below, &negated, &v]);
    }
    let y = g.saturate(&v, &[t.output]);
    match t.lowest {
        None => y,
        Some(lowest) => {
            let (lowest, here) = (g.row(&[lowest]), g.op("Equal", &[z, &least]));
            g.op("Where", &[&here, &lowest, &y])
        }
    }
}

/// slope·m·2^shift + constant ± p.
fn value(g: &mut Graph, side: &Side, m: &str, p: Option<&str>) -> String {
    let mut v = g.row(&[side.constant]);
    if side.slope != 0 {
        let slope = g.row(&[side.slope]);
        let product = g.op("Mul", &[m, &slope]);
        let shifted = match side.slope_shift {
            s if s < 0 => g.shift_right(&product, &[s.unsigned_abs()]),
            0 => product,
            s => {
                let unit = g.row(&[power(s.unsigned_abs())]);
                g.op("Mul", &[&product, &unit])
            }
        };
        v = g.op("Add", &[&shifted, &v]);
    } else if side.residual == 0 || p.is_none() {
        // The same for every m, but of its shape.
        let zero = g.row(&[0]);
        let none = g.op("Mul", &[m, &zero]);
        v = g.op("Add", &[&none, &v]);
    }
    match (side.residual, p) {
        (1, Some(p)) => g.op("Add", &[&v, p]),
        (-1, Some(p)) => g.op("Sub", &[&v, p]),
        _ => v,
    }
}

/// The residual at m; 0 past the last segment.
fn polynomial(g: &mut Graph, t: &Table, m: &str) -> String {
    let (rows, degree) = (t.segments.len(), t.steps.len());
    let length = g.row(&[power(t.segment_bits)]);
    let (row, inside, stretched) = match &t.tree {
        Some(tree) => {
            let (row, stretched) = in_tree(g, t, tree, m);
            (row, None, stretched)
        }
        None => {
            let row = g.op("Div", &[m, &length]);
            let (count, last) = (g.row(&[rows as i64]), g.row(&[rows as i64 - 1]));
            let inside = g.op("Less", &[&row, &count]);
            (g.op("Min", &[&row, &last]), Some(inside), m.to_owned())
        }
    };
    let column = |g: &mut Graph, at: usize| {
        let data: Vec<i64> = t.segments.iter().map(|c| c[at]).collect();
        let list = g.wholes(&[rows], &data);
        g.op("Gather", &[&list, &row])
    };
    let mut p = column(g, degree);
    if degree > 0 {
        let half = g.row(&[power(t.segment_bits) >> 1]);
        let within = g.op("Mod", &[&stretched, &length]);
        let x = g.op("Sub", &[&within, &half]);
        for (step, at) in t.steps.iter().zip((0..degree).rev()) {
            let factor = g.shift_right(&x, &[step.t]);
            let product = g.op("Mul", &[&p, &factor]);
            let product = g.shift_right(&product, &[step.s]);
            let c = column(g, at);
            p = g.op("Add", &[&c, &product]);
        }
    }
    match inside {
        None => p,
        Some(inside) => {
            let zero = g.row(&[0]);
            g.op("Where", &[&inside, &p, &zero])
        }
    }
}

/// The row of m, and m stretched to the longest segment's length.
fn in_tree(g: &mut Graph, t: &Table, tree: &Tree, m: &str) -> (String, String) {
    let length = g.row(&[power(tree.block_bits)]);
    // The magnitude of the least code lies one past the last block; its value is `lowest`.
    let (block, last) = (g.op("Div", &[m, &length]), g.row(&[tree.blocks.len() as i64 - 1]));
    let block = g.op("Min", &[&block, &last]);
    let within = g.op("Mod", &[m, &length]);
    let mut list = |of: &dyn Fn(u32, u32) -> i64| {
        let data: Vec<i64> = tree.blocks.iter().map(|b| of(b.first, b.shift)).collect();
        let list = g.wholes(&[data.len()], &data);
        g.op("Gather", &[&list, &block])
    };
    let first = list(&|first, _| i64::from(first));
    let segment = list(&|_, shift| power(t.segment_bits - shift));
    let stretch = list(&|_, shift| power(shift));
    let inside = g.op("Div", &[&within, &segment]);
    (g.op("Add", &[&first, &inside]), g.op("Mul", &[m, &stretch]))
}
