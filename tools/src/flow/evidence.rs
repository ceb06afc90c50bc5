//! Network and circuit on the samples of training, and on those held out.

use super::dependence::dependence;
use super::evaluate;
use crate::project::{Project, Sets, Source};
use crate::report::{Columns, Drawn, Errors, Evidence, Judged, Origin, Part, Quality};
use gainstage_golden::data::{Confusion, Samples, ValueFigures};
use gainstage_golden::net::Network;
use gainstage_golden::plan::Plan;

/// Samples that are drawn, at most.
const DRAWN: usize = 400;

/// Samples that signals are counted on, at most.
const TRACED: usize = 2000;

/// Samples, and what was said of them when they were read.
pub struct Origins {
    origin: Origin,
}

impl Origins {
    /// Of a project's samples.
    pub fn of(project: &Project, sets: &Sets) -> Origins {
        let source = match &project.data.source {
            Source::Generator { target, .. } => target.name().to_owned(),
            Source::Shapes { shapes, .. } => shapes.name().to_owned(),
            Source::Csv(file) => file.display().to_string(),
        };
        let (training, held_out) = (sets.train.rows(), sets.test.as_ref().map_or(0, Samples::rows));
        let test = project.data.test_csv.as_ref().map(|f| f.display().to_string());
        let (ignored, skipped) = (sets.ignored.clone(), sets.skipped);
        let rows = training + held_out;
        let origin = Origin { source, rows, training, held_out, test, ignored, skipped };
        Origins { origin }
    }

    /// What a plan, and the network that it stands for, come to.
    ///
    /// # Errors
    /// Samples without targets; an end that was asked for.
    pub fn evidence(
        self,
        plan: &Plan,
        network: Option<&Network>,
        train: &Samples,
        test: Option<&Samples>,
    ) -> anyhow::Result<Evidence> {
        let part = |samples: &Samples| part(plan, network, samples);
        let errors = Errors { training: part(train)?, held_out: test.map(part).transpose()? };
        let drawn = train.classes().is_empty().then(|| drawn(plan, network, train, test));
        let signals = plan.signals(&evaluate::input_codes(plan, &evaluate::some(train, TRACED)));
        let dependence = dependence(plan, train, test)?;
        Ok(Evidence {
            columns: Columns::of(train),
            data: self.origin,
            errors,
            cross_validation: None,
            signals,
            drawn,
            dependence,
        })
    }
}

fn part(plan: &Plan, network: Option<&Network>, samples: &Samples) -> anyhow::Result<Part> {
    let fixed = evaluate::fixed(plan, samples);
    let real = network.map(|network| evaluate::float(network, samples));
    if samples.classes().is_empty() {
        let quality = |outputs: &[f64]| ValueFigures::of(outputs, samples).map(Quality::Values);
        let real = real.map(|outputs| quality(&outputs)).transpose()?;
        return Ok(Part { samples: samples.rows(), real, integer: quality(&fixed.values)? });
    }
    let labels = samples.labels();
    let quality = |found: &[usize]| Confusion::of(found, &labels, samples.classes()).map(Quality::classes);
    let real = real.map(|scores| quality(&Confusion::decide(&scores, samples.outputs()))).transpose()?;
    let integer = match evaluate::judge_fixed(plan, &fixed, samples)? {
        Judged::Classes(confusion) => Quality::classes(confusion),
        Judged::Values(_) => unreachable!("samples of classes"),
    };
    Ok(Part { samples: samples.rows(), real, integer })
}

/// Some samples: of those held out, if there are any.
fn drawn(plan: &Plan, network: Option<&Network>, train: &Samples, test: Option<&Samples>) -> Drawn {
    let samples = test.unwrap_or(train);
    let some = evaluate::some(samples, DRAWN);
    let rows =
        |values: &[f64], width: usize| values.chunks(width.max(1)).map(<[f64]>::to_vec).collect::<Vec<_>>();
    let real = network.map(|network| rows(&evaluate::float(network, &some), some.outputs()));
    let integer = rows(&evaluate::fixed(plan, &some).values, some.outputs());
    Drawn {
        held_out: test.is_some(),
        x: rows(some.x(), some.inputs()),
        target: rows(some.y(), some.outputs()),
        real,
        integer,
    }
}
