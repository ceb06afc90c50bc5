//! Activations in ONNX's operators.

use super::graph::{Graph, Type, number, whole};
use crate::func::enclosure::Call;
use crate::func::{Activation, Formula, Interpolation, Learned, Op};

/// H(x).
pub(super) fn activation(g: &mut Graph, h: &Activation, x: &str) -> String {
    match h {
        Activation::None => x.to_owned(),
        Activation::Relu => g.op("Relu", &[x]),
        Activation::LeakyRelu { slope } => {
            let alpha = number("alpha", g.narrow(*slope));
            g.node("LeakyRelu", &[x], vec![alpha])
        }
        Activation::Elu => g.op("Elu", &[x]),
        Activation::Softplus => g.op("Softplus", &[x]),
        Activation::ParametricSoftplus { a } => {
            let (line, rest) = (g.float(*a), g.float(1.0 - a));
            let line = g.op("Mul", &[x, &line]);
            let bend = g.op("Softplus", &[x]);
            let bend = g.op("Mul", &[&bend, &rest]);
            g.op("Add", &[&line, &bend])
        }
        Activation::Sigmoid => g.op("Sigmoid", &[x]),
        Activation::Tanh => g.op("Tanh", &[x]),
        Activation::Learned(points) => learned(g, points, x),
        Activation::Formula(f) => formula(g, f, x),
    }
}

/// A formula, operation by operation.
fn formula(g: &mut Graph, f: &Formula, x: &str) -> String {
    let x = match f.domain() {
        None => x.to_owned(),
        Some([lo, hi]) => {
            let (lo, hi) = (g.float(lo), g.float(hi));
            g.op("Clip", &[x, &lo, &hi])
        }
    };
    let mut stack: Vec<String> = Vec::new();
    for op in f.code() {
        // The parser leaves every operation its operands.
        let mut pop = || stack.pop().unwrap_or_default();
        let value = match op {
            Op::X => x.clone(),
            Op::Number(v) => g.float(v.value),
            Op::Negate => g.op("Neg", &[&pop()]),
            Op::Call(f) => call(g, *f, &pop()),
            binary => {
                let (b, a) = (pop(), pop());
                let operator = match binary {
                    Op::Add => "Add",
                    Op::Subtract => "Sub",
                    Op::Multiply => "Mul",
                    Op::Divide => "Div",
                    _ => "Pow",
                };
                g.op(operator, &[&a, &b])
            }
        };
        stack.push(value);
    }
    let value = stack.pop().unwrap_or_default();
    if f.code().iter().any(|op| matches!(op, Op::X)) {
        return value;
    }
    // Without x it has the same value for every sample.
    let zero = g.float(0.0);
    let zeros = g.op("Mul", &[&x, &zero]);
    g.op("Add", &[&zeros, &value])
}

/// A function of one argument.
fn call(g: &mut Graph, f: Call, x: &str) -> String {
    let scaled = |g: &mut Graph, factor: f64| {
        let (ln, factor) = (g.op("Log", &[x]), g.float(factor));
        g.op("Mul", &[&ln, &factor])
    };
    let name = match f {
        Call::Log2 => return scaled(g, std::f64::consts::LOG2_E),
        Call::Log10 => return scaled(g, std::f64::consts::LOG10_E),
        Call::ExpM1 => {
            let (e, one) = (g.op("Exp", &[x]), g.float(1.0));
            return g.op("Sub", &[&e, &one]);
        }
        Call::Ln1p => {
            let one = g.float(1.0);
            let sum = g.op("Add", &[x, &one]);
            return g.op("Log", &[&sum]);
        }
        Call::Exp => "Exp",
        Call::Ln => "Log",
        Call::Sqrt => "Sqrt",
        Call::Sin => "Sin",
        Call::Cos => "Cos",
        Call::Tan => "Tan",
        Call::Asin => "Asin",
        Call::Acos => "Acos",
        Call::Atan => "Atan",
        Call::Sinh => "Sinh",
        Call::Cosh => "Cosh",
        Call::Tanh => "Tanh",
        Call::Abs => "Abs",
    };
    g.op(name, &[x])
}

/// A function given by points: the piece is the number of nodes that are not above x.
fn learned(g: &mut Graph, points: &Learned, x: &str) -> String {
    let nodes = &points.nodes;
    let list = g.floats(&[nodes.len()], nodes);
    let last = g.wholes(&[1], &[-1]);
    let wide = g.op("Unsqueeze", &[x, &last]);
    let passed = g.op("GreaterOrEqual", &[&wide, &list]);
    let passed = g.cast(&passed, Type::Whole);
    let piece = g.node("ReduceSum", &[&passed, &last], vec![whole("keepdims", 0)]);
    let pieces: Vec<[f64; 5]> = (0..=nodes.len()).map(|right| cubic(points, right)).collect();
    let column = |g: &mut Graph, at: usize| {
        let data: Vec<f64> = pieces.iter().map(|c| c[at]).collect();
        let list = g.floats(&[data.len()], &data);
        g.op("Gather", &[&list, &piece])
    };
    let from = column(g, 0);
    let u = g.op("Sub", &[x, &from]);
    let mut y = column(g, 4);
    for at in (1..4).rev() {
        let product = g.op("Mul", &[&y, &u]);
        let c = column(g, at);
        y = g.op("Add", &[&product, &c]);
    }
    y
}

/// Where a piece begins, and its four coefficients: that behind so many nodes.
fn cubic(points: &Learned, right: usize) -> [f64; 5] {
    let Some(i) = right.checked_sub(1) else { return [points.nodes[0], points.ordinates[0], 0.0, 0.0, 0.0] };
    let (x, y) = (points.nodes[i], points.ordinates[i]);
    let (Some(next), Some(end)) = (points.nodes.get(i + 1), points.ordinates.get(i + 1)) else {
        return [x, y, 0.0, 0.0, 0.0];
    };
    if points.interpolation == Interpolation::Constant {
        return [x, y, 0.0, 0.0, 0.0];
    }
    let (first, second) = (points.derivative(x), 0.5 * points.second_derivative(x));
    let h = next - x;
    let third = if points.interpolation == Interpolation::Linear {
        0.0
    } else {
        ((end - y) / h - first - second * h) / (h * h)
    };
    [x, y, first, second, third]
}
