//! How much a plan loses, and which rounding loses it.

use super::evaluate::{fixed, float, judge, judge_fixed};
use crate::project::Quantize;
use crate::report::{Judged, Loss, Measure, Most};
use gainstage_golden::data::{Confusion, Metrics, Samples};
use gainstage_golden::net::Network;
use gainstage_golden::num::MAX_WIDTH;
use gainstage_golden::plan::Plan;
use gainstage_golden::quant::{Granularity, Rounded, blame, worst};

/// The share of the real-valued network's error by which that of the plan may be greater, if nothing else is said.
pub const MOST: f64 = 0.25;

/// The share of the samples of which the plan may find the class less often, if nothing else is said.
const MOST_CLASSES: f64 = 0.01;

/// The share of its targets' span that an output's step is no loss up to.
const WIDE_STEP: f64 = 1.0 / 64.0;

/// Samples on which roundings are told apart: a plan is run for each of them.
const TRIED: usize = 1000;

/// What a plan of `network` loses on samples with targets; `allowed` is a share of the network's error, or of the samples.
///
/// # Errors
/// Samples without targets, or with other classes than the network's.
pub fn loss(
    network: &Network,
    plan: &Plan,
    samples: &Samples,
    how: &Quantize,
    allowed: Option<f64>,
) -> anyhow::Result<Loss> {
    let (outputs, codes) = (float(network, samples), fixed(plan, samples));
    let real = judge(&outputs, samples)?;
    let integers = judge_fixed(plan, &codes, samples)?;
    let step = match samples.classes() {
        [] => (0..samples.outputs()).map(|o| output_step(plan, samples, o)).fold(0.0, f64::max),
        _ => 0.0,
    };
    let all = compare(&real, &integers, step, allowed);
    let mut loss = match samples.classes() {
        [] => worst_output(plan, samples, (&outputs, &codes.values), allowed)?.unwrap_or(all),
        _ => all,
    };
    if !loss.held {
        loss.most = most(network, plan, samples, loss.measure);
        loss.help = help(&loss, how);
    }
    Ok(loss)
}

/// The output that loses the largest share where it loses too much; of several outputs, whose units may differ.
fn worst_output(
    plan: &Plan,
    samples: &Samples,
    (real, integers): (&[f64], &[f64]),
    allowed: Option<f64>,
) -> anyhow::Result<Option<Loss>> {
    let n = samples.outputs();
    if n < 2 {
        return Ok(None);
    }
    let mut worst: Option<Loss> = None;
    for o in 0..n {
        let column = |all: &[f64]| all.iter().copied().skip(o).step_by(n).collect::<Vec<_>>();
        let targets = column(samples.y());
        let judged = |all: &[f64]| Metrics::of(&column(all), &targets).map(Judged::Values);
        let loss = compare(&judged(real)?, &judged(integers)?, output_step(plan, samples, o), allowed);
        let share = |l: &Loss| l.fixed / l.float;
        if !loss.held && worst.as_ref().is_none_or(|w| share(w) < share(&loss)) {
            worst = Some(Loss { output: Some(o), ..loss });
        }
    }
    Ok(worst)
}

/// The step of an output in the units of the data, as far as it counts as none: a wide one loses what it steps over.
fn output_step(plan: &Plan, samples: &Samples, o: usize) -> f64 {
    let column = || samples.y().iter().copied().skip(o).step_by(samples.outputs());
    let span = column().fold(f64::NEG_INFINITY, f64::max) - column().fold(f64::INFINITY, f64::min);
    plan.score_formats()[o].ulp().min(WIDE_STEP * span)
}

fn compare(real: &Judged, integers: &Judged, step: f64, allowed: Option<f64>) -> Loss {
    let loss = |measure, float, fixed, allowed, step, held| {
        let (most, help) = (None, Vec::new());
        Loss { held, measure, output: None, float, fixed, allowed, step, most, help }
    };
    match (real, integers) {
        (Judged::Values(real), Judged::Values(integers)) => {
            // What is demanded is demanded of wide steps too.
            let step = if allowed.is_some() { 0.0 } else { step };
            let (float, fixed, allowed) = (real.mae, integers.mae, allowed.unwrap_or(MOST));
            // Written so that an error that is no number does not hold.
            let held = fixed <= float * (1.0 + allowed) || fixed - float <= step;
            loss(Measure::MeanAbsoluteError, float, fixed, allowed, step, held)
        }
        (Judged::Classes(real), Judged::Classes(integers)) => {
            let (float, fixed) = (real.accuracy(), integers.accuracy());
            let allowed = allowed.unwrap_or(MOST_CLASSES);
            // A difference of exactly as much is allowed, whatever the rounding of the two shares.
            let held = float - fixed <= allowed + 1e-12;
            loss(Measure::Accuracy, float, fixed, allowed, 0.0, held)
        }
        _ => unreachable!("the same samples judge both"),
    }
}

