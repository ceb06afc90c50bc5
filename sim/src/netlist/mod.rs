//! Synthesis with yosys: what a circuit costs, and its netlist as Verilog that any simulator runs.

mod counts;

pub use counts::Counts;

use crate::SimError;
use crate::models;
use crate::run::{Run, Tool};
use crate::stage::{self, Source};
use gainstage_golden::scratch::Scratch;
use gainstage_hdl::device::Family;
use gainstage_hdl::wrap::manifest::{Files, Manifest};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// The netlist's file name.
const NETLIST: &str = "netlist.v";

/// How to synthesise.
#[derive(Clone, Debug)]
pub struct Options {
    /// For which devices.
    pub family: Family,
    /// Whether hard multipliers may be used.
    pub dsp: bool,
    /// Whether block RAM may be used.
    pub bram: bool,
    /// The time limit.
    pub limit: Duration,
    /// A file for all that yosys says.
    pub log: Option<PathBuf>,
}

impl Options {
    /// The same without hard multipliers and block RAM: logic alone.
    pub fn logic(family: Family) -> Options {
        Options { dsp: false, bram: false, ..Options::new(family) }
    }

    /// Synthesis for a family, with hard multipliers and block RAM, in at most half an hour.
    pub fn new(family: Family) -> Options {
        Options { family, dsp: true, bram: true, limit: Duration::from_secs(1800), log: None }
    }

    /// The yosys commands from elaborated Verilog to cells of the family.
    fn synthesis(&self, top: &str) -> String {
        let no = |allowed, flag| if allowed { "" } else { flag };
        let (dsp, bram) = (no(self.dsp, " -nodsp"), no(self.bram, " -nobram"));
        match self.family {
            Family::Ecp5 => format!("synth_ecp5{dsp}{bram} -top {top}"),
            Family::Nexus => format!("synth_nexus{dsp}{bram} -top {top}"),
            // Not all of yosys' iCE40 have multipliers, so it must be asked for them.
            Family::Ice40Up if self.dsp => format!("synth_ice40 -dsp{bram} -top {top}"),
            Family::Ice40 | Family::Ice40Up => format!("synth_ice40{bram} -top {top}"),
            Family::Xc7 => format!("synth_xilinx -family xc7{dsp}{bram} -flatten -top {top}"),
            Family::Generic => format!("synth -flatten -lut 4 -top {top}"),
        }
    }

    /// The Verilog of the family's cells, in yosys' own directory (`+/`).
    fn cells(&self) -> Option<&'static str> {
        match self.family {
            Family::Ecp5 => Some("+/ecp5/cells_sim.v"),
            Family::Nexus => Some("+/nexus/cells_sim.v"),
            Family::Ice40 | Family::Ice40Up => Some("+/ice40/cells_sim.v"),
            Family::Xc7 => Some("+/xilinx/cells_sim.v"),
            Family::Generic => None,
        }
    }
}

/// Pins that yosys leaves open and the device holds at 0: the reset of the register behind DSP48E1's first adder, where that
/// register is packed.
const OPEN_PINS: &str = "setattr -set defaultvalue 1'h0 */i:RSTD; ";

/// Synthesises the circuit that lies in `dir` and counts its cells.
pub fn synthesize(dir: &Path, manifest: &Manifest, options: &Options) -> Result<Counts, SimError> {
    let work = Scratch::temporary().map_err(SimError::writing(&std::env::temp_dir()))?;
    run(dir, manifest, work.path(), options, "")
}

