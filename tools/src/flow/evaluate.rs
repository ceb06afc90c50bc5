//! Outputs of a model or a plan for samples, and how far they are from the targets.

use gainstage_golden::data::{Metrics, Samples};
use gainstage_golden::net::{Model, Network};
use gainstage_golden::num::{Format, Rounding, quantize};
use gainstage_golden::plan::{Engine, Plan};

/// Outputs of a plan, row-major.
pub struct Fixed {
    /// Output codes.
    pub codes: Vec<i64>,
    /// Their values.
    pub values: Vec<f64>,
}

/// Refuses samples with another number of inputs than the computation has.
pub fn check_columns(samples: &Samples, inputs: usize, outputs: usize, file: &str) -> anyhow::Result<()> {
    anyhow::ensure!(
        samples.inputs() == inputs,
        "{file}: {} input columns, but the network has {inputs} inputs: give columns {}",
        samples.inputs(),
        names('x', inputs),
    );
    anyhow::ensure!(
        [0, outputs].contains(&samples.outputs()),
        "{file}: {} target columns, but the network has {outputs} outputs: give columns {}, or none",
        samples.outputs(),
        names('y', outputs),
    );
    Ok(())
}

/// Refuses a model that does not fit samples with targets.
pub fn check_shape(model: &Model, samples: &Samples) -> anyhow::Result<()> {
    let (inputs, outputs) = (model.network.inputs(), model.network.outputs());
    anyhow::ensure!(
        (samples.inputs(), samples.outputs()) == (inputs, outputs),
        "the model has {inputs} inputs and {outputs} outputs, but the project's samples have {} and {}: give a model \
         that was trained for them",
        samples.inputs(),
        samples.outputs()
    );
    Ok(())
}

fn names(letter: char, count: usize) -> String {
    match count {
        0..=3 => (0..count).map(|i| format!("{letter}{i}")).collect::<Vec<_>>().join(","),
        _ => format!("{letter}0,...,{letter}{}", count - 1),
    }
}

/// The outputs of the network in `f64`, row-major.
pub fn float(network: &Network, samples: &Samples) -> Vec<f64> {
    network.eval_all(samples.x())
}

/// The input codes of samples, row-major: rounded, then saturated.
pub fn input_codes(plan: &Plan, samples: &Samples) -> Vec<i64> {
    let formats = plan.inputs.iter().cycle();
    // Samples hold finite numbers only, so none is refused.
    let code = |(&x, &f): (&f64, &Format)| quantize(x, f, Rounding::HalfUp).unwrap_or(0);
    samples.x().iter().zip(formats).map(code).collect()
}

/// The outputs of the plan.
pub fn fixed(plan: &Plan, samples: &Samples) -> Fixed {
    let codes = Engine::new(plan).run(&input_codes(plan, samples));
    let formats = plan.output_formats();
    let values = codes.iter().zip(formats.iter().cycle()).map(|(&c, f)| f.value(c)).collect();
    Fixed { codes, values }
}

/// Error figures, where the samples have targets.
pub fn metrics(values: &[f64], samples: &Samples) -> anyhow::Result<Option<Metrics>> {
    if samples.outputs() == 0 {
        return Ok(None);
    }
    Ok(Some(Metrics::of(values, samples.y())?))
}
