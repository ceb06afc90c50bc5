//! Operators that combine numbers element by element.

use super::super::arguments::Arguments;
use super::super::error::Fault;
use super::super::tensor::{Tensor, broadcast, spread};
use super::super::value::Value;

/// Combines two tensors, each spread over the shape of both.
fn zip(
    a: &Arguments,
    x: &Tensor<f64>,
    y: &Tensor<f64>,
    f: impl Fn(f64, f64) -> f64,
) -> Result<Tensor<f64>, Fault> {
    let unfit = || a.node.broken(format!("the shapes {:?} and {:?} do not fit", x.shape(), y.shape()));
    let shape = broadcast(x.shape(), y.shape()).ok_or_else(unfit)?;
    let (xs, ys) = (spread(x.shape(), &shape)?, spread(y.shape(), &shape)?);
    let get = |t: &Tensor<f64>, at: usize| t.data().get(at).copied().unwrap_or(f64::NAN);
    let data = xs.iter().zip(&ys).map(|(&i, &j)| f(get(x, i), get(y, j))).collect();
    Tensor::new(shape, data).ok_or_else(unfit)
}

/// The only or the first input.
fn first<'a>(a: &Arguments<'a>) -> Result<&'a Tensor<f64>, Fault> {
    a.constant(0)?.ok_or_else(|| a.node.broken("its input is missing"))
}

/// The value of an operator of this module.
///
/// # Errors
/// An operator that is not known, shapes that do not fit.
pub(super) fn run(a: &Arguments) -> Result<Value, Fault> {
    let whole = a.known.iter().flatten().all(|v| v.is_whole());
    let two = |f: fn(f64, f64) -> f64| {
        let second = a.constant(1)?.ok_or_else(|| a.node.broken("its second input is missing"))?;
        zip(a, first(a)?, second, f)
    };
    let larger = |x: f64, y: f64| if x.is_nan() || x > y { x } else { y };
    let smaller = |x: f64, y: f64| if x.is_nan() || x < y { x } else { y };
    let tensor = match a.node.operator.as_str() {
        "Add" => two(|x, y| x + y)?,
        "Sub" => two(|x, y| x - y)?,
        "Mul" => two(|x, y| x * y)?,
        "Div" if whole => divide(a)?,
        "Div" => two(|x, y| x / y)?,
        "Pow" => return power(a),
        "PRelu" => two(|x, slope| if x < 0.0 { slope * x } else { x })?,
        "Equal" => return two(|x, y| f64::from(u8::from(x == y))).map(Value::whole),
        "Neg" => first(a)?.map(|v| -v),
        "Sum" => fold(a, |x, y| x + y)?,
        "Mean" => {
            let count = a.known.iter().flatten().count() as f64;
            fold(a, |x, y| x + y)?.map(|v| v / count)
        }
        "Max" => fold(a, larger)?,
        "Min" => fold(a, smaller)?,
        "Clip" => {
            let lo = a.number_of("min", 1)?.unwrap_or(f64::NEG_INFINITY);
            let hi = a.number_of("max", 2)?.unwrap_or(f64::INFINITY);
            first(a)?.map(|&v| {
                if v > hi {
                    hi
                } else if v < lo {
                    lo.min(hi)
                } else {
                    v
                }
            })
        }
        "Where" => choose(a)?,
        _ => return Err(super::super::symbols::unknown(a.node)),
    };
    Ok(Value::Numbers { tensor, whole })
}

/// Powers, of the type of the base: whole ones lose their fraction.
fn power(a: &Arguments) -> Result<Value, Fault> {
    let exponent = a.constant(1)?.ok_or_else(|| a.node.broken("its second input is missing"))?;
    let whole = a.known.first().copied().flatten().is_some_and(Value::is_whole);
    let tensor = zip(a, first(a)?, exponent, libm::pow)?;
    Ok(Value::Numbers { tensor: if whole { tensor.map(|v| v.trunc()) } else { tensor }, whole })
}

/// Combines all inputs, one after the other.
fn fold(a: &Arguments, f: impl Fn(f64, f64) -> f64) -> Result<Tensor<f64>, Fault> {
    let mut all = first(a)?.clone();
    for at in 1..a.known.len() {
        let next = a.constant(at)?.ok_or_else(|| a.node.broken(format!("input {at} is missing")))?;
        all = zip(a, &all, next, &f)?;
    }
    Ok(all)
}

/// Whole numbers divided without a rest.
fn divide(a: &Arguments) -> Result<Tensor<f64>, Fault> {
    let by = a.constant(1)?.ok_or_else(|| a.node.broken("its second input is missing"))?;
    if by.data().contains(&0.0) {
        return Err(a.node.refuse("it divides by 0", "correct the constant"));
    }
    zip(a, first(a)?, by, |x, y| (x / y).trunc())
}

/// Elements of one or the other tensor.
fn choose(a: &Arguments) -> Result<Tensor<f64>, Fault> {
    let missing = || a.node.broken("an input is missing");
    let (yes, no) = (a.constant(1)?.ok_or_else(missing)?, a.constant(2)?.ok_or_else(missing)?);
    let condition = first(a)?;
    // 0 times infinity would be no number: each side is masked by itself.
    let yes = zip(a, condition, yes, |c, v| if c != 0.0 { v } else { 0.0 })?;
    let no = zip(a, condition, no, |c, v| if c != 0.0 { 0.0 } else { v })?;
    zip(a, &yes, &no, |x, y| if x == 0.0 { y } else { x })
}
