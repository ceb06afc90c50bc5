//! The circuits of samples: networks are trained, and each becomes integers with few bits up to many.

use super::circuit::{Curves, Widths, centre};
use super::fit::{Data, fit, start};
use super::maker::{Candidate, Judge, Maker, finished};
use super::network::{Network, Pass};
use super::{Scale, Spline};
use crate::approx::{Cost, Effort};
use crate::data::Samples;
use crate::edge::{Coded, EdgeError, Goal, Port, Search, Window, can_vary, split};
use crate::watch::Task;
use rayon::prelude::*;

/// Bits of the inputs' arguments.
const ARGUMENTS: std::ops::RangeInclusive<u32> = 4..=16;

/// Errors in ulp that tables may have: faithful, and cheaper ones with finer results.
const ULPS: [f64; 2] = [1.0, 3.0];

/// Rounding to a step is a root mean square error of so many steps.
const ROUNDING: f64 = 0.289;

/// The finest results: in 2^-bits of a deviation.
const FINEST: i32 = 16;

/// Hidden sums that are tried with several inputs.
const HIDDEN: [usize; 6] = [0, 1, 2, 3, 4, 6];

/// Intervals of the curves of inputs, and of those of hidden sums: the first two are tried that have not too many coefficients.
const INTERVALS: [[usize; 2]; 3] = [[14, 10], [6, 6], [2, 6]];

/// Penalties on second differences, relative to a sample.
const PENALTIES: [f64; 2] = [1e-5, 1e-7];

/// Networks with other random numbers; the best of them is taken.
const STARTS: u64 = 2;

/// Coefficients at most: the normal equations grow with their square.
const COEFFICIENTS: usize = 320;

/// Additions to the normal equations at most, in one step of training.
const WORK: usize = 1_500_000_000;

/// Values that windows are chosen by, at most.
const SEEN: usize = 20_000;

/// A circuit is as good as its network if its error is below this factor of the network's.
const CLOSE: f64 = 1.02;

/// Says when to end.
pub type Stop<'a> = dyn Fn() -> bool + Sync + 'a;

/// Says when the parts of a sweep end.
#[derive(Clone, Copy)]
pub struct Stops<'a> {
    /// Training.
    pub trained: &'a Stop<'a>,
    /// Trying widths.
    pub tried: &'a Stop<'a>,
    /// Making the tables of promising circuits.
    pub made: &'a Stop<'a>,
}

/// The circuits of samples of values; tables are the cheapest by `cost`. What is not made before it
/// must end is left away.
///
/// # Errors
/// Samples without targets, constants, too few of them; ports that do not suit them.
pub fn sweep(
    samples: &Samples,
    search: &Search,
    cost: &dyn Cost,
    stops: Stops,
) -> Result<Vec<Candidate>, EdgeError> {
    Goal::of(samples, 0)?;
    can_vary(samples)?;
    let (held, used) = split(samples.rows(), search)?;
    let scale = Scale::of(samples);
    if samples.inputs() == 1 {
        return of_one_input(samples, &scale, search, cost, stops);
    }
    let networks = networks(&scale.data(samples, &used), &scale.data(samples, &held), stops.trained);
    let (seen, judge) = (scale.data(samples, &used), judge(samples, &held));
    let ports = ports(samples, search)?;
    let maker = |network| Maker { network, scale: &scale, seen: &seen, judge: &*judge, cost, stops };
    let makers: Vec<Maker> = networks.iter().map(|(_, network)| maker(network)).collect();
    let mut tried = Vec::new();
    for (maker, (error, _)) in makers.iter().zip(&networks) {
        for ports in &ports {
            let bits = ports.iter().map(|p| p.bits).max().unwrap_or(0);
            let some = maker.tries(widths(ports, bits, bits as i32 - 4..=bits as i32 - 3));
            // More bits would not bring the circuit closer to its network.
            let close = some.iter().any(|t| t.error < CLOSE * error);
            tried.extend(some);
            if close {
                break;
            }
        }
    }
    Ok(finished(tried))
}

