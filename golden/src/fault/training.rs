//! Codes of training and quantization.

use crate::edge::EdgeError;
use crate::faults;
use crate::learned::LearnError;
use crate::quant::QuantError;
use crate::train::TrainError;

faults! {
    "Training", TrainError {
        701 Self::Config { .. } => "a setting of [train] out of range",
            "The training would not start, or would give nothing.",
            "gainstage.toml: [train] epochs = 0",
            "Use a value as the message says.";
        702 Self::Width { .. } => "samples that do not fit the network",
            "The network has another number of inputs or outputs than the samples.",
            "(library) train with samples of other widths",
            "Change the one or the other.";
        703 Self::NothingLeft { .. } => "no sample left to train with",
            "All samples are held out.",
            "data.csv: x0,y0\n1,2\n2,3\ngainstage.toml: [train] validation = 0.9\n$ gainstage train . -o \
             m.json",
            "Use a smaller share, or more samples.";
        704 Self::TooLarge { .. } => "a value too large for single precision",
            "Squares of it leave the numbers that training computes with.",
            "data.csv: x0,y0\n1e30,1\n2,2\n3,3\ngainstage.toml: [train] standardise = \"none\"\n$ \
             gainstage train . -o m.json",
            "Scale the data, or set precision = \"f64\".";
        705 Self::NoBias { .. } => "standardising without biases",
            "The shift of standardised values is undone in a bias.",
            "(library) train with standardise and a topology without biases; of projects GS0602 tells it",
            "Give that layer biases, or do not standardise.";
        706 Self::Probability { .. } => "a target that is no probability",
            "The cost compares probabilities.",
            "data.csv: x0,y0\n1,5\n2,6\n3,7\ngainstage.toml: [train] cost = \"logistic\", standardise = \"none\"\n$ gainstage train . -o m.json",
            "Give a column `label` with classes, or use another cost.";
        707 Self::OneClass { .. } => "samples of a single class",
            "There is nothing to tell apart.",
            "data.csv: x0,label\n1,a\n2,a\n3,a\ngainstage.toml: [train] cost = \"softmax\"\n$ gainstage train . -o m.json",
            "Add samples of another class.";
        708 Self::State { .. } => "the state of another training",
            "Training goes on only where it stopped: same data, network, settings and version.",
            "(state) a state file of a project that was changed since",
            "Remove the state, and train anew.";
        709 Self::Diverged { .. } => "a training that diverged",
            "Every restart met NaN or infinite errors.",
            "(data) values so large that every error is infinite",
            "Lower the rate, scale the data (standardise), or use fewer amplifying neurons.";
        710 Self::Memory { .. } => "more samples than memory to train with",
            "Training holds the samples a second time, scaled and in the order it reads them. It is said before the memory is taken.",
            "(size) 10^7 samples of 16 columns where 1 GiB is free",
            "Give fewer samples or columns, or use a machine with more memory.";
        via Self::Network(e) => e.code();
    }
}

faults! {
    "Learned activations", LearnError {
        721 Self::Config { .. } => "a setting of [learned] out of range",
            "The learning would not start, or would give nothing.",
            "(library) learn with a LearnConfig out of range; of projects GS0018 tells it",
            "Use a value as the message says.";
        722 Self::NothingToLearn => "no learned activation",
            "No hidden neuron has an activation that could be learned.",
            "(library) learn with a network of fixed activations",
            "Give at least one, or use the ordinary training.";
        723 Self::NoTargets => "samples without targets",
            "There is nothing to learn.",
            "(library) learn with samples without targets",
            "Add targets.";
        724 Self::Shape { .. } => "samples that do not fit the network",
            "The network has another number of inputs or outputs than the samples.",
            "(library) learn with samples of other widths",
            "Make them agree.";
        725 Self::NotOneHot { .. } => "targets that name no class",
            "The targets of a classification are a 1 for the class and 0 elsewhere.",
            "(library) learn a classification of values",
            "Give a column `label`.";
        726 Self::OneClass { .. } => "samples of a single class",
            "There is nothing to tell apart.",
            "(library) learn with samples of one class",
            "Add samples of another class.";
        727 Self::Diverged => "an objective that is not finite",
            "The first error is already NaN or infinite.",
            "(library) learn with values of 1e200",
            "Scale the data.";
        via Self::Network(e) => e.code();
    }
}

