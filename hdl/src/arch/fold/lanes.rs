//! How many multipliers each engine has.

use super::loaded::fit_spram;
use super::program::Program;
use super::{Engine, engine, fold};
use crate::arch::{Library, Network};
use crate::device::Target;
use crate::options::{Build, BuildError};
use gainstage_golden::plan::Plan;
use std::ops::Range;

/// Products of each multiplier where nothing is demanded of a folded circuit.
const DEFAULT_REUSE: u32 = 16;

/// The most multipliers that are tried for a sequential circuit.
const MOST_TRIED: usize = 64;

/// Multipliers of an engine: `neurons` sums at a time, `inputs` products of each in a clock.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Lanes {
    /// Neurons computed side by side.
    pub neurons: usize,
    /// Inputs taken at a time.
    pub inputs: usize,
}

impl Lanes {
    /// A single multiplier.
    pub const ONE: Lanes = Lanes { neurons: 1, inputs: 1 };

    /// Multipliers.
    pub fn count(self) -> usize {
        self.neurons * self.inputs
    }

    /// For each number of sums at a time the fewest products of each with which a layer's products take at most
    /// `clocks`; fewest multipliers first, and of equally many, rather products of one sum than sums.
    fn candidates(neurons: usize, inputs: usize, clocks: u32) -> Vec<Lanes> {
        let fewest = |sums: usize| {
            let chunks = clocks as usize / neurons.div_ceil(sums);
            (chunks > 0).then(|| Lanes { neurons: sums, inputs: inputs.div_ceil(chunks) })
        };
        let mut all: Vec<Lanes> = (1..=neurons).filter_map(fewest).collect();
        all.sort_by_key(|l| (l.count(), l.neurons));
        all
    }
}

/// An engine for each layer, as slow as the means allow.
pub fn layers_apart(plan: &Plan, build: &Build) -> Result<Vec<(Range<usize>, Lanes)>, BuildError> {
    let layers = plan.layers.len();
    if ![0, 1, layers].contains(&build.reuse.len()) || build.reuse.contains(&0) {
        return Err(BuildError::Reuse { found: build.reuse.len(), layers });
    }
    let reuse = |l: usize| build.reuse.get(l).or(build.reuse.first()).copied();
    (0..layers).map(|l| Ok((l..l + 1, layer(plan, l, build.interval, reuse(l))?))).collect()
}

fn layer(plan: &Plan, l: usize, interval: Option<u32>, reuse: Option<u32>) -> Result<Lanes, BuildError> {
    let (neurons, inputs) = (plan.layers[l].neurons.len(), plan.input_formats(l).len());
    let clocks = match (interval, reuse) {
        (None, reuse) => reuse.unwrap_or(DEFAULT_REUSE),
        (Some(interval), reuse) => reuse.map_or(interval, |r| r.min(interval)),
    };
    let window = |lanes: Lanes| Program::new(plan, l..l + 1, lanes, 1).window();
    let fits = |lanes: &Lanes| interval.is_none_or(|most| window(*lanes) <= most);
    // Results that leave at the end take clocks too: fewer for the products may be needed.
    let found = (1..=clocks).rev().find_map(|c| Lanes::candidates(neurons, inputs, c).into_iter().find(fits));
    found.ok_or_else(|| BuildError::Interval {
        place: format!("layer {l}"),
        interval: interval.unwrap_or(clocks),
        least: window(Lanes { neurons, inputs }),
    })
}

/// One engine with the fewest multipliers that meet the demanded interval; with one if none is demanded.
pub fn sequential(plan: &Plan, target: &Target, build: &Build) -> Result<Network, BuildError> {
    if !build.reuse.is_empty() {
        return Err(BuildError::Reuse { found: build.reuse.len(), layers: plan.layers.len() });
    }
    let layers = 0..plan.layers.len();
    let with = |lanes: Lanes| {
        if target.weights_in_spram {
            fit_spram(plan, target.family, lanes)?;
        }
        fold(plan, target, &[(layers.clone(), lanes)], build.max_dsp)
    };
    let Some(interval) = build.interval else { return with(Lanes::ONE) };
    // Programs are quickly made; how long a result takes to come back hardly depends on the multipliers.
    let first: Engine = engine(&mut Library::new(plan, target), "try", layers.clone(), Lanes::ONE);
    let sizes = layers.clone().map(|l| (plan.layers[l].neurons.len(), plan.input_formats(l).len()));
    let (neurons, inputs) = sizes.fold((1, 1), |(m, n), (a, b)| (m.max(a), n.max(b)));
    let mut all: Vec<Lanes> = (1..=neurons.min(MOST_TRIED))
        .flat_map(|neurons| {
            (1..=inputs.min(MOST_TRIED / neurons)).map(move |inputs| Lanes { neurons, inputs })
        })
        .collect();
    all.sort_by_key(|l| (l.count(), l.neurons));
    let mut least = u32::MAX;
    for lanes in all {
        if Program::new(plan, layers.clone(), lanes, first.delay).window() > interval {
            continue;
        }
        let network = with(lanes)?;
        if network.interval <= interval {
            return Ok(network);
        }
        least = least.min(network.interval);
    }
    let place = "the network in one engine".into();
    Err(BuildError::Interval { place, interval, least: least.min(first.program.window()) })
}
