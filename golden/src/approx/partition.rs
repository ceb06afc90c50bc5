//! Where segments begin and end: equal ones, or those of a tree.

use super::node::{Nodes, Piece};
use super::segment::{Layout, round_segment};
use super::{Block, Tree};

/// Pieces that share one length: a segment, or all the segments of a block.
#[derive(Clone, Debug)]
pub(super) struct Group {
    pub start: usize,
    /// log2 of the codes of a segment.
    pub bits: u32,
    /// A row per segment.
    pub rows: Vec<Vec<i64>>,
}

/// All segments of a table with their coefficients.
#[derive(Clone, Debug)]
pub(super) struct Partition {
    /// log2 of the codes of a block; none: equal segments.
    pub block_bits: Option<u32>,
    pub groups: Vec<Group>,
}

/// Bits a segment has at least, by degree.
const SHORTEST: [u32; 5] = [0, 1, 2, 2, 3];

impl Partition {
    /// The longest equal segments that work at generous widths, and their size.
    pub fn equal(nodes: &mut Nodes, most: usize) -> Option<(Partition, Layout)> {
        let end = nodes.band.end;
        let one = end.next_power_of_two().trailing_zeros();
        for bits in (SHORTEST[nodes.degree].min(one)..=one).rev() {
            if end.div_ceil(1 << bits) > most {
                return None;
            }
            let layout = Layout::generous(nodes.degree, bits);
            let groups: Option<Vec<Group>> = (0..end.div_ceil(1 << bits))
                .map(|k| Group::round(nodes, &layout, Piece { start: k << bits, bits }, 1))
                .collect();
            if let Some(groups) = groups {
                return Some((Partition { block_bits: None, groups }, layout));
            }
        }
        None
    }

    /// The longest segments of a tree with blocks of 2^`block_bits` codes, none above 2^`longest`.
    pub fn tree(
        nodes: &mut Nodes,
        block_bits: u32,
        longest: u32,
        most: usize,
    ) -> Option<(Partition, Layout)> {
        let layout = Layout::generous(nodes.degree, longest);
        let mut partition = Partition { block_bits: Some(block_bits), groups: Vec::new() };
        let (size, count) = (longest.max(block_bits), nodes.band.limits.len());
        let start = Group { start: 0, bits: longest, rows: Vec::new() };
        for k in 0..count.div_ceil(1 << size) {
            let group = Group { start: k << size, ..start.clone() };
            partition.groups.extend(partition.fitted(nodes, &layout, group, most)?);
            if partition.rows() > most {
                return None;
            }
        }
        Some((partition, layout))
    }

    /// The same segments at other widths; those of a tree may be split, up to `most` rows. `suspect` is the group
    /// that failed last: it is tried first, and set where this fails.
    pub fn rounded(
        &self,
        nodes: &mut Nodes,
        layout: &Layout,
        most: usize,
        suspect: &mut usize,
    ) -> Option<Partition> {
        layout.steps()?;
        let mut total = self.rows();
        let mut done: Vec<Option<Vec<Group>>> = vec![None; self.groups.len()];
        let first = (*suspect).min(self.groups.len() - 1);
        for k in std::iter::once(first).chain((0..self.groups.len()).filter(|&k| k != first)) {
            let groups = self.fitted(nodes, layout, self.groups[k].clone(), most);
            let more = groups.as_ref().map(|g| rows(g) - self.groups[k].rows.len());
            total += more.unwrap_or(0);
            if more.is_none() || total > most {
                *suspect = k;
                return None;
            }
            done[k] = groups;
        }
        Some(Partition {
            block_bits: self.block_bits,
            groups: done.into_iter().flatten().flatten().collect(),
        })
    }

    /// A group rounded anew; where that fails in a tree, with shorter segments, but for more than `most`.
    fn fitted(&self, nodes: &mut Nodes, layout: &Layout, group: Group, most: usize) -> Option<Vec<Group>> {
        let (piece, pieces) = self.pieces(&group);
        if pieces > most {
            return None;
        }
        if let Some(done) = Group::round(nodes, layout, piece, pieces) {
            return Some(vec![done]);
        }
        let block_bits = self.block_bits?;
        if group.bits <= SHORTEST[nodes.degree] {
            return None;
        }
        let shorter = Group { bits: group.bits - 1, ..group };
        if group.bits <= block_bits {
            return self.fitted(nodes, layout, shorter, most);
        }
        let second = Group { start: shorter.start + (1 << shorter.bits), ..shorter.clone() };
        let mut both = self.fitted(nodes, layout, shorter, most)?;
        if second.start < nodes.band.limits.len() {
            both.extend(self.fitted(nodes, layout, second, most)?);
        }
        Some(both)
    }

    /// The first segment of a group, and how many there are.
    fn pieces(&self, group: &Group) -> (Piece, usize) {
        let block = self.block_bits.unwrap_or(group.bits);
        (Piece { start: group.start, bits: group.bits }, 1 << block.saturating_sub(group.bits))
    }

    /// Number of segments.
    pub fn rows(&self) -> usize {
        rows(&self.groups)
    }

    /// The rows as they stand in the table, and the tree. Groups with many rows come first, so that each begins at a
    /// multiple of its number of rows; equal single rows are stored once.
    pub fn place(&self, segment_bits: u32, arguments: usize) -> (Vec<Vec<i64>>, Option<Tree>) {
        let Some(block_bits) = self.block_bits else {
            return (self.groups.iter().flat_map(|g| g.rows.clone()).collect(), None);
        };
        let none = Block { first: 0, shift: 0 };
        let mut blocks = vec![none; arguments.div_ceil(1 << block_bits)];
        let mut order: Vec<&Group> = self.groups.iter().collect();
        order.sort_by_key(|g| std::cmp::Reverse(g.rows.len()));
        let mut segments: Vec<Vec<i64>> = Vec::new();
        for group in order {
            let single =
                (group.rows.len() == 1).then(|| segments.iter().position(|r| *r == group.rows[0])).flatten();
            let first = single.unwrap_or(segments.len()) as u32;
            if single.is_none() {
                segments.extend(group.rows.iter().cloned());
            }
            let at = group.start >> block_bits;
            let span = 1 << group.bits.saturating_sub(block_bits);
            let end = (at + span).min(blocks.len());
            blocks[at..end].fill(Block { first, shift: segment_bits - group.bits });
        }
        (segments, Some(Tree { block_bits, blocks }))
    }
}

fn rows(groups: &[Group]) -> usize {
    groups.iter().map(|g| g.rows.len()).sum()
}

impl Group {
    /// `pieces` neighbouring segments from `first` on, or nothing if one fails.
    fn round(nodes: &mut Nodes, layout: &Layout, first: Piece, pieces: usize) -> Option<Group> {
        let (band, stride) = (nodes.band, nodes.stride);
        let rows: Option<Vec<Vec<i64>>> = (0..pieces)
            .map(|i| {
                let piece = Piece { start: first.start + (i << first.bits), ..first };
                if piece.limits(band).is_empty() {
                    // No argument is there: any row will do.
                    return Some(layout.columns.iter().map(|r| 0.clamp(r.lo, r.hi)).collect());
                }
                round_segment(band, piece, nodes.get(piece), layout, stride)
            })
            .collect();
        Some(Group { start: first.start, bits: first.bits, rows: rows? })
    }
}
