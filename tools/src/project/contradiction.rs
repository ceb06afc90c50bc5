//! What contradicts itself in a project: no single value shows it.

use gainstage_golden::plan::Softmax;

/// Guard bits that are accepted: more than this cannot be told from exact arguments.
pub const MAX_GUARD_BITS: u32 = 12;

/// A contradiction; each message begins with the key it is about.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum Contradiction {
    /// Standardising without biases.
    #[error("standardise needs biases in {0}: give the network biases, or do not standardise")]
    Biases(&'static str),
    /// Too many guard bits.
    #[error("guard-bits = {0}: use at most {MAX_GUARD_BITS}")]
    GuardBits(u32),
    /// Widths of a layer that is not there.
    #[error("layers names layer {layer}, but the network has layers 0 to {last} (the outputs)")]
    NoLayer {
        /// Which.
        layer: usize,
        /// The last there is.
        last: usize,
    },
    /// Widths of a layer in two entries.
    #[error("layers names layer {0} twice: put all its widths into one entry")]
    LayerTwice(usize),
    /// Outputs of a decision that is not made.
    #[error("{0} is of classes that are decided, but argmax = false gives scores: leave out one of them")]
    Undecided(&'static str),
    /// The class and the probabilities.
    #[error("softmax = true gives probabilities, but argmax gives the class: set argmax = false as well")]
    Both,
    /// Bits that no probability has.
    #[error("softmax-bits = {0}: use 2 to {max}", max = Softmax::MAX_BITS)]
    SoftmaxBits(u32),
    /// Outputs of a decision between classes that are not there.
    #[error("{0} is of classes, but these are values: leave it out, or learn a column of classes")]
    NoClasses(&'static str),
    /// More classes in order than there are, or none.
    #[error("top is {top}: use 1 to {}", classes.map_or("the number of classes".to_owned(), |n| n.to_string()))]
    Top {
        /// How many are wanted.
        top: usize,
        /// How many there are, if that is known.
        classes: Option<usize>,
    },
    /// A rate that is none.
    #[error("rate is {0}: give the samples per second that must be taken, above 0")]
    Rate(f64),
    /// An interval that is none.
    #[error("interval is 0: give clocks from one sample to the next, 1 or more")]
    Interval,
    /// Reuse factors that do not fit the layers.
    #[error("reuse is {found:?}: give one number, or {}, each 1 or more", needed(*layers))]
    Reuse {
        /// What was given.
        found: Vec<u32>,
        /// The layers, if that is known.
        layers: Option<usize>,
    },
    /// Reuse factors for an architecture that chooses them.
    #[error("reuse is for arch = \"folded\": auto chooses it itself; leave it out")]
    ReuseChosen,
    /// Multipliers asked for and forbidden.
    #[error("weights = \"dsp\" needs hard multipliers, but dsp = false: change one of them")]
    Multipliers,
    /// Rows that no divider has.
    #[error("divider_rows is {0}: use 1 to 64, with divider radix2 or radix4")]
    DividerRows(u32),
}

fn needed(layers: Option<usize>) -> String {
    layers.map_or("one for each layer".to_owned(), |n| format!("{n}, one for each layer"))
}
