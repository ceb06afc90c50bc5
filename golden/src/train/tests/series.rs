//! The own series of the inner loop against the library, and the guard against denormal numbers.

use super::{hidden, topology};
use crate::func::{Activation, Kind};
use crate::net::Neuron;
use crate::train::columns::Columns;
use crate::train::config::{Cost, Init, TrainConfig};
use crate::train::init::random_network;
use crate::train::step::engine::Engine;
use crate::train::step::lanes::{Lane, Pack};
use crate::train::step::math::{exp_neg, ln_1p};
use crate::train::step::path::Path;
use crate::train::step::rates::Rates;
use pulp::{Simd, WithSimd};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

/// e^-t, ln(1 + e^-t) and 1/√t of each number.
struct Series<'a, T>(&'a [T]);

impl<T: Lane> WithSimd for Series<'_, T> {
    type Output = Vec<[f64; 3]>;

    fn with_simd<S: Simd>(self, s: S) -> Self::Output {
        let two = Pack::<T, S>::of(s, 2.0);
        let all = self.0.iter().map(|&t| {
            let t = Pack::<T, S>::splat(s, t);
            let e = exp_neg(s, t);
            [e, ln_1p(s, e / (two + e)), t.inverse_root()].map(|p| p.lane(Pack::<T, S>::LANES - 1).to())
        });
        all.collect()
    }
}

/// The worst relative errors for t from 1e-6 to beyond the limit of the exponential.
fn worst<T: Lane>(path: Path) -> [f64; 3] {
    let limit = T::EXP_LIMIT.to();
    let points: Vec<T> = (0..=20_000).map(|i| T::of(1e-6 + limit * 1.1 * i as f64 / 20_000.0)).collect();
    let found = path.run(Series(&points));
    points.iter().zip(found).fold([0.0; 3], |worst, (t, found)| {
        let t = t.to();
        let e = (-t.min(limit)).exp();
        let exact = [e, e.ln_1p(), 1.0 / t.sqrt()];
        std::array::from_fn(|k| f64::max(worst[k], (found[k] / exact[k] - 1.0).abs()))
    })
}

#[test]
fn series_are_good_to_a_few_units_in_the_last_place() {
    for path in Path::available() {
        let narrow = worst::<f32>(path);
        for (error, bound) in narrow.iter().zip([4e-7, 5e-7, 7e-4]) {
            assert!(error < &bound, "{} f32: {narrow:?}", path.name());
        }
        let wide = worst::<f64>(path);
        for (error, bound) in wide.iter().zip([1e-15, 1e-15, 1e-14]) {
            assert!(error < &bound, "{} f64: {wide:?}", path.name());
        }
    }
}

/// Neurons that give exactly 0 have gradient 0 for good: their averages must not decay into denormals.
#[test]
fn dead_neurons_make_no_denormal_numbers() {
    let dead = Neuron { activation: Activation::Relu, kind: Kind::Amplifying };
    let shape = topology(vec![hidden(vec![dead; 3], true), hidden(vec![Neuron::default(); 3], true)]);
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    let mut network = random_network(&shape, Init::FanIn, &[], &mut rng);
    network.layers[0].weights.fill(1.0);
    network.layers[0].bias = Some(vec![0.0; 3]);
    // The first sample is seen by the first layer, the second lies where its neurons are 0.
    let data = Columns { inputs: 2, outputs: 2, x: vec![1.0, 1.0, -9.0, -9.0], y: vec![9.0; 4] };
    let samples: Columns<f32> = data.convert().expect("small values");
    for path in Path::available() {
        let mut engine = Engine::<f32>::new(path, &network, Rates::new(&TrainConfig::default()));
        engine.steps(&samples, &[0; 20], Cost::Squared);
        let means = |engine: &Engine<f32>| engine.net.unpack_from(&engine.net.m).layers[0].weights.clone();
        assert!(means(&engine).iter().all(|m| m.abs() > 1e-6), "{:?}", means(&engine));
        engine.steps(&samples, &[1; 20_000], Cost::Squared);
        assert!(means(&engine).iter().all(|m| m.abs() < 1e-20), "the layer is dead: {:?}", means(&engine));
        for buffer in [&engine.net.w, &engine.net.m, &engine.net.v] {
            let numbers: &[f32] = buffer.get();
            assert!(numbers.iter().all(|v| !v.is_subnormal()), "{}: {numbers:?}", path.name());
        }
    }
}

#[test]
fn calibrated_weights_keep_pre_activations_at_one() {
    let neuron = Neuron { activation: Activation::Softplus, kind: Kind::Amplifying };
    let shape = topology((0..6).map(|k| hidden(vec![neuron.clone(); 5], k == 0)).collect());
    let x: Vec<f64> = (0..200).map(|i| ((i * 37) % 101) as f64 / 7.0).collect();
    let mut rng = ChaCha8Rng::seed_from_u64(5);
    let network = random_network(&shape, Init::Calibrated, &x, &mut rng);
    let mut squares = 0.0;
    for sample in x.chunks(2) {
        let (mut values, mut next) = (sample.to_vec(), Vec::new());
        for layer in &network.layers[..5] {
            layer.eval(&values, &mut next);
            std::mem::swap(&mut values, &mut next);
        }
        squares += network.layers[5].sum(2, &values).powi(2);
    }
    assert!((squares / 100.0 - 1.0).abs() < 1e-9, "{squares}");
}
