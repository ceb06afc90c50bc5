//! Convolutions and poolings as sums over windows.

use super::super::error::Fault;
use super::super::form::Form;
use super::super::shapes_linear::convolution as convolution_sizes;
use super::super::tensor::{Tensor, volume};
use super::super::window::{Windows, pool_kernel};
use super::linear::{Sides, at};
use super::{Call, Converter};

/// A convolution as sums over its windows.
pub(super) fn convolution(c: &mut Converter, call: &Call) -> Result<Tensor<Form>, Fault> {
    let node = call.a.node;
    let sides = Sides::of(call)?;
    if matches!(sides, Sides::Right(..)) {
        return Err(node.refuse("its weights depend on the network's inputs", "use constant weights"));
    }
    let size = convolution_sizes(&call.a)?;
    let windows = Windows::new(&call.a, &size.kernel)?;
    let elements = volume(&size.kernel)?;
    let image = volume(call.a.shape(0)?.get(2..).unwrap_or_default())?;
    let bias = call.a.constant(2)?;
    let shape = [&[size.samples, size.outputs], &windows.count[..]].concat();
    call.check_size(volume(&shape)?)?;
    let mut data = Vec::with_capacity(volume(&shape)?);
    for (sample, output) in (0..size.samples).flat_map(|s| (0..size.outputs).map(move |o| (s, o))) {
        let first = sample * size.channels + output / size.per_group * size.depth;
        for window in &windows.places {
            let inside = window.iter().enumerate().filter_map(|(e, place)| Some((e, (*place)?)));
            let pairs = (0..size.depth).flat_map(|d| {
                let own = (output * size.depth + d) * elements;
                inside.clone().map(move |(e, place)| ((first + d) * image + place, own + e))
            });
            let sum = sides.dot(c, call, 1.0, pairs)?;
            let number = bias.map_or(0.0, |b| at(b.data(), output));
            data.push(c.builder.sum(node, number, [(&sum, 1.0)])?);
        }
    }
    call.made(shape, data)
}

/// Means over windows.
pub(super) fn average_pool(c: &mut Converter, call: &Call) -> Result<Tensor<Form>, Fault> {
    let node = call.a.node;
    let x = call.forms(0)?;
    let windows = Windows::new(&call.a, &pool_kernel(&call.a)?)?;
    let padding = node.whole("count_include_pad", 0)? != 0;
    let image = volume(x.shape().get(2..).unwrap_or_default())?.max(1);
    let shape = [x.shape().get(..2).unwrap_or_default(), &windows.count].concat();
    call.check_size(volume(&shape)?)?;
    let mut data = Vec::with_capacity(volume(&shape)?);
    for plane in x.data().chunks(image) {
        for window in &windows.places {
            let inside: Vec<&Form> = window.iter().flatten().filter_map(|&place| plane.get(place)).collect();
            let share = 1.0 / if padding { window.len() } else { inside.len() } as f64;
            data.push(c.builder.sum(node, 0.0, inside.into_iter().map(|form| (form, share)))?);
        }
    }
    call.made(shape, data)
}
