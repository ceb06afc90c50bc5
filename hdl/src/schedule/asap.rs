//! First pass: everything as early as it can be, chained within the period.

use super::{Problem, Time};
use crate::expr::{Op, Sig};
use gainstage_golden::watch;

/// When each used node's value appears; `None` for constants and unused nodes.
pub(super) fn run(p: &Problem) -> Vec<Option<Time>> {
    let g = p.graph;
    let mut at: Vec<Option<Time>> = vec![None; g.nodes().len()];
    for i in 0..at.len() {
        watch::check();
        let s = Sig(i as u32);
        if !p.live[i] || matches!(g.op(s), Op::Const(_)) {
            continue;
        }
        let mut ready = Vec::new();
        g.operands(s, |o| ready.extend(at[o.index()].map(|t| p.ready(o, t))));
        at[i] = Some(match g.op(s) {
            Op::Out { instance, .. } => {
                let latency = g.instances()[instance as usize].module.latency();
                Time { stage: ready.into_iter().map(boundary).max().unwrap_or(0) + latency, ns: 0.0 }
            }
            // What a state's next value needs stays in its stage, however long it takes.
            _ if p.pinned[i] => chain(&ready, p.delay[i], f64::INFINITY),
            _ => chain(&ready, p.delay[i], p.budget),
        });
    }
    at
}

/// The stage at whose start a value is stable.
pub(super) fn boundary(t: Time) -> u32 {
    if t.ns == 0.0 { t.stage } else { t.stage + 1 }
}

/// Behind the latest operand if it fits there, else at the start of the next stage.
fn chain(ready: &[Time], delay: f64, budget: f64) -> Time {
    let stage = ready.iter().map(|t| t.stage).max().unwrap_or(0);
    let ns = ready.iter().filter(|t| t.stage == stage).map(|t| t.ns).fold(0.0, f64::max);
    if delay == 0.0 || ns == 0.0 || ns + delay <= budget {
        Time { stage, ns: ns + delay }
    } else {
        Time { stage: stage + 1, ns: delay }
    }
}

/// The first stage, from 1 on, at whose start every output is stable.
pub(super) fn latency(p: &Problem, at: &[Option<Time>]) -> u32 {
    let outputs = p.graph.outputs().iter().filter_map(|(_, s)| at[s.index()].map(|t| p.ready(*s, t)));
    outputs.map(boundary).max().unwrap_or(1).max(1)
}

/// Per memory the stage in which everything for its write is there.
pub(super) fn write_stages(p: &Problem, at: &[Option<Time>]) -> Vec<u32> {
    let mut stages = vec![0; p.graph.rams().len()];
    for (i, write) in p.graph.written() {
        let ready = write.operands().into_iter().filter_map(|s| at[s.index()].map(|t| p.ready(s, t).stage));
        stages[i as usize] = ready.max().unwrap_or(0);
    }
    // What has one port writes where it reads.
    for (node, at) in p.graph.nodes().iter().zip(at) {
        if let (Op::Read(ram, _), Some(at)) = (node.op, at)
            && p.graph.rams()[ram as usize].huge
        {
            stages[ram as usize] = at.stage;
        }
    }
    stages
}
