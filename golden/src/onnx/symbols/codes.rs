//! Operators of quantized files on sums of features: what they round becomes a feature of its own.

use super::super::error::Fault;
use super::super::form::Form;
use super::super::integer::{Quantizer, Rounded, rounded, values};
use super::super::tensor::Tensor;
use super::{Call, Converter};

/// Values rounded to codes, or codes as values.
///
/// # Errors
/// Parameters that make no codes; an input that is rounded in two ways.
pub(super) fn run(c: &mut Converter, call: &Call) -> Result<Tensor<Form>, Fault> {
    let node = call.a.node;
    let x = call.forms(0)?;
    let mut data = Vec::with_capacity(x.data().len());
    if node.operator == "DequantizeLinear" {
        for (form, (zero, scale)) in x.data().iter().zip(values(&call.a)?) {
            data.push(c.builder.sum(node, -zero * scale, [(form, scale)])?);
        }
    } else {
        for (form, to) in x.data().iter().zip(rounded(&call.a)?) {
            data.push(match form.alone().filter(|&f| (f as usize) < c.quantizers.len()) {
                Some(input) if to.first.is_none() && to.last.codes().is_some() => {
                    of_input(c, call, input, &to)?
                }
                _ => c.builder.rounded(node, form, &to)?,
            });
        }
    }
    call.made(x.shape().to_vec(), data)
}

/// The codes of an input, which are the plan's inputs.
fn of_input(c: &mut Converter, call: &Call, input: u32, to: &Rounded) -> Result<Form, Fault> {
    let count = c.quantizers.len();
    let Some(known) = c.quantizers.get_mut(input as usize) else {
        return Err(call.a.node.broken("it has no input"));
    };
    if known.is_some_and(|q| q != to.last) {
        let problem = "an input of the network is rounded in two ways";
        return Err(call.a.node.refuse(problem, "quantize each input once"));
    }
    *known = Some(to.last);
    let codes = Form::feature(input + count as u32);
    let (lo, hi) = to.last.codes().unwrap_or((0, 0));
    let all = |signed: bool| {
        (2..48).any(|w| {
            (lo, hi) == if signed { (-(1 << (w - 1)), (1 << (w - 1)) - 1) } else { (0, (1 << w) - 1) }
        })
    };
    if all(true) || all(false) {
        return c.builder.sum(call.a.node, to.zero, [(&codes, to.step)]);
    }
    // The plan's input has more codes than the file: the others become the nearest.
    let (scale, before, after, minus) = (1.0, 0.0, 0.0, 0.0);
    let held = Quantizer { scale, before, after, minus, lo: lo as f64, hi: hi as f64, ..to.last };
    c.builder.rounded(call.a.node, &codes, &Rounded { last: held, ..*to })
}
