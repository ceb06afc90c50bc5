//! Codes of faults in circuits and boards; [`gainstage_golden::fault`] says what a code is.

mod boards;
mod circuits;

use gainstage_golden::fault::{Area, Coded};

/// All that this crate has codes for.
pub const AREAS: &[Area] = &[
    <crate::device::UnknownFamily as Coded>::AREA,
    <crate::options::BuildError as Coded>::AREA,
    <crate::wrap::CircuitError as Coded>::AREA,
    <crate::emit::EmitError as Coded>::AREA,
    <crate::wrap::manifest::ManifestError as Coded>::AREA,
    <crate::board::BoardError as Coded>::AREA,
    <crate::board::pll::ClockError as Coded>::AREA,
    <crate::wrap::link::SerialError as Coded>::AREA,
    <crate::wrap::TopError as Coded>::AREA,
];
