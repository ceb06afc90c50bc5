//! What a result stands on: the samples, and how good network and circuit are on those of training and on those held out.

use super::{CrossValidation, Dependence, Table};
use crate::words::brief;
use gainstage_golden::data::{Confusion, OutputFigures, Samples, ValueFigures};
use gainstage_golden::plan::Signal;
use gainstage_golden::text::count;
use schemars::JsonSchema;
use serde::Serialize;

/// The part of `report.json` that is about samples.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Evidence {
    /// Inputs and outputs by name.
    pub columns: Columns,
    /// Where the samples come from.
    pub data: Origin,
    /// Errors, side by side.
    pub errors: Errors,
    /// Errors of circuits that were learned without a fold of the samples each, if that was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cross_validation: Option<CrossValidation>,
    /// How values inside the circuit use their formats, on the samples of training.
    pub signals: Vec<Signal>,
    /// Some samples with what network and circuit make of them; none for classes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub drawn: Option<Drawn>,
    /// What the circuit makes of each input; none where there is but one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dependence: Option<Dependence>,
}

/// Inputs and outputs.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Columns {
    /// The inputs.
    pub inputs: Vec<Column>,
    /// The outputs; none for classes.
    pub outputs: Vec<Column>,
}

/// A column of the samples.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// What stands between brackets at the end of the name.
    pub unit: Option<String>,
    /// The smallest value of training.
    pub low: f64,
    /// The largest.
    pub high: f64,
}

/// Where samples come from.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Origin {
    /// The file, or the generator.
    pub source: String,
    /// Samples to train on and to judge by.
    pub rows: usize,
    /// Samples of training.
    pub training: usize,
    /// Samples that training never saw.
    pub held_out: usize,
    /// The file of the samples held out, if it is another one.
    pub test: Option<String>,
    /// Columns that are not used.
    pub ignored: Vec<String>,
    /// Samples left out, since a cell of theirs has no value.
    pub skipped: u64,
}

/// Errors on the samples of training, and on those held out of training and selection.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Errors {
    /// Of training.
    pub training: Part,
    /// Held out; none if none are.
    pub held_out: Option<Part>,
}

/// Errors on some samples.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Part {
    /// How many.
    pub samples: usize,
    /// Of the network in real numbers; none where there is none.
    pub real: Option<Quality>,
    /// Of the circuit.
    pub integer: Quality,
}

/// How good results are.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum Quality {
    /// Of values.
    Values(ValueFigures),
    /// Of classes.
    Classes {
        /// Share of the samples whose class is found.
        accuracy: f64,
        /// Mean of the classes' F1.
        macro_f1: f64,
        /// Which class was taken for which.
        confusion: Confusion,
    },
}

/// Samples, row by row.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Drawn {
    /// Whether they are held out.
    pub held_out: bool,
    /// Inputs.
    pub x: Vec<Vec<f64>>,
    /// Targets.
    pub target: Vec<Vec<f64>>,
    /// What the network says.
    pub real: Option<Vec<Vec<f64>>>,
    /// What the circuit says.
    pub integer: Vec<Vec<f64>>,
}

impl Columns {
    /// Those of samples.
    pub fn of(samples: &Samples) -> Columns {
        let inputs =
            (0..samples.inputs()).map(|i| Column::new(samples.names().input(i), samples.input_range(i)));
        let values = if samples.classes().is_empty() { samples.outputs() } else { 0 };
        let outputs = (0..values).map(|k| {
            let targets = samples.y().iter().skip(k).step_by(samples.outputs());
            let range = targets.fold((f64::MAX, f64::MIN), |(lo, hi), &t| (lo.min(t), hi.max(t)));
            Column::new(samples.names().output(k), range)
        });
        Columns { inputs: inputs.collect(), outputs: outputs.collect() }
    }
}

impl Column {
    fn new(name: String, (low, high): (f64, f64)) -> Column {
        let unit = unit(&name);
        Column { name, unit, low, high }
    }
}

