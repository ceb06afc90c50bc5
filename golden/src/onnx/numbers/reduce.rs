//! Sums and means along axes.

use super::super::arguments::Arguments;
use super::super::error::Fault;
use super::super::shapes::reduced;
use super::super::tensor::{Tensor, spread, volume};
use super::super::value::Value;

/// The value of `ReduceSum` or `ReduceMean`.
///
/// # Errors
/// Axes that do not exist.
pub(super) fn run(a: &Arguments) -> Result<Value, Fault> {
    let x = a.constant(0)?.ok_or_else(|| a.node.broken("its input is missing"))?;
    let reduced = reduced(a)?;
    let mut sums = vec![0.0; volume(&reduced.kept)?];
    for (v, place) in x.data().iter().zip(spread(&reduced.kept, x.shape())?) {
        if let Some(sum) = sums.get_mut(place) {
            *sum += v;
        }
    }
    let whole = a.known.first().copied().flatten().is_some_and(Value::is_whole);
    if a.node.operator == "ReduceMean" {
        let count = x.data().len() as f64 / sums.len() as f64;
        sums.iter_mut().for_each(|s| *s = if whole { (*s / count).trunc() } else { *s / count });
    }
    let tensor = Tensor::new(reduced.shape, sums).ok_or_else(|| a.node.broken("its shape does not fit"))?;
    Ok(Value::Numbers { tensor, whole })
}
