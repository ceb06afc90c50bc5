//! What a build for a board came to.

use super::Table;
use gainstage_hdl::wrap::link::Serial;
use gainstage_sim::implement::Implementation;
use schemars::JsonSchema;
use serde::Serialize;

/// The part of `report.json` about a board.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct BoardReport {
    /// Its name.
    pub board: String,
    /// Its part.
    pub part: String,
    /// By how much the clock had to be exceeded, percent.
    pub margin_percent: f64,
    /// The serial line.
    pub serial: Serial,
    /// The bitstream, relative to the generated directory; none where Vivado is to make it.
    pub bitstream: Option<String>,
    /// What goes into the flash memory beside it, relative to the generated directory; none where all weights are in the
    /// bitstream.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub weights: Option<String>,
    /// Counts, utilisation, clocks, the longest path, versions.
    #[serde(flatten)]
    pub made: Implementation,
    /// Wall time, s.
    pub seconds: f64,
}

impl std::fmt::Display for BoardReport {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let made = &self.made;
        let counts = &made.counts;
        let mut table = Table::new(&["board", &self.board]);
        let mut row = |figure: &str, value: String| table.row([figure.to_owned(), value]);
        row("part", self.part.clone());
        let reached = match &made.timing {
            Some(t) => format!("reaches {:.2} MHz (seed {})", t.achieved_mhz, t.seed),
            None => "timing is Vivado's to tell".into(),
        };
        row("clock", format!("{:.3} MHz; {reached}", made.clock_mhz));
        let spram = if counts.spram > 0 { format!(", {} SPRAM", counts.spram) } else { String::new() };
        row(
            "synthesis",
            format!("{} LUT, {} FF, {} DSP, {} BRAM{spram}", counts.lut, counts.ff, counts.dsp, counts.bram),
        );
        for u in &made.utilization {
            let percent = 100.0 * u.used as f64 / u.available.max(1) as f64;
            row(&u.site, format!("{} of {} ({percent:.0} %)", u.used, u.available));
        }
        if let Some(path) = made.timing.as_ref().and_then(|t| t.critical_path.as_ref()) {
            row("longest path", path.to_string());
        }
        row("serial line", format!("{} bits/s, {:+.2} %", self.serial.baud, self.serial.error_percent));
        let vivado = "vivado -mode batch -source board/build.tcl";
        row("bitstream", self.bitstream.clone().unwrap_or_else(|| vivado.into()));
        self.weights.iter().for_each(|file| row("weights", format!("{file}, for the flash memory")));
        row("for the board", format!("{:.1} s", self.seconds));
        write!(f, "{table}")
    }
}
