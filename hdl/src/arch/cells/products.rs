//! Hard multipliers of a product, and the adders that join them, as synthesis splits it (yosys' `mul2dsp`).

use crate::device::{Family, Target};

/// What a product takes.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(in crate::arch) struct Split {
    /// Hard multipliers.
    pub blocks: u64,
    /// Adders between them, and their bits.
    pub adders: u64,
    pub adder_bits: u64,
    /// Partial products that stay in gates: their bits, one operand's by the other's.
    pub gates: u64,
}

struct Rule {
    wide: u32,
    /// Of the parts that a wider operand is split into.
    part: u32,
    narrow: u32,
    /// Bits of a product below which it stays in gates.
    least: u32,
    /// Blocks that know signed operands only.
    signed: bool,
}

fn rule(target: &Target) -> Rule {
    let (wide, narrow) = target.delays().dsp_bits;
    match target.family {
        Family::Ice40Up => Rule { wide, part: 16, narrow, least: 11, signed: false },
        Family::Xc7 => Rule { wide, part: 18, narrow, least: 9, signed: true },
        _ => Rule { wide, part: 18, narrow, least: 0, signed: false },
    }
}

/// Hard multipliers of a product of operands of so many bits, of which `width` bits are read; none without any.
pub(in crate::arch) fn split(a: u32, b: u32, signed: bool, width: u32, target: &Target) -> Split {
    let rule = rule(target);
    if !target.dsp || rule.wide == 0 {
        return Split { gates: u64::from(a * b), ..Split::default() };
    }
    let more = u32::from(rule.signed && !signed);
    // Operands that are too narrow for a block stay as they are.
    if a.min(b) < 2 || width < rule.least {
        return Split { gates: u64::from(a * b), ..Split::default() };
    }
    parts(a.max(b) + more, b.min(a) + more, width, &rule)
}

fn parts(a: u32, b: u32, width: u32, rule: &Rule) -> Split {
    if a.min(b) < 2 || width < rule.least {
        return Split { gates: u64::from(a * b), ..Split::default() };
    }
    let headroom = u32::from(rule.signed);
    let halve = |x: u32, most: u32, part: u32| (x - most).div_ceil(part - headroom);
    let (n, one, last) = if a > rule.wide {
        let n = halve(a, rule.wide, rule.part);
        (
            n,
            parts(rule.part, b, width.min(b + rule.part), rule),
            parts_of_rest(a - n * (rule.part - headroom), b, rule),
        )
    } else if b > rule.narrow {
        let n = halve(b, rule.narrow, rule.narrow);
        let one = parts(a, rule.narrow, width.min(a + rule.narrow), rule);
        (n, one, parts_of_rest(b - n * (rule.narrow - headroom), a, rule))
    } else {
        return Split { blocks: 1, ..Split::default() };
    };
    let n = u64::from(n);
    Split {
        blocks: n * one.blocks + last.blocks,
        adders: n * one.adders + last.adders + n,
        adder_bits: n * one.adder_bits + last.adder_bits + n * u64::from(width),
        gates: n * one.gates + last.gates,
    }
}

fn parts_of_rest(rest: u32, other: u32, rule: &Rule) -> Split {
    parts(rest.max(other), rest.min(other), rest + other, rule)
}
