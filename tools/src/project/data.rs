//! `[data]`: where samples come from.

use crate::flow::load::samples;
use anyhow::Context;
use gainstage_golden::data::{Samples, Shapes, Target};
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
    /// Samples to judge by; without them a generator's grid, or the training data.
    pub test_csv: Option<PathBuf>,
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
        let source = match (raw.generator, raw.csv) {
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
        Ok(Data { source, test_csv: raw.test_csv })
    }
}

impl Data {
    /// The samples for training, read or made. `dir` is the project's directory.
    ///
    /// # Errors
    /// A file that cannot be read, or holds no targets.
    pub fn train(&self, dir: &Path) -> anyhow::Result<Samples> {
        match &self.source {
            Source::Generator { target, points, seed, placement } => Ok(match placement {
                Placement::Random => target.train(*seed, *points),
                Placement::Spread => target.train_spread(*seed, *points),
            }),
            Source::Shapes { shapes, points, seed } => Ok(shapes.samples(*seed, *points)),
            Source::Csv(csv) => with_targets(&dir.join(csv)),
        }
    }

    /// The samples to judge by; none if only the training data is there.
    ///
    /// # Errors
    /// As [`Data::train`], or a file whose columns are not those of the training data.
    pub fn test(&self, dir: &Path, train: &Samples) -> anyhow::Result<Option<Samples>> {
        let Some(csv) = &self.test_csv else {
            return Ok(match &self.source {
                Source::Generator { target, .. } => Some(target.grid()),
                Source::Shapes { shapes, seed, .. } => {
                    Some(shapes.samples(seed.wrapping_add(1), SHAPE_TEST_POINTS))
                }
                Source::Csv(_) => None,
            });
        };
        let path = dir.join(csv);
        let mut samples = with_targets(&path)?;
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
        Ok(Some(samples))
    }
}

fn with_targets(path: &Path) -> anyhow::Result<Samples> {
    let samples = samples(path)?;
    anyhow::ensure!(
        samples.outputs() > 0,
        "{}: there are no targets: add a column y0 (and y1, ...) with the outputs to learn",
        path.display()
    );
    Ok(samples)
}
