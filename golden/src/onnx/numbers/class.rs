//! Operators that judge classes, and those of `ai.onnx.ml`.

use super::super::arguments::Arguments;
use super::super::error::Fault;
use super::super::learning::{Classifier, Scaler, arg_max_axis, regressor, softmax_axis};
use super::super::tensor::{Tensor, volume};
use super::super::value::Value;
use super::Work;

/// The first input.
fn input<'a>(a: &Arguments<'a>) -> Result<&'a Tensor<f64>, Fault> {
    a.constant(0)?.ok_or_else(|| a.node.broken("its input is missing"))
}

/// A tensor of a shape.
fn made<T>(a: &Arguments, shape: Vec<usize>, data: Vec<T>) -> Result<Tensor<T>, Fault> {
    Tensor::new(shape, data).ok_or_else(|| a.node.broken("its shapes do not fit"))
}

/// e^x of each, divided by the sum of all; or the logarithm of that.
pub(in super::super) fn shares(row: &[f64], logarithm: bool) -> Vec<f64> {
    let most = row.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let sum: f64 = row.iter().map(|v| libm::exp(v - most)).sum();
    match logarithm {
        true => row.iter().map(|v| v - most - libm::log(sum)).collect(),
        false => row.iter().map(|v| libm::exp(v - most) / sum).collect(),
    }
}

/// The place of the largest number, the first of equals.
pub(in super::super) fn largest(row: impl Iterator<Item = f64>) -> usize {
    let better = |best: (usize, f64), (at, v): (usize, f64)| if v > best.1 { (at, v) } else { best };
    row.enumerate().fold((0, f64::NEG_INFINITY), better).0
}

/// `Softmax` or `LogSoftmax`, with the axes of old and new files.
pub(super) fn softmax(a: &Arguments) -> Result<Value, Fault> {
    let x = input(a)?;
    let (axis, flat) = softmax_axis(a)?;
    let sizes = x.shape().get(axis..).unwrap_or_default();
    let (classes, run) = if flat { (volume(sizes)?, 1) } else { (a.size(0, axis)?, volume(sizes)?) };
    let run = if flat { 1 } else { run / classes.max(1) };
    let mut data = vec![0.0; x.data().len()];
    let block = (classes * run).max(1);
    for (new, old) in data.chunks_mut(block).zip(x.data().chunks(block)) {
        for offset in 0..run {
            let row: Vec<f64> = old.iter().skip(offset).step_by(run).copied().collect();
            let shares = shares(&row, a.node.operator == "LogSoftmax");
            new.iter_mut().skip(offset).step_by(run).zip(shares).for_each(|(n, s)| *n = s);
        }
    }
    made(a, x.shape().to_vec(), data).map(Value::real)
}

/// `ArgMax`.
pub(super) fn arg_max(a: &Arguments) -> Result<Value, Fault> {
    let x = input(a)?;
    let (axis, shape) = arg_max_axis(a)?;
    let classes = a.size(0, axis)?;
    let run = volume(x.shape().get(axis + 1..).unwrap_or_default())?;
    let block = (classes * run).max(1);
    let of = |rows: &[f64]| -> Vec<f64> {
        (0..run).map(|k| largest(rows.iter().skip(k).step_by(run.max(1)).copied()) as f64).collect()
    };
    made(a, shape, x.data().chunks(block).flat_map(of).collect()).map(Value::whole)
}

/// The operators of `ai.onnx.ml`.
pub(super) fn learning(a: &Arguments, work: &Work) -> Result<Vec<Value>, Fault> {
    let one = |v: Result<Value, Fault>| v.map(|v| vec![v]);
    match a.node.operator.as_str() {
        "Scaler" => one(scaler(a)),
        "Normalizer" => one(normalizer(a)),
        "LinearRegressor" => one(linear_regressor(a, work)),
        "LinearClassifier" => classifier(a, work),
        // The map from names to numbers, without the names.
        "ZipMap" => Ok(a.known.first().copied().flatten().cloned().into_iter().collect()),
        _ => one(extract(a)),
    }
}

/// `Scaler`: (x - offset) · scale.
fn scaler(a: &Arguments) -> Result<Value, Fault> {
    let x = input(a)?;
    let scaler = Scaler::of(a)?;
    let size = x.shape().last().copied().unwrap_or(1).max(1);
    let value = |(at, v): (usize, &f64)| (v - scaler.offset(at % size)) * scaler.scale(at % size);
    made(a, x.shape().to_vec(), x.data().iter().enumerate().map(value).collect()).map(Value::real)
}

/// The numbers of a row divided by their norm.
pub(in super::super) fn normalized(row: &[f64], norm: &str) -> Option<Vec<f64>> {
    let size = match norm {
        "L1" => row.iter().map(|v| v.abs()).sum::<f64>(),
        "L2" => row.iter().map(|v| v * v).sum::<f64>().sqrt(),
        _ => return None,
    };
    Some(row.iter().map(|v| if size == 0.0 { *v } else { v / size }).collect())
}

