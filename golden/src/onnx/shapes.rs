//! New shapes: what operators that move elements say of them.

use super::arguments::Arguments;
use super::error::Fault;
use super::tensor::{broadcast, volume};

/// Whole numbers as sizes.
///
/// # Errors
/// A negative one.
pub(super) fn sizes(a: &Arguments, values: &[i64]) -> Result<Vec<usize>, Fault> {
    let size = |&v: &i64| usize::try_from(v).map_err(|_| a.node.broken(format!("a size is {v}")));
    values.iter().map(size).collect()
}

/// The shape of `Reshape`: 0 keeps a size, -1 is what remains.
pub(super) fn reshape(a: &Arguments) -> Result<Vec<usize>, Fault> {
    let old = a.shape(0)?;
    let wanted = a.wholes(1)?.ok_or_else(|| a.node.broken("the new shape is missing"))?;
    let keep_zero = a.node.whole("allowzero", 0)? != 0;
    let unfit = || a.node.broken(format!("the shape {old:?} cannot become {wanted:?}"));
    let mut new = Vec::with_capacity(wanted.len());
    let mut open = None;
    for (axis, &n) in wanted.iter().enumerate() {
        new.push(match n {
            -1 if open.is_none() => {
                open = Some(axis);
                1
            }
            0 if !keep_zero => *old.get(axis).ok_or_else(unfit)?,
            n => usize::try_from(n).map_err(|_| unfit())?,
        });
    }
    let (all, rest) = (volume(old)?, volume(&new)?);
    if let Some(axis) = open {
        new[axis] = all.checked_div(rest).ok_or_else(unfit)?;
    }
    if volume(&new)? == all { Ok(new) } else { Err(unfit()) }
}

/// The shape of `Flatten`: the axes before `axis` become one, and the others one.
pub(super) fn flatten(a: &Arguments) -> Result<Vec<usize>, Fault> {
    let old = a.shape(0)?;
    let axis = match a.node.whole("axis", 1)? {
        axis if axis == old.len() as i64 => old.len(),
        axis => a.node.axis(axis, old.len())?,
    };
    let (head, tail) = old.split_at(axis);
    Ok(vec![volume(head)?, volume(tail)?])
}

/// Axes of an attribute or an argument, of a tensor with so many, sorted.
fn axes(a: &Arguments, count: usize) -> Result<Option<Vec<usize>>, Fault> {
    let Some(wanted) = a.wholes_of("axes", 1)? else { return Ok(None) };
    let mut axes = distinct(a, &wanted, count)?;
    axes.sort_unstable();
    Ok(Some(axes))
}

/// Axes of a tensor with so many, none of them twice.
fn distinct(a: &Arguments, wanted: &[i64], count: usize) -> Result<Vec<usize>, Fault> {
    let axes = wanted.iter().map(|&x| a.node.axis(x, count)).collect::<Result<Vec<_>, _>>()?;
    let mut sorted = axes.clone();
    sorted.sort_unstable();
    match sorted.windows(2).any(|w| w[0] == w[1]) {
        true => Err(a.node.broken(format!("axes {wanted:?} name one twice"))),
        false => Ok(axes),
    }
}

/// The shape of `Squeeze`: without axes of size 1.
pub(super) fn squeeze(a: &Arguments) -> Result<Vec<usize>, Fault> {
    let old = a.shape(0)?;
    let axes = axes(a, old.len())?;
    let gone = |axis: usize, n: usize| axes.as_ref().map_or(n == 1, |axes| axes.contains(&axis));
    let mut new = Vec::with_capacity(old.len());
    for (axis, &n) in old.iter().enumerate() {
        match gone(axis, n) {
            false => new.push(n),
            true if n == 1 => {}
            true => return Err(a.node.broken(format!("axis {axis} has the size {n}, not 1"))),
        }
    }
    Ok(new)
}

/// The shape of `Unsqueeze`: with more axes of size 1.
pub(super) fn unsqueeze(a: &Arguments) -> Result<Vec<usize>, Fault> {
    let old = a.shape(0)?;
    let more = a.wholes_of("axes", 1)?.map_or(0, |x| x.len());
    let axes = axes(a, old.len().saturating_add(more))?.unwrap_or_default();
    let mut rest = old.iter();
    let new = (0..old.len() + axes.len()).filter_map(|axis| match axes.binary_search(&axis) {
        Ok(_) => Some(1),
        Err(_) => rest.next().copied(),
    });
    Ok(new.collect())
}

/// What a slice takes along an axis.
pub(super) struct Cut {
    /// The axis.
    pub axis: usize,
    /// The first element.
    pub first: usize,
    /// How far to the next.
    pub step: isize,
    /// How many.
    pub count: usize,
}

/// What `Slice` takes along each axis that it names.
pub(super) fn cuts(a: &Arguments) -> Result<Vec<Cut>, Fault> {
    let shape = a.shape(0)?;
    let missing = |what: &str| a.node.broken(format!("{what} are missing"));
    let starts = a.wholes_of("starts", 1)?.ok_or_else(|| missing("the starts"))?;
    let ends = a.wholes_of("ends", 2)?.ok_or_else(|| missing("the ends"))?;
    let axes = a.wholes_of("axes", 3)?.unwrap_or_else(|| (0..starts.len() as i64).collect());
    let steps = a.wholes(4)?.unwrap_or_else(|| vec![1; starts.len()]);
    if [ends.len(), axes.len(), steps.len()] != [starts.len(); 3] {
        return Err(a.node.broken("starts, ends, axes and steps are not equally many"));
    }
    let mut cuts: Vec<Cut> = Vec::with_capacity(starts.len());
    for (((&start, &end), &axis), &step) in starts.iter().zip(&ends).zip(&axes).zip(&steps) {
        let axis = a.node.axis(axis, shape.len())?;
        let cut = cut(axis, shape[axis], [start, end, step]);
        match cut.filter(|_| cuts.iter().all(|c| c.axis != axis)) {
            Some(cut) => cuts.push(cut),
            None => return Err(a.node.broken(format!("axis {axis} is there twice, or its step is {step}"))),
        }
    }
    Ok(cuts)
}

