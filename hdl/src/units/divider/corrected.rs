//! The attenuator from a table and one correction.
//!
//! h/(h²+b) with a constant b is a function of one variable, so a piecewise polynomial finds the quotient up to one,
//! and the remainder n - q·d tells which of the three it is: the result is the correctly rounded quotient for every
//! code, as the digit recurrence has it. The table is a means and stands in no plan.

use super::{Attenuation, peak};
use crate::device::{TableCost, Target};
use crate::expr::{Graph, Sig};
use crate::units::Products;
use crate::units::table::magnitude;
use gainstage_golden::approx::{Demand, Table, attempt};
use gainstage_golden::func::{Activation, Function, Kind};
use gainstage_golden::num::{Format, bits_unsigned};

/// Widest h whose quotient is tabulated: the search runs every code.
const MAX_INPUT: u32 = 20;

/// Widest h that is tabulated wherever the peak lies.
const MAX_PEAKED: u32 = 14;

/// Bits of wider h's magnitudes above the peak's code: where the peak lies within the first codes, each needs a polynomial
/// there, and the search is long before it ends with nothing.
const MAX_ABOVE: u32 = 12;

/// An estimate below 1.5 ulp is at most one away from the rounded quotient; a little less, for the f64 it is measured by.
const MAX_ULP: f64 = 1.49;

/// A table of the quotient, off by less than [`MAX_ULP`] at every code; `None` where there is none.
pub(super) fn estimate(b: i64, h: Format, y: Format, target: &Target) -> Option<Table> {
    // The peak's code is the root of B.
    let above = (h.width - u32::from(h.signed)).saturating_sub(b.max(1).ilog2() / 2);
    let most = if above > MAX_ABOVE { MAX_PEAKED } else { MAX_INPUT };
    if h.width > most || h.frac + y.frac < 0 {
        return None;
    }
    let real = Format { frac: 2 * h.frac, ..h }.value(b);
    let function = Function::new(Activation::None, Kind::Attenuating { b: real });
    // Room above the peak and below 0, whatever the sign of h: an estimate that the certificate saturates would be
    // further away than it says, for the circuit does not saturate it.
    let width = bits_unsigned(peak(b, h, y) as i128 + 4) + 1;
    let output = Format::new(true, width, y.frac).ok()?;
    // Degree 2 is nearly always the cheapest, and quickly found.
    [Some(2), None].into_iter().find_map(|degree| {
        let demand = Demand { max_ulp: MAX_ULP, degree, ..Demand::default() };
        attempt(&function, h, output, &demand, &TableCost::new(target))
    })
}

/// Input `h`, output `y`, as [`super::attenuator`]; products are split into factors of `factor` bits.
pub(super) fn corrected(a: Attenuation, table: &Table, rom_name: &str, factor: u32) -> Graph {
    let mut g = Graph::new();
    let k = g.input("h", a.h);
    let negative = g.is_negative(k);
    let size = g.abs(k);
    g.name(size, "magnitude");
    // Of the signed code: the magnitude has a bit more than a hard multiplier's operands.
    let square = g.square(k);
    let constant = g.constant(a.b as i128);
    let denominator = g.add(square, constant);
    g.name(denominator, "denominator");
    let numerator = g.shl(size, (a.h.frac + a.y.frac) as u32);
    let estimate = magnitude(&mut g, table, k, rom_name, &Products::PLAIN);
    g.name(estimate, "estimate");
    let rest = remainder(&mut g, numerator, estimate, denominator, factor);
    let rest = g.shl(rest, 1);
    // Half away from zero: up where 2·rest >= d, down where 2·rest < -d.
    let (above, below) = (g.sub(rest, denominator), g.add(rest, denominator));
    let (up, down) = (g.ge_const(above, 0), g.is_negative(below));
    // The sign goes to estimate and correction, so that one addition is left.
    let minus = g.neg(estimate);
    let signed = g.mux(negative, minus, estimate);
    let (less, any) = (g.mux(negative, up, down), g.or(up, down));
    let correction = g.concat(less, any, 1);
    let correction = g.as_signed(correction, 2);
    let code = g.add(signed, correction);
    let peak = peak(a.b, a.h, a.y) as i128;
    let code = g.assume_range(code, -peak, peak);
    let code = g.saturate(code, a.y);
    g.output("y", code, a.y);
    g
}

/// n - q·d, which is less than 1.5·d on either side of zero: only so many bits are computed.
fn remainder(g: &mut Graph, n: Sig, q: Sig, d: Sig, factor: u32) -> Sig {
    let most = g.range(d).hi + g.range(d).hi / 2;
    let mut parts: Vec<(u32, Sig)> = Vec::new();
    for lo in (0..g.width(d)).step_by(factor as usize) {
        let part = g.slice(d, lo, factor.min(g.width(d) - lo));
        parts.push((lo, g.mul(q, part)));
    }
    // From the top: what is still missing lies between the products of the lower parts.
    let mut rest = n;
    while let Some((lo, product)) = parts.pop() {
        let shifted = g.shl(product, lo);
        let difference = g.sub(rest, shifted);
        let (mut low, mut high) = (-most, most);
        for &(lo, product) in &parts {
            (low, high) = (low + (g.range(product).lo << lo), high + (g.range(product).hi << lo));
        }
        rest = g.assume_range(difference, low, high);
    }
    g.name(rest, "rest")
}
