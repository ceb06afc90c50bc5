//! `[board.NAME]`: what differs where a project is built for one board.

use super::{Architecture, Clock, Percent, Project, Width};
use gainstage_golden::quant::Granularity;
use serde::Deserialize;

/// Differences for a board; what is not given stays as it is.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Overrides {
    /// Total width.
    bits: Option<Width>,
    /// What shares a format.
    formats: Option<Granularity>,
    /// What may be lost against the real-valued network.
    #[serde(rename = "max-loss")]
    max_loss: Option<Percent>,
    /// Architecture.
    arch: Option<Architecture>,
    /// The circuit's clock in MHz, instead of the board's.
    clock: Option<Clock>,
    /// Samples per second that must be taken.
    rate: Option<Rate>,
}

/// Samples per second.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(try_from = "f64")]
struct Rate(f64);

impl TryFrom<f64> for Rate {
    type Error = String;
    fn try_from(rate: f64) -> Result<Rate, String> {
        match rate.is_finite() && rate > 0.0 {
            true => Ok(Rate(rate)),
            false => Err(format!("a rate of {rate} samples per second: give one above 0")),
        }
    }
}

impl Project {
    /// The project for a board: its family and clock, and the differences that `[board.NAME]` states. Where nothing says
    /// which architecture, `auto` decides.
    pub fn for_board(&mut self, board: &gainstage_hdl::board::Board) {
        let Overrides { bits, formats, max_loss, arch, clock, rate } =
            self.board.remove(&board.name).unwrap_or_default();
        if bits.is_some() {
            // A board's width is for all layers: those of the project may be more than its part holds.
            self.quantize.layers.clear();
        }
        self.quantize.bits = bits.unwrap_or(self.quantize.bits);
        self.quantize.formats = formats.or(self.quantize.formats);
        self.quantize.max_loss = max_loss.or(self.quantize.max_loss);
        self.build.target.0 = board.device().family();
        self.build.clock = Some(clock.unwrap_or(Clock(board.clock.system_mhz)));
        self.build.rate = rate.map(|r| r.0).or(self.build.rate);
        self.build.arch = arch.or(self.build.arch).or(Some(Architecture::Auto));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use gainstage_hdl::board::Board;
    use gainstage_hdl::device::Family;
    use std::path::Path;

    fn eq6() -> Project {
        let text = crate::project::find_template("eq6").expect("there").toml;
        Project::parse(&text, Path::new("eq6")).expect("valid")
    }

    #[test]
    fn a_board_decides_family_and_clock_and_a_project_what_differs() {
        let mut small = eq6();
        small.for_board(&Board::find("icebreaker").expect("shipped"));
        assert_eq!(small.build.target.0, Family::Ice40Up);
        assert_eq!((small.quantize.granularity(), small.quantize.bits.bits()), (Granularity::Network, 18));
        assert_eq!(small.build.means().clock_mhz, 18.0);
        assert_eq!(small.build.arch, Some(Architecture::Auto));

        let mut large = eq6();
        large.build.arch = Some(Architecture::Folded);
        large.for_board(&Board::find("ulx3s-85f").expect("shipped"));
        assert_eq!((large.build.target.0, large.build.means().clock_mhz), (Family::Ecp5, 50.0));
        assert_eq!(
            (large.quantize.granularity(), large.build.arch),
            (Granularity::Layer, Some(Architecture::Sequential))
        );

        let mut plain = eq6();
        plain.build.arch = Some(Architecture::Folded);
        plain.for_board(&Board::find("colorlight-i5").expect("shipped"));
        assert_eq!(
            plain.build.arch,
            Some(Architecture::Folded),
            "what the project says where the board says nothing"
        );
    }

    #[test]
    fn an_unknown_difference_is_refused_with_its_place() {
        let text =
            crate::project::find_template("small").expect("there").toml + "\n[board.icebreaker]\npins = 3\n";
        let error = Project::parse(&text, Path::new("p.toml")).expect_err("no such key").to_string();
        assert!(error.contains("pins") && error.contains("p.toml:"), "{error}");
    }
}
