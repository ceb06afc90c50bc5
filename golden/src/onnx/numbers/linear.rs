//! Operators that multiply by weights.

use super::super::arguments::Arguments;
use super::super::error::Fault;
use super::super::tensor::{Tensor, broadcast, spread, volume};
use super::super::value::Value;
use super::super::window::{Windows, pool_kernel};
use super::Work;

/// The numbers of an input.
fn input<'a>(a: &Arguments<'a>, at: usize) -> Result<&'a Tensor<f64>, Fault> {
    a.constant(at)?.ok_or_else(|| a.node.broken(format!("input {at} is missing")))
}

/// A value of a shape.
fn made(a: &Arguments, shape: Vec<usize>, data: Vec<f64>) -> Result<Value, Fault> {
    let tensor = Tensor::new(shape, data).ok_or_else(|| a.node.broken("its shapes do not fit"))?;
    Ok(Value::real(tensor))
}

/// The rows of a matrix, or its columns.
fn rows(t: &Tensor<f64>, [height, width]: [usize; 2], transposed: bool) -> Vec<Vec<f64>> {
    match transposed {
        false => t.data().chunks(width.max(1)).map(<[f64]>::to_vec).collect(),
        true => (0..width)
            .map(|c| t.data().iter().skip(c).step_by(width).take(height).copied().collect())
            .collect(),
    }
}

/// Σ x·y.
fn dot(x: &[f64], y: &[f64]) -> f64 {
    x.iter().zip(y).map(|(x, y)| x * y).sum()
}

/// α·A·B + β·C, each transposed if that is said.
pub(super) fn gemm(a: &Arguments, work: &Work) -> Result<Value, Fault> {
    let (x, y) = (input(a, 0)?, input(a, 1)?);
    let (turn_x, turn_y) = (a.node.whole("transA", 0)? != 0, a.node.whole("transB", 0)? != 0);
    let (alpha, beta) = (a.node.number("alpha", 1.0)?, a.node.number("beta", 1.0)?);
    let (&[xh, xw], &[yh, yw]) = (x.shape(), y.shape()) else {
        return Err(a.node.broken(format!("{:?} and {:?} are not two matrices", x.shape(), y.shape())));
    };
    let (m, inner) = if turn_x { (xw, xh) } else { (xh, xw) };
    let (other, n) = if turn_y { (yw, yh) } else { (yh, yw) };
    if inner != other || inner == 0 {
        return Err(a.node.broken(format!("{:?} and {:?} do not fit", x.shape(), y.shape())));
    }
    volume(&[m, n])?;
    work.spend(m.saturating_mul(n).saturating_mul(inner))?;
    let (lefts, rights) = (rows(x, [xh, xw], turn_x), rows(y, [yh, yw], !turn_y));
    let mut data: Vec<f64> =
        lefts.iter().flat_map(|l| rights.iter().map(move |r| alpha * dot(l, r))).collect();
    if let Some(c) = a.constant(2)? {
        if broadcast(c.shape(), &[m, n]) != Some(vec![m, n]) {
            return Err(a.node.broken(format!("{:?} cannot be added to {m} by {n}", c.shape())));
        }
        let addends = spread(c.shape(), &[m, n])?;
        for (v, at) in data.iter_mut().zip(addends) {
            *v += beta * c.data().get(at).copied().unwrap_or(f64::NAN);
        }
    }
    made(a, vec![m, n], data)
}

/// Products of matrices, with numpy's rules for more or fewer axes.
pub(super) fn matmul(a: &Arguments, work: &Work) -> Result<Value, Fault> {
    let (x, y) = (input(a, 0)?, input(a, 1)?);
    let unfit = || a.node.broken(format!("{:?} and {:?} do not fit", x.shape(), y.shape()));
    let (xs, m, inner) = match x.shape() {
        [] => return Err(unfit()),
        [inner] => (&[][..], 1, *inner),
        [outer @ .., m, inner] => (outer, *m, *inner),
    };
    let (ys, other, n) = match y.shape() {
        [] => return Err(unfit()),
        [inner] => (&[][..], *inner, 1),
        [outer @ .., inner, n] => (outer, *inner, *n),
    };
    let outer = broadcast(xs, ys).filter(|_| inner == other).ok_or_else(unfit)?;
    let keep = |list: &[usize], n: usize| if list.len() > 1 { vec![n] } else { vec![] };
    let shape = [outer.clone(), keep(x.shape(), m), keep(y.shape(), n)].concat();
    let all = volume(&shape)?;
    work.spend(all.saturating_mul(inner))?;
    let mut data = Vec::with_capacity(all);
    for (i, j) in spread(xs, &outer)?.into_iter().zip(spread(ys, &outer)?) {
        let (left, right) = (x.data().get(i * m * inner..).unwrap_or_default(), y.data());
        let right = right.get(j * inner * n..(j + 1) * inner * n).unwrap_or_default();
        for row in left.chunks(inner.max(1)).take(m) {
            let mut sums = vec![0.0; n];
            for (v, weights) in row.iter().zip(right.chunks(n.max(1))) {
                sums.iter_mut().zip(weights).for_each(|(s, w)| *s += v * w);
            }
            data.extend(sums);
        }
    }
    let tensor = Tensor::new(shape, data).ok_or_else(unfit)?;
    Ok(Value::Numbers { tensor, whole: a.known.iter().flatten().all(|v| v.is_whole()) })
}

