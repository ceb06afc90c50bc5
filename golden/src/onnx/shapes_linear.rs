//! Shapes of operators with weights, checked before anything is computed.

use super::arguments::Arguments;
use super::error::Fault;
use super::shapes::sizes;

/// The sizes of a convolution.
pub(super) struct Convolution {
    /// Samples of the batch.
    pub samples: usize,
    /// Channels of the input.
    pub channels: usize,
    /// Channels of the output.
    pub outputs: usize,
    /// Channels of the output in each group.
    pub per_group: usize,
    /// Channels of the input that each output sees.
    pub depth: usize,
    /// The window.
    pub kernel: Vec<usize>,
}

/// The sizes of `Conv`.
///
/// # Errors
/// Sizes that do not fit together.
pub(super) fn convolution(a: &Arguments) -> Result<Convolution, Fault> {
    let (x, w) = (a.shape(0)?, a.shape(1)?);
    let unfit = || a.node.broken(format!("weights {w:?} do not fit the input {x:?}"));
    let (&[samples, channels, ..], &[outputs, depth, ref kernel @ ..]) = (x, w) else { return Err(unfit()) };
    let groups = a.node.whole("group", 1)?;
    let groups = usize::try_from(groups).ok().filter(|&g| g > 0).ok_or_else(unfit)?;
    let fits = depth.checked_mul(groups) == Some(channels) && outputs % groups == 0 && outputs > 0;
    let kernel_fits = match a.node.wholes("kernel_shape")? {
        Some(own) => sizes(a, own)? == kernel,
        None => true,
    };
    let bias_fits = !a.given(2) || a.shape(2)? == [outputs];
    if !(fits && kernel_fits && bias_fits) {
        return Err(unfit());
    }
    Ok(Convolution {
        samples,
        channels,
        outputs,
        per_group: outputs / groups,
        depth,
        kernel: kernel.to_vec(),
    })
}

/// Refuses a `BatchNormalization` that trains or whose parameters do not fit.
///
/// # Errors
/// As said.
pub(super) fn check_batch_normalization(a: &Arguments) -> Result<(), Fault> {
    if a.node.whole("training_mode", 0)? != 0 || a.node.outputs.iter().skip(1).any(|o| !o.is_empty()) {
        return Err(a
            .node
            .refuse("it is in training mode", "export the model in inference mode (model.eval())"));
    }
    if a.node.whole("spatial", 1)? != 1 {
        return Err(a.node.refuse("spatial is 0", "export with operator set 9 or later"));
    }
    let channels = a.size(0, 1)?;
    match (1..5).find(|&at| a.shape(at).map_or(true, |s| s != [channels])) {
        Some(at) => {
            Err(a.node.broken(format!("input {at} does not have {channels} values, one per channel")))
        }
        None => Ok(()),
    }
}
