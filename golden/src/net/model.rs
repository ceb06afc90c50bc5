//! `model.json`: a trained network, its input ranges, and how it was trained.

use super::{NetError, Network};
use crate::data::{Names, NamesError};
use crate::document::{DocumentError, parse_json, read_json, write_json};
use crate::names::{NameError, check_name};
use crate::text::count;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::path::Path;

/// The schema version this crate writes, and the only one it reads.
pub const MODEL_SCHEMA: u32 = 1;

/// The contents of `model.json`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Model {
    /// Schema version: [`MODEL_SCHEMA`].
    #[schemars(extend("const" = MODEL_SCHEMA))]
    pub schema: u32,
    /// Name of the design; becomes the name of its circuit.
    pub name: String,
    /// The smallest and largest value of each input seen in training; empty if not known (an imported file).
    #[serde(default)]
    pub input_ranges: Vec<[f64; 2]>,
    /// Names of the classes that the outputs are scores of, in their order; empty if the outputs are values. Two classes
    /// may share one output: the second where it is above 0.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub classes: Vec<String>,
    /// What inputs and outputs are called; of classes, one name for the outputs together.
    #[serde(default, skip_serializing_if = "Names::is_empty")]
    pub names: Names,
    /// How it was trained, if it was trained here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub training: Option<TrainingRecord>,
    /// The network.
    pub network: Network,
}

/// How a network was trained: what one needs to do it again.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TrainingRecord {
    /// Version of the program that trained it.
    pub version: String,
    /// The complete training configuration, as a table.
    pub protocol: serde_json::Value,
    /// Seed of the whole search.
    pub seed: u64,
    /// Index of the restart that won.
    pub restart: usize,
    /// Epochs that restart ran.
    pub epochs: usize,
    /// Samples trained on, and samples held out for choosing the restart.
    pub samples: [usize; 2],
    /// Mean cost of the winner, on the held-out samples if there are any, else on the training samples.
    pub cost: f64,
    /// Mean absolute error over all samples of the training data and all outputs.
    pub mae: f64,
    /// Whether training was interrupted before the last epoch.
    pub interrupted: bool,
    /// The instruction set and number type the training ran with: results are reproducible bit for bit on it.
    pub instructions: String,
    /// Epochs between two costs of a restart's curve; 0 if there are no curves.
    #[serde(default)]
    pub curve_stride: usize,
    /// What became of each restart.
    pub restarts: Vec<RestartRecord>,
}

/// How a restart ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// It ran all its epochs.
    Finished,
    /// It was among the worse half when restarts were compared.
    Abandoned,
    /// Its error became infinite or undefined.
    Diverged,
    /// Training was interrupted.
    Interrupted,
}

/// What became of one restart.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RestartRecord {
    /// How it ended.
    pub outcome: Outcome,
    /// Epochs it ran.
    pub epochs: usize,
    /// Its best mean cost; none if it diverged at once.
    pub cost: Option<f64>,
    /// Its mean cost before the first epoch and after every `curve_stride` of them, by which restarts are compared.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub curve: Vec<f64>,
    /// The same on the training samples, where restarts are compared by samples held out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub training_curve: Vec<f64>,
}

/// What is wrong with a model.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ModelError {
    /// The name of the design.
    #[error("name: {0}")]
    Name(NameError),
    /// The names of inputs and outputs.
    #[error("names: {0}")]
    Names(NamesError),
    /// The network.
    #[error(transparent)]
    Network(#[from] NetError),
    /// Not one range for each input.
    #[error("input_ranges has {found} of them, but the network has {}: give one per input, or none", count(*inputs, "input"))]
    Ranges {
        /// Ranges there are.
        found: usize,
        /// Inputs there are.
        inputs: usize,
    },
    /// Not one class for each output.
    #[error(
        "classes has {}, but the network has {}: give one per output, or none",
        count(*classes, "name"),
        count(*outputs, "output")
    )]
    Classes {
        /// Names there are.
        classes: usize,
        /// Outputs there are.
        outputs: usize,
    },
    /// A range that is none.
    #[error("input_ranges[{input}] is [{lo}, {hi}]: give two finite numbers, the smaller first")]
    Range {
        /// The input, from 0.
        input: usize,
        /// Its first end.
        lo: f64,
        /// Its second end.
        hi: f64,
    },
}

impl Model {
    /// A model without a training record.
    pub fn new(name: impl Into<String>, network: Network, input_ranges: Vec<[f64; 2]>) -> Model {
        Model {
            schema: MODEL_SCHEMA,
            name: name.into(),
            input_ranges,
            classes: Vec::new(),
            names: Names::default(),
            training: None,
            network,
        }
    }

    /// Reads and checks a model file.
    ///
    /// # Errors
    /// A file that cannot be read, is not JSON of this form, has another schema version, or holds a network or
    /// ranges that are not valid; each names the file, the place, the value and the cure.
    pub fn read(path: &Path) -> Result<Model, DocumentError> {
        let model: Model = read_json(path, "model", MODEL_SCHEMA)?;
        model.check(path)?;
        Ok(model)
    }

