//! The table `[data]` as a project file writes it.

use super::{Data, FEW, FOLDS, Placement, Source};
use crate::project::Percent;
use gainstage_golden::data::{Columns, Shapes, Target};
use serde::Deserialize;
use std::path::PathBuf;

/// The most points a generator is asked for.
const MAX_POINTS: usize = 10_000_000;

/// Points of two classes that are trained on where the project names no number.
const SHAPE_POINTS: usize = 400;

/// The share that is held out.
const HELD_OUT: Percent = Percent(0.2);

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Raw {
    generator: Option<Generator>,
    points: Option<usize>,
    seed: Option<u64>,
    placement: Option<Placement>,
    csv: Option<PathBuf>,
    test_csv: Option<PathBuf>,
    inputs: Option<Vec<String>>,
    targets: Option<Vec<String>>,
    label: Option<String>,
    class_weights: Option<ClassWeights>,
    missing: Option<Missing>,
    held_out: Option<Percent>,
    folds: Option<usize>,
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

/// How much the samples of a class count in training and selection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum ClassWeights {
    /// Each sample once.
    None,
    /// Those of rare classes more often, so that all classes count alike.
    Balanced,
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
        let balanced = raw.class_weights == Some(ClassWeights::Balanced);
        // Without targets and label the file's head decides: see `Data::sets`.
        let values = !columns.targets.is_empty() || matches!(source, Source::Generator { .. });
        if balanced && values {
            return Err("class-weights belongs to classes, but values are learned: remove it, or name their column in label".into());
        }
        let held_out = raw.held_out.unwrap_or(HELD_OUT).0;
        if !(held_out == 0.0 || (0.01..=0.9).contains(&held_out)) {
            return Err(format!("held-out is {}%: use 0%, or 1% to 90%", 100.0 * held_out));
        }
        if raw.held_out.is_some() && raw.test_csv.is_some() {
            return Err(
                "held-out and test-csv are both given: keep one, the samples to judge by come from one place"
                    .into(),
            );
        }
        if let Some(folds) = raw.folds.filter(|n| !FOLDS.contains(n)) {
            return Err(format!("folds is {folds}: use {} to {}", FOLDS.start(), FOLDS.end()));
        }
        // Below it too few are left out to tell anything.
        let asked = raw.held_out.is_some();
        let least = if asked { 0 } else { FEW };
        Ok(Data { source, test_csv: raw.test_csv, columns, held_out, folds: raw.folds, balanced, least })
    }
}
