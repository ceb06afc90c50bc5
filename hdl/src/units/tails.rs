//! All kinds of neurons behind one activation: one squarer and one divider serve every pair of formats.

use super::{Attenuation, Rows, attenuate_codes};
use crate::expr::{Graph, MAX_WIDTH, Sig};
use gainstage_golden::num::{Format, Rounding};
use gainstage_golden::plan::Tail;

/// From the code of h to the code of y.
///
/// Codes know no binary point, so formats are kept as far as they matter: `h.frac` is the shift, `y.frac` is 0.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Way {
    tail: Tail,
    h: Format,
    y: Format,
}

impl Way {
    /// The way of a kind between two formats.
    pub fn new(tail: Tail, h: Format, y: Format) -> Way {
        let shift = match tail {
            Tail::Ordinary => h.frac - y.frac,
            Tail::Amplifying => 2 * h.frac - y.frac,
            Tail::Attenuating { .. } => h.frac + y.frac,
        };
        Way { tail, h: Format { frac: shift, ..h }, y: Format { frac: 0, ..y } }
    }

    /// Whether it takes the divider. Such ways stand before the others.
    pub fn divides(&self) -> bool {
        matches!(self.tail, Tail::Attenuating { .. })
    }

    fn attenuation(&self) -> Option<Attenuation> {
        match self.tail {
            Tail::Attenuating { b } => Some(Attenuation { b, h: self.h, y: self.y }),
            _ => None,
        }
    }
}

/// The code that way `number` makes of the code `h`.
///
/// # Panics
/// If a way with the divider stands behind one without.
pub fn tails(g: &mut Graph, h: Sig, ways: &[Way], number: Sig, rows: &Rows<'_>) -> Sig {
    let divided: Vec<Attenuation> = ways.iter().map_while(Way::attenuation).collect();
    let rest = &ways[divided.len()..];
    assert!(!rest.iter().any(Way::divides), "ways with the divider stand first");
    let quotient = (!divided.is_empty()).then(|| {
        let operand = operand(g, h, &divided);
        attenuate_codes(g, operand, &divided, number, rows)
    });
    let codes: Vec<Sig> = ways
        .iter()
        .map(|way| match (way.tail, quotient) {
            (Tail::Attenuating { .. }, Some(quotient)) => g.saturate(quotient, way.y),
            (Tail::Amplifying, _) => {
                // The magnitude, because the divider squares it too.
                let magnitude = g.abs(h);
                let square = (rows.square)(g, magnitude);
                g.requantize(square, way.h.frac, way.y, Rounding::HalfUp)
            }
            _ => g.requantize(h, way.h.frac, way.y, Rounding::HalfUp),
        })
        .collect();
    g.select(number, &codes)
}

/// The divider's operand: where codes of other ways are so wide that its square leaves the words, they are cut. No way
/// that they belong to takes the quotient.
fn operand(g: &mut Graph, h: Sig, ways: &[Attenuation]) -> Sig {
    let down = ways.iter().map(|w| (-w.h.frac - w.y.frac).max(0) as u32).max().unwrap_or(0);
    if 2 * g.range(h).signed_width() + down + 2 <= MAX_WIDTH {
        return h;
    }
    let lo = ways.iter().map(|w| w.h.min_code()).min().unwrap_or(0);
    let hi = ways.iter().map(|w| w.h.max_code()).max().unwrap_or(0);
    g.bound(h, lo as i128, hi as i128)
}
