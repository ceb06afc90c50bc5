//! The codes of a neuron as steps over its whole sum, each decided whatever order a program adds in.

use super::super::curve::Curve;
use super::super::expression::Expression::{self, Call, X};
use super::grid::Grid;
use super::interval::{Bounds, bounds, direction};

/// The most steps of a neuron.
const MOST_STEPS: usize = 1 << 16;

/// The most sums that are run one by one where a function rises and falls.
const MOST_SUMS: i64 = 1 << 20;

/// The widest code of a function that no quantizer follows.
const MOST_CODE: f64 = (1u64 << 24) as f64;

/// The first sum of each step, and its code, in rising order of the sums.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Steps {
    /// Sums and codes.
    pub runs: Vec<(i64, i64)>,
    /// The largest sum.
    pub last: i64,
    /// The value of the code 1.
    pub unit: f64,
}

/// Why there are no steps: the problem and what would help.
pub(super) type Trouble = (String, String);

fn trouble<T>(problem: impl Into<String>, help: impl Into<String>) -> Result<T, Trouble> {
    Err((problem.into(), help.into()))
}

/// What helps where sums are not exact.
pub(super) const POWERS: &str = "restrict the scales to powers of two (in Brevitas \
    restrict_scaling_type=RestrictValueType.POWER_OF_TWO), use fewer bits, or import the real-valued network with --as-real";

/// The steps of a function of a sum.
///
/// # Errors
/// A code that depends on how a program rounds, more steps than a table has, or values that are no codes.
pub(super) fn steps(function: &Expression, grid: &Grid) -> Result<Steps, Trouble> {
    if *function == X.call(Curve::Relu) && grid.rest == 0.0 {
        // Whatever the unit is, these are the same codes.
        let (lo, hi) = grid.range;
        return enumerated(lo, hi, grid.unit, |sum| Ok(sum.max(0)));
    }
    match function {
        Call(Curve::Quantize(q), _) if q.closes => {
            let code = |sum: i64| decided(bounds(function, grid.value(sum)), sum, grid);
            match direction(function) {
                Some(_) => monotone(grid.range, code),
                None => enumerated(grid.range.0, grid.range.1, 1.0, code),
            }
        }
        _ => loose(function, grid),
    }
}

/// The code of a sum, if every program has the same.
fn decided((lo, hi): Bounds, sum: i64, grid: &Grid) -> Result<i64, Trouble> {
    if lo == hi && lo.is_finite() && lo.abs() < libm::ldexp(1.0, 47) {
        return Ok(lo as i64);
    }
    let value = sum as f64 * grid.unit + grid.rest;
    let problem = format!(
        "for a sum of {value} its code is {lo} or {hi}, which depends on how a program rounds 32-bit floating point: {}",
        match grid.exponent {
            Some(_) if grid.error > 0.0 => "the sums need more than 24 bits".to_owned(),
            Some(_) => "the value lies so near to the middle between two codes".to_owned(),
            None => format!("the sums are multiples of {}, which is no power of two", grid.unit),
        }
    );
    trouble(problem, POWERS)
}

/// The steps of a function that only rises or only falls: between two sums with the same code all have it.
fn monotone((lo, hi): (i64, i64), code: impl Fn(i64) -> Result<i64, Trouble>) -> Result<Steps, Trouble> {
    let mut runs = vec![(lo, code(lo)?)];
    // Sums between which the code changes, the lowest on top.
    let mut open = vec![((lo, code(lo)?), (hi, code(hi)?))];
    while let Some((a, b)) = open.pop() {
        if a.1 == b.1 {
            continue;
        }
        if b.0 - a.0 == 1 {
            runs.push(b);
            if runs.len() > MOST_STEPS {
                return trouble(format!("it has more than {MOST_STEPS} codes"), "use at most 16 bits");
            }
            continue;
        }
        let middle = a.0 + (b.0 - a.0) / 2;
        let middle = (middle, code(middle)?);
        open.push((middle, b));
        open.push((a, middle));
    }
    Ok(Steps { runs, last: hi, unit: 1.0 })
}

