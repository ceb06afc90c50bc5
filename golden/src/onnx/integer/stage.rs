//! Neurons of a plan: a rounding of the plan's own where that gives the codes, and a table of steps elsewhere.

use super::grid::{Grid, Signal};
use super::steps::{POWERS, Steps, Trouble};
use super::table;
use crate::approx::Table;
use crate::num::{Format, MAX_WIDTH};
use crate::plan::{PlanNeuron, Stage};
use std::collections::HashMap;

/// The widest argument of a table.
const WIDEST: u32 = 24;

/// What a table is made of: its steps and formats.
type Key = (Vec<(i64, i64)>, Format, Format);

/// Tables made so far.
#[derive(Debug, Default)]
pub(super) struct Tables {
    /// The tables of the plan.
    pub tables: Vec<Table>,
    made: HashMap<Key, usize>,
}

/// What is wanted of the codes of a neuron.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wanted {
    /// The format that the file names; the plan's may be narrower if that is needed.
    pub format: Option<Format>,
    /// Bits behind the point, where the value of a code is a power of two.
    pub frac: Option<i32>,
}

/// The scheme by which a layer's sums are brought to one point.
pub(super) struct Layer<'a> {
    /// What the layer takes.
    pub before: &'a [Signal],
    /// The most bits behind the point.
    most: i32,
    /// Bits by which the plan's sums are finer than those of a [`Grid`].
    finer: u32,
}

/// The narrowest format that holds some codes.
pub(super) fn holding((lo, hi): (i64, i64), frac: i32) -> Result<Format, Trouble> {
    let fits = |signed: bool, width: u32| {
        Format::new(signed, width, frac).ok().filter(|f| f.contains(lo) && f.contains(hi))
    };
    let found = (2..=MAX_WIDTH).find_map(|width| fits(lo < 0, width));
    found.ok_or_else(|| {
        let problem = format!("codes from {lo} to {hi} with {frac} bits behind the point have no format");
        (problem, format!("use scales nearer to 1 and codes of at most {MAX_WIDTH} bits"))
    })
}

