//! Sums as balanced trees, and products with constants as shifts and adds.

use super::{Graph, Op, Sig};
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// A signal that is added or subtracted.
#[derive(Clone, Copy, PartialEq, Eq, Debug, PartialOrd, Ord)]
pub struct Term {
    /// The signal.
    pub sig: Sig,
    /// Whether it is subtracted.
    pub minus: bool,
}

impl Term {
    /// + sig
    pub fn plus(sig: Sig) -> Term {
        Term { sig, minus: false }
    }

    /// - sig
    pub fn minus(sig: Sig) -> Term {
        Term { sig, minus: true }
    }
}

impl Graph {
    /// The exact sum as a balanced tree (0 of nothing).
    pub fn sum(&mut self, terms: &[Sig]) -> Sig {
        let terms: Vec<Term> = terms.iter().map(|&s| Term::plus(s)).collect();
        self.sum_terms(&terms)
    }

    /// The exact signed sum as a balanced tree: narrow operands meet first, negations are pushed to the root.
    pub fn sum_terms(&mut self, terms: &[Term]) -> Sig {
        let terms: Vec<(u32, Term)> = terms.iter().map(|&t| (0, t)).collect();
        self.sum_levels(&terms)
    }

    /// The same where operands have adders before them: their number stands with each.
    pub(crate) fn sum_levels(&mut self, terms: &[(u32, Term)]) -> Sig {
        let mut heap: BinaryHeap<Reverse<(u32, u32, u32, Term)>> = BinaryHeap::with_capacity(terms.len());
        let mut serial = 0;
        let mut constant = 0;
        for &(level, t) in terms {
            match self.as_const(t.sig) {
                Some(c) => constant += if t.minus { -c } else { c },
                None => heap.push(Reverse((level, self.width(t.sig), serial, t))),
            }
            serial += 1;
        }
        if constant != 0 {
            let t = if constant < 0 {
                Term::minus(self.constant(-constant))
            } else {
                Term::plus(self.constant(constant))
            };
            heap.push(Reverse((0, self.width(t.sig), serial, t)));
        }
        // Terms left that are added: as long as there is one, a sum so far may stay negated.
        let mut added = heap.iter().filter(|Reverse(x)| !x.3.minus).count();
        while let Some(Reverse((level_a, _, _, a))) = heap.pop() {
            let Some(Reverse((level_b, _, _, b))) = heap.pop() else {
                return if a.minus { self.neg(a.sig) } else { a.sig };
            };
            serial += 1;
            added -= usize::from(!a.minus) + usize::from(!b.minus);
            let t = self.combine(a, b, added > 0);
            added += usize::from(!t.minus);
            heap.push(Reverse((level_a.max(level_b) + 1, self.width(t.sig), serial, t)));
        }
        self.constant(0)
    }

    /// One adder; its result may be the negated one where that is cheaper and `negated` allows it.
    fn combine(&mut self, a: Term, b: Term, negated: bool) -> Term {
        if a.minus == b.minus {
            return Term { sig: self.add(a.sig, b.sig), minus: a.minus };
        }
        let (plus, minus) = if a.minus { (b.sig, a.sig) } else { (a.sig, b.sig) };
        // Bits below what is subtracted pass by the adder; bits below what it is subtracted from do not.
        if negated && self.node(plus).zeros > self.node(minus).zeros {
            Term::minus(self.sub(minus, plus))
        } else {
            Term::plus(self.sub(plus, minus))
        }
    }

    /// Bits of a node's adder: those of its result less low ones that pass by it, because the other operand is zero
    /// there. 0 where nothing is added.
    pub fn adder_bits(&self, s: Sig) -> u32 {
        let zeros = |x: Sig| self.node(x).zeros;
        let passed = match self.op(s) {
            Op::Add(a, b) => zeros(a).max(zeros(b)),
            Op::Sub(_, b) => zeros(b),
            Op::Neg(a) => zeros(a),
            _ => return 0,
        };
        self.width(s).saturating_sub(passed).max(1)
    }

    /// a · c by canonical-signed-digit shifts and adds.
    pub fn mul_csd(&mut self, a: Sig, c: i64) -> Sig {
        let terms = self.csd_terms(a, c);
        let product = self.sum_terms(&terms);
        // Intervals of a tree forget that its leaves are one signal.
        let (x, y) = (self.range(a).lo * c as i128, self.range(a).hi * c as i128);
        self.assume_range(product, x.min(y), x.max(y))
    }

    /// The shifted copies of a whose signed sum is a · c, lowest shift first.
    pub fn csd_terms(&mut self, a: Sig, c: i64) -> Vec<Term> {
        csd(c).into_iter().map(|(shift, minus)| Term { sig: self.shl(a, shift), minus }).collect()
    }
}

/// The canonical signed digits of a constant, lowest first: shift, and whether it is subtracted. No two neighbouring
/// bits are set.
pub fn csd(c: i64) -> Vec<(u32, bool)> {
    let (mut digits, mut rest, mut shift) = (Vec::new(), c as i128, 0);
    while rest != 0 {
        if rest & 1 == 1 {
            let minus = rest & 3 == 3;
            digits.push((shift, minus));
            rest += if minus { 1 } else { -1 };
        }
        rest >>= 1;
        shift += 1;
    }
    digits
}
