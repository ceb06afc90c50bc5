//! Operators that move elements and compute nothing.

use super::arguments::Arguments;
use super::error::Fault;
use super::shapes;
use super::tensor::{Tensor, strides, volume, walk};

/// Where the elements of a new tensor come from.
#[derive(Debug)]
pub(super) struct Move {
    /// The new shape.
    pub shape: Vec<usize>,
    /// For each element its place in the old tensors, one behind the other; none if all stay in their order.
    pub from: Option<Vec<usize>>,
    /// What stands at the place [`FILL`].
    pub fill: f64,
}

/// The place of an element that comes from nowhere.
pub(super) const FILL: usize = usize::MAX;

impl Move {
    /// The same elements in another shape.
    fn same(shape: Vec<usize>) -> Move {
        Move { shape, from: None, fill: 0.0 }
    }

    /// Elements from these places.
    fn pick(shape: Vec<usize>, from: Vec<usize>) -> Move {
        Move { shape, from: Some(from), fill: 0.0 }
    }

    /// The new tensor; none if the places do not exist.
    pub fn apply<T: Clone>(&self, old: &[&Tensor<T>], fill: impl Fn(f64) -> T) -> Option<Tensor<T>> {
        let data = match (&self.from, old) {
            (None, [one, ..]) => one.data().to_vec(),
            (None, []) => return None,
            (Some(from), [one]) => {
                let get = |&at: &usize| {
                    if at == FILL { Some(fill(self.fill)) } else { one.data().get(at).cloned() }
                };
                from.iter().map(get).collect::<Option<_>>()?
            }
            (Some(from), _) => {
                let all: Vec<&T> = old.iter().flat_map(|t| t.data()).collect();
                from.iter().map(|&at| all.get(at).map(|&v| v.clone())).collect::<Option<_>>()?
            }
        };
        Tensor::new(self.shape.clone(), data)
    }
}

/// How many of the first arguments are moved; none for operators that do not move.
pub(super) fn moved(operator: &str, arguments: usize) -> Option<usize> {
    match operator {
        "Concat" => Some(arguments),
        "Reshape" | "Flatten" | "Squeeze" | "Unsqueeze" | "Identity" | "Dropout" | "Transpose" | "Slice"
        | "Gather" | "Split" | "Expand" | "Tile" | "Pad" => Some(1),
        _ => None,
    }
}

/// Where the elements of each output come from; none for operators that do not move.
///
/// # Errors
/// Arguments that do not fit together.
pub(super) fn plan(a: &Arguments) -> Result<Option<Vec<Move>>, Fault> {
    let one = |m: Result<Move, Fault>| m.map(|m| Some(vec![m]));
    match a.node.operator.as_str() {
        "Identity" => one(a.shape(0).map(|s| Move::same(s.to_vec()))),
        "Dropout" => one(dropout(a)),
        "Reshape" => one(shapes::reshape(a).map(Move::same)),
        "Flatten" => one(shapes::flatten(a).map(Move::same)),
        "Squeeze" => one(shapes::squeeze(a).map(Move::same)),
        "Unsqueeze" => one(shapes::unsqueeze(a).map(Move::same)),
        "Transpose" => one(transpose(a)),
        "Concat" => one(concat(a)),
        "Slice" => one(slice(a)),
        "Gather" => one(gather(a)),
        "Split" => split(a).map(Some),
        "Expand" => one(expand(a)),
        "Tile" => one(tile(a)),
        "Pad" => one(pad(a)),
        _ => Ok(None),
    }
}

/// Values as they are, since nothing is dropped after training.
fn dropout(a: &Arguments) -> Result<Move, Fault> {
    if a.constant(2)?.is_some_and(|t| t.data() != [0.0]) {
        return Err(a
            .node
            .refuse("it is in training mode", "export the model in inference mode (model.eval())"));
    }
    Ok(Move::same(a.shape(0)?.to_vec()))
}

/// Axes in another order.
fn transpose(a: &Arguments) -> Result<Move, Fault> {
    let shape = a.shape(0)?;
    let order: Vec<usize> = match a.node.wholes("perm")? {
        Some(perm) => perm.iter().map(|&p| a.node.axis(p, shape.len())).collect::<Result<_, _>>()?,
        None => (0..shape.len()).rev().collect(),
    };
    let mut sorted = order.clone();
    sorted.sort_unstable();
    if !sorted.into_iter().eq(0..shape.len()) {
        return Err(a.node.broken(format!("perm {order:?} is no order of {} axes", shape.len())));
    }
    let own = strides(shape);
    let pick = |list: &[isize]| order.iter().filter_map(|&p| list.get(p).copied()).collect::<Vec<_>>();
    let new: Vec<usize> = order.iter().filter_map(|&p| shape.get(p).copied()).collect();
    let from = walk(&new, &pick(&own), 0)?;
    Ok(Move::pick(new, from))
}

