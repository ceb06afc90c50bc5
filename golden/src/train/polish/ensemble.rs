//! Selection from an ensemble: networks that agree where there are no samples.
//!
//! Networks that pass through the same samples differ in the gaps between them, and one that strays there from all the
//! others is most likely wrong: its training error does not show it. No target is needed to see it, only inputs. In each
//! round the finished networks are asked at points all over the range of the samples; the middle answer is the consensus.
//! The half that is closest to it stays and is polished once more, on the samples and, with less weight the more the
//! answers differ, on the consensus. The network kept at the end fits both best.

use super::aim::Aim;
use super::descent::{DECAY, polish};
use crate::net::Network;
use crate::train::columns::Columns;
use crate::train::progress::Progress;
use rayon::prelude::*;

/// Levenberg-Marquardt steps per round.
const STEPS: usize = 30;

/// Fewer networks have no middle worth following.
const LEAST: usize = 4;

/// Points asked for each sample, and how many at least and at most.
const PER_SAMPLE: usize = 4;
const POINTS: [usize; 2] = [500, 2500];

/// A finished network.
#[derive(Clone)]
pub(in crate::train) struct Voter {
    /// Index of its restart.
    pub restart: usize,
    pub network: Network,
    /// Root of its mean square distance from samples and consensus, both weighted.
    pub distance: f64,
}

/// Lets networks agree in so many rounds; returns those that are left, none lost if there are too few to begin with.
pub(in crate::train) fn agree(
    mut voters: Vec<Voter>,
    samples: &Columns<f64>,
    rounds: usize,
    progress: &dyn Progress,
) -> Vec<Voter> {
    if voters.len() < LEAST {
        return voters;
    }
    let x = points(samples);
    for _ in 0..rounds {
        let answers: Vec<Vec<f64>> = voters.par_iter().map(|v| v.network.eval_all(&x)).collect();
        let consensus = Consensus::of(&answers);
        let strayed = |a: &Vec<f64>| a.iter().zip(&consensus.middle).map(|(a, m)| (a - m).abs()).sum::<f64>();
        voters.iter_mut().zip(&answers).for_each(|(v, a)| v.distance = strayed(a));
        voters.sort_by(|a, b| a.distance.total_cmp(&b.distance));
        voters.truncate(voters.len().div_ceil(2).max(LEAST));
        let aim = consensus.beside(samples, &x);
        voters.par_iter_mut().for_each(|v| {
            polish(&mut v.network, &aim, DECAY, STEPS, progress);
            v.distance = aim.distance(&v.network);
        });
    }
    voters
}

/// What networks say at points: the middle of their answers, and how much they differ.
struct Consensus {
    middle: Vec<f64>,
    /// The middle distance from the middle.
    spread: Vec<f64>,
}

impl Consensus {
    /// `answers` holds one list per network.
    fn of(answers: &[Vec<f64>]) -> Consensus {
        let of_point = |i: usize| {
            let middle = median(answers.iter().map(|a| a[i]).collect());
            (middle, median(answers.iter().map(|a| (a[i] - middle).abs()).collect()))
        };
        let (middle, spread) = (0..answers[0].len()).map(of_point).unzip();
        Consensus { middle, spread }
    }

    /// The samples, and the consensus at the points `x` with as much weight as all samples together where the networks
    /// agree best, and ever less where they do not.
    fn beside(&self, samples: &Columns<f64>, x: &[f64]) -> Aim {
        let mut sorted = self.spread.clone();
        sorted.sort_by(f64::total_cmp);
        let usual = sorted[sorted.len() / 4].max(f64::MIN_POSITIVE);
        let share = samples.y.len() as f64 / self.middle.len() as f64;
        let weight = |spread: &f64| share * (usual / (spread + usual)).powi(2);
        let mut aim = Aim::of(samples.clone());
        aim.data.x.extend_from_slice(x);
        aim.data.y.extend_from_slice(&self.middle);
        aim.weights.extend(self.spread.iter().map(weight));
        aim
    }
}

/// The middle one (of an even number, the upper).
fn median(mut values: Vec<f64>) -> f64 {
    let middle = values.len() / 2;
    *values.select_nth_unstable_by(middle, f64::total_cmp).1
}

