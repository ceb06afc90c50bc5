//! SB_PLL40 with simple feedback. Ranges: Lattice, iCE40 LP/HX and UltraPlus family data sheets, sysCLOCK PLL timing.

use super::{Best, Pll, Primitive};

/// Divider settings as the cell takes them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Setting {
    divr: u32,
    divf: u32,
    divq: u32,
}

impl Setting {
    fn vco(self, input: f64) -> f64 {
        input * f64::from(self.divf + 1) / f64::from(self.divr + 1)
    }

    fn output(self, input: f64) -> f64 {
        self.vco(input) / f64::from(1 << self.divq)
    }

    /// The loop filter, by the frequency of the phase detector.
    fn filter(self, input: f64) -> u32 {
        let detector = input / f64::from(self.divr + 1);
        let steps = [17.0, 26.0, 44.0, 66.0, 101.0];
        1 + steps.iter().filter(|&&s| detector >= s).count() as u32
    }

    /// The cell. A clock pin that is the PLL's own pad can be read in no other way.
    pub(super) fn pll(self, input: f64, pad: bool) -> Pll {
        let (cell, reference) =
            if pad { ("SB_PLL40_PAD", "PACKAGEPIN") } else { ("SB_PLL40_CORE", "REFERENCECLK") };
        let parameters = vec![
            ("FEEDBACK_PATH", "\"SIMPLE\"".into()),
            ("DIVR", format!("4'd{}", self.divr)),
            ("DIVF", format!("7'd{}", self.divf)),
            ("DIVQ", format!("3'd{}", self.divq)),
            ("FILTER_RANGE", format!("3'd{}", self.filter(input))),
        ];
        let ports = vec![
            (reference, "clk_in"),
            ("PLLOUTGLOBAL", "clk"),
            ("LOCK", "locked"),
            ("RESETB", "1'b1"),
            ("BYPASS", "1'b0"),
        ];
        let primitive = Primitive { cell, parameters, ports, feedback: false, attributes: Vec::new() };
        Pll { output_mhz: self.output(input), vco_mhz: self.vco(input), primitive: Some(primitive) }
    }
}

/// The best setting. Phase detector 10 to 133 MHz, VCO 533 to 1066 MHz, output 16 to 275 MHz.
pub(super) fn find(input: f64, wanted: f64) -> Option<Setting> {
    let mut best = Best::new(wanted, 800.0);
    for divr in (0..16).filter(|r| (10.0..=133.0).contains(&(input / f64::from(r + 1)))) {
        for divf in 0..128 {
            for divq in 1..=6 {
                let s = Setting { divr, divf, divq };
                let (vco, output) = (s.vco(input), s.output(input));
                if (533.0..=1066.0).contains(&vco) && (16.0..=275.0).contains(&output) {
                    best.offer(output, vco, s);
                }
            }
        }
    }
    best.take()
}
