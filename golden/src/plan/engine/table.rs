//! Tables in lanes.

use super::lane::Lane;
use super::{Block, LANES, in_integers, magnitude};
use crate::approx::{Fold, Side, Table};

/// Tables of at most so many input bits are run once on every code and looked up from then on.
const DIRECT_BITS: u32 = 12;

/// A table made ready to run.
pub(super) enum FlatTable<T: Lane> {
    /// The result of every input code, from the least on.
    Direct {
        least: T,
        results: Vec<T>,
    },
    Polynomial(Box<Polynomial<T>>),
    /// Intermediates that lanes of this type do not hold.
    Wide(Box<Polynomial<i64>>),
}

/// A table with its coefficients in one array per degree, and an all-zero segment past the end.
pub(super) struct Polynomial<T: Lane> {
    fold: Fold,
    least: T,
    guard: T::Scale,
    /// What divides m by the codes of a block, and what multiplies by them.
    block: (T::Scale, T::Scale),
    last_block: T,
    /// Half a segment, and what divides by and multiplies with a whole one.
    half: T,
    segment: (T::Scale, T::Scale),
    /// Segments of unequal lengths.
    tree: Option<Tree<T>>,
    /// `coefficients[i][segment]` is c_i.
    coefficients: Vec<Vec<T>>,
    /// 2^-t and 2^-s per Horner step.
    steps: Vec<(T::Scale, T::Scale)>,
    positive: Line<T>,
    negative: Line<T>,
    range: (T, T),
    /// The code with an answer of its own, and the answer.
    exception: Option<(T, T)>,
}

/// Per block: its first row, what multiplies an offset in its segments, and what divides an offset into rows.
struct Tree<T: Lane> {
    first: Vec<usize>,
    stretch: Vec<T::Scale>,
    rows: Vec<T::Scale>,
}

/// slope·m·2^slope_shift + constant + residual·p.
struct Line<T: Lane> {
    slope: T,
    by: T::Scale,
    constant: T,
    residual: T,
}

impl<T: Lane> Line<T> {
    fn new(side: &Side) -> Line<T> {
        Line {
            slope: T::of(side.slope),
            by: T::scale(-side.slope_shift),
            constant: T::of(side.constant),
            residual: T::of(side.residual as i64),
        }
    }

    #[inline(always)]
    fn at<const FMA: bool>(&self, m: T, p: T) -> T {
        let line = self.slope.times(m).shifted(self.by).plus(self.constant);
        line.add_product::<FMA>(self.residual, p)
    }
}

impl<T: Lane> FlatTable<T> {
    pub(super) fn new(t: &Table) -> FlatTable<T> {
        if t.input.width <= DIRECT_BITS {
            let results = t.input.codes().map(|z| T::of(t.eval(z))).collect();
            return FlatTable::Direct { least: T::of(t.input.min_code()), results };
        }
        if magnitude::of_table(t) > T::EXACT {
            return FlatTable::Wide(Box::new(Polynomial::new(t)));
        }
        FlatTable::Polynomial(Box::new(Polynomial::new(t)))
    }

    #[inline(always)]
    pub(super) fn apply<const FMA: bool>(&self, z: &mut Block<T>) {
        match self {
            FlatTable::Direct { least, results } => {
                for z in z.iter_mut() {
                    *z = at(results, z.minus(*least).index());
                }
            }
            FlatTable::Polynomial(p) => p.apply::<FMA>(z),
            FlatTable::Wide(p) => in_integers(z, |z| p.apply::<false>(z)),
        }
    }
}

/// A value by its index; the minimum keeps the access in bounds without a branch per lane.
#[inline(always)]
fn at<V: Copy>(column: &[V], index: usize) -> V {
    column[index.min(column.len() - 1)]
}

