//! The meaning of a graph, in plain integer arithmetic.

use super::{Graph, Op, Range, Sig};

impl Graph {
    /// The outputs for one set of inputs, children included. Exact; knows no clock.
    ///
    /// # Panics
    /// If the number of inputs is wrong, or the graph has state; in debug builds also if an integer leaves its
    /// stated range.
    pub fn evaluate(&self, inputs: &[i64]) -> Vec<i64> {
        let inputs: Vec<i128> = inputs.iter().map(|&x| x as i128).collect();
        self.evaluate_wide(&inputs).into_iter().map(|y| y as i64).collect()
    }

    /// [`Graph::evaluate`] for ports of more than 64 bits.
    pub fn evaluate_wide(&self, inputs: &[i128]) -> Vec<i128> {
        assert_eq!(inputs.len(), self.inputs.len(), "one integer per input is wanted");
        assert!(!self.has_state(), "a graph with state is no function: simulate it");
        let mut values: Vec<i128> = Vec::with_capacity(self.nodes.len());
        let mut children: Vec<Option<Vec<i128>>> = vec![None; self.instances.len()];
        for node in &self.nodes {
            let v = match node.op {
                Op::Input(i) => inputs[i as usize],
                Op::Out { instance, port } => {
                    let outputs = children[instance as usize].get_or_insert_with(|| {
                        let child = &self.instances[instance as usize];
                        let x: Vec<i128> = child.inputs.iter().map(|s| values[s.index()]).collect();
                        child.module.graph().evaluate_wide(&x)
                    });
                    outputs[port as usize]
                }
                op => self.apply(op, |s| values[s.index()]),
            };
            if cfg!(debug_assertions) {
                assert!(node.range.contains(v), "{:?} gave {v}, outside {}", node.op, node.range);
            }
            values.push(v);
        }
        self.outputs.iter().map(|(_, s)| values[s.index()]).collect()
    }

    /// One operation on the values of its operands. Inputs, children and what remembers are the caller's.
    pub(crate) fn apply(&self, op: Op, v: impl Fn(Sig) -> i128) -> i128 {
        match op {
            Op::Input(_) | Op::Out { .. } | Op::State(_) | Op::Read(..) => 0,
            Op::Accumulate { term, .. } | Op::Hold { data: term, .. } => v(term),
            Op::Const(c) => c,
            Op::Add(a, b) => v(a) + v(b),
            Op::Sub(a, b) => v(a) - v(b),
            Op::Neg(a) => -v(a),
            Op::Mul(a, b) => v(a) * v(b),
            Op::Shl(a, n) => v(a) << n,
            Op::Shr(a, n) => v(a) >> n.min(127),
            Op::Slice { a, lo, width } => (v(a) >> lo.min(127)) & ((1 << width) - 1),
            Op::AsSigned(a, width) => Range::of_bits(true, width).wrap(v(a)),
            Op::Concat { hi, lo, lo_width } => (v(hi) << lo_width) + v(lo),
            Op::Mux { sel, yes, no } => v(if v(sel) == 1 { yes } else { no }),
            Op::Ge(a, b) => (v(a) >= v(b)) as i128,
            Op::Eq(a, b) => (v(a) == v(b)) as i128,
            Op::And(a, b) => v(a) & v(b),
            Op::Or(a, b) => v(a) | v(b),
            Op::Xor(a, b) => v(a) ^ v(b),
            Op::Not(a) => 1 - v(a),
            Op::Bound(a, _) => v(a),
            Op::Rom(rom, a) => {
                let words = &self.roms[rom as usize].words;
                usize::try_from(v(a)).ok().and_then(|i| words.get(i).copied()).unwrap_or(0)
            }
        }
    }
}
