//! A plan compiled for one type of lane, and the loops that run it.

use super::head::Head;
use super::lane::Lane;
use super::table::FlatTable;
use super::{Block, LANES, in_integers, magnitude};
use crate::num::Format;
use crate::plan::{Plan, PlanNeuron, Stage, Tail};
use multiversion::{multiversion, target::target_cfg_f};

/// Lanes that one pass over a neuron's products holds in registers.
const HELD: usize = 16;

/// The compiled plan.
pub(super) struct Program<T: Lane> {
    inputs: usize,
    outputs: usize,
    layers: Vec<Vec<Neuron<T>>>,
    tables: Vec<FlatTable<T>>,
    /// What the scores become, if they do not come out themselves.
    head: Option<Head<T>>,
}

/// One neuron.
pub(super) struct Neuron<T: Lane> {
    /// Weights with the alignment shift folded in; zero weights are left out.
    terms: Vec<(usize, T)>,
    bias: T,
    stage: Op<T>,
}

enum Op<T: Lane> {
    Linear(Requant<T>),
    Activated { z: Requant<T>, table: Option<usize>, identity: Requant<T>, tail: TailOp<T> },
    Fused { z: Requant<T>, table: usize },
}

enum TailOp<T: Lane> {
    Ordinary(Requant<T>),
    Amplifying(Requant<T>),
    /// Squares that lanes of this type do not hold.
    AmplifyingWide(Requant<i64>),
    Attenuating(Divide<T>),
    /// Numerators that lanes of this type do not hold.
    AttenuatingWide(Divide<i64>),
}

/// Rounds half up to another binary point, then saturates.
struct Requant<T: Lane> {
    by: T::Scale,
    range: (T, T),
}

/// y = h/(h²+b), correctly rounded.
struct Divide<T: Lane> {
    b: T,
    numerator: T::Scale,
    denominator: T::Scale,
    range: (T, T),
}

fn range<T: Lane>(f: Format) -> (T, T) {
    (T::of(f.min_code()), T::of(f.max_code()))
}

impl<T: Lane> Requant<T> {
    fn new(from_frac: i32, to: Format) -> Requant<T> {
        Requant { by: T::scale(from_frac - to.frac), range: range(to) }
    }

    #[inline(always)]
    fn apply(&self, v: &mut Block<T>) {
        for v in v.iter_mut() {
            *v = v.rounded(self.by, self.range).within(self.range.0, self.range.1);
        }
    }

    #[inline(always)]
    fn apply_to_square(&self, v: &mut Block<T>) {
        for v in v.iter_mut() {
            *v = v.times(*v);
        }
        self.apply(v);
    }
}

impl<T: Lane> Divide<T> {
    fn new(b: i64, h: Format, y: Format) -> Divide<T> {
        let shift = h.frac + y.frac;
        let (numerator, denominator) = (T::scale(-shift.max(0)), T::scale(shift.min(0)));
        Divide { b: T::of(b), numerator, denominator, range: range(y) }
    }

    #[inline(always)]
    fn apply<const FMA: bool>(&self, v: &mut Block<T>) {
        let zero = T::of(0);
        for v in v.iter_mut() {
            let k = *v;
            let n = k.magnitude().shifted(self.numerator);
            let d = self.b.add_product::<FMA>(k, k).shifted(self.denominator);
            let y = n.plus(n).plus(d).quotient::<FMA>(d.plus(d));
            let y = if k < zero { zero.minus(y) } else { y };
            *v = y.within(self.range.0, self.range.1);
        }
    }
}

impl<T: Lane + RunLayer> Program<T> {
    pub(super) fn new(plan: &Plan) -> Program<T> {
        let layers = plan.layers.iter().enumerate().map(|(l, layer)| {
            let formats = plan.input_formats(l);
            layer.neurons.iter().map(|n| Neuron::new(n, &formats)).collect()
        });
        Program {
            inputs: plan.inputs.len(),
            outputs: plan.outputs().len(),
            layers: layers.collect(),
            tables: plan.tables.iter().map(FlatTable::new).collect(),
            head: Head::of(plan),
        }
    }

    /// Output codes for input codes, both sample after sample; whole samples, one output row each.
    pub(super) fn run_into(&self, x: &[i64], y: &mut [i64]) {
        let outputs = self.outputs;
        let width = self.layers.iter().map(Vec::len).max().unwrap_or(0).max(self.inputs).max(outputs);
        let mut a = vec![[T::default(); LANES]; width];
        let mut b = a.clone();
        for (x, y) in x.chunks(LANES * self.inputs).zip(y.chunks_mut(LANES * outputs)) {
            // What an earlier block left in lanes without a sample is no code of an input: its square might overflow.
            let samples = x.len() / self.inputs;
            a[..self.inputs].iter_mut().for_each(|lane| lane[samples..].fill(T::default()));
            for (l, sample) in x.chunks_exact(self.inputs).enumerate() {
                for (lane, &code) in a.iter_mut().zip(sample) {
                    lane[l] = T::of(code);
                }
            }
            for layer in &self.layers {
                T::run_layer(layer, &self.tables, &a, &mut b);
                std::mem::swap(&mut a, &mut b);
            }
            if let Some(head) = &self.head {
                head.apply(&mut a);
            }
            for (l, sample) in y.chunks_exact_mut(outputs).enumerate() {
                for (code, lane) in sample.iter_mut().zip(&a) {
                    *code = lane[l].code();
                }
            }
        }
    }
}