/// `Normalizer`: rows divided by their norm.
fn normalizer(a: &Arguments) -> Result<Value, Fault> {
    let x = input(a)?;
    let norm = a.node.text("norm", "MAX")?;
    let size = x.shape().last().copied().unwrap_or(1).max(1);
    let rows = x.data().chunks(size).map(|row| normalized(row, &norm)).collect::<Option<Vec<_>>>();
    let rows =
        rows.ok_or_else(|| a.node.refuse(format!("norm {norm:?} is not supported"), "use L1 or L2"))?;
    made(a, x.shape().to_vec(), rows.concat()).map(Value::real)
}

/// Σ w·x + b for each row of samples and each row of weights.
fn products(x: &Tensor<f64>, inputs: usize, weights: &[f64], biases: &[f64]) -> Vec<f64> {
    let sums = |sample: &[f64]| -> Vec<f64> {
        let dot = |w: &[f64]| sample.iter().zip(w).map(|(x, w)| x * w).sum::<f64>();
        let rows = weights.chunks(inputs.max(1)).enumerate();
        rows.map(|(k, w)| dot(w) + biases.get(k).copied().unwrap_or(0.0)).collect()
    };
    x.data().chunks(inputs.max(1)).flat_map(sums).collect()
}

/// `LinearRegressor`: sums of weighted inputs.
fn linear_regressor(a: &Arguments, work: &Work) -> Result<Value, Fault> {
    let x = input(a)?;
    let r = regressor(a)?;
    work.spend(x.data().len().saturating_mul(r.outputs))?;
    let data = products(x, r.inputs, r.weights, r.biases);
    made(a, vec![x.data().len() / r.inputs.max(1), r.outputs], data).map(Value::real)
}

/// `LinearClassifier`: the label and the shares of each sample.
fn classifier(a: &Arguments, work: &Work) -> Result<Vec<Value>, Fault> {
    let x = input(a)?;
    let c = Classifier::of(a)?;
    let classes = c.labels.len();
    work.spend(x.data().len().saturating_mul(classes))?;
    let scores = products(x, c.linear.inputs, c.linear.weights, c.linear.biases);
    let samples = x.data().len() / c.linear.inputs.max(1);
    let best = scores.chunks(classes.max(1)).map(|row| largest(row.iter().copied()));
    let labels: Vec<String> = best.map(|k| c.labels.get(k).cloned().unwrap_or_default()).collect();
    let row = |row: &[f64]| match c.transform.as_str() {
        "SOFTMAX" => shares(row, false),
        "LOGISTIC" => row.iter().map(|v| 1.0 / (1.0 + libm::exp(-v))).collect(),
        _ => row.to_vec(),
    };
    let scores = scores.chunks(classes.max(1)).flat_map(row).collect();
    let labels = match c.whole {
        true => Value::whole(made(
            a,
            vec![samples],
            labels.iter().map(|l| l.parse().unwrap_or(f64::NAN)).collect(),
        )?),
        false => Value::Text(made(a, vec![samples], labels)?),
    };
    Ok(vec![labels, Value::real(made(a, vec![samples, classes], scores)?)])
}

/// `ArrayFeatureExtractor`: elements of the last axis by their places.
fn extract(a: &Arguments) -> Result<Value, Fault> {
    let places = a.wholes(1)?.ok_or_else(|| a.node.broken("its second input is missing"))?;
    let shape = a.shape(0)?;
    let size = shape.last().copied().unwrap_or(1);
    let outer = match shape {
        [] | [_] => vec![1],
        [outer @ .., _] => outer.to_vec(),
    };
    let places = places.iter().map(|&p| a.node.axis(p, size)).collect::<Result<Vec<_>, _>>()?;
    let new = [outer.clone(), vec![places.len()]].concat();
    volume(&new)?;
    let from: Vec<usize> =
        (0..volume(&outer)?).flat_map(|row| places.iter().map(move |p| row * size + p)).collect();
    let unfit = || a.node.broken("its places do not exist");
    match a.known.first().copied().flatten() {
        Some(Value::Text(t)) => {
            let picked = from.iter().map(|&at| t.data().get(at).cloned()).collect::<Option<_>>();
            made(a, new, picked.ok_or_else(unfit)?).map(Value::Text)
        }
        Some(Value::Numbers { tensor, whole }) => {
            let picked = from.iter().map(|&at| tensor.data().get(at).copied()).collect::<Option<_>>();
            Ok(Value::Numbers { tensor: made(a, new, picked.ok_or_else(unfit)?)?, whole: *whole })
        }
        None => Err(unfit()),
    }
}
