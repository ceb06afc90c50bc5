//! Changes of the loss in closed form against networks that run again.

use super::*;
use crate::edge::bank::Bank;
use rand::Rng;

#[test]
fn the_rise_of_a_score_is_that_of_the_loss() {
    let mut random = ChaCha8Rng::seed_from_u64(4);
    for (scores, classes, hidden) in [(1, 2, 0), (3, 3, 0), (3, 3, 4), (1, 2, 3)] {
        let goal = Goal::Classes { scores, unit: 0.5 };
        let labels: Vec<usize> = (0..200).map(|s| s % classes).collect();
        let soft =
            |k: usize| if k % classes == labels[k / classes] { 0.8 } else { 0.2 / (classes - 1) as f32 };
        let wanted = (0..200 * classes).map(soft).collect();
        let x = (0..200 * 3).map(|_| random.random_range(0..16)).collect();
        let samples = Coded { inputs: 3, x, labels, wanted, ..Coded::default() };
        let setting = &crate::edge::settings(&three(), 0)[3];
        let setting = Setting { hidden, input_bits: 4, input_stride: 1, epochs: 3, ..setting.clone() };
        let mut network = train::train(&samples, &goal, &setting, &|| false);
        let last: &mut Bank = network.banks.last_mut().expect("a layer");
        last.draw(|i, c, j| ((7 * i + 3 * c + 5 * j) % 11) as f32 - 5.0);
        let rows: Vec<usize> = (0..200).collect();
        let traces = traces(&network, &samples, &rows);
        let known =
            Known { samples: &samples, rows: &rows, traces: &traces, likely: likely(&network, &traces) };
        let mut room = network.trace().scores;
        let losses: Vec<f32> = rows
            .iter()
            .zip(&traces)
            .map(|(&s, trace)| network.loss(&samples, s, &mut trace.scores.clone()))
            .collect();
        let (l, bank) = (network.banks.len() - 1, &network.banks[network.banks.len() - 1]);
        for (i, j) in (0..bank.inputs).flat_map(|i| (0..scores).map(move |j| (i, j))) {
            let again = known.rise(&network, (l, i, j), 2.0, &losses, &mut room);
            let closed = known.rise_of_score(bank, l == 0, (i, j), 2.0, 0.5);
            assert!((again - closed).abs() < 1e-3 + 1e-4 * again.abs(), "{again} and {closed}");
            assert!(again.abs() > 0.1, "an edge that says nothing tests nothing: {again}");
        }
    }
}

/// Samples with three inputs and classes, for a setting.
fn three() -> crate::data::Samples {
    let x = (0..90).map(f64::from).collect();
    let labels: Vec<usize> = (0..30).map(|s| s % 3).collect();
    crate::data::Samples::labelled(3, x, &labels, ["a", "b", "c"].map(str::to_owned).to_vec())
        .expect("samples")
}
