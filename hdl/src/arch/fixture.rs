//! A plan for the tests of architectures.

use gainstage_golden::net::{Layer, Network, Neuron, RandomShape, random_network};
use gainstage_golden::plan::Plan;
use gainstage_golden::quant::{Calibration, Granularity, QuantOptions, quantize_network};

/// The random network of a seed at 8 bits: up to three inputs, two outputs and three hidden layers of seven.
pub(in crate::arch) fn plan(seed: u64) -> Plan {
    let network = random_network(seed, RandomShape { inputs: 3, outputs: 2, hidden: 3, width: 7 });
    quantized(&network, 8)
}

/// One layer of sums, all weights different from zero.
pub(in crate::arch) fn linear_plan(inputs: usize, outputs: usize, bits: u32) -> Plan {
    let weights = (0..inputs * outputs).map(|i| 1.0 + (i % 97) as f64 / 97.0).collect();
    let layer = Layer { inputs, neurons: vec![Neuron::default(); outputs], weights, bias: None };
    quantized(&Network { layers: vec![layer] }, bits)
}

fn quantized(network: &Network, bits: u32) -> Plan {
    let ranges = vec![(-2.0, 2.0); network.layers[0].inputs];
    let options = QuantOptions {
        name: "p".into(),
        bits,
        granularity: Granularity::Layer,
        layers: Vec::new(),
        demand: Default::default(),
        kinds: Default::default(),
    };
    quantize_network(network, &Calibration::from_box(&ranges), &options).expect("a plan")
}

/// The first of them with a table that multiplies.
pub(in crate::arch) fn plan_with_products() -> Plan {
    let multiplies = |p: &Plan| p.tables.iter().any(|t| !t.steps.is_empty());
    (1..100).map(plan).find(multiplies).expect("one in a hundred")
}
