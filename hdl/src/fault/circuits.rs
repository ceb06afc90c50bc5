//! Codes of build options, circuits and manifests.

use crate::device::UnknownFamily;
use crate::emit::EmitError;
use crate::options::BuildError;
use crate::wrap::CircuitError;
use crate::wrap::manifest::ManifestError;
use gainstage_golden::fault::unreadable;
use gainstage_golden::faults;

faults! {
    "Device families", UnknownFamily {
        901 Self { .. } => "a device family that is not known",
            "Registers are placed by the delays of a family.",
            "build.json: /family = \"cyclone\"",
            "Use one of those in the message; `generic` is for all others.";
    }
}

faults! {
    "Build options", BuildError {
        902 Self::Clock(_) => "a clock that no part reaches",
            "Registers are placed for clocks of 1 to 1000 MHz.",
            "build.json: /clock_mhz = 0",
            "Use 1 to 1000.";
        903 Self::Interval { .. } => "an interval that cannot be had",
            "Even with every multiplier there may be, results leave one per clock.",
            "build.json: /architecture = \"folded\"\nbuild.json: /interval = 1\n$ gainstage generate \
             plan.json -o out --arch folded --interval 1",
            "Allow a longer interval, or use another architecture.";
        904 Self::Reuse { .. } => "reuse factors that fit no network",
            "There is one factor for all layers, or one for each.",
            "$ gainstage generate plan.json -o out --arch folded --reuse 1,2,3",
            "Give one for all or one for each, at least 1, folded only.";
        905 Self::Multipliers => "multipliers asked for and forbidden",
            "Weights as multipliers need the hard multipliers that `dsp = false` forbids.",
            "build.json: /weights = \"dsp\"\nbuild.json: /dsp = false",
            "Allow DSP blocks, or use shift-add weights.";
        906 Self::Dsp { .. } => "more hard multipliers than are allowed",
            "The circuit that needs least takes more.",
            "$ gainstage generate plan.json -o out --target ecp5 --arch folded --weights dsp --max-dsp 0",
            "Allow more, a longer interval, or fewer bits.";
        907 Self::Memory { .. } => "more block RAMs than any part has",
            "Tables and weights take more memory than the largest part of the family.",
            "(size) a network of a million weights for ice40",
            "Quantize with fewer bits or --tables logic, or take another family.";
        908 Self::NothingFits { .. } => "no architecture that fits the part",
            "The smallest circuit takes more, by estimate, than the part has.",
            "(size) a network of 784 inputs and 64 neurons for a board with an iCE40",
            "Give fewer bits, take a larger part, or name an architecture: then synthesis has the last \
             word.";
        909 Self::DividerRows(_) => "rows of a divider that cannot be",
            "Between two registers of a divider stand 1 to 64 rows, with radix2 or radix4.",
            "build.json: /divider_rows = 100",
            "Use 1 to 64, with radix2 or radix4.";
        910 Self::NoSpram { .. } => "weights in a memory that is not there",
            "SPRAM is of iCE40 UltraPlus alone, and of a circuit with one engine.",
            "$ gainstage generate plan.json -o out --target ecp5 --arch sequential --weights-in spram",
            "Take the family ice40up and the sequential architecture, or leave --weights-in out.";
        911 Self::Spram { .. } => "more weights than SPRAM holds",
            "The largest part of the family has four blocks of 16,384 words of 16 bits.",
            "(size) a network of 784 inputs and 200 neurons at 16 bits for ice40up",
            "Quantize with fewer bits, take fewer neurons, or another family.";
        via Self::Family(e) => e.code();
    }
}

faults! {
    "Circuits", CircuitError {
        921 Self::Name(..) => "a name that Verilog would not keep",
            "The name of a plan is that of its top module.",
            "(library) a Plan with a name that was not checked; of files GS0101 tells it",
            "Use the name in the message.";
        922 Self::Json(_) => "a document that cannot be written",
            "A number of the plan is none that JSON has.",
            "(library) a Build whose clock is NaN",
            "Use finite numbers.";
        via Self::Plan(e) => e.code();
        via Self::Build(e) => e.code();
        via Self::Emit(e) => e.code();
    }
}

