//! The last stretch: Levenberg-Marquardt steps on all samples at once.
//!
//! Minimises E = Σe² + μ‖w‖² over every weight and bias w. Each step solves (JᵀJ + (λ+μ)I)·Δ = -(Jᵀe + μw), through
//! JJᵀ where there are fewer residuals than weights; λ is divided by 3 where E falls and multiplied by 4 where it does
//! not, so E never rises. From random weights the method stalls; after Adam it gains a factor in seconds.

use super::aim::Aim;
use super::system::{System, add, penalty};
use crate::least_squares::{Damping, Rule, Tries};
use crate::net::Network;
use crate::train::progress::Progress;

/// The least weight decay μ: keeps weights that the samples do not decide from drifting.
pub(in crate::train) const DECAY: f64 = 1e-6;

/// Damping λ of steps, beside the weight decay.
const RULE: Rule = Rule {
    start: 1e-3,
    range: [f64::MIN_POSITIVE, 1e12],
    easier: 3.0,
    harder: 4.0,
    tries: Tries::UntilHopeless,
};

/// The largest system that is solved: past it a step would take longer than many epochs.
pub(super) const LARGEST: usize = 3000;

/// Takes up to `steps` accepted steps with the weight decay `decay`; returns the system at the end. `None` for networks
/// and data that are too large: nothing is done.
pub(in crate::train) fn polish(
    network: &mut Network,
    aim: &Aim,
    decay: f64,
    steps: usize,
    progress: &dyn Progress,
) -> Option<System> {
    let mut system = System::new(network, aim, decay);
    if system.size() > LARGEST {
        return None;
    }
    let mut damping = Damping::new(RULE);
    let mut energy = system.linearise(network, aim);
    for _ in 0..steps {
        let next = damping.descend(|lambda| {
            if progress.cancelled() {
                return None;
            }
            let mut next = network.clone();
            add(&mut next, &system.step(lambda)?);
            (aim.squares(&next) + penalty(&next, decay) < energy).then_some(next)
        });
        let Some(next) = next else { break };
        *network = next;
        energy = system.linearise(network, aim);
    }
    Some(system)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::net::{RandomShape, random_network};
    use crate::train::Quiet;
    use crate::train::tests::aim;
    use nalgebra::DVector;

    #[test]
    fn the_energy_never_rises_and_a_shaken_network_finds_back() {
        let mut found = 0;
        for seed in 0..10 {
            let mut network =
                random_network(seed, RandomShape { inputs: 1, outputs: 1, hidden: 2, width: 4 });
            let mut aim = aim(&network, 60);
            aim.data.y = network.eval_all(&aim.data.x);
            let shaken = DVector::from_fn(network.parameters(), |i, _| 0.02 * (i as f64).sin());
            add(&mut network, &shaken);
            let mut system = System::new(&network, &aim, DECAY);
            let first = system.linearise(&network, &aim);
            let mut energy = first;
            for _ in 0..30 {
                polish(&mut network, &aim, DECAY, 1, &Quiet);
                let next = system.linearise(&network, &aim);
                assert!(next <= energy, "seed {seed}: {next} after {energy}");
                energy = next;
            }
            // Some random networks hardly answer: nothing is left to gain there but the weight decay.
            if first > 1e-3 {
                assert!(energy < 0.1 * first, "seed {seed}: {energy} of {first}");
                found += 1;
            }
        }
        assert!(found >= 4, "only {found} of 10 networks were shaken enough");
    }
}
