//! What a network must beat to be worth its circuit: a constant, a linear fit, and where there is one input a
//! table or piecewise polynomial.

use super::edges::figure;
use super::evaluate;
use super::found::{Found, Front, curves, is_curve};
use super::hunt::{Budget, Hunt, SPLIT};
use crate::project::Quantize;
use crate::report::Judged;
use crate::words::brief;
use gainstage_golden::data::Samples;
use gainstage_golden::edge::{Baseline, Search, baselines, settings};
use std::collections::BTreeMap;

/// Simpler things than a network.
#[derive(Debug, Default)]
pub struct Simpler {
    /// Mean absolute error, or accuracy, of a `constant`, a `linear` fit and a `cubic` one, in real numbers, and of a `table` or
    /// piecewise polynomial, in integers.
    pub figures: BTreeMap<&'static str, f64>,
    /// Look-up tables that the table takes, by estimate.
    lut: usize,
}

/// Fitted to samples of training, judged by `judge`; nothing where there are too few.
pub fn simpler(samples: &Samples, judge: &Samples) -> Simpler {
    let mut simpler = fits(samples, judge);
    if let Some((figure, lut)) = table(samples, judge) {
        simpler.figures.insert("table", figure);
        simpler.lut = lut;
    }
    simpler
}

/// The constant, the linear and the cubic fit alone.
pub fn fits(samples: &Samples, judge: &Samples) -> Simpler {
    let fitted = baselines(samples, &Search { fixed: Vec::new(), seed: SPLIT }).unwrap_or_default();
    let judged = |b: &Baseline| {
        let mut outputs = b.outputs(judge);
        // Targets of a single score are 0 and 1; a score decides at 0.
        if !judge.classes().is_empty() && judge.outputs() == 1 {
            outputs.iter_mut().for_each(|y| *y -= 0.5);
        }
        evaluate::judge(&outputs, judge).ok().map(|judged| (b.name, judged.number()))
    };
    Simpler { figures: fitted.iter().filter_map(judged).collect(), lut: 0 }
}

/// The best table or piecewise polynomial of a single input, by samples held out: how good it is, and its look-up tables.
fn table(samples: &Samples, judge: &Samples) -> Option<(f64, usize)> {
    if samples.inputs() != 1 {
        return None;
    }
    let (samples, judge) = (samples.clone().with_one_target(), judge.clone().with_one_target());
    let found = outright(&samples)?;
    Some((figure(&found.plan, &judge).ok()?, found.lut))
}

fn outright(samples: &Samples) -> Option<Found> {
    const NAME: &str = "outright";
    let trials = Budget::Trials(settings(samples, 0).len());
    let front = match is_curve(samples) {
        true => curves(NAME, samples, &Search { fixed: Vec::new(), seed: SPLIT }, [None; 3]),
        false => {
            let points =
                Hunt::new(samples, &BTreeMap::new(), trials, None).and_then(|hunt| hunt.run()).ok()?;
            Front::of_points((NAME, &Quantize::default()), samples, points)
        }
    };
    front.and_then(|front| front.choose(None, samples)).ok()?.into_iter().next()
}

/// Shown, but no reason to warn: its circuit takes multipliers.
const CUBIC: &str = "cubic";

/// What is said where one of them does as well as the circuit.
pub fn as_good(simpler: &Simpler, fixed: &Judged) -> Option<String> {
    let found = fixed.number();
    let classes = matches!(fixed, Judged::Classes(_));
    let better = |&(_, &f): &(&&str, &f64)| if classes { f >= found } else { f <= found };
    // A constant is the simplest, and comes first.
    let (name, &figure) = simpler.figures.iter().filter(|(name, _)| **name != CUBIC).find(better)?;
    let (what, cure) = match *name {
        "constant" => ("a constant".to_owned(), "the network adds nothing"),
        "linear" => ("a linear fit".to_owned(), "the network adds nothing"),
        _ => (
            format!("a function of the input alone in about {} look-up tables", simpler.lut),
            "`edges = \"learned\"` in [network] builds it",
        ),
    };
    let how = if figure == found { "as well" } else { "better" };
    Some(match classes {
        true => format!(
            "{what} does {how}: accuracy {:.2} % where the circuit has {:.2} %; {cure}",
            100.0 * figure,
            100.0 * found
        ),
        false => format!(
            "{what} does {how}: mean absolute error {} where the circuit has {}; {cure}",
            brief(figure),
            brief(found)
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
        assert!(found.figures["linear"] < 1e-4 && found.figures["constant"] > 1.0, "{found:?}");
        let circuit = |y: &[f64]| evaluate::judge(y, &samples).expect("targets");
        let rough: Vec<f64> = samples.y().iter().map(|y| y + 0.01).collect();
        let said = as_good(&found, &circuit(&rough)).expect("the line is better");
        assert!(said.starts_with("a linear fit does better: mean absolute error "), "{said}");
        assert_eq!(as_good(&found, &circuit(samples.y())), None);
        // Too few samples have no baselines.
        assert!(simpler(&line(3), &line(3)).figures.is_empty());
    }

    /// Three steps, which a table has and a line has not.
    #[test]
    fn a_table_is_as_good_on_steps() {
        let x: Vec<f64> = (0..400).map(|i| f64::from(i * 7 % 256)).collect();
        let y: Vec<f64> = x.iter().map(|x| (x / 64.0).floor()).collect();
        let samples = Samples::new(1, 1, x.clone(), y).expect("samples");
        let found = simpler(&samples, &samples);
        assert!(found.figures["table"] < 0.3 * found.figures["linear"], "{found:?}");
        let rough: Vec<f64> = samples.y().iter().map(|y| y + 0.1).collect();
        let said = as_good(&found, &evaluate::judge(&rough, &samples).expect("targets")).expect("better");
        assert!(
            said.starts_with("a function of the input alone in about ")
                && said.contains("edges = \"learned\""),
            "{said}"
        );

        let two = Samples::new(2, 1, [x.clone(), x].concat(), vec![0.5; 400]).expect("samples");
        assert!(!simpler(&two, &two).figures.contains_key("table"));
    }
}
