//! What a network must beat to be worth its circuit: a constant and a linear fit.

use super::evaluate::{self, Judged};
use super::hunt::SPLIT;
use gainstage_golden::data::Samples;
use gainstage_golden::edge::{Baseline, Search, baselines};
use std::collections::BTreeMap;

/// Mean absolute error, or accuracy, of a `constant` and of a `linear` fit, in real numbers. Fitted to samples of training,
/// judged by `judge`; nothing where there are too few.
pub fn simpler(samples: &Samples, judge: &Samples) -> BTreeMap<&'static str, f64> {
    let fitted = baselines(samples, &Search { fixed: Vec::new(), seed: SPLIT }).unwrap_or_default();
    let judged = |b: &Baseline| {
        let mut outputs = b.outputs(judge);
        // Targets of a single score are 0 and 1; a score decides at 0.
        if !judge.classes().is_empty() && judge.outputs() == 1 {
            outputs.iter_mut().for_each(|y| *y -= 0.5);
        }
        evaluate::judge(&outputs, judge).ok().map(|judged| (b.name, judged.number()))
    };
    fitted.iter().filter_map(judged).collect()
}

/// What is said where one of them does as well as the circuit.
pub fn as_good(simpler: &BTreeMap<&'static str, f64>, fixed: &Judged) -> Option<String> {
    let found = fixed.number();
    let classes = matches!(fixed, Judged::Classes(_));
    let better = |&(_, &f): &(&&str, &f64)| if classes { f >= found } else { f <= found };
    // A constant is the simplest, and comes first.
    let (name, &figure) = simpler.iter().find(better)?;
    let what = if *name == "linear" { "a linear fit" } else { "a constant" };
    Some(match classes {
        true => format!(
            "{what} does as well: accuracy {:.2} % where the circuit has {:.2} %; the network adds nothing",
            100.0 * figure,
            100.0 * found
        ),
        false => format!(
            "{what} does as well: mean absolute error {figure:.6} where the circuit has {found:.6}; the network adds nothing"
        ),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(rows: usize) -> Samples {
        let x: Vec<f64> = (0..rows).map(|i| i as f64 / 10.0).collect();
        let y = x.iter().map(|x| 3.0 * x - 1.0).collect();
        Samples::new(1, 1, x, y).expect("samples")
    }

    #[test]
    fn a_line_is_as_good_on_a_line() {
        let samples = line(60);
        let found = simpler(&samples, &samples);
        assert!(found["linear"] < 1e-4 && found["constant"] > 1.0, "{found:?}");
        let circuit = |y: &[f64]| evaluate::judge(y, &samples).expect("targets");
        let rough: Vec<f64> = samples.y().iter().map(|y| y + 0.01).collect();
        let said = as_good(&found, &circuit(&rough)).expect("the line is better");
        assert!(said.starts_with("a linear fit does as well: mean absolute error 0.0000"), "{said}");
        assert_eq!(as_good(&found, &circuit(samples.y())), None);
        // Too few samples have no baselines.
        assert!(simpler(&line(3), &line(3)).is_empty());
    }
}
