//! Operators that multiply by weights.

use super::super::error::Fault;
use super::super::form::Form;
use super::super::learning::{Scaler, regressor as weights_of};
use super::super::shapes::reduced;
use super::super::shapes_linear::check_batch_normalization;
use super::super::tensor::{Tensor, broadcast, spread, strides, volume, walk};
use super::{Call, Converter, Symbol};
use std::rc::Rc;

/// A constant of a list by its place; not a number if it is missing, which no sum accepts.
pub(super) fn at(list: &[f64], place: usize) -> f64 {
    list.get(place).copied().unwrap_or(f64::NAN)
}

/// The sums on one side of a product and the constants on the other.
pub(super) enum Sides {
    /// Sums on the left.
    Left(Rc<Tensor<Form>>, Tensor<f64>),
    /// Sums on the right.
    Right(Tensor<f64>, Rc<Tensor<Form>>),
}

impl Sides {
    /// The sides of a product, of which one must be constant.
    pub fn of(call: &Call) -> Result<Sides, Fault> {
        let node = call.a.node;
        match (call.symbols.first().cloned().flatten(), call.symbols.get(1).cloned().flatten()) {
            (Some(Symbol::Forms(x)), Some(Symbol::Known(y))) => Ok(Sides::Left(x, y.numbers(node)?.clone())),
            (Some(Symbol::Known(x)), Some(Symbol::Forms(y))) => Ok(Sides::Right(x.numbers(node)?.clone(), y)),
            (Some(Symbol::Known(_)), Some(Symbol::Known(_))) => Err(node.refuse(
                "only what it adds depends on the network's inputs",
                "compute the product of the constants before, and add it",
            )),
            (Some(_), Some(_)) => Err(node.refuse(
                "both matrices depend on the network's inputs",
                "one must be a constant; attention is not supported",
            )),
            _ => Err(node.broken("an input is missing")),
        }
    }

    /// Σ left · right over pairs of places.
    pub fn dot(
        &self,
        c: &mut Converter,
        call: &Call,
        factor: f64,
        pairs: impl Iterator<Item = (usize, usize)>,
    ) -> Result<Form, Fault> {
        let (forms, numbers, swap) = match self {
            Sides::Left(forms, numbers) => (forms, numbers, false),
            Sides::Right(numbers, forms) => (forms, numbers, true),
        };
        let missing = Form::constant(f64::NAN);
        let parts = pairs.map(|(left, right)| {
            let (form, number) = if swap { (right, left) } else { (left, right) };
            (forms.data().get(form).unwrap_or(&missing), factor * at(numbers.data(), number))
        });
        c.builder.sum(call.a.node, 0.0, parts)
    }
}

/// α·A·B + β·C.
pub(super) fn gemm(c: &mut Converter, call: &Call) -> Result<Tensor<Form>, Fault> {
    let node = call.a.node;
    let (&[xh, xw], &[yh, yw]) = (call.a.shape(0)?, call.a.shape(1)?) else {
        return Err(node.broken("its first inputs are not two matrices"));
    };
    let sides = Sides::of(call)?;
    // Rows and columns of both, and how far apart they are.
    let (m, inner, row, along) =
        if node.whole("transA", 0)? != 0 { (xw, xh, 1, xw) } else { (xh, xw, xw, 1) };
    let (other, n, down, column) =
        if node.whole("transB", 0)? != 0 { (yw, yh, 1, yw) } else { (yh, yw, yw, 1) };
    if inner != other {
        return Err(node.broken(format!("[{xh}, {xw}] and [{yh}, {yw}] do not fit")));
    }
    let (alpha, beta) = (node.number("alpha", 1.0)?, node.number("beta", 1.0)?);
    let all = volume(&[m, n])?;
    call.check_size(all)?;
    let addend = if call.a.given(2) { Some(call.forms(2)?) } else { None };
    let places = match &addend {
        Some(t) if broadcast(t.shape(), &[m, n]).as_deref() != Some(&[m, n]) => {
            return Err(node.broken(format!("{:?} cannot be added to {m} by {n}", t.shape())));
        }
        Some(t) => spread(t.shape(), &[m, n])?,
        None => Vec::new(),
    };
    let mut data = Vec::with_capacity(all);
    for k in 0..all {
        let (i, j) = (k / n, k % n);
        let product =
            sides.dot(c, call, alpha, (0..inner).map(|r| (i * row + r * along, r * down + j * column)))?;
        let added = addend.as_ref().zip(places.get(k)).and_then(|(t, &place)| t.data().get(place));
        let parts = [Some((&product, 1.0)), added.map(|form| (form, beta))];
        data.push(c.builder.sum(node, 0.0, parts.into_iter().flatten())?);
    }
    call.made(vec![m, n], data)
}

