//! EHXPLLL with feedback from its first output. Ranges: Lattice, ECP5 family data sheet, sysCLOCK PLL timing.

use super::{Best, Pll, Primitive};

/// Divider settings as the cell takes them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Setting {
    input: u32,
    feedback: u32,
    output: u32,
}

impl Setting {
    fn clock(self, input: f64) -> f64 {
        input * f64::from(self.feedback) / f64::from(self.input)
    }

    fn vco(self, input: f64) -> f64 {
        self.clock(input) * f64::from(self.output)
    }

    pub(super) fn pll(self, input: f64) -> Pll {
        let text = |s: &str| format!("\"{s}\"");
        let parameters = vec![
            ("PLLRST_ENA", text("DISABLED")),
            ("INTFB_WAKE", text("DISABLED")),
            ("STDBY_ENABLE", text("DISABLED")),
            ("DPHASE_SOURCE", text("DISABLED")),
            ("OUTDIVIDER_MUXA", text("DIVA")),
            ("CLKOP_ENABLE", text("ENABLED")),
            ("CLKI_DIV", self.input.to_string()),
            ("CLKFB_DIV", self.feedback.to_string()),
            ("CLKOP_DIV", self.output.to_string()),
            // In phase with its input: the divider starts in the middle of its period.
            ("CLKOP_CPHASE", (self.output / 2).to_string()),
            ("CLKOP_FPHASE", "0".into()),
            ("FEEDBK_PATH", text("CLKOP")),
        ];
        let ports = vec![
            ("CLKI", "clk_in"),
            ("CLKFB", "clk"),
            ("CLKOP", "clk"),
            ("LOCK", "locked"),
            ("RST", "1'b0"),
            ("STDBY", "1'b0"),
            ("PHASESEL0", "1'b0"),
            ("PHASESEL1", "1'b0"),
            ("PHASEDIR", "1'b1"),
            ("PHASESTEP", "1'b1"),
            ("PHASELOADREG", "1'b1"),
            ("PLLWAKESYNC", "1'b0"),
            ("ENCLKOP", "1'b0"),
        ];
        let attributes = vec![
            ("FREQUENCY_PIN_CLKI", text(&input.to_string())),
            ("FREQUENCY_PIN_CLKOP", text(&self.clock(input).to_string())),
            ("ICP_CURRENT", text("12")),
            ("LPF_RESISTOR", text("8")),
            ("MFG_ENABLE_FILTEROPAMP", text("1")),
            ("MFG_GMCREF_SEL", text("2")),
        ];
        let primitive = Primitive { cell: "EHXPLLL", parameters, ports, feedback: false, attributes };
        Pll { output_mhz: self.clock(input), vco_mhz: self.vco(input), primitive: Some(primitive) }
    }
}

/// The best setting. Phase detector 3.125 to 400 MHz, VCO 400 to 800 MHz, output 3.125 to 400 MHz.
pub(super) fn find(input: f64, wanted: f64) -> Option<Setting> {
    if !(8.0..=400.0).contains(&input) {
        return None;
    }
    let mut best = Best::new(wanted, 600.0);
    for divider in (1..=128).filter(|&d| (3.125..=400.0).contains(&(input / f64::from(d)))) {
        for feedback in 1..=80 {
            for output in 1..=128 {
                let s = Setting { input: divider, feedback, output };
                let (vco, clock) = (s.vco(input), s.clock(input));
                if (400.0..=800.0).contains(&vco) && (3.125..=400.0).contains(&clock) {
                    best.offer(clock, vco, s);
                }
            }
        }
    }
    best.take()
}
