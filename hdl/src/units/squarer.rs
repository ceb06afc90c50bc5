//! The amplifying neuron's y = h².

use super::Products;
use crate::expr::Graph;
use gainstage_golden::num::{Format, Rounding};

/// Input `h`, output `y = requantize(h²)`, half up, saturated: `golden::plan::square` on codes.
pub fn squarer(h: Format, y: Format, products: &Products) -> Graph {
    let mut g = Graph::new();
    let k = g.input("h", h);
    let square = products.square(&mut g, k);
    g.name(square, "square");
    let code = g.requantize(square, 2 * h.frac, y, Rounding::HalfUp);
    g.output("y", code, y);
    g
}
