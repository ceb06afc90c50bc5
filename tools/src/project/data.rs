//! `[data]`: where samples come from.

use super::Percent;
use crate::flow::load::columns;
use anyhow::Context;
use gainstage_golden::data::{Columns, Reading, Samples, Shapes, Target};
use gainstage_golden::text;
use serde::Deserialize;
use std::path::{Path, PathBuf};

/// The most points a generator is asked for.
const MAX_POINTS: usize = 10_000_000;

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
    /// The fewest samples of which some are held out.
    least: usize,
}

/// Samples of which none are held out unless that is asked for: too few to judge by.
pub const FEW: usize = 50;

/// The share that is held out.
const HELD_OUT: Percent = Percent(0.2);

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

/// Points of two classes that are trained on, and judged by, where the project names no number.
const SHAPE_POINTS: usize = 400;
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

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Raw {
    generator: Option<Generator>,
    points: Option<usize>,
    seed: Option<u64>,
    placement: Option<Placement>,
    csv: Option<PathBuf>,
    test_csv: Option<PathBuf>,
    inputs: Option<Vec<String>>,
    targets: Option<Vec<String>>,
    label: Option<String>,
    missing: Option<Missing>,
    held_out: Option<Percent>,
}

/// What becomes of samples with a missing cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Missing {
    /// They are an error.
    Refuse,
    /// They are left out.
    Skip,
}

impl Raw {
    /// A key that only goes with a file.
    fn of_a_file(&self) -> Option<&'static str> {
        let given = [
            ("inputs", self.inputs.is_some()),
            ("targets", self.targets.is_some()),
            ("label", self.label.is_some()),
            ("missing", self.missing.is_some()),
            ("held-out", self.held_out.is_some()),
        ];
        given.into_iter().find(|(_, given)| *given).map(|(key, _)| key)
    }
}

/// A generator by name.
#[derive(Deserialize)]
#[serde(try_from = "String")]
enum Generator {
    Function(Target),
    Classes(Shapes),
}

impl TryFrom<String> for Generator {
    type Error = String;
    fn try_from(name: String) -> Result<Generator, String> {
        let shapes = Shapes::ALL.into_iter().find(|s| s.name() == name).map(Generator::Classes);
        let function = || Target::ALL.into_iter().find(|t| t.name() == name).map(Generator::Function);
        shapes.or_else(function).ok_or_else(|| format!("`{name}` is no generator: use {}", generators()))
    }
}

/// The names of all generators, for messages.
fn generators() -> String {
    let functions = Target::ALL.map(|t| t.name());
    let names = functions.into_iter().chain(Shapes::ALL.map(|s| s.name()));
    names.map(|n| format!("{n:?}")).collect::<Vec<_>>().join(", ")
}

/// A number of points that fits into memory.
fn count(points: usize) -> Result<usize, String> {
    match points {
        1..=MAX_POINTS => Ok(points),
        _ => Err(format!("points is {points}: use 1 to {MAX_POINTS}")),
    }
}

impl TryFrom<Raw> for Data {
    type Error = String;
    fn try_from(raw: Raw) -> Result<Data, String> {
        let of_a_file = raw.of_a_file();
        let source = match (raw.generator, raw.csv) {
            (Some(_), None) if of_a_file.is_some() => {
                let key = of_a_file.unwrap_or_default();
                return Err(format!("{key} belongs to a CSV file, but the data is a generator's: remove it"));
            }
            (Some(Generator::Function(target)), None) => {
                let points = count(raw.points.unwrap_or(target.paper_points()))?;
                let placement = raw.placement.unwrap_or_default();
                Source::Generator { target, points, seed: raw.seed.unwrap_or(1), placement }
            }
            (Some(Generator::Classes(_)), None) if raw.placement.is_some() => {
                return Err(
                    "placement belongs to functions, but the generator makes classes: remove it".into()
                );
            }
            (Some(Generator::Classes(shapes)), None) => {
                let points = count(raw.points.unwrap_or(SHAPE_POINTS))?;
                Source::Shapes { shapes, points, seed: raw.seed.unwrap_or(1) }
            }
            (None, Some(csv)) => {
                if let Some(key) = raw
                    .points
                    .map(|_| "points")
                    .or(raw.seed.map(|_| "seed"))
                    .or(raw.placement.map(|_| "placement"))
                {
                    return Err(format!(
                        "{key} belongs to a generator, but the data is a CSV file: remove it"
                    ));
                }
                Source::Csv(csv)
            }
            (Some(_), Some(_)) => return Err("generator and csv are both given: remove one".into()),
            (None, None) => {
                return Err(format!(
                    "there are no samples: give generator = one of {}, or csv = \"FILE\"",
                    generators()
                ));
            }
        };
        let columns = Columns {
            inputs: raw.inputs.unwrap_or_default(),
            targets: raw.targets.unwrap_or_default(),
            label: raw.label,
            skip_missing: raw.missing == Some(Missing::Skip),
        };
        if columns.label.is_some() && !columns.targets.is_empty() {
            return Err(
                "targets and label are both given: keep one, since a network learns values or classes".into(),
            );
        }
        if !columns.inputs.is_empty() && columns.targets.is_empty() && columns.label.is_none() {
            return Err("inputs are named, but nothing to learn: name the columns of values in targets, or the column of \
                        classes in label"
                .into());
        }
        let held_out = raw.held_out.unwrap_or(HELD_OUT).0;
        if !(0.0..=0.9).contains(&held_out) {
            return Err(format!("held-out is {}%: use 0% to 90%", 100.0 * held_out));
        }
        // Below it too few are left out to tell anything.
        let asked = raw.held_out.is_some();
        let least = if asked { 0 } else { FEW };
        Ok(Data { source, test_csv: raw.test_csv, columns, held_out, least })
    }
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
                let train = shapes.samples(*seed, *points);
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

    /// The samples to train on, and those held out.
    fn divided(&self, samples: Samples) -> (Samples, Option<Samples>) {
        let held = Some(self.held_out).filter(|_| samples.rows() >= self.least);
        match held.and_then(|share| samples.hold_out(share, SEED)) {
            Some((train, test)) => (train, Some(test)),
            None => (samples, None),
        }
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
        let read = columns(path, &self.columns)?;
        anyhow::ensure!(
            read.samples.outputs() > 0,
            "{}: there are no targets: add a column y0 (and y1, ...) with the outputs to learn",
            path.display()
        );
        Ok(read)
    }
}
