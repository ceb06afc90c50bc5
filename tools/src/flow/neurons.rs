//! Small networks of neurons as candidates of a search: ordinary, amplifying and attenuating ones, trained in real numbers and
//! rounded to ever more bits.

use super::evaluate;
use super::found::Found;
use super::quantize::{Maker, Points, decided, options};
use crate::interrupt;
use crate::project::Quantize;
use crate::term::Progress as Bar;
use gainstage_golden::data::{Confusion, Samples, moments};
use gainstage_golden::edge::{Search, split};
use gainstage_golden::func::{Activation, Kind};
use gainstage_golden::net::{HiddenLayer, Model, Neuron, Topology};
use gainstage_golden::plan::Plan;
use gainstage_golden::quant::Granularity;
use gainstage_golden::train::{self, Cost, Progress, Standardise, TrainConfig};
use gainstage_golden::watch::{self, Watch};
use gainstage_hdl::arch::{measure, usual_part};
use gainstage_hdl::device::Family;
use gainstage_hdl::wrap::Build;
use gainstage_hdl::wrap::manifest::Architecture;
use std::time::Instant;

/// Samples that a restart looks at, about.
const VISITS: usize = 800_000;

/// Epochs at most.
const EPOCHS: usize = 10_000;

/// Restarts of a shape.
const RESTARTS: usize = 4;

/// Levenberg-Marquardt steps of networks for values, whose normal equations grow with the square of the parameters.
const POLISH: usize = 60;

/// The share of the error that weights may go for: each is an adder.
const PRUNE: f64 = 0.05;

/// Samples times squared parameters at most, where steps are made.
const POLISHED: usize = 100_000_000;

/// Widths that are tried, for classes and for values.
const WIDTHS: [&[u32]; 2] = [&[6, 7, 8, 10], &[8, 10, 11, 12, 13, 14, 16]];

/// More bits are not tried where the circuit's error is below this factor of the network's.
const CLOSE: f64 = 1.02;

/// Weights of a network at most: larger ones take minutes to price.
const WEIGHTS: usize = 1000;

/// Clock that registers are placed for, in MHz; look-up tables hardly depend on it.
const CLOCK: f64 = 100.0;

/// A network that is tried.
struct Shape {
    what: String,
    hidden: Vec<HiddenLayer>,
}

/// The shapes that are tried, the smallest first.
fn shapes(classes: bool) -> Vec<Shape> {
    let plain = if classes { Activation::Relu } else { Activation::Tanh };
    let layer = |ordinary: usize, amplifying: usize, attenuating: usize| {
        let neuron = |activation: &Activation, kind| Neuron { activation: activation.clone(), kind };
        let typed = Activation::ParametricSoftplus { a: 0.3 };
        let kinds = [
            (neuron(&plain, Kind::Ordinary), ordinary),
            (neuron(&typed, Kind::Amplifying), amplifying),
            (neuron(&typed, Kind::Attenuating { b: 1.0 }), attenuating),
        ];
        let neurons = kinds.into_iter().flat_map(|(n, count)| std::iter::repeat_n(n, count)).collect();
        HiddenLayer { neurons, bias: true }
    };
    let ordinary = |n: usize| Shape { what: format!("{n} ordinary ({plain})"), hidden: vec![layer(n, 0, 0)] };
    let typed = |n: usize, layers: usize| Shape {
        what: match layers {
            1 => format!("{n} amplifying, {n} attenuating"),
            _ => format!("{layers} layers of {n} amplifying, {n} attenuating"),
        },
        hidden: vec![layer(0, n, n); layers],
    };
    vec![ordinary(3), typed(2, 1), ordinary(8), typed(2, 2), typed(4, 1)]
}

/// The circuits of small networks of neurons, with the errors that others of a search are compared by. What is not begun before
/// `end` is left away.
///
/// # Errors
/// Samples that cannot be divided or trained on.
pub fn neurons(
    (name, how): (&str, &Quantize),
    samples: &Samples,
    search: &Search,
    end: Option<Instant>,
) -> anyhow::Result<Vec<Found>> {
    let (held, used) = split(samples.rows(), search)?;
    let deviations: Vec<f64> =
        moments(samples.y(), samples.outputs()).into_iter().map(|[_, deviation]| deviation).collect();
    let part = |rows: &[usize]| samples.select(rows).unwrap_or_else(|| samples.clone());
    let (seen, judge) = (part(&used), part(&samples.counted(&held)));
    let over = Over { end, watch: watch::here() };
    let shapes = shapes(!samples.classes().is_empty());
    let mut bar = Bar::new("networks of neurons", shapes.len() as u64);
    let mut found = Vec::new();
    for (n, shape) in shapes.into_iter().enumerate() {
        if over.cancelled() {
            break;
        }
        bar.update(n as u64, &shape.what);
        let topology = Topology {
            inputs: samples.inputs(),
            hidden: shape.hidden,
            outputs: samples.outputs(),
            output_bias: true,
        };
        if topology.zeros().parameters() > WEIGHTS {
            continue;
        }
        let Ok(trained) = train::train(&topology, &seen, &config(&topology, &seen), &over) else { continue };
        // Half-trained networks say nothing about their shape.
        if trained.record.interrupted {
            break;
        }
        let model = Model { names: samples.names().clone(), ..trained.into_model(name) };
        let trial =
            Trial { what: &shape.what, samples, judge: &judge, deviations: &deviations, search, over: &over };
        found.extend(trial.rounded(&model, how));
    }
    Ok(found)
}

