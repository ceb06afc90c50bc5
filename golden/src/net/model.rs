//! `model.json`: a trained network, its input ranges, and how it was trained.

use super::{NetError, Network};
use serde::{Deserialize, Serialize};
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use thiserror::Error;

/// The schema version this crate writes, and the only one it reads.
pub const MODEL_SCHEMA: u32 = 1;

/// The contents of `model.json`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Model {
    /// Schema version: [`MODEL_SCHEMA`].
    pub schema: u32,
    /// Name of the design; becomes the name of its circuit.
    pub name: String,
    /// The smallest and largest value of each input seen in training; empty if not known (an imported file).
    #[serde(default)]
    pub input_ranges: Vec<[f64; 2]>,
    /// How it was trained, if it was trained here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub training: Option<TrainingRecord>,
    /// The network.
    pub network: Network,
}

/// How a network was trained: what one needs to do it again.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
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
    /// What became of each restart.
    pub restarts: Vec<RestartRecord>,
}

/// What became of one restart.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RestartRecord {
    /// `finished`, `abandoned`, `diverged` or `interrupted`.
    pub outcome: String,
    /// Epochs it ran.
    pub epochs: usize,
    /// Its best mean cost; none if it diverged before the first check.
    pub cost: Option<f64>,
}

/// Why a model file could not be read or written.
#[derive(Debug, Error)]
pub enum ModelError {
    /// The file could not be read.
    #[error("cannot read {}: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The file could not be written; nothing is left half-written.
    #[error("cannot write {}: {source}; choose a place that exists, is writable and has room", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The file is not JSON of the expected form.
    #[error("{}:{line}:{column}: {message}; a model file is written by `train` or `import`", path.display())]
    Syntax {
        /// The file.
        path: PathBuf,
        /// Line, from 1.
        line: usize,
        /// Column, from 1.
        column: usize,
        /// What is wrong there.
        message: String,
    },
    /// The file has a schema version this program does not know.
    #[error(
        "{}: schema version {found}, but this program reads version {MODEL_SCHEMA}; {}",
        path.display(),
        if *found > MODEL_SCHEMA { "use a newer program" } else { "train or import it again" }
    )]
    Schema {
        /// The file.
        path: PathBuf,
        /// The version found.
        found: u32,
    },
    /// The network is not valid.
    #[error("{}: {source}", path.display())]
    Network {
        /// The file.
        path: PathBuf,
        /// The fault.
        source: NetError,
    },
    /// The input ranges do not fit the network.
    #[error("{}: input_ranges: {message}", path.display())]
    Ranges {
        /// The file.
        path: PathBuf,
        /// What is wrong, with the value and the cure.
        message: String,
    },
}

impl Model {
    /// A model without a training record.
    pub fn new(name: impl Into<String>, network: Network, input_ranges: Vec<[f64; 2]>) -> Model {
        Model { schema: MODEL_SCHEMA, name: name.into(), input_ranges, training: None, network }
    }

    /// Reads and checks a model file.
    ///
    /// # Errors
    /// See [`ModelError`]; each names the file, the place and the cure.
    pub fn read(path: &Path) -> Result<Model, ModelError> {
        let text =
            fs::read_to_string(path).map_err(|source| ModelError::Read { path: path.into(), source })?;
        Model::parse(&text, path)
    }

    /// Checks the text of a model file; `path` is named in errors.
    ///
    /// # Errors
    /// As [`Model::read`].
    pub fn parse(text: &str, path: &Path) -> Result<Model, ModelError> {
        /// Only the version, so that a file of another version is named as such and not as malformed.
        #[derive(Deserialize)]
        struct Version {
            schema: u32,
        }
        let syntax = |e: serde_json::Error| {
            let message = e.to_string();
            let end = message.rfind(" at line ").unwrap_or(message.len());
            ModelError::Syntax {
                path: path.into(),
                line: e.line(),
                column: e.column(),
                message: message[..end].to_string(),
            }
        };
        let version: Version = serde_json::from_str(text).map_err(syntax)?;
        if version.schema != MODEL_SCHEMA {
            return Err(ModelError::Schema { path: path.into(), found: version.schema });
        }
        let model: Model = serde_json::from_str(text).map_err(syntax)?;
        model.check(path)?;
        Ok(model)
    }

