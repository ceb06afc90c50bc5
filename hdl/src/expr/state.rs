//! What remembers: registers with a next value, running sums, held values, memories.
//!
//! A graph with any of these is a causal system instead of a function: its outputs depend on all inputs so far. Time
//! in it is *logical*: registers that the scheduler adds delay all signals of a stage alike and change nothing.
//! Two things are tied to real clocks, and both are checked or reported: a [`State`] and all its next value needs
//! stay in the first stage, and a memory is read and written where the scheduler puts it ([`crate::module::Module::ram_delay`]).

use super::{Graph, Op, Range, Sig};

/// A register of the first stage.
#[derive(Clone, Debug)]
pub struct State {
    /// What it is called.
    pub name: String,
    /// The integers it holds.
    pub range: Range,
    /// What it takes at the end of each clock; `None` until it is said.
    pub next: Option<Sig>,
}

/// What goes into a memory.
#[derive(Clone, Copy, Debug)]
pub struct Write {
    /// A bit.
    pub enable: Sig,
    /// Where.
    pub address: Sig,
    /// What.
    pub data: Sig,
}

/// A memory with one write port.
#[derive(Clone, Debug)]
pub struct Ram {
    /// What it is called.
    pub name: String,
    /// Words.
    pub depth: usize,
    /// The integers a word holds.
    pub range: Range,
    /// Its write port; `None` until it is said.
    pub write: Option<Write>,
    /// Whether it is one of the large memories that some families have: with one port, which writes or reads, so that what was
    /// read last stays while a word is written.
    pub huge: bool,
}

impl Graph {
    /// A register whose next value is told later ([`Graph::set_next`]).
    pub fn state(&mut self, name: &str, lo: i128, hi: i128) -> Sig {
        self.states.push(State { name: name.to_owned(), range: Range::new(lo, hi), next: None });
        let s = self.push(Op::State(self.states.len() as u32 - 1));
        self.name(s, name)
    }

    /// What a register takes at the end of each clock.
    ///
    /// # Panics
    /// If `state` is none, has its next value already, or does not hold the signal's range.
    pub fn set_next(&mut self, state: Sig, next: Sig) {
        let range = self.range(next);
        let Op::State(i) = self.op(state) else { panic!("{:?} is no state", self.op(state)) };
        let state = &mut self.states[i as usize];
        assert!(state.range.includes(range), "{}: {range} does not fit {}", state.name, state.range);
        assert!(state.next.replace(next).is_none(), "{} has its next value", state.name);
    }

    /// Sums of `term` that begin anew where `first`; the caller vouches that those that matter stay in `lo..=hi`.
    pub fn accumulate(&mut self, first: Sig, term: Sig, lo: i128, hi: i128) -> Sig {
        self.push(Op::Accumulate { first, term, range: Range::new(lo, hi) })
    }

    /// `data` where `enable`, from then on the same until the next time.
    pub fn hold(&mut self, enable: Sig, data: Sig) -> Sig {
        if self.as_const(enable) == Some(1) { data } else { self.push(Op::Hold { enable, data }) }
    }

    /// A memory; returns its number.
    pub fn ram(&mut self, name: &str, depth: usize, range: Range) -> u32 {
        self.rams.push(Ram { name: name.to_owned(), depth, range, write: None, huge: false });
        self.rams.len() as u32 - 1
    }

    /// A memory with one port, which is written and read at `port.address`: the word that is read, and that stays while one is
    /// written.
    ///
    /// # Panics
    /// As [`Graph::read`] and [`Graph::write`].
    pub fn huge(&mut self, name: &str, depth: usize, range: Range, port: Write) -> Sig {
        let ram = self.ram(name, depth, range);
        self.rams[ram as usize].huge = true;
        self.write(ram, port);
        self.read(ram, port.address)
    }

    /// The word of a memory at an address.
    ///
    /// # Panics
    /// If the address may lie outside.
    pub fn read(&mut self, ram: u32, address: Sig) -> Sig {
        self.expect_address(ram, address);
        self.push(Op::Read(ram, address))
    }

    /// The write port of a memory.
    ///
    /// # Panics
    /// If it has one, the address may lie outside, or the data does not fit a word.
    pub fn write(&mut self, ram: u32, write: Write) {
        self.expect_address(ram, write.address);
        let data = self.range(write.data);
        let ram = &mut self.rams[ram as usize];
        assert!(ram.range.includes(data), "{}: {data} does not fit {}", ram.name, ram.range);
        assert!(ram.write.replace(write).is_none(), "{} has its write port", ram.name);
    }

    fn expect_address(&self, ram: u32, address: Sig) {
        let (ram, r) = (&self.rams[ram as usize], self.range(address));
        assert!(r.lo >= 0 && r.hi < ram.depth as i128, "{}: addresses {r}, {} words", ram.name, ram.depth);
    }

    /// One of several signals, by number: a tree of multiplexers. Numbers past the end choose any of them.
    pub fn select(&mut self, number: Sig, signals: &[Sig]) -> Sig {
        let bits = usize::BITS - (signals.len() - 1).leading_zeros();
        let mut level = signals.to_vec();
        for i in 0..bits {
            let bit = self.bit(number, i);
            let pair = |g: &mut Graph, p: &[Sig]| if p.len() == 2 { g.mux(bit, p[1], p[0]) } else { p[0] };
            level = level.chunks(2).map(|p| pair(self, p)).collect();
        }
        level[0]
    }

    /// Whether outputs depend on earlier inputs.
    pub fn has_state(&self) -> bool {
        let remembers =
            |op| matches!(op, Op::State(_) | Op::Accumulate { .. } | Op::Hold { .. } | Op::Read(..));
        let children = self.instances.iter().any(|i| i.module.graph().has_state());
        children || self.nodes.iter().any(|n| remembers(n.op))
    }

    /// Registers of the first stage.
    pub fn states(&self) -> &[State] {
        &self.states
    }

    /// Memories.
    pub fn rams(&self) -> &[Ram] {
        &self.rams
    }

    /// What must be there although no output needs it, in the first stage: next values and immediate outputs.
    pub(crate) fn pinned(&self) -> impl Iterator<Item = Sig> {
        let immediate = self.immediate.iter().map(|(_, s)| *s);
        self.states.iter().filter_map(|s| s.next).chain(immediate)
    }

    /// What goes into the memories.
    pub(crate) fn written(&self) -> impl Iterator<Item = (u32, Write)> {
        (0..).zip(&self.rams).filter_map(|(i, ram)| Some((i, ram.write?)))
    }
}

impl Write {
    /// Its signals.
    pub(crate) fn operands(&self) -> [Sig; 3] {
        [self.enable, self.address, self.data]
    }
}
