//! Tables that have a given code for every argument.

use crate::approx::{Certificate, Demand, Fold, GenericCost, Side, Table, TableError, attempt};
use crate::func::{Activation, Function, Interpolation, Kind, Learned};
use crate::num::{Format, bits_signed, bits_unsigned};

/// Segments and bits of rows beyond which a piecewise polynomial is searched for.
const SEARCHED: u64 = 1 << 11;

/// The widest argument for which that is done.
const SEARCHED_WIDTH: u32 = 16;

/// A line: `floor((slope·m + c) / 2^guard)`, with a c for each segment.
struct Line {
    slope: i64,
    guard: u32,
    segment_bits: u32,
    /// The smallest and the largest c of each segment.
    rooms: Vec<(i128, i128)>,
}

impl Line {
    /// The bits of the rows; a slope counts as adders.
    fn cost(&self) -> u64 {
        let (constant, _) = self.rows();
        let widest = self
            .rooms
            .iter()
            .map(|r| constant.clamp(r.0, r.1) - constant)
            .fold((0, 0), |a, c| (a.0.min(c), a.1.max(c)));
        let bits = if widest == (0, 0) { 0 } else { u64::from(bits_signed(widest.0, widest.1)) };
        self.rooms.len() as u64 * bits
            + 8 * u64::from(self.slope.unsigned_abs().count_ones().saturating_sub(1))
    }

    /// A number for all segments, and what each adds to it.
    fn rows(&self) -> (i128, Vec<i64>) {
        // The smallest upper end: no segment takes anything off.
        let constant = self.rooms.iter().map(|r| r.1).min().unwrap_or(0);
        (constant, self.rooms.iter().map(|r| (constant.clamp(r.0, r.1) - constant) as i64).collect())
    }
}

/// The steps of a table: the first argument of each, and its code.
pub(super) type Runs = [(i64, i64)];

/// The rooms that steps leave for the numbers c of equal segments; none if a segment has none.
fn rooms(
    runs: &Runs,
    width: u32,
    output: Format,
    slope: i64,
    guard: u32,
    bits: u32,
) -> Option<Vec<(i128, i128)>> {
    let count = 1usize << (width - bits);
    let open = 1i128 << 62;
    let mut all = vec![(-open, open); count];
    let end = (1i64 << width) - 1;
    for (at, &(from, code)) in runs.iter().enumerate() {
        let to = runs.get(at + 1).map_or(end, |next| next.0 - 1);
        for segment in (from >> bits)..=(to >> bits) {
            let (a, b) = (from.max(segment << bits), to.min((segment << bits) + (1 << bits) - 1));
            let (p, q) = (i128::from(slope) * i128::from(a), i128::from(slope) * i128::from(b));
            let (least, most) = (p.min(q), p.max(q));
            let room = all.get_mut(segment as usize)?;
            if code != output.min_code() {
                room.0 = room.0.max((i128::from(code) << guard) - least);
            }
            if code != output.max_code() {
                room.1 = room.1.min((i128::from(code + 1) << guard) - 1 - most);
            }
            if room.0 > room.1 {
                return None;
            }
        }
    }
    Some(all)
}

/// The fewest segments of a line with a slope.
fn line(runs: &Runs, width: u32, output: Format, slope: i64, guard: u32) -> Option<Line> {
    // Below, there are as many segments as codes.
    let least = width.saturating_sub(16);
    (least..=width).rev().find_map(|segment_bits| {
        let rooms = rooms(runs, width, output, slope, guard, segment_bits)?;
        Some(Line { slope, guard, segment_bits, rooms })
    })
}

/// The table with these steps over all arguments of `input`, which is unsigned.
///
/// # Errors
/// A table that no circuit has room for.
pub(super) fn exact(runs: &Runs, input: Format, output: Format) -> Result<Table, TableError> {
    let width = input.width;
    let mut lines: Vec<Line> = line(runs, width, output, 0, 0).into_iter().collect();
    if let ([_, (a, p), ..], Some((b, q))) = (runs, runs.last())
        && a != b
    {
        let slope = (q - p) as f64 / (b - a) as f64;
        let shift = libm::round(-libm::log2(slope.abs())).clamp(0.0, 32.0) as u32;
        let sign = if slope < 0.0 { -1 } else { 1 };
        lines.extend(line(runs, width, output, sign, shift));
        for guard in [shift + 4, shift + 8, (width + shift + 2).min(32)] {
            let slope = libm::round(libm::ldexp(slope, guard as i32));
            if guard <= 32 && slope.abs() < (1u64 << 32) as f64 {
                lines.extend(line(runs, width, output, slope as i64, guard));
            }
        }
    }
    let best = lines.into_iter().min_by_key(Line::cost);
    let learned = Learned {
        nodes: runs.iter().map(|r| input.value(r.0)).collect(),
        ordinates: runs.iter().map(|r| output.value(r.1)).collect(),
        interpolation: Interpolation::Constant,
    };
    let cost = best.as_ref().map_or(u64::MAX, Line::cost);
    if cost > SEARCHED && width <= SEARCHED_WIDTH {
        let function = Function { activation: Activation::Learned(learned.clone()), kind: Kind::Ordinary };
        // Half a step from whole numbers: nothing but the code itself.
        let demand = Demand { max_ulp: 0.5, ..Demand::default() };
        let found = attempt(&function, input, output, &demand, &GenericCost);
        if let Some(table) = found.filter(|t| exactly(t, runs) && stored(t) < cost) {
            return Ok(table);
        }
    }
    let best = best.ok_or(TableError::Segments { found: 1 << width, segment_bits: 0, reached: 1 << 16 })?;
    let mut table = written(&best, learned, input, output)?;
    table.certificate = table.certify()?;
    Ok(table)
}