/// Points all over the box of the samples' inputs: evenly spaced in one dimension, else a low-discrepancy sequence
/// (Roberts' generalisation of the golden ratio: multiples, modulo 1, of the powers of 1/φ with φ^(d+1) = φ + 1).
fn points(samples: &Columns<f64>) -> Vec<f64> {
    let (inputs, rows) = (samples.inputs, samples.x.len() / samples.inputs);
    let count = (PER_SAMPLE * rows).clamp(POINTS[0], POINTS[1]);
    let range = |i: usize| {
        let column = samples.x.iter().skip(i).step_by(inputs);
        column.fold((f64::MAX, f64::MIN), |(lo, hi), &v| (lo.min(v), hi.max(v)))
    };
    let ranges: Vec<(f64, f64)> = (0..inputs).map(range).collect();
    let ratio = (0..64).fold(2.0f64, |r, _| (1.0 + r).powf(1.0 / (inputs + 1) as f64));
    let share = |k: usize, i: usize| match inputs {
        1 => k as f64 / (count - 1) as f64,
        _ => (0.5 + (k + 1) as f64 * ratio.powi(-(i as i32 + 1))).fract(),
    };
    let point = |k| ranges.iter().enumerate().map(move |(i, (lo, hi))| lo + (hi - lo) * share(k, i));
    (0..count).flat_map(point).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::Metrics;
    use crate::net::{PaperShape, Topology};
    use crate::train::Quiet;

    fn shaken(network: &Network, seed: usize, by: f64) -> Network {
        let mut shaken = network.clone();
        let weights = shaken.layers.iter_mut().flat_map(|l| l.weights.iter_mut());
        weights.enumerate().for_each(|(i, w)| *w += by * ((seed * 131 + i * 17) as f64).sin());
        shaken
    }

    #[test]
    fn points_fill_the_box_of_the_samples() {
        let line = Columns { inputs: 1, outputs: 1, x: vec![3.0, -1.0, 0.5], y: vec![0.0; 3] };
        let x = points(&line);
        assert_eq!((x.len(), x[0], x[499]), (500, -1.0, 3.0));
        let corners = [0.0, -2.0, 1.0, 2.0];
        let plane = Columns { inputs: 2, outputs: 1, x: corners.repeat(200), y: vec![0.0; 400] };
        let x = points(&plane);
        assert_eq!(x.len(), 2 * 1600);
        // Each of 8 × 8 cells gets its share, to within a few points.
        let mut cells = [0; 64];
        for p in x.chunks_exact(2) {
            assert!((0.0..=1.0).contains(&p[0]) && (-2.0..=2.0).contains(&p[1]));
            cells[(p[0] * 8.0) as usize * 8 + ((p[1] + 2.0) * 2.0) as usize] += 1;
        }
        assert!(cells.iter().all(|c| (20..=30).contains(c)), "{cells:?}");
    }

    #[test]
    fn what_most_networks_say_between_the_samples_is_followed() {
        let shape = PaperShape { amplifying: 1, ..PaperShape::new(1, 1, 6, 2) };
        let truth = shaken(&Topology::paper(&shape).expect("a shape").zeros(), 0, 0.9);
        let x: Vec<f64> = (0..8).map(|i| -2.0 + i as f64 / 2.0).collect();
        let samples = Columns { inputs: 1, outputs: 1, y: truth.eval_all(&x), x };
        let voter = |restart| {
            let mut network = shaken(&truth, restart + 1, if restart == 3 { 0.8 } else { 0.15 });
            polish(&mut network, &Aim::of(samples.clone()), DECAY, 5, &Quiet);
            Voter { restart, network, distance: f64::INFINITY }
        };
        let voters: Vec<Voter> = (0..12).map(voter).collect();
        let between = points(&samples);
        let exact = truth.eval_all(&between);
        let mae = |n: &Network| Metrics::of(&n.eval_all(&between), &exact).expect("metrics").mae;
        let before = median(voters.iter().map(|v| mae(&v.network)).collect());
        let left = agree(voters.clone(), &samples, 2, &Quiet);
        assert_eq!(left.len(), LEAST);
        assert!(left.iter().all(|v| v.restart != 3 && v.distance.is_finite()));
        let chosen = left.iter().min_by(|a, b| a.distance.total_cmp(&b.distance)).expect("four");
        assert!(mae(&chosen.network) < 0.7 * before, "{} of {before}", mae(&chosen.network));
        // Three have no middle worth following.
        let few = agree(voters[..3].to_vec(), &samples, 2, &Quiet);
        assert!(few.len() == 3 && few.iter().all(|v| v.distance.is_infinite()));
    }

    #[test]
    fn where_answers_differ_the_consensus_weighs_less() {
        let answers = [[1.0, 0.0, 5.0, 2.0], [1.1, 4.0, 5.1, 2.1], [0.9, -8.0, 4.9, 1.9]].map(Vec::from);
        let consensus = Consensus::of(&answers);
        assert_eq!(consensus.middle, [1.0, 0.0, 5.0, 2.0]);
        let samples = Columns { inputs: 1, outputs: 1, x: vec![0.0, 1.0], y: vec![1.0, 2.0] };
        let aim = consensus.beside(&samples, &[0.1, 0.2, 0.3, 0.4]);
        assert_eq!(
            (aim.data.x.len(), &aim.data.y[2..], &aim.weights[..2]),
            (6, &consensus.middle[..], &[1.0; 2][..])
        );
        assert!(aim.weights[2] > 0.1 && aim.weights[3] < 0.001, "{:?}", aim.weights);
    }
}