/// (x - mean) / √(variance + ε) · scale + bias, channel by channel.
pub(super) fn batch_normalization(a: &Arguments) -> Result<Value, Fault> {
    super::super::shapes_linear::check_batch_normalization(a)?;
    let x = input(a, 0)?;
    let channels = a.size(0, 1)?;
    let epsilon = a.node.number("epsilon", f64::from(1e-5f32))?;
    let run = volume(x.shape().get(2..).unwrap_or_default())?;
    let [scale, bias, mean, variance] = [input(a, 1)?, input(a, 2)?, input(a, 3)?, input(a, 4)?];
    let get = |t: &Tensor<f64>, c: usize| t.data().get(c).copied().unwrap_or(f64::NAN);
    let value = |(at, v): (usize, &f64)| {
        let c = at / run.max(1) % channels.max(1);
        (v - get(mean, c)) / (get(variance, c) + epsilon).sqrt() * get(scale, c) + get(bias, c)
    };
    made(a, x.shape().to_vec(), x.data().iter().enumerate().map(value).collect())
}

/// A convolution over any number of axes.
pub(super) fn convolution(a: &Arguments, work: &Work) -> Result<Value, Fault> {
    let (x, weights, bias) = (input(a, 0)?, input(a, 1)?, a.constant(2)?);
    let shape = super::super::shapes_linear::convolution(a)?;
    let windows = Windows::new(a, &shape.kernel)?;
    let elements = volume(&shape.kernel)?;
    let image = volume(x.shape().get(2..).unwrap_or_default())?;
    let size = [&[shape.samples, shape.outputs], &windows.count[..]].concat();
    work.spend(volume(&size)?.saturating_mul(shape.depth).saturating_mul(elements))?;
    let mut data = Vec::with_capacity(volume(&size)?);
    for sample in 0..shape.samples {
        for output in 0..shape.outputs {
            let first = (sample * shape.channels + output / shape.per_group * shape.depth) * image;
            let kernel = weights.data().get(output * shape.depth * elements..).unwrap_or_default();
            let start = bias.and_then(|b| b.data().get(output).copied()).unwrap_or(0.0);
            for window in &windows.places {
                let channels = kernel.chunks(elements.max(1)).take(shape.depth).enumerate();
                let pairs = channels.flat_map(|(c, k)| k.iter().zip(window).map(move |(w, at)| (c, w, at)));
                let read =
                    |c: usize, at: usize| x.data().get(first + c * image + at).copied().unwrap_or(f64::NAN);
                data.push(pairs.fold(start, |sum, (c, w, at)| sum + at.map_or(0.0, |at| w * read(c, at))));
            }
        }
    }
    made(a, size, data)
}

/// Means over windows.
pub(super) fn average_pool(a: &Arguments) -> Result<Value, Fault> {
    let x = input(a, 0)?;
    let windows = Windows::new(a, &pool_kernel(a)?)?;
    let padding = a.node.whole("count_include_pad", 0)? != 0;
    let image = volume(x.shape().get(2..).unwrap_or_default())?;
    let size = [x.shape().get(..2).unwrap_or_default(), &windows.count].concat();
    volume(&size)?;
    let mean = |plane: &[f64], window: &Vec<Option<usize>>| {
        let values = window.iter().flatten().filter_map(|&at| plane.get(at));
        let count = if padding { window.len() } else { window.iter().flatten().count() };
        values.sum::<f64>() / count as f64
    };
    let planes = x.data().chunks(image.max(1));
    let data = planes.flat_map(|plane| windows.places.iter().map(move |w| mean(plane, w))).collect();
    made(a, size, data)
}
