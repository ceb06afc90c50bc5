//! The first paper's own files: read, run in doubles, and compared with the printed figures.

use gainstage_golden::data::{Metrics, Samples, Target, read_mat_samples};
use gainstage_golden::net::{Mlp, Network};
use gainstage_golden::num::{Rounding, quantize};
use gainstage_golden::plan::Engine;
use gainstage_golden::quant::{Calibration, Granularity, QuantOptions, quantize_network};
use std::path::PathBuf;

/// The directory of the paper's files; none where they are not at hand.
fn reference() -> Option<PathBuf> {
    let default = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared/reference");
    let dir = std::env::var_os("GAINSTAGE_REFERENCE").map_or(default, |dir| {
        // A relative path is meant from the workspace root, where a user runs the tests.
        PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..").join(dir)
    });
    let there = dir.is_dir();
    if !there {
        println!("skipped: no reference files in {}", dir.display());
    }
    there.then_some(dir)
}

/// A forward pass written for this test alone, straight from y = G(H(Σ w·x + bias)).
fn run(network: &Network, x: &[f64]) -> Vec<f64> {
    network.layers.iter().fold(x.to_vec(), |x, layer| {
        let neuron = |(n, f): (usize, &gainstage_golden::net::Neuron)| {
            let row = &layer.weights[n * layer.inputs..][..layer.inputs];
            let bias = layer.bias.as_ref().map_or(0.0, |b| b[n]);
            f.kind.eval(f.activation.eval(row.iter().zip(&x).map(|(w, x)| w * x).sum::<f64>() + bias))
        };
        layer.neurons.iter().enumerate().map(neuron).collect()
    })
}

fn metrics(network: &Network, samples: &Samples) -> Metrics {
    let outputs: Vec<f64> = (0..samples.rows()).flat_map(|i| run(network, samples.input(i))).collect();
    Metrics::of(&outputs, samples.y()).expect("one output per target")
}

#[test]
fn networks_1_to_5_reproduce_the_printed_figures() {
    let Some(dir) = reference() else { return };
    let printed = [
        ("0.085079", "0.102091"),
        ("0.048816", "0.066942"),
        ("0.072480", "0.090168"),
        ("0.005758", "0.013647"),
        ("0.005485", "0.008369"),
    ];
    let grid = Target::Eq6.grid();
    for (i, (mae, sd)) in (1..).zip(printed) {
        let mlp = Mlp::read(&dir.join(format!("Trained_{i}.mlp"))).expect("a network");
        assert_eq!(mlp.network.layers.len(), 6);
        let m = metrics(&mlp.network, &grid);
        assert_eq!((format!("{:.6}", m.mae), format!("{:.6}", m.sd)), (mae.into(), sd.into()), "Network {i}");
        assert!((mlp.meta.learning_rate - 0.001 * 0.95f64.powi(200)).abs() < 1e-14);
    }
}

#[test]
fn figure_1_fits_its_target() {
    let Some(dir) = reference() else { return };
    let mlp = Mlp::read(&dir.join("Trained_0.mlp")).expect("a network");
    assert_eq!(mlp.network.layers.iter().map(|l| l.neurons.len()).collect::<Vec<_>>(), [7, 7, 7, 7, 1]);
    let m = metrics(&mlp.network, &Target::Figure1.grid());
    // The paper prints no figure for this one; 0.06591 is what the file gives.
    assert_eq!(format!("{:.5}", m.mae), "0.06591", "{m:?}");
}

/// The training points that came with the paper lie on the generators' functions.
#[test]
fn training_files_agree_with_the_generators() {
    let Some(dir) = reference() else { return };
    for (target, stem) in [(Target::Eq6, "1D"), (Target::Ackley, "Ackley_2D"), (Target::Figure1, "sinu")] {
        let [x, y] = ["xt", "yt"].map(|part| dir.join(format!("{stem}_{part}.mat")));
        let s = read_mat_samples(&x, Some(&y)).expect("samples");
        assert_eq!((s.rows(), s.inputs(), s.outputs()), (target.paper_points(), target.inputs(), 1));
        for i in 0..s.rows() {
            let (y, computed) = (s.target(i)[0], target.eval(s.input(i)));
            assert!((y - computed).abs() < 1e-5, "{stem} sample {i}: {y} in the file, {computed} computed");
        }
    }
}

/// Everything in 18 bits: the integer model stays within 1 % of the printed figures' networks.
#[test]
fn eighteen_bits_keep_networks_1_to_5_within_a_percent() {
    let Some(dir) = reference() else { return };
    let grid = Target::Eq6.grid();
    for i in 1..=5 {
        let network = Mlp::read(&dir.join(format!("Trained_{i}.mlp"))).expect("a network").network;
        let float = metrics(&network, &grid).mae;
        let options = QuantOptions {
            name: format!("network{i}"),
            bits: 18,
            granularity: Granularity::Layer,
            layers: Vec::new(),
            demand: Default::default(),
            kinds: Default::default(),
        };
        let calibration = Calibration::from_box(&[(0.0, 6.2835)]);
        let plan = quantize_network(&network, &calibration, &options).expect("18 bits carry it");
        let code = |&x: &f64| quantize(x, plan.inputs[0], Rounding::HalfUp).expect("a number");
        let codes = Engine::new(&plan).run(&grid.x().iter().map(code).collect::<Vec<_>>());
        let outputs: Vec<f64> = codes.iter().map(|&c| plan.output_formats()[0].value(c)).collect();
        let fixed = Metrics::of(&outputs, grid.y()).expect("one output per target").mae;
        assert!(fixed < 1.01 * float, "Network {i}: {fixed} in integers, {float} in doubles");
    }
}
