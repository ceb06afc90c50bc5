//! Codes of models and binary files.

use super::unreadable;
use crate::data::{ByteProblem as P, BytesError};
use crate::faults;
use crate::net::{ModelError, NetError};

faults! {
    "Networks", NetError {
        301 Self::Empty { .. } => "a network without layers, inputs or neurons",
            "A circuit computes something of something.",
            "model.json: /network/layers = []",
            "Give at least one input, one layer, and one neuron in each layer.";
        302 Self::TooLarge { .. } => "a network that is too large",
            "Sizes beyond these limits are no circuits for small FPGAs.",
            "(size) more than 256 layers, 65536 neurons in a layer or 2^24 weights",
            "Use a smaller network.";
        303 Self::Inputs { .. } => "a layer that does not fit the one before",
            "Each layer takes what the one before gives.",
            "model.json: /network/layers/1 += {\"inputs\": 2, \"weights\": [1, 1, 1, 1]}",
            "Make the number of inputs that of the neurons before.";
        304 Self::Count { .. } => "too few or too many weights",
            "The number of weights and biases follows from inputs and neurons.",
            "model.json: /network/layers/0/weights = [1, 2]",
            "Give as many values as the message says.";
        305 Self::Weight { .. } => "a weight that is not finite",
            "A training that diverged leaves NaN or infinite weights.",
            "(library) a Network with a NaN; JSON has no such numbers",
            "Train again, or correct the file.";
        306 Self::Bias { .. } => "a bias that is not finite",
            "A training that diverged leaves NaN or infinite biases.",
            "(library) a Network with a NaN; JSON has no such numbers",
            "Train again, or correct the file.";
        307 Self::Shape { .. } => "the first paper's shape with impossible numbers",
            "Layers, neurons and shares of kinds must fit each other.",
            "(library) Topology::paper with more amplifying neurons than neurons",
            "Use the values in the message.";
        via Self::Function { source, .. } => source.code();
    }
}

faults! {
    "Models", ModelError {
        311 Self::Ranges { .. } => "not one range for each input",
            "Ranges are matched by their position.",
            "model.json: /input_ranges = [[0, 1]]",
            "Give one range per input, or none.";
        312 Self::Classes { .. } => "not one class for each output",
            "Classes are matched by their position; two classes may share one output.",
            "model.json: /classes = [\"a\", \"b\", \"c\"]",
            "Give one name per output, or none.";
        313 Self::Range { .. } => "a range that is none",
            "A range is the smallest and the largest value of an input.",
            "model.json: /input_ranges/0 = [1, -1]",
            "Give two finite numbers, the smaller first.";
        via Self::Name(e) => e.code();
        via Self::Names(e) => e.code();
        via Self::Network(e) => e.code();
    }
}

faults! {
    "Binary files (.mlp, .mat)", BytesError {
        322 Self { problem: P::Huge(_), .. } => "a file that is too large",
            "No file of samples or weights is so large.",
            "(size) an .mlp file of more than 1 GiB",
            "Give a file of samples or weights.";
        323 Self { problem: P::Truncated { .. }, .. } => "a file that ends too early",
            "Its header promises more than there is.",
            "net.mlp: 02 00 00 00 01 00 00 00\n$ gainstage import net.mlp -o m.json",
            "Copy or export the file again.";
        324 Self { problem: P::Trailing { .. }, .. } => "a file that goes on behind its end",
            "Its header accounts for less than there is.",
            "(bytes) an .mlp file with bytes behind its last weight",
            "Export the file again; another version may have written it.";
        325 Self { problem: P::Size { .. }, .. } => "a size out of range",
            "A number of layers, inputs or neurons in the file cannot be.",
            "net.mlp: ff*68\n$ gainstage import net.mlp -o m.json",
            "Copy or export the file again.";
        326 Self { problem: P::NotFinite { .. }, .. } => "a number that is not finite",
            "A weight is NaN or infinite: the training diverged, or the file is damaged.",
            "(bytes) an .mlp file with a NaN among its weights",
            "Train and export again.";
        327 Self { problem: P::Code { .. }, .. } => "a code that stands for nothing",
            "The file asks for an activation or a kind that is not known.",
            "(bytes) an .mlp file with the activation 99",
            "Export the network with one of those in the message.";
        328 Self { problem: P::Unsupported { .. }, .. } => "a network that is no circuit of this program",
            "The format can hold it, but no circuit computes it.",
            "(bytes) an .mlp file whose outputs are not linear",
            "Do as the message says.";
        329 Self { problem: P::Samples { .. }, .. } => "inputs and targets that differ in number",
            "Two files of samples must belong together.",
            "(bytes) two .mat files of 10 and 11 samples",
            "Give files that belong together.";
        via Self { problem: P::Io(_), .. } => unreadable();
    }
}
