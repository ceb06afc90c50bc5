//! Operators that combine sums element by element.

use super::super::curve::Curve;
use super::super::error::Fault;
use super::super::form::Form;
use super::super::tensor::{Tensor, broadcast, spread};
use super::{Call, Converter, unknown};
use std::rc::Rc;

/// Combines two sums.
type Combine<'f> = &'f mut dyn FnMut(&mut Converter, &Form, &Form) -> Result<Form, Fault>;

/// Combines two tensors, each spread over the shape of both.
fn zip(
    c: &mut Converter,
    call: &Call,
    x: &Tensor<Form>,
    y: &Tensor<Form>,
    f: Combine,
) -> Result<Tensor<Form>, Fault> {
    let unfit = || call.a.node.broken(format!("the shapes {:?} and {:?} do not fit", x.shape(), y.shape()));
    let shape = broadcast(x.shape(), y.shape()).ok_or_else(unfit)?;
    call.check_size(super::super::tensor::volume(&shape)?)?;
    let (xs, ys) = (spread(x.shape(), &shape)?, spread(y.shape(), &shape)?);
    let mut data = Vec::with_capacity(xs.len());
    for (&i, &j) in xs.iter().zip(&ys) {
        let (x, y) = x.data().get(i).zip(y.data().get(j)).ok_or_else(unfit)?;
        data.push(f(c, x, y)?);
    }
    call.made(shape, data)
}

/// Functions of one argument, and sums and products of two.
///
/// # Errors
/// An operator that is not known here, or a product that cannot be.
pub(super) fn run(c: &mut Converter, call: &Call) -> Result<Tensor<Form>, Fault> {
    let node = call.a.node;
    if let Some(curve) = Curve::of(node)? {
        let x = call.forms(0)?;
        return c.builder.curves(node, &x, &vec![curve; x.data().len()]);
    }
    let count = call.symbols.len();
    match node.operator.as_str() {
        "Add" => fold(c, call, 2, &mut |c, x, y| c.builder.sum(node, 0.0, [(x, 1.0), (y, 1.0)])),
        "Sum" => fold(c, call, count, &mut |c, x, y| c.builder.sum(node, 0.0, [(x, 1.0), (y, 1.0)])),
        "Sub" => fold(c, call, 2, &mut |c, x, y| c.builder.sum(node, 0.0, [(x, 1.0), (y, -1.0)])),
        "Mul" => fold(c, call, 2, &mut |c, x, y| c.builder.product(node, x, y)),
        "Div" => fold(c, call, 2, &mut |c, x, y| c.builder.quotient(node, x, y)),
        "Mean" => {
            let sum = fold(c, call, count, &mut |c, x, y| c.builder.sum(node, 0.0, [(x, 1.0), (y, 1.0)]))?;
            sum.try_map(|x| c.builder.scaled(node, x, 1.0 / count as f64))
        }
        "Neg" => call.forms(0)?.try_map(|x| c.builder.scaled(node, x, -1.0)),
        "Max" => extreme(c, call, 1.0),
        "Min" => extreme(c, call, -1.0),
        "Clip" => clip(c, call),
        "Pow" => parametric(c, call, "exponent", power),
        "PRelu" => parametric(c, call, "slope", |slope| Ok(Curve::LeakyRelu(slope))),
        _ => Err(unknown(node)),
    }
}

/// Combines the first so many inputs, one after the other.
fn fold(c: &mut Converter, call: &Call, count: usize, f: Combine) -> Result<Tensor<Form>, Fault> {
    let mut all = call.forms(0)?;
    for at in 1..count {
        let next = call.forms(at)?;
        all = Rc::new(zip(c, call, &all, &next, f)?);
    }
    Ok(Rc::unwrap_or_clone(all))
}

/// b + relu(a - b) of all inputs for a sign of 1, which is the largest; with a sign of -1 the smallest.
fn extreme(c: &mut Converter, call: &Call, sign: f64) -> Result<Tensor<Form>, Fault> {
    let mut all = call.forms(0)?;
    for at in 1..call.symbols.len() {
        let next = call.forms(at)?;
        all = Rc::new(pair(c, call, &all, &next, sign)?);
    }
    Ok(Rc::unwrap_or_clone(all))
}

