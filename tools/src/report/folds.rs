//! What cross-validation shows.

use crate::words::brief;
use gainstage_golden::learned::mean_and_deviation;
use schemars::JsonSchema;
use serde::Serialize;

/// Results of cross-validation: the same way with other samples held out each time.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct CrossValidation {
    /// `accuracy`, or `mae`: the mean absolute error.
    pub figure: &'static str,
    /// Its mean over the folds.
    pub mean: f64,
    /// Its standard deviation over the folds.
    pub deviation: f64,
    /// The folds.
    pub folds: Vec<Fold>,
}

/// What was learned without a fold.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Fold {
    /// Samples of the fold.
    pub samples: usize,
    /// The integers' accuracy or mean absolute error on them.
    pub figure: f64,
    /// Look-up tables by estimate, of a circuit that was found.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lut_estimate: Option<usize>,
    /// What computes it, of a circuit that was found.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
}

impl CrossValidation {
    /// Of at least two folds.
    pub fn of(classes: bool, folds: Vec<Fold>) -> CrossValidation {
        let (mean, deviation) = mean_and_deviation(&folds.iter().map(|f| f.figure).collect::<Vec<_>>());
        CrossValidation { figure: if classes { "accuracy" } else { "mae" }, mean, deviation, folds }
    }
}

impl Fold {
    /// For people.
    pub fn text(&self, classes: bool) -> String {
        let size = self.lut_estimate.map_or_else(String::new, |lut| format!(", {lut} LUT"));
        format!("{}{size}", number(self.figure, classes))
    }
}

fn number(figure: f64, classes: bool) -> String {
    if classes { format!("accuracy {:.2} %", 100.0 * figure) } else { format!("MAE {}", brief(figure)) }
}

impl std::fmt::Display for CrossValidation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let classes = self.figure == "accuracy";
        let deviation =
            if classes { format!("{:.2}", 100.0 * self.deviation) } else { brief(self.deviation) };
        let of = |pick: fn(f64, f64) -> f64, from: f64| self.folds.iter().map(|f| f.figure).fold(from, pick);
        writeln!(
            f,
            "Cross-validation, {} folds, circuits: {}, standard deviation {deviation}, from {} to {}.",
            self.folds.len(),
            number(self.mean, classes),
            number(of(f64::min, f64::INFINITY), classes),
            number(of(f64::max, f64::NEG_INFINITY), classes),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mean_and_deviation_of_three_folds() {
        let fold = |figure| Fold { samples: 10, figure, lut_estimate: None, kind: None };
        let found = CrossValidation::of(true, vec![fold(0.8), fold(0.9), fold(1.0)]);
        assert!((found.mean - 0.9).abs() < 1e-12 && (found.deviation - 0.1).abs() < 1e-12, "{found:?}");
        assert_eq!(
            found.to_string(),
            "Cross-validation, 3 folds, circuits: accuracy 90.00 %, standard deviation 10.00, from accuracy 80.00 % to accuracy 100.00 %.\n"
        );
    }
}