/// What stands between brackets at the end of a name.
pub fn unit(name: &str) -> Option<String> {
    [('(', ')'), ('[', ']')].into_iter().find_map(|(open, close)| {
        let (before, unit) = name.trim_end().strip_suffix(close)?.rsplit_once(open)?;
        (!before.trim().is_empty() && !unit.trim().is_empty()).then(|| unit.trim().to_owned())
    })
}

impl Quality {
    /// Of classes.
    pub fn classes(confusion: Confusion) -> Quality {
        Quality::Classes { accuracy: confusion.accuracy(), macro_f1: confusion.macro_f1(), confusion }
    }

    fn rows(&self) -> Vec<(&'static str, String)> {
        match self {
            Quality::Values(v) => figures(&v.all),
            Quality::Classes { accuracy, macro_f1, .. } => {
                vec![("accuracy", percent(*accuracy)), ("macro F1", format!("{macro_f1:.4}"))]
            }
        }
    }
}

fn percent(share: f64) -> String {
    format!("{:.2} %", 100.0 * share)
}

fn figures(f: &OutputFigures) -> Vec<(&'static str, String)> {
    let number = brief;
    vec![
        ("MAE", number(f.metrics.mae)),
        ("RMSE", number(f.metrics.rmse)),
        ("95th percentile", number(f.p95)),
        ("largest", number(f.metrics.max)),
        ("R²", f.r2.map_or("-".into(), number)),
    ]
}

impl std::fmt::Display for Evidence {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let parts = [("training", Some(&self.errors.training)), ("held out", self.errors.held_out.as_ref())];
        let columns = parts.into_iter().filter_map(|(name, part)| Some((name, part?)));
        let mut head = vec!["error".to_owned()];
        let mut cells: Vec<Vec<(&str, String)>> = Vec::new();
        for (name, part) in columns {
            let on = format!("{name} ({})", part.samples);
            for (which, quality) in [("real", part.real.as_ref()), ("circuit", Some(&part.integer))] {
                if let Some(quality) = quality {
                    head.push(format!("{on}, {which}"));
                    cells.push(quality.rows());
                }
            }
        }
        let mut table = Table::new(&head.iter().map(String::as_str).collect::<Vec<_>>());
        for (i, (name, _)) in cells.first().into_iter().flatten().enumerate() {
            let row =
                cells.iter().map(|column| column.get(i).map_or(String::new(), |(_, cell)| cell.clone()));
            table.row([(*name).to_owned()].into_iter().chain(row));
        }
        write!(f, "{table}")?;
        self.outputs(f)?;
        self.cross_validation.as_ref().map_or(Ok(()), |folds| write!(f, "{folds}"))?;
        if self.errors.held_out.is_none() {
            writeln!(f, "No samples are held out of training: on new ones the error may be larger.")?;
        }
        if !self.data.ignored.is_empty() {
            writeln!(f, "Columns not used: {}.", self.data.ignored.join(", "))?;
        }
        if self.data.skipped > 0 {
            writeln!(f, "{} left out: a cell has no value.", count(self.data.skipped as usize, "sample"))?;
        }
        Ok(())
    }
}

impl Evidence {
    /// The circuit's error of each output, where there are several.
    fn outputs(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let part = self.errors.held_out.as_ref().unwrap_or(&self.errors.training);
        let Quality::Values(values) = &part.integer else { return Ok(()) };
        if values.outputs.len() < 2 {
            return Ok(());
        }
        let mut table = Table::new(&["circuit's output", "MAE", "RMSE", "95th percentile", "largest", "R²"]);
        for (column, output) in self.columns.outputs.iter().zip(&values.outputs) {
            table.row(
                [column.name.clone()].into_iter().chain(figures(output).into_iter().map(|(_, cell)| cell)),
            );
        }
        write!(f, "\n{table}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_stand_between_brackets_at_the_end() {
        for (name, found) in [
            ("temp (°C)", Some("°C")),
            ("p [hPa] ", Some("hPa")),
            ("f(x) of t", None),
            ("(none)", None),
            ("volt ()", None),
            ("adc", None),
        ] {
            assert_eq!(unit(name).as_deref(), found, "{name}");
        }
    }
}
