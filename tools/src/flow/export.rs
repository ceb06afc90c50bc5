//! Files for other people's tools, made of a plan or of a generated directory.

mod memories;
pub mod onnx;

use super::certified;
use super::evaluate::{check_columns, input_codes};
use anyhow::Context;
use gainstage_golden::data::Samples;
use gainstage_golden::document::write_atomic;
use gainstage_golden::export::c99::{C99, Options, c99_with};
use gainstage_golden::export::python::{Script, python};
use gainstage_golden::export::rom::{RomFormat, RomImage};
use gainstage_golden::export::rust::{RustCrate, rust};
use gainstage_golden::plan::{Engine, Plan};
use gainstage_hdl::emit::SourceFile;
use gainstage_hdl::wrap::manifest::Manifest;
use gainstage_hdl::wrap::{PLAN_FILE, Stream, handover};
use gainstage_sim::vectors::Vectors;
use std::path::{Path, PathBuf};

/// What to export.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Tables and weights as memory files.
    Rom(RomFormat),
    /// The plan as a C program.
    C99(Options),
    /// The plan as a Rust crate.
    Rust,
    /// The plan as a Python script.
    Python,
    /// A self-checking Verilog test bench with the circuit's files.
    Testbench,
    /// A cocotb test with the circuit's files.
    Cocotb,
    /// A Synopsys design constraint.
    Sdc,
    /// A Vivado constraint.
    Xdc,
    /// A VHDL component.
    Vhdl,
    /// A Verilog instantiation template.
    Template,
    /// The AXI4-Stream wrapper.
    AxiStream,
}

/// A plan, and the circuit that was generated for it if there is one.
pub struct Source {
    plan: Plan,
    circuit: Option<(PathBuf, Manifest)>,
}

/// Vectors of a test.
pub struct Tests<'a> {
    /// Random vectors, in addition to corner codes.
    pub random: u64,
    /// Their seed.
    pub seed: u64,
    /// Samples to try as well, and the name of their file.
    pub data: Option<(&'a Samples, &'a str)>,
}

/// The most corner codes in an exported test: files stay small enough to read.
const CORNERS: u64 = 256;

impl Source {
    /// Reads a directory that `generate` wrote, or a plan.
    ///
    /// # Errors
    /// Names the file, the place and the cure.
    pub fn read(path: &Path) -> anyhow::Result<Source> {
        anyhow::ensure!(
            path.exists(),
            "{} is not there: give a plan, or the directory that `generate` or `build` wrote",
            path.display()
        );
        if path.is_dir() {
            let manifest = Manifest::read(path)?;
            let plan = certified::read(&path.join(PLAN_FILE))?;
            return Ok(Source { plan, circuit: Some((path.to_owned(), manifest)) });
        }
        Ok(Source { plan: certified::read(path)?, circuit: None })
    }

    /// The files of an export, by name, and what is to be said about them.
    ///
    /// # Errors
    /// A format that needs a circuit where there is only a plan; files of the circuit that cannot be read.
    pub fn files(&self, format: Format, tests: &Tests<'_>) -> anyhow::Result<(Vec<File>, serde_json::Value)> {
        let nothing = serde_json::json!({});
        let one = |name: String, text: String| (vec![File { name, bytes: text.into() }], nothing.clone());
        match format {
            Format::Rom(rom) => self.memories(rom),
            Format::C99(options) => Ok(self.c(options)),
            Format::Rust => Ok(self.rust()),
            Format::Python => {
                let Script { name, text } = python(&self.plan);
                Ok(one(format!("{name}.py"), text))
            }
            Format::Testbench | Format::Cocotb => Ok((self.tests(format, tests)?, nothing)),
            Format::Sdc => self.manifest().map(|m| one(format!("{}.sdc", m.top), handover::sdc(m))),
            Format::Xdc => self.manifest().map(|m| one(format!("{}.xdc", m.top), handover::xdc(m))),
            Format::Vhdl => self.manifest().map(|m| one(format!("{}.vhd", m.top), handover::component(m))),
            Format::AxiStream => Ok((self.stream()?, nothing)),
            Format::Template => {
                self.manifest().map(|m| one(format!("{}_template.v", m.top), handover::template(m)))
            }
        }
    }

    fn circuit(&self) -> anyhow::Result<(&Path, &Manifest)> {
        let (dir, manifest) = self.circuit.as_ref().context(
            "this format describes a circuit, not a plan: give the directory that `generate` or `build` wrote",
        )?;
        Ok((dir, manifest))
    }

    fn manifest(&self) -> anyhow::Result<&Manifest> {
        Ok(self.circuit()?.1)
    }

    /// The wrapper and what it stands on, without the core.
    fn stream(&self) -> anyhow::Result<Vec<File>> {
        let core = self.manifest()?;
        let flat = |SourceFile { path, text }: SourceFile| {
            let name = path.rsplit('/').next().unwrap_or(&path).to_owned();
            File { name, bytes: text.into() }
        };
        Ok(Stream::new(core).files(core).into_iter().map(flat).collect())
    }

