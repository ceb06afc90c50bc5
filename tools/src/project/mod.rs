//! `gainstage.toml`: what to learn, with which network, and what to make of it.
//!
//! Every table refuses keys it does not know, and every value is checked where it is read, so that all faults are
//! reported with their lines and columns before anything runs.

mod board;
mod build;
mod contradiction;
mod data;
mod error;
mod fault;
mod learned;
mod name;
mod network;
mod outputs;
mod paper;
mod propose;
mod quantize;
mod read;
#[cfg(test)]
mod reference;
mod template;

pub use board::Overrides;
pub use build::{Architecture, Build, Clock, FamilyName, Verify};
pub use contradiction::MAX_GUARD_BITS;
pub use data::{Data, FOLDS, Sets, Source, columns as read_columns};
pub use error::{ProjectError, misplaced};
pub use fault::AREAS;
pub use learned::{for_samples, learns};
pub use name::Name;
pub use network::{Edges, Shape};
pub use paper::recipe;
pub use propose::{Proposal, Wish, classes, noise, propose, toml};
pub use quantize::{MaxUlp, Method, Percent, Quantize, Tables, Width};
pub use template::{Template, all as templates, find as find_template};

use gainstage_golden::data::Samples;
use gainstage_golden::document::{DocumentError, Kind};
use gainstage_golden::learned::LearnConfig;
use gainstage_golden::net::Topology;
use gainstage_golden::train::{Cost, Standardise, TrainConfig};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The file name of a project.
pub const FILE_NAME: &str = "gainstage.toml";

/// A project file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Project {
    /// Name of the design and of its circuit.
    pub name: Name,
    /// Samples.
    pub data: Data,
    /// Shape of the network; one that is found, if there is none.
    #[serde(default)]
    pub network: Shape,
    /// Training.
    #[serde(default)]
    pub train: TrainConfig,
    /// How learned activations are learned, if the network has any.
    #[serde(default, deserialize_with = "learned::valid")]
    pub learned: LearnConfig,
    /// Formats and tables.
    #[serde(default)]
    pub quantize: Quantize,
    /// Circuit.
    #[serde(default)]
    pub build: Build,
    /// What differs for single boards, by their names.
    #[serde(default)]
    pub board: BTreeMap<String, Overrides>,
    /// Vectors.
    #[serde(default)]
    pub verify: Verify,
    /// The directory that paths in the file are relative to.
    #[serde(skip)]
    pub dir: PathBuf,
    /// Whether `[train]` says what is standardised.
    #[serde(skip)]
    standardise_given: bool,
    /// Keys that only networks of neurons listen to.
    #[serde(skip)]
    unheard: Vec<String>,
}

impl Project {
    /// Reads a project: a directory with a `gainstage.toml`, or such a file.
    pub fn read(place: &Path) -> Result<Project, ProjectError> {
        let file = if place.is_dir() { place.join(FILE_NAME) } else { place.to_owned() };
        let other = |error: ProjectError| match Kind::of(place).or_else(|| Kind::of(&file)) {
            None | Some(Kind::Project | Kind::ProjectDirectory) => error,
            Some(Kind::Directory) => ProjectError::NoProject { path: place.into() },
            Some(found) => DocumentError::Kind { path: place.into(), found, what: "project" }.into(),
        };
        let text = gainstage_golden::document::read_text(&file, gainstage_golden::document::MOST_BY_HAND)
            .map_err(|source| other(ProjectError::Read { path: file.clone(), source }))?;
        let mut project = Project::parse(&text, &file).map_err(other)?;
        project.dir = file.parent().map(Path::to_owned).unwrap_or_default();
        Ok(project)
    }

    /// The samples to train on and, if there are others, those to judge by, with the targets that the cost asks for:
    /// [`Cost::Logistic`] needs a single output for two classes.
    ///
    /// # Errors
    /// As [`Data::sets`].
    pub fn samples(&self) -> anyhow::Result<Sets> {
        let mut sets = self.data.sets(&self.dir)?;
        self.quantize.check_classes(sets.train.classes().len())?;
        if self.train.cost == Cost::Logistic {
            sets.train = sets.train.with_one_target();
            sets.test = sets.test.map(Samples::with_one_target);
        }
        Ok(sets)
    }

    /// All samples but those to judge by in a file or of a generator, as [`Project::samples`] has them.
    ///
    /// # Errors
    /// As [`Data::sets`].
    pub fn whole(&self) -> anyhow::Result<Samples> {
        let all = self.data.whole(&self.dir)?;
        self.quantize.check_classes(all.classes().len())?;
        Ok(if self.train.cost == Cost::Logistic { all.with_one_target() } else { all })
    }

    /// What of the project a network that is found does not listen to, for people.
    pub fn unheard(&self) -> Option<String> {
        let keys = self.network.edges().map_or(&[][..], |_| &self.unheard);
        (!keys.is_empty()).then(|| {
            format!(
                "{} says nothing to a network that is found: leave it out, or give [network] hidden layers",
                keys.join(", ")
            )
        })
    }

    /// How the network is trained on these samples: as `[train]` says. Where it does not say whether to standardise, the columns of
    /// a file are, whose units are anybody's: inputs, and targets that are values, as far as there are biases to undo it in.
    pub fn training(&self, topology: &Topology, samples: &Samples) -> TrainConfig {
        let mut config = self.train.clone();
        let first = topology.hidden.first().map_or(topology.output_bias, |l| l.bias);
        if !self.standardise_given && matches!(self.data.source, Source::Csv(_)) && first {
            let values = samples.classes().is_empty() && topology.output_bias;
            config.standardise = if values { Standardise::Both } else { Standardise::Inputs };
        }
        config
    }

    /// Checks the text of a project file; `file` is named in errors.
    pub fn parse(text: &str, file: &Path) -> Result<Project, ProjectError> {
        read::read(text).map_err(|faults| ProjectError::Faults { path: file.into(), faults })
    }
}
