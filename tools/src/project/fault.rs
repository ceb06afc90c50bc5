//! Codes of projects as a whole, and of the files that projects are made for.

use super::ProjectError;
use super::contradiction::Contradiction;
use super::propose::ProposalError;
use gainstage_golden::fault::{Area, Coded};
use gainstage_golden::faults;

faults! {
    "Contradictions in projects", Contradiction {
        602 Self::Biases(_) => "standardising without biases",
            "The shift of standardised values is undone in a bias.",
            "gainstage.toml: [network] bias = \"none\"\ngainstage.toml: [train] standardise = \"inputs\"",
            "Give the network biases, or do not standardise.";
        603 Self::GuardBits(_) => "too many guard bits",
            "More than 12 bits beyond those of a value change nothing.",
            "gainstage.toml: [quantize] guard-bits = 99",
            "Use at most 12.";
        604 Self::NoLayer { .. } => "widths of a layer that is not there",
            "Layers are counted from 0; the outputs are the last.",
            "gainstage.toml: [quantize] layers = [{ layer = 9, z = 9 }]",
            "Name a layer of the network.";
        605 Self::LayerTwice(_) => "widths of a layer in two entries",
            "Two entries could contradict each other.",
            "gainstage.toml: [quantize] layers = [{ layer = 0, z = 9 }, { layer = 0, y = 9 }]",
            "Put all its widths into one entry.";
        606 Self::Rate(_) => "a rate that is none",
            "Samples per second are a positive number.",
            "gainstage.toml: [build] rate = -1",
            "Give the samples per second that must be taken.";
        607 Self::Interval => "an interval of no clocks",
            "A sample is taken every clock at best.",
            "gainstage.toml: [build] interval = 0",
            "Give 1 or more.";
        608 Self::Reuse { .. } => "reuse factors that do not fit the layers",
            "There is one factor for all layers, or one for each.",
            "gainstage.toml: [build] reuse = [1, 2, 3]",
            "Give one number, or one for each layer, each 1 or more.";
        609 Self::ReuseChosen => "reuse factors beside arch = \"auto\"",
            "The architecture that is chosen has its own.",
            "gainstage.toml: [build] reuse = [2], arch = \"auto\"",
            "Leave it out, or set arch = \"folded\".";
        610 Self::Multipliers => "multipliers asked for and forbidden",
            "Weights as multipliers need the hard multipliers that `dsp = false` forbids.",
            "gainstage.toml: [build] weights = \"dsp\", dsp = false",
            "Change one of them.";
        611 Self::DividerRows(_) => "rows of a divider that cannot be",
            "Between two registers of a divider stand 1 to 64 rows, with radix2 or radix4.",
            "gainstage.toml: [build] divider_rows = 100",
            "Use 1 to 64, with divider radix2 or radix4.";
        612 Self::Undecided(_) => "outputs of a decision that is not made",
            "The classes in order and the margin are outputs of the decision that `argmax = false` leaves out.",
            "gainstage.toml: [quantize] argmax = false, margin = true",
            "Leave out one of them.";
        613 Self::NoClasses(_) => "outputs of a decision between values",
            "Only classes are decided between.",
            "gainstage.toml: [quantize] margin = true\n$ gainstage build .",
            "Leave the key out, or give a column of classes.";
        614 Self::Top { .. } => "more classes in order than there are",
            "The best classes come out in order: at least one, at most all.",
            "gainstage.toml: [quantize] top = 0",
            "Use 1 to the number of classes.";
        615 Self::Both => "the class and the probabilities",
            "The scores come out once: as they are, as classes, or as probabilities.",
            "gainstage.toml: [quantize] softmax = true",
            "Set argmax = false as well.";
        616 Self::SoftmaxBits(_) => "bits that no probability has",
            "All bits of a probability are behind the point: 2 to 16 of them.",
            "gainstage.toml: [quantize] softmax-bits = 40",
            "Use 2 to 16.";
    }
}