    /// The memories, and which of them the Verilog reads: weights stand in files for others too.
    fn memories(&self, format: RomFormat) -> anyhow::Result<(Vec<File>, serde_json::Value)> {
        let dir = self.circuit.as_ref().map(|(dir, _)| dir.as_path());
        let memories::Images { circuit, layers } = memories::images(&self.plan, dir)?;
        let name = |image: &RomImage| format!("{}.{}", image.name(), format.extension());
        let names = |images: &[RomImage]| images.iter().map(name).collect::<Vec<_>>();
        let roles = serde_json::json!({
            "read_by_the_verilog": names(&circuit),
            "not_read_by_the_verilog": names(&layers),
        });
        let file = |image| File { name: name(image), bytes: format.write(image) };
        Ok((circuit.iter().chain(&layers).map(file).collect(), roles))
    }

    fn c(&self, options: Options) -> (Vec<File>, serde_json::Value) {
        let C99 { header, source, cpp, weight_bytes, table_bytes, stack_bytes } =
            c99_with(&self.plan, options);
        let name = &self.plan.name;
        let files = vec![
            File { name: format!("{name}.h"), bytes: header.into() },
            File { name: format!("{name}.c"), bytes: source.into() },
            File { name: format!("{name}.hpp"), bytes: cpp.into() },
        ];
        let sizes = serde_json::json!({
            "weight_bytes": weight_bytes,
            "table_bytes": table_bytes,
            "stack_bytes": stack_bytes,
        });
        (files, sizes)
    }

    fn rust(&self) -> (Vec<File>, serde_json::Value) {
        let RustCrate { name: _, manifest, library, weight_bytes, table_bytes } = rust(&self.plan);
        let files = vec![
            File { name: "Cargo.toml".into(), bytes: manifest.into() },
            File { name: "src/lib.rs".into(), bytes: library.into() },
        ];
        (files, serde_json::json!({ "weight_bytes": weight_bytes, "table_bytes": table_bytes }))
    }

    /// A test with all files of the circuit beside it, as they lie there.
    fn tests(&self, format: Format, tests: &Tests<'_>) -> anyhow::Result<Vec<File>> {
        let (dir, manifest) = self.circuit()?;
        super::verify::promised(dir, manifest, &self.plan)?;
        let inputs = self.vectors(tests)?;
        let outputs = Engine::new(&self.plan).run(&inputs);
        let samples = handover::Samples { inputs: &inputs, outputs: &outputs };
        let made = match format {
            Format::Testbench => handover::testbench(manifest, samples),
            _ => handover::cocotb_test(manifest, samples),
        };
        let made = made.into_iter().map(|SourceFile { path, text }| File { name: path, bytes: text.into() });
        let mut files: Vec<File> = made.collect();
        for path in manifest.files.verilog.iter().chain(&manifest.files.roms) {
            let full = dir.join(path);
            let bytes = gainstage_golden::document::read(&full, gainstage_golden::document::MOST)
                .with_context(|| format!("cannot read {}", full.display()))?;
            let name = path.rsplit('/').next().unwrap_or(path).to_owned();
            files.push(File { name, bytes });
        }
        Ok(files)
    }

    fn vectors(&self, tests: &Tests<'_>) -> anyhow::Result<Vec<i64>> {
        let inputs = self.plan.inputs.len();
        let data = match tests.data {
            Some((samples, file)) => {
                check_columns(samples, inputs, self.plan.output_formats().len(), file)?;
                input_codes(&self.plan, samples)
            }
            None => Vec::new(),
        };
        let formats = &self.plan.inputs;
        let corners = Vectors::new(formats.clone()).corners(tests.seed).sample(CORNERS);
        let others = Vectors::new(formats.clone()).data(&data)?.random(tests.random, tests.seed);
        let mut codes = Vec::new();
        for list in [corners, others] {
            let from = codes.len();
            let rows = usize::try_from(list.len()).context("too many vectors: give fewer")?;
            codes.resize(from + rows * inputs, 0);
            list.fill(0, &mut codes[from..]);
        }
        Ok(codes)
    }
}

/// A file to be written.
pub struct File {
    /// Its path in the output directory.
    pub name: String,
    /// What stands in it.
    pub bytes: Vec<u8>,
}

/// Writes files into a directory, each whole or not at all; the directory is made.
///
/// # Errors
/// Before anything is written: a file that is there and differs, unless `force`. Then what the system refuses.
pub fn write(dir: &Path, files: &[File], force: bool) -> anyhow::Result<Vec<PathBuf>> {
    let paths: Vec<PathBuf> = files.iter().map(|f| dir.join(&f.name)).collect();
    for (file, path) in files.iter().zip(&paths).filter(|_| !force) {
        let differs = path.exists()
            && gainstage_golden::document::read(path, gainstage_golden::document::MOST)
                .map_or(true, |old| old != file.bytes);
        anyhow::ensure!(
            !differs,
            "{} is there and differs: choose another directory, or overwrite it with --force",
            path.display()
        );
    }
    for (file, path) in files.iter().zip(&paths) {
        write_atomic(path, &file.bytes)?;
    }
    Ok(paths)
}
