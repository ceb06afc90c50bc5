//! The values of nodes in double precision: the reference that the imported network is judged against.

mod class;
mod element;
mod linear;
mod reduce;

pub(super) use class::{largest, normalized, shares};

use super::arguments::Arguments;
use super::attributes::Node;
use super::curve::Curve;
use super::error::Fault;
use super::integer;
use super::moves::{moved, plan};
use super::tensor::{Tensor, volume};
use super::value::Value;
use super::weights::code;
use std::cell::Cell;

/// How much may be computed and kept.
#[derive(Debug)]
pub(super) struct Work {
    most: u64,
    done: Cell<u64>,
    kept: Cell<u64>,
}

/// The most numbers that the nodes of a graph may make in one run.
const MOST_KEPT: u64 = 1 << 25;

impl Work {
    /// So many operations at most.
    pub fn new(most: u64) -> Work {
        Work { most, done: Cell::new(0), kept: Cell::new(0) }
    }

    /// Begins another run, in which nothing is kept yet.
    pub fn again(&self) {
        self.kept.set(0);
    }

    /// Counts operations.
    ///
    /// # Errors
    /// More than may be computed.
    pub fn spend(&self, operations: usize) -> Result<(), Fault> {
        self.done.set(self.done.get().saturating_add(operations as u64));
        limit("the number of operations to evaluate the file", self.done.get(), self.most)
    }

    /// Counts numbers that are kept.
    ///
    /// # Errors
    /// More than may be kept.
    fn keep(&self, numbers: usize) -> Result<(), Fault> {
        self.kept.set(self.kept.get().saturating_add(numbers as u64));
        limit("the number of values inside the file", self.kept.get(), MOST_KEPT)
    }
}

/// Refuses what is too large.
fn limit(what: &str, value: u64, most: u64) -> Result<(), Fault> {
    if value <= most { Ok(()) } else { Err(Fault::Size { what: what.into(), value: value.into(), most }) }
}

/// What a node makes of known values.
///
/// # Errors
/// An operator that is not known here, or arguments that do not fit it.
pub(super) fn run(a: &Arguments, work: &Work) -> Result<Vec<Value>, Fault> {
    let values = made(a, work)?;
    for value in &values {
        work.keep(volume(value.shape())?)?;
    }
    Ok(values)
}

/// The values of a node.
fn made(a: &Arguments, work: &Work) -> Result<Vec<Value>, Fault> {
    let node = a.node;
    same_types(a)?;
    work.spend(a.shapes.iter().flatten().map(|s| volume(s).unwrap_or(0)).sum::<usize>() + 1)?;
    if let Some(values) = moves(a)? {
        return Ok(values);
    }
    let one = |v: Result<Value, Fault>| v.map(|v| vec![v]);
    if integer::quantized(&node.operator) {
        return one(integer::run(a));
    }
    if let Some(curve) = Curve::of(node)? {
        let x = a.constant(0)?.ok_or_else(|| node.broken("its input is missing"))?;
        let tensor = x.map(|&v| curve.value(v));
        // Of whole numbers: Abs and Relu.
        let whole = a.known.first().copied().flatten().is_some_and(Value::is_whole);
        return Ok(vec![Value::Numbers { tensor, whole }]);
    }
    match node.operator.as_str() {
        "Constant" => one(constant(node)),
        "ConstantOfShape" => one(constant_of_shape(a)),
        "Shape" => one(shape(a)),
        "Size" => one(volume(a.shape(0)?).map(|n| Value::whole(Tensor::scalar(n as f64)))),
        "Cast" => one(cast(a)),
        "Gemm" => one(linear::gemm(a, work)),
        "MatMul" => one(linear::matmul(a, work)),
        "BatchNormalization" => one(linear::batch_normalization(a)),
        "Conv" => one(linear::convolution(a, work)),
        "AveragePool" | "GlobalAveragePool" => one(linear::average_pool(a)),
        "ReduceSum" | "ReduceMean" => one(reduce::run(a)),
        "Softmax" | "LogSoftmax" => one(class::softmax(a)),
        "ArgMax" => one(class::arg_max(a)),
        "Scaler"
        | "Normalizer"
        | "LinearRegressor"
        | "LinearClassifier"
        | "ZipMap"
        | "ArrayFeatureExtractor" => class::learning(a, work),
        _ => one(element::run(a)),
    }
}

/// Refuses whole numbers beside real ones where the format wants all of one type.
fn same_types(a: &Arguments) -> Result<(), Fault> {
    let given = match a.node.operator.as_str() {
        "Add" | "Sub" | "Mul" | "Div" | "Sum" | "Mean" | "Max" | "Min" | "PRelu" | "Equal" | "Gemm"
        | "MatMul" | "Conv" | "BatchNormalization" | "Clip" | "Concat" => &a.known[..],
        "Where" => a.known.get(1..).unwrap_or_default(),
        _ => return Ok(()),
    };
    let mut types = given.iter().flatten().map(|v| v.is_whole());
    let first = types.next();
    match types.all(|whole| Some(whole) == first) {
        true => Ok(()),
        false => Err(a.node.broken("some of its inputs are real numbers, others whole ones")),
    }
}

