//! One activation: nodes at quantiles, derivatives by nodes and ordinates, monotone ordinates.

use crate::func::{Interpolation, Learned};

/// The smallest gap between two nodes, as a share of the mean gap: ties would make vertical steps.
const MIN_GAP: f64 = 1.0 / 64.0;

/// The span of the nodes of an argument that does not vary.
const DEFAULT_SPAN: f64 = 1.0;

/// p_k = k/(K-1).
pub(super) fn distribution(nodes: usize) -> Vec<f64> {
    (0..nodes).map(|k| k as f64 / (nodes - 1) as f64).collect()
}

/// `count` quantiles at k/(K-1), interpolated between the sorted values, at least [`MIN_GAP`] apart.
///
/// Fewer values than nodes, ties and a constant argument all have an answer: nodes are pushed apart, around the one
/// value if there is but one.
pub(super) fn quantiles(values: &mut [f64], count: usize) -> Vec<f64> {
    values.sort_by(f64::total_cmp);
    let last = values.len() - 1;
    let mut nodes: Vec<f64> = (0..count)
        .map(|k| {
            let at = k as f64 / (count - 1) as f64 * last as f64;
            let (i, part) = (at as usize, at.fract());
            values[i] + part * (values[(i + 1).min(last)] - values[i])
        })
        .collect();
    separate(&mut nodes);
    nodes
}

/// Pushes sorted nodes apart to the smallest gap, keeping their middle.
pub(super) fn separate(nodes: &mut [f64]) {
    let last = nodes.len() - 1;
    let (lo, hi) = (nodes[0], nodes[last]);
    let middle = 0.5 * (lo + hi);
    if hi - lo <= 1e-9 * (1.0 + middle.abs()) {
        for (k, node) in nodes.iter_mut().enumerate() {
            *node = middle + DEFAULT_SPAN * (k as f64 / last as f64 - 0.5);
        }
        return;
    }
    let gap = MIN_GAP * (hi - lo) / last as f64;
    for k in 1..=last {
        nodes[k] = nodes[k].max(nodes[k - 1] + gap);
    }
    let shift = middle - 0.5 * (nodes[0] + nodes[last]);
    nodes.iter_mut().for_each(|n| *n += shift);
}

/// Whether nodes increase by more than a sliver of their span.
pub(super) fn ordered(nodes: &[f64]) -> bool {
    let last = nodes.len() - 1;
    let gap = 0.25 * MIN_GAP * (nodes[last] - nodes[0]) / last as f64;
    gap > 0.0 && gap.is_finite() && nodes.windows(2).all(|w| w[1] - w[0] >= gap)
}

/// The nearest ordinates, by squared distance, that never fall (pool adjacent violators).
pub(super) fn never_falling(ordinates: &mut [f64]) {
    let mut pools: Vec<(f64, usize)> = Vec::with_capacity(ordinates.len());
    for &p in ordinates.iter() {
        let mut pool = (p, 1);
        while let Some(&(mean, count)) = pools.last()
            && mean > pool.0
        {
            let all = count + pool.1;
            pool = ((mean * count as f64 + pool.0 * pool.1 as f64) / all as f64, all);
            pools.pop();
        }
        pools.push(pool);
    }
    let flat = pools.iter().flat_map(|&(mean, count)| std::iter::repeat_n(mean, count));
    ordinates.iter_mut().zip(flat).for_each(|(p, flat)| *p = flat);
}

/// From the first to the last node.
pub(super) fn span(f: &Learned) -> f64 {
    f.nodes[f.nodes.len() - 1] - f.nodes[0]
}

/// The slope a weight sees: the function's own, or for steps that of the line through the same points.
pub(super) fn slope(f: &Learned, u: f64) -> f64 {
    if f.interpolation != Interpolation::Constant {
        return f.derivative(u);
    }
    let i = f.nodes.partition_point(|&n| n <= u);
    if i == 0 || i == f.nodes.len() { 0.0 } else { line_slope(f, i - 1) }
}

fn line_slope(f: &Learned, i: usize) -> f64 {
    (f.ordinates[i + 1] - f.ordinates[i]) / (f.nodes[i + 1] - f.nodes[i])
}

/// dφ/ds_k and dφ/dp_k at u, added into the rows with the factor `by`.
pub(super) fn sensitivities(
    f: &Learned,
    u: f64,
    by: f64,
    nodes: Option<&mut [f64]>,
    ordinates: Option<&mut [f64]>,
) {
    let last = f.nodes.len() - 1;
    let right = f.nodes.partition_point(|&n| n <= u);
    if right == 0 || right > last {
        // Constant outside: only the ordinate of the end counts.
        if let Some(row) = ordinates {
            row[if right == 0 { 0 } else { last }] += by;
        }
        return;
    }
    let i = right - 1;
    match f.interpolation {
        Interpolation::MonotoneCubic => differences(f, u, by, i, nodes, ordinates),
        linear => {
            let s = (u - f.nodes[i]) / (f.nodes[i + 1] - f.nodes[i]);
            if let Some(row) = nodes {
                let slope = line_slope(f, i);
                row[i] -= by * slope * (1.0 - s);
                row[i + 1] -= by * slope * s;
            }
            if let Some(row) = ordinates {
                let right = if linear == Interpolation::Constant { 0.0 } else { s };
                row[i] += by * (1.0 - right);
                row[i + 1] += by * right;
            }
        }
    }
}

