//! What a manifest must hold to be used.

use super::{Architecture, Codes, Manifest};
use gainstage_golden::text::count;
use std::collections::HashSet;
use std::path::{Component, Path};

/// The most clocks a latency, an interval or a probe may have: a sanity limit, far above any real circuit.
const MAX_CLOCKS: u32 = 1 << 24;

/// What is wrong with a manifest: the place, the value, and the cure.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ManifestError {
    /// There is none to be read.
    #[error("{0}; give the directory that `generate` wrote")]
    Unreadable(#[from] std::io::Error),
    /// The program's name, which ends in comments of files that are made from a manifest.
    #[error("generator: {0:?}; write the name and version of a program in one line")]
    Generator(String),
    /// A circuit that takes or gives nothing.
    #[error("{0}: there is none; a circuit has at least one")]
    NoPorts(&'static str),
    /// A port that Verilog, C++ and waveforms would not call the same.
    #[error("ports: `{0}` is no port name; {NAME_CURE}")]
    PortName(String),
    /// A name that two ports have.
    #[error("ports: `{0}` occurs twice; give each port a name")]
    PortTwice(String),
    /// A parameter that Verilog does not have.
    #[error("rom_dir: `{0}` is no name of a parameter; {NAME_CURE}")]
    RomDir(String),
    /// A module that Verilog does not have.
    #[error("top: `{0}` is no module name; {NAME_CURE}")]
    Top(String),
    /// A latency or an interval that no circuit has.
    #[error("{place}: {}; give a count of clocks below 2^24, 1 or more for an interval", count(*value, "clock"))]
    Clocks {
        /// The field.
        place: String,
        /// Its value.
        value: u32,
    },
    /// A parallel circuit that would wait.
    #[error("interval: {} in a parallel circuit; a parallel circuit takes a sample every clock", count(*.0, "clock"))]
    Interval(u32),
    /// A clock that is none.
    #[error("clock_mhz: {0} MHz; give a positive number")]
    Clock(f64),
    /// No Verilog.
    #[error("files.verilog: there is none; list the Verilog files")]
    NoVerilog,
    /// A path that could lead out of the directory, or that tools do not take.
    #[error("files: `{0}`; give a path below the directory, of letters, digits, `_`, `-`, `.`")]
    Path(String),
    /// Two files that tools could not tell.
    #[error("files: `{0}` occurs twice; the last part of each path must be its own")]
    PathTwice(String),
    /// A load that is none.
    #[error("load: {0}; restore the object, or generate the directory again")]
    Load(String),
    /// Meanings of codes that do not follow from the formats.
    #[error(
        "codes: this is not what the formats of the ports say; leave it out, or generate the directory again"
    )]
    Codes,
    /// A signal that is none.
    #[error("probes[{probe}].signal: `{signal}`; give names with dots between")]
    Signal {
        /// The probe, from 0.
        probe: usize,
        /// Its signal.
        signal: String,
    },
}

impl Manifest {
    pub(super) fn check(&self) -> Result<(), ManifestError> {
        if self.generator.chars().any(char::is_control) {
            return Err(ManifestError::Generator(self.generator.clone()));
        }
        self.check_names()?;
        for (place, ports) in [("inputs", &self.inputs), ("outputs", &self.outputs)] {
            if ports.is_empty() {
                return Err(ManifestError::NoPorts(place));
            }
        }
        clocks("latency", self.latency, 0)?;
        clocks("interval", self.interval, 1)?;
        if self.architecture == Architecture::Parallel && self.interval != 1 {
            return Err(ManifestError::Interval(self.interval));
        }
        if !(self.clock_mhz.is_finite() && self.clock_mhz > 0.0) {
            return Err(ManifestError::Clock(self.clock_mhz));
        }
        self.check_files()?;
        self.check_load()?;
        if !self.codes.is_empty() && self.codes != Codes::table(self.inputs.iter().chain(&self.outputs)) {
            return Err(ManifestError::Codes);
        }
        for (i, probe) in self.probes.iter().enumerate() {
            clocks(&format!("probes[{i}].latency"), probe.latency, 0)?;
            if !probe.signal.split('.').all(identifier) {
                return Err(ManifestError::Signal { probe: i, signal: probe.signal.clone() });
            }
        }
        Ok(())
    }

    fn check_names(&self) -> Result<(), ManifestError> {
        let control = [&self.clock, &self.reset, &self.in_valid, &self.out_valid];
        let data = self.inputs.iter().chain(&self.outputs).map(|p| &p.name);
        let mut seen = HashSet::new();
        let load = self.load.iter().flat_map(|l| [&l.start, &l.valid, &l.data, &l.loaded]);
        for name in control.into_iter().chain(&self.in_ready).chain(load).chain(data) {
            if !identifier(name) {
                return Err(ManifestError::PortName(name.clone()));
            }
            if !seen.insert(name) {
                return Err(ManifestError::PortTwice(name.clone()));
            }
        }
        if let Some(name) = self.rom_dir.as_ref().filter(|name| !identifier(name)) {
            return Err(ManifestError::RomDir(name.clone()));
        }
        match identifier(&self.top) {
            true => Ok(()),
            false => Err(ManifestError::Top(self.top.clone())),
        }
    }

    fn check_load(&self) -> Result<(), ManifestError> {
        let Some(load) = &self.load else { return Ok(()) };
        let fault = |text: &str| Err(ManifestError::Load(text.into()));
        if self.in_ready.is_none() {
            return fault("a circuit without in_ready cannot wait for its weights");
        }
        if !(1..=MAX_CLOCKS).contains(&load.words) {
            return fault("a number of words that no memory has");
        }
        match self.files.roms.contains(&load.file) {
            true => Ok(()),
            false => Err(ManifestError::Load(format!("`{}` is no file of files.roms", load.file))),
        }
    }

    fn check_files(&self) -> Result<(), ManifestError> {
        if self.files.verilog.is_empty() {
            return Err(ManifestError::NoVerilog);
        }
        let mut seen = HashSet::new();
        for name in self.files.verilog.iter().chain(&self.files.roms) {
            let path = Path::new(name);
            let plain = path.components().all(|c| matches!(c, Component::Normal(_)));
            // Tools run in a directory of copies, and find ROMs by their last part alone.
            match path.file_name().and_then(|f| f.to_str()).filter(|f| plain && file_name(f)) {
                None => return Err(ManifestError::Path(name.clone())),
                Some(last) if !seen.insert(last) => return Err(ManifestError::PathTwice(last.into())),
                Some(_) => (),
            }
        }
        Ok(())
    }
}

const NAME_CURE: &str = "use letters, digits and single `_`, beginning with a letter";

fn clocks(place: &str, value: u32, least: u32) -> Result<(), ManifestError> {
    match (least..=MAX_CLOCKS).contains(&value) {
        true => Ok(()),
        false => Err(ManifestError::Clocks { place: place.into(), value }),
    }
}

/// Names that are the same in Verilog, in C++ and in waveforms: no `$`, no escapes, no double underscore.
fn identifier(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
        && !name.contains("__")
}

fn file_name(name: &str) -> bool {
    !name.starts_with(['.', '-']) && name.chars().all(|c| c.is_ascii_alphanumeric() || "_-.".contains(c))
}