    /// Checks and writes the model: either all of it is there afterwards, or what was there before.
    ///
    /// # Errors
    /// See [`ModelError`].
    pub fn write(&self, path: &Path) -> Result<(), ModelError> {
        self.check(path)?;
        let fault = |source| ModelError::Write { path: path.into(), source };
        let text = serde_json::to_string_pretty(self).map_err(|e| fault(e.into()))?;
        replace(path, text.as_bytes()).map_err(fault)
    }

    fn check(&self, path: &Path) -> Result<(), ModelError> {
        self.network.validate().map_err(|source| ModelError::Network { path: path.into(), source })?;
        let fault = |message| Err(ModelError::Ranges { path: path.into(), message });
        let (have, need) = (self.input_ranges.len(), self.network.inputs());
        if have != 0 && have != need {
            return fault(format!("{have} ranges for {need} inputs: give one per input, or none"));
        }
        let wrong = |r: &[f64; 2]| !(r[0].is_finite() && r[1].is_finite() && r[0] <= r[1]);
        match self.input_ranges.iter().position(wrong) {
            None => Ok(()),
            Some(i) => {
                let [lo, hi] = self.input_ranges[i];
                fault(format!("input {i} has [{lo}, {hi}]: give two finite numbers, the smaller first"))
            }
        }
    }
}

/// Writes beside `path`, then renames: a reader never sees half a file, a failure leaves the old one.
fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let name =
        path.file_name().ok_or_else(|| io::Error::new(io::ErrorKind::InvalidInput, "not a file name"))?;
    let mut partial = name.to_os_string();
    partial.push(format!(".{}.partial", std::process::id()));
    let partial = path.with_file_name(partial);
    let result = File::create(&partial)
        .and_then(|mut file| {
            file.write_all(bytes)?;
            file.write_all(b"\n")?;
            file.sync_all()
        })
        .and_then(|()| fs::rename(&partial, path));
    if result.is_err() {
        // Best effort: the first error is the one to report.
        let _ = fs::remove_file(&partial);
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::net::{PaperShape, Topology};

    fn sample() -> Model {
        let mut network = Topology::paper(&PaperShape::new(1, 1, 3, 2)).expect("valid").zeros();
        network.layers[0].weights[1] = 0.1 + 0.2;
        Model::new("sample", network, vec![[0.0, 6.5]])
    }

    fn parse_error(text: &str) -> String {
        Model::parse(text, Path::new("m.json")).expect_err("a fault").to_string()
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
        let good = serde_json::to_string_pretty(&sample()).expect("text");
        assert!(Model::parse(&good, Path::new("m.json")).is_ok());
        let text = parse_error(&good.replace("\"schema\": 1", "\"schema\": 7"));
        assert_eq!(text, "m.json: schema version 7, but this program reads version 1; use a newer program");
        let text = parse_error(&good.replace("0.30000000000000004", "null"));
        assert!(text.starts_with("m.json:") && text.contains("invalid type: null, expected f64"), "{text}");
        let text = parse_error(&good.replace("0.30000000000000004", "1e999"));
        assert!(text.contains("number out of range"), "{text}");
        let text = parse_error(&good[..good.len() / 2]);
        assert!(text.contains("EOF while parsing"), "{text}");
        let text = parse_error(&good.replace("\"name\"", "\"nome\""));
        assert!(text.contains("unknown field `nome`"), "{text}");
        let text = parse_error(&good.replacen("\"inputs\": 1", "\"inputs\": 0", 1));
        assert!(text.starts_with("m.json: layers[0].inputs is 0"), "{text}");
        let text = parse_error(&good.replace("6.5", "-6.5"));
        assert!(text.contains("input 0 has [0, -6.5]"), "{text}");
        assert!(parse_error("").starts_with("m.json:1:0: EOF"));
    }

    #[test]
    fn nothing_is_written_that_could_not_be_read() {
        let dir = tempfile::tempdir().expect("a directory");
        let path = dir.path().join("model.json");
        let mut model = sample();
        model.network.layers[1].weights[0] = f64::NAN;
        assert!(matches!(model.write(&path), Err(ModelError::Network { .. })));
        assert!(!path.exists());
        let missing = dir.path().join("no/such/place/model.json");
        let text = sample().write(&missing).expect_err("no such place").to_string();
        assert!(text.starts_with("cannot write ") && text.contains("choose a place"), "{text}");
        assert!(matches!(Model::read(&missing), Err(ModelError::Read { .. })));
    }
}