/// As [`sensitivities`], by central differences over the points that segment i depends on: the limits on the cubic's
/// tangents have too many cases to be worth their derivatives.
fn differences(
    f: &Learned,
    u: f64,
    by: f64,
    i: usize,
    nodes: Option<&mut [f64]>,
    ordinates: Option<&mut [f64]>,
) {
    let touched = i.saturating_sub(1)..(i + 3).min(f.nodes.len());
    let mut g = f.clone();
    if let Some(row) = nodes {
        let h = 1e-5 * (f.nodes[i + 1] - f.nodes[i]);
        for k in touched.clone() {
            let value = |g: &mut Learned, to: f64| {
                g.nodes[k] = to;
                g.eval(u)
            };
            let (up, down) = (value(&mut g, f.nodes[k] + h), value(&mut g, f.nodes[k] - h));
            g.nodes[k] = f.nodes[k];
            row[k] += by * (up - down) / (2.0 * h);
        }
    }
    if let Some(row) = ordinates {
        let h = 1e-6;
        for k in touched {
            let value = |g: &mut Learned, to: f64| {
                g.ordinates[k] = to;
                g.eval(u)
            };
            let (up, down) = (value(&mut g, f.ordinates[k] + h), value(&mut g, f.ordinates[k] - h));
            g.ordinates[k] = f.ordinates[k];
            row[k] += by * (up - down) / (2.0 * h);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_of_difficult_arguments() {
        assert_eq!(quantiles(&mut [3.0, 1.0, 2.0, 4.0, 5.0], 3), [1.0, 3.0, 5.0]);
        // Fewer values than nodes: between them.
        assert_eq!(quantiles(&mut [0.0, 4.0], 5), [0.0, 1.0, 2.0, 3.0, 4.0]);
        // A constant argument, and a single one.
        assert_eq!(quantiles(&mut [7.0; 9], 3), [6.5, 7.0, 7.5]);
        assert_eq!(quantiles(&mut [0.0], 2), [-0.5, 0.5]);
        // Ties: pushed apart, in order, around the same middle.
        let mut tied = [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0];
        let nodes = quantiles(&mut tied, 8);
        assert!(ordered(&nodes), "{nodes:?}");
        assert!((nodes[0] + nodes[7] - 1.0).abs() < 1e-12);
    }

    #[test]
    fn pooled_ordinates_are_the_nearest_that_never_fall() {
        let mut p = [0.0, 0.5, 0.3, 0.4, 1.0];
        never_falling(&mut p);
        assert!((p[1] - 0.4).abs() < 1e-15 && p[1] == p[2] && (p[3] - 0.4).abs() < 1e-15);
        assert_eq!((p[0], p[4]), (0.0, 1.0));
        let mut falling = [3.0, 2.0, 1.0];
        never_falling(&mut falling);
        assert_eq!(falling, [2.0; 3]);
    }

    #[test]
    fn sensitivities_are_what_differences_say() {
        for interpolation in [Interpolation::Linear, Interpolation::MonotoneCubic] {
            let f = Learned {
                nodes: vec![-1.5, -0.4, 0.1, 0.9, 2.0],
                ordinates: vec![0.1, 0.15, 0.6, 0.75, 1.1],
                interpolation,
            };
            for step in -20..25 {
                let u = 0.0973 * step as f64;
                let (mut nodes, mut ordinates) = ([0.0; 5], [0.0; 5]);
                sensitivities(&f, u, 2.0, Some(&mut nodes), Some(&mut ordinates));
                for k in 0..5 {
                    let h = 1e-6;
                    let moved = |node: f64, ordinate: f64| {
                        let mut g = f.clone();
                        g.nodes[k] += node;
                        g.ordinates[k] += ordinate;
                        2.0 * g.eval(u)
                    };
                    let by_node = (moved(h, 0.0) - moved(-h, 0.0)) / (2.0 * h);
                    let by_ordinate = (moved(0.0, h) - moved(0.0, -h)) / (2.0 * h);
                    assert!((nodes[k] - by_node).abs() < 1e-5, "node {k} at {u}: {} {by_node}", nodes[k]);
                    assert!((ordinates[k] - by_ordinate).abs() < 1e-6, "ordinate {k} at {u}");
                }
            }
        }
    }
}
