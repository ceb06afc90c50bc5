//! Names and spans of inputs and outputs.

use super::json;
use super::network::Layer;
use serde_json::Value;

/// A column of the data, which is a port of the circuit.
#[derive(Clone, Debug, Default)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// Its unit.
    pub unit: Option<String>,
    /// Its least and its largest value in all samples.
    pub span: Option<(f64, f64)>,
}

impl Column {
    /// The column of an element of `columns`, if it has a name.
    fn of(value: &Value) -> Column {
        let ends = (json::number(value, "/low"), json::number(value, "/high"));
        let span = match ends {
            (Some(low), Some(high)) if low <= high => Some((low, high)),
            _ => None,
        };
        Column {
            name: json::text(value, "/name").unwrap_or_default(),
            unit: json::text(value, "/unit"),
            span,
        }
    }

    /// Its name and its unit, once: what stands at an axis.
    pub fn label(&self) -> String {
        let said =
            |unit: &str| [format!("({unit})"), format!("[{unit}]")].iter().any(|u| self.name.ends_with(u));
        match &self.unit {
            Some(unit) if !said(unit) => format!("{} ({unit})", self.name),
            _ => self.name.clone(),
        }
    }

    /// Its largest less its least value, which errors are compared with.
    pub fn range(&self) -> Option<f64> {
        self.span.map(|(low, high)| high - low).filter(|r| *r > 0.0)
    }
}

/// The columns of a report.
#[derive(Clone, Debug, Default)]
pub struct Columns {
    /// The inputs.
    pub inputs: Vec<Column>,
    /// The outputs; none for classes.
    pub outputs: Vec<Column>,
    /// The classes; none for values.
    pub classes: Vec<String>,
}

impl Columns {
    /// The columns of a report. Names that it lacks are those of the ports.
    pub fn of(report: &Value) -> Columns {
        let classes = json::texts(report, "/plan/argmax");
        let inputs = json::list(report, "/plan/inputs").len();
        let layers = json::list(report, "/plan/layers");
        let outputs = match classes.is_empty() {
            true => layers.last().map_or(0, |l| Layer::of(l).total()),
            false => 0,
        };
        Columns {
            inputs: named(json::list(report, "/columns/inputs"), inputs, 'x'),
            outputs: named(json::list(report, "/columns/outputs"), outputs, 'y'),
            classes,
        }
    }

    /// The column of an output, or one with the name of its port.
    pub fn output(&self, o: usize) -> Column {
        let port = || Column { name: format!("y{o}"), ..Column::default() };
        self.outputs.get(o).cloned().unwrap_or_else(port)
    }

    /// The column of an input, or one with the name of its port.
    pub fn input(&self, i: usize) -> Column {
        let port = || Column { name: format!("x{i}"), ..Column::default() };
        self.inputs.get(i).cloned().unwrap_or_else(port)
    }
}

/// As many columns as are listed, or as there are ports.
fn named(listed: &[Value], ports: usize, letter: char) -> Vec<Column> {
    let count = if listed.is_empty() { ports.min(4096) } else { listed.len() };
    let column = |i: usize| {
        let mut column = listed.get(i).map(Column::of).unwrap_or_default();
        if column.name.is_empty() {
            column.name = format!("{letter}{i}");
        }
        column
    };
    (0..count).map(column).collect()
}
