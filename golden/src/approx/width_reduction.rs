//! Width reduction of a Horner scheme: one bit at a time, as long as the table holds and gets cheaper.

use super::cost::TableShape;
use super::node::{Nodes, odd_stride};
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

/// Above this many arguments the way down looks at one code of several, and at all of them near its end.
const SAMPLED: usize = 1 << 17;

/// How far a table has come.
#[derive(Clone)]
struct State {
    layout: Layout,
    partition: Partition,
    table: Table,
    cost: f64,
}

/// A table on its way down.
pub(super) struct Narrowing<'a> {
    search: &'a Search<'a>,
    nodes: Nodes<'a>,
    state: State,
    suspect: usize,
    /// The states before, where the way may have to be gone back.
    history: Vec<State>,
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
        let state = State { layout, partition, table, cost };
        Narrowing { search, nodes, state, suspect: 0, history: Vec::new() }
    }

    /// Moves until none helps.
    pub fn run(mut self) -> Found {
        self.nodes.stride = odd_stride(self.nodes.band.limits.len(), SAMPLED);
        if self.nodes.stride > 1 {
            self.descend();
            self.nodes.stride = 1;
            self.go_back();
        }
        self.descend();
        Found { table: self.state.table, cost: self.state.cost }
    }

    fn descend(&mut self) {
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
    }

    /// To the last state that holds for every code: what holds for some of them nearly does, so that few are looked at.
    fn go_back(&mut self) {
        let mut states = std::mem::take(&mut self.history);
        states.push(self.state.clone());
        // The first one holds.
        let (mut holds, mut fails) = (0, states.len());
        self.state = states[0].clone();
        let mut middle = states.len() - 1;
        while holds < middle {
            let state = states[middle].clone();
            match self.rounded(&state.partition, state.layout) {
                Some(state) => (self.state, holds) = (state, middle),
                None => fails = middle,
            }
            middle = holds + (fails - holds) / 2;
        }
    }

    /// Whether the move was made. A bit of a scale or of the offset without a gain may still be the way to one.
    fn attempt(&mut self, m: Move) -> bool {
        watch::check();
        match m {
            Move::Column(i) => {
                let choices = narrower(self.state.table.columns()[i]);
                choices.into_iter().any(|range| {
                    let mut layout = self.state.layout.clone();
                    layout.columns[i] = range;
                    self.change(layout, true)
                })
            }
            Move::Scale(i) if self.state.layout.scales[i] == 0 => false,
            Move::Scale(i) => {
                let mut layout = self.state.layout.clone();
                layout.scales[i] -= 1;
                self.change(layout, false)
            }
            Move::Drop(i) => {
                let mut layout = self.state.layout.clone();
                layout.drops[i] += 1;
                self.change(layout, false)
            }
        }
    }

    /// Goes over to other widths, if they work and are cheaper, or as cheap where no gain is demanded.
    fn change(&mut self, layout: Layout, gain: bool) -> bool {
        let partition = self.state.partition.clone();
        let Some(next) = self.rounded(&partition, layout) else { return false };
        let before = self.state.cost;
        if next.cost > before || (gain && next.cost == before) {
            return false;
        }
        let before = std::mem::replace(&mut self.state, next);
        if self.nodes.stride > 1 {
            self.history.push(before);
        }
        true
    }

    /// The segments of a partition at other widths, if they work.
    fn rounded(&mut self, partition: &Partition, layout: Layout) -> Option<State> {
        let most = (partition.rows() + partition.rows() / GROWTH).min(self.search.demand.max_segments);
        let partition = partition.rounded(&mut self.nodes, &layout, most, &mut self.suspect)?;
        let table = self.search.table(self.nodes.band, &layout, &partition);
        let cost = self.search.cost.cost(&TableShape::of(&table));
        Some(State { layout, partition, table, cost })
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
