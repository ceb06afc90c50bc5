//! The operators of quantized files: what they do with each element.

use super::super::arguments::Arguments;
use super::super::attributes::Node;
use super::super::error::Fault;
use super::super::tensor::{Tensor, spread, volume};
use super::super::value::Value;
use super::quantizer::{Mode, Quantizer};

/// The widest code that is read.
const MOST_BITS: f64 = 32.0;

/// The operators that round values to codes.
const ROUNDING: [&str; 5] = ["Quant", "IntQuant", "BipolarQuant", "Trunc", "QuantizeLinear"];

/// Whether an operator rounds values to codes.
pub(in super::super) fn rounds(operator: &str) -> bool {
    ROUNDING.contains(&operator)
}

/// Whether an operator is one of quantized files.
pub(in super::super) fn quantized(operator: &str) -> bool {
    rounds(operator) || operator == "DequantizeLinear"
}

/// What an element becomes: `code·step + zero`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in super::super) struct Rounded {
    /// A rounding before the last one.
    pub first: Option<Quantizer>,
    /// The rounding to a code.
    pub last: Quantizer,
    /// The value of a code.
    pub step: f64,
    /// The value of the code 0.
    pub zero: f64,
}

impl Rounded {
    /// What a value becomes.
    fn of(&self, x: f64) -> f64 {
        let x = self.first.map_or(x, |q| q.code(x));
        self.last.code(x) * self.step + self.zero
    }
}

/// A parameter for each element of the first argument, spread as numpy does.
fn spread_out(a: &Arguments, at: usize, what: &str) -> Result<Vec<f64>, Fault> {
    let shape = a.shape(0)?;
    let tensor = a.constant(at)?.ok_or_else(|| a.node.broken(format!("its {what} is missing")))?;
    if tensor.shape().len() > shape.len() && tensor.data().len() != 1 {
        return Err(a.node.broken(format!("its {what} has more axes than what it quantizes")));
    }
    let places =
        if tensor.data().len() == 1 { vec![0; volume(shape)?] } else { spread(tensor.shape(), shape)? };
    let get = |&place: &usize| tensor.data().get(place).copied();
    let all: Option<Vec<f64>> = places.iter().map(get).collect();
    all.ok_or_else(|| {
        a.node.broken(format!("the shape {:?} of its {what} does not fit {shape:?}", tensor.shape()))
    })
}

/// A parameter for each element along an axis, as `QuantizeLinear` has it; none if it is left out.
fn along(a: &Arguments, at: usize, what: &str) -> Result<Option<Vec<f64>>, Fault> {
    let node = a.node;
    if node.whole("block_size", 0)? != 0 {
        return Err(
            node.refuse("it has a scale for each block of values", "use a scale for each tensor or channel")
        );
    }
    let Some(tensor) = a.constant(at)? else { return Ok(None) };
    let shape = a.shape(0)?;
    if let Some(&only) = tensor.only() {
        return Ok(Some(vec![only; volume(shape)?]));
    }
    let axis = node.axis(node.whole("axis", 1)?, shape.len())?;
    let size = shape.get(axis).copied().unwrap_or(0);
    if tensor.shape() != [size] {
        return Err(node.broken(format!(
            "its {what} has the shape {:?}, but axis {axis} {size} places",
            tensor.shape()
        )));
    }
    let inner: usize = shape.iter().skip(axis + 1).product();
    let get = |k: usize| tensor.data().get(k / inner.max(1) % size.max(1)).copied().unwrap_or(f64::NAN);
    Ok(Some((0..volume(shape)?).map(get).collect()))
}

/// Scales must be above 0.
fn check_scales(node: &Node, scales: &[f64]) -> Result<(), Fault> {
    match scales.iter().find(|s| !(s.is_finite() && **s > 0.0)) {
        Some(s) => Err(node.refuse(format!("a scale is {s}"), "export with scales above 0")),
        None => Ok(()),
    }
}

/// A zero point must be a code.
fn check_zeros(node: &Node, zeros: &[f64]) -> Result<(), Fault> {
    match zeros.iter().find(|z| z.fract() != 0.0 || z.abs() > 2f64.powi(31)) {
        Some(z) => {
            Err(node.refuse(format!("a zero point is {z}"), "export with whole zero points, best with 0"))
        }
        None => Ok(()),
    }
}