impl<T: Lane> Polynomial<T> {
    fn new(t: &Table) -> Polynomial<T> {
        let rows = t.segments.len();
        let column = |i: usize| t.segments.iter().map(|c| T::of(c[i])).chain([T::of(0)]).collect();
        let bits = t.segment_bits as i32;
        let (block_bits, blocks) =
            t.tree.as_ref().map_or((bits, rows), |tree| (tree.block_bits as i32, tree.blocks.len()));
        let tree = t.tree.as_ref().map(|tree| {
            // Past the last block comes one of zeros.
            let blocks = || tree.blocks.iter().map(|b| (b.first as usize, b.shift as i32)).chain([(rows, 0)]);
            Tree {
                first: blocks().map(|b| b.0).collect(),
                stretch: blocks().map(|b| T::scale(-b.1)).collect(),
                rows: blocks().map(|b| T::scale(bits - b.1)).collect(),
            }
        });
        Polynomial {
            fold: t.fold,
            least: T::of(t.input.min_code()),
            guard: T::scale(t.guard as i32),
            block: (T::scale(block_bits), T::scale(-block_bits)),
            last_block: T::of(blocks as i64),
            half: T::of((1 << t.segment_bits) >> 1),
            segment: (T::scale(bits), T::scale(-bits)),
            tree,
            coefficients: (0..=t.steps.len()).map(column).collect(),
            steps: t.steps.iter().map(|s| (T::scale(s.t as i32), T::scale(s.s as i32))).collect(),
            positive: Line::new(&t.positive),
            negative: Line::new(if t.fold == Fold::Magnitude { &t.negative } else { &t.positive }),
            range: (T::of(t.output.min_code()), T::of(t.output.max_code())),
            exception: t.lowest.map(|y| (T::of(t.input.min_code()), T::of(y))),
        }
    }

    /// Rows and centred offsets of the arguments.
    #[inline(always)]
    fn locate(&self, m: &Block<T>) -> ([usize; LANES], Block<T>) {
        let (mut row, mut x) = ([0usize; LANES], [T::default(); LANES]);
        for l in 0..LANES {
            let block = m[l].shifted(self.block.0);
            let index = block.within(T::of(0), self.last_block).index();
            let within = m[l].minus(block.shifted(self.block.1));
            let stretched = match &self.tree {
                None => {
                    row[l] = index;
                    within
                }
                Some(tree) => {
                    row[l] = at(&tree.first, index) + within.shifted(at(&tree.rows, index)).index();
                    // Of the whole argument: a segment may be longer than a block.
                    let far = m[l].shifted(at(&tree.stretch, index));
                    far.minus(far.shifted(self.segment.0).shifted(self.segment.1))
                }
            };
            x[l] = stretched.minus(self.half);
        }
        (row, x)
    }

    #[inline(always)]
    fn apply<const FMA: bool>(&self, z: &mut Block<T>) {
        let mut m = [T::default(); LANES];
        for l in 0..LANES {
            m[l] = if self.fold == Fold::Offset { z[l].minus(self.least) } else { z[l].magnitude() };
        }
        let (row, x) = self.locate(&m);
        let d = self.steps.len();
        let mut p = [T::default(); LANES];
        gather(&self.coefficients[d], &row, &mut p);
        let mut c = [T::default(); LANES];
        for (&(t, s), column) in self.steps.iter().zip(self.coefficients[..d].iter().rev()) {
            gather(column, &row, &mut c);
            for l in 0..LANES {
                p[l] = p[l].times(x[l].shifted(t)).shifted(s).plus(c[l]);
            }
        }
        let zero = T::of(0);
        let mirrored = self.fold != Fold::Offset;
        for l in 0..LANES {
            let below = mirrored && z[l] < zero;
            let side =
                if below { self.negative.at::<FMA>(m[l], p[l]) } else { self.positive.at::<FMA>(m[l], p[l]) };
            let y = side.shifted(self.guard);
            let y = if self.fold == Fold::Odd && below { zero.minus(y) } else { y };
            let y = y.within(self.range.0, self.range.1);
            z[l] = match self.exception {
                Some((code, answer)) if z[l] == code => answer,
                _ => y,
            };
        }
    }
}

#[inline(always)]
fn gather<T: Lane>(column: &[T], row: &[usize; LANES], out: &mut Block<T>) {
    for l in 0..LANES {
        out[l] = at(column, row[l]);
    }
}
