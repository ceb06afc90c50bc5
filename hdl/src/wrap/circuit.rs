//! A plan and its means as a directory of files: `plan.json`, `build.json`, `manifest.json`, `rtl/`.

use super::manifest::{self, Architecture, Codes, Files, Load, Manifest, Port};
use crate::arch::{self, Network};
use crate::emit::{Design, EmitError, SourceFile};
use crate::expr::Rom;
use crate::module::{ROM_DIR, identifier};
use crate::options::{Build, BuildError};
use gainstage_golden::num::Format;
use gainstage_golden::plan::{Plan, PlanError};

/// The name of the plan inside a generated directory.
pub const PLAN_FILE: &str = "plan.json";
/// The name of the means inside a generated directory.
pub const BUILD_FILE: &str = "build.json";

/// Why there is no circuit.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CircuitError {
    /// The plan contradicts itself.
    #[error("plan: {0}")]
    Plan(#[from] PlanError),
    /// A name that Verilog would not keep.
    #[error("plan: the name {0:?} cannot be that of a Verilog module: {1:?} could")]
    Name(String, String),
    /// The means cannot be had.
    #[error("build: {0}")]
    Build(#[from] BuildError),
    /// The generator refused.
    #[error(transparent)]
    Emit(#[from] EmitError),
    /// A document cannot be written as JSON.
    #[error("{0}")]
    Json(#[from] serde_json::Error),
}

/// A generated circuit.
pub struct Circuit {
    /// What it promises.
    pub manifest: Manifest,
    /// Every file, paths relative to the directory.
    pub files: Vec<SourceFile>,
    /// The modules.
    pub network: Network,
}

impl Circuit {
    /// Generates everything in memory. The same plan and means give the same bytes.
    pub fn new(plan: &Plan, build: &Build) -> Result<Circuit, CircuitError> {
        let valid = plan.valid()?;
        let name = identifier(&plan.name);
        if name != plan.name {
            return Err(CircuitError::Name(plan.name.clone(), name));
        }
        let network = arch::network(valid, build)?;
        let mut files = Design::new(network.top.clone()).files()?;
        files.extend(network.load.as_ref().map(Rom::file));
        let manifest = describe(plan, build, &network, &files);
        let mut json = |path: &str, mut text: String| {
            text.push('\n');
            files.push(SourceFile { path: path.into(), text });
        };
        json(PLAN_FILE, serde_json::to_string_pretty(plan)?);
        json(BUILD_FILE, serde_json::to_string_pretty(build)?);
        json(manifest::FILE_NAME, serde_json::to_string_pretty(&manifest)?);
        Ok(Circuit { manifest, files, network })
    }
}

/// What is loaded, by the ports that [`crate::arch::Load`] makes.
fn load(rom: &Rom) -> Load {
    Load {
        start: "load_start".into(),
        valid: "load_valid".into(),
        data: "load_data".into(),
        loaded: "loaded".into(),
        words: rom.words.len() as u32,
        file: rom.file().path,
    }
}

fn describe(plan: &Plan, build: &Build, network: &Network, files: &[SourceFile]) -> Manifest {
    let top = &network.top;
    let of_kind = |end: &str| files.iter().map(|f| f.path.clone()).filter(|p| p.ends_with(end)).collect();
    let ports = |names: Vec<&str>, formats: &[Format]| {
        names
            .iter()
            .zip(formats)
            .map(|(&name, &format)| Port { name: name.into(), format })
            .collect::<Vec<_>>()
    };
    // Behind the control inputs, where there are any.
    let control = top.inputs().len() - plan.inputs.len();
    let inputs = ports(top.inputs()[control..].iter().map(|p| p.name.as_str()).collect(), &plan.inputs);
    let outputs = ports(top.outputs().iter().map(|(p, _)| p.name.as_str()).collect(), &plan.output_formats());
    Manifest {
        schema: manifest::SCHEMA,
        generator: crate::GENERATOR.into(),
        top: top.name().into(),
        clock: "clk".into(),
        reset: "rst".into(),
        in_valid: "in_valid".into(),
        out_valid: "out_valid".into(),
        in_ready: network.ready.then(|| "in_ready".into()),
        load: network.load.as_ref().map(load),
        rom_dir: top.reads_files().then(|| ROM_DIR.into()),
        codes: Codes::table(inputs.iter().chain(&outputs)),
        inputs,
        outputs,
        latency: network.latency,
        interval: network.interval,
        // A unit alone takes a sample every clock whatever was asked for.
        architecture: if network.ready { build.architecture } else { Architecture::Parallel },
        family: build.family.clone(),
        clock_mhz: build.clock_mhz,
        files: Files { verilog: of_kind(".v"), roms: of_kind(".mem") },
        probes: network.probes.clone(),
    }
}
