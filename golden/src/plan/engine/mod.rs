//! The integer model, compiled for throughput: blocks of samples, one operation over all lanes at a time.
//!
//! Lanes are as narrow as the plan allows. A floating-point number is an exact integer while its magnitude stays below
//! 2^24 (`f32`) or 2^53 (`f64`), and processors multiply and add such numbers two to eight times as fast as 64-bit
//! integers. Bounds of every intermediate ([`magnitude`]) choose `f32`, `f64` or `i64`; single tables and divisions that
//! need more than `f64` has are computed in integers. All give the bits of [`Plan::trace`]; a property test holds them
//! together. `multiversion` compiles the loops for AVX-512, AVX2 and the baseline and picks at run time. Everything is
//! exact, so neither the path nor a fused multiply-add changes a bit.

mod decision;
mod head;
mod lane;
mod magnitude;
mod program;
mod table;
mod values;

use super::Plan;
use lane::Lane;
use program::Program;
use rayon::prelude::*;
pub use values::NoNumber;
use values::Ports;

/// Samples per block: a multiple of every SIMD width, small enough that a layer stays in the first-level cache.
const LANES: usize = 64;

/// One number per sample of a block.
type Block<T> = [T; LANES];

/// Runs `f` on the codes of a block.
#[inline(always)]
fn in_integers<T: Lane>(v: &mut Block<T>, f: impl FnOnce(&mut Block<i64>)) {
    let mut codes = v.map(T::code);
    f(&mut codes);
    *v = codes.map(T::of);
}

/// The numbers that lanes are made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LaneType {
    /// 32-bit floating point: exact integers below 2^24.
    F32,
    /// 64-bit floating point: exact integers below 2^53.
    F64,
    /// 64-bit integers, for whatever validates.
    I64,
}

/// A plan made ready to run.
pub struct Engine {
    inputs: usize,
    outputs: usize,
    ports: Ports,
    program: Lanes,
}

enum Lanes {
    F32(Program<f32>),
    F64(Program<f64>),
    I64(Program<i64>),
}

impl Engine {
    /// Compiles a validated plan for the narrowest lanes that hold it.
    pub fn new(plan: &Plan) -> Engine {
        let narrowest = [LaneType::F32, LaneType::F64].into_iter().find(|t| t.holds(plan));
        Engine::compile(plan, narrowest.unwrap_or(LaneType::I64))
    }

    /// Compiles a validated plan for lanes of a type, if they hold it.
    pub fn with_lanes(plan: &Plan, lanes: LaneType) -> Option<Engine> {
        lanes.holds(plan).then(|| Engine::compile(plan, lanes))
    }

    fn compile(plan: &Plan, lanes: LaneType) -> Engine {
        let program = match lanes {
            LaneType::F32 => Lanes::F32(Program::new(plan)),
            LaneType::F64 => Lanes::F64(Program::new(plan)),
            LaneType::I64 => Lanes::I64(Program::new(plan)),
        };
        Engine { inputs: plan.inputs.len(), outputs: plan.outputs().len(), ports: Ports::of(plan), program }
    }

    /// Inputs per sample.
    pub fn inputs(&self) -> usize {
        self.inputs
    }

    /// Outputs per sample.
    pub fn outputs(&self) -> usize {
        self.outputs
    }

    /// What the lanes are made of.
    pub fn lanes(&self) -> LaneType {
        match self.program {
            Lanes::F32(_) => LaneType::F32,
            Lanes::F64(_) => LaneType::F64,
            Lanes::I64(_) => LaneType::I64,
        }
    }

    /// Output codes for input codes, both sample after sample, on the calling thread.
    ///
    /// # Panics
    /// If `x` is not a whole number of samples, or `y` has not as many.
    pub fn run_into(&self, x: &[i64], y: &mut [i64]) {
        assert_eq!(x.len() % self.inputs, 0, "a sample has {} inputs", self.inputs);
        assert_eq!(x.len() / self.inputs, y.len() / self.outputs, "one output row per sample");
        match &self.program {
            Lanes::F32(p) => p.run_into(x, y),
            Lanes::F64(p) => p.run_into(x, y),
            Lanes::I64(p) => p.run_into(x, y),
        }
    }

    /// Output codes for input codes, on all threads of the current pool.
    pub fn run(&self, x: &[i64]) -> Vec<i64> {
        let mut y = vec![0; x.len() / self.inputs * self.outputs];
        let chunk = 16 * LANES;
        let watch = crate::watch::here();
        x.par_chunks(chunk * self.inputs)
            .zip(y.par_chunks_mut(chunk * self.outputs))
            .for_each(|(x, y)| watch.within(|| self.run_into(x, y)));
        y
    }
}
