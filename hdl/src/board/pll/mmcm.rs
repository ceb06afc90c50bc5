//! MMCME2_BASE. Ranges: AMD, 7 series data sheets (DS181, DS189), MMCM switching characteristics, speed grade 1.

use super::{Best, Pll, Primitive};

/// Multiplier and dividers; those in eighths as the cell has them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Setting {
    divider: u32,
    multiplier_eighths: u32,
    output_eighths: u32,
}

impl Setting {
    fn vco(self, input: f64) -> f64 {
        input * f64::from(self.multiplier_eighths) / (8.0 * f64::from(self.divider))
    }

    fn output(self, input: f64) -> f64 {
        self.vco(input) * 8.0 / f64::from(self.output_eighths)
    }

    pub(super) fn pll(self, input: f64) -> Pll {
        let parameters = vec![
            ("CLKIN1_PERIOD", format!("{:.3}", 1000.0 / input)),
            ("DIVCLK_DIVIDE", self.divider.to_string()),
            ("CLKFBOUT_MULT_F", format!("{:.3}", f64::from(self.multiplier_eighths) / 8.0)),
            ("CLKOUT0_DIVIDE_F", format!("{:.3}", f64::from(self.output_eighths) / 8.0)),
        ];
        let ports = vec![
            ("CLKIN1", "clk_in"),
            ("CLKFBIN", "feedback"),
            ("CLKFBOUT", "feedback"),
            ("CLKOUT0", "clk_made"),
            ("LOCKED", "locked"),
            ("RST", "1'b0"),
            ("PWRDWN", "1'b0"),
        ];
        let primitive =
            Primitive { cell: "MMCME2_BASE", parameters, ports, feedback: true, attributes: Vec::new() };
        Pll { output_mhz: self.output(input), vco_mhz: self.vco(input), primitive: Some(primitive) }
    }
}

/// The best setting. Input 10 to 800 MHz, phase detector 10 to 450 MHz, VCO 600 to 1200 MHz, output 4.69 to 800 MHz.
pub(super) fn find(input: f64, wanted: f64) -> Option<Setting> {
    if !(10.0..=800.0).contains(&input) {
        return None;
    }
    let mut best = Best::new(wanted, 1000.0);
    for divider in (1..=106).filter(|&d| (10.0..=450.0).contains(&(input / f64::from(d)))) {
        for multiplier_eighths in 16..=512 {
            let vco = input * f64::from(multiplier_eighths) / (8.0 * f64::from(divider));
            if !(600.0..=1200.0).contains(&vco) {
                continue;
            }
            // A fraction in the output divider starts at 2.
            let output_eighths = ((vco / wanted * 8.0).round() as u32).clamp(16, 1024);
            let s = Setting { divider, multiplier_eighths, output_eighths };
            if (4.69..=800.0).contains(&s.output(input)) {
                best.offer(s.output(input), vco, s);
            }
        }
    }
    best.take()
}