    /// The same for the text of a model; `path` is named in errors.
    pub fn from_json(text: &str, path: &Path) -> Result<Model, DocumentError> {
        let model: Model = parse_json(text, path, "model", MODEL_SCHEMA)?;
        model.check(path)?;
        Ok(model)
    }

    /// Checks and writes the model: either all of it is there afterwards, or what was there before.
    ///
    /// # Errors
    /// A network or ranges that are not valid, a place that cannot be written.
    pub fn write(&self, path: &Path) -> Result<(), DocumentError> {
        self.check(path)?;
        write_json(path, self)
    }

    fn check(&self, path: &Path) -> Result<(), DocumentError> {
        self.fault().map_err(|e| DocumentError::invalid(path, e))
    }

    fn fault(&self) -> Result<(), ModelError> {
        check_name(&self.name).map_err(ModelError::Name)?;
        self.network.validate()?;
        let (found, inputs) = (self.input_ranges.len(), self.network.inputs());
        if found != 0 && found != inputs {
            return Err(ModelError::Ranges { found, inputs });
        }
        let (classes, outputs) = (self.classes.len(), self.network.outputs());
        if classes != 0 && classes != outputs && (classes, outputs) != (2, 1) {
            return Err(ModelError::Classes { classes, outputs });
        }
        let named = if classes > 0 { 1 } else { outputs };
        self.names.check(inputs, named).map_err(ModelError::Names)?;
        let wrong = |r: &[f64; 2]| !(r[0].is_finite() && r[1].is_finite() && r[0] <= r[1]);
        match self.input_ranges.iter().position(wrong) {
            None => Ok(()),
            Some(input) => {
                let [lo, hi] = self.input_ranges[input];
                Err(ModelError::Range { input, lo, hi })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::net::{PaperShape, Topology};
    use std::fs;

    fn sample() -> Model {
        let mut network = Topology::paper(&PaperShape::new(1, 1, 3, 2)).expect("valid").zeros();
        network.layers[0].weights[1] = 0.1 + 0.2;
        Model::new("sample", network, vec![[0.0, 6.5]])
    }

    #[test]
    fn a_model_survives_the_file_to_the_last_bit() {
        let dir = tempfile::tempdir().expect("a directory");
        let path = dir.path().join("model.json");
        let model = sample();
        model.write(&path).expect("written");
        model.write(&path).expect("written again, over the old one");
        assert_eq!(Model::read(&path).expect("read"), model);
        assert_eq!(fs::read_dir(dir.path()).expect("listed").count(), 1, "no partial file is left");
    }

    #[test]
    fn bad_files_are_refused_with_place_and_cure() {
        let dir = tempfile::tempdir().expect("a directory");
        let path = dir.path().join("m.json");
        let good = serde_json::to_string_pretty(&sample()).expect("text");
        let error = |text: &str| {
            fs::write(&path, text).expect("written");
            let text = Model::read(&path).expect_err("a fault").to_string();
            let (head, tail) = text.split_once("m.json:").expect("the file is named");
            assert!(head.starts_with(dir.path().to_str().expect("text")));
            tail.to_string()
        };
        let text = error(&good.replace("\"schema\": 1", "\"schema\": 7"));
        assert!(text.contains("schema 7") && text.contains("update this program"), "{text}");
        let text = error(&good.replace("0.30000000000000004", "null"));
        assert!(text.contains("invalid type: null, expected a number"), "{text}");
        let text = error(&good.replace("0.30000000000000004", "1e999"));
        assert!(text.contains("number out of range"), "{text}");
        let text = error(&good[..good.len() / 2]);
        assert!(text.contains("the file ends within a"), "{text}");
        let text = error(&good.replace("\"name\"", "\"nome\""));
        assert!(text.contains("unknown field `nome`"), "{text}");
        let text = error(&good.replacen("\"inputs\": 1", "\"inputs\": 0", 1));
        assert!(text.starts_with(" layer 0: the number of inputs is 0"), "{text}");
        let text = error(&good.replace("6.5", "-6.5"));
        assert!(text.starts_with(" input_ranges[0] is [0, -6.5]"), "{text}");
        assert!(error("").starts_with("1:0: not a model: the file ends within a value"));
    }

    #[test]
    fn nothing_is_written_that_could_not_be_read() {
        let dir = tempfile::tempdir().expect("a directory");
        let path = dir.path().join("model.json");
        let mut model = sample();
        model.network.layers[1].weights[0] = f64::NAN;
        let text = model.write(&path).expect_err("NaN").to_string();
        assert!(text.contains("layer 1, neuron 0: the weight of input 0 is NaN"), "{text}");
        assert!(!path.exists());
        assert!(matches!(Model::read(&path), Err(DocumentError::Io { .. })));
    }
}
