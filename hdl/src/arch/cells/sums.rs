//! Sums, products and comparisons as synthesis makes them of bits: chains, or rows of full adders before one.

use super::bits::{Bits, Chain, FALSE, Lit, TRUE};
use crate::device::{Family, Target};

/// A row of bits to be added, or subtracted.
pub(super) struct Row {
    pub bits: Vec<Lit>,
    pub minus: bool,
}

/// Bits up to which synthesis takes gates for a sum instead of a chain.
fn shortest(family: Family) -> usize {
    match family {
        Family::Ecp5 | Family::Nexus => 4,
        _ => 2,
    }
}

/// a + b or a - b of as many bits as both have.
pub(super) fn add(n: &mut Bits, a: &[Lit], b: &[Lit], subtract: bool, target: &Target) -> Vec<Lit> {
    // Below the first bit of the one operand the other passes.
    let passes = |i: usize| b[i] == FALSE || !subtract && a[i] == FALSE;
    let low = (0..a.len()).take_while(|&i| passes(i)).count();
    let mut sum: Vec<Lit> = (0..low).map(|i| if b[i] == FALSE { a[i] } else { b[i] }).collect();
    let (a, b) = (&a[low..], &b[low..]);
    if a.len() > shortest(target.family) {
        sum.extend(chain(n, a.to_vec(), b.to_vec(), subtract, false, target));
        return sum;
    }
    let mut carry = Lit::is(subtract);
    for (&a, &b) in a.iter().zip(b) {
        let b = b.flip(subtract);
        let half = n.xor(a, b);
        sum.push(n.xor(half, carry));
        carry = n.majority(a, b, carry);
    }
    sum
}

/// The sum of several rows of equal length: full adders until two are left.
pub(super) fn add_rows(n: &mut Bits, rows: Vec<Row>, target: &Target) -> Vec<Lit> {
    let width = rows.first().map_or(0, |r| r.bits.len());
    if let [a, b] = &rows[..]
        && !a.minus
    {
        return add(n, &a.bits, &b.bits, b.minus, target);
    }
    // -x is its complement and one; the ones are a constant.
    let ones = rows.iter().filter(|r| r.minus).count();
    let mut open: Vec<Vec<Lit>> =
        rows.into_iter().map(|r| r.bits.into_iter().map(|b| b.flip(r.minus)).collect()).collect();
    if ones > 0 {
        open.push((0..width).map(|i| Lit::is(i < usize::BITS as usize && ones >> i & 1 == 1)).collect());
    }
    while open.len() > 2 {
        let mut next = Vec::new();
        for three in open.chunks(3) {
            let [a, b, c] = three else {
                next.extend(three.iter().cloned());
                continue;
            };
            let mut carries = vec![FALSE];
            let mut sums = Vec::new();
            for i in 0..width {
                let half = n.xor(a[i], b[i]);
                sums.push(n.xor(half, c[i]));
                carries.push(n.majority(a[i], b[i], c[i]));
            }
            carries.truncate(width);
            next.extend([sums, carries]);
        }
        open = next;
    }
    add(n, &open[0], &open[1], false, target)
}

/// a · b in gates, `width` bits of it: a row for every bit of b.
pub(super) fn multiply(
    n: &mut Bits,
    a: &[Lit],
    b: &[Lit],
    signed: bool,
    width: usize,
    target: &Target,
) -> Vec<Lit> {
    let sign = |x: &[Lit]| if signed { x.last().copied().unwrap_or(FALSE) } else { FALSE };
    let top = sign(a);
    let row = |(i, &bit): (usize, &Lit)| {
        let bits = (0..width).map(|k| match k.checked_sub(i) {
            None => FALSE,
            Some(k) => a.get(k).copied().unwrap_or(top),
        });
        let bits: Vec<Lit> = bits.collect();
        (bits, bit, signed && i + 1 == b.len())
    };
    let rows: Vec<_> = b.iter().enumerate().map(row).collect();
    let rows = rows
        .into_iter()
        .map(|(bits, bit, minus)| Row { bits: bits.into_iter().map(|x| n.and(x, bit)).collect(), minus });
    let mut rows: Vec<Row> = rows.collect();
    rows.sort_by_key(|r| r.minus);
    if rows.len() == 1 { rows.remove(0).bits } else { add_rows(n, rows, target) }
}

/// a >= b of plain binary numbers of equal length.
pub(super) fn at_least(n: &mut Bits, a: &[Lit], b: &[Lit], target: &Target) -> Lit {
    let constant = b.iter().all(|x| x.constant().is_some());
    let ones = b.iter().filter(|&&x| x == TRUE).count();
    if constant && ones == 1 {
        // A power of two: any bit from there on.
        let at = b.iter().position(|&x| x == TRUE).unwrap_or(0);
        return a[at..].iter().fold(FALSE, |any, &x| n.or(any, x));
    }
    let narrow = constant && a.len() <= target.delays().lut_inputs as usize;
    if narrow || a.len() <= shortest(target.family) {
        return a.iter().zip(b).fold(TRUE, |carry, (&a, &b)| n.majority(a, !b, carry));
    }
    // The carry out of the difference, which is a bit above it.
    let extend = |x: &[Lit]| x.iter().copied().chain([FALSE]).collect();
    chain(n, extend(a), extend(b), true, true, target).last().map_or(FALSE, |&x| !x)
}

/// A chain. Those of Xilinx 7 read where both operands differ, which a look-up table tells together with what is before it.
fn chain(
    n: &mut Bits,
    a: Vec<Lit>,
    mut b: Vec<Lit>,
    subtract: bool,
    compare: bool,
    target: &Target,
) -> Vec<Lit> {
    let plain = b.clone();
    if target.family != Family::Xc7 {
        return n.chain(Chain { a, b, subtract, plain, compare });
    }
    let subtracted = subtract;
    for (a, b) in a.iter().zip(&mut b) {
        *b = n.xor(*a, b.flip(subtract));
    }
    if compare {
        // Only the carry leaves above the last bits.
        if let Some(b) = b.last_mut() {
            *b = FALSE;
        }
    }
    n.chain(Chain { a, b, subtract: subtracted, plain, compare })
}