impl<'a> Layer<'a> {
    /// The scheme for what a layer takes.
    pub fn new(before: &'a [Signal]) -> Layer<'a> {
        let fracs = || before.iter().map(|s| s.format.frac);
        let (most, least) = (fracs().max().unwrap_or(0), fracs().min().unwrap_or(0));
        Layer { before, most, finer: (most - least).unsigned_abs() }
    }

    /// Bits behind the point of a grid's whole sums.
    fn frac(&self, grid: &Grid) -> i32 {
        match grid.exponent {
            Some(e) => -e,
            None => self.most - self.finer as i32,
        }
    }

    /// A neuron whose sum, `add` more than the grid's, is rounded down by `shift` bits.
    fn neuron(
        &self,
        grid: &Grid,
        weights: &[i64],
        add: i64,
        shift: i32,
        stage: Stage,
    ) -> Result<PlanNeuron, Trouble> {
        let least = self.most - self.finer as i32;
        let wide = || ("its weights or its sums are too wide".to_owned(), POWERS.to_owned());
        let aligned = |(&w, s): (&i64, &Signal)| {
            let by = i128::from(w) << (s.format.frac - least).clamp(0, 62);
            i64::try_from(by).ok()
        };
        let weights: Option<Vec<i64>> = weights.iter().zip(self.before).map(aligned).collect();
        let weights = weights.ok_or_else(wide)?;
        let ends = weights.iter().fold((0, 0), |(lo, hi): (i64, i64), &w| (lo.min(w), hi.max(w)));
        let frac = self.frac(grid) + self.finer as i32 - self.most;
        let weight = holding((ends.0.min(-1), ends.1), frac)?;
        // The plan rounds to the nearest: half a step less is rounding down.
        let dropped = shift + self.finer as i32;
        let half = if dropped > 0 { 1i128 << (dropped - 1).min(100) } else { 0 };
        let bias = (i128::from(add) << self.finer.min(62)) - half;
        let bias = i64::try_from(bias).map_err(|_| wide())?;
        Ok(PlanNeuron { weight, weights, bias, stage })
    }

    /// A neuron that gives its sum as it is.
    ///
    /// # Errors
    /// A sum that is too wide.
    pub fn sum(&self, grid: &Grid) -> Result<(PlanNeuron, Signal), Trouble> {
        let y = holding(grid.range, self.frac(grid))?;
        let neuron = self.neuron(grid, &grid.weights, grid.base, 0, Stage::Linear { y })?;
        Ok((neuron, Signal { format: y, unit: grid.unit, range: grid.range }))
    }

    /// A neuron that gives on one value of the layer before.
    pub fn pass(&self, at: usize) -> Result<(PlanNeuron, Signal), Trouble> {
        let missing = || ("a value of the layer before is missing".to_owned(), "export again".to_owned());
        let signal = *self.before.get(at).ok_or_else(missing)?;
        let weights = (0..self.before.len()).map(|k| i64::from(k == at)).collect();
        let weight = Format { signed: true, width: 2, frac: 0 };
        Ok((PlanNeuron { weight, weights, bias: 0, stage: Stage::Linear { y: signal.format } }, signal))
    }

    /// A neuron with given codes.
    ///
    /// # Errors
    /// A table that would be too large.
    pub fn steps(
        &self,
        grid: &Grid,
        steps: &Steps,
        wanted: Wanted,
        tables: &mut Tables,
    ) -> Result<(PlanNeuron, Signal), Trouble> {
        let codes = steps.runs.iter().map(|r| r.1);
        let range = (codes.clone().min().unwrap_or(0), codes.max().unwrap_or(0));
        let signal = |format| Signal { format, unit: steps.unit, range };
        if let [(_, only)] = steps.runs[..] {
            let y = wanted.holds(range, wanted.frac.unwrap_or(0))?;
            let none = Grid { exponent: Some(-y.frac), ..grid.clone() };
            let neuron = self.neuron(&none, &vec![0; grid.weights.len()], only, 0, Stage::Linear { y })?;
            return Ok((neuron, signal(y)));
        }
        if let Some((y, add, shift)) = self.linear(grid, steps, wanted) {
            let neuron = self.neuron(grid, &grid.weights, grid.base + add, shift, Stage::Linear { y })?;
            return Ok((neuron, signal(y)));
        }
        let y = wanted.holds(range, wanted.frac.unwrap_or(0))?;
        let window = Window::new(steps, y)?;
        let z = Format { signed: false, width: window.width, frac: self.frac(grid) - window.dropped };
        Format::new(z.signed, z.width, z.frac).map_err(|e| (e.to_string(), POWERS.to_owned()))?;
        let table = tables.find(window.runs, z, y)?;
        let add = grid.base - window.first;
        let neuron = self.neuron(grid, &grid.weights, add, window.dropped, Stage::Fused { z, table })?;
        Ok((neuron, signal(y)))
    }

    /// Format, number to add and bits to drop, if `saturate(floor((sum + number) / 2^bits))` has all the codes.
    fn linear(&self, grid: &Grid, steps: &Steps, wanted: Wanted) -> Option<(Format, i64, i32)> {
        let [(lo, below), (first, code), ..] = steps.runs[..] else { return None };
        let (_, top) = *steps.runs.last()?;
        // The file's point first, so that codes have its values.
        let named = wanted.frac.map(|f| self.frac(grid) - f).filter(|s| (-16..=40).contains(s));
        let free = named.is_none() || wanted.format.is_none() || grid.exponent.is_none();
        let others = (-16..=40).filter(|_| free);
        named.into_iter().chain(others).find_map(|shift: i32| {
            let frac = self.frac(grid) - shift;
            let by = shift.unsigned_abs();
            let add = if shift >= 0 {
                code.checked_mul(1 << by)?.checked_sub(first)?
            } else {
                (code % (1 << by) == 0).then(|| (code >> by) - first)?
            };
            let natural = |sum: i64| {
                let sum = i128::from(sum) + i128::from(add);
                if shift >= 0 { sum >> by } else { sum << by }
            };
            let ends = steps.runs.iter().zip(steps.runs.iter().skip(1).map(|r| r.0).chain([steps.last + 1]));
            let inner = ends.clone().skip(1).all(|(&(from, code), next)| {
                natural(from) == i128::from(code)
                    && (code == top || natural(next - 1) == i128::from(code))
                    && (code == top || natural(next) > i128::from(code))
            });
            let narrow = |f: Format| {
                let clipped = |v: i128| i128::from(f.saturate(v));
                f.contains(below)
                    && f.contains(top)
                    && clipped(natural(lo)) == i128::from(below)
                    && clipped(natural(first - 1)) == i128::from(below)
                    && clipped(natural(steps.last)) == i128::from(top)
            };
            if !inner || below >= code {
                return None;
            }
            let named = wanted.format.and_then(|f| Format::new(f.signed, f.width, frac).ok());
            let others = [false, true].into_iter().flat_map(|signed| {
                (2..=MAX_WIDTH).filter_map(move |width| Format::new(signed, width, frac).ok())
            });
            let format = named.into_iter().chain(others).find(|&f| narrow(f))?;
            Some((format, add, shift))
        })
    }
}

impl Wanted {
    /// The file's format if it holds the codes, else one that does.
    fn holds(self, range: (i64, i64), frac: i32) -> Result<Format, Trouble> {
        let named = self.format.and_then(|f| Format::new(f.signed, f.width, frac).ok());
        match named.filter(|f| f.contains(range.0) && f.contains(range.1)) {
            Some(format) => Ok(format),
            None => holding(range, frac),
        }
    }
}

/// The sums between the first and the last step, as arguments of a table.
struct Window {
    /// The sum of the argument 0.
    first: i64,
    /// Low bits of sums that no step looks at.
    dropped: i32,
    /// Bits of the argument.
    width: u32,
    /// The steps.
    runs: Vec<(i64, i64)>,
}

impl Window {
    /// # Errors
    /// Steps too far apart.
    fn new(steps: &Steps, y: Format) -> Result<Window, Trouble> {
        let second = steps.runs.get(1).map_or(0, |r| r.0);
        let starts = || steps.runs.iter().skip(1).map(|r| r.0 - second);
        let dropped = starts().fold(0i64, |all, v| all | v);
        let dropped = if dropped == 0 { 0 } else { dropped.trailing_zeros() };
        let count = starts().max().map_or(0, |v| v >> dropped) + 2;
        let width = (64 - (count - 1).leading_zeros()).max(2);
        if width > WIDEST {
            let problem = format!("its codes are steps over {width} bits of its sum");
            let help = format!(
                "a table takes at most {WIDEST}: use fewer bits for weights or inputs, or a coarser scale"
            );
            return Err((problem, help));
        }
        // Sums beyond the window are cut off to its ends, which have their codes. A line goes on to an end where its result
        // is cut off too, so the spare arguments lie there.
        let end =
            |code: Option<&(i64, i64)>| code.is_some_and(|r| [y.min_code(), y.max_code()].contains(&r.1));
        let low = end(steps.runs.first()) && !end(steps.runs.last());
        let spare = if low { (1i64 << width) - count } else { 0 };
        let argument = |start: i64| ((start - second) >> dropped) + 1 + spare;
        let runs = steps.runs.iter().enumerate().map(|(k, r)| (if k == 0 { 0 } else { argument(r.0) }, r.1));
        Ok(Window {
            first: second - ((1 + spare) << dropped),
            dropped: dropped as i32,
            width,
            runs: runs.collect(),
        })
    }
}

impl Tables {
    /// The place of a table.
    fn find(&mut self, runs: Vec<(i64, i64)>, z: Format, y: Format) -> Result<usize, Trouble> {
        let key = (runs, z, y);
        if let Some(&at) = self.made.get(&key) {
            return Ok(at);
        }
        let table = table::exact(&key.0, z, y).map_err(|e| (e.to_string(), POWERS.to_owned()))?;
        if table.certificate.worst_ulp != 0.0 {
            let problem = format!("its table is off by {} codes", table.certificate.worst_ulp);
            return Err((problem, "please report this file".into()));
        }
        self.tables.push(table);
        self.made.insert(key, self.tables.len() - 1);
        Ok(self.tables.len() - 1)
    }
}
