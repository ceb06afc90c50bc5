//! A netlist of single bits: gates that are one where they are equal, registers with enable and reset, carry chains.

use foldhash::HashMap;

/// A bit, or its complement.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub(super) struct Lit(u32);

pub(super) const FALSE: Lit = Lit(0);
pub(super) const TRUE: Lit = Lit(1);

impl Lit {
    pub fn of(node: usize) -> Lit {
        Lit((node as u32) << 1)
    }

    pub fn node(self) -> usize {
        (self.0 >> 1) as usize
    }

    pub fn inverted(self) -> bool {
        self.0 & 1 == 1
    }

    pub fn constant(self) -> Option<bool> {
        (self.0 < 2).then_some(self.0 == 1)
    }

    pub fn is(value: bool) -> Lit {
        if value { TRUE } else { FALSE }
    }

    pub fn flip(self, yes: bool) -> Lit {
        Lit(self.0 ^ u32::from(yes))
    }
}

impl std::ops::Not for Lit {
    type Output = Lit;
    fn not(self) -> Lit {
        Lit(self.0 ^ 1)
    }
}

/// What drives a bit.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(super) enum Node {
    /// Zero.
    Zero,
    /// A port, a word of a memory, a bit of a product.
    Leaf,
    And(Lit, Lit),
    Xor(Lit, Lit),
    Mux(Lit, Lit, Lit),
    /// The register of that number.
    Flip(u32),
    /// A bit of the sum of a chain.
    Sum(u32, u32),
}

/// A register.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(super) struct Flip {
    pub d: Lit,
    /// Takes its input where this is 1; always, where it is [`TRUE`].
    pub enable: Lit,
    /// Is set to a constant where this is 1.
    pub reset: Lit,
}

/// A carry chain; the subtrahend is given as it is.
#[derive(Clone, Debug)]
pub(super) struct Chain {
    pub a: Vec<Lit>,
    pub b: Vec<Lit>,
    pub subtract: bool,
    /// The other operand as it was, where a chain reads what both differ in.
    pub plain: Vec<Lit>,
    /// Only its last carry is wanted, which is the complement of its last bit.
    pub compare: bool,
}

/// A product in a hard multiplier that synthesis finds by itself.
pub(super) struct Product {
    pub operands: [Vec<Lit>; 2],
    pub out: Vec<Lit>,
}

/// The netlist.
#[derive(Default)]
pub(super) struct Bits {
    pub nodes: Vec<Node>,
    known: HashMap<Node, Lit>,
    pub flips: Vec<Flip>,
    known_flips: HashMap<Flip, Lit>,
    pub chains: Vec<Chain>,
    /// What was written as a choice: synthesis looks for those before registers, not for the gates that they become.
    choices: HashMap<Lit, (Lit, Lit, Lit)>,
    pub products: Vec<Product>,
    /// Bits that come out of a block: nanoseconds after which operands.
    pub delayed_leaves: HashMap<usize, (f64, Vec<Lit>)>,
    /// Bits that must be there: outputs, addresses, operands of hard blocks.
    pub roots: Vec<Lit>,
}

/// Choices behind one another in which a register's own value is looked for: both sides of each are.
const DEEPEST: u32 = 12;

impl Bits {
    pub fn new() -> Bits {
        Bits { nodes: vec![Node::Zero], ..Bits::default() }
    }

    fn add(&mut self, node: Node) -> Lit {
        self.nodes.push(node);
        Lit::of(self.nodes.len() - 1)
    }

    fn gate(&mut self, node: Node) -> Lit {
        if let Some(&known) = self.known.get(&node) {
            return known;
        }
        let lit = self.add(node);
        self.known.insert(node, lit);
        lit
    }

    pub fn leaf(&mut self) -> Lit {
        self.add(Node::Leaf)
    }

    /// A bit that a block gives so many nanoseconds after its operands, or after the clock.
    pub fn late_leaf(&mut self, ns: f64, operands: &[Lit]) -> Lit {
        let lit = self.leaf();
        self.delayed_leaves.insert(lit.node(), (ns, operands.to_vec()));
        lit
    }

    pub fn and(&mut self, a: Lit, b: Lit) -> Lit {
        match (a.constant(), b.constant()) {
            (Some(false), _) | (_, Some(false)) => FALSE,
            (Some(true), _) => b,
            (_, Some(true)) => a,
            _ if a == b => a,
            _ if a == !b => FALSE,
            _ => self.gate(Node::And(a.min(b), a.max(b))),
        }
    }

    pub fn or(&mut self, a: Lit, b: Lit) -> Lit {
        !self.and(!a, !b)
    }

    pub fn xor(&mut self, a: Lit, b: Lit) -> Lit {
        match (a.constant(), b.constant()) {
            (Some(v), _) => b.flip(v),
            (_, Some(v)) => a.flip(v),
            _ if a.node() == b.node() => Lit::is(a != b),
            _ => {
                let odd = a.inverted() != b.inverted();
                let (a, b) = (a.flip(a.inverted()), b.flip(b.inverted()));
                self.gate(Node::Xor(a.min(b), a.max(b))).flip(odd)
            }
        }
    }