faults! {
    "Columns of a new project", ProposalError {
        551 Self::NoColumn { .. } => "a column that is not there",
            "No column has the name that was given.",
            "$ gainstage new p --csv data.csv --target z",
            "Use a name in the message.";
        552 Self::TwoColumns(_) => "a name that two columns have",
            "It does not say which.",
            "data.csv: a,a,b\n1,2,3\n2,3,4\n3,1,5\n$ gainstage new p --csv data.csv --target a",
            "Give each a name of its own.";
        553 Self::NoTarget => "no column that can be learned",
            "Columns that never change, or hold nothing but words of their own, teach nothing.",
            "data.csv: a,b\n1,2\n1,2\n1,2\n$ gainstage new p --csv data.csv",
            "Name a column with --target.";
        554 Self::EmptyTarget(_) => "a target without a value",
            "There is nothing to learn.",
            "data.csv: a,b\n1,\n2,\n3,\n$ gainstage new p --csv data.csv --target b",
            "Name another target.";
        555 Self::ConstantTarget(_) => "a target that never changes",
            "A constant needs no circuit.",
            "data.csv: a,b\n1,7\n2,7\n3,7\n$ gainstage new p --csv data.csv --target b",
            "Name another target.";
        556 Self::ManyValues(_) => "more than 256 classes",
            "So many different values are measurements.",
            "(size) a column of a thousand different numbers, with --learn classes",
            "Learn it as values.";
        557 Self::ManyClasses { .. } => "nearly a class for each sample",
            "Nothing repeats that could be learned.",
            "data.csv: \
             a,b\n1,p\n2,q\n3,r\n4,s\n5,t\n6,u\n7,v\n8,w\n9,x\n10,y\n11,z\n12,pp\n13,qq\n14,rr\n15,ss\n16,tt\n17,uu\n18,vv\n19,ww\n20,xx\n21,yy\n22,zz\n23,ab\n24,ac\n25,ad\n26,ae\n27,af\n28,ag\n29,ah\n30,ai\n31,aj\n32,ak\n33,al\n34,am\n35,an\n$ \
             gainstage new p --csv data.csv --target b",
            "Name another target; where the cells are numbers, use one decimal mark throughout.";
        558 Self::TextTarget { .. } => "words where values are to be learned",
            "Values are numbers.",
            "data.csv: a,b\n1,2\n2,warm\n3,4\n4,5.5\n$ gainstage new p --csv data.csv --target b --learn \
             values",
            "Mend the cell, or learn the column as classes.";
        559 Self::TwoRoles(_) => "a column with two roles",
            "A column is an input or a target.",
            "data.csv: a,b\n1,2\n2,3\n3,5\n$ gainstage new p --csv data.csv --target b --inputs a,b",
            "Name it once.";
        560 Self::TextInput { .. } => "words in an input",
            "Inputs are numbers.",
            "data.csv: a,b\nred,2\nblue,3\ngreen,5\n$ gainstage new p --csv data.csv --target b --inputs a",
            "Mend the cell, or leave the column out.";
        561 Self::NoInputs(_) => "no column to learn from",
            "Each of the other columns is constant, empty or text.",
            "data.csv: a,b\nred,2\nblue,3\ngreen,5\n$ gainstage new p --csv data.csv --target b",
            "Add a column of numbers that change.";
        562 Self::ManyInputs(_) => "more inputs than a network has",
            "A network has at most 65536 inputs.",
            "(size) a file of a hundred thousand columns",
            "Name those that matter with --inputs.";
        563 Self::OneColumn(_) => "a single column",
            "There is nothing to learn from, or the fields stand between letters that separate none.",
            "data.csv: a\n1\n2\n$ gainstage new p --csv data.csv",
            "Put commas, semicolons, tabs or bars between the fields.";
        564 Self::ManyTargets(_) => "classes told by several columns",
            "A class is told by one column.",
            "data.csv: a,b,c\n1,0,1\n2,1,0\n3,0,1\n$ gainstage new p --csv data.csv --target b,c --learn classes",
            "Name one target, or learn values.";
    }
}

/// All that this crate has codes for.
pub const AREAS: &[Area] =
    &[<ProjectError as Coded>::AREA, <Contradiction as Coded>::AREA, <ProposalError as Coded>::AREA];
