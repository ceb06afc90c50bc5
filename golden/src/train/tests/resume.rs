//! Trainings stopped between two stretches, written, read, and gone on with.

use super::outcomes::sine;
use crate::data::Samples;
use crate::net::{PaperShape, Topology};
use crate::train::config::{Init, Normalise, Precision, TrainConfig};
use crate::train::{Progress, Protocol, Quiet, State, TrainError, Trained, resume, train};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Takes the state after so many stretches, and stops.
struct Stop {
    after: usize,
    stretches: AtomicUsize,
    state: Mutex<Option<State>>,
}

impl Progress for Stop {
    fn update(&self, _restart: usize, _epoch: usize, _of: usize, _cost: f64) {}

    fn stretch(&self, state: &dyn Fn() -> State) {
        if self.stretches.fetch_add(1, Ordering::SeqCst) + 1 == self.after {
            *self.state.lock().expect("one thread") = Some(state());
        }
    }

    fn cancelled(&self) -> bool {
        self.stretches.load(Ordering::SeqCst) >= self.after
    }
}

fn shape(amplifying: usize, depth: usize) -> Topology {
    let shape = PaperShape { amplifying, attenuating: 1, ..PaperShape::new(1, 1, 6, depth) };
    Topology::paper(&shape).expect("a valid shape")
}

/// The state after some stretches, as text; none if there are not so many.
fn stopped(after: usize, shape: &Topology, samples: &Samples, config: &TrainConfig) -> Option<String> {
    let stop = Stop { after, stretches: AtomicUsize::new(0), state: Mutex::new(None) };
    // Where all networks diverge there is none to be returned, but there is a state.
    let trained = train(shape, samples, config, &stop);
    let state = stop.state.into_inner().expect("one thread")?;
    assert!(trained.map_or(true, |t| t.record.interrupted), "stopped after {after} stretches");
    Some(serde_json::to_string(&state).expect("written"))
}

fn go_on(
    state: &str,
    shape: &Topology,
    samples: &Samples,
    config: &TrainConfig,
) -> Result<Trained, TrainError> {
    resume(shape, samples, config, &Quiet, &serde_json::from_str(state).expect("read"))
}

#[test]
fn a_training_that_was_stopped_comes_to_the_same_bits() {
    let base = TrainConfig { epochs: 200, restarts: 9, rate: 0.005, ..TrainConfig::default() };
    let papers = Protocol::JungKwon.defaults();
    let configs = [
        (shape(2, 3), TrainConfig { batch: 3, polish: 5, ..base.clone() }),
        (
            shape(2, 3),
            TrainConfig {
                precision: Precision::F64,
                normalise: Normalise::Amplifying,
                validation: 0.2,
                ..base.clone()
            },
        ),
        (shape(2, 3), TrainConfig { dropout: 0.2, normalise: Normalise::All, ..base.clone() }),
        (
            shape(2, 3),
            TrainConfig {
                stabilise: 30,
                settle: 4,
                epochs: 200,
                restarts: 5,
                normalise: Normalise::Amplifying,
                ..papers
            },
        ),
        // Large weights where squares follow squares: some overflow and begin again, or all of them.
        (shape(3, 4), TrainConfig { init: Init::Paper, ..base.clone() }),
        (shape(4, 6), TrainConfig { init: Init::Paper, rate: 0.5, ..base }),
    ];
    let samples = sine(30);
    let (mut again, mut compared) = (0, 0);
    for (shape, config) in &configs {
        let whole = train(shape, &samples, config, &Quiet);
        for after in [1, 2, 4, 14] {
            let Some(state) = stopped(after, shape, &samples, config) else { continue };
            again += state.matches(r#""again":1"#).count();
            assert_eq!(go_on(&state, shape, &samples, config), whole, "after {after}: {config:?}");
            compared += usize::from(whole.is_ok());
        }
    }
    assert!(again > 0 && compared >= 12, "{again} had begun again, {compared} compared");
}

#[test]
fn states_that_do_not_fit_are_refused() {
    let config = TrainConfig { epochs: 100, restarts: 3, ..TrainConfig::default() };
    let samples = sine(30);
    let shape = shape(2, 3);
    let state = stopped(2, &shape, &samples, &config).expect("a state");
    let fault = |state: &str, samples: &Samples, config: &TrainConfig| {
        go_on(state, &shape, samples, config).expect_err("a fault").to_string()
    };
    let text = fault(&state, &samples, &TrainConfig { restarts: 4, ..config.clone() });
    assert!(
        text.contains("3 restarts") && text.contains("4 restarts") && text.contains("train anew"),
        "{text}"
    );
    let text = fault(&state, &samples, &TrainConfig { precision: Precision::F64, ..config.clone() });
    assert!(text.contains("f32") && text.contains("f64"), "{text}");
    let older = state.replace(env!("CARGO_PKG_VERSION"), "0.0.9");
    assert!(fault(&older, &samples, &config).contains("version 0.0.9"));
    // Fewer samples, a sample that is not there, an epoch past the end, half the weights.
    let text = fault(&state, &sine(29), &config);
    assert!(text.contains("a restart 0 of another shape, or with other samples"), "{text}");
    let mut broken: serde_json::Value = serde_json::from_str(&state).expect("JSON");
    broken["restarts"][1]["running"]["order"][3] = 30.into();
    assert!(fault(&broken.to_string(), &samples, &config).contains("a restart 1 of"));
    let mut broken: serde_json::Value = serde_json::from_str(&state).expect("JSON");
    broken["restarts"][2]["epoch"] = 101.into();
    assert!(fault(&broken.to_string(), &samples, &config).contains("a restart 2 of"));
    let mut broken: serde_json::Value = serde_json::from_str(&state).expect("JSON");
    broken["restarts"][0]["running"]["weights"][1] = serde_json::json!([0, 0]);
    assert!(fault(&broken.to_string(), &samples, &config).contains("a restart 0 of"));
}