/// Synthesises the circuit that lies in `dir` and writes the netlist, with the behaviour of every cell beside it, into
/// `out`. It has the ports and the timing of the circuit, no ROM files and no probes, and can be verified like the circuit.
///
/// What logic is made of, and hard blocks whose behaviour yosys knows (SB_MAC16, SB_RAM40_4K, DSP48E1 and Nexus'
/// multipliers), are one flat Verilog file; hard blocks that yosys knows as empty boxes stay instances of the models in
/// `models`. These are for simulators that know `x`, such as Icarus: a word that is read while it is written is `x` where
/// the data sheet promises nothing. Without hard multipliers and block RAM any simulator will do.
pub fn netlist(
    dir: &Path,
    manifest: &Manifest,
    out: &Path,
    options: &Options,
) -> Result<(Manifest, Counts), SimError> {
    let work = Scratch::temporary().map_err(SimError::writing(&std::env::temp_dir()))?;
    let top = &manifest.top;
    let hard = models::of(options.family).iter().filter(|_| options.dsp || options.bram).copied();
    let hard: Vec<Source> =
        hard.map(|(name, text)| Source { name: name.to_owned(), bytes: text.into() }).collect();
    for source in &hard {
        stage::write(work.path(), source)?;
    }
    // Synthesis knows the cells as empty boxes; now their behaviour comes in. Deferred: elaborating the cells
    // that the circuit does not use takes a minute for iCE40.
    let boxes: String = hard.iter().map(|x| format!("read_verilog -lib {}; ", x.name)).collect();
    let behaviour = options.cells().map(|cells| {
        format!(
            "delete =A:blackbox; {boxes}read_verilog -defer {cells}; hierarchy -top {top}; \
             {OPEN_PINS}hierarchy -top {top}; proc; flatten; opt_clean; "
        )
    });
    // One wire a bit: within a vector, a bit that depends on another looks like a combinational loop, and
    // Verilator 5.006 then settles on wrong values.
    let behaviour = behaviour.unwrap_or_default();
    let export = format!("{behaviour}splitnets; write_verilog -noattr {NETLIST}");
    let counts = run(dir, manifest, work.path(), options, &export)?;

    std::fs::create_dir_all(out).map_err(SimError::writing(out))?;
    let (written, path) = (work.path().join(NETLIST), out.join(NETLIST));
    let text = std::fs::read_to_string(&written).map_err(SimError::reading(&written))?;
    // An order to synthesis, of which there is none behind this.
    let text = text.replace(" // synopsys parallel_case", "");
    std::fs::write(&path, text).map_err(SimError::writing(&path))?;
    let mut verilog = vec![NETLIST.to_owned()];
    for source in hard {
        stage::write(out, &source)?;
        verilog.push(source.name);
    }
    // Weights that are loaded are no part of it.
    let roms: Vec<String> = manifest.load.iter().map(|l| l.file.clone()).collect();
    for file in &roms {
        let to = out.join(file);
        to.parent().map_or(Ok(()), std::fs::create_dir_all).map_err(SimError::writing(&to))?;
        std::fs::copy(dir.join(file), &to).map_err(SimError::reading(&dir.join(file)))?;
    }
    let files = Files { verilog, roms };
    let netlist = Manifest { files, probes: Vec::new(), ..manifest.clone() };
    netlist.write(out)?;
    Ok((netlist, counts))
}

fn run(
    dir: &Path,
    manifest: &Manifest,
    work: &Path,
    options: &Options,
    then: &str,
) -> Result<Counts, SimError> {
    let files = stage::copy(dir, manifest, work)?.join(" ");
    let synthesis = options.synthesis(&manifest.top);
    // The statistics go to a file of their own: what else is printed depends on the version.
    // Without hard blocks, what stands for one in plain Verilog takes its place.
    let portable = if options.dsp { "" } else { "-D GAINSTAGE_PORTABLE " };
    let script =
        format!("read_verilog {portable}{files}; {synthesis}; tee -q -o counts.json stat -json; {then}");
    let yosys = Run::new(Tool::Yosys, work).limit(options.limit);
    let yosys = match &options.log {
        Some(log) => yosys.log(log).args(["-p", &script]),
        None => yosys.args(["-q", "-p", &script]),
    };
    yosys.output()?;
    let path = work.join("counts.json");
    let text = stage::text_left_by(Tool::Yosys, &path)?;
    Counts::from_json(options.family, &text).map_err(|problem| SimError::Format { path, problem })
}

#[cfg(test)]
mod tests;
