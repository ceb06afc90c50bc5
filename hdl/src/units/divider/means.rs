//! Choice of a divider: the cheaper way to a quotient, by estimate.

use super::{corrected, quotient_bits};
use crate::device::{Divider, Division, TableCost, TableEstimate, Target};
use gainstage_golden::approx::{Table, TableShape};
use gainstage_golden::num::{Format, bits_unsigned};

impl Division {
    /// Bits of the quotient that a row develops.
    pub(super) fn bits_per_row(self) -> u32 {
        if self.divider == Divider::Radix4 { 2 } else { 1 }
    }

    /// The table that one attenuator's quotient starts from; `None` for a digit recurrence.
    pub(super) fn estimate(self, b: i64, h: Format, y: Format, target: &Target) -> Option<Table> {
        match self.divider {
            Divider::Radix2 | Divider::Radix4 => None,
            Divider::Corrected => corrected::estimate(b, h, y, target),
            // Whoever asks for rows per clock means a recurrence.
            Divider::Auto if !target.dsp || self.rows_per_clock.is_some() => None,
            Divider::Auto => {
                let price = Price::new(b, h, y, target);
                let worth =
                    price.corrected(TableEstimate { dsp: 1, ..TableEstimate::default() }) < price.rows();
                let table = worth.then(|| corrected::estimate(b, h, y, target)).flatten()?;
                let cost = TableCost::new(target).estimate(&TableShape::of(&table));
                (price.corrected(cost) < price.rows()).then_some(table)
            }
        }
    }
}

/// What either way costs, from widths alone.
struct Price {
    cost: TableCost,
    magnitude: u32,
    denominator: u32,
    quotient: u32,
}

impl Price {
    fn new(b: i64, h: Format, y: Format, target: &Target) -> Price {
        let most = h.min_code().unsigned_abs().max(h.max_code().unsigned_abs()) as i128;
        Price {
            cost: TableCost::new(target),
            magnitude: bits_unsigned(most),
            denominator: bits_unsigned(most * most + b as i128),
            quotient: quotient_bits(b, h, y),
        }
    }

    /// The square, and for every bit of the quotient a subtraction and a choice.
    fn rows(&self) -> f64 {
        let (lut, dsp) = self.cost.multiplier(self.magnitude, self.magnitude);
        let rows = f64::from(2 * self.quotient * (self.denominator + 1));
        self.cost.price(&TableEstimate { lut: lut + rows, dsp, ..TableEstimate::default() })
    }

    /// The table, the square, the product with the denominator, and four chains as wide as it.
    fn corrected(&self, table: TableEstimate) -> f64 {
        let square = self.cost.multiplier(self.magnitude, self.magnitude);
        let product = self.cost.multiplier(self.denominator, self.quotient);
        let chains = f64::from(4 * (self.denominator + 2) + 2 * self.quotient);
        let lut = table.lut + square.0 + product.0 + chains;
        self.cost.price(&TableEstimate { lut, dsp: table.dsp + square.1 + product.1, ..table })
    }
}
