//! Plans of random networks, and rational numbers, for the tests of plans.

use gainstage_golden::net::{RandomShape, random_network};
use gainstage_golden::num::Format;
use gainstage_golden::plan::Plan;
use gainstage_golden::quant::{Calibration, Granularity, QuantOptions, quantize_network};
use num_bigint::BigInt;
use num_rational::BigRational;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// A plan of a random network, or nothing where the demanded width cannot carry its tables.
pub fn random_plan(seed: u64) -> Option<Plan> {
    let network = random_network(seed, RandomShape::default());
    let mut rng = ChaCha8Rng::seed_from_u64(seed ^ 0x5eed);
    let options = QuantOptions {
        name: "random".into(),
        // Tables of more bits take most of the time of a test of plans, and are tested by themselves.
        bits: rng.random_range(6..=14),
        granularity: if rng.random() { Granularity::Layer } else { Granularity::Neuron },
        layers: Vec::new(),
        demand: Default::default(),
        kinds: Default::default(),
    };
    let box_ = vec![(-2.0, 2.0); network.layers[0].inputs];
    quantize_network(&network, &Calibration::from_box(&box_), &options).ok()
}

pub fn random_codes(plan: &Plan, samples: usize, seed: u64) -> Vec<i64> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let code = |f: &Format, rng: &mut ChaCha8Rng| match rng.random_range(0..8) {
        0 => f.min_code(),
        1 => f.max_code(),
        2 => 0,
        _ => rng.random_range(f.codes()),
    };
    (0..samples).flat_map(|_| plan.inputs.iter().map(|f| code(f, &mut rng)).collect::<Vec<_>>()).collect()
}

/// A whole number.
pub fn ratio(n: i128) -> BigRational {
    BigRational::from(BigInt::from(n))
}

/// value · 2^frac
pub fn scaled(value: BigRational, frac: i32) -> BigRational {
    let two = ratio(2);
    if frac >= 0 { value * two.pow(frac) } else { value / two.pow(-frac) }
}