    pub fn mux(&mut self, sel: Lit, yes: Lit, no: Lit) -> Lit {
        match (sel.constant(), yes.constant(), no.constant()) {
            (Some(v), ..) => {
                if v {
                    yes
                } else {
                    no
                }
            }
            _ if yes == no => yes,
            (_, Some(true), _) => self.or(sel, no),
            (_, Some(false), _) => self.and(!sel, no),
            (_, _, Some(true)) => self.or(!sel, yes),
            (_, _, Some(false)) => self.and(sel, yes),
            _ if yes == !no => self.xor(sel, no),
            _ if sel.node() == yes.node() => {
                let v = Lit::is(sel == yes);
                self.mux(sel, v, no)
            }
            _ if sel.node() == no.node() => {
                let v = Lit::is(sel != no);
                self.mux(sel, yes, v)
            }
            _ if sel.inverted() => self.mux(!sel, no, yes),
            _ => {
                let odd = no.inverted();
                self.gate(Node::Mux(sel, yes.flip(odd), no.flip(odd))).flip(odd)
            }
        }
    }

    /// A choice as it is written in the Verilog.
    pub fn choose(&mut self, sel: Lit, yes: Lit, no: Lit) -> Lit {
        let lit = self.mux(sel, yes, no);
        // What came out as one of its own alternatives, or as something older, is no choice: following it would never end.
        let newer = lit.node() > yes.node().max(no.node());
        if sel.constant().is_none() && newer {
            self.choices.entry(lit).or_insert((sel, yes, no));
        }
        lit
    }

    /// The carry of a + b + c.
    pub fn majority(&mut self, a: Lit, b: Lit, c: Lit) -> Lit {
        let differ = self.xor(a, b);
        self.mux(differ, c, a)
    }

    /// A register whose input is not known yet.
    pub fn register(&mut self) -> (u32, Lit) {
        self.flips.push(Flip { d: FALSE, enable: TRUE, reset: FALSE });
        let number = self.flips.len() as u32 - 1;
        (number, self.add(Node::Flip(number)))
    }

    /// What a register takes, with the enable and the reset that synthesis finds in front of it.
    pub fn take(&mut self, number: u32, q: Lit, d: Lit) {
        let (d, reset) = self.reset(d);
        let (enable, d) = self.enable(d, q).unwrap_or((TRUE, d));
        self.flips[number as usize] = Flip { d, enable, reset };
    }

    /// A bit a clock later; equal registers are one.
    pub fn delayed(&mut self, d: Lit) -> Lit {
        if d.constant().is_some() {
            return d;
        }
        let (d, reset) = self.reset(d);
        let flip = Flip { d, enable: TRUE, reset };
        if let Some(&known) = self.known_flips.get(&flip) {
            return known;
        }
        self.flips.push(flip);
        let q = self.add(Node::Flip(self.flips.len() as u32 - 1));
        self.known_flips.insert(flip, q);
        q
    }

    /// Choices of one constant before a register are its reset.
    fn reset(&mut self, mut d: Lit) -> (Lit, Lit) {
        let (mut reset, mut value) = (FALSE, None);
        while let Some(&(sel, yes, no)) = self.choices.get(&d) {
            let (set, constant, rest) = match (yes.constant(), no.constant()) {
                (Some(v), None) => (sel, v, no),
                (None, Some(v)) => (!sel, v, yes),
                _ => break,
            };
            if *value.get_or_insert(constant) != constant {
                break;
            }
            (reset, d) = (self.or(reset, set), rest);
        }
        (d, reset)
    }

    /// Choices of the register's own value are its enable: when it takes something, and what.
    fn enable(&mut self, d: Lit, q: Lit) -> Option<(Lit, Lit)> {
        self.enable_within(d, q, DEEPEST)
    }

    fn enable_within(&mut self, d: Lit, q: Lit, depth: u32) -> Option<(Lit, Lit)> {
        if d == q {
            return Some((FALSE, q));
        }
        let depth = depth.checked_sub(1)?;
        let &(sel, yes, no) = self.choices.get(&d)?;
        let (on, off) = (self.enable_within(yes, q, depth), self.enable_within(no, q, depth));
        if on.is_none() && off.is_none() {
            return None;
        }
        let ((e1, d1), (e0, d0)) = (on.unwrap_or((TRUE, yes)), off.unwrap_or((TRUE, no)));
        let taken = if d1 == q {
            d0
        } else if d0 == q {
            d1
        } else {
            self.choose(sel, d1, d0)
        };
        Some((self.mux(sel, e1, e0), taken))
    }

    /// Calls `f` with every bit that something live reads, as often as it does.
    pub fn readings(&self, live: &[bool], mut f: impl FnMut(Lit)) {
        for (node, _) in self.nodes.iter().zip(live).filter(|(_, live)| **live) {
            match *node {
                Node::And(a, b) | Node::Xor(a, b) => [a, b].into_iter().for_each(&mut f),
                Node::Mux(s, a, b) => [s, a, b].into_iter().for_each(&mut f),
                Node::Flip(i) => {
                    let flip = self.flips[i as usize];
                    [flip.d, flip.enable, flip.reset].into_iter().for_each(&mut f);
                }
                Node::Sum(i, bit) => {
                    let chain = &self.chains[i as usize];
                    [chain.a[bit as usize], chain.b[bit as usize]].into_iter().for_each(&mut f);
                }
                Node::Zero | Node::Leaf => {}
            }
        }
        self.roots.iter().copied().for_each(f);
    }

    /// The bits of a chain.
    pub fn chain(&mut self, chain: Chain) -> Vec<Lit> {
        let (number, bits) = (self.chains.len() as u32, chain.a.len() as u32);
        self.chains.push(chain);
        (0..bits).map(|bit| self.add(Node::Sum(number, bit))).collect()
    }
}
