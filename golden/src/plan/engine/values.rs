//! Values in, values out: the codes of ports, as fast as the lanes behind them.
//!
//! A value times a power of two is exact, and so is what its floor leaves of it: both together round half up without the
//! integers that [`num::quantize`](crate::num::quantize) takes, and a test holds the two together.

use super::{Engine, LANES};
use crate::num::Format;
use crate::plan::Plan;
use multiversion::multiversion;
use rayon::prelude::*;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Samples that one thread takes at a time.
const CHUNK: usize = 16 * LANES;

/// An input that is no number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("input {input} of sample {sample} is NaN")]
pub struct NoNumber {
    /// The sample, from 0.
    pub sample: usize,
    /// The input, from 0.
    pub input: usize,
}

/// What ports make of values. Ports that are all the same are one, and samples then one row of numbers: such a row is done
/// many numbers at a time.
pub(super) struct Ports {
    inputs: Vec<Port>,
    /// What one code of each output is worth.
    ulps: Vec<f64>,
}

/// One input port.
#[derive(Clone, Copy, PartialEq)]
struct Port {
    /// Codes in a unit, a power of two in two factors: one alone might not be a number.
    scale: [f64; 2],
    range: [f64; 2],
}

impl Ports {
    pub(super) fn of(plan: &Plan) -> Ports {
        let port = |f: &Format| {
            let half = f.frac / 2;
            let scale = [half, f.frac - half].map(|e| libm::ldexp(1.0, e));
            Port { scale, range: [f.min_code() as f64, f.max_code() as f64] }
        };
        let inputs = plan.inputs.iter().map(port).collect();
        let ulps = plan.output_formats().iter().map(|f| f.value(1)).collect();
        Ports { inputs: alone(inputs), ulps: alone(ulps) }
    }
}

/// One of them, if they are all the same.
fn alone<T: PartialEq + Copy>(all: Vec<T>) -> Vec<T> {
    if all.iter().all(|one| *one == all[0]) { all[..1].to_vec() } else { all }
}

/// Added to an integer below 2^51 it leaves that integer in the lowest bits: a conversion that all processors have in their
/// widest registers.
const SHIFTER: f64 = 6_755_399_441_055_744.0;

impl Port {
    /// The code of a value. No format is wider than 48 bits: within them every integer is an `f64`.
    #[inline(always)]
    fn code(self, x: f64) -> i64 {
        let ([a, b], [lo, hi]) = (self.scale, self.range);
        let v = x * a * b;
        let floor = v.floor();
        let up = if v - floor >= 0.5 { 1.0 } else { 0.0 };
        let code = (floor + up).max(lo).min(hi);
        ((code + SHIFTER).to_bits() as i64).wrapping_sub(SHIFTER.to_bits() as i64)
    }
}

/// The codes of one input of every sample; false if one is no number.
#[multiversion(targets("x86_64+avx512f+avx512dq+avx512vl+avx2+fma", "x86_64+avx2+fma", "aarch64+neon"))]
fn codes(port: Port, x: &[f64], codes: &mut [i64], input: usize, inputs: usize) -> bool {
    let mut strange = false;
    if inputs == 1 {
        for (&x, code) in x.iter().zip(codes) {
            strange |= x.is_nan();
            *code = port.code(x);
        }
        return !strange;
    }
    for (x, code) in x.iter().skip(input).step_by(inputs).zip(codes.iter_mut().skip(input).step_by(inputs)) {
        strange |= x.is_nan();
        *code = port.code(*x);
    }
    !strange
}

/// The values of output codes, which have at most 48 bits.
#[multiversion(targets("x86_64+avx512f+avx512dq+avx512vl+avx2+fma", "x86_64+avx2+fma", "aarch64+neon"))]
fn values(ulps: &[f64], codes: &[i64], y: &mut [f64]) {
    let value = |code: i64, ulp: f64| {
        (f64::from_bits(code.wrapping_add(SHIFTER.to_bits() as i64) as u64) - SHIFTER) * ulp
    };
    if let &[ulp] = ulps {
        codes.iter().zip(y).for_each(|(&code, y)| *y = value(code, ulp));
        return;
    }
    for (codes, y) in codes.chunks_exact(ulps.len()).zip(y.chunks_exact_mut(ulps.len())) {
        codes.iter().zip(ulps).zip(y).for_each(|((&code, &ulp), y)| *y = value(code, ulp));
    }
}

impl Engine {
    /// Input codes of values, both sample after sample: rounded half up, then saturated.
    ///
    /// # Errors
    /// A value that is no number.
    ///
    /// # Panics
    /// If `x` is not a whole number of samples, or `out` has not as many.
    pub fn encode_into(&self, x: &[f64], out: &mut [i64]) -> Result<(), NoNumber> {
        assert_eq!(x.len() % self.inputs, 0, "a sample has {} inputs", self.inputs);
        assert_eq!(x.len(), out.len(), "a code for every value");
        let ports = &self.ports.inputs;
        let port = |(i, port): (usize, &Port)| codes(*port, x, out, i, ports.len());
        if ports.iter().enumerate().all(port) {
            return Ok(());
        }
        let at = x.iter().position(|v| v.is_nan()).unwrap_or(0);
        Err(NoNumber { sample: at / self.inputs, input: at % self.inputs })
    }

