//! Folds, the choice of settings, and the paired test.

use crate::data::Samples;
use crate::learned::{Folds, LearnConfig, LearnError, Loss, Method, crossval, learn, sign_flip_p};
use crate::net::Network;

#[test]
fn folds_hold_every_sample_once_and_spread_the_classes() {
    let moons = super::moons(90);
    let folds = Folds::new(&moons, Loss::Softmax, 9, 5);
    let mut seen = 0;
    for fold in 0..9 {
        let (train, test) = folds.split(&moons, fold).expect("both parts");
        assert_eq!((train.rows(), test.rows()), (80, 10));
        assert_eq!((0..10).filter(|&r| test.target(r)[0] == 1.0).count(), 5);
        seen += test.rows();
    }
    assert_eq!(seen, 90);
    assert_ne!(folds, Folds::new(&moons, Loss::Softmax, 9, 6));
    let two = Samples::new(1, 1, vec![1.0, 2.0], vec![0.0, 1.0]).expect("samples");
    assert!(Folds::new(&two, Loss::Squares, 5, 1).split(&two, 4).is_none());
}

struct Moons;

impl Method for Moons {
    type Error = LearnError;
    fn settings(&self) -> usize {
        2
    }
    fn fit(&self, samples: &Samples, setting: usize) -> Result<Network, LearnError> {
        // The first setting is all decay: it cannot learn the moons.
        let decay = [1e3, 1e-3][setting];
        let config = LearnConfig {
            loss: Loss::Softmax,
            output_decay: decay,
            input_decay: 1e-3,
            sweeps: 10,
            restarts: 1,
            ..LearnConfig::default()
        };
        Ok(learn(&super::topology(2, &[4], 2), samples, &config)?.network)
    }
}

#[test]
fn the_inner_folds_find_the_setting_that_learns() {
    let moons = super::moons(80);
    let folds = Folds::new(&moons, Loss::Softmax, 4, 1);
    let results = crossval(&moons, &Moons, Loss::Softmax, &folds, 3).expect("learns");
    assert_eq!(results.len(), 4);
    assert!(results.iter().all(|r| r.setting == 1 && r.score > 0.7), "{results:?}");
}

#[test]
fn sign_flips_are_counted_exactly() {
    // All ten differences of one sign: only the two extreme patterns of 1024 reach the sum.
    let a: Vec<f64> = (0..10).map(|i| 1.0 + i as f64).collect();
    assert_eq!(sign_flip_p(&a, &[0.0; 10]), 2.0 / 1024.0);
    assert_eq!(sign_flip_p(&a, &a), 1.0);
    assert_eq!(sign_flip_p(&[1.0, -1.0], &[0.0, 0.0]), 1.0);
}