/// How candidates are trained.
fn config(topology: &Topology, samples: &Samples) -> TrainConfig {
    let values = samples.classes().is_empty();
    let cost = match (values, samples.outputs()) {
        (true, _) => Cost::Paper,
        (false, 1) => Cost::Logistic,
        (false, _) => Cost::Softmax,
    };
    let squares = topology.zeros().parameters().pow(2).saturating_mul(samples.rows() * samples.outputs());
    let polish = if values && squares <= POLISHED { POLISH } else { 0 };
    TrainConfig {
        cost,
        rate: 0.003,
        epochs: (VISITS / samples.rows()).clamp(1, EPOCHS),
        restarts: RESTARTS,
        halve_at: vec![0.3],
        polish,
        prune: if polish > 0 { PRUNE } else { 0.0 },
        l2: if values { 0.0 } else { 0.002 },
        // The best epoch on a part held out is taken: classes are soon known by heart.
        validation: if values { 0.0 } else { 0.2 },
        standardise: if values { Standardise::Both } else { Standardise::Inputs },
        ..TrainConfig::default()
    }
}

/// A network that is trained, and what its circuits are judged by.
struct Trial<'a> {
    what: &'a str,
    /// What values are calibrated on: all samples, as those who use the circuit feed it with.
    samples: &'a Samples,
    judge: &'a Samples,
    /// Of the targets.
    deviations: &'a [f64],
    search: &'a Search,
    over: &'a Over,
}

impl Trial<'_> {
    /// The circuits with few bits up to many.
    fn rounded(&self, model: &Model, how: &Quantize) -> Vec<Found> {
        let how = Quantize { formats: Some(Granularity::Neuron), ..how.outputs_only() };
        let mut maker = Maker::new(model, &Points::Samples(self.samples.clone()), &how);
        let real = self.figures(&evaluate::float(&model.network, self.judge)).0;
        let mut found = Vec::new();
        for &bits in WIDTHS[usize::from(self.judge.classes().is_empty())] {
            if self.over.cancelled() {
                break;
            }
            // Widths that cannot hold the values, and tables that cannot be had, are no candidates.
            let Ok(plan) = options(model, &how.at(bits)).and_then(|o| Ok(maker.make(&o)?)) else { continue };
            let Some(plan) = ported(plan, self.search) else { continue };
            let Some(lut) = price(&plan) else { continue };
            let (error, merit) = self.figures(&evaluate::fixed(&plan, self.judge).values);
            let Ok(plan) = decided(plan, model, &how) else { continue };
            let (kind, model) = (format!("neurons: {}, {bits} bits", self.what), Some(model.clone()));
            found.push(Found { plan, lut, error, merit, edges: None, setting: None, kind, model });
            if error <= real * CLOSE {
                break;
            }
        }
        found
    }

    fn figures(&self, values: &[f64]) -> (f64, f64) {
        figures(values, self.judge, self.deviations)
    }
}

/// The plan with the ports that are fixed: first sums are exact, whatever they take. None where they get too wide.
fn ported(mut plan: Plan, search: &Search) -> Option<Plan> {
    for (port, fixed) in plan.inputs.iter_mut().zip(&search.fixed) {
        *port = fixed.unwrap_or(*port);
    }
    plan.validate().is_ok().then_some(plan)
}

/// Look-up tables by estimate, without multipliers or block RAM; none where it cannot be built.
fn price(plan: &Plan) -> Option<usize> {
    let build = Build {
        architecture: Architecture::Parallel,
        clock_mhz: CLOCK,
        dsp: false,
        block_ram: false,
        ..Build::new(Family::Xc7)
    };
    let measured = measure(plan.valid().ok()?, build, usual_part(Family::Xc7)).ok()?;
    Some(measured.cost.lut as usize)
}