/// Products of matrices, with numpy's rules for more or fewer axes.
pub(super) fn matmul(c: &mut Converter, call: &Call) -> Result<Tensor<Form>, Fault> {
    let node = call.a.node;
    let (xs, ys) = (call.a.shape(0)?, call.a.shape(1)?);
    let unfit = || node.broken(format!("{xs:?} and {ys:?} do not fit"));
    let sides = Sides::of(call)?;
    // A list is a row on the left and a column on the right.
    let left = if let [n] = xs { vec![1, *n] } else { xs.to_vec() };
    let right = if let [n] = ys { vec![*n, 1] } else { ys.to_vec() };
    let ([outer_x @ .., m, inner], [outer_y @ .., other, n]) = (&left[..], &right[..]) else {
        return Err(unfit());
    };
    let outer = broadcast(outer_x, outer_y).filter(|_| inner == other).ok_or_else(unfit)?;
    let mut shape = outer.clone();
    shape.extend((xs.len() > 1).then_some(*m));
    shape.extend((ys.len() > 1).then_some(*n));
    let all = volume(&shape)?;
    call.check_size(all)?;
    let (begin_x, begin_y) = (spread(outer_x, &outer)?, spread(outer_y, &outer)?);
    let mut data = Vec::with_capacity(all);
    for k in 0..all {
        let (block, i, j) = (k / (m * n), k / n % m, k % n);
        let (Some(x), Some(y)) = (begin_x.get(block), begin_y.get(block)) else { return Err(unfit()) };
        let (x, y) = ((x * m + i) * inner, y * inner * n + j);
        data.push(sides.dot(c, call, 1.0, (0..*inner).map(|r| (x + r, y + r * n)))?);
    }
    call.made(shape, data)
}

/// Each channel times a number, plus a number.
pub(super) fn batch_normalization(c: &mut Converter, call: &Call) -> Result<Tensor<Form>, Fault> {
    check_batch_normalization(&call.a)?;
    let node = call.a.node;
    let x = call.forms(0)?;
    let channels = call.a.size(0, 1)?;
    let missing = || node.broken("a parameter is missing");
    let list = |k: usize| Ok::<_, Fault>(call.a.constant(k)?.ok_or_else(missing)?.data());
    let (scale, bias, mean, variance) = (list(1)?, list(2)?, list(3)?, list(4)?);
    let epsilon = node.number("epsilon", f64::from(1e-5f32))?;
    let channel = walk(x.shape(), &strides_of_channel(x.shape()), 0)?;
    let mut channel = channel.into_iter();
    x.try_map(|form| {
        let k = channel.next().unwrap_or(channels);
        let factor = at(scale, k) / (at(variance, k) + epsilon).sqrt();
        c.builder.sum(node, at(bias, k) - at(mean, k) * factor, [(form, factor)])
    })
}

/// Strides that count the channels: axis 1.
fn strides_of_channel(shape: &[usize]) -> Vec<isize> {
    (0..shape.len()).map(|axis| isize::from(axis == 1)).collect()
}

/// Sums and means along axes.
pub(super) fn reduce(c: &mut Converter, call: &Call) -> Result<Tensor<Form>, Fault> {
    let node = call.a.node;
    let x = call.forms(0)?;
    let reduced = reduced(&call.a)?;
    let mut groups: Vec<Vec<&Form>> = vec![Vec::new(); volume(&reduced.kept)?];
    for (form, place) in x.data().iter().zip(spread(&reduced.kept, x.shape())?) {
        if let Some(group) = groups.get_mut(place) {
            group.push(form);
        }
    }
    let mean = node.operator == "ReduceMean";
    let mut data = Vec::with_capacity(groups.len());
    for group in groups {
        let share = if mean { 1.0 / group.len() as f64 } else { 1.0 };
        data.push(c.builder.sum(node, 0.0, group.into_iter().map(|form| (form, share)))?);
    }
    call.made(reduced.shape, data)
}

/// (x - offset) · scale.
pub(super) fn scaler(c: &mut Converter, call: &Call) -> Result<Tensor<Form>, Fault> {
    let x = call.forms(0)?;
    let scaler = Scaler::of(&call.a)?;
    let axis = x.shape().len().saturating_sub(1);
    let last: Vec<isize> = (0..x.shape().len()).map(|k| isize::from(k == axis)).collect();
    debug_assert_eq!(last.len(), strides(x.shape()).len());
    let mut places = walk(x.shape(), &last, 0)?.into_iter();
    x.try_map(|form| {
        let k = places.next().unwrap_or(0);
        let (offset, scale) = (scaler.offset(k), scaler.scale(k));
        c.builder.sum(call.a.node, -offset * scale, [(form, scale)])
    })
}

/// Σ w·x + b.
pub(super) fn regressor(c: &mut Converter, call: &Call) -> Result<Tensor<Form>, Fault> {
    let x = call.forms(0)?;
    let weights = weights_of(&call.a)?;
    let data = rows(c, call, &x, weights.inputs, weights.weights, weights.biases)?;
    call.made(vec![x.data().len() / weights.inputs.max(1), weights.outputs], data)
}

/// The sums of each row of samples with each row of weights.
pub(super) fn rows(
    c: &mut Converter,
    call: &Call,
    x: &Tensor<Form>,
    inputs: usize,
    weights: &[f64],
    biases: &[f64],
) -> Result<Vec<Form>, Fault> {
    let mut data = Vec::new();
    for sample in x.data().chunks(inputs.max(1)) {
        for (k, row) in weights.chunks(inputs.max(1)).enumerate() {
            let number = if biases.is_empty() { 0.0 } else { at(biases, k) };
            data.push(c.builder.sum(call.a.node, number, sample.iter().zip(row.iter().copied()))?);
        }
    }
    Ok(data)
}