/// The smallest and the largest code of so many bits.
fn ends(node: &Node, bits: f64, signed: bool, narrow: bool) -> Result<(f64, f64), Fault> {
    if bits.fract() != 0.0 || !(1.0..=MOST_BITS).contains(&bits) {
        let problem = format!("its bit width is {bits}");
        return Err(node.refuse(problem, format!("use a whole number from 1 to {MOST_BITS}")));
    }
    let all = 2f64.powi(bits as i32);
    let narrow = f64::from(u8::from(narrow));
    Ok(if signed { (-all / 2.0 + narrow, all / 2.0 - 1.0) } else { (0.0, all - 1.0 - narrow) })
}

/// How a node rounds.
fn mode(node: &Node, default: &str) -> Result<Mode, Fault> {
    let name = node.text("rounding_mode", default)?;
    Mode::named(&name).ok_or_else(|| {
        let help = "use ROUND, HALF_UP, HALF_DOWN, FLOOR, CEIL, UP or DOWN";
        node.refuse(format!("its rounding_mode is {name:?}"), help)
    })
}

/// What each element of the first argument becomes.
///
/// # Errors
/// Parameters that depend on the inputs, or that make no codes.
pub(in super::super) fn rounded(a: &Arguments) -> Result<Vec<Rounded>, Fault> {
    match a.node.operator.as_str() {
        "BipolarQuant" => bipolar(a),
        "Trunc" => truncated(a),
        "QuantizeLinear" => linear(a),
        _ => quant(a),
    }
}

fn bipolar(a: &Arguments) -> Result<Vec<Rounded>, Fault> {
    let scales = spread_out(a, 1, "scale")?;
    check_scales(a.node, &scales)?;
    let (before, after, minus, lo, hi, closes) = (0.0, 0.0, 0.0, -1.0, 1.0, true);
    let all = scales.into_iter().map(|step| {
        let mode = Mode::Sign;
        let last = Quantizer { scale: 1.0, before, after, minus, lo, hi, mode, worth: step, closes };
        Rounded { first: None, last, step, zero: 0.0 }
    });
    Ok(all.collect())
}

fn quant(a: &Arguments) -> Result<Vec<Rounded>, Fault> {
    let node = a.node;
    let (scales, zeros) = (spread_out(a, 1, "scale")?, spread_out(a, 2, "zero point")?);
    let bits = spread_out(a, 3, "bit width")?;
    check_scales(node, &scales)?;
    check_zeros(node, &zeros)?;
    let (signed, narrow) = (node.whole("signed", 1)? != 0, node.whole("narrow", 0)? != 0);
    let rounding = mode(node, "ROUND")?;
    let element = |((&scale, &zero), &bits): ((&f64, &f64), &f64)| {
        let sign = bits == 1.0 && signed;
        let (lo, hi) = if sign { (-1.0, 1.0) } else { ends(node, bits, signed, narrow)? };
        let mode = if sign { Mode::Sign } else { rounding };
        let last = Quantizer::around(zero, scale, (lo, hi), mode);
        Ok(Rounded { first: None, last, step: scale, zero: 0.0 })
    };
    scales.iter().zip(&zeros).zip(&bits).map(element).collect()
}

