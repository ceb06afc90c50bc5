//! Codes of what goes wrong where other programs run.

use crate::SimError;
use crate::host::HostError;
use crate::implement::ImplementError;
use crate::run::RunError;
use gainstage_golden::fault::{Area, Coded, unreadable};
use gainstage_golden::faults;

faults! {
    "Outside tools", RunError {
        1201 Self::Missing { .. } => "a tool that is not installed",
            "The command needs a program that is not on the path.",
            "(machine) `verify` where there is no Verilator",
            "Do as the message says; `gainstage doctor` lists all tools.";
        1202 Self::BadEnv { .. } => "an environment variable that names no program",
            "VERILATOR, YOSYS and their like name executables.",
            "(machine) VERILATOR=/nothing gainstage verify circuit",
            "Correct or unset the variable.";
        1203 Self::Odd { .. } => "a tool that is another program",
            "What it prints is not what this tool prints.",
            "(machine) VERILATOR=/bin/true gainstage verify circuit",
            "Look at `gainstage doctor`, and set the variable to one that works.";
        1204 Self::NoRoom { .. } => "no room for what a tool writes",
            "The disk or the quota is full.",
            "(machine) `verify` with a full TMPDIR",
            "Make room, or set TMPDIR or GAINSTAGE_CACHE to another place.";
        1205 Self::Failed { .. } => "a tool that ended with an error",
            "Its last lines stand in the message.",
            "(machine) a synthesis that refuses the files",
            "Read them; restore or generate the files again.";
        1206 Self::TimedOut { .. } => "a tool that took too long",
            "It was stopped at its time limit.",
            "(machine) a placement of hours",
            "Give it more time.";
        via Self::Io { .. } => unreadable();
        via Self::Cancelled { .. } => None;
    }
}

faults! {
    "Simulations", SimError {
        1211 Self::Refused { .. } => "Verilog that the generator does not write",
            "Tools run what Verilog tells them, files and programs included. No tool gets text outside \
             of the generated subset.",
            "circuit/rtl/net.v: module net; initial $system(\"true\"); endmodule\n$ gainstage verify \
             circuit",
            "Restore the file, or generate the directory again.";
        1212 Self::Ports { .. } => "ports that are not those of the manifest",
            "The Verilog's top module has other ports than the manifest promises.",
            "(directory) a top module with a port more",
            "Generate the directory again, or correct manifest.json.";
        1213 Self::Simulator { .. } => "a complaint of the simulator",
            "A memory file is missing or too short, or the circuit has a loop.",
            "(directory) a ROM file of too few words",
            "Restore the file, or generate the directory again.";
        1214 Self::NoCache => "no place for built models",
            "Neither GAINSTAGE_CACHE, XDG_CACHE_HOME nor HOME is set.",
            "(machine) env -i gainstage verify circuit",
            "Set GAINSTAGE_CACHE.";
        1215 Self::OpenCache { .. } => "a cache where others can write",
            "Built models are run: somebody else could put a program there.",
            "(machine) GAINSTAGE_CACHE of mode 777",
            "Do as the message says, or set GAINSTAGE_CACHE to a directory of your own.";
        1216 Self::Load { .. } => "a built model that cannot be loaded",
            "Its checksum is right, but the system does not take it.",
            "(machine) a cache of another machine",
            "Delete it, and try again.";
        1217 Self::Format { .. } => "a tool's result of another form",
            "Another version of the tool may write something else.",
            "(machine) a waveform that is no VCD",
            "Check the version with `gainstage doctor`.";
        1218 Self::Vectors { .. } => "vectors that do not fit the circuit",
            "Samples must have as many inputs as the circuit.",
            "(library) Vectors::data with rows of another length",
            "Do as the message says.";
        via Self::Run(e) => e.code();
        via Self::Manifest(e) => e.code();
        via Self::Io { .. } => unreadable();
    }
}

faults! {
    "Bitstreams", ImplementError {
        1221 Self::Fit { .. } => "a circuit that does not fit the part",
            "Synthesis counts more than the part has.",
            "(tools) `implement` of a large network for an iCE40",
            "Use fewer bits, another architecture, or a larger part.";
        1222 Self::Timing { .. } => "a clock that is not reached",
            "The best placement is slower than what was asked for.",
            "(tools) `implement --clock 400`",
            "Ask for a slower clock, or generate with it.";
        via Self::Sim(e) => e.code();
    }
}

faults! {
    "Boards that talk", HostError {
        1231 Self::Silent { .. } => "a board that does not answer",
            "It is not programmed with this design, this is not its port, or the rate is another.",
            "(board) `talk` to a board that holds another design",
            "Program it with this design, and check port and rate.";
        1232 Self::OtherDesign { .. } => "a board with another design",
            "The number of its design is not that of the directory.",
            "(board) `talk` to a board that holds another version",
            "Load this one with `gainstage program`.";
        via Self::Line(_) => unreadable();
    }
}

/// All that this crate has codes for.
pub const AREAS: &[Area] = &[
    <RunError as Coded>::AREA,
    <SimError as Coded>::AREA,
    <ImplementError as Coded>::AREA,
    <HostError as Coded>::AREA,
];
