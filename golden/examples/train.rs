//! A network trained in real numbers and run in integers: `cargo run --release --example train`
//!
//! Two amplifying and two attenuating neurons learn y = x0 · x1; twelve bits remain.

use gainstage_golden::prelude::*;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let grid = || (0..21).map(|i| f64::from(i) / 10.0 - 1.0);
    let x: Vec<f64> = grid().flat_map(|a| grid().flat_map(move |b| [a, b])).collect();
    let y: Vec<f64> = x.chunks(2).map(|x| x[0] * x[1]).collect();
    let samples = Samples::new(2, 1, x, y)?;

    let neuron = |kind| Neuron { activation: Activation::ParametricSoftplus { a: 0.3 }, kind };
    let [up, down] = [neuron(Kind::Amplifying), neuron(Kind::Attenuating { b: 1.0 })];
    let hidden = vec![HiddenLayer { neurons: vec![up.clone(), up, down.clone(), down], bias: true }];
    let topology = Topology { inputs: 2, hidden, outputs: 1, output_bias: true };
    let config =
        TrainConfig { epochs: 500, polish: 50, standardise: Standardise::Both, ..TrainConfig::default() };
    let network = train(&topology, &samples, &config, &Quiet)?.network;

    let calibration = Calibration::from_data(samples.x());
    let plan = quantize_network(&network, &calibration, &QuantOptions::new("product", 12))?;
    let mut values = vec![0.0; samples.rows()];
    Engine::new(&plan).values(samples.x(), &mut values)?;
    let error = |y: &[f64]| Metrics::of(y, samples.y()).map(|m| m.mae);
    println!("mean absolute error in real numbers {:.6}", error(&network.eval_all(samples.x()))?);
    println!("mean absolute error in 12 bits      {:.6}", error(&values)?);
    Ok(())
}
