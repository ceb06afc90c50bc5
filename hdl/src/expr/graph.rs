//! Nodes, handles and hash-consing.

use super::{Instance, Port, Ram, Range, Rom, State, fold};
use std::collections::HashMap;
use std::sync::Arc;

/// A handle on a node of one [`Graph`]. Using it with another graph is a bug of the caller.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct Sig(pub(crate) u32);

impl Sig {
    /// Position in [`Graph::nodes`].
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// What a node computes. One operation becomes one wire.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Op {
    /// The input of that number.
    Input(u32),
    /// A constant.
    Const(i128),
    /// a + b
    Add(Sig, Sig),
    /// a - b
    Sub(Sig, Sig),
    /// -a
    Neg(Sig),
    /// a · b
    Mul(Sig, Sig),
    /// a · 2^n
    Shl(Sig, u32),
    /// floor(a / 2^n)
    Shr(Sig, u32),
    /// Bits `lo..lo+width` of the two's complement, as an unsigned integer.
    Slice {
        /// Operand.
        a: Sig,
        /// Lowest bit.
        lo: u32,
        /// Number of bits.
        width: u32,
    },
    /// The low `width` bits read as two's complement.
    AsSigned(Sig, u32),
    /// hi · 2^lo_width + lo, with 0 <= lo < 2^lo_width
    Concat {
        /// Upper part, sign included.
        hi: Sig,
        /// Lower part, not negative.
        lo: Sig,
        /// Bits of the lower part.
        lo_width: u32,
    },
    /// yes if sel else no
    Mux {
        /// A bit.
        sel: Sig,
        /// Chosen by 1.
        yes: Sig,
        /// Chosen by 0.
        no: Sig,
    },
    /// a >= b, a bit
    Ge(Sig, Sig),
    /// a = b, a bit
    Eq(Sig, Sig),
    /// Bitwise and of unsigned integers.
    And(Sig, Sig),
    /// Bitwise or of unsigned integers.
    Or(Sig, Sig),
    /// Bitwise exclusive or of unsigned integers.
    Xor(Sig, Sig),
    /// 1 - a of a bit
    Not(Sig),
    /// The same integer with another stated range (proven tighter by the caller, or wider).
    Bound(Sig, Range),
    /// Word of a table at an address.
    Rom(u32, Sig),
    /// A register of the first stage ([`Graph::state`]).
    State(u32),
    /// `term`, added to what it was a clock ago unless `first`.
    Accumulate {
        /// A bit: begins a new sum.
        first: Sig,
        /// What is added.
        term: Sig,
        /// What the sums that matter reach.
        range: Range,
    },
    /// `data` where `enable`, else what it was a clock ago.
    Hold {
        /// A bit.
        enable: Sig,
        /// What is taken.
        data: Sig,
    },
    /// Word of a memory at an address, as it is before this clock's write; usable one stage later.
    Read(u32, Sig),
    /// An output of a child module.
    Out {
        /// Index in [`Graph::instances`].
        instance: u32,
        /// Index of the child's output.
        port: u32,
    },
}

impl Op {
    /// A short name for messages and wires.
    pub fn name(self) -> &'static str {
        match self {
            Op::Input(_) => "input",
            Op::Const(_) => "const",
            Op::Add(..) => "add",
            Op::Sub(..) => "sub",
            Op::Neg(_) => "neg",
            Op::Mul(..) => "mul",
            Op::Shl(..) => "shl",
            Op::Shr(..) => "shr",
            Op::Slice { .. } => "bits",
            Op::AsSigned(..) => "signed",
            Op::Concat { .. } => "cat",
            Op::Mux { .. } => "mux",
            Op::Ge(..) => "ge",
            Op::Eq(..) => "eq",
            Op::And(..) => "and",
            Op::Or(..) => "or",
            Op::Xor(..) => "xor",
            Op::Not(_) => "not",
            Op::Bound(..) => "bound",
            Op::Rom(..) => "rom",
            Op::State(_) => "state",
            Op::Accumulate { .. } => "acc",
            Op::Hold { .. } => "hold",
            Op::Read(..) => "read",
            Op::Out { .. } => "out",
        }
    }
}

/// An operation and the integers it may give.
#[derive(Clone, Debug)]
pub struct Node {
    /// What is computed.
    pub op: Op,
    /// Exact interval of the result.
    pub range: Range,
    /// Low bits known to be zero.
    pub zeros: u32,
}

