//! The argument of a neuron as a sum of codes times whole numbers, and how exactly the programs that run such files know it.

use crate::num::Format;

/// A value of the network: its codes and what one of them is worth.
#[derive(Clone, Copy, Debug)]
pub(super) struct Signal {
    /// The format in the plan.
    pub format: Format,
    /// The value of the code 1.
    pub unit: f64,
    /// The smallest and the largest code that occur.
    pub range: (i64, i64),
}

impl Signal {
    fn largest(&self) -> f64 {
        (self.range.0.unsigned_abs().max(self.range.1.unsigned_abs())) as f64
    }
}

/// Whole numbers that 32-bit floating point holds, all up to this one.
const WHOLE: f64 = (1u64 << 24) as f64;

/// The widest weight.
const MOST_WEIGHT: f64 = (1u64 << 31) as f64;

/// A remainder below this part of the numbers is a rounding error.
const TINY: f64 = 1.0 / (1u64 << 40) as f64;

/// A grid of up to so many powers of two is looked at as one of a power of two.
const SMALL: f64 = 4096.0;

/// `unit·(Σ weights·codes + base) + rest`.
#[derive(Clone, Debug)]
pub(super) struct Grid {
    /// A weight for each feature of the layer before.
    pub weights: Vec<i64>,
    /// The value of 1.
    pub unit: f64,
    /// The exponent if the unit is a power of two.
    pub exponent: Option<i32>,
    /// What is added, in units.
    pub base: i64,
    /// What is added and no multiple of the unit.
    pub rest: f64,
    /// How far a program's result may be from this value.
    pub error: f64,
    /// The smallest and the largest sum, base included.
    pub range: (i64, i64),
}

/// The remainder of a division; 0 where it is a rounding error.
fn remainder(a: f64, b: f64, tiny: f64) -> f64 {
    let r = a % b;
    if r <= tiny || b - r <= tiny { 0.0 } else { r }
}

/// The largest number of which all are multiples.
fn divisor(numbers: &[f64]) -> f64 {
    let most = numbers.iter().fold(0.0f64, |m, v| m.max(v.abs()));
    let tiny = most * TINY;
    let mut all = 0.0;
    for &v in numbers.iter().filter(|v| **v != 0.0) {
        let (mut a, mut b) = (v.abs(), all);
        while b > tiny {
            (a, b) = (b, remainder(a, b, tiny));
        }
        all = a;
    }
    all
}

/// A power of two and an odd number, if that is small.
fn odd_part(v: f64) -> Option<(i32, f64)> {
    let (mut mantissa, mut exponent) = libm::frexp(v);
    while mantissa.fract() != 0.0 && mantissa < SMALL {
        (mantissa, exponent) = (2.0 * mantissa, exponent - 1);
    }
    (mantissa.fract() == 0.0 && mantissa < SMALL).then_some((exponent, mantissa))
}

impl Grid {
    /// The sum of `terms`, which are weights by place in the layer before, and a number.
    ///
    /// # Errors
    /// Why it is no such sum.
    pub fn new(terms: &[(usize, f64)], bias: f64, before: &[Signal]) -> Result<Grid, String> {
        let products: Vec<(usize, f64)> = terms
            .iter()
            .map(|&(at, w)| Some((at, w * before.get(at)?.unit)))
            .collect::<Option<_>>()
            .ok_or("a weight has no input")?;
        let values: Vec<f64> = products.iter().map(|p| p.1).collect();
        let mut unit = divisor(&values);
        let most = values.iter().fold(0.0f64, |m, v| m.max(v.abs()));
        if unit == 0.0 {
            unit = 1.0;
        } else if most / unit > MOST_WEIGHT {
            return Err(off_grid(&values));
        }
        // As exact as the largest product is.
        unit = if most > 0.0 { most / libm::round(most / unit) } else { unit };
        let mut exponent = None;
        if let Some((e, _)) = odd_part(unit) {
            (unit, exponent) = (libm::ldexp(1.0, e), Some(e));
        }
        let mut weights = vec![0; before.len()];
        let (mut range, mut sum, mut size) = ((0i128, 0i128), 0.0, 0.0);
        for &(at, value) in &products {
            let weight = libm::round(value / unit);
            let off = (value - weight * unit).abs();
            if off > 1e-9 * value.abs() || weight.abs() > MOST_WEIGHT {
                return Err(off_grid(&values));
            }
            if off != 0.0 {
                exponent = None;
            }
            let (Some(slot), Some(signal)) = (weights.get_mut(at), before.get(at)) else { continue };
            *slot = weight as i64;
            let ends = [signal.range.0, signal.range.1].map(|c| i128::from(c) * i128::from(*slot));
            range = (range.0 + ends[0].min(ends[1]), range.1 + ends[0].max(ends[1]));
            sum += weight.abs() * signal.largest();
            size += value.abs() * signal.largest();
        }
        let mut grid = Grid { weights, unit, exponent, base: 0, rest: 0.0, error: 0.0, range: (0, 0) };
        grid.add(bias, range, (sum, size, products.len()))?;
        Ok(grid)
    }