/// The steps of any function.
fn enumerated(
    lo: i64,
    hi: i64,
    unit: f64,
    code: impl Fn(i64) -> Result<i64, Trouble>,
) -> Result<Steps, Trouble> {
    if hi - lo >= MOST_SUMS {
        let problem = format!("it takes {} different sums", hi - lo + 1);
        return trouble(problem, "quantize its argument too, to 20 bits at most");
    }
    let mut runs: Vec<(i64, i64)> = Vec::new();
    for sum in lo..=hi {
        let code = code(sum)?;
        if runs.last().is_none_or(|r| r.1 != code) {
            runs.push((sum, code));
        }
    }
    if runs.len() > MOST_STEPS {
        return trouble(
            format!("it has {} steps", runs.len()),
            "quantize its argument too, to 16 bits at most",
        );
    }
    Ok(Steps { runs, last: hi, unit })
}

/// The steps of a function that no quantizer follows, if its values lie on a grid of a power of two.
fn loose(function: &Expression, grid: &Grid) -> Result<Steps, Trouble> {
    let (lo, hi) = grid.range;
    let help = "put a Quant (or QuantizeLinear and DequantizeLinear) behind it";
    if hi - lo >= MOST_STEPS as i64 {
        return trouble("its value is used, but not quantized", help);
    }
    let mut values = Vec::with_capacity((hi - lo + 1) as usize);
    let mut finest = i32::MAX;
    for sum in lo..=hi {
        let (low, high) = bounds(function, grid.value(sum));
        if low != high || !low.is_finite() {
            return trouble(
                "its value is used, but not quantized, and is no multiple of a power of two",
                help,
            );
        }
        let bits = low.to_bits() & ((1 << 52) - 1) | 1 << 52;
        if low != 0.0 {
            let (_, exponent) = libm::frexp(low);
            finest = finest.min(exponent - 53 + bits.trailing_zeros() as i32);
        }
        values.push(low);
    }
    let unit = if finest == i32::MAX { 1.0 } else { libm::ldexp(1.0, finest) };
    if values.iter().any(|v| (v / unit).abs() > MOST_CODE) {
        return trouble("its value is used, but not quantized, and needs more than 24 bits", help);
    }
    enumerated(lo, hi, unit, |sum| Ok((values.get((sum - lo) as usize).unwrap_or(&0.0) / unit) as i64))
}

#[cfg(test)]
mod tests {
    use super::super::grid::Signal;
    use super::super::quantizer::{Mode, Quantizer};
    use super::*;
    use crate::num::Format;

    fn grid(weight: f64, unit: f64, range: (i64, i64)) -> Grid {
        let format = Format { signed: true, width: 16, frac: 0 };
        Grid::new(&[(0, weight)], 0.0, &[Signal { format, unit, range }]).expect("a grid")
    }

    fn quantizer(scale: f64) -> Expression {
        let (before, after, minus, lo, hi) = (0.0, 0.0, 0.0, -2.0, 1.0);
        X.call(Curve::Quantize(Quantizer {
            scale,
            before,
            after,
            minus,
            lo,
            hi,
            mode: Mode::HalfEven,
            worth: scale,
            closes: true,
        }))
    }

    #[test]
    fn ties_go_to_even_codes() {
        let steps = steps(&quantizer(1.0), &grid(0.25, 1.0, (-100, 100))).expect("steps");
        // -1.5 is -2, -0.5 and 0.5 are 0.
        assert_eq!(steps.runs, [(-100, -2), (-5, -1), (-2, 0), (3, 1)]);
        let all = enumerated(-100, 100, 1.0, |s| {
            Ok((f64::from(s as i32) * 0.25).round_ties_even().clamp(-2.0, 1.0) as i64)
        });
        assert_eq!(all.expect("steps").runs, steps.runs);
    }

    #[test]
    fn what_programs_round_differently_is_refused() {
        // 0.1·15 of 0.3 is a tie in real numbers.
        let near = grid(f64::from(0.1f32), 1.0, (-100, 100));
        let (problem, help) = steps(&quantizer(f64::from(0.2f32)), &near).expect_err("a tie");
        assert!(problem.contains("no power of two") && help.contains("POWER_OF_TWO"), "{problem}");
        assert!(steps(&quantizer(f64::from(0.37f32)), &near).is_ok());
    }

    #[test]
    fn values_on_a_grid_need_no_quantizer() {
        let square = X.times(&X);
        let found = steps(&square, &grid(0.5, 1.0, (-2, 3))).expect("steps");
        assert_eq!(
            (&found.runs[..], found.unit),
            (&[(-2, 4), (-1, 1), (0, 0), (1, 1), (2, 4), (3, 9)][..], 0.25)
        );
        assert!(steps(&X.call(Curve::Tanh), &grid(0.5, 1.0, (-2, 3))).is_err());
    }
}