/// Tensors one behind the other along an axis.
fn concat(a: &Arguments) -> Result<Move, Fault> {
    let first = a.shape(0)?;
    let axis = a.node.axis(a.node.whole("axis", 1)?, first.len())?;
    let (mut shape, mut along) = (first.to_vec(), 0usize);
    let outer = volume(first.get(..axis).unwrap_or_default())?;
    let mut runs = Vec::with_capacity(a.shapes.len());
    let mut begin = 0;
    for at in 0..a.shapes.len() {
        let own = a.shape(at)?;
        let fits = own.len() == first.len()
            && own.iter().zip(first).enumerate().all(|(k, (x, y))| k == axis || x == y);
        if !fits {
            return Err(a
                .node
                .broken(format!("input {at} has the shape {own:?}, which does not fit {first:?}")));
        }
        along = along.saturating_add(a.size(at, axis)?);
        let run = volume(own.get(axis..).unwrap_or_default())?;
        runs.push((begin, run));
        begin += volume(own)?;
    }
    shape[axis] = along;
    volume(&shape)?;
    let rows = (0..outer).flat_map(|row| runs.iter().map(move |&(begin, run)| (begin + row * run, run)));
    let from = rows.flat_map(|(start, run)| start..start + run).collect();
    Ok(Move::pick(shape, from))
}

/// A part of a tensor along some axes.
fn slice(a: &Arguments) -> Result<Move, Fault> {
    let shape = a.shape(0)?;
    let (mut new, mut steps, mut start) = (shape.to_vec(), strides(shape), 0isize);
    for cut in shapes::cuts(a)? {
        start += cut.first as isize * steps[cut.axis];
        steps[cut.axis] *= cut.step;
        new[cut.axis] = cut.count;
    }
    let from = walk(&new, &steps, start)?;
    Ok(Move::pick(new, from))
}

/// Elements along an axis by their places.
fn gather(a: &Arguments) -> Result<Move, Fault> {
    let shape = a.shape(0)?;
    let axis = a.node.axis(a.node.whole("axis", 0)?, shape.len())?;
    let size = a.size(0, axis)?;
    let wanted = a.wholes(1)?.ok_or_else(|| a.node.broken("the indices are missing"))?;
    let outside = |i| a.node.broken(format!("the index {i} of an axis with {size} places does not exist"));
    let place = |&i: &i64| a.node.axis(i, size).map_err(|_| outside(i));
    let picked = wanted.iter().map(place).collect::<Result<Vec<_>, _>>()?;
    let (before, after) = (shape.get(..axis).unwrap_or_default(), shape.get(axis + 1..).unwrap_or_default());
    let new = [before, a.shape(1)?, after].concat();
    volume(&new)?;
    let run = volume(after)?;
    let rows = (0..volume(before)?).flat_map(|row| picked.iter().map(move |&i| (row * size + i) * run));
    let from = rows.flat_map(|start| start..start + run).collect();
    Ok(Move::pick(new, from))
}

/// The parts of a tensor along an axis.
fn split(a: &Arguments) -> Result<Vec<Move>, Fault> {
    let shape = a.shape(0)?;
    let (axis, parts) = shapes::parts(a)?;
    let own = strides(shape);
    let mut begin = 0isize;
    let mut moves = Vec::with_capacity(parts.len());
    for part in parts {
        let mut new = shape.to_vec();
        new[axis] = part;
        let from = walk(&new, &own, begin * own[axis])?;
        moves.push(Move::pick(new, from));
        begin += part as isize;
    }
    Ok(moves)
}

/// Elements repeated along axes of size 1.
fn expand(a: &Arguments) -> Result<Move, Fault> {
    let shape = a.shape(0)?;
    let new = shapes::expanded(a)?;
    let from = super::tensor::spread(shape, &new)?;
    Ok(Move::pick(new, from))
}

/// A tensor repeated as a whole.
fn tile(a: &Arguments) -> Result<Move, Fault> {
    let shape = a.shape(0)?;
    let repeats = shapes::sizes(a, &a.wholes(1)?.unwrap_or_default())?;
    if repeats.len() != shape.len() {
        return Err(a.node.broken(format!("{} repeats for {} axes", repeats.len(), shape.len())));
    }
    // Two axes for each: the repeats without a stride, then the elements.
    let double: Vec<usize> = repeats.iter().zip(shape).flat_map(|(&r, &n)| [r, n]).collect();
    let new: Vec<usize> = repeats.iter().zip(shape).map(|(&r, &n)| r.saturating_mul(n)).collect();
    volume(&new)?;
    let steps: Vec<isize> = strides(shape).into_iter().flat_map(|s| [0, s]).collect();
    // More axes than a tensor may have, but no more elements.
    let mut from = vec![0usize];
    for (&n, &step) in double.iter().zip(&steps) {
        from = from.iter().flat_map(|&at| (0..n).map(move |i| at + i * step as usize)).collect();
    }
    Ok(Move::pick(new, from))
}

/// A tensor with constants around it.
fn pad(a: &Arguments) -> Result<Move, Fault> {
    let shape = a.shape(0)?;
    let (new, before) = shapes::padded(a)?;
    let own = strides(shape);
    let mut from: Vec<Option<usize>> = vec![Some(0)];
    volume(&new)?;
    for (axis, (&n, &ahead)) in new.iter().zip(&before).enumerate() {
        let (size, step) = (shape[axis] as i64, own[axis] as usize);
        let inner = move |i: usize| {
            Some((i as i64).saturating_sub(ahead))
                .filter(|i| (0..size).contains(i))
                .map(|i| i as usize * step)
        };
        from = from.iter().flat_map(|&at| (0..n).map(move |i| Some(at? + inner(i)?))).collect();
    }
    let fill = a.number_of("value", 2)?.unwrap_or(0.0);
    Ok(Move { shape: new, from: Some(from.into_iter().map(|at| at.unwrap_or(FILL)).collect()), fill })
}
