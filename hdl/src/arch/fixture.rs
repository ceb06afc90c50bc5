//! A plan for the tests of architectures.

use gainstage_golden::net::{RandomShape, random_network};
use gainstage_golden::plan::Plan;
use gainstage_golden::quant::{Calibration, Granularity, QuantOptions, quantize_network};

/// The random network of a seed at 8 bits: up to three inputs, two outputs and three hidden layers of seven.
pub(in crate::arch) fn plan(seed: u64) -> Plan {
    let network = random_network(seed, RandomShape { inputs: 3, outputs: 2, hidden: 3, width: 7 });
    let ranges = vec![(-2.0, 2.0); network.layers[0].inputs];
    let options = QuantOptions {
        name: "p".into(),
        bits: 8,
        granularity: Granularity::Layer,
        layers: Vec::new(),
        demand: Default::default(),
        kinds: Default::default(),
    };
    quantize_network(&network, &Calibration::from_box(&ranges), &options).expect("a plan")
}

/// The first of them with a table that multiplies.
pub(in crate::arch) fn plan_with_products() -> Plan {
    let multiplies = |p: &Plan| p.tables.iter().any(|t| !t.steps.is_empty());
    (1..100).map(plan).find(multiplies).expect("one in a hundred")
}
