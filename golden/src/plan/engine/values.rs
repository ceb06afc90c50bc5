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

/// What ports make of values.
pub(super) struct Ports {
    inputs: Vec<Port>,
    /// What one code of each output is worth.
    ulps: Vec<f64>,
}

/// One input port.
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
        let ulps = plan.output_formats().iter().map(|f| f.value(1)).collect();
        Ports { inputs: plan.inputs.iter().map(port).collect(), ulps }
    }
}

/// The codes of one input of every sample; false if one is no number.
#[multiversion(targets("x86_64+avx512f+avx512dq+avx512vl+avx2+fma", "x86_64+avx2+fma", "aarch64+neon"))]
fn codes(port: &Port, x: &[f64], codes: &mut [i64], input: usize, inputs: usize) -> bool {
    let ([a, b], [lo, hi]) = (port.scale, port.range);
    let mut sound = true;
    for (x, code) in x.chunks_exact(inputs).zip(codes.chunks_exact_mut(inputs)) {
        let v = x[input] * a * b;
        let floor = v.floor();
        let up = if v - floor >= 0.5 { 1.0 } else { 0.0 };
        sound &= !x[input].is_nan();
        // No format is wider than 48 bits: within them every integer is an `f64`.
        code[input] = (floor + up).max(lo).min(hi) as i64;
    }
    sound
}

#[multiversion(targets("x86_64+avx512f+avx512dq+avx512vl+avx2+fma", "x86_64+avx2+fma", "aarch64+neon"))]
fn values(ulps: &[f64], codes: &[i64], y: &mut [f64]) {
    for (codes, y) in codes.chunks_exact(ulps.len()).zip(y.chunks_exact_mut(ulps.len())) {
        codes.iter().zip(ulps).zip(y).for_each(|((&code, ulp), y)| *y = code as f64 * ulp);
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
        let port = |(i, port)| codes(port, x, out, i, self.inputs);
        let sound = self.ports.inputs.iter().enumerate().map(port).fold(true, |all, one| all && one);
        match x.iter().position(|v| v.is_nan()).filter(|_| !sound) {
            Some(at) => Err(NoNumber { sample: at / self.inputs, input: at % self.inputs }),
            None => Ok(()),
        }
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
        Plan { schema: SCHEMA, name: "wire".into(), inputs, layers, tables, argmax: None, names }
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
        let engine = Engine::new(&wire(vec![f, f]));
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
