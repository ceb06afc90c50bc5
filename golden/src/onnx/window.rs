//! Where the windows of convolutions and poolings lie.

use super::arguments::Arguments;
use super::error::Fault;
use super::tensor::{MOST_ELEMENTS, strides, volume, walk};

/// The most elements of all windows over one channel.
const MOST_PLACES: usize = 1 << 22;

/// Windows over the axes behind the channels.
pub(super) struct Windows {
    /// How many windows there are along each axis.
    pub count: Vec<usize>,
    /// For each window the place of each of its elements in a channel; none in the padding.
    pub places: Vec<Vec<Option<usize>>>,
}

/// What windows are along one axis.
struct Axis {
    size: usize,
    kernel: usize,
    stride: usize,
    dilation: usize,
    ahead: usize,
    count: usize,
}

impl Windows {
    /// Windows of the size `kernel` over a tensor with a batch and channels.
    ///
    /// # Errors
    /// Sizes that do not fit together, or too many windows.
    pub fn new(a: &Arguments, kernel: &[usize]) -> Result<Windows, Fault> {
        let sizes = a.shape(0)?.get(2..).unwrap_or_default();
        if sizes.is_empty() || sizes.len() != kernel.len() {
            return Err(a.node.broken(format!("a kernel {kernel:?} for the axes {sizes:?}")));
        }
        let axes =
            (0..sizes.len()).map(|k| Axis::new(a, k, sizes[k], kernel[k])).collect::<Result<Vec<_>, _>>()?;
        let count: Vec<usize> = axes.iter().map(|x| x.count).collect();
        let (windows, elements) = (volume(&count)?, volume(kernel)?);
        if windows.saturating_mul(elements) > MOST_PLACES {
            let value = windows as u128 * elements as u128;
            let what = "the number of elements of all windows".into();
            return Err(Fault::Size { what, value, most: MOST_PLACES as u64 });
        }
        let own = strides(sizes);
        let positions = |shape: &[usize]| -> Result<Vec<Vec<usize>>, Fault> {
            let steps = strides(shape);
            let flat = walk(shape, &steps, 0)?;
            let split =
                |at: usize| shape.iter().zip(&steps).map(move |(&n, &s)| at / s.max(1) as usize % n.max(1));
            Ok(flat.into_iter().map(|at| split(at).collect()).collect())
        };
        let inside = positions(kernel)?;
        let place = |window: &[usize], element: &[usize]| {
            let along = window.iter().zip(element).zip(&axes).zip(&own);
            along.map(|(((&w, &e), axis), &step)| Some(axis.at(w, e)? * step as usize)).sum::<Option<usize>>()
        };
        let of = |window: Vec<usize>| inside.iter().map(|e| place(&window, e)).collect();
        Ok(Windows { places: positions(&count)?.into_iter().map(of).collect(), count })
    }
}

impl Axis {
    /// The windows along the axis `k`.
    fn new(a: &Arguments, k: usize, size: usize, kernel: usize) -> Result<Axis, Fault> {
        let axes = a.shape(0)?.len().saturating_sub(2);
        // Of `per` sizes for each axis the one at a place, which must be so large.
        let sizes = |name: &str, [per, at, least]: [usize; 3]| -> Result<usize, Fault> {
            let Some(list) = a.node.wholes(name)? else { return Ok(least) };
            let value = list.get(at).filter(|_| list.len() == per * axes);
            let value = value.and_then(|&v| usize::try_from(v).ok());
            value.filter(|v| (least..=MOST_ELEMENTS).contains(v)).ok_or_else(|| {
                let help = format!("give {} numbers from {least} on", per * axes);
                a.node.refuse(format!("{name} is {list:?}"), help)
            })
        };
        if a.node.whole("ceil_mode", 0)? != 0 {
            return Err(a.node.refuse("ceil_mode is not supported", "pad the input instead"));
        }
        let (stride, dilation) = (sizes("strides", [1, k, 1])?, sizes("dilations", [1, k, 1])?);
        let extent = kernel.saturating_sub(1).saturating_mul(dilation).saturating_add(1);
        let same = size.div_ceil(stride).saturating_sub(1).saturating_mul(stride).saturating_add(extent);
        let same = same.saturating_sub(size);
        let (ahead, behind) = match a.node.text("auto_pad", "NOTSET")?.as_str() {
            "NOTSET" => (sizes("pads", [2, k, 0])?, sizes("pads", [2, k + axes, 0])?),
            "VALID" => (0, 0),
            "SAME_UPPER" => (same / 2, same - same / 2),
            "SAME_LOWER" => (same - same / 2, same / 2),
            other => return Err(a.node.broken(format!("auto_pad is {other:?}"))),
        };
        let padded = size.saturating_add(ahead).saturating_add(behind);
        let room = padded.checked_sub(extent).filter(|_| kernel > 0);
        let room =
            room.ok_or_else(|| a.node.broken(format!("a kernel of {kernel} does not fit into {size}")))?;
        Ok(Axis { size, kernel, stride, dilation, ahead, count: room / stride + 1 })
    }

    /// The place of an element of a window; none in the padding.
    fn at(&self, window: usize, element: usize) -> Option<usize> {
        debug_assert!(element < self.kernel);
        let padded = window.checked_mul(self.stride)?.checked_add(element.checked_mul(self.dilation)?)?;
        padded.checked_sub(self.ahead).filter(|&at| at < self.size)
    }
}

/// The sizes of a pooling's windows.
///
/// # Errors
/// Sizes that are missing.
pub(super) fn pool_kernel(a: &Arguments) -> Result<Vec<usize>, Fault> {
    if a.node.operator == "GlobalAveragePool" {
        return Ok(a.shape(0)?.get(2..).unwrap_or_default().to_vec());
    }
    let kernel = a.node.wholes("kernel_shape")?.ok_or_else(|| a.node.broken("kernel_shape is missing"))?;
    super::shapes::sizes(a, kernel)
}
