//! Memories that are written: block RAM, memory in look-up tables, or registers, as yosys weighs them.

use super::bits::{Bits, FALSE, Lit};
use crate::device::Family;
use crate::expr::Ram;

/// What a memory is made of.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    Registers,
    /// So many look-up tables.
    Tables(u64),
    /// So many block RAMs.
    Blocks(u64),
    /// So many of the large memories.
    Large(u64),
}

/// What a memory of a graph is made of.
pub(super) fn of(ram: &Ram, family: Family) -> Kind {
    let width = ram.range.width();
    if ram.huge { Kind::Large(family.spram(ram.depth, width)) } else { kind(ram.depth, width, family) }
}

/// A kind with what yosys says that it costs, where a bit in a register costs one.
fn kind(words: usize, width: u32, family: Family) -> Kind {
    let tiles = |deep: usize, wide: u32| words.div_ceil(deep) as u64 * u64::from(width.div_ceil(wide));
    let blocks = family.block_rams(words, width);
    let (block, tables) = match family {
        Family::Ice40 | Family::Ice40Up => (64, None),
        // Tiles of 16 by 4 take three slices, of 32 by 6 or 64 by 3 four tables.
        Family::Xc7 => (129, Some((8 * tiles(32, 6).min(tiles(64, 3)), 4 * tiles(32, 6).min(tiles(64, 3))))),
        _ => (128, Some((4 * tiles(16, 4), 6 * tiles(16, 4)))),
    };
    let bits = words as u64 * u64::from(width);
    let in_tables = tables.map(|(cost, luts)| (cost, Kind::Tables(luts)));
    let all = [Some((bits, Kind::Registers)), in_tables, Some((block * blocks, Kind::Blocks(blocks)))];
    all.into_iter().flatten().min_by_key(|(cost, _)| *cost).map_or(Kind::Registers, |(_, kind)| kind)
}

/// The word at an address, of registers.
pub(super) fn choose(n: &mut Bits, words: &[Vec<Lit>], address: &[Lit]) -> Vec<Lit> {
    let mut level = words.to_vec();
    for &bit in address {
        let pair = |p: &[Vec<Lit>]| match p {
            [no, yes] => yes.iter().zip(no).map(|(&y, &x)| n.mux(bit, y, x)).collect(),
            _ => p[0].clone(),
        };
        level = level.chunks(2).map(pair).collect();
    }
    level.into_iter().next().unwrap_or_else(|| vec![FALSE])
}
