//! A mismatch explained: the run repeated with a waveform, and the waveform read back.

use super::report::{Located, Mismatch, What};
use super::{Check, Place, Plan, Progress};
use crate::SimError;
use crate::cycles::{Response, Stimulus, UNKNOWN};
use crate::waves::{self, Wanted};
use gainstage_golden::scratch::Scratch;
use gainstage_hdl::wrap::manifest::Probe;
use std::ops::Range;
use std::path::Path;

/// Rows shown before the first and after the last that matters.
const MARGIN: usize = 8;

impl Check<'_> {
    /// Explains the mismatch of a run.
    pub(super) fn explain(&self, run: u64, place: Place, what: What) -> Result<Mismatch, SimError> {
        let ((_, plan), row) = (self.prepare(run), place.row);
        let entered = plan.entered(row, self.manifest.latency).unwrap_or(0);
        let window = entered.saturating_sub(MARGIN)..(row + MARGIN).min(plan.cycles());
        self.describe(&plan, run, place, what, window)
    }

    /// Repeats a plan of `run` with a waveform of the rows of `window`.
    pub(super) fn describe(
        &self,
        plan: &Plan,
        run: u64,
        place: Place,
        what: What,
        window: Range<usize>,
    ) -> Result<Mismatch, SimError> {
        let row = place.row;
        let width = self.manifest.inputs.len();
        let entered = match what {
            What::Latency { .. } => Some(super::entry(plan)),
            _ => plan.entered(row, self.manifest.latency),
        };
        let inputs = entered.map(|e| plan.stimulus.inputs[e * width..][..width].to_vec()).unwrap_or_default();
        let sample = entered.and_then(|e| plan.source[e]).map(|i| self.number(run, u64::from(i)));
        let (cycle, located, waveform) = (place.cycle(plan), None, None);
        let mut m = Mismatch { what, cycle, sample, inputs, located, waveform, notes: Vec::new() };

        let scratch = Scratch::temporary().map_err(SimError::writing(&std::env::temp_dir()))?;
        let path = self.options.waveform.clone().unwrap_or_else(|| scratch.path().join("mismatch.vcd"));
        // The mismatch is what matters: if it cannot be traced, it is still told.
        if let Err(e) = self.trace(plan, run, row, window, &path, &mut m) {
            m.notes.push(format!("no waveform: {e}"));
            return Ok(m);
        }
        m.waveform = self.options.waveform.clone();
        // Where rows of many clocks lie between, their inputs are those of the row counted back to.
        let entered = m.cycle.checked_sub(u64::from(self.manifest.latency));
        if let (What::Output { .. }, Some(entered)) = (&m.what, entered) {
            self.locate(&path, entered, &mut m).unwrap_or_else(|e| m.notes.push(format!("not located: {e}")));
        }
        Ok(m)
    }

    fn trace(
        &self,
        plan: &Plan,
        run: u64,
        row: usize,
        window: Range<usize>,
        path: &Path,
        m: &mut Mismatch,
    ) -> Result<(), SimError> {
        let mut options = self.options.build.clone();
        options.trace = true;
        self.options.tell(Progress::Tracing);
        let model = self.options.model(self.dir, self.manifest, &options)?;
        let mut instance = model.instance(self.power_up(run))?;
        let mut got = Response::default();
        let width = self.manifest.inputs.len();
        instance.run(&part(&plan.stimulus, 0..window.start, width), &mut got)?;
        instance.begin_trace(path)?;
        instance.run(&part(&plan.stimulus, window.clone(), width), &mut got)?;
        instance.end_trace();
        let at = row - window.start;
        let again = match &m.what {
            What::Latency { .. } => true,
            What::Valid { actual, .. } => actual.map(u8::from) == Some(got.out_valid[at]),
            What::Ready { actual, .. } => actual.map(u8::from) == Some(got.in_ready[at]),
            What::Output { port, actual, .. } => {
                let outputs = self.manifest.outputs.len();
                let found = &got.outputs[at * outputs..][..outputs];
                self.manifest.outputs.iter().zip(found).any(|(p, c)| p.name == *port && *actual == Some(*c))
            }
        };
        if !again {
            m.notes.push(
                "it was different in the repeated run: it depends on what registers hold at power-up".into(),
            );
        }
        Ok(())
    }

    /// Finds the first neuron that is wrong for the inputs of clock `entered`.
    fn locate(&self, path: &Path, entered: u64, m: &mut Mismatch) -> Result<(), SimError> {
        let mut probes: Vec<&Probe> = self.manifest.probes.iter().collect();
        probes.sort_by_key(|p| (p.layer, p.latency, p.neuron));
        let cycle = |p: &Probe| entered + u64::from(p.latency);
        let wanted: Vec<Wanted> = probes
            .iter()
            .map(|p| Wanted { signal: &p.signal, format: p.format, time: 10 * cycle(p) })
            .collect();
        let codes = waves::read(path, &self.manifest.top, &wanted)?;
        let mut right = 0;
        for (probe, code) in probes.into_iter().zip(codes) {
            let Probe { layer, neuron, ref signal, .. } = *probe;
            let Some(expected) = self.golden.probe(&m.inputs, layer, neuron) else { continue };
            let Some(code) = code else {
                m.notes.push(format!("the waveform has no {signal} in cycle {}", cycle(probe)));
                continue;
            };
            if code != expected {
                let actual = Some(code).filter(|&c| c != UNKNOWN);
                let (signal, cycle) = (signal.clone(), cycle(probe));
                m.located = Some(Located { layer, neuron, signal, cycle, expected, actual });
                return Ok(());
            }
            right += 1;
        }
        if right > 0 {
            m.notes.push(format!("{right} probed neurons are right: the fault is behind them"));
        }
        Ok(())
    }
}

/// Some rows of a stimulus.
fn part(s: &Stimulus, rows: Range<usize>, width: usize) -> Stimulus {
    Stimulus {
        inputs: s.inputs[rows.start * width..rows.end * width].to_vec(),
        in_valid: s.in_valid[rows.clone()].to_vec(),
        reset: s.reset[rows.clone()].to_vec(),
        clocks: s.clocks[rows].to_vec(),
    }
}
