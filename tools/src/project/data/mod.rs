//! `[data]`: where samples come from.

mod columns;
mod written;

pub use columns::columns;

use anyhow::Context;
use gainstage_golden::data::{Columns, Reading, Samples, Shapes, Target};
use gainstage_golden::text;
use serde::Deserialize;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};
use written::Raw;

/// Samples to learn from, and samples to judge by.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(try_from = "Raw")]
pub struct Data {
    /// Where the samples for training come from.
    pub source: Source,
    /// Samples to judge by; without them a generator's grid, or what is held out of the file.
    pub test_csv: Option<PathBuf>,
    /// Which columns of the files are used.
    pub columns: Columns,
    /// The share of the file that is held out of training, to judge by.
    pub held_out: f64,
    /// Parts for cross-validation, if it is wanted.
    pub folds: Option<usize>,
    /// Whether classes count alike in training and selection, however many samples there are of each.
    pub balanced: bool,
    /// The fewest samples of which some are held out.
    least: usize,
}

/// Parts that cross-validation may be asked for.
pub const FOLDS: RangeInclusive<usize> = 2..=100;

/// Samples of which none are held out unless that is asked for: too few to judge by.
pub const FEW: usize = 50;

/// Seed of the choice of what is held out.
const SEED: u64 = 11;

/// Samples of a project.
#[derive(Debug)]
pub struct Sets {
    /// To train on and to select by.
    pub train: Samples,
    /// To judge by, never seen in training; none if only the others are there.
    pub test: Option<Samples>,
    /// Columns of the file that are not used.
    pub ignored: Vec<String>,
    /// Samples of the file that were left out, since a cell of theirs has no value.
    pub skipped: u64,
}

/// The source of training samples.
#[derive(Clone, Debug, PartialEq)]
pub enum Source {
    /// Seeded points of a known function.
    Generator {
        /// The function.
        target: Target,
        /// How many points.
        points: usize,
        /// Seed of the points.
        seed: u64,
        /// How they are placed.
        placement: Placement,
    },
    /// Seeded points of two classes.
    Shapes {
        /// The classes.
        shapes: Shapes,
        /// How many points.
        points: usize,
        /// Seed of the points; the samples to judge by have the next one.
        seed: u64,
    },
    /// A file, relative to the project.
    Csv(PathBuf),
}

/// Points of two classes to judge by.
const SHAPE_TEST_POINTS: usize = 4000;

/// How a generator places its points.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Placement {
    /// Independent and uniform, as in the first paper.
    #[default]
    Random,
    /// Evenly spread (a Latin hypercube), ends included.
    Spread,
}

impl Data {
    /// The samples, read or made. `dir` is the project's directory.
    ///
    /// # Errors
    /// A file that cannot be read, holds no targets, or has other columns than the one for training.
    pub fn sets(&self, dir: &Path) -> anyhow::Result<Sets> {
        let made = |train, test| Ok(Sets { train, test, ignored: Vec::new(), skipped: 0 });
        let file =
            |train: &Samples| self.test_csv.as_ref().map(|f| self.test(&dir.join(f), train)).transpose();
        match &self.source {
            Source::Generator { target, points, seed, placement } => {
                let train = match placement {
                    Placement::Random => target.train(*seed, *points),
                    Placement::Spread => target.train_spread(*seed, *points),
                };
                let test = file(&train)?.unwrap_or_else(|| target.grid());
                made(train, Some(test))
            }
            Source::Shapes { shapes, points, seed } => {
                let train = shapes.samples(*seed, *points).balanced(self.balanced);
                let other = || shapes.samples(seed.wrapping_add(1), SHAPE_TEST_POINTS);
                let test = file(&train)?.unwrap_or_else(other);
                made(train, Some(test))
            }
            Source::Csv(csv) => {
                let Reading { samples, ignored, skipped } = self.read(&dir.join(csv))?;
                let (train, test) = match file(&samples)? {
                    Some(test) => (samples, Some(test)),
                    None => self.divided(samples),
                };
                Ok(Sets { train, test, ignored, skipped })
            }
        }
    }

    /// All samples to train on, those held out of a file included.
    ///
    /// # Errors
    /// As [`Data::sets`].
    pub fn whole(&self, dir: &Path) -> anyhow::Result<Samples> {
        match &self.source {
            Source::Csv(csv) => Ok(self.read(&dir.join(csv))?.samples),
            Source::Generator { .. } | Source::Shapes { .. } => Ok(self.sets(dir)?.train),
        }
    }

    /// The samples to train on, and those held out.
    fn divided(&self, samples: Samples) -> (Samples, Option<Samples>) {
        if samples.rows() < self.least { (samples, None) } else { samples.hold_out(self.held_out, SEED) }
    }

    /// Samples to judge by, in a file of their own.
    fn test(&self, path: &Path, train: &Samples) -> anyhow::Result<Samples> {
        let mut samples = self.read(path)?.samples;
        if !train.classes().is_empty() && !samples.classes().is_empty() {
            // The file may lack a class, or name them in another order.
            samples = samples.in_classes(train.classes()).with_context(|| path.display().to_string())?;
        }
        anyhow::ensure!(
            (samples.inputs(), samples.outputs()) == (train.inputs(), train.outputs()),
            "{}: {} and {}, but the training data has {} and {}: give files of the same columns",
            path.display(),
            text::count(samples.inputs(), "input"),
            text::count(samples.outputs(), "output"),
            train.inputs(),
            train.outputs(),
        );
        Ok(samples)
    }

    fn read(&self, path: &Path) -> anyhow::Result<Reading> {
        let mut read = columns(path, &self.columns)?;
        anyhow::ensure!(
            read.samples.outputs() > 0,
            "{}: there are no targets: add a column y0 (and y1, ...) with the outputs to learn",
            path.display()
        );
        anyhow::ensure!(
            !self.balanced || !read.samples.classes().is_empty(),
            "{}: class-weights belongs to classes, but the file has values to learn: remove it, or name the column of classes in \
             label",
            path.display()
        );
        read.samples = read.samples.balanced(self.balanced);
        Ok(read)
    }
}
