//! The search: for every degree, kind of segments and number of guard bits the longest segments that work, then the
//! narrowest Horner schemes of the most promising ones.

use super::cost::{Cost, TableShape};
use super::demand::{Effort, Segments};
use super::node::{Known, Nodes};
use super::partition::Partition;
use super::segment::Layout;
use super::target::{Band, Target};
use super::width_reduction::Narrowing;
use super::{Certificate, Demand, MAX_DEGREE, Table};
use crate::func::{Activation, Function, Interpolation, Kind};
use crate::watch::{self, Task};
use rayon::prelude::*;
use std::sync::Arc;

/// Guard bits tried; demands near half an ulp need the many.
const GUARDS: std::ops::RangeInclusive<u32> = 1..=4;
const FINE_GUARDS: std::ops::RangeInclusive<u32> = 5..=12;

/// Above this many arguments only the guard bits that win most often are searched: a pass over all codes takes long.
const LARGE: usize = 1 << 19;
const LARGE_GUARDS: std::ops::RangeInclusive<u32> = 2..=3;

/// Guard bits that nearly every function is content with.
const ROUGH_GUARDS: [u32; 2] = [3, 4];

/// Guard bits of a function that is all asymptote: they cost next to nothing.
const STRAIGHT_GUARD: u32 = 3;

/// Trees whose decoder has 2^3 to 2^6 entries are tried.
const DECODER_BITS: std::ops::RangeInclusive<u32> = 2..=6;

/// Of each degree and kind of segments, this many starting points are narrowed.
const FINALISTS: usize = 4;

/// Starting points this much dearer than the cheapest finished table are not narrowed.
const HOPELESS: f64 = 2.0;

/// Steps of progress for a degree: where segments may end, equal ones made narrow, trees made narrow.
const STEPS: u64 = 3;

/// One request.
pub(super) struct Search<'a> {
    pub function: &'a Function,
    pub target: &'a Target,
    pub demand: &'a Demand,
    pub cost: &'a dyn Cost,
}

/// A table found, not yet certified.
pub(super) struct Found {
    pub table: Table,
    pub cost: f64,
}

/// A band with its starting points and the nodes that were looked at on the way to them.
struct Begun {
    band: Arc<Band>,
    starts: Vec<Start>,
    known: Known,
}

/// Segments at generous widths, and what the table would cost as it is.
struct Start {
    guard: u32,
    partition: Partition,
    layout: Layout,
    cost: f64,
}

