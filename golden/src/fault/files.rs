//! Codes of files as such: whether they can be read, and are of the shape that was asked for.

use crate::document::{DocumentError, Misfit};
use crate::faults;

faults! {
    "Files and JSON documents", DocumentError {
        1 Self::Io { .. } => "a file cannot be read or written",
            "The system refused: there is no such file, it may not be read or written, the disk is full, \
             or it is a directory, a device or larger than any file of its kind.",
            "$ gainstage eval missing.json --data data.csv",
            "Correct the path, or what the system says of it.";
        2 Self::Kind { .. } => "a file of another kind",
            "The file is sound, but not what the command takes: a model instead of a plan, a project \
             instead of samples.",
            "$ gainstage generate model.json -o out",
            "Do what the message says of this kind of file.";
        3 Self::Schema { .. } => "a schema version that is not known",
            "Files state the version of their schema, and another version may mean something else by the \
             same words.",
            "plan.json: /schema = 7",
            "Update the program where the file is newer; make the file anew where it is older.";
        via Self::Json { misfit, .. } => misfit.code();
        via Self::Invalid { .. } => None;
    }
}

faults! {
    "Shapes of JSON and TOML files", Misfit {
        11 Self::Syntax => "not JSON or TOML",
            "The text cannot be read as the language of the file. The message names line and column.",
            "gainstage.toml: name = \"unclosed",
            "Correct the text there. A truncated file is best made anew.";
        12 Self::UnknownKey => "an unknown key",
            "A key that nobody asks for is most often misspelt, and would be ignored without this fault.",
            "gainstage.toml: [quantize] bitz = 8",
            "Use one of the keys in the message, or remove it.";
        13 Self::MissingKey => "a key is missing",
            "A key without a default is not there.",
            "plan.json: / = {\"schema\": 1, \"name\": \"net\"}",
            "Add it: docs/reference.md has every key of a project.";
        14 Self::RepeatedKey => "a key stands twice",
            "Two values of one key contradict each other.",
            "plan.json: /schema = 1, \"schema\": 1",
            "Remove one of them.";
        15 Self::Choice => "a word that is none of the choices",
            "The value must be one of a few words.",
            "build.json: /architecture = \"serial\"",
            "Use one of the words in the message.";
        16 Self::Type => "a value of another type",
            "A number, a text, a list or named values stand where another of these is expected.",
            "plan.json: /inputs/0/width = \"8\"",
            "Write a value of the type in the message.";
        17 Self::Length => "a list of another length",
            "The list has a fixed number of values.",
            "model.json: /input_ranges = [[-1, 1], [0]]",
            "Give as many values as the message says.";
        18 Self::Value => "a value that cannot be",
            "The value has the right type, but is out of range or contradicts another key. The message \
             names the values that can be.",
            "gainstage.toml: [quantize] bits = 99",
            "Use a value as the message says.";
    }
}
