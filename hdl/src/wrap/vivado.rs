//! Scripts for Vivado: a bitstream without a project, and the stream wrapper as an IP core.

use super::manifest::Manifest;
use super::top::Top;
use crate::emit::SourceFile;
use std::fmt::Write;

/// The script that makes the bitstream.
pub(super) const BUILD: &str = "build.tcl";
/// The script that packages the IP core.
const PACKAGE: &str = "package_ip.tcl";

/// What both scripts start with: the place of everything, and the sources as lists relative to it.
fn head(what: &str, script: &str, verilog: &[String], memories: &[String], part: &str) -> String {
    let list = |files: &[String]| files.iter().map(|f| format!("    {f}\n")).collect::<String>();
    format!(
        "# {what}
#     vivado -mode batch -source {script}
# Works from any directory. Everything it writes goes below the directory of this script.
set here [file dirname [file normalize [info script]]]
set root [file dirname $here]
set part {part}
set verilog {{
{}}}
set memories {{
{}}}
",
        list(verilog),
        list(memories)
    )
}

impl Top {
    /// `build.tcl` and `package_ip.tcl`, paths below `dir`; `files` are all others of the generated directory.
    pub(super) fn vivado(&self, core: &Manifest, dir: &str, files: &[SourceFile]) -> Vec<SourceFile> {
        let ours = files.iter().map(|f| f.path.clone()).filter(|p| p.ends_with(".v"));
        let all: Vec<String> = core.files.verilog.iter().cloned().chain(ours).collect();
        let stream: Vec<String> = all.iter().filter(|p| !p.starts_with(dir)).cloned().collect();
        let file = |name: &str, text| SourceFile { path: format!("{dir}/{name}"), text };
        vec![file(BUILD, self.build_script(core, &all)), file(PACKAGE, self.package_script(core, &stream))]
    }

    fn build_script(&self, core: &Manifest, verilog: &[String]) -> String {
        let top = &self.link.top;
        let what = format!("Bitstream of {top} for {}", self.link.board);
        let mut text = head(&what, BUILD, verilog, &core.files.roms, &self.link.part);
        let _ = write!(
            text,
            "
foreach file $verilog {{ read_verilog [file join $root $file] }}
# $readmemh finds the memories by their plain names.
foreach file $memories {{ read_mem [file join $root $file] }}
read_xdc [file join $here {}]

set reports [file join $here reports]
file mkdir $reports

synth_design -top {top} -part $part -flatten_hierarchy rebuilt
report_utilization -file [file join $reports utilization_synth.rpt]

opt_design
place_design
phys_opt_design
route_design
report_utilization -hierarchical -file [file join $reports utilization.rpt]
report_timing_summary -file [file join $reports timing.rpt]
report_drc -file [file join $reports drc.rpt]

foreach check {{setup hold}} {{
    set slack [get_property SLACK [get_timing_paths -max_paths 1 -$check]]
    if {{$slack < 0}} {{
        error \"timing is not met: $check slack $slack ns; see reports/timing.rpt, or generate for a lower clock\"
    }}
}}
write_bitstream -force [file join $here {top}.bit]
",
            self.constraints_name()
        );
        text
    }

    fn package_script(&self, core: &Manifest, verilog: &[String]) -> String {
        let module = &self.stream.module;
        let what = format!("{module} as an IP core with AXI4-Stream interfaces, in the directory ip");
        let mut text = head(&what, PACKAGE, verilog, &core.files.roms, &self.link.part);
        let _ = write!(
            text,
            "
set ip [file join $here ip]
create_project -force package_ip [file join $here package_ip] -part $part
foreach file $verilog {{ add_files -norecurse [file join $root $file] }}
foreach file $memories {{ add_files -norecurse [file join $root $file] }}
set_property top {module} [current_fileset]
update_compile_order -fileset sources_1

ipx::package_project -root_dir $ip -vendor user.org -library user -taxonomy /UserIP -import_files -force
set core [ipx::current_core]
set_property name {module} $core
set_property display_name {{{} ({} inputs, {} outputs)}} $core
set_property version 1.0 $core
# s_axis_* and m_axis_* become interfaces by their names; aclk is their clock, aresetn their reset.
ipx::infer_bus_interfaces xilinx.com:interface:axis_rtl:1.0 $core
ipx::associate_bus_interfaces -busif s_axis -clock aclk $core
ipx::associate_bus_interfaces -busif m_axis -clock aclk $core
ipx::create_xgui_files $core
ipx::update_checksums $core
ipx::check_integrity $core
ipx::save_core $core
close_project
",
            core.top,
            core.inputs.len(),
            core.outputs.len()
        );
        text
    }
}