/// `Trunc` of the first version drops low bits and keeps the scale; the second has another scale for the result.
fn truncated(a: &Arguments) -> Result<Vec<Rounded>, Fault> {
    let node = a.node;
    let (scales, zeros) = (spread_out(a, 1, "scale")?, spread_out(a, 2, "zero point")?);
    check_scales(node, &scales)?;
    check_zeros(node, &zeros)?;
    let (wide, next) = (spread_out(a, 3, "input bit width")?, spread_out(a, 4, "output scale or bit width")?);
    let second = if a.given(5) { Some(spread_out(a, 5, "output bit width")?) } else { None };
    let rounding = mode(node, "FLOOR")?;
    let (signed, narrow) = (node.whole("signed", 1)? != 0, node.whole("narrow", 0)? != 0);
    let mut all = Vec::with_capacity(scales.len());
    for (at, (&scale, &zero)) in scales.iter().zip(&zeros).enumerate() {
        let get = |list: &[f64]| list.get(at).copied().unwrap_or(f64::NAN);
        let (from, to) = (get(&wide), get(&next));
        let open = (f64::NEG_INFINITY, f64::INFINITY);
        let (dropped, lo, hi, step) = match &second {
            Some(bits) => {
                check_scales(node, &[to])?;
                let (lo, hi) = ends(node, get(bits), signed, narrow)?;
                (libm::rint(libm::log2(to / scale)), lo, hi, to)
            }
            None => (from - to, open.0, open.1, scale),
        };
        if dropped.fract() != 0.0 || dropped.abs() > MOST_BITS {
            return Err(
                node.refuse(format!("it drops {dropped} bits"), "use bit widths that are whole numbers")
            );
        }
        let by = libm::exp2(dropped);
        let minus = if second.is_some() { zero / by } else { zero };
        check_zeros(node, &[minus])?;
        let base = Quantizer { closes: false, ..Quantizer::around(zero, scale, open, Mode::HalfEven) };
        let last = Quantizer {
            scale: by,
            before: zero / by,
            minus,
            lo,
            hi,
            mode: rounding,
            worth: step,
            closes: true,
            ..base
        };
        all.push(Rounded { first: Some(base), last, step, zero: 0.0 });
    }
    Ok(all)
}

fn linear(a: &Arguments) -> Result<Vec<Rounded>, Fault> {
    let node = a.node;
    let scales = along(a, 1, "scale")?.ok_or_else(|| node.broken("its scale is missing"))?;
    let zeros = along(a, 2, "zero point")?.unwrap_or_else(|| vec![0.0; scales.len()]);
    check_scales(node, &scales)?;
    check_zeros(node, &zeros)?;
    let (lo, hi) = match node.whole("output_dtype", 2)? {
        0 | 2 => (0.0, 255.0),
        3 => (-128.0, 127.0),
        4 => (0.0, 65535.0),
        5 => (-32768.0, 32767.0),
        other => {
            let problem = format!("its codes are of type {other}");
            return Err(node.refuse(problem, "use uint8, int8, uint16 or int16"));
        }
    };
    let element = |(&scale, &zero): (&f64, &f64)| {
        let (before, after, minus, mode, closes) = (0.0, zero, zero, Mode::HalfEven, true);
        let last = Quantizer { scale, before, after, minus, lo, hi, mode, worth: scale, closes };
        Rounded { first: None, last, step: 1.0, zero }
    };
    Ok(scales.iter().zip(&zeros).map(element).collect())
}

/// What `DequantizeLinear` does with each element: the zero point that it takes off, and the scale that it multiplies by.
///
/// # Errors
/// As [`rounded`].
pub(in super::super) fn values(a: &Arguments) -> Result<Vec<(f64, f64)>, Fault> {
    let scales = along(a, 1, "scale")?.ok_or_else(|| a.node.broken("its scale is missing"))?;
    let zeros = along(a, 2, "zero point")?.unwrap_or_else(|| vec![0.0; scales.len()]);
    check_scales(a.node, &scales)?;
    check_zeros(a.node, &zeros)?;
    Ok(zeros.into_iter().zip(scales).collect())
}

/// What an operator of quantized files makes of numbers.
///
/// # Errors
/// As [`rounded`].
pub(in super::super) fn run(a: &Arguments) -> Result<Value, Fault> {
    let x = a.constant(0)?.ok_or_else(|| a.node.broken("its input is missing"))?;
    let whole = a.node.operator == "QuantizeLinear";
    let data: Vec<f64> = match a.node.operator.as_str() {
        "DequantizeLinear" => {
            x.data().iter().zip(values(a)?).map(|(&v, (zero, scale))| (v - zero) * scale).collect()
        }
        _ => x.data().iter().zip(rounded(a)?).map(|(&v, r)| r.of(v)).collect(),
    };
    let tensor =
        Tensor::new(x.shape().to_vec(), data).ok_or_else(|| a.node.broken("its shapes do not fit"))?;
    Ok(Value::Numbers { tensor, whole })
}
