//! Which weights of a parallel circuit have a hard multiplier: those that save the most adders for one.

use super::cost::hard_multipliers;
use crate::device::Target;
use crate::expr::Graph;
use crate::units::{multiplied, saved_adders};
use gainstage_golden::plan::Plan;
use std::cmp::Reverse;

/// For every neuron of every layer the inputs, from 0, whose products multipliers form.
pub type Multiplied = Vec<Vec<Vec<usize>>>;

/// No multipliers.
pub fn none(plan: &Plan) -> Multiplied {
    plan.layers.iter().map(|l| vec![Vec::new(); l.neurons.len()]).collect()
}

/// A product that a multiplier may form.
struct Product {
    layer: usize,
    neuron: usize,
    input: usize,
    /// Hard multipliers it takes.
    blocks: u64,
    /// Cells of adders that it saves if nothing of them is shared.
    cells: u64,
}

/// As many products as `spare` hard multipliers form, those first that save the most.
pub fn hardest(plan: &Plan, target: &Target, mut spare: u64) -> Multiplied {
    let mut chosen = none(plan);
    if spare == 0 {
        return chosen;
    }
    let mut products = products(plan, target);
    // Cells for each multiplier; what is equal stays in the order of the plan.
    products.sort_by_key(|p| Reverse(p.cells / p.blocks));
    for p in products {
        if p.blocks <= spare {
            spare -= p.blocks;
            chosen[p.layer][p.neuron].push(p.input);
        }
    }
    chosen
}

/// All products that are worth a multiplier, and that synthesis gives one.
fn products(plan: &Plan, target: &Target) -> Vec<Product> {
    let bounds = plan.bounds();
    let mut ranges: Vec<_> = plan.inputs.iter().map(|f| (f.min_code(), f.max_code())).collect();
    let mut all = Vec::new();
    for (layer, (l, bounds)) in plan.layers.iter().zip(bounds).enumerate() {
        for (neuron, n) in l.neurons.iter().enumerate() {
            for (input, (&w, r)) in n.weights.iter().zip(&ranges).enumerate() {
                let mut g = Graph::new();
                let x = g.input_range("x", r.0 as i128, r.1 as i128);
                let adders = saved_adders(w) as u64;
                if adders > 0 {
                    multiplied(&mut g, x, w);
                }
                let (blocks, cells) = (hard_multipliers(&g, target), adders * u64::from(g.width(x)));
                if blocks > 0 {
                    all.push(Product { layer, neuron, input, blocks, cells });
                }
            }
        }
        ranges = bounds.iter().map(|b| b.y).collect();
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arch::fixture::plan;
    use crate::device::Family;

    #[test]
    fn multipliers_go_to_the_weights_with_the_most_digits() {
        let (plan, target) = (plan(3), Target::new(Family::Ecp5));
        let taken = |m: &Multiplied| m.iter().flatten().map(Vec::len).sum::<usize>();
        let all = taken(&hardest(&plan, &target, u64::MAX));
        assert!(all > 3, "{all} products");
        assert_eq!(taken(&hardest(&plan, &target, 0)), 0);
        let three = hardest(&plan, &target, 3);
        assert_eq!(taken(&three), 3);
        let digits = |m: &Multiplied| {
            let of = |(l, n, i): (usize, usize, usize)| saved_adders(plan.layers[l].neurons[n].weights[i]);
            let each = m.iter().enumerate().flat_map(|(l, m)| {
                m.iter().enumerate().flat_map(move |(n, inputs)| inputs.iter().map(move |&i| (l, n, i)))
            });
            each.map(of).collect::<Vec<_>>()
        };
        // Codes of 8 bits all, so that the digits alone decide.
        let (least, mut every) =
            (digits(&three).into_iter().min(), digits(&hardest(&plan, &target, u64::MAX)));
        every.sort_unstable_by_key(|&d| Reverse(d));
        assert_eq!(least, Some(every[2]));
        let none = Target::new(Family::Ice40);
        assert_eq!(taken(&hardest(&plan, &none, u64::MAX)), 0, "a part without multipliers");
    }
}
