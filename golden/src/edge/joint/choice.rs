//! Which inputs a joint table reads.

use crate::edge::{Coded, Port};

/// Bits of the arguments by which inputs are compared, all together.
const BITS: u32 = 9;

/// Likelihoods of a cell without samples weigh so many.
const PRIOR: f64 = 1.0;

/// The input that says the most about the class beside those chosen; nothing if none says more than they do.
pub(super) fn next_input(samples: &Coded, chosen: &[usize], ports: &[Port]) -> Option<usize> {
    let open = (0..samples.inputs).filter(|i| !chosen.contains(i));
    let with = |i: usize| {
        let inputs: Vec<usize> = chosen.iter().copied().chain([i]).collect();
        (surprise(samples, &inputs, ports), i)
    };
    open.map(with).min_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, i)| i)
}

/// The mean of -log p(class | cell) in nats, each sample judged by the others of its cell.
fn surprise(samples: &Coded, inputs: &[usize], ports: &[Port]) -> f64 {
    let (rows, classes) = (samples.rows(), samples.wanted.len() / samples.rows());
    let bits = (BITS / inputs.len() as u32).min(5);
    let cell = |s: usize| {
        inputs.iter().fold(0usize, |cell, &i| {
            let dropped = ports[i].bits.saturating_sub(bits);
            cell << bits | (samples.row(s)[i] >> dropped) as usize
        })
    };
    let mut counts = vec![0f64; classes << (bits * inputs.len() as u32)];
    let mut means = vec![0f64; classes];
    for s in 0..rows {
        let wanted = &samples.wanted[s * classes..][..classes];
        let to = &mut counts[cell(s) * classes..][..classes];
        to.iter_mut().zip(&mut means).zip(wanted).for_each(|((to, mean), &w)| {
            *to += f64::from(w);
            *mean += f64::from(w) / rows as f64;
        });
    }
    let one = |s: usize| {
        let (wanted, there) =
            (&samples.wanted[s * classes..][..classes], &counts[cell(s) * classes..][..classes]);
        let others = there.iter().sum::<f64>() - 1.0 + PRIOR;
        let term = |((&w, &n), &mean): ((&f32, &f64), &f64)| {
            let p = (n - f64::from(w) + PRIOR * mean).max(1e-9) / others.max(1e-9);
            -f64::from(w) * libm::log(p)
        };
        wanted.iter().zip(there).zip(&means).map(term).sum::<f64>()
    };
    (0..rows).map(one).sum::<f64>() / rows as f64
}
