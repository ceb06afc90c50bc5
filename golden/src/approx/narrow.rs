//! Takes bits away from a Horner scheme, one at a time, as long as the table holds and gets cheaper.

use super::cost::TableShape;
use super::node::Nodes;
use super::partition::Partition;
use super::search::{Found, Search};
use super::segment::Layout;
use super::{Range, Table};
use crate::watch;

/// A tree may grow by this share of its rows where narrower ones pay for it.
const GROWTH: usize = 8;

/// One way to take a bit away.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Move {
    /// A bit of the coefficient above: c_(i+1) is scaled by one bit less.
    Scale(usize),
    /// A bit of the offset before the product with c_(i+1).
    Drop(usize),
    /// c_i in one bit less of storage: all signs the same, or the largest ones a little smaller.
    Column(usize),
}

/// A table on its way down.
pub(super) struct Narrowing<'a> {
    search: &'a Search<'a>,
    nodes: Nodes<'a>,
    layout: Layout,
    partition: Partition,
    table: Table,
    cost: f64,
    suspect: usize,
}

impl<'a> Narrowing<'a> {
    pub fn new(
        search: &'a Search<'a>,
        nodes: Nodes<'a>,
        partition: Partition,
        layout: Layout,
    ) -> Narrowing<'a> {
        let table = search.table(nodes.band, &layout, &partition);
        let cost = search.cost.cost(&TableShape::of(&table));
        Narrowing { search, nodes, layout, partition, table, cost, suspect: 0 }
    }

    /// Moves until none helps.
    pub fn run(mut self) -> Found {
        let degree = self.nodes.degree;
        // Highest power first: its roundings weigh least on the result.
        let mut moves: Vec<Move> = (0..degree).rev().flat_map(|i| [Move::Scale(i), Move::Drop(i)]).collect();
        while !moves.is_empty() {
            moves.retain(|&m| self.attempt(m));
        }
        let mut columns: Vec<Move> = (0..=degree).rev().map(Move::Column).collect();
        while !columns.is_empty() {
            columns.retain(|&m| self.attempt(m));
        }
        Found { table: self.table, cost: self.cost }
    }

    /// Whether the move was made. A bit of a scale or of the offset without a gain may still be the way to one.
    fn attempt(&mut self, m: Move) -> bool {
        watch::check();
        match m {
            Move::Column(i) => {
                let choices = narrower(self.table.columns()[i]);
                choices.into_iter().any(|range| {
                    let mut layout = self.layout.clone();
                    layout.columns[i] = range;
                    self.change(layout, true)
                })
            }
            Move::Scale(i) if self.layout.scales[i] == 0 => false,
            Move::Scale(i) => {
                let mut layout = self.layout.clone();
                layout.scales[i] -= 1;
                self.change(layout, false)
            }
            Move::Drop(i) => {
                let mut layout = self.layout.clone();
                layout.drops[i] += 1;
                self.change(layout, false)
            }
        }
    }

    /// Goes over to other widths, if they work and are cheaper, or as cheap where no gain is demanded.
    fn change(&mut self, layout: Layout, gain: bool) -> bool {
        let most =
            (self.partition.rows() + self.partition.rows() / GROWTH).min(self.search.demand.max_segments);
        let Some(partition) = self.partition.rounded(&mut self.nodes, &layout, most, &mut self.suspect)
        else {
            return false;
        };
        let table = self.search.table(self.nodes.band, &layout, &partition);
        let cost = self.search.cost.cost(&TableShape::of(&table));
        if cost > self.cost || (gain && cost == self.cost) {
            return false;
        }
        (self.layout, self.partition, self.table, self.cost) = (layout, partition, table, cost);
        true
    }
}

/// Ranges that take at least a bit less of storage than `r`, and lie near it.
fn narrower(r: Range) -> Vec<Range> {
    let bits = r.stored_bits();
    if bits == 0 {
        return Vec::new();
    }
    let reach = |bits: u32| 1i64 << bits;
    if r.lo >= 0 {
        return vec![Range { lo: 0, hi: reach(bits - 1) - 1 }];
    }
    if r.hi < 0 {
        return vec![Range { lo: -reach(bits - 1), hi: -1 }];
    }
    // Signed: one sign for all, or both in a bit less.
    let mut ranges = Vec::new();
    if -r.lo <= r.hi / 4 {
        ranges.push(Range { lo: 0, hi: reach(bits - 1) - 1 });
    }
    if r.hi <= -r.lo / 4 {
        ranges.push(Range { lo: -reach(bits - 1), hi: -1 });
    }
    if bits >= 2 {
        ranges.push(Range { lo: -reach(bits - 2), hi: reach(bits - 2) - 1 });
    }
    ranges
}
