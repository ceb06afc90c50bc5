//! Clocks that the oscillator does not give: settings of the part's PLL, from the ranges in the data sheets.

mod ecp5;
mod ice40;
mod mmcm;

use super::{Board, Device};

/// How far the clock may be from what was asked for.
const TOLERANCE: f64 = 0.01;

/// A clock that no PLL setting gives.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("the PLL cannot make {wanted_mhz} MHz out of {input_mhz} MHz: the nearest is {}; ask for that, or for {input_mhz}", nearest(.nearest_mhz))]
pub struct ClockError {
    /// The oscillator.
    pub input_mhz: f64,
    /// What was asked for.
    pub wanted_mhz: f64,
    /// What comes closest, if anything does.
    pub nearest_mhz: Option<f64>,
}

fn nearest(mhz: &Option<f64>) -> String {
    mhz.map_or("none at all".into(), |m| format!("{m:.3} MHz"))
}

/// A clock source: nothing, or a PLL.
#[derive(Clone, Debug, PartialEq)]
pub struct Pll {
    /// The clock that comes out, MHz.
    pub output_mhz: f64,
    /// The oscillator of the PLL, MHz; the output's where there is none.
    pub vco_mhz: f64,
    /// The primitive, its parameters, and its ports; none where the oscillator is the clock.
    pub primitive: Option<Primitive>,
}

/// An instance of a cell of the part's library.
#[derive(Clone, Debug, PartialEq)]
pub struct Primitive {
    /// The cell.
    pub cell: &'static str,
    /// Parameters with their Verilog constants.
    pub parameters: Vec<(&'static str, String)>,
    /// Ports with what they are connected to: `clk_in`, `clk`, `locked`, `feedback`, or a constant.
    pub ports: Vec<(&'static str, &'static str)>,
    /// Whether `feedback` is a wire of its own.
    pub feedback: bool,
    /// Attributes with their Verilog strings.
    pub attributes: Vec<(&'static str, String)>,
}

/// The setting that comes closest to a clock, for a board.
///
/// # Errors
/// The closest is more than 1 % away.
pub fn find(board: &Board, wanted_mhz: f64) -> Result<Pll, ClockError> {
    let input = board.clock.mhz;
    if wanted_mhz == input {
        return Ok(Pll { output_mhz: input, vco_mhz: input, primitive: None });
    }
    let found = match board.device() {
        Device::Ice40 { .. } => ice40::find(input, wanted_mhz).map(|s| s.pll(input, board.clock.pll_pad)),
        Device::Ecp5 { .. } => ecp5::find(input, wanted_mhz).map(|s| s.pll(input)),
        Device::Xc7 { .. } => mmcm::find(input, wanted_mhz).map(|s| s.pll(input)),
    };
    let near = |p: &Pll| (p.output_mhz / wanted_mhz - 1.0).abs() <= TOLERANCE;
    let nearest_mhz = found.as_ref().map(|p| p.output_mhz);
    found.filter(near).ok_or(ClockError { input_mhz: input, wanted_mhz, nearest_mhz })
}

/// Keeps the candidate with the smaller error, then with the VCO nearer to `centre`.
struct Best<T> {
    wanted: f64,
    centre: f64,
    found: Option<(f64, f64, T)>,
}

impl<T> Best<T> {
    fn new(wanted: f64, centre: f64) -> Best<T> {
        Best { wanted, centre, found: None }
    }

    fn offer(&mut self, output: f64, vco: f64, setting: T) {
        let (error, off) = ((output - self.wanted).abs(), (vco - self.centre).abs());
        // Sums of exact ratios differ in their last bits: that is no difference.
        let better = self
            .found
            .as_ref()
            .is_none_or(|&(e, o, _)| error < e - 1e-9 || (error < e + 1e-9 && off < o - 1e-9));
        if better {
            self.found = Some((error, off, setting));
        }
    }

    fn take(self) -> Option<T> {
        self.found.map(|(_, _, setting)| setting)
    }
}

#[cfg(test)]
mod tests;
