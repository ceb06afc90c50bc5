//! Names of wires and registers, unique within a module.

use crate::expr::{Op, Sig};
use crate::module::{Module, identifier};
use std::collections::HashSet;

/// Gives out names that are not taken.
#[derive(Default)]
pub(super) struct Names {
    taken: HashSet<String>,
}

impl Names {
    /// The wanted name, or it with the first free number.
    pub fn unique(&mut self, wanted: &str) -> String {
        self.reserve(wanted, |name| vec![name.to_owned()])
    }

    /// A base for which all of `full(base)` is free.
    fn reserve(&mut self, wanted: &str, full: impl Fn(&str) -> Vec<String>) -> String {
        let numbered = (2..).map(|n| format!("{wanted}_{n}"));
        for base in std::iter::once(wanted.to_owned()).chain(numbered) {
            let all = full(&base);
            if all.iter().all(|n| !self.taken.contains(n)) {
                self.taken.extend(all);
                return base;
            }
        }
        unreachable!("the numbers do not run out")
    }

    /// Wire (first) and registers (by boundary) of a node.
    ///
    /// A wire is called after what it holds and its stage (`sum_s2`), a register after the boundary it makes
    /// (`sum_r3` holds what `sum_s2` was a clock ago). `wire` is given for inputs and children's outputs.
    pub fn node(&mut self, m: &Module, s: Sig, wire: Option<&str>) -> Vec<String> {
        let Some(place) = m.schedule().place(s) else { return Vec::new() };
        let registers =
            |base: &str| (place.stage + 1..=place.last).map(|k| format!("{base}_r{k}")).collect::<Vec<_>>();
        if let Some(wire) = wire {
            let base = self.reserve(wire, registers);
            return std::iter::once(wire.to_owned()).chain(registers(&base)).collect();
        }
        let wanted = match m.graph().name_of(s) {
            Some(name) => identifier(name),
            None => format!("{}{}", m.graph().op(s).name(), s.index()),
        };
        let all = |base: &str| {
            let wire = format!("{base}_s{}", place.stage);
            std::iter::once(wire).chain(registers(base)).collect::<Vec<_>>()
        };
        let base = self.reserve(&wanted, all);
        all(&base)
    }
}

/// Whether a node has a wire of its own to be assigned.
pub(super) fn is_assigned(op: Op) -> bool {
    !matches!(op, Op::Input(_) | Op::Const(_) | Op::Out { .. } | Op::State(_))
}
