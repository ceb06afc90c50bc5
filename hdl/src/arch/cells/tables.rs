//! Tables in logic: every column a decision tree over the address, with equal parts shared.

use super::bits::{Bits, FALSE, Lit};
use foldhash::{HashMap, HashMapExt};

/// The bits of a word of a table at an address, whose lowest bit comes first.
pub(super) fn read(n: &mut Bits, words: &[u128], width: u32, address: &[Lit]) -> Vec<Lit> {
    (0..width)
        .map(|bit| {
            let column: Vec<bool> = (0..1usize << address.len())
                .map(|i| words.get(i).or(words.last()).is_some_and(|w| w >> bit & 1 == 1))
                .collect();
            tree(n, column, address)
        })
        .collect()
}

/// A function of an address: the order of its bits that takes the fewer choices.
fn tree(n: &mut Bits, column: Vec<bool>, address: &[Lit]) -> Lit {
    let upward = choices(&column);
    let reversed: Vec<bool> = (0..column.len())
        .map(|i| column[i.reverse_bits() >> (usize::BITS as usize - address.len()).min(63)])
        .collect();
    if address.len() > 1 && choices(&reversed) < upward {
        let turned: Vec<Lit> = address.iter().rev().copied().collect();
        return build(n, &reversed, &turned, &mut HashMap::new());
    }
    build(n, &column, address, &mut HashMap::new())
}

/// Different parts of a column that depend on something.
fn choices(column: &[bool]) -> usize {
    let (mut size, mut all) = (column.len(), 0);
    while size > 1 {
        let parts: foldhash::HashSet<&[bool]> = column.chunks(size).collect();
        all += parts.iter().filter(|p| p[..size / 2] != p[size / 2..]).count();
        size /= 2;
    }
    all
}

fn build<'a>(n: &mut Bits, column: &'a [bool], address: &[Lit], known: &mut HashMap<&'a [bool], Lit>) -> Lit {
    if column.len() == 1 {
        return Lit::is(column[0]);
    }
    if let Some(&lit) = known.get(column) {
        return lit;
    }
    let (no, yes) = column.split_at(column.len() / 2);
    let (last, rest) = address.split_last().map_or((FALSE, address), |(l, r)| (*l, r));
    let (no, yes) = (build(n, no, rest, known), build(n, yes, rest, known));
    let lit = n.mux(last, yes, no);
    known.insert(column, lit);
    lit
}
