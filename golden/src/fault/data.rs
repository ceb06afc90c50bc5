//! Codes of samples.

use super::unreadable;
use crate::data::{CsvError, CsvProblem as P, SamplesError};
use crate::faults;

faults! {
    "CSV files", CsvError {
        501 Self { problem: P::Empty, .. } => "an empty file",
            "There are only blank lines.",
            "data.csv: \n",
            "Give a header such as x0,x1,y0, then a line per sample.";
        502 Self { problem: P::MissingHeader(_), .. } => "no header",
            "The first line holds numbers; it must name the columns.",
            "data.csv: 1,2\n3,4",
            "Add a header such as x0,x1,y0.";
        503 Self { problem: P::Header { .. }, .. } => "a column name out of place",
            "Without roles, columns are called x0, x1, ... and then y0, y1, ...",
            "data.csv: x0,temp\n1,2",
            "Rename the columns, or say which are inputs and which are targets.";
        504 Self { problem: P::NoColumn { .. }, .. } => "a column that is not there",
            "The project names a column that the file does not have.",
            "data.csv: a,b\n1,2\ngainstage.toml: [data] inputs = [\"c\"], targets = [\"b\"]\n$ gainstage train . -o m.json",
            "Use a name in the message.";
        505 Self { problem: P::TwoRoles(_), .. } => "a column with two roles",
            "A column is one input or one target.",
            "data.csv: a,b\n1,2\ngainstage.toml: [data] inputs = [\"a\", \"a\"], targets = [\"b\"]\n$ gainstage train . -o m.json",
            "Name it once.";
        506 Self { problem: P::NoInputs, .. } => "no column for the inputs",
            "All columns are targets.",
            "data.csv: a\n1\ngainstage.toml: [data] targets = [\"a\"]\n$ gainstage train . -o m.json",
            "Leave at least one column for the inputs.";
        507 Self { problem: P::ControlCharacter, .. } => "a column name with a control character",
            "No report could show it.",
            "data.csv: \"x\u{1}0\",y0\n1,2\n2,3\ngainstage.toml: [data] targets = [\"y0\"]\n$ gainstage train . -o m.json",
            "Give the column another name.";
        508 Self { problem: P::OpenQuote, .. } => "a double quote that is not closed",
            "The rest of the file would be one field.",
            "data.csv: x0,y0\n\"1,2",
            "Close it, or remove it.";
        509 Self { problem: P::Comment, .. } => "a comment instead of the header",
            "The first line must name the columns.",
            "data.csv: # x0,y0\n1,2",
            "Remove the lines above the header, and the # before it.";
        510 Self { problem: P::CarriageReturn, .. } => "a carriage return inside a line",
            "Lines that end so are one line to most programs.",
            "data.csv: x0,y0\r1,2\r",
            "Save the file with line feeds between its lines.";
        511 Self { problem: P::ZeroByte, .. } => "a zero byte",
            "This is no text, or UTF-16 without a byte order mark.",
            "data.csv: x0,y0\n1,\u{0}2",
            "Save the file as UTF-8.";
        512 Self { problem: P::Missing { .. }, .. } => "a cell without a value",
            "A sample is complete, or is left out as a whole.",
            "data.csv: x0,y0\n1,",
            "Fill the cell in, remove the line, or set missing = \"skip\" in [data].";
        513 Self { problem: P::BothMarks { .. }, .. } => "decimal points and decimal commas",
            "Within one file both marks would make numbers ambiguous.",
            "data.csv: x0;y0\n1,5;2\n1.5;3",
            "Use point or comma throughout, and none between thousands.";
        514 Self { problem: P::AllSkipped(_), .. } => "no complete sample",
            "Each sample has a cell without a value, so that none is left.",
            "data.csv: x0,y0\n1,\n,2\ngainstage.toml: [data] missing = \"skip\"\n$ gainstage train . -o \
             m.json",
            "Leave out the columns that are mostly empty.";
        515 Self { problem: P::EqualLabels { .. }, .. } => "two labels that are the same number",
            "1 and 1.0 would be two classes.",
            "data.csv: x0,label\n1,1\n2,1.0\n3,2",
            "Write one of them throughout, or names that differ.";
        516 Self { problem: P::Duplicate(_), .. } => "a column name that stands twice",
            "Columns are told by their names.",
            "data.csv: x0,x0\n1,2",
            "Give every column a name of its own.";
        517 Self { problem: P::NoRows, .. } => "a header without samples",
            "There is nothing below the header.",
            "data.csv: x0,y0\n",
            "Add at least one line of numbers.";
        518 Self { problem: P::Width { .. }, .. } => "a line with too few or too many values",
            "Each line has a value for each column.",
            "data.csv: x0,y0\n1,2,3",
            "Add or remove values.";
        519 Self { problem: P::Text { .. }, .. } => "a text that is not a number",
            "Inputs and targets are numbers; only labels are words.",
            "data.csv: x0,y0\n1,warm",
            "Write a decimal number such as -1.5 or 2e-3.";
        520 Self { problem: P::NaN { .. }, .. } => "a value that is not a number",
            "NaN is no measurement.",
            "data.csv: x0,y0\n1,2\nNaN,2",
            "Remove the sample, or mend the value.";
        521 Self { problem: P::Infinite { .. }, .. } => "an infinite value",
            "Nothing can be learned from it.",
            "data.csv: x0,y0\n1,inf",
            "Remove the sample, or mend the value.";
        522 Self { problem: P::Label(_), .. } => "a label that cannot name a class",
            "Names of classes stand in reports: 1 to 64 visible characters.",
            "data.csv: x0,label\n1,a\n2,\u{7}",
            "Use letters, digits or other visible characters.";
        523 Self { problem: P::TooManyClasses { .. }, .. } => "too many classes",
            "A column of measurements is a target, not a label.",
            "(size) a column `label` of a thousand different numbers",
            "Rename the column to y0.";
        524 Self { problem: P::LongLine(_), .. } => "a line that is too long",
            "This is no CSV file of samples.",
            "(size) a file without line ends",
            "Give a CSV file.";
        525 Self { problem: P::Memory { .. }, .. } => "more samples than memory",
            "All samples are held in memory, eight bytes a value, and the machine, a limit of the process or its control group \
             does not leave that much. It is said before the memory is taken.",
            "(size) a file of 10^7 samples and 16 columns where 1 GiB is free",
            "Name the columns that are needed (inputs in [data]), give fewer samples, or use a machine with more memory.";
        via Self { problem: P::Io(_), .. } => unreadable();
    }
}

