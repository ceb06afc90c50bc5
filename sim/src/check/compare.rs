//! Every output of every cycle.

use super::golden::Golden;
use super::plan::Plan;
use super::report::What;
use crate::cycles::{Response, UNKNOWN};
use gainstage_hdl::wrap::manifest::{Architecture, Manifest};

/// What one run showed.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Tally {
    /// Results compared.
    pub(crate) samples: u64,
    /// Clocks run.
    pub(crate) cycles: u64,
    /// Clocks of the long run.
    pub(crate) unbroken: u64,
    /// Rows in which something was wrong.
    pub(crate) mismatches: u64,
    /// The first of them.
    pub(crate) first: Option<(Place, What)>,
}

/// A clock of a plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    /// The row.
    pub(crate) row: usize,
    /// The clock in it, counted from 0.
    pub(crate) clock: u32,
}

impl Place {
    /// The first clock of a row.
    pub(crate) fn row(row: usize) -> Place {
        Place { row, clock: 0 }
    }

    /// The clock cycle of the run.
    pub(crate) fn cycle(self, plan: &Plan) -> u64 {
        plan.stimulus.clock(self.row) + u64::from(self.clock)
    }
}

/// Expected output codes, for each row of a plan in which a comparison is possible.
pub(crate) struct Expected {
    codes: Vec<i64>,
    /// Whether there is a row of codes for every row of the plan, not only for every vector.
    by_row: bool,
}

impl Expected {
    /// Runs the integer model for a plan's vectors; for all its rows where the data path runs freely, because
    /// there the outputs mean something in every cycle.
    pub(crate) fn new(manifest: &Manifest, golden: &dyn Golden, vectors: &[i64], plan: &Plan) -> Expected {
        let by_row = manifest.architecture == Architecture::Parallel;
        let inputs = if by_row { &plan.stimulus.inputs } else { vectors };
        let width = manifest.inputs.len();
        let mut codes = vec![0; inputs.len() / width * manifest.outputs.len()];
        golden.batch(width, inputs, &mut codes);
        Expected { codes, by_row }
    }

    fn row(&self, outputs: usize, plan: &Plan, entered: usize) -> Option<&[i64]> {
        let index = if self.by_row { entered } else { plan.source[entered]? as usize };
        Some(&self.codes[index * outputs..][..outputs])
    }
}

/// Compares a run with what is expected.
pub(crate) fn compare(manifest: &Manifest, plan: &Plan, expected: &Expected, got: &Response) -> Tally {
    let latency = manifest.latency;
    let mut tally = Tally { cycles: plan.clocks(), ..Tally::default() };
    // What comes out before the first reset is nobody's promise.
    for row in usize::from(latency > 0)..plan.cycles() {
        tally.samples += u64::from(plan.out_valid[row]);
        if let Some(what) = wrong(manifest, plan, expected, got, row, latency) {
            tally.mismatches += 1;
            tally.first.get_or_insert((Place { row, clock: got.clock[row] }, what));
        }
    }
    tally
}

fn wrong(
    manifest: &Manifest,
    plan: &Plan,
    expected: &Expected,
    got: &Response,
    row: usize,
    latency: u32,
) -> Option<What> {
    let (valid, ready) = (plan.out_valid[row], plan.in_ready[row]);
    let differs = |got: u8, expected: bool| {
        (got != u8::from(expected)).then_some(if got > 1 { None } else { Some(!expected) })
    };
    if let Some(actual) = differs(got.out_valid[row], valid) {
        return Some(What::Valid { expected: valid, actual });
    }
    if let Some(actual) = differs(got.in_ready[row], ready) {
        return Some(What::Ready { expected: ready, actual });
    }
    if !(valid || expected.by_row) {
        return None;
    }
    let outputs = manifest.outputs.len();
    let wanted = expected.row(outputs, plan, plan.entered(row, latency)?)?;
    let found = &got.outputs[row * outputs..][..outputs];
    let i = (wanted != found).then(|| wanted.iter().zip(found).position(|(a, b)| a != b))??;
    let actual = Some(found[i]).filter(|&code| code != UNKNOWN);
    Some(What::Output { port: manifest.outputs[i].name.clone(), expected: wanted[i], actual })
}