faults! {
    "Networks that are found", EdgeError {
        741 Self::NoTargets => "samples without targets",
            "There is nothing to learn.",
            "(library) a search with samples without targets",
            "Give columns y0, ..., or a label.";
        742 Self::OneClass(_) => "samples of a single class",
            "There is nothing to tell apart.",
            "(library) a search with samples of one class; of projects GS0707 tells it",
            "Give samples of two classes at least.";
        743 Self::Constant { .. } => "a target that never changes",
            "A constant needs no circuit.",
            "data.csv: \
             x0,y0\n1,5\n2,5\n3,5\n4,5\n5,5\n6,5\n7,5\n8,5\n9,5\n10,5\n11,5\n12,5\ngainstage.toml: \
             network = { edges = \"learned\", minutes = 0.01 }\n$ gainstage pareto . -o front --minutes \
             0.01",
            "Leave the column away.";
        744 Self::ConstantInputs => "inputs that never change",
            "Nothing can be learned from them.",
            "data.csv: \
             x0,y0\n1,1\n1,2\n1,3\n1,4\n1,5\n1,6\n1,7\n1,8\n1,9\n1,5\n1,6\n1,7\ngainstage.toml: network \
             = { edges = \"learned\", minutes = 0.01 }\n$ gainstage pareto . -o front --minutes 0.01",
            "Give at least one input that changes.";
        745 Self::Few(_) => "too few samples",
            "A fifth of them is held out for selection.",
            "data.csv: x0,y0\n1,1\n2,2\n3,3\ngainstage.toml: network = { edges = \"learned\", minutes = \
             0.01 }\n$ gainstage pareto . -o front --minutes 0.01",
            "Give at least 10.";
        746 Self::Port { .. } => "a port that cannot tell its samples apart",
            "The format that the project fixes rounds or saturates the whole column to one code.",
            "(project) [network] ports = { x0 = \"s2.-20\" } with a column of small values",
            "Give a format that holds the column.";
        747 Self::Range { .. } => "values that fit no format",
            "The range of a column is beyond what 48 bits and 64 fraction bits reach.",
            "(data) a column of values around 1e300",
            "Scale the column.";
        via Self::Format(e) => e.code();
        via Self::Plan(e) => e.code();
        via Self::Table(e) => e.code();
    }
}

faults! {
    "Quantization", QuantError {
        761 Self::Range { .. } => "a range that fits no format",
            "The values of a weight or of a signal are too large or too small for every binary point.",
            "model.json: /network/layers/0/weights/0 = 1e300\n$ gainstage quantize model.json --bits 8 \
             --method ptq -o p.json",
            "Scale the data, or check the weights.";
        762 Self::Scales { .. } => "inputs whose scales are too far apart",
            "One sum holds all inputs of a neuron: at most 61 bits lie between the largest and the finest.",
            "model.json: /input_ranges = [[0, 1e18], [0, 1e-6]]\n$ gainstage quantize model.json --bits \
             8 --method ptq -o p.json",
            "Give fewer bits, or bring the columns closer to each other.";
        763 Self::NoPoints => "no points to calibrate with",
            "Formats follow from the values that are seen.",
            "(library) quantize_network with an empty Calibration",
            "Give data, or an input range.";
        via Self::Format { source, .. } => source.code();
        via Self::Table { source, .. } => source.code();
        via Self::Constant { source, .. } => source.code();
        via Self::Plan(e) => e.code();
    }
}
