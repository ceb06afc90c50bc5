//! Decisions between scores: the index of the largest by a balanced tree of comparisons, or several in order by a tree of
//! merges.

use crate::expr::{Graph, Sig};
use gainstage_golden::num::{Format, bits_unsigned};
use gainstage_golden::plan::Argmax;

/// Inputs `y0`, `y1`, ... in `formats`, outputs `class`, or `class0`, `class1`, ..., and `margin`: what
/// `golden::plan::Argmax::decide` makes of codes.
pub fn argmax(argmax: &Argmax, formats: &[Format]) -> Graph {
    let mut g = Graph::new();
    // Each with the shift to the point of all.
    let mut scores: Vec<(Sig, u32)> = Vec::with_capacity(formats.len().max(2));
    let inputs: Vec<Sig> = formats.iter().enumerate().map(|(i, &f)| g.input(&format!("y{i}"), f)).collect();
    if let [_] = inputs[..] {
        scores.push((g.constant(0), 0));
    }
    scores.extend(inputs.into_iter().zip(Argmax::shifts(formats)));
    match argmax.is_plain() {
        true => {
            let class = largest(&mut g, &scores);
            g.output("class", class, Argmax::format(formats.len()));
        }
        false => several(&mut g, argmax, &scores, formats),
    }
    g
}

/// The index of the largest. The left side of every comparison holds the lower indices and wins a tie.
fn largest(g: &mut Graph, scores: &[(Sig, u32)]) -> Sig {
    let mut round: Vec<(Sig, Sig)> = Vec::with_capacity(scores.len());
    for (index, &(score, by)) in (0..).zip(scores) {
        round.push((g.shl(score, by), g.constant(index)));
    }
    while round.len() > 1 {
        round = round.chunks(2).map(|pair| larger(g, pair)).collect();
    }
    round[0].1
}

/// The (score, index) that wins.
fn larger(g: &mut Graph, pair: &[(Sig, Sig)]) -> (Sig, Sig) {
    let [a, b] = *pair else { return pair[0] };
    let right = g.lt(a.0, b.0);
    (g.mux(right, b.0, a.0), g.mux(right, b.1, a.1))
}

/// The outputs of a decision with more than a class. A score and its index are one number, a key: the score above, and below
/// it the index counted from the end, so that of equal scores the lower index has the larger key, and no two are equal.
fn several(g: &mut Graph, argmax: &Argmax, scores: &[(Sig, u32)], formats: &[Format]) {
    let bits = bits_unsigned(scores.len() as i128 - 1);
    let last = (1 << bits) - 1;
    let keys: Vec<Sig> = (0..)
        .zip(scores)
        .map(|(index, &(score, by))| {
            let (score, from_end) = (g.shl(score, by), g.constant(last - index));
            g.concat(score, from_end, bits)
        })
        .collect();
    let best = sorted(g, &keys, argmax.kept());
    for (k, &key) in best.iter().enumerate().take(argmax.top) {
        let (last, from_end) = (g.constant(last), g.slice(key, 0, bits));
        let class = g.sub(last, from_end);
        let name = if argmax.top == 1 { "class".to_owned() } else { format!("class{k}") };
        g.output(&name, class, Argmax::format(formats.len()));
    }
    if argmax.margin {
        let [first, second] = [best[0], best[1]].map(|key| g.shr(key, bits));
        let lead = g.sub(first, second);
        let format = Argmax::margin_format(formats);
        // The first is not below the second.
        let lead = g.assume_range(lead, 0, format.max_code() as i128);
        g.output("margin", lead, format);
    }
}

/// The largest `kept` keys in falling order: halves are sorted, then merged.
fn sorted(g: &mut Graph, keys: &[Sig], kept: usize) -> Vec<Sig> {
    if keys.len() < 2 {
        return keys.to_vec();
    }
    // The left half is a power of two, so that both are as deep as they must be.
    let (left, right) = keys.split_at(keys.len().div_ceil(2).next_power_of_two());
    let (left, right) = (sorted(g, left, kept), sorted(g, right, kept));
    let mut all = merged(g, &left, &right);
    // Comparisons that only lower ranks need are not reached from any output, and are not built.
    all.truncate(kept);
    all
}

/// Two falling lists as one, by Batcher's odd-even merge (Knuth, volume 3, section 5.3.4).
fn merged(g: &mut Graph, a: &[Sig], b: &[Sig]) -> Vec<Sig> {
    match (a, b) {
        ([], list) | (list, []) => return list.to_vec(),
        (&[a], &[b]) => return ordered(g, a, b).to_vec(),
        _ => {}
    }
    let every = |list: &[Sig], from: usize| list.iter().copied().skip(from).step_by(2).collect::<Vec<_>>();
    let [even, odd] = [0, 1].map(|from| merged(g, &every(a, from), &every(b, from)));
    let mut all = vec![even[0]];
    for k in 0..odd.len().max(even.len() - 1) {
        match (odd.get(k), even.get(k + 1)) {
            (Some(&a), Some(&b)) => all.extend(ordered(g, a, b)),
            (one, other) => all.extend(one.or(other)),
        }
    }
    all
}

/// The larger of two, then the other.
fn ordered(g: &mut Graph, a: Sig, b: Sig) -> [Sig; 2] {
    let first = g.ge(a, b);
    [g.mux(first, a, b), g.mux(first, b, a)]
}
