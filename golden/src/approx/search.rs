//! The search: guard bits, segments, then the widths of the Horner scheme.

use super::cost::{Cost, TableShape};
use super::fit::Polynomial;
use super::segment::{Layout, fit_segment, round_segment};
use super::target::{Band, Target};
use super::{Certificate, Demand, Table};
use crate::func::Function;
use rayon::prelude::*;

/// Guard bits tried; demands near half an ulp need the many.
const GUARDS: std::ops::RangeInclusive<u32> = 1..=5;
const FINE_GUARDS: std::ops::RangeInclusive<u32> = 6..=12;

/// Above this many arguments only the guard bits that win most often are searched: a pass over all codes takes long.
const LARGE: usize = 1 << 19;
const LARGE_GUARDS: std::ops::RangeInclusive<u32> = 2..=3;

/// Guard bits of a function that is all asymptote: they cost next to nothing.
const STRAIGHT_GUARD: u32 = 3;

/// One request.
pub(super) struct Search<'a> {
    pub function: &'a Function,
    pub target: &'a Target,
    pub demand: &'a Demand,
    pub cost: &'a dyn Cost,
}

impl Search<'_> {
    /// The cheapest table found, certificate still empty. `None` if the demand is not met.
    pub fn best(&self) -> Option<Table> {
        if let Some(band) = self.straight() {
            return Some(self.table(&band, &Layout::generous(0, 0), Vec::new()));
        }
        self.degrees().into_iter().find_map(|d| self.best_of_degree(d))
    }

    /// Whether any table of this degree exists.
    pub fn possible(&self, degree: usize) -> bool {
        self.guards(degree).any(|g| {
            self.target.band(g).is_some_and(|band| Grid::coarsest(&band, degree, self.demand).is_some())
        })
    }

    /// The band of a function that needs no polynomial at all.
    fn straight(&self) -> Option<Band> {
        let split = &self.target.split;
        let exact = split.positive.sign == 0 && split.negative.sign == 0;
        let guards: &[u32] = if exact { &[STRAIGHT_GUARD, 8, 16, 24] } else { &[STRAIGHT_GUARD] };
        guards.iter().find_map(|&g| self.target.band(g).filter(|band| band.end == 0))
    }

    /// The degrees to try, best first: none for tiny tables, 1 for narrow results, else 2.
    fn degrees(&self) -> Vec<usize> {
        if let Some(d) = self.demand.degree {
            return vec![d as usize];
        }
        let width = self.target.output.width as usize;
        match self.target.arguments() * width {
            0..=1024 => vec![0, 1, 2, 3],
            _ if width <= 10 => vec![1, 2, 3, 0],
            _ => vec![2, 3, 1, 0],
        }
    }

    fn guards(&self, degree: usize) -> impl Iterator<Item = u32> {
        // A lookup holds the rounded results: it needs no guard bits unless an asymptote is added.
        (degree == 0).then_some(0).into_iter().chain(GUARDS).chain(FINE_GUARDS)
    }

    fn best_of_degree(&self, degree: usize) -> Option<Table> {
        let mut best: Option<(f64, Table)> = None;
        for guard in self.guards(degree) {
            let usual = if self.target.arguments() > LARGE { LARGE_GUARDS } else { GUARDS };
            if best.is_some() && (degree == 0 || guard > *usual.end()) {
                break;
            }
            if guard < *usual.start() && degree > 0 {
                continue;
            }
            let Some(band) = self.target.band(guard) else { continue };
            let Some(grid) = Grid::coarsest(&band, degree, self.demand) else { continue };
            let found = self.narrow(&band, grid);
            if best.as_ref().is_none_or(|b| found.0 < b.0) {
                best = Some(found);
            }
        }
        best.map(|b| b.1)
    }

    /// Takes bits away from the Horner scheme, one at a time, as long as the table holds and gets cheaper.
    fn narrow(&self, band: &Band, mut grid: Grid) -> (f64, Table) {
        let price = |table: &Table| self.cost.cost(&TableShape::of(table));
        let mut table = self.table(band, &grid.layout, grid.rows.clone());
        let mut cost = price(&table);
        let degree = grid.layout.scales.len();
        // Highest power first: its roundings weigh least on the result.
        let mut moves: Vec<(usize, bool)> = (0..degree).rev().flat_map(|i| [(i, false), (i, true)]).collect();
        while !moves.is_empty() {
            moves.retain(|&(i, drop)| {
                let mut layout = grid.layout.clone();
                if drop {
                    layout.drops[i] += 1;
                } else if layout.scales[i] > 0 {
                    layout.scales[i] -= 1;
                } else {
                    return false;
                }
                let Some(rows) = grid.round(band, &layout) else { return false };
                let candidate = self.table(band, &layout, rows);
                let next = price(&candidate);
                // Without a gain the move may still be the way to one.
                if next > cost {
                    return false;
                }
                (grid.layout, table, cost) = (layout, candidate, next);
                true
            });
        }
        (cost, table)
    }

    fn table(&self, band: &Band, layout: &Layout, segments: Vec<Vec<i64>>) -> Table {
        Table {
            activation: self.function.activation.clone(),
            kind: self.function.kind,
            input: self.target.input,
            output: self.target.output,
            fold: self.target.split.fold,
            guard: band.guard,
            segment_bits: layout.segment_bits,
            steps: layout.steps().unwrap_or_default(),
            segments,
            positive: band.positive,
            negative: band.negative,
            lowest: band.lowest,
            certificate: Certificate { worst_ulp: 0.0, worst_code: 0, correctly_rounded: 0.0, codes: 0 },
        }
    }
}

/// A grid of segments with its real fits.
struct Grid {
    layout: Layout,
    rows: Vec<Vec<i64>>,
    fits: Vec<Polynomial>,
    /// The segment that failed last: it is tried first.
    suspect: usize,
}

impl Grid {
    /// The grid with the fewest segments that works with generous widths.
    fn coarsest(band: &Band, degree: usize, demand: &Demand) -> Option<Grid> {
        let one = band.end.next_power_of_two().trailing_zeros();
        let least = [0, 2, 2, 3][degree];
        let mut found = None;
        for segment_bits in (least.min(one)..=one).rev() {
            let count = band.end.div_ceil(1 << segment_bits);
            if count > demand.max_segments {
                break;
            }
            let fits =
                (0..count).into_par_iter().map(|k| fit_segment(band, k, segment_bits, degree)).collect();
            let layout = Layout::generous(degree, segment_bits);
            let mut grid = Grid { layout: layout.clone(), rows: Vec::new(), fits, suspect: 0 };
            if let Some(rows) = grid.round(band, &layout) {
                grid.rows = rows;
                found = Some(grid);
                break;
            }
        }
        found
    }

    /// All rows at a layout, or nothing if one fails.
    fn round(&mut self, band: &Band, layout: &Layout) -> Option<Vec<Vec<i64>>> {
        layout.steps()?;
        if let Some(fit) = self.fits.get(self.suspect) {
            round_segment(band, self.suspect, layout, fit)?;
        }
        let rows: Vec<Option<Vec<i64>>> =
            self.fits.par_iter().enumerate().map(|(k, fit)| round_segment(band, k, layout, fit)).collect();
        if let Some(k) = rows.iter().position(Option::is_none) {
            self.suspect = k;
            return None;
        }
        rows.into_iter().collect()
    }
}
