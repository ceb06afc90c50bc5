//! Codes of memory files.

use crate::export::rom::Fault;
use crate::export::{ImageError, MemError, RomError};
use crate::faults;

faults! {
    "Memory files of $readmemh", MemError {
        1101 Self::Word { .. } => "a word that is not hexadecimal",
            "$readmemh takes hexadecimal digits without 0x.",
            "(library) read_mem of the word 0x12; `verify` lists it among what memories do not say",
            "Restore the file, or generate the directory again.";
        1102 Self::Address { .. } => "an address that is none",
            "An @address is hexadecimal and below the largest memory.",
            "(library) read_mem of the address @zz; `verify` lists it among what memories do not say",
            "Restore the file, or generate the directory again.";
        1103 Self::Twice { .. } => "an address that is written twice",
            "The second word would replace the first.",
            "(library) read_mem of the words 12 @0 13; `verify` lists it among what memories do not say",
            "Write each address once.";
        1104 Self::Gap { .. } => "an address without a word",
            "A memory without it would hold unknown bits there.",
            "(library) read_mem of the words @2 13; `verify` lists it among what memories do not say",
            "Write every address.";
        1105 Self::Comment { .. } => "a comment that never ends",
            "The rest of the file would be no words.",
            "(library) read_mem of an open /*; `verify` lists it among what memories do not say",
            "Close it with */.";
    }
}

faults! {
    "Memory files of other tools", Fault {
        1111 Self::Syntax { .. } => "something else than what must stand there",
            "The file is not of the format that its name says.",
            "(library) RomFormat::read of another file",
            "Write the file again.";
        1112 Self::Word { .. } => "a word that does not fit",
            "It is no number in the file's radix, or has too many bits.",
            "(library) RomFormat::read of a word of too many bits",
            "Write the file again.";
        1113 Self::Address { .. } => "an address that does not fit",
            "It is no number in the file's radix, or beyond the memory.",
            "(library) RomFormat::read of an address beyond the depth",
            "Write the file again.";
        1114 Self::Twice(_) => "an address that is written twice",
            "The second word would replace the first.",
            "(library) RomFormat::read of an address twice",
            "Write each address once.";
        1115 Self::Gap { .. } => "an address without a word",
            "A memory without it would hold unknown bits there.",
            "(library) RomFormat::read of too few words",
            "Write every address.";
        1116 Self::Width { .. } | Self::Depth { .. } => "a stated size that is not the file's",
            "Width or depth of the file are not those of its words, or of the memory.",
            "(library) RomFormat::read of a file for another memory",
            "Write the file for this memory.";
        1117 Self::TooMany | Self::Empty | Self::Missing(_) | Self::End(_) => "a file without what it must have",
            "There are no words, too many, or the file ends too early.",
            "(library) RomFormat::read of a truncated file",
            "Write the file again.";
        1118 Self::NotText | Self::Bytes { .. } => "bytes that are no words",
            "The file is no text, or its bytes make no whole words.",
            "(library) RomFormat::read of a binary file",
            "Write the file again.";
        via Self::Image(e) => e.code();
    }
}

faults! {
    "Memory files of all tools, with their path", RomError {
        via Self::Mem(e) => e.code();
        via Self::Line { fault, .. } | Self::File { fault, .. } => fault.code();
    }
}

faults! {
    "Memory images", ImageError {
        1131 Self::Name(_) => "a name that no memory has",
            "It becomes a name in C or Verilog.",
            "(library) RomImage::new with the name \"a b\"",
            "Use a letter, then letters, digits or _.";
        1132 Self::Width(_) => "a word that is too narrow or too wide",
            "Memories have words of 1 to 128 bits.",
            "(library) RomImage::new with 0 bits",
            "Use 1 to 128 bits.";
        1133 Self::Depth(_) => "too few or too many words",
            "Memories have 1 to 2^20 words.",
            "(library) RomImage::new without words",
            "Use a number in this range.";
        1134 Self::Word { .. } => "a word that does not fit its memory",
            "It has more bits than the memory's words.",
            "(library) RomImage::new with the word 256 at 8 bits",
            "Widen the memory.";
    }
}