impl Search<'_> {
    /// The cheapest table of every degree and kind of segments, cheapest first; empty if the demand is not met.
    pub fn candidates(&self) -> Vec<Found> {
        if let Some(band) = self.straight() {
            let none = Partition { block_bits: None, groups: Vec::new() };
            let table = self.table(&band, &Layout::generous(0, 0), &none);
            let cost = self.cost.cost(&TableShape::of(&table));
            return vec![Found { table, cost }];
        }
        if self.demand.effort == Effort::Rough
            && let Some(first) = self.first()
        {
            return vec![first];
        }
        let mut found: Vec<Found> = Vec::new();
        let degrees = self.degrees();
        let task = Task::begin("looking for a table", STEPS * degrees.len() as u64);
        for degree in degrees {
            found.extend(self.of_degree(degree, &found, &task));
        }
        // A stable sort: of equal costs the lower degree stays first.
        found.sort_by(|a, b| a.cost.total_cmp(&b.cost));
        found
    }

    /// A table that will do, at generous widths.
    fn first(&self) -> Option<Found> {
        let (most, wanted) = (self.demand.max_segments, self.demand.segments);
        for guard in ROUGH_GUARDS {
            let Some(band) = self.target.band(guard) else { continue };
            for degree in self.degrees().into_iter().filter(|&d| !self.hopeless(d)) {
                let mut nodes = Nodes::new(&band, degree);
                let equal = (wanted != Segments::Tree).then(|| Partition::equal(&mut nodes, most)).flatten();
                let tree = || {
                    let mut sizes = self.tree_sizes(&band).filter(|_| wanted != Segments::Equal);
                    sizes.find_map(|b| Partition::tree(&mut nodes, b, b, most))
                };
                if let Some((partition, layout)) = equal.or_else(tree) {
                    let table = self.table(&band, &layout, &partition);
                    let cost = self.cost.cost(&TableShape::of(&table));
                    return Some(Found { table, cost });
                }
            }
        }
        None
    }

    /// Whether any table of this degree exists.
    pub fn possible(&self, degree: usize) -> bool {
        !self.hopeless(degree)
            && self.guards(degree).any(|g| self.target.band(g).is_some_and(|band| self.exists(&band, degree)))
    }

    /// Whether constants are asked for, and twice as many as there may be would not do. Guard bits change their number by a
    /// few.
    fn hopeless(&self, degree: usize) -> bool {
        let most = 2 * self.demand.max_segments;
        degree == 0 && self.target.band(*GUARDS.end()).is_some_and(|band| band.constants() > most)
    }

    fn exists(&self, band: &Band, degree: usize) -> bool {
        let mut nodes = Nodes::new(band, degree);
        let most = self.demand.max_segments;
        match self.demand.segments {
            Segments::Tree => {
                self.tree_sizes(band).any(|b| Partition::tree(&mut nodes, b, b, most).is_some())
            }
            _ => Partition::equal(&mut nodes, most).is_some(),
        }
    }

    /// The band of a function that needs no polynomial at all.
    fn straight(&self) -> Option<Arc<Band>> {
        let split = &self.target.split;
        let exact = split.positive.sign == 0 && split.negative.sign == 0;
        let guards: &[u32] = if exact { &[STRAIGHT_GUARD, 8, 16, 24] } else { &[STRAIGHT_GUARD] };
        guards.iter().find_map(|&g| self.target.band(g).filter(|band| band.end == 0))
    }

    /// The degrees to search, the most promising first.
    fn degrees(&self) -> Vec<usize> {
        if let Some(d) = self.demand.degree {
            return vec![d as usize];
        }
        let width = self.target.output.width as usize;
        if let Activation::Learned(points) = &self.function.activation
            && self.function.kind == Kind::Ordinary
            && !self.thorough()
        {
            // Its own degree is exact where nodes are at the ends of segments.
            return match points.interpolation {
                Interpolation::Constant => vec![0],
                Interpolation::Linear => vec![1, 2, 3, 0],
                Interpolation::MonotoneCubic => vec![3, 2, 1, 0],
            };
        }
        let mut degrees = match self.target.arguments() * width {
            0..=1024 => vec![0, 1, 2],
            _ if width <= 10 => vec![1, 2, 0],
            _ => vec![2, 3, 1, 0],
        };
        if self.thorough() {
            degrees = (0..=MAX_DEGREE as usize).collect();
        }
        degrees
    }

    fn thorough(&self) -> bool {
        self.demand.effort == Effort::Thorough
    }

    fn guards(&self, degree: usize) -> impl Iterator<Item = u32> {
        // A lookup holds the rounded results: it needs no guard bits unless an asymptote is added.
        (degree == 0).then_some(0).into_iter().chain(GUARDS).chain(FINE_GUARDS)
    }

    /// Sizes of blocks worth a try.
    fn tree_sizes(&self, band: &Band) -> impl Iterator<Item = u32> + use<> {
        let all = band.limits.len().next_power_of_two().trailing_zeros();
        DECODER_BITS.filter_map(move |bits| all.checked_sub(bits)).filter(|&b| b > 0)
    }

    fn of_degree(&self, degree: usize, found: &[Found], task: &Task) -> Vec<Found> {
        if self.hopeless(degree) {
            (0..STEPS).for_each(|_| task.step());
            return Vec::new();
        }
        let usual = if self.target.arguments() > LARGE { LARGE_GUARDS } else { GUARDS };
        let usual: Vec<u32> = if degree == 0 { vec![0, 1] } else { usual.collect() };
        let mut bands = self.bands(&usual, degree);
        if bands.iter().all(|b| b.starts.is_empty()) {
            let fine = self.guards(degree).filter(|g| !usual.contains(g));
            bands = fine
                .map(|g| self.bands(&[g], degree))
                .find(|b| b.iter().any(|b| !b.starts.is_empty()))
                .unwrap_or_default();
        }
        task.step();
        let hope = found.iter().map(|f| f.cost).fold(f64::INFINITY, f64::min) * HOPELESS;
        let mut results = Vec::new();
        for tree in [false, true] {
            let mut starts: Vec<&Start> = bands
                .iter()
                .flat_map(|b| &b.starts)
                .filter(|s| s.partition.block_bits.is_some() == tree && (s.cost <= hope || self.thorough()))
                .collect();
            starts.sort_by(|a, b| a.cost.total_cmp(&b.cost));
            starts.truncate(if self.thorough() { 4 * FINALISTS } else { FINALISTS });
            let watch = watch::here();
            let finish = |s| watch.within(|| self.finish(s, degree, &bands));
            let finished: Vec<Found> = starts.into_par_iter().map(finish).collect();
            results.extend(finished.into_iter().reduce(|a, b| if b.cost < a.cost { b } else { a }));
            task.step();
        }
        results
    }

    /// The bands of some guard bits, each with its starting points.
    fn bands(&self, guards: &[u32], degree: usize) -> Vec<Begun> {
        let band = |&guard: &u32| {
            let band = self.target.band(guard)?;
            let (starts, known) = self.starts(&band, degree);
            Some(Begun { band, starts, known })
        };
        let watch = watch::here();
        guards.par_iter().filter_map(|guard| watch.within(|| band(guard))).collect()
    }

    /// Equal segments, and trees with blocks of several sizes.
    fn starts(&self, band: &Band, degree: usize) -> (Vec<Start>, Known) {
        let mut nodes = Nodes::new(band, degree);
        let (most, wanted) = (self.demand.max_segments, self.demand.segments);
        let mut partitions = Vec::new();
        if wanted != Segments::Tree {
            partitions.extend(Partition::equal(&mut nodes, most));
        }
        if wanted != Segments::Equal && band.limits.len() > 16 {
            for block in self.tree_sizes(band) {
                for longest in [block, block + 1, block + 2] {
                    partitions.extend(Partition::tree(&mut nodes, block, longest, most));
                }
            }
        }
        let start = |(partition, layout): (Partition, Layout)| {
            let cost = self.cost.cost(&TableShape::of(&self.table(band, &layout, &partition)));
            Start { guard: band.guard, partition, layout, cost }
        };
        (partitions.into_iter().map(start).collect(), nodes.into_known())
    }

    fn finish(&self, start: &Start, degree: usize, bands: &[Begun]) -> Found {
        let begun = bands.iter().find(|b| b.band.guard == start.guard);
        let begun = begun.expect("every start comes from a band");
        let nodes = Nodes::with(&begun.band, degree, &begun.known);
        let (partition, layout) = (start.partition.clone(), start.layout.clone());
        Narrowing::new(self, nodes, partition, layout).run()
    }

    /// The table of a partition, certificate still empty.
    pub fn table(&self, band: &Band, layout: &Layout, partition: &Partition) -> Table {
        let (segments, tree) = partition.place(layout.segment_bits, band.limits.len());
        Table {
            activation: self.function.activation.clone(),
            kind: self.function.kind,
            input: self.target.input,
            output: self.target.output,
            fold: self.target.split.fold,
            guard: band.guard,
            segment_bits: layout.segment_bits,
            lowest: if tree.is_some() { band.answer } else { band.lowest },
            tree,
            steps: layout.steps().unwrap_or_default(),
            segments,
            positive: band.positive,
            negative: band.negative,
            certificate: Certificate { worst_ulp: 0.0, worst_code: 0, correctly_rounded: 0.0, codes: 0 },
        }
    }
}
