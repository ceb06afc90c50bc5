//! What can be wrong with a CSV file.

use crate::text::{bytes, count};
use std::path::PathBuf;

/// A fault in a CSV file, and its place.
#[derive(Debug, thiserror::Error)]
#[error("{}{}: {problem}", file.display(), place(*line, *column))]
pub struct CsvError {
    /// The file.
    pub file: PathBuf,
    /// The line, from 1; 0 for the file as a whole.
    pub line: u64,
    /// The column (comma-separated field), from 1; 0 for the line as a whole.
    pub column: usize,
    /// What is wrong, the value, and the cure.
    pub problem: CsvProblem,
}

/// What is wrong.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CsvProblem {
    /// The file system said no.
    #[error("{0}")]
    Io(#[from] std::io::Error),
    /// Nothing but blank lines.
    #[error("the file is empty: give a header such as `x0,x1,y0`, then a line per sample")]
    Empty,
    /// The first line holds numbers.
    #[error("`{0}` is a number, but the first line must be a header such as `x0,x1,y0`: add one")]
    MissingHeader(String),
    /// A name that the header may not have here.
    #[error(
        "the header has `{found}` where {expected} must stand: name the columns x0,x1,... and then \
         y0,y1,..., or say which columns are inputs and which are targets"
    )]
    Header {
        /// The name found.
        found: String,
        /// The names that could stand here.
        expected: String,
    },
    /// A name that is wanted and not there.
    #[error("there is no column `{name}`: the file has {known}")]
    NoColumn {
        /// The name wanted.
        name: String,
        /// The names there are.
        known: String,
    },
    /// A column that is to be two things.
    #[error("column `{0}` is named twice: a column is one input or one target")]
    TwoRoles(String),
    /// Nothing but targets.
    #[error("no column is left for the inputs: a file of samples has at least one")]
    NoInputs,
    /// A name that no report can show.
    #[error("the column's name has a line end or another control character: give it another name")]
    ControlCharacter,
    /// A field that a double quote opens and none closes.
    #[error("a double quote opens a field here and nothing closes it: close it, or remove it")]
    OpenQuote,
    /// A comment where the header must stand.
    #[error(
        "the line begins with #: the first line must be the header, remove what stands above it, and the # of the header"
    )]
    Comment,
    /// Lines that end as no system of today ends them.
    #[error("there is a carriage return inside the line: save the file with line feeds between its lines")]
    CarriageReturn,
    /// Bytes that no text has.
    #[error(
        "the line has a zero byte: this is no text; where it is UTF-16 without a byte order mark, save it as UTF-8"
    )]
    ZeroByte,
    /// A cell without a value.
    #[error("{name}: the cell has no value (`{value}`): fill it in, or remove the line")]
    Missing {
        /// The column's name.
        name: String,
        /// The field.
        value: String,
    },
    /// Decimal points and decimal commas.
    #[error(
        "{name}: `{value}` has another decimal mark than the numbers before: use point or comma throughout, and none between thousands"
    )]
    BothMarks {
        /// The column's name.
        name: String,
        /// The field.
        value: String,
    },
    /// No sample without a missing cell.
    #[error(
        "each of the {0} samples has a cell without a value: leave out the columns that are mostly empty"
    )]
    AllSkipped(u64),
    /// Labels that are the same number.
    #[error(
        "label: `{one}` and `{other}` are the same number but different labels: write one of them throughout, or \
         names that differ"
    )]
    EqualLabels {
        /// A label.
        one: String,
        /// Another.
        other: String,
    },
    /// A name that stands twice.
    #[error("the header has `{0}` twice: every column needs a name of its own")]
    Duplicate(String),
    /// A header with no line below it.
    #[error("there is a header but no sample: add at least one line of numbers")]
    NoRows,
    /// A line with too few or too many fields.
    #[error("{}, but the header names {}: add or remove values", count(*found, "value"), count(*expected, "column"))]
    Width {
        /// Fields found.
        found: usize,
        /// Fields the header names.
        expected: usize,
    },
    /// Text.
    #[error("{name}: `{value}` is not a number: write a decimal number such as -1.5 or 2e-3")]
    Text {
        /// The column's name.
        name: String,
        /// The field.
        value: String,
    },
    /// NaN.
    #[error("{name}: `{value}` is not a number that can be used: remove the sample or mend the value")]
    NaN {
        /// The column's name.
        name: String,
        /// The field.
        value: String,
    },
    /// An infinity, or a number beyond the range of doubles.
    #[error("{name}: `{value}` is infinite or too large: remove the sample or mend the value")]
    Infinite {
        /// The column's name.
        name: String,
        /// The field.
        value: String,
    },
    /// A class without a usable name.
    #[error("label: `{0}` cannot name a class: use 1 to 64 letters, digits or other visible characters")]
    Label(String),
    /// So many labels that they cannot be classes.
    #[error(
        "label: {found} different labels, at most {most} are possible: a column of measurements \
         is a target, not a label"
    )]
    TooManyClasses {
        /// Different labels.
        found: usize,
        /// The most there may be.
        most: usize,
    },
    /// A line without an end.
    #[error("the line has more than {0} bytes: this is not a CSV file of samples")]
    LongLine(u64),
    /// More samples than there is memory for.
    #[error(
        "{samples} samples take {} of memory, but {} are free: name the columns that are needed (inputs in [data]), give \
         fewer samples, or use a machine with more memory",
        bytes(*needed),
        bytes(*room)
    )]
    Memory {
        /// Samples, or about so many.
        samples: u64,
        /// Bytes that they take.
        needed: u64,
        /// Bytes that there are.
        room: u64,
    },
}

fn place(line: u64, column: usize) -> String {
    match (line, column) {
        (0, _) => String::new(),
        (line, 0) => format!(":{line}"),
        (line, column) => format!(":{line}:{column}"),
    }
}