/// A curve an output, on all samples. What a circuit differs from its curves is known for every argument, so that nothing is
/// held out to choose between circuits.
fn of_one_input(
    samples: &Samples,
    scale: &Scale,
    search: &Search,
    cost: &dyn Cost,
    stops: Stops,
) -> Result<Vec<Candidate>, EdgeError> {
    let (x, outputs) = (samples.x(), samples.outputs());
    let fitted = (0..outputs).map(|o| {
        let y: Vec<f64> = samples.y().iter().skip(o).step_by(outputs).copied().collect();
        Spline::fit(x, &y)
    });
    let (splines, squares): (Vec<Spline>, Vec<f64>) = fitted.unzip();
    let network = Network::of_splines(&splines, &scale.outputs);
    let ports = ports(samples, search)?;
    let points = points(x, &ports);
    let off = |curves: &Curves, result: i32| {
        let frac = |o: usize| result - libm::ceil(libm::log2(scale.outputs[o].1)) as i32;
        let port = &curves.circuit.ports[0];
        let square = |o: usize| {
            let off = spread(&points, |x| {
                let found = curves.circuit.run(&[port.argument_of(x) as u16])[o];
                libm::ldexp(found as f64, -frac(o)) - splines[o].eval(x)
            });
            (squares[o] + off * off) / (scale.outputs[o].1 * scale.outputs[o].1)
        };
        ((0..outputs).map(square).sum::<f64>() / outputs as f64).sqrt()
    };
    let wanted = ports.iter().flat_map(|port| {
        let seen = |x: f64| centre(&port[0], port[0].argument_of(x));
        let coarse = splines.iter().zip(&scale.outputs).map(|(spline, (_, deviation))| {
            spread(&points, |x| spline.eval(seen(x)) - spline.eval(x)) / deviation
        });
        // Results whose step costs as much as that of the arguments, and some around it.
        let even = libm::log2(ROUNDING / coarse.fold(1e-9, f64::max)).ceil() as i32;
        let results =
            if even > FINEST { 3..=FINEST } else { (even - 2).max(2)..=(even + 1).clamp(2, FINEST) };
        widths(port, 0, results)
    });
    let none = Data { inputs: 1, outputs, x: Vec::new(), y: Vec::new() };
    let maker = Maker { network: &network, scale, seen: &none, judge: &off, cost, stops };
    Ok(finished(maker.tries(wanted)))
}

pub(super) fn widths(
    ports: &[Port],
    hidden: u32,
    results: std::ops::RangeInclusive<i32>,
) -> impl Iterator<Item = Widths> {
    let ports = ports.to_vec();
    results.flat_map(move |result| {
        let ports = ports.clone();
        ULPS.map(move |max_ulp| Widths {
            ports: ports.clone(),
            hidden,
            result,
            max_ulp,
            effort: Effort::Rough,
        })
    })
}

/// Trained networks and their errors on samples held out: the best of each number of hidden sums, if none with fewer is better.
fn networks(used: &Data, held: &Data, stop: &Stop) -> Vec<(f64, Network)> {
    let mut shapes = Vec::new();
    for hidden in HIDDEN {
        let size = |n: &[usize; 2]| Network::new(used.inputs, hidden, used.outputs, *n).theta.len();
        for intervals in INTERVALS.into_iter().filter(|n| size(n) <= COEFFICIENTS).take(2) {
            shapes.extend(PENALTIES.map(|penalty| (hidden, intervals, penalty)));
        }
    }
    let task = Task::begin("training curves", shapes.len() as u64);
    let trained = |&(hidden, intervals, penalty): &(usize, [usize; 2], f64)| {
        let reads = 4 * (used.inputs * hidden.max(1) + hidden);
        let used = used.first(WORK / (reads * reads * used.outputs));
        let starts = if hidden == 0 { 1 } else { STARTS };
        let one = |seed: u64| {
            let mut network = start(&used, hidden, intervals, seed);
            fit(&mut network, &used, penalty, stop);
            (error(&network, held), network)
        };
        let best = (0..starts).filter(|_| !stop()).map(one).min_by(|a, b| a.0.total_cmp(&b.0));
        task.tell();
        best
    };
    let mut all: Vec<(f64, Network)> = shapes.par_iter().filter_map(trained).collect();
    all.sort_by(|a, b| a.1.hidden.cmp(&b.1.hidden).then(a.0.total_cmp(&b.0)));
    let mut best = f64::INFINITY;
    all.retain(|(error, _)| {
        let better = *error < best;
        best = best.min(*error);
        better
    });
    all
}