/// Whether a table has every code right.
fn exactly(table: &Table, runs: &Runs) -> bool {
    let mut next = runs.iter().peekable();
    let mut code = 0;
    table.input.codes().all(|m| {
        if let Some(run) = next.next_if(|r| r.0 == m) {
            code = run.1;
        }
        table.eval(m) == code
    })
}

/// Bits that a table stores.
fn stored(table: &Table) -> u64 {
    let width: u64 =
        table.columns().iter().map(|c| u64::from(bits_signed(i128::from(c.lo), i128::from(c.hi)))).sum();
    let blocks = table
        .tree
        .as_ref()
        .map_or(0, |t| t.blocks.len() as u64 * u64::from(bits_unsigned(table.segments.len() as i128)));
    table.segments.len() as u64 * width + blocks
}

/// A line as a table.
fn written(line: &Line, learned: Learned, input: Format, output: Format) -> Result<Table, TableError> {
    let (constant, rows) = line.rows();
    let flat = rows.iter().all(|&c| c == 0);
    let overflow = TableError::Overflow { what: "the line", m: 0 };
    let constant = i64::try_from(constant).ok().filter(|c| c.unsigned_abs() < 1 << 62).ok_or(overflow)?;
    let side = |slope, constant, residual| Side { slope, slope_shift: 0, constant, residual };
    Ok(Table {
        activation: Activation::Learned(learned),
        kind: Kind::Ordinary,
        input,
        output,
        fold: Fold::Offset,
        guard: line.guard,
        segment_bits: line.segment_bits,
        tree: None,
        steps: Vec::new(),
        segments: if flat { Vec::new() } else { rows.into_iter().map(|c| vec![c]).collect() },
        positive: side(line.slope, constant, i8::from(!flat)),
        negative: side(0, 0, 0),
        lowest: None,
        certificate: Certificate { worst_ulp: 0.0, worst_code: 0, correctly_rounded: 1.0, codes: 0 },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn runs(width: u32, code: impl Fn(i64) -> i64) -> Vec<(i64, i64)> {
        let mut runs: Vec<(i64, i64)> = Vec::new();
        for m in 0..1i64 << width {
            if runs.last().is_none_or(|r| r.1 != code(m)) {
                runs.push((m, code(m)));
            }
        }
        runs
    }

    fn tried(width: u32, output: Format, code: impl Fn(i64) -> i64) -> Table {
        let input = Format { signed: false, width, frac: 3 };
        let table = exact(&runs(width, &code), input, output).expect("a table");
        for m in input.codes() {
            assert_eq!(table.eval(m), code(m), "{m} of {input}");
        }
        assert_eq!((table.certificate.worst_ulp, table.certificate.correctly_rounded), (0.0, 1.0));
        table
    }

    const BYTE: Format = Format { signed: false, width: 8, frac: 0 };

    #[test]
    fn ties_to_even_are_a_line_with_one_bit_a_row() {
        let even = |m: i64| ((m as f64 / 1024.0).round_ties_even() as i64).min(255);
        let table = tried(18, BYTE, even);
        assert_eq!((table.positive.slope, table.guard), (1, 10));
        let columns = table.columns();
        assert_eq!((columns[0].lo, columns[0].hi, table.segments.len() <= 256), (0, 1, true));
    }

    #[test]
    fn other_scales_are_few_rows() {
        let table = tried(16, BYTE, |m| ((m as f64 * 0.003_712_3 + 0.3).floor() as i64).min(255));
        assert!(table.segments.len() <= 8, "{:?}", table.segments.len());
        let falling = tried(10, BYTE, |m| 255 - m / 4);
        assert!(falling.segments.is_empty());
    }

    #[test]
    fn curves_are_piecewise_polynomials_or_rows() {
        tried(12, BYTE, |m| (255.0 / (1.0 + libm::exp(-(m as f64 - 2048.0) / 300.0))).round() as i64);
        let signed = Format { signed: true, width: 4, frac: 2 };
        tried(7, signed, |m| (m * m * 37 % 16) - 8);
        tried(2, Format { signed: true, width: 2, frac: 0 }, |m| if m > 0 { 1 } else { -1 });
    }
}
