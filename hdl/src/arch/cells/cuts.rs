//! Cuts of a netlist: sets of bits from which one look-up table makes another.

use crate::device::Family;

/// Cuts that are kept of each gate.
pub(super) const CUTS: usize = 6;
/// The most inputs of a cut.
const MOST: usize = 7;

/// Inputs of a look-up table that may drive a gate.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cut {
    leaves: [u32; MOST],
    pub size: u8,
    /// Look-up tables, shared ones in part.
    pub flow: f32,
}

impl Cut {
    pub fn leaves(&self) -> &[u32] {
        &self.leaves[..self.size as usize]
    }

    pub fn one(node: u32, flow: f32) -> Cut {
        let mut leaves = [0; MOST];
        leaves[0] = node;
        Cut { leaves, size: 1, flow }
    }

    /// Both, if that is no more than `most` leaves.
    fn join(&self, other: &Cut, most: usize) -> Option<Cut> {
        let (a, b) = (self.leaves(), other.leaves());
        let (mut i, mut j, mut size) = (0, 0, 0);
        let mut leaves = [0; MOST];
        while i < a.len() || j < b.len() {
            let next = match (a.get(i), b.get(j)) {
                (Some(&x), Some(&y)) => x.min(y),
                (Some(&x), None) | (None, Some(&x)) => x,
                (None, None) => break,
            };
            if size == most {
                return None;
            }
            leaves[size] = next;
            size += 1;
            i += usize::from(a.get(i) == Some(&next));
            j += usize::from(b.get(j) == Some(&next));
        }
        Some(Cut { leaves, size: size as u8, flow: 0.0 })
    }
}

/// Look-up tables of a function by its inputs; wider ones are several, joined by multiplexers that cost nothing.
pub(super) fn prices(family: Family) -> &'static [f32] {
    match family {
        Family::Xc7 => &[0.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 2.0],
        Family::Ecp5 | Family::Nexus => &[0.0, 1.0, 1.0, 1.0, 1.0, 2.0, 4.0, 8.0],
        _ => &[0.0, 1.0, 1.0, 1.0, 1.0],
    }
}

/// Every pair of cuts as one.
pub(super) fn joined(a: &[Cut], b: &[Cut], most: usize) -> Vec<Cut> {
    a.iter().flat_map(|x| b.iter().filter_map(move |y| x.join(y, most))).collect()
}
