//! The online rule: per-sample error, the champion's error, difficult streams.

use crate::data::{Samples, Target};
use crate::learned::{Online, OnlineConfig, learn_online};

#[test]
fn no_sample_gets_worse_by_its_own_update_and_the_champion_never_does() {
    for (set, config) in [
        (super::moons(150), OnlineConfig::default()),
        (Target::Figure1.train(1, 150), OnlineConfig { units: 8, memory: 0.999, ..OnlineConfig::default() }),
    ] {
        let learnt = learn_online(&set, 60, &config).expect("learns");
        assert_eq!(learnt.epochs.iter().map(|e| e.risen).sum::<usize>(), 0);
        for pair in learnt.epochs.windows(2) {
            assert!(pair[1].champion <= pair[0].champion * (1.0 + 1e-12), "{pair:?}");
        }
        let (first, last) = (learnt.epochs[0].champion, learnt.epochs[59].champion);
        assert!(last < 0.9 * first, "{last} of {first}");
        learnt.network.validate().expect("a sound network");
        assert!(learnt.moves.0 > 0 && learnt.moves.1 <= learnt.moves.0);
    }
}

/// Whole steps overshoot where the learned function bends: they are taken back, and no sample is worse off.
#[test]
fn steps_that_would_raise_an_error_are_taken_back() {
    let config = OnlineConfig { rate: 1.0, rate_samples: 1e9, ..OnlineConfig::default() };
    let learnt = learn_online(&super::moons(150), 20, &config).expect("learns");
    assert!(learnt.epochs.iter().all(|e| e.risen == 0));
    assert!(learnt.epochs.iter().map(|e| e.rejected).sum::<usize>() > 0);
}

#[test]
fn difficult_streams_have_an_answer() {
    let one =
        |inputs, x: &[f64], y: &[f64]| Samples::new(inputs, 1, x.to_vec(), y.to_vec()).expect("samples");
    let sets = [
        // A constant input, fewer samples than the window and than nodes, a single one.
        one(2, &[1.0, 0.0, 1.0, 1.0, 1.0, 2.0], &[0.0, 1.0, 2.0]),
        one(1, &[4.0; 70], &[1.0; 70]),
        one(1, &[2.0], &[3.0]),
    ];
    for set in &sets {
        let learnt = learn_online(set, 80, &OnlineConfig::default()).expect("learns");
        learnt.network.validate().expect("a sound network");
        assert!(learnt.epochs.iter().all(|e| e.risen == 0 && e.champion.is_finite()));
    }
}

/// The argument's distribution moves and the target changes: shadow quantiles and forgetting follow.
#[test]
fn a_drifting_stream_is_followed() {
    let config = OnlineConfig { memory: 0.99, rate_samples: 1e9, rate: 0.05, ..OnlineConfig::default() };
    let mut online = Online::new(1, 1, &config).expect("a learner");
    let mut error = |from: usize, shift: f64, gain: f64| {
        let mut late = 0.0;
        for i in 0..4000 {
            let x = shift + ((from + i) as f64 * 0.7317).sin();
            let step = online.observe(&[x], &[gain * (2.0 * (x - shift)).tanh()]);
            assert!(step.after <= step.middle && step.middle <= step.before);
            if i >= 3500 {
                late += step.before / 500.0;
            }
            if i % 500 == 499 {
                online.end_period();
            }
        }
        late
    };
    let (before, after) = (error(0, 0.0, 1.0), error(4000, 3.0, -1.0));
    assert!(before < 0.1 && after < 0.1, "{before}, then {after}");
}

#[test]
fn bad_settings_are_refused() {
    let text = |c: OnlineConfig| Online::new(1, 1, &c).err().expect("a fault").to_string();
    let good = OnlineConfig::default();
    assert_eq!(
        text(OnlineConfig { memory: 0.0, ..good.clone() }),
        "memory is 0: use greater than 0, at most 1"
    );
    assert_eq!(text(OnlineConfig { window: 1, ..good.clone() }), "window is 1: use 2 to 65536");
    assert!(Online::new(0, 1, &good).is_err());
}