impl<T: Lane> Neuron<T> {
    fn new(n: &PlanNeuron, formats: &[Format]) -> Neuron<T> {
        let frac = n.acc_frac(formats);
        let weight = |(i, &w): (usize, &i64)| (i, T::of(w << n.alignment(formats[i], frac)));
        let terms = n.weights.iter().enumerate().filter(|(_, w)| **w != 0).map(weight).collect();
        let stage = match n.stage {
            Stage::Linear { y } => Op::Linear(Requant::new(frac, y)),
            Stage::Fused { z, table } => Op::Fused { z: Requant::new(frac, z), table },
            Stage::Activated { z, table, h, tail, y } => Op::Activated {
                z: Requant::new(frac, z),
                table,
                identity: Requant::new(z.frac, h),
                tail: match tail {
                    Tail::Ordinary => TailOp::Ordinary(Requant::new(h.frac, y)),
                    Tail::Amplifying if magnitude::of_tail(tail, h, y) > T::EXACT => {
                        TailOp::AmplifyingWide(Requant::new(2 * h.frac, y))
                    }
                    Tail::Amplifying => TailOp::Amplifying(Requant::new(2 * h.frac, y)),
                    Tail::Attenuating { b } if magnitude::of_tail(tail, h, y) > T::EXACT => {
                        TailOp::AttenuatingWide(Divide::new(b, h, y))
                    }
                    Tail::Attenuating { b } => TailOp::Attenuating(Divide::new(b, h, y)),
                },
            },
        };
        Neuron { terms, bias: T::of(n.bias), stage }
    }

    /// The exact sum of every lane; some lanes at a time, whose sums stay in registers.
    #[inline(always)]
    fn sum<const FMA: bool>(&self, x: &[Block<T>], out: &mut Block<T>) {
        for from in (0..LANES).step_by(HELD) {
            let mut sums = [self.bias; HELD];
            for &(i, w) in &self.terms {
                let x: &[T; HELD] = x[i][from..from + HELD].try_into().expect("a part of a block");
                for l in 0..HELD {
                    sums[l] = sums[l].add_product::<FMA>(w, x[l]);
                }
            }
            out[from..from + HELD].copy_from_slice(&sums);
        }
    }
}

#[inline(always)]
fn layer<T: Lane, const FMA: bool>(
    neurons: &[Neuron<T>],
    tables: &[FlatTable<T>],
    x: &[Block<T>],
    y: &mut [Block<T>],
) {
    for (neuron, out) in neurons.iter().zip(y) {
        neuron.sum::<FMA>(x, out);
        stage::<T, FMA>(&neuron.stage, tables, out);
    }
}

#[inline(always)]
fn stage<T: Lane, const FMA: bool>(stage: &Op<T>, tables: &[FlatTable<T>], v: &mut Block<T>) {
    match stage {
        Op::Linear(q) => q.apply(v),
        Op::Fused { z, table } => {
            z.apply(v);
            tables[*table].apply::<FMA>(v);
        }
        Op::Activated { z, table, identity, tail } => {
            z.apply(v);
            match table {
                Some(t) => tables[*t].apply::<FMA>(v),
                None => identity.apply(v),
            }
            match tail {
                TailOp::Ordinary(q) => q.apply(v),
                TailOp::Amplifying(q) => q.apply_to_square(v),
                TailOp::AmplifyingWide(q) => in_integers(v, |v| q.apply_to_square(v)),
                TailOp::Attenuating(d) => d.apply::<FMA>(v),
                TailOp::AttenuatingWide(d) => in_integers(v, |v| d.apply::<false>(v)),
            }
        }
    }
}

/// A type of lane whose loops are compiled for several instruction sets.
pub(super) trait RunLayer: Lane {
    fn run_layer(
        layer: &[Neuron<Self>],
        tables: &[FlatTable<Self>],
        x: &[Block<Self>],
        y: &mut [Block<Self>],
    );
}

macro_rules! run_layer {
    ($t:ident, $run:ident) => {
        #[multiversion(targets(
            "x86_64+avx512f+avx512dq+avx512vl+avx2+fma",
            "x86_64+avx2+fma",
            "aarch64+neon"
        ))]
        fn $run(neurons: &[Neuron<$t>], tables: &[FlatTable<$t>], x: &[Block<$t>], y: &mut [Block<$t>]) {
            if target_cfg_f!(any(target_feature = "fma", target_feature = "neon")) {
                layer::<$t, true>(neurons, tables, x, y);
            } else {
                layer::<$t, false>(neurons, tables, x, y);
            }
        }

        impl RunLayer for $t {
            fn run_layer(n: &[Neuron<$t>], tables: &[FlatTable<$t>], x: &[Block<$t>], y: &mut [Block<$t>]) {
                $run(n, tables, x, y);
            }
        }
    };
}

run_layer!(f32, run_f32);
run_layer!(f64, run_f64);
run_layer!(i64, run_i64);
