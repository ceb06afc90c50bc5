//! All kinds of neurons behind one activation: one squarer and one divider serve every pair of formats.

use super::{Attenuation, Rows, attenuate_codes};
use crate::expr::{Graph, Sig};
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
    let quotient = (!divided.is_empty()).then(|| attenuate_codes(g, h, &divided, number, rows));
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