faults! {
    "Verilog in the making", EmitError {
        931 Self::NameClash { .. } => "two modules of one name",
            "Their files would overwrite each other.",
            "(library) a Design of two different modules called alike",
            "Give one of them another name.";
        932 Self::Netlist { .. } => "a fault of the generator",
            "A net without driver, with two, or of the wrong width: the check before printing found it.",
            "(program) a fault of this program",
            "Please report it, with the plan.";
        via Self::Io { .. } => unreadable();
    }
}

faults! {
    "Manifests", ManifestError {
        941 Self::Generator(_) => "a program's name of several lines",
            "It stands in a comment of files that are made from the manifest.",
            "manifest.json: /generator = \"x\\nmodule y;\"",
            "Write the name and version of a program in one line.";
        942 Self::NoPorts(_) => "a circuit without inputs or outputs",
            "It computes nothing.",
            "manifest.json: /inputs = []",
            "Restore the list, or generate the directory again.";
        943 Self::PortName(_) => "a port that cannot be called so",
            "Ports have the same name in Verilog, in C++ and in waveforms.",
            "manifest.json: /in_valid = \"a b\"",
            "Use letters, digits and single `_`, beginning with a letter.";
        944 Self::PortTwice(_) => "a name that two ports have",
            "Verilog knows a port by its name.",
            "manifest.json: /in_valid = \"clk\"",
            "Give each port a name.";
        945 Self::RomDir(_) => "a parameter that cannot be called so",
            "Verilog has no such name.",
            "manifest.json: /rom_dir = \"a b\"",
            "Use letters, digits and single `_`, beginning with a letter.";
        946 Self::Top(_) => "a top module that cannot be called so",
            "Verilog has no such name.",
            "manifest.json: /top = \"a b\"",
            "Use letters, digits and single `_`, beginning with a letter.";
        947 Self::Clocks { .. } => "a number of clocks that cannot be",
            "Latencies and intervals are below 2^24 clocks.",
            "manifest.json: /interval = 0",
            "Give a count of clocks, 1 or more for an interval.";
        948 Self::Interval(_) => "a parallel circuit that waits",
            "Parallel circuits take a sample every clock.",
            "manifest.json: /interval = 4",
            "Restore the interval or the architecture.";
        949 Self::Clock(_) => "a clock that is none",
            "A frequency is a positive number.",
            "manifest.json: /clock_mhz = -1",
            "Give a positive number.";
        950 Self::NoVerilog => "no Verilog files",
            "There is nothing to simulate.",
            "manifest.json: /files/verilog = []",
            "List the Verilog files, or generate the directory again.";
        951 Self::Path(_) => "a file outside of the directory",
            "Tools get the files that the manifest lists; paths elsewhere, and letters that tools take \
             for orders, are refused.",
            "manifest.json: /files/verilog/0 = \"../net.v\"",
            "Give a path below the directory, of letters, digits, `_`, `-`, `.`.";
        952 Self::PathTwice(_) => "two files of one name",
            "Tools run in a directory of copies, and find memories by the last part of their path.",
            "manifest.json: /files/roms = [\"rtl/a.mem\", \"b/a.mem\"]",
            "Give each last part once.";
        953 Self::Codes => "meanings that the formats do not have",
            "`codes` says in numbers what the formats of the ports say.",
            "manifest.json: /codes/0/unit = 3",
            "Leave it out, or generate the directory again.";
        954 Self::Signal { .. } => "a signal that cannot be one",
            "Probes name signals with dots between the instances.",
            "manifest.json: /probes/0/signal = \"l0..y\"",
            "Give names with dots between.";
        955 Self::Load(_) => "weights that cannot be loaded",
            "What is loaded before the first sample is a listed memory file, into a circuit that can wait.",
            "manifest.json: /load = {\"start\": \"a\", \"valid\": \"b\", \"data\": \"c\", \"loaded\": \"d\", \"words\": 1, \
             \"file\": \"rtl/none.mem\"}",
            "Restore the object, or generate the directory again.";
        via Self::Unreadable(_) => unreadable();
    }
}
