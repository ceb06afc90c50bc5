//! Learned activations in every architecture, and in C: the bits of the plan.

mod common;

use common::{generate, have, means, verify};
use gainstage_golden::data::Samples;
use gainstage_golden::func::{Interpolation, Kind};
use gainstage_golden::learned::{LearnConfig, learn};
use gainstage_golden::net::{HiddenLayer, Neuron, Topology};
use gainstage_golden::plan::Plan;
use gainstage_golden::quant::{Calibration, Granularity, QuantOptions, quantize_network};
use gainstage_hdl::device::Family;
use gainstage_hdl::wrap::Build;
use gainstage_hdl::wrap::manifest::Architecture;
use gainstage_sim::check::PlanModel;
use gainstage_sim::native::{Machine, Program};
use gainstage_sim::run::Tool;
use gainstage_sim::vectors::Vectors;

/// y = |x0| - x1²/2 on a grid of the square from -1 to 1.
fn samples() -> Samples {
    let grid = |i: usize| i as f64 / 6.0 - 1.0;
    let points = (0..169).map(|i| [grid(i % 13), grid(i / 13)]);
    let (x, y): (Vec<_>, Vec<_>) = points.map(|p| (p, p[0].abs() - p[1] * p[1] / 2.0)).unzip();
    Samples::new(2, 1, x.concat(), y).expect("samples")
}

/// Two learned layers, the second with amplifying and attenuating neurons among the ordinary ones.
fn plan(interpolation: Interpolation) -> Plan {
    let config = LearnConfig {
        interpolation,
        nodes: 5,
        sweeps: 6,
        restarts: 1,
        snap: Some(4),
        ..LearnConfig::default()
    };
    let layer = |kinds: &[Kind]| HiddenLayer {
        neurons: kinds.iter().map(|&kind| Neuron { activation: config.activation(), kind }).collect(),
        bias: true,
    };
    let attenuating = Kind::Attenuating { b: 1.0 };
    let hidden = vec![layer(&[Kind::Ordinary; 3]), layer(&[Kind::Ordinary, Kind::Amplifying, attenuating])];
    let topology = Topology { inputs: 2, hidden, outputs: 1, output_bias: true };
    let learnt = learn(&topology, &samples(), &config).expect("a network");
    let options = QuantOptions {
        name: format!("learned_{interpolation:?}").to_lowercase(),
        bits: 9,
        granularity: Granularity::Layer,
        layers: Vec::new(),
        demand: Default::default(),
        kinds: Default::default(),
    };
    quantize_network(&learnt.network, &Calibration::from_box(&[(-1.0, 1.0); 2]), &options).expect("a plan")
}

#[test]
fn learned_plans_match_in_every_architecture_and_in_c() {
    let tools = [Tool::Verilator].iter().chain(Machine::Sanitized.tools());
    if !tools.copied().all(have) {
        return;
    }
    let parallel = means(Family::Xc7, 80.0);
    let sequential = Build { architecture: Architecture::Sequential, ..means(Family::Ice40Up, 24.0) };
    let folded =
        Build { architecture: Architecture::Folded, interval: Some(6), ..means(Family::Ecp5, 100.0) };
    let degrees = [Interpolation::Constant, Interpolation::Linear, Interpolation::MonotoneCubic];
    for (interpolation, build) in degrees.into_iter().zip([sequential, folded, parallel]) {
        let plan = plan(interpolation);
        let (dir, manifest) = generate(&plan, &build);
        let report = verify(dir.path(), &manifest, &plan, 3000).unwrap();
        assert!(report.passed(), "{} {:?}: {}", plan.name, build.architecture, report.first.unwrap());

        let vectors = Vectors::new(plan.inputs.clone()).corners(1).random(3000, 1);
        let program = Program::build(&plan, Machine::Sanitized).unwrap();
        let tally = program.verify(&PlanModel::new(plan), &vectors).unwrap();
        assert_eq!(tally.first, None, "{} of {}", tally.mismatches, tally.samples);
    }
}