/// The rounding that loses most, told on some of the samples.
fn most(network: &Network, plan: &Plan, samples: &Samples, measure: Measure) -> Option<Most> {
    let stride = samples.rows().div_ceil(TRIED);
    let some = samples.select(&(0..samples.rows()).step_by(stride).collect::<Vec<_>>())?;
    let error = |outputs: &[f64]| match measure {
        Measure::MeanAbsoluteError => Metrics::of(outputs, some.y()).map_or(f64::INFINITY, |m| m.mae),
        Measure::Accuracy => {
            let found = Confusion::decide(outputs, network.outputs());
            Confusion::of(&found, &some.labels(), some.classes()).map_or(1.0, |c| 1.0 - c.accuracy())
        }
    };
    let scores = Plan { argmax: None, softmax: None, ..plan.clone() };
    let (real, integers) = (error(&float(network, &some)), error(&fixed(&scores, &some).values));
    let worst = worst(&blame(network, plan, some.x(), error), real, integers)?;
    let share = ((integers - worst.without) / (integers - real)).clamp(0.0, 1.0);
    let last = worst.layer + 1 == network.layers.len();
    Some(Most {
        layer: worst.layer,
        last,
        value: worst.value,
        share: if share.is_nan() { 0.0 } else { share },
    })
}

/// What would help against a loss, the surest first; in the words of a project, which are those of the options too.
fn help(loss: &Loss, how: &Quantize) -> Vec<String> {
    let value = loss.most.map(|m| m.value);
    let mut help = Vec::new();
    let bits = how.bits.bits() + lacking(loss);
    if bits <= MAX_WIDTH {
        help.push(format!("more bits, about {bits} (--bits)"));
    }
    if matches!(how.granularity(), Granularity::Layer | Granularity::Network) && value != Some(Rounded::Input)
    {
        help.push("a format for every value (--formats value)".into());
    }
    if !how.refine {
        help.push("weights that correct each other's rounding (--refine)".into());
    }
    if how.guard_bits == 0 && value == Some(Rounded::Z) {
        help.push("more bits for z alone (--guard-bits 2)".into());
    }
    let early =
        loss.most.is_some_and(|m| m.layer == 0 && matches!(m.value, Rounded::Input | Rounded::Weights));
    if early {
        help.push(
            "columns of about the same size around 0: subtract their offsets and scale them before the samples are written"
                .into(),
        );
    } else if value != Some(Rounded::Input) {
        help.push(
            "a training with standardise = \"both\" (\"inputs\" for classes) and some l2, for smaller values"
                .into(),
        );
    }
    help
}

/// Bits that are lacking, by the rule that an error halves with each.
fn lacking(loss: &Loss) -> u32 {
    let (excess, allowed) = match loss.measure {
        Measure::MeanAbsoluteError => (loss.fixed - loss.float, loss.allowed * loss.float),
        Measure::Accuracy => (loss.float - loss.fixed, loss.allowed),
    };
    // What no width removes altogether counts as a thousandth of what is lost.
    let bits = (excess / allowed.max(loss.step).max(excess / 1024.0)).log2().ceil();
    if bits.is_finite() { bits.max(1.0) as u32 } else { 1 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(float: f64, fixed: f64, step: f64, allowed: Option<f64>) -> Loss {
        let of = |mae| Judged::Values(Metrics { mae, sd: 0.0, max: 0.0, rmse: 0.0 });
        compare(&of(float), &of(fixed), step, allowed)
    }

    #[test]
    fn a_quarter_more_or_an_output_step_is_let_pass() {
        assert!(values(1.0, 1.25, 0.0, None).held && !values(1.0, 1.2501, 0.0, None).held);
        assert!(values(0.0, 0.01, 0.01, None).held && !values(0.0, 0.0101, 0.01, None).held);
        assert!(values(1.0, 1.5, 0.0, Some(0.5)).held && !values(1.0, 1.2, 0.0, Some(0.1)).held);
        assert!(!values(1.0, f64::NAN, 0.0, None).held);
    }

    #[test]
    fn a_percentage_point_of_the_samples_is_let_pass() {
        let of = |right: u64| {
            let counts = vec![vec![right, 1000 - right], vec![0, 0]];
            Judged::Classes(Confusion { classes: vec!["a".into(), "b".into()], counts })
        };
        assert!(
            compare(&of(1000), &of(990), 0.0, None).held && !compare(&of(1000), &of(989), 0.0, None).held
        );
        assert!(compare(&of(1000), &of(950), 0.0, Some(0.05)).held);
    }

    #[test]
    fn bits_are_counted_by_halving() {
        // An excess of 1 where 0.25 is allowed: two bits.
        assert_eq!(lacking(&values(1.0, 2.0, 0.0, None)), 2);
        assert_eq!(lacking(&values(0.0, 1.0, 0.125, None)), 3);
        assert_eq!(lacking(&values(0.0, 1.0, 0.0, None)), 10);
    }
}