/// Root mean square error in deviations.
fn error(network: &Network, data: &Data) -> f64 {
    let mut pass = Pass::default();
    let row = |s: usize| {
        let (x, y) = data.row(s);
        network.forward(x, &mut pass);
        pass.outputs.iter().zip(y).map(|(o, y)| (o - y) * (o - y)).sum::<f64>()
    };
    ((0..data.rows()).map(row).sum::<f64>() / data.y.len() as f64).sqrt()
}

/// Judges circuits by samples that are held out.
pub(super) fn judge<'a>(samples: &Samples, held: &[usize]) -> Box<Judge<'a>> {
    let all = samples.clone();
    let held = samples.select(held);
    Box::new(move |curves, result| {
        let (Some(held), Ok(goal)) = (&held, Goal::of(&all, result)) else { return f64::INFINITY };
        curves.circuit.judge(&Coded::new(held, &curves.circuit.ports, &goal), &goal).error
    })
}

/// Windows of all inputs with ever more bits of argument. An input whose arguments tell all samples apart as they are gets
/// no more bits.
pub(super) fn ports(samples: &Samples, search: &Search) -> Result<Vec<Vec<Port>>, EdgeError> {
    let mut all: Vec<Vec<Port>> = Vec::new();
    for bits in ARGUMENTS {
        let port = |i: usize| {
            let whole = |port: &Port| is_exact(samples.x().iter().skip(i).step_by(samples.inputs()), port);
            if let Some(last) = all.last().map(|ports| ports[i]).filter(whole) {
                return Ok(last);
            }
            let fixed = search.fixed.get(i).copied().flatten();
            Port::fit(&column(samples, i), Window::new(bits, false, fixed), i)
        };
        let ports = (0..samples.inputs()).map(port).collect::<Result<Vec<_>, _>>()?;
        let steps = |ports: &Vec<Port>| ports.iter().map(|p| (p.format.frac, p.shift)).collect::<Vec<_>>();
        // Finer steps than those of a fixed port there are none.
        if all.last().map(steps) != Some(steps(&ports)) {
            all.push(ports);
        }
    }
    Ok(all)
}

/// The values of an input, of many every so many, and both ends.
fn column(samples: &Samples, i: usize) -> Vec<f64> {
    let every = samples.rows().div_ceil(SEEN);
    let some = samples.x().iter().skip(i).step_by(samples.inputs() * every).copied();
    let (lo, hi) = samples.input_range(i);
    some.chain([lo, hi]).collect()
}

/// Whether every sample is the middle of its argument.
fn is_exact<'a>(mut x: impl Iterator<Item = &'a f64>, port: &Port) -> bool {
    x.all(|&x| centre(port, port.argument_of(x)) == x)
}

/// Where circuits of one input are compared with their function: the samples, and as many places evenly over their range.
/// Where samples are whole steps, so are those.
fn points(x: &[f64], ports: &[Vec<Port>]) -> Vec<f64> {
    let (lo, hi) = x.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), &v| (l.min(v), h.max(v)));
    let exact = ports.last().map(|ports| ports[0]).filter(|port| is_exact(x.iter(), port));
    let even = (0..x.len()).map(|k| lo + (hi - lo) * (k as f64 + 0.5) / x.len() as f64);
    let whole = even.map(|x| exact.map_or(x, |port| centre(&port, port.argument_of(x))));
    x.iter().copied().chain(whole).collect()
}

/// The root mean square of a function.
fn spread(points: &[f64], f: impl Fn(f64) -> f64) -> f64 {
    (points.iter().map(|&x| f(x).powi(2)).sum::<f64>() / points.len() as f64).sqrt()
}