/// A function on integers, built operation by operation; pure unless it has state ([`Graph::has_state`]).
#[derive(Clone, Debug, Default)]
pub struct Graph {
    pub(super) nodes: Vec<Node>,
    known: HashMap<Op, Sig>,
    names: HashMap<Sig, String>,
    pub(super) inputs: Vec<Port>,
    pub(super) outputs: Vec<(Port, Sig)>,
    pub(super) instances: Vec<Instance>,
    pub(super) roms: Vec<Arc<Rom>>,
    pub(super) states: Vec<State>,
    pub(super) rams: Vec<Ram>,
    pub(super) immediate: Vec<(Port, Sig)>,
}

impl Graph {
    /// An empty graph.
    pub fn new() -> Graph {
        Graph::default()
    }

    /// All nodes; operands stand before their users.
    pub fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    /// The node of a handle.
    pub fn node(&self, s: Sig) -> &Node {
        &self.nodes[s.index()]
    }

    /// Operation of a node.
    pub fn op(&self, s: Sig) -> Op {
        self.node(s).op
    }

    /// Exact interval of a node.
    pub fn range(&self, s: Sig) -> Range {
        self.node(s).range
    }

    /// Bits of a node's wire.
    pub fn width(&self, s: Sig) -> u32 {
        self.range(s).width()
    }

    /// Whether a node's wire is two's complement.
    pub fn signed(&self, s: Sig) -> bool {
        self.range(s).signed()
    }

    /// The value of a constant node.
    pub fn as_const(&self, s: Sig) -> Option<i128> {
        match self.op(s) {
            Op::Const(c) => Some(c),
            _ => None,
        }
    }

    /// Says what a node holds: its wires are called so. The first name stays. Returns the handle.
    pub fn name(&mut self, s: Sig, name: &str) -> Sig {
        self.names.entry(s).or_insert_with(|| name.to_owned());
        s
    }

    /// The name given to a node.
    pub fn name_of(&self, s: Sig) -> Option<&str> {
        self.names.get(&s).map(String::as_str)
    }

    /// The node of an operation: an existing equal one, its constant, or a new one.
    pub(super) fn push(&mut self, op: Op) -> Sig {
        if let Some(&s) = self.known.get(&op) {
            return s;
        }
        let range = fold::range(self, op);
        let op = match (range.single(), op) {
            (Some(c), o) if !matches!(o, Op::Input(_) | Op::Out { .. } | Op::State(_)) => Op::Const(c),
            _ => op,
        };
        if let Some(&s) = self.known.get(&op) {
            return s;
        }
        let zeros = fold::zeros(self, op);
        let s = Sig(self.nodes.len() as u32);
        self.nodes.push(Node { op, range, zeros });
        self.known.insert(op, s);
        s
    }

    /// Replaces a node's range by a tighter one that always holds.
    pub(super) fn tighten(&mut self, s: Sig, range: Range) {
        self.nodes[s.index()].range = range;
    }

    /// Calls `f` with every operand of a node (a child's inputs for a child's output).
    pub fn operands(&self, s: Sig, mut f: impl FnMut(Sig)) {
        match self.op(s) {
            Op::Input(_) | Op::Const(_) | Op::State(_) => {}
            Op::Add(a, b)
            | Op::Sub(a, b)
            | Op::Mul(a, b)
            | Op::Ge(a, b)
            | Op::Eq(a, b)
            | Op::And(a, b)
            | Op::Or(a, b)
            | Op::Xor(a, b) => {
                f(a);
                f(b);
            }
            Op::Neg(a)
            | Op::Shl(a, _)
            | Op::Shr(a, _)
            | Op::Slice { a, .. }
            | Op::AsSigned(a, _)
            | Op::Not(a)
            | Op::Bound(a, _)
            | Op::Rom(_, a)
            | Op::Read(_, a) => f(a),
            Op::Accumulate { first, term, .. } => {
                f(first);
                f(term);
            }
            Op::Hold { enable, data } => {
                f(enable);
                f(data);
            }
            Op::Concat { hi, lo, .. } => {
                f(hi);
                f(lo);
            }
            Op::Mux { sel, yes, no } => {
                f(sel);
                f(yes);
                f(no);
            }
            Op::Out { instance, .. } => self.instances[instance as usize].inputs.iter().copied().for_each(f),
        }
    }
}