    /// Output values for input values, both sample after sample, on the calling thread.
    ///
    /// # Errors
    /// A value that is no number.
    ///
    /// # Panics
    /// As [`Engine::run_into`].
    pub fn values_into(&self, x: &[f64], y: &mut [f64]) -> Result<(), NoNumber> {
        assert_eq!(x.len() / self.inputs, y.len() / self.outputs, "one output row per sample");
        let most = (x.len() / self.inputs).min(CHUNK);
        let (mut inputs, mut outputs) = (vec![0; most * self.inputs], vec![0; most * self.outputs]);
        let chunks = x.chunks(CHUNK * self.inputs).zip(y.chunks_mut(CHUNK * self.outputs));
        for (n, (x, y)) in chunks.enumerate() {
            let (inputs, outputs) = (&mut inputs[..x.len()], &mut outputs[..y.len()]);
            let later = |e: NoNumber| NoNumber { sample: e.sample + n * CHUNK, ..e };
            self.encode_into(x, inputs).map_err(later)?;
            self.run_into(inputs, outputs);
            values(&self.ports.ulps, outputs, y);
        }
        Ok(())
    }

    /// Output values for input values, on all threads of the current pool.
    ///
    /// # Errors
    /// The first value that is no number.
    ///
    /// # Panics
    /// As [`Engine::run_into`].
    pub fn values(&self, x: &[f64], y: &mut [f64]) -> Result<(), NoNumber> {
        let watch = crate::watch::here();
        let first = AtomicUsize::new(usize::MAX);
        let chunks = x.par_chunks(CHUNK * self.inputs).zip(y.par_chunks_mut(CHUNK * self.outputs));
        chunks.enumerate().for_each(|(n, (x, y))| {
            if let Err(e) = watch.within(|| self.values_into(x, y)) {
                first.fetch_min((n * CHUNK + e.sample) * self.inputs + e.input, Ordering::Relaxed);
            }
        });
        match first.into_inner() {
            usize::MAX => Ok(()),
            at => Err(NoNumber { sample: at / self.inputs, input: at % self.inputs }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::num::{Rounding, quantize};
    use crate::plan::{PlanLayer, PlanNeuron, SCHEMA, Stage};
    use proptest::prelude::*;

    /// One neuron that passes its first input on.
    fn wire(inputs: Vec<Format>) -> Plan {
        let weights = (0..inputs.len()).map(|i| i64::from(i == 0)).collect();
        let weight = Format { signed: true, width: 2, frac: 0 };
        let stage = Stage::Linear { y: inputs[0] };
        let layers = vec![PlanLayer { neurons: vec![PlanNeuron { weight, weights, bias: 0, stage }] }];
        let (tables, names) = (Vec::new(), Default::default());
        Plan {
            schema: SCHEMA,
            name: "wire".into(),
            inputs,
            layers,
            tables,
            argmax: None,
            softmax: None,
            names,
        }
    }

    proptest! {
        #[test]
        fn ports_give_the_codes_of_the_reference(
            signed: bool, width in 2..=48u32, frac in -40..=60i32,
            ties in prop::collection::vec(-70_000..70_000i32, 1..80), wild in prop::collection::vec(any::<f64>(), 1..80),
        ) {
            let f = Format { signed, width, frac };
            let half = |&k: &i32| libm::ldexp(f64::from(k), -frac - 1);
            let x: Vec<f64> = ties.iter().map(half).flat_map(|v| [v, v.next_up(), v.next_down()])
                .chain(wild.into_iter().filter(|v| !v.is_nan()))
                .chain([f64::INFINITY, f64::NEG_INFINITY, f64::MIN_POSITIVE, 5e-324, f64::MAX, -0.0]).collect();
            let engine = Engine::new(&wire(vec![f]));
            let mut codes = vec![0; x.len()];
            prop_assert_eq!(engine.encode_into(&x, &mut codes), Ok(()));
            let expected: Vec<i64> = x.iter().filter_map(|&v| quantize(v, f, Rounding::HalfUp)).collect();
            prop_assert_eq!(codes, expected);
        }
    }

    #[test]
    fn values_are_those_of_codes_and_the_first_fault_is_named() {
        let f = Format { signed: true, width: 12, frac: 4 };
        values_and_faults(Engine::new(&wire(vec![f, f])));
        values_and_faults(Engine::new(&wire(vec![f, Format { width: 14, ..f }])));
    }

    fn values_and_faults(engine: Engine) {
        let mut x: Vec<f64> = (0..6000).map(|k| f64::from(k % 97) * 0.37 - 11.0).collect();
        let (mut y, mut codes) = (vec![0.0; 3000], vec![0; 6000]);
        engine.values(&x, &mut y).expect("numbers");
        engine.encode_into(&x, &mut codes).expect("numbers");
        let expected: Vec<f64> = engine.run(&codes).into_iter().map(|c| c as f64 / 16.0).collect();
        assert_eq!(y, expected);
        (x[5001], x[4444]) = (f64::NAN, f64::NAN);
        let fault = Err(NoNumber { sample: 2222, input: 0 });
        assert_eq!([engine.values(&x, &mut y), engine.values_into(&x, &mut y)], [fault, fault]);
    }
}
