//! Codes of faults: a stable number for each thing that can be wrong with an input, what it means and what mends it.
//!
//! An error type gets its codes by [`faults!`](crate::faults): one entry for each of its variants, checked by the compiler.
//! Numbers are given by area, a hundred each, and never used for something else.

mod data;
mod files;
mod functions;
mod memories;
mod models;
mod onnx;
mod plans;
mod training;

use std::error::Error;
use std::fmt;

/// A kind of fault, shown as `GS0405`.
#[derive(Debug, PartialEq, Eq)]
pub struct Code {
    /// Its number: never given to another kind.
    pub number: u16,
    /// What is wrong, in a few words.
    pub title: &'static str,
    /// What it means, and why it is refused.
    pub why: &'static str,
    /// An input that has it. What stands before the first colon names the file, `$` is a command.
    pub example: &'static str,
    /// What to do.
    pub cure: &'static str,
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "GS{:04}", self.number)
    }
}

/// The codes of one error type.
#[derive(Clone, Copy)]
pub struct Area {
    /// What its faults are in.
    pub title: &'static str,
    /// The codes, in the order of their numbers.
    pub codes: &'static [Code],
    /// The code of an error, if it is of this type.
    pub of: fn(&(dyn Error + 'static)) -> Option<&'static Code>,
}

/// An error whose variants have codes.
pub trait Coded {
    /// All its codes.
    const AREA: Area;

    /// Its code; none where a source of it has one.
    fn code(&self) -> Option<&'static Code>;
}

/// Gives an error type its codes: a number, a pattern, and the texts of a [`Code`](crate::fault::Code) for each; behind them the variants that
/// are other errors, with the code of those.
#[macro_export]
macro_rules! faults {
    (
        $area:literal, $of:ty {
            $($number:literal $pattern:pat => $title:literal, $why:literal, $example:literal, $cure:literal;)*
            $(via $inner:pat => $code:expr;)*
        }
    ) => {
        impl $crate::fault::Coded for $of {
            const AREA: $crate::fault::Area = $crate::fault::Area {
                title: $area,
                codes: &[$($crate::fault::Code {
                    number: $number, title: $title, why: $why, example: $example, cure: $cure
                }),*],
                of: |error| error.downcast_ref::<$of>().and_then($crate::fault::Coded::code),
            };

            fn code(&self) -> Option<&'static $crate::fault::Code> {
                match self {
                    $($pattern => Self::AREA.codes.iter().find(|c| c.number == $number),)*
                    $($inner => $code,)*
                }
            }
        }
    };
}

/// All that this crate has codes for.
pub const AREAS: &[Area] = &[
    <crate::document::DocumentError as Coded>::AREA,
    <crate::document::Misfit as Coded>::AREA,
    <crate::names::NameError as Coded>::AREA,
    <crate::data::NamesError as Coded>::AREA,
    <crate::num::FormatError as Coded>::AREA,
    <crate::func::FunctionError as Coded>::AREA,
    <crate::func::ParseError as Coded>::AREA,
    <crate::approx::TableError as Coded>::AREA,
    <crate::approx::ApproxError as Coded>::AREA,
    <crate::net::NetError as Coded>::AREA,
    <crate::net::ModelError as Coded>::AREA,
    <crate::data::BytesError as Coded>::AREA,
    <crate::plan::PlanError as Coded>::AREA,
    <crate::plan::ConstantError as Coded>::AREA,
    <crate::plan::CertificateError as Coded>::AREA,
    <crate::data::CsvError as Coded>::AREA,
    <crate::data::SamplesError as Coded>::AREA,
    <crate::train::TrainError as Coded>::AREA,
    <crate::learned::LearnError as Coded>::AREA,
    <crate::edge::EdgeError as Coded>::AREA,
    <crate::quant::QuantError as Coded>::AREA,
    <crate::onnx::Fault as Coded>::AREA,
    <crate::onnx::OnnxError as Coded>::AREA,
    <crate::export::MemError as Coded>::AREA,
    <crate::export::rom::Fault as Coded>::AREA,
    <crate::export::RomError as Coded>::AREA,
    <crate::export::ImageError as Coded>::AREA,
];

/// The code of a file that the system does not read or write.
pub fn unreadable() -> Option<&'static Code> {
    <crate::document::DocumentError as Coded>::AREA.codes.first()
}
