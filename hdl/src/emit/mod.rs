//! Verilog-2005 through rust-hdl, and the files of a design.
//!
//! A module's graph becomes a netlist of nets with one driver each, one operation per wire; that is checked and
//! handed to rust-hdl as a run-time-width block whose body is the assignments, while rust-hdl elaborates ports,
//! declarations and instances. Drivers and widths are checked here, because rust-hdl does not look into bodies.

mod add;
mod address;
mod block;
mod check;
mod design;
mod exact;
mod header;
mod multiply;
mod names;
mod netlist;
mod operation;
mod shared;
mod text;

pub use design::{Design, SourceFile};
pub use shared::{SHARED, owned};

use crate::device::Family;
use crate::module::Module;
use std::path::PathBuf;

/// The files that are the same in every design that has them: hard blocks of a family, each beside its portable twin.
pub fn helpers() -> Vec<SourceFile> {
    Family::ALL.into_iter().filter_map(multiply::shipped).chain([add::shipped()]).collect()
}

/// Why a design could not be written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EmitError {
    /// Two modules or two tables of one name differ: their files would overwrite each other.
    #[error("two different {what}s are called {name}: give one of them another name")]
    NameClash {
        /// `module` or `table`.
        what: &'static str,
        /// The name of both.
        name: String,
    },
    /// A net without driver, with two, or with the wrong width: a fault of the generator.
    #[error("{module}: {fault} (a fault of the generator: please report it)")]
    Netlist {
        /// The module.
        module: String,
        /// What is wrong, where.
        fault: String,
    },
    /// A file or directory that cannot be written.
    #[error("cannot write {}: {source}", path.display())]
    Io {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
}

impl Module {
    /// The Verilog-2005 text of this module alone; children and tables have files of their own.
    ///
    /// # Errors
    /// [`EmitError::Netlist`] if a check of the generator itself fails.
    pub fn verilog(&self) -> Result<String, EmitError> {
        let fault = |fault| EmitError::Netlist { module: self.name().to_owned(), fault };
        let netlist = netlist::build(self);
        check::check(&netlist).map_err(fault)?;
        let body = block::elaborate(self, &netlist).map_err(fault)?;
        let body = block::with_parameter(self, body);
        Ok(format!(
            "{}`default_nettype none\n{}\n`default_nettype wire\n",
            header::comment(self),
            text::tidy(&body)
        ))
    }
}
