//! Codes of boards.

use crate::board::pll::ClockError;
use crate::board::{BoardError as E, BoardFault as F};
use crate::wrap::TopError;
use crate::wrap::link::SerialError;
use gainstage_golden::fault::unreadable;
use gainstage_golden::faults;

faults! {
    "Boards", E {
        1001 Self::Unknown { .. } => "a board that is not known",
            "No board of this name comes with the program.",
            "$ gainstage implement circuit --board ulx3",
            "Use one of those in the message, or the path of a board file of your own.";
        1002 E::Invalid { fault: F::Name(_), .. } => "a board's name that cannot be",
            "It is given on the command line and stands in names of files.",
            "board.toml: name = \"a b\"",
            "Use letters, digits, - and _.";
        1003 E::Invalid { fault: F::Title(_), .. } => "a title of several lines",
            "It stands in comments of the files that are made for the board.",
            "board.toml: title = \"a\\nb\"",
            "Use one line.";
        1004 E::Invalid { fault: F::Part(_), .. } => "a part that is not known",
            "Family, size, package and speed follow from the part's number.",
            "board.toml: part = \"iCE40UP5K-\"",
            "Use the number in the data sheet, as the message says.";
        1005 E::Invalid { fault: F::Pin(_), .. } => "a pin that is none",
            "Pins stand in constraint files.",
            "board.toml: [clock] pin = \"3 5\"",
            "Use the name in the part's data sheet, such as \"G2\".";
        1006 E::Invalid { fault: F::SharedPin { .. }, .. } => "two signals on one pin",
            "Each signal needs a pin of its own.",
            "board.toml: [uart] tx = \"6\"",
            "Give one of them another pin.";
        1007 E::Invalid { fault: F::Standard(_), .. } => "an I/O standard that is none",
            "It stands in constraint files.",
            "board.toml: [uart] standard = \"3 V\"",
            "Use one such as \"LVCMOS33\".";
        1008 E::Invalid { fault: F::Clock(_), .. } => "a clock that no part has",
            "Clocks are 1 to 1000 MHz.",
            "board.toml: [clock] mhz = 0.1",
            "Use 1 to 1000.";
        1009 E::Invalid { fault: F::Baud(_), .. } => "a serial rate that no adapter has",
            "Rates are 300 to 12000000 bits a second.",
            "board.toml: [uart] baud = 1",
            "Use 300 to 12000000.";
        1010 E::Invalid { fault: F::Program(_), .. } => "an order that a board file may not give",
            "A board file may be anybody's, and the programmer can read, write and erase more than a \
             bitstream.",
            "board.toml: [program] args = [\"--dump-flash\"]",
            "Use the options in the message; all others go by hand.";
        1011 E::Invalid { fault: F::Offset(_), .. } => "a place in flash memory that no sector has",
            "Weights stand in sectors of their own, which have addresses of three bytes.",
            "board.toml: [flash] offset = 17",
            "Use a multiple of 4096 below 2^24, behind the bitstream.";
        via E::Read { .. } => unreadable();
        via E::Syntax { misfit, .. } => misfit.code();
    }
}

faults! {
    "Clocks of boards", ClockError {
        1021 Self { .. } => "a clock that the PLL does not make",
            "No setting comes within 1 % of it.",
            "$ gainstage implement circuit --board ulx3s-85f --clock 1",
            "Ask for the nearest in the message, or for that of the oscillator.";
    }
}

faults! {
    "Serial lines", SerialError {
        1031 Self::Off { .. } => "a serial rate that the clock does not divide into",
            "More than 2 % off, bits are read at the wrong time.",
            "$ gainstage implement circuit --board ulx3s-85f --baud 9000000",
            "Ask for another --baud, such as that in the message, or another --clock.";
        1032 Self::Range { .. } => "a bit of too few or too many clocks",
            "A bit lasts 4 to 65535 clocks.",
            "$ gainstage implement circuit --board ulx3s-85f --baud 300",
            "Ask for a rate in the range of the message.";
    }
}

faults! {
    "Circuits on boards", TopError {
        1041 Self::Wide(_) => "a sample too wide for the serial line",
            "Frames hold at most 4096 bytes of a sample.",
            "(size) a circuit of thousands of inputs",
            "Use the AXI4-Stream wrapper.";
        1042 Self::Family { .. } => "a circuit for another family",
            "Its registers and hard blocks are those of another part.",
            "$ gainstage implement circuit --board icebreaker",
            "Generate it with the --target of the message.";
        1043 Self::NoFlash { .. } => "weights that nothing loads",
            "The circuit's weights lie in SPRAM, and the board file names no memory to load them from.",
            "(board) a circuit with --weights-in spram on a board whose file has no [flash]",
            "Add [flash] to the board file, or generate the circuit with --weights-in rom.";
        via Self::Clock(e) => e.code();
        via Self::Serial(e) => e.code();
    }
}
