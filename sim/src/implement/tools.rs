//! The command lines of the tools.

use super::report::{self, Placed};
use super::{ImplementError, Work};
use crate::SimError;
use crate::netlist::Counts;
use crate::run::{Run, Tool};
use crate::stage;
use gainstage_hdl::board::Device;

/// The tools that a device takes, in the order of their work.
pub(super) fn of(device: &Device) -> &'static [Tool] {
    match device {
        Device::Ice40 { .. } => &[Tool::Yosys, Tool::NextpnrIce40, Tool::Icepack],
        Device::Ecp5 { .. } => &[Tool::Yosys, Tool::NextpnrEcp5, Tool::Ecppack],
        Device::Xc7 { .. } => &[Tool::Yosys],
    }
}

impl Work<'_> {
    pub(super) fn synthesize(&self) -> Result<Counts, ImplementError> {
        self.tell("synthesis with yosys");
        let (top, files) = (&self.top.link.top, self.verilog.join(" "));
        let dsp = self.device.capacity().dsp > 0;
        let family = self.device.family();
        let synthesis = match &self.device {
            Device::Ice40 { .. } => format!("synth_ice40{} -top {top}", if dsp { " -dsp" } else { "" }),
            Device::Ecp5 { .. } => format!("synth_ecp5 -top {top}"),
            Device::Xc7 { .. } => format!("synth_xilinx -family xc7 -flatten -top {top}"),
        };
        let script = format!(
            "read_verilog {files}; {synthesis}; tee -q -o counts.json stat -json; write_json netlist.json"
        );
        Run::new(Tool::Yosys, self.dir.path())
            .limit(self.options.limit)
            .log(&self.options.logs.join("yosys.log"))
            .args(["-p", &script])
            .output()?;
        let path = self.dir.path().join("counts.json");
        let text = stage::text_left_by(Tool::Yosys, &path)?;
        let counts =
            Counts::from_json(family, &text).map_err(|problem| SimError::Format { path, problem })?;
        Ok(counts)
    }

    pub(super) fn route(&self, seed: u32) -> Result<Placed, ImplementError> {
        self.tell(&format!("place and route with seed {seed}"));
        let constraints = self.top.constraints_name();
        let (tool, device) = match &self.device {
            Device::Ice40 { size, package, .. } => {
                let at = ["--package", package, "--pcf", &constraints, "--asc", "routed"];
                (Tool::NextpnrIce40, [&[format!("--{size}")][..], &at.map(String::from)].concat())
            }
            Device::Ecp5 { size, package, speed, .. } => {
                let speed = speed.to_string();
                let at =
                    ["--package", package, "--speed", &speed, "--lpf", &constraints, "--textcfg", "routed"];
                (Tool::NextpnrEcp5, [&[format!("--{size}")][..], &at.map(String::from)].concat())
            }
            Device::Xc7 { .. } => unreachable!("7 series parts are placed by Vivado"),
        };
        Run::new(tool, self.dir.path())
            .args(device)
            .args(["--json", "netlist.json", "--report", "report.json", "--timing-allow-fail"])
            .args(["--seed", &seed.to_string(), "--freq", &self.top.link.clock_mhz.to_string()])
            .limit(self.options.limit)
            .log(&self.options.logs.join(format!("nextpnr.{seed}.log")))
            .output()?;
        let path = self.dir.path().join("report.json");
        let text = stage::text_left_by(tool, &path)?;
        Ok(report::read(&text, self.top.link.clock_mhz)
            .map_err(|problem| SimError::Format { path, problem })?)
    }

    /// The bitstream's name and contents.
    pub(super) fn pack(&self) -> Result<(String, Vec<u8>), ImplementError> {
        let (tool, end, args): (_, _, &[&str]) = match self.device {
            Device::Ice40 { .. } => (Tool::Icepack, "bin", &["routed", "bitstream"]),
            _ => (Tool::Ecppack, "bit", &["--compress", "routed", "bitstream"]),
        };
        self.tell("packing the bitstream");
        let log = self.options.logs.join("pack.log");
        Run::new(tool, self.dir.path()).args(args).limit(self.options.limit).log(&log).output()?;
        let path = self.dir.path().join("bitstream");
        let bytes = stage::left_by(tool, &path)?;
        Ok((format!("{}.{end}", self.top.link.top), bytes))
    }
}
