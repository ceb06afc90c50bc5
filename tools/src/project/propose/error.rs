//! Why a CSV file gives no project.

use gainstage_golden::data::MAX_WIDTH;

/// Columns that cannot be what they are to be.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum ProposalError {
    /// A single column.
    #[error("there is but one column, `{0}`: fields must stand between commas, semicolons, tabs or bars")]
    OneColumn(String),
    /// Classes told by several columns.
    #[error("classes have one column, not {0}: name one target, or learn values")]
    ManyTargets(usize),
    /// A name that no column has.
    #[error("there is no column `{name}`: the file has {known}")]
    NoColumn {
        /// The name.
        name: String,
        /// Those there are.
        known: String,
    },
    /// A name that two columns have.
    #[error("there are two columns `{0}`: give each a name of its own")]
    TwoColumns(String),
    /// Nothing that could be learned.
    #[error("no column can be learned: name one with --target")]
    NoTarget,
    /// A target without a value.
    #[error("column {0} has no value at all: name another target")]
    EmptyTarget(String),
    /// A target that never changes.
    #[error("column {0} has the same value in every sample: there is nothing to learn, name another target")]
    ConstantTarget(String),
    /// Classes without number.
    #[error("column {0} has more than 256 different values: too many for classes, learn it as values")]
    ManyValues(String),
    /// Classes that nearly each sample has one of.
    #[error("column {name} has {levels} different values in {rows} samples, too many for classes{}; name another target",
        hint.as_ref().map_or_else(String::new, |(line, text)| format!(
            " (if they are numbers, one decimal mark must stand throughout: `{text}` in line {line} is none)"
        )))]
    ManyClasses {
        /// The column.
        name: String,
        /// Different values.
        levels: usize,
        /// Samples.
        rows: u64,
        /// Line and text of the first cell that is no number.
        hint: Option<(u64, String)>,
    },
    /// Words where values are to be learned.
    #[error("column {name}, line {line}: `{text}` is not a number: mend it, or learn the column as classes")]
    TextTarget {
        /// The column.
        name: String,
        /// The line, from 1.
        line: u64,
        /// The cell.
        text: String,
    },
    /// A column with two roles.
    #[error("column {0} is to be an input and a target: name it once")]
    TwoRoles(String),
    /// Words where numbers must be.
    #[error(
        "column {name}, line {line}: `{text}` is not a number, which inputs must be: mend it, or leave the column out"
    )]
    TextInput {
        /// The column.
        name: String,
        /// The line, from 1.
        line: u64,
        /// The cell.
        text: String,
    },
    /// Nothing to learn from.
    #[error("no column is left to learn from: {0}")]
    NoInputs(String),
    /// More inputs than a network has.
    #[error("{0} columns are inputs, more than {MAX_WIDTH}: name those that matter with --inputs")]
    ManyInputs(usize),
}
