//! Pieces of the argument range, 2^bits codes at a multiple of 2^bits: their real fits and their tightest codes.

use super::fit::{Polynomial, minimax};
use super::target::{Band, OPEN};
use crate::watch;
use std::collections::HashMap;

/// Points of a piece that a fit looks at; the integer coefficients look at all of them.
const SAMPLES: usize = 48;

/// Parts of a piece of which the tightest codes are kept.
const BINS: usize = 20;

/// Codes of a part that are compared for it: of long parts one of several.
const COMPARED: usize = 1 << 13;

/// A possible segment: the codes m from `start` on, 2^`bits` of them (as far as they exist).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Piece {
    pub start: usize,
    pub bits: u32,
}

impl Piece {
    /// What the band asks of its codes.
    pub fn limits(self, band: &Band) -> &[(i64, i64)] {
        let end = (self.start + (1 << self.bits)).min(band.limits.len());
        &band.limits[self.start.min(end)..end]
    }
}

/// What is known of a piece before any width is chosen.
#[derive(Clone, Debug)]
pub(super) struct Node {
    /// The real fit in u = -1 .. 1, from the first code of the piece to one past the last.
    pub fit: Polynomial,
    /// Offsets of codes whose limits are the tightest in their part of the piece: what they refuse is impossible.
    pub tight: Vec<usize>,
}

impl Node {
    fn new(band: &Band, piece: Piece, degree: usize) -> Node {
        Node { fit: fit(band, piece, degree), tight: tight(band, piece) }
    }
}

/// The real fit of a piece.
fn fit(band: &Band, piece: Piece, degree: usize) -> Polynomial {
    let limits = piece.limits(band);
    // Saturated throughout: a constant does.
    if limits.iter().all(|l| l.0 <= -OPEN) || limits.iter().all(|l| l.1 >= OPEN) {
        return [0.0; 5];
    }
    let stride = limits.len().div_ceil(SAMPLES);
    let mut offsets: Vec<usize> = (0..limits.len()).step_by(stride).collect();
    if !(limits.len() - 1).is_multiple_of(stride) {
        offsets.push(limits.len() - 1);
    }
    let u = |offset: usize| libm::ldexp(offset as f64, 1 - piece.bits as i32) - 1.0;
    let points: Vec<(f64, f64)> = offsets
        .into_iter()
        .map(|i| (u(i), band.ideal[piece.start + i]))
        .filter(|p| p.1.is_finite())
        .collect();
    minimax(&points, degree)
}

/// Per part, the code with the least room below the ideal and the one with the least room above; the ends too.
fn tight(band: &Band, piece: Piece) -> Vec<usize> {
    let limits = piece.limits(band);
    let Some(last) = limits.len().checked_sub(1) else { return Vec::new() };
    let mut codes = vec![0, last];
    let size = limits.len().div_ceil(BINS);
    let ideal = &band.ideal[piece.start..][..limits.len()];
    for (bin, (limits, ideal)) in limits.chunks(size).zip(ideal.chunks(size)).enumerate() {
        // No ideal, no limit: the code says nothing, and compares with nothing.
        let mut least = [(f64::INFINITY, 0); 2];
        let stride = odd_stride(limits.len(), COMPARED);
        for (i, (&(lo, hi), ideal)) in limits.iter().zip(ideal).enumerate().step_by(stride) {
            for (least, room) in least.iter_mut().zip([ideal - lo as f64, hi as f64 - ideal]) {
                if room < least.0 {
                    *least = (room, i);
                }
            }
        }
        codes.extend(least.map(|(_, i)| bin * size + i));
    }
    codes.sort_unstable();
    codes.dedup();
    codes
}

/// The least odd stride that leaves about `most` of `all` codes: an even one would see one phase of what shifts drop.
pub(super) fn odd_stride(all: usize, most: usize) -> usize {
    (all / most) | 1
}

/// Nodes by their pieces.
pub(super) type Known = HashMap<Piece, Node>;

/// The pieces looked at so far, for one band and one degree.
pub(super) struct Nodes<'a> {
    pub band: &'a Band,
    pub degree: usize,
    /// One of so many codes is looked at where coefficients are rounded.
    pub stride: usize,
    /// Those that others looked at before.
    before: Option<&'a Known>,
    known: Known,
}

impl<'a> Nodes<'a> {
    pub fn new(band: &'a Band, degree: usize) -> Nodes<'a> {
        Nodes { band, degree, stride: 1, before: None, known: HashMap::new() }
    }

    /// With nodes of the same band and degree that there are already.
    pub fn with(band: &'a Band, degree: usize, before: &'a Known) -> Nodes<'a> {
        Nodes { before: Some(before), ..Nodes::new(band, degree) }
    }

    /// The nodes that were made here.
    pub fn into_known(self) -> Known {
        self.known
    }

    /// The node of a piece.
    pub fn get(&mut self, piece: Piece) -> &Node {
        if let Some(node) = self.before.and_then(|b| b.get(&piece)) {
            return node;
        }
        // Every way of a search comes by here, over and over.
        watch::check();
        self.known.entry(piece).or_insert_with(|| Node::new(self.band, piece, self.degree))
    }
}