/// Numbers or texts in another order or shape; none for operators that compute.
fn moves(a: &Arguments) -> Result<Option<Vec<Value>>, Fault> {
    let Some(count) = moved(&a.node.operator, a.known.len()) else { return Ok(None) };
    let given = a.known.get(..count).unwrap_or_default();
    let Some(plans) = plan(a)? else { return Ok(None) };
    let unfit = || a.node.broken("its inputs are of different types or do not fit together");
    let mut values = Vec::with_capacity(plans.len());
    for plan in plans {
        values.push(if given.iter().all(|v| matches!(v, Some(Value::Text(_)))) {
            let texts: Vec<_> = given.iter().filter_map(|v| v.and_then(Value::texts)).collect();
            Value::Text(plan.apply(&texts, |v| v.to_string()).ok_or_else(unfit)?)
        } else {
            let numbers = given.iter().flatten().map(|v| v.numbers(a.node)).collect::<Result<Vec<_>, _>>()?;
            let whole = given.iter().flatten().all(|v| v.is_whole());
            Value::Numbers { tensor: plan.apply(&numbers, |v| v).ok_or_else(unfit)?, whole }
        });
    }
    Ok(Some(values))
}

/// The value of a node without inputs.
fn constant(node: &Node) -> Result<Value, Fault> {
    if let Some(value) = node.tensor("value")? {
        return Ok(value.clone());
    }
    if node.has("value_float") {
        return Ok(Value::real(Tensor::scalar(node.number("value_float", 0.0)?)));
    }
    if node.has("value_int") {
        return Ok(Value::whole(Tensor::scalar(node.whole("value_int", 0)? as f64)));
    }
    if let Some(values) = node.numbers("value_floats")? {
        return Ok(Value::real(Tensor::list(values.to_vec())));
    }
    if let Some(values) = node.wholes("value_ints")? {
        return Ok(Value::whole(Tensor::list(values.iter().map(|&v| v as f64).collect())));
    }
    if let Some(texts) = node.texts("value_strings")? {
        return Ok(Value::Text(Tensor::list(texts.to_vec())));
    }
    Err(node.refuse("its value is of a kind that is not read here", "export it as a dense tensor"))
}

/// A tensor with one value everywhere.
fn constant_of_shape(a: &Arguments) -> Result<Value, Fault> {
    let shape = super::shapes::sizes(a, &a.wholes(0)?.unwrap_or_default())?;
    let value = a.node.tensor("value")?;
    let number = match value {
        Some(v) => v.numbers(a.node)?.only().copied(),
        None => Some(0.0),
    };
    let number = number.ok_or_else(|| a.node.broken("its value is not one number"))?;
    let data = vec![number; volume(&shape)?];
    let tensor = Tensor::new(shape, data).ok_or_else(|| a.node.broken("its shape does not fit"))?;
    Ok(Value::Numbers { tensor, whole: value.is_some_and(Value::is_whole) })
}

/// The sizes of a tensor, or some of them.
///
/// # Errors
/// A tensor that is missing.
pub(super) fn shape(a: &Arguments) -> Result<Value, Fault> {
    let shape = a.shape(0)?;
    let all = shape.len() as i64;
    let end = |v: i64| if v < 0 { v.saturating_add(all) } else { v }.clamp(0, all) as usize;
    let (from, to) = (end(a.node.whole("start", 0)?), end(a.node.whole("end", all)?));
    let sizes = shape.get(from..to.max(from)).unwrap_or_default();
    Ok(Value::whole(Tensor::list(sizes.iter().map(|&n| n as f64).collect())))
}

/// Numbers in another type.
fn cast(a: &Arguments) -> Result<Value, Fault> {
    let to = a.node.whole("to", 0)?;
    let kind = i32::try_from(to).unwrap_or(0);
    if kind == code::STRING {
        let value = a.known.first().copied().flatten();
        let labels = value.filter(|v| v.is_whole() || matches!(v, Value::Text(_))).map(Value::labels);
        let texts = labels.and_then(|l| Tensor::new(a.shape(0).ok()?.to_vec(), l));
        return texts.map(Value::Text).ok_or_else(|| {
            a.node.refuse("it writes real numbers as texts", "leave the numbers as they are")
        });
    }
    let x = a.constant(0)?.ok_or_else(|| a.node.broken("its input is missing"))?;
    match kind {
        k if code::real(k) => Ok(Value::real(x.clone())),
        code::BOOL => Ok(Value::whole(x.map(|&v| f64::from(u8::from(v != 0.0))))),
        k if code::width(k).is_some() => {
            let bits = 8 * code::width(k).unwrap_or(1) as i32;
            let signed = ![2, 4, 12, code::UINT64].contains(&k);
            let most = 2f64.powi(bits - i32::from(signed));
            let least = if signed { -most } else { 0.0 };
            // Beyond the type, programs differ. Here the largest of 64 bits is the next larger double.
            let inside = |v: f64| v >= least && (v < most || bits == 64 && v == most);
            match x.data().iter().find(|v| !inside(v.trunc())) {
                Some(v) => {
                    Err(a.node.refuse(format!("{v} does not fit the type {to}"), "cast to a wider type"))
                }
                None => Ok(Value::whole(x.map(|v| v.trunc()))),
            }
        }
        _ => Err(a.node.refuse(format!("type {to} is not known here"), "cast to float")),
    }
}

/// A constant as the type of its `Cast` holds it. Samples are not rounded, because the network's values are not.
///
/// # Errors
/// A `Cast` without a type.
pub(super) fn rounded(node: &Node, value: Value) -> Result<Value, Fault> {
    let Value::Numbers { tensor, whole: false } = &value else { return Ok(value) };
    if node.operator != "Cast" {
        return Ok(value);
    }
    let round: fn(f64) -> f64 = match i32::try_from(node.whole("to", 0)?) {
        Ok(code::FLOAT) => |v| f64::from(v as f32),
        Ok(code::FLOAT16) => |v| half::f16::from_f32(v as f32).to_f64(),
        Ok(code::BFLOAT16) => |v| half::bf16::from_f32(v as f32).to_f64(),
        _ => return Ok(value),
    };
    Ok(Value::real(tensor.map(|&v| round(v))))
}