faults! {
    "Samples", SamplesError {
        541 Self::NoInputs => "samples without inputs",
            "A sample has at least one input.",
            "(library) Samples::new with no inputs",
            "Give at least one.";
        542 Self::Empty => "no samples",
            "There is nothing to learn from or to judge by.",
            "(library) Samples::new with no values",
            "Give at least one.";
        543 Self::Ragged { .. } => "values that make no whole samples",
            "The number of values is not a multiple of the inputs.",
            "(library) Samples::new with 2 inputs and 3 values",
            "Remove or add values.";
        544 Self::Targets { .. } => "targets that do not match the samples",
            "There is one target for each output of each sample.",
            "(library) Samples::new with 2 samples and 3 targets of one output",
            "Give as many as the message says.";
        545 Self::NotFinite { .. } => "a value that is not finite",
            "NaN and infinities are no measurements.",
            "(library) Samples::new with a NaN",
            "Remove the sample, or mend the value.";
        546 Self::UnknownClass { .. } => "a label that is not among the classes",
            "The model or the plan knows no such class, so that it cannot be judged.",
            "model.json: /classes = [\"a\", \"b\"]\ndata.csv: x0,x1,label\n1,2,c\n$ gainstage eval \
             model.json --data data.csv",
            "Mend the label, or train with this class.";
        547 Self::Class { .. } => "a class that no label names",
            "More classes were found than the labels name.",
            "(library) a prediction of class 2 where labels name 2 classes",
            "Give samples of every class, or a model that names its classes.";
        548 Self::Compare { .. } => "outputs that do not match the targets",
            "Values can be compared with the targets of the same samples only.",
            "(library) outputs of other samples",
            "Use the samples they came from.";
    }
}
