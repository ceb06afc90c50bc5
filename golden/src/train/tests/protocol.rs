//! The first paper's protocol, step by step.

use crate::data::{Metrics, Target};
use crate::func::{Activation, Kind};
use crate::net::{HiddenLayer, Neuron, Outcome, PaperNetwork, Topology};
use crate::train::columns::Columns;
use crate::train::step::batched::Batched;
use crate::train::step::engine::Engine;
use crate::train::step::path::Path;
use crate::train::step::rates::Rates;
use crate::train::{Optimiser, Protocol, Quiet, TrainConfig, train};

/// One input, one amplifying neuron without activation, no biases: y = w2·(w1·x)².
fn tiny() -> Topology {
    let neuron = Neuron { activation: Activation::None, kind: Kind::Amplifying };
    let hidden = vec![HiddenLayer { neurons: vec![neuron], bias: false }];
    Topology { inputs: 1, hidden, outputs: 1, output_bias: false }
}

/// x = 0.5, w1 = 2, w2 = 0.5: z = 1, y = 1, output 0.5; target 0, so e = 0.5 and dC/de = 1 - 1/1.5² = 5/9.
/// Gradients: 5/9 · y = 5/9 for w2, 5/9 · 0.5 · 2·1 · 0.5 = 5/18 for w1. Adam: m = g/10, v = g²/100,
/// w - 0.001·m/√(v + 1e-8), then times 1 - 0.001·0.002.
#[test]
fn a_step_by_hand() {
    let config = Protocol::JungKwon.defaults();
    let mut network = tiny().zeros();
    (network.layers[0].weights[0], network.layers[1].weights[0]) = (2.0, 0.5);
    let data = Columns { inputs: 1, outputs: 1, x: vec![0.5], y: vec![0.0] };
    let expected = [1.998_996_008_5, 0.498_999_003_6];
    for path in Path::available() {
        let mut engine = Engine::<f64>::new(path, &network, Rates::new(&config));
        let mut batched = Batched::<f64>::new(path, &network);
        batched.load(0, &engine.net);
        batched.steps(&mut Rates::new(&config), &data, &[&[0]], &mut [], config.cost);
        let cost = engine.steps(&data, &[0], config.cost);
        // |e| + 1/(|e| + 1) - 1 = 1/6.
        assert!((cost - 1.0 / 6.0).abs() < 1e-15, "{cost}");
        for _ in 0..2 {
            let found = engine.net.unpack();
            for (layer, expected) in found.layers.iter().zip(expected) {
                assert!((layer.weights[0] - expected).abs() < 1e-9, "{} {layer:?}", path.name());
            }
            batched.unload(0, &mut engine.net);
        }
    }
}

#[test]
fn a_project_names_a_protocol_and_changes_what_it_wants() {
    let text = r#"{"protocol": "jung-kwon", "epochs": 500, "seed": 3}"#;
    let read: TrainConfig = serde_json::from_str(text).expect("read");
    assert_eq!(read, TrainConfig { epochs: 500, seed: 3, ..Protocol::JungKwon.defaults() });
    let optimiser = Optimiser::PaperAdam { beta1: 0.9, beta2: 0.99, epsilon: 1e-8 };
    assert_eq!((read.optimiser, read.l2, read.restarts, read.stabilise), (optimiser, 0.002, 10, 2500));
    let back = serde_json::to_string(&read).expect("written");
    assert_eq!(serde_json::from_str::<TrainConfig>(&back).expect("read"), read);
    for protocol in [Protocol::Gainstage, Protocol::JungKwon] {
        protocol.defaults().validate().expect("valid defaults");
    }
}

/// The paper's large weights diverge with amplifying neurons from the start; set layer by layer, they do not.
#[test]
fn types_are_set_at_last_and_last_weights_count() {
    let network = PaperNetwork::get(5).expect("there are ten");
    let topology = Topology::paper(&network.shape).expect("the paper's shape");
    let samples = Target::Eq6.train(1, 194);
    let config = TrainConfig { stabilise: 300, settle: 20, epochs: 400, ..Protocol::JungKwon.defaults() };
    let trained = train(&topology, &samples, &config, &Quiet).expect("trained");
    let finished = trained.record.restarts.iter().filter(|r| r.outcome == Outcome::Finished).count();
    assert_eq!((finished, trained.finalists.len()), (10, 10));
    assert_eq!(trained.record.epochs, 300 + 5 * 20 + 400);
    for finalist in &trained.finalists {
        let kinds = |n: &crate::net::Network| -> Vec<Kind> {
            n.layers.iter().flat_map(|l| &l.neurons).map(|n| n.kind).collect()
        };
        assert_eq!(kinds(&finalist.network), kinds(&topology.zeros()));
        assert!(finalist.cost >= trained.record.cost);
    }
    let outputs = trained.network.eval_all(samples.x());
    assert!(Metrics::of(&outputs, samples.y()).expect("metrics").mae < 0.3);
}

/// Nine layers, types set too early: the numbers overflow, and weights on the way there are not a result.
#[test]
fn last_weights_of_a_network_that_overflowed_do_not_count() {
    let network = PaperNetwork::get(8).expect("there are ten");
    let topology = Topology::paper(&network.shape).expect("the paper's shape");
    let config =
        TrainConfig { stabilise: 100, settle: 5, epochs: 60, restarts: 8, ..Protocol::JungKwon.defaults() };
    let trained = train(&topology, &Target::Eq6.train(1, 194), &config, &Quiet);
    let trained = trained.expect("some do not overflow");
    let overflowed = trained.record.restarts.iter().filter(|r| r.outcome == Outcome::Diverged).count();
    assert!(overflowed > 0 && trained.finalists.len() == 8 - overflowed, "{overflowed} overflowed");
    for finalist in &trained.finalists {
        assert_eq!(trained.record.restarts[finalist.restart].outcome, Outcome::Finished);
    }
}
