//! A search between two stretches as a [`State`], and back.

use super::context::Context;
use super::restart::{Restart, random_numbers};
use crate::net::Network;
use crate::train::error::TrainError;
use crate::train::state::{Running, Saved, State};
use crate::train::step::buffer::Buffer;
use crate::train::step::engine::Engine;
use crate::train::step::lanes::Lane;
use crate::train::step::layout::Packed;
use crate::train::step::rates::Rates;

impl State {
    /// The state of these restarts.
    pub(in crate::train) fn of<T: Lane>(
        restarts: &[Restart<T>],
        halved: usize,
        context: &Context<T>,
    ) -> State {
        State {
            version: env!("CARGO_PKG_VERSION").into(),
            instructions: context.instructions(),
            halved,
            restarts: restarts.iter().map(Restart::save).collect(),
        }
    }

    /// The restarts of this state.
    pub(in crate::train) fn take_up<T: Lane>(
        &self,
        context: &Context<T>,
    ) -> Result<Vec<Restart<T>>, TrainError> {
        let found = (&*self.version, &*self.instructions, self.restarts.len(), self.halved);
        let config = context.config;
        let instructions = context.instructions();
        let halved = self.halved.min(config.halve_at.len());
        let expected = (env!("CARGO_PKG_VERSION"), &*instructions, config.restarts, halved);
        if found != expected {
            let told = |(version, instructions, restarts, halved): (&str, &str, usize, usize)| {
                format!("version {version}, {instructions}, {restarts} restarts, {halved} halvings")
            };
            return Err(TrainError::State { found: told(found), expected: told(expected) });
        }
        let restarts = self.restarts.iter().enumerate();
        restarts.map(|(index, saved)| Restart::resume(index, saved, context)).collect()
    }
}

impl<T: Lane> Restart<T> {
    /// What is needed to go on between two epochs.
    pub fn save(&self) -> Saved {
        let Engine { net, rates, .. } = &self.engine;
        let running = self.outcome.is_none();
        let running =
            running.then(|| Running::of(net, self.order.clone(), self.rng.get_word_pos(), rates.powers));
        let (best, curve) = (self.best.clone(), self.curve.clone());
        let (epoch, again, outcome) = (self.epoch, self.again, self.outcome);
        Saved { epoch, again, outcome, best, curve, training_curve: self.training_curve.clone(), running }
    }

    /// Goes on where another run stopped.
    pub fn resume(index: usize, from: &Saved, context: &Context<T>) -> Result<Restart<T>, TrainError> {
        let samples = context.training.x.len() / context.training.inputs;
        let mut network = context.topology.zeros();
        context.stages.hold_back(&mut network, from.epoch);
        let mut engine = Engine::new(context.path, &network, Rates::new(context.config));
        let mut rng = random_numbers(index, from.again, context.config);
        let mut order: Vec<u32> = (0..samples as u32).collect();
        let best = from
            .best
            .as_ref()
            .is_none_or(|b| b.network.validate().is_ok() && same_shape(&b.network, &network));
        let running = from.running.as_ref().is_none_or(|r| r.fits(&engine.net, samples));
        if !(best
            && running
            && from.running.is_some() == from.outcome.is_none()
            && from.epoch <= context.stages.total)
        {
            let found = format!("a restart {index} of another shape, or with other samples or epochs");
            return Err(TrainError::State { found, expected: "a restart that fits".into() });
        }
        if let Some(running) = &from.running {
            running.load(&mut engine.net);
            engine.rates.powers = running.powers;
            rng.set_word_pos(running.drawn);
            order.clone_from(&running.order);
        }
        let Saved { epoch, again, outcome, best, curve, training_curve, .. } = from.clone();
        let strays = None;
        let restart =
            Restart { index, epoch, best, outcome, engine, order, rng, curve, training_curve, strays, again };
        context.progress.update(index, epoch, context.stages.total, restart.cost());
        Ok(restart)
    }
}

/// Whether two networks have layers of the same sizes.
fn same_shape(a: &Network, b: &Network) -> bool {
    let sizes = |n: &Network| -> Vec<_> {
        n.layers.iter().map(|l| (l.inputs, l.neurons.len(), l.bias.is_some())).collect()
    };
    sizes(a) == sizes(b)
}

impl Running {
    /// What a packed network holds.
    pub fn of<T: Lane>(net: &Packed<T>, order: Vec<u32>, drawn: u128, powers: [f64; 2]) -> Running {
        let bits = |b: &Buffer, places: &mut dyn Iterator<Item = usize>| -> Vec<u64> {
            places.map(|p| b.get::<T>()[p].to().to_bits()).collect()
        };
        let norm = &net.norm;
        Running {
            order,
            drawn,
            powers,
            weights: [&net.w, &net.m, &net.v].map(|b| bits(b, &mut net.places())),
            units: [&norm.on, &norm.mean, &norm.variance, &norm.scale]
                .map(|b| bits(b, &mut net.unit_places())),
        }
    }

    /// Whether everything has the size it must have for `net`, and orders name samples that there are.
    pub fn fits<T: Lane>(&self, net: &Packed<T>, samples: usize) -> bool {
        self.weights.iter().all(|w| w.len() == net.places().count())
            && self.units.iter().all(|u| u.len() == net.unit_places().count())
            && self.order.len() == samples
            && self.order.iter().all(|&s| (s as usize) < samples)
    }

    /// Puts the numbers into a packed network that they fit.
    pub fn load<T: Lane>(&self, net: &mut Packed<T>) {
        let put = |b: &mut Buffer, places: &[usize], bits: &[u64]| {
            let to: &mut [T] = b.get_mut();
            places.iter().zip(bits).for_each(|(&p, &bits)| to[p] = T::of(f64::from_bits(bits)));
        };
        let places: Vec<usize> = net.places().collect();
        let [w, m, v] = [&mut net.w, &mut net.m, &mut net.v];
        [w, m, v].into_iter().zip(&self.weights).for_each(|(b, bits)| put(b, &places, bits));
        let places: Vec<usize> = net.unit_places().collect();
        let norm = &mut net.norm;
        let norm = [&mut norm.on, &mut norm.mean, &mut norm.variance, &mut norm.scale];
        norm.into_iter().zip(&self.units).for_each(|(b, bits)| put(b, &places, bits));
        net.mark_normalised();
    }
}
