//! Verilog that is, but for its names, the same in every design: control of fixed width, kept as files and not generated.

use crate::emit::{SourceFile, owned};

macro_rules! sources {
    ($($name:literal),* $(,)?) => { &[$((concat!($name, ".v"), include_str!(concat!("rtl/", $name, ".v")))),*] };
}

/// What the stream wrapper stands on.
pub(super) const STREAM: &[(&str, &str)] = sources!("gainstage_stream");

/// What a board's top module stands on, beside the stream wrapper.
pub(super) const LINK: &[(&str, &str)] = sources!(
    "gainstage_blink",
    "gainstage_reset",
    "gainstage_crc16",
    "gainstage_uart_rx",
    "gainstage_uart_tx",
    "gainstage_frame_rx",
    "gainstage_frame_tx",
    "gainstage_feed",
    "gainstage_link",
);

/// What a board's top module stands on beside that, where weights are loaded from flash memory.
pub(super) const FLASH: &[(&str, &str)] = sources!("gainstage_flash");

/// Stand-ins for the cells that make clocks, for simulators: the clock goes straight through, so a simulated clock is
/// the circuit's own, whatever the oscillator is.
pub const CLOCK_CELLS: (&str, &str) = ("clock_cells.v", include_str!("rtl/clock_cells.v"));

/// The files below `dir`, with the names that the design `top` gives them.
pub(super) fn files(dir: &str, top: &str, sources: &[(&str, &str)]) -> Vec<SourceFile> {
    sources
        .iter()
        .map(|(name, text)| SourceFile {
            path: format!("{dir}/{}", owned(top, name)),
            text: owned(top, text),
        })
        .collect()
}
