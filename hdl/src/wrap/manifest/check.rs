//! What a manifest must hold to be used.

use super::{Architecture, Codes, Manifest};
use gainstage_golden::document::DocumentError;
use gainstage_golden::text::count;
use std::collections::HashSet;
use std::path::{Component, Path};

/// The most clocks a latency, an interval or a probe may have: a sanity limit, far above any real circuit.
const MAX_CLOCKS: u32 = 1 << 24;

impl Manifest {
    pub(super) fn check(&self) -> Result<(), Problem> {
        // It ends in comments of files that are made from a manifest.
        if self.generator.chars().any(char::is_control) {
            let cure = "write the name and version of a program in one line";
            return Err(Problem::new("generator", format!("{:?}", self.generator), cure));
        }
        self.check_names()?;
        for (place, ports) in [("inputs", &self.inputs), ("outputs", &self.outputs)] {
            if ports.is_empty() {
                return Err(Problem::new(place, "there is none".into(), "a circuit has at least one"));
            }
        }
        clocks("latency", self.latency, 0)?;
        clocks("interval", self.interval, 1)?;
        if self.architecture == Architecture::Parallel && self.interval != 1 {
            let text = format!("{} in a parallel circuit", count(self.interval, "clock"));
            return Err(Problem::new("interval", text, "a parallel circuit takes a sample every clock"));
        }
        if !(self.clock_mhz.is_finite() && self.clock_mhz > 0.0) {
            return Err(Problem::new(
                "clock_mhz",
                format!("{} MHz", self.clock_mhz),
                "give a positive number",
            ));
        }
        self.check_files()?;
        if !self.codes.is_empty() && self.codes != Codes::table(self.inputs.iter().chain(&self.outputs)) {
            let problem = "this is not what the formats of the ports say".into();
            return Err(Problem::new("codes", problem, "leave it out, or generate the directory again"));
        }
        for (i, probe) in self.probes.iter().enumerate() {
            clocks(&format!("probes[{i}].latency"), probe.latency, 0)?;
            if !probe.signal.split('.').all(identifier) {
                let place = format!("probes[{i}].signal");
                return Err(Problem::new(
                    place,
                    format!("`{}`", probe.signal),
                    "give names with dots between",
                ));
            }
        }
        Ok(())
    }

    fn check_names(&self) -> Result<(), Problem> {
        let control = [&self.clock, &self.reset, &self.in_valid, &self.out_valid];
        let data = self.inputs.iter().chain(&self.outputs).map(|p| &p.name);
        let mut seen = HashSet::new();
        for name in control.into_iter().chain(&self.in_ready).chain(data) {
            if !identifier(name) {
                return Err(Problem::new("ports", format!("`{name}` is no port name"), NAME_CURE));
            }
            if !seen.insert(name) {
                return Err(Problem::new("ports", format!("`{name}` occurs twice"), "give each port a name"));
            }
        }
        if let Some(name) = self.rom_dir.as_ref().filter(|name| !identifier(name)) {
            return Err(Problem::new("rom_dir", format!("`{name}` is no name of a parameter"), NAME_CURE));
        }
        if identifier(&self.top) {
            return Ok(());
        }
        Err(Problem::new("top", format!("`{}` is no module name", self.top), NAME_CURE))
    }

    fn check_files(&self) -> Result<(), Problem> {
        if self.files.verilog.is_empty() {
            return Err(Problem::new("files.verilog", "there is none".into(), "list the Verilog files"));
        }
        let mut seen = HashSet::new();
        for name in self.files.verilog.iter().chain(&self.files.roms) {
            let path = Path::new(name);
            let plain = path.components().all(|c| matches!(c, Component::Normal(_)));
            // Tools run in a directory of copies, and find ROMs by their last part alone.
            match path.file_name().and_then(|f| f.to_str()).filter(|f| plain && file_name(f)) {
                None => {
                    let cure = "give a path below the directory, of letters, digits, `_`, `-`, `.`";
                    return Err(Problem::new("files", format!("`{name}`"), cure));
                }
                Some(last) if !seen.insert(last) => {
                    let cure = "the last part of each path must be its own";
                    return Err(Problem::new("files", format!("`{last}` occurs twice"), cure));
                }
                Some(_) => (),
            }
        }
        Ok(())
    }
}

const NAME_CURE: &str = "use letters, digits and single `_`, beginning with a letter";

pub(super) struct Problem {
    place: String,
    problem: String,
    cure: &'static str,
}

impl Problem {
    fn new(place: impl Into<String>, problem: String, cure: &'static str) -> Problem {
        Problem { place: place.into(), problem, cure }
    }

    pub(super) fn at(self, path: &Path) -> DocumentError {
        let Problem { place, problem, cure } = self;
        DocumentError::Invalid { path: path.into(), problem: format!("{place}: {problem}; {cure}") }
    }
}

fn clocks(place: &str, value: u32, least: u32) -> Result<(), Problem> {
    if (least..=MAX_CLOCKS).contains(&value) {
        return Ok(());
    }
    Err(Problem::new(
        place,
        count(value, "clock"),
        "give a count of clocks below 2^24, 1 or more for an interval",
    ))
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