/// The larger ones of two tensors' elements, or with a sign of -1 the smaller ones.
fn pair(
    c: &mut Converter,
    call: &Call,
    x: &Tensor<Form>,
    y: &Tensor<Form>,
    sign: f64,
) -> Result<Tensor<Form>, Fault> {
    let node = call.a.node;
    // The side without features, if there is one, is added outside.
    let swap = x.data().iter().all(|f| f.known().is_some());
    let (x, y) = if swap { (y, x) } else { (x, y) };
    let above = zip(c, call, x, y, &mut |c, x, y| c.builder.sum(node, 0.0, [(x, sign), (y, -sign)]))?;
    let hinge = c.builder.curves(node, &above, &vec![Curve::Relu; above.data().len()])?;
    zip(c, call, &hinge, y, &mut |c, h, y| c.builder.sum(node, 0.0, [(h, sign), (y, 1.0)]))
}

/// Values between two bounds, of which one or both may be missing.
fn clip(c: &mut Converter, call: &Call) -> Result<Tensor<Form>, Fault> {
    let node = call.a.node;
    let x = call.forms(0)?;
    let bound = |name: &str, at: usize, end: f64| -> Result<f64, Fault> {
        match call.a.number_of(name, at)?.unwrap_or(end) {
            v if v.is_nan() => Err(node.refuse(format!("{name} is not a number"), "use finite bounds")),
            // What no 32-bit number exceeds is no bound.
            v if v.abs() >= f64::from(f32::MAX) => Ok(f64::INFINITY.copysign(v)),
            v => Ok(v),
        }
    };
    let (lo, hi) = (bound("min", 1, f64::NEG_INFINITY)?, bound("max", 2, f64::INFINITY)?);
    let scalar = |v: f64| Tensor::scalar(Form::constant(v));
    match (lo.is_finite(), hi.is_finite()) {
        _ if lo >= hi => {
            Err(node.refuse(format!("its bounds are {lo} and {hi}"), "the lower must be smaller"))
        }
        (true, true) => c.builder.curves(node, &x, &vec![Curve::Clip(lo, hi); x.data().len()]),
        (true, false) => pair(c, call, &x, &scalar(lo), 1.0),
        (false, true) => pair(c, call, &x, &scalar(hi), -1.0),
        (false, false) => Ok(Rc::unwrap_or_clone(x)),
    }
}

/// The function of an exponent.
fn power(exponent: f64) -> Result<Curve, f64> {
    match exponent {
        0.5 => Ok(Curve::Named("sqrt")),
        e if e == 0.0 || e == 1.0 || e == 2.0 => Err(e),
        e => Ok(Curve::Power(e)),
    }
}

/// Functions with a parameter for each element, which the second input gives; an `Err` is a power by hand.
fn parametric(
    c: &mut Converter,
    call: &Call,
    name: &str,
    curve: impl Fn(f64) -> Result<Curve, f64>,
) -> Result<Tensor<Form>, Fault> {
    let node = call.a.node;
    let (x, parameters) = (call.forms(0)?, call.a.constant(1)?);
    let parameters = parameters.ok_or_else(|| node.broken(format!("the {name} is missing")))?;
    if let Some(v) = parameters.data().iter().find(|v| !v.is_finite()) {
        return Err(node.refuse(format!("a {name} is {v}"), "use finite numbers"));
    }
    let parameters = parameters.map(|&v| Form::constant(v));
    // Both over the shape of both.
    let x = zip(c, call, &x, &parameters, &mut |_, x, _| Ok(x.clone()))?;
    let parameters = zip(c, call, &x, &parameters, &mut |_, _, p| Ok(p.clone()))?;
    let curves: Vec<_> = parameters.data().iter().map(|p| curve(p.bias)).collect();
    let curves: Result<Vec<Curve>, f64> = curves.into_iter().collect();
    match curves {
        Ok(curves) => c.builder.curves(node, &x, &curves),
        Err(_) => zip(c, call, &x, &parameters, &mut |c, x, p| by_hand(c, call, x, p.bias, &curve)),
    }
}

/// A power that is no function of its own: 1, the value itself, or its square.
fn by_hand(
    c: &mut Converter,
    call: &Call,
    x: &Form,
    exponent: f64,
    curve: impl Fn(f64) -> Result<Curve, f64>,
) -> Result<Form, Fault> {
    let node = call.a.node;
    match curve(exponent) {
        Err(0.0) => Ok(Form::constant(1.0)),
        Err(1.0) => Ok(x.clone()),
        Err(_) => c.builder.product(node, x, x),
        Ok(curve) => {
            let one = c.builder.curves(node, &Tensor::scalar(x.clone()), &[curve])?;
            one.only().cloned().ok_or_else(|| node.broken("a value is missing"))
        }
    }
}