    /// Adds a number to a sum whose terms come to `sum` units and to `size` at most.
    fn add(
        &mut self,
        bias: f64,
        range: (i128, i128),
        (sum, size, count): (f64, f64, usize),
    ) -> Result<(), String> {
        let base = libm::round(bias / self.unit);
        if base.abs() > libm::ldexp(1.0, 50) {
            return Err(format!("{bias} is added to sums in steps of {}, which is too far apart", self.unit));
        }
        self.base = base as i64;
        self.rest = bias - base * self.unit;
        let held = |v: i128| i64::try_from(v + i128::from(self.base)).ok().filter(|v| v.abs() < 1 << 52);
        let ends = held(range.0).zip(held(range.1));
        self.range = ends.ok_or("its sums need more than 53 bits")?;
        let exact = self.exponent.is_some();
        let all = size + bias.abs();
        // One step of floating point.
        let step = all / WHOLE;
        let rounded = if exact && sum <= WHOLE { 4.0 } else { count as f64 + 4.0 };
        self.error = rounded * step;
        if exact && self.fine().is_some_and(|fine| (sum * self.unit + bias.abs()) / fine <= WHOLE) {
            self.error = 0.0;
        }
        // What the floating-point product of two scales is off by.
        if !exact && self.rest.abs() <= 1e-5 * self.unit {
            self.error += self.rest.abs();
            self.rest = 0.0;
        }
        Ok(())
    }

    /// The power of two of which unit and rest are multiples.
    fn fine(&self) -> Option<f64> {
        let mut fine = self.unit;
        while self.rest % fine != 0.0 {
            fine /= 2.0;
            if fine < self.unit * TINY {
                return None;
            }
        }
        Some(fine)
    }

    /// The same sum on a grid that holds the rest too.
    ///
    /// # Errors
    /// A rest that no such grid holds.
    pub fn with_rest(mut self) -> Result<Grid, String> {
        let fine = self.fine().filter(|_| self.exponent.is_some() || self.rest == 0.0);
        let refused = || {
            format!("{} is added to sums in steps of {}", self.base as f64 * self.unit + self.rest, self.unit)
        };
        let fine = fine.ok_or_else(refused)?;
        let by = self.unit / fine;
        let times = |v: i64| {
            let v = v as f64 * by;
            (v.abs() < libm::ldexp(1.0, 52)).then_some(v as i64)
        };
        let more = libm::round(self.rest / fine) as i64;
        let weights: Option<Vec<i64>> = self.weights.iter().map(|&w| times(w)).collect();
        let base = times(self.base).zip(times(self.range.0)).zip(times(self.range.1));
        let ((base, lo), hi) = base.ok_or_else(refused)?;
        self.weights = weights.ok_or_else(refused)?;
        (self.base, self.range) = (base + more, (lo + more, hi + more));
        self.exponent = self.exponent.map(|e| e - libm::round(libm::log2(by)) as i32);
        (self.unit, self.rest) = (fine, 0.0);
        Ok(self)
    }

    /// Where the real value is for a sum, as far as programs agree.
    pub fn value(&self, sum: i64) -> (f64, f64) {
        let v = sum as f64 * self.unit + self.rest;
        (v - self.error, v + self.error)
    }
}

/// The refusal of weights that are no multiples of one number.
fn off_grid(values: &[f64]) -> String {
    let mut some: Vec<f64> = values.iter().copied().filter(|v| *v != 0.0).map(f64::abs).collect();
    some.sort_by(f64::total_cmp);
    let (least, most) = (some.first().unwrap_or(&0.0), some.last().unwrap_or(&0.0));
    format!(
        "its weights times the steps of its inputs, {least} to {most} in size, are no multiples of one step"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn signal(unit: f64, range: (i64, i64)) -> Signal {
        Signal { format: Format { signed: true, width: 8, frac: 0 }, unit, range }
    }

    #[test]
    fn powers_of_two_are_exact() {
        let x = [signal(0.125, (-128, 127)), signal(0.5, (-8, 7))];
        let grid = Grid::new(&[(0, 0.75), (1, -0.25)], 0.3125, &x).expect("a grid");
        assert_eq!((grid.weights, grid.unit, grid.base, grid.rest), (vec![3, -4], 0.03125, 10, 0.0));
        assert_eq!((grid.range, grid.error, grid.exponent), ((-384 - 28 + 10, 381 + 32 + 10), 0.0, Some(-5)));
    }

    #[test]
    fn other_scales_have_an_error() {
        let scale = f64::from(0.1f32) * f64::from(0.03f32);
        let x = [signal(1.0, (-128, 127)), signal(1.0, (0, 255))];
        let grid = Grid::new(&[(0, 5.0 * scale), (1, -7.0 * scale)], f64::from((12.0 * scale) as f32), &x)
            .expect("a grid");
        assert_eq!((&grid.weights[..], grid.base, grid.rest, grid.exponent), (&[5, -7][..], 12, 0.0, None));
        assert!(grid.error > 0.0 && grid.error < 1e-3 * grid.unit, "{grid:?}");
        let text = Grid::new(&[(0, 0.1), (1, 0.1 * std::f64::consts::SQRT_2)], 0.0, &x).expect_err("no grid");
        assert!(text.contains("no multiples of one step"), "{text}");
    }

    #[test]
    fn what_is_added_may_need_a_finer_grid() {
        let x = [signal(1.0, (-8, 7))];
        let grid = Grid::new(&[(0, 0.5)], 0.375, &x).expect("a grid");
        assert_eq!((grid.base, grid.rest, grid.error), (1, -0.125, 0.0));
        let grid = grid.with_rest().expect("finer");
        assert_eq!((grid.weights, grid.base, grid.unit, grid.range), (vec![4], 3, 0.125, (-29, 31)));
        // Beyond 24 bits, a sum in floating point is rounded.
        let wide = [signal(1.0, (0, 1 << 24))];
        assert!(Grid::new(&[(0, 1.0)], 1.0, &wide).expect("a grid").error > 0.0);
    }
}