/// The error that circuits are compared by, and what selects: as [`gainstage_golden::edge::Point`] has them. `deviations` are
/// those of the targets.
fn figures(values: &[f64], judge: &Samples, deviations: &[f64]) -> (f64, f64) {
    let (outputs, rows) = (judge.outputs(), judge.rows() as f64);
    if judge.classes().is_empty() {
        let offs = values.iter().zip(judge.y()).enumerate();
        let square = offs.map(|(i, (y, t))| ((y - t) / deviations[i % outputs]).powi(2)).sum::<f64>();
        let error = (square / rows / outputs as f64).sqrt();
        return (error, error);
    }
    let (found, labels) = (Confusion::decide(values, outputs), judge.labels());
    let wrong = found.iter().zip(&labels).filter(|(f, l)| f != l).count() as f64;
    let losses = values.chunks(outputs).zip(&labels).map(|(scores, &label)| {
        let scores = match *scores {
            [one] => vec![0.0, one],
            _ => scores.to_vec(),
        };
        scores.iter().map(|s| (s - scores[label]).exp()).sum::<f64>().ln()
    });
    (wrong / rows, (wrong + losses.sum::<f64>()) / rows)
}

/// Ends training with the search.
struct Over {
    end: Option<Instant>,
    watch: Watch,
}

impl Progress for Over {
    fn update(&self, _restart: usize, _epoch: usize, _of: usize, _cost: f64) {}

    fn cancelled(&self) -> bool {
        self.end.is_some_and(|end| Instant::now() >= end) || interrupt::wanted(&self.watch)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use gainstage_golden::edge::Goal;
    use gainstage_golden::num::Format;

    fn search(fixed: Option<Format>) -> Search {
        Search { fixed: vec![fixed, None], seed: 7 }
    }

    /// A product of both inputs.
    fn product() -> Samples {
        let x: Vec<f64> =
            (0..60).flat_map(|i| [f64::from(i * 37 % 61), f64::from(i * 23 % 60) / 30.0 - 1.0]).collect();
        let y = x.chunks(2).map(|x| x[0] * x[1]).collect();
        Samples::new(2, 1, x, y).expect("samples")
    }

    #[test]
    fn a_product_has_circuits_with_the_port_that_is_fixed() {
        let (samples, port) = (product(), Format::new(false, 9, 1).expect("a format"));
        let found = neurons(("product", &Quantize::default()), &samples, &search(Some(port)), None)
            .expect("circuits");
        let best = found.iter().map(|f| f.error).fold(f64::INFINITY, f64::min);
        assert!(best < 0.05, "{best}");
        assert!(found.iter().all(|f| f.plan.inputs[0] == port && f.lut > 0 && f.model.is_some()));
        assert!(found.iter().any(|f| f.kind.contains("amplifying")));
        // The figure again, with the deviation that tables outright are judged by.
        let Goal::Values { frac, deviation } = Goal::of(&samples, 4).expect("a goal") else {
            panic!("values")
        };
        let deviation = f64::from(deviation[0]) / 2f64.powi(frac[0]);
        let (held, _) = split(samples.rows(), &search(None)).expect("parts");
        let judge = samples.select(&held).expect("samples");
        for f in &found {
            let outputs = evaluate::fixed(&f.plan, &judge).values;
            let square: f64 = outputs.iter().zip(judge.y()).map(|(y, t)| (y - t) * (y - t)).sum();
            let error = (square / judge.rows() as f64).sqrt() / deviation;
            assert!((error - f.error).abs() < 1e-5 * error, "{error} and {}", f.error);
        }
    }

    #[test]
    fn a_search_without_time_has_none() {
        let found =
            neurons(("product", &Quantize::default()), &product(), &search(None), Some(Instant::now()))
                .expect("none");
        assert!(found.is_empty());
    }

    #[test]
    fn errors_of_classes_count_and_their_loss_is_a_cross_entropy() {
        let classes = ["a", "b", "c"].map(str::to_owned).to_vec();
        let samples = Samples::labelled(1, vec![0.0, 1.0], &[0, 2], classes).expect("samples");
        // Likelihoods 1/2, 1/4, 1/4 twice: the first is right, the second is wrong.
        let scores = [4f64.ln(), 2f64.ln(), 2f64.ln(), 2f64.ln(), 1f64.ln(), 1f64.ln()];
        let (error, merit) = figures(&scores, &samples, &[]);
        assert_eq!(error, 0.5);
        assert!((merit - 0.5 - (2f64.ln() + 4f64.ln()) / 2.0).abs() < 1e-12, "{merit}");
    }
}