/// What a start, an end and a step take of `n` elements; none if the step leads nowhere.
fn cut(axis: usize, n: usize, [start, end, step]: [i64; 3]) -> Option<Cut> {
    let n = n as i64;
    let from_end = |v: i64| if v < 0 { v.saturating_add(n) } else { v };
    let (lo, hi) = if step < 0 { (-1, n - 1) } else { (0, n) };
    let (first, last) = (from_end(start).clamp(lo.max(0), hi.max(0)), from_end(end).clamp(lo, hi));
    let step = if step == 0 { None } else { Some(step.clamp(-n - 1, n + 1)) }?;
    let way = if step > 0 { last - first } else { first - last };
    let count = if way > 0 { (way - 1) / step.abs() + 1 } else { 0 };
    Some(Cut { axis, first: first as usize, step: step as isize, count: count as usize })
}

/// The axis and the sizes of the parts of `Split`.
pub(super) fn parts(a: &Arguments) -> Result<(usize, Vec<usize>), Fault> {
    let axis = a.node.axis(a.node.whole("axis", 0)?, a.shape(0)?.len())?;
    let size = a.size(0, axis)?;
    let parts = match a.wholes_of("split", 1)? {
        Some(parts) => sizes(a, &parts)?,
        None => {
            let count = a.node.whole("num_outputs", a.node.outputs.len() as i64)?;
            let count = usize::try_from(count).ok().filter(|&c| c > 0 && c <= size.max(1));
            let count = count.ok_or_else(|| a.node.broken(format!("{size} cannot be split so")))?;
            let each = size.div_ceil(count);
            if each * (count - 1) >= size && size > 0 {
                return Err(a.node.broken(format!("{size} cannot be split into {count} parts")));
            }
            (0..count).map(|k| each.min(size.saturating_sub(k * each))).collect()
        }
    };
    if parts.iter().try_fold(0usize, |all, &p| all.checked_add(p)) == Some(size) {
        return Ok((axis, parts));
    }
    Err(a.node.broken(format!("the parts {parts:?} are not the {size} of axis {axis}")))
}

/// The shape of `Expand`.
pub(super) fn expanded(a: &Arguments) -> Result<Vec<usize>, Fault> {
    let old = a.shape(0)?;
    let wanted = sizes(a, &a.wholes(1)?.unwrap_or_default())?;
    broadcast(old, &wanted)
        .ok_or_else(|| a.node.broken(format!("the shape {old:?} cannot become {wanted:?}")))
}

/// The shape of `Pad`, and how many places come before along each axis.
pub(super) fn padded(a: &Arguments) -> Result<(Vec<usize>, Vec<i64>), Fault> {
    let old = a.shape(0)?;
    let mode = a.node.text("mode", "constant")?;
    if mode != "constant" {
        return Err(a.node.refuse(format!("mode {mode:?} is not supported"), "pad with a constant"));
    }
    let pads = a.wholes_of("pads", 1)?.ok_or_else(|| a.node.broken("the pads are missing"))?;
    let axes = a.wholes(3)?.unwrap_or_else(|| (0..old.len() as i64).collect());
    if pads.len() != 2 * axes.len() {
        return Err(a.node.broken(format!("{} pads for {} axes", pads.len(), axes.len())));
    }
    let (mut new, mut before) = (old.to_vec(), vec![0; old.len()]);
    let (ahead, behind) = pads.split_at(axes.len());
    let axes = distinct(a, &axes, old.len())?;
    for ((&axis, &ahead), &behind) in axes.iter().zip(ahead).zip(behind) {
        let size = (old[axis] as i64).checked_add(ahead).and_then(|n| n.checked_add(behind));
        let size = size.and_then(|n| usize::try_from(n).ok());
        new[axis] = size.ok_or_else(|| a.node.broken(format!("pads {ahead} and {behind} leave nothing")))?;
        before[axis] = ahead;
    }
    Ok((new, before))
}

/// What remains of a shape when axes are summed up.
pub(super) struct Reduced {
    /// With a size of 1 for each axis that is gone.
    pub kept: Vec<usize>,
    /// The shape of the result.
    pub shape: Vec<usize>,
}

/// The shapes of `ReduceSum` and `ReduceMean`.
pub(super) fn reduced(a: &Arguments) -> Result<Reduced, Fault> {
    let old = a.shape(0)?;
    let axes = axes(a, old.len())?.unwrap_or_default();
    let all = axes.is_empty() && a.node.whole("noop_with_empty_axes", 0)? == 0;
    let gone = |axis: &usize| all || axes.contains(axis);
    let kept: Vec<usize> = old.iter().enumerate().map(|(k, &n)| if gone(&k) { 1 } else { n }).collect();
    let shape = match a.node.whole("keepdims", 1)? {
        0 => old.iter().enumerate().filter(|(k, _)| !gone(k)).map(|(_, &n)| n).collect(),
        _ => kept.clone(),
    };
    Ok(Reduced { kept, shape })
}
