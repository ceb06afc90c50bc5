//! Path of a falling weight decay along which a network is polished, to where a sample left out would be met best.
//!
//! Where samples are few and weights many, every network passes through the samples, and how smooth it is in between is
//! a matter of luck. With a large weight decay only a smooth network fits; as the decay falls, by halves, the network stays
//! close to it and takes on what the samples demand. The error that samples would have if they were left out, which needs no
//! other samples, tells where to stop, and which of several networks is best.

use super::aim::Aim;
use super::descent::{DECAY, polish};
use crate::net::Network;
use crate::train::progress::Progress;

/// How many decays in a row may bring no gain.
const PATIENCE: usize = 3;

/// Polishes `network` with weight decays from `from` down, up to `steps` accepted steps each; it becomes what it was at
/// the decay with the least leave-one-out error, which is returned. `None`, and nothing done, where samples are too many.
pub(in crate::train) fn decay_path(
    network: &mut Network,
    aim: &Aim,
    from: f64,
    steps: usize,
    progress: &dyn Progress,
) -> Option<f64> {
    let (mut decay, mut idle) = (from, 0);
    let mut best: Option<(f64, Network)> = None;
    while decay > DECAY / 2.0 && idle < PATIENCE && !progress.cancelled() {
        let error = polish(network, aim, decay, steps, progress)?.leave_one_out();
        idle += 1;
        if let Some(error) = error.filter(|e| best.as_ref().is_none_or(|(least, _)| e < least)) {
            best = Some((error, network.clone()));
            idle = 0;
        }
        decay /= 2.0;
    }
    let (error, chosen) = best?;
    *network = chosen;
    Some(error)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::net::{PaperShape, Topology};
    use crate::train::Quiet;
    use crate::train::columns::Columns;
    use crate::train::config::Init;
    use crate::train::init::random_network;
    use rand::{Rng, SeedableRng};
    use rand_chacha::ChaCha8Rng;

    /// A bowl at random places, with noise.
    fn bowl(rows: usize, noise: f64, rng: &mut ChaCha8Rng) -> Columns<f64> {
        let x: Vec<f64> = (0..2 * rows).map(|_| rng.random_range(-2.0..2.0)).collect();
        let mut exact = |p: &[f64]| p[0] * p[0] + p[1] + noise * rng.random_range(-1.0..1.0);
        let y = x.chunks_exact(2).map(&mut exact).collect();
        Columns { inputs: 2, outputs: 1, x, y }
    }

    #[test]
    fn annealing_stops_before_noise_is_learned() {
        let topology = Topology::paper(&PaperShape::new(2, 1, 8, 2)).expect("a shape");
        for seed in 0..6 {
            let mut rng = ChaCha8Rng::seed_from_u64(seed);
            let (samples, others) = (bowl(80, 0.5, &mut rng), Aim::of(bowl(400, 0.0, &mut rng)));
            let start = random_network(&topology, Init::Calibrated, &samples.x, &mut rng);
            let aim = Aim::of(samples);
            let (mut plain, mut annealed) = (start.clone(), start);
            let by_heart = polish(&mut plain, &aim, DECAY, 100, &Quiet).and_then(|s| s.leave_one_out());
            let error = decay_path(&mut annealed, &aim, 10.0, 20, &Quiet).expect("an error");
            assert!(error < by_heart.unwrap_or(f64::INFINITY), "seed {seed}: {error} {by_heart:?}");
            let (plain, annealed) = (others.distance(&plain), others.distance(&annealed));
            assert!(annealed < 0.5 * plain && annealed < 0.3, "seed {seed}: {annealed} {plain}");
        }
    }
}
