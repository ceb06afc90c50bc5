//! Dropout: hidden neurons that are left out of a step, others for every sample.
//!
//! What stays counts 1 / (1 - share) times, so that sums behind it keep their mean and the network that is kept is a plain
//! one. Each network has a stream of random numbers of its own, which is asked neuron after neuron, so that what it leaves out
//! depends neither on the lanes that it runs in nor on the networks beside it.

use super::buffer::Buffer;
use super::lanes::Lane;
use super::shape::Shape;
use bytemuck::Pod;

/// Steps of a share.
const STEPS: f64 = (1u32 << 16) as f64;

/// The shares that hidden neurons count with in a step: 0, or a little more than 1.
pub(in crate::train) struct Dropout<'a, T: Lane> {
    /// Laid out as the outputs are.
    shares: Buffer,
    /// Where the hidden neurons of the first network lie there; those of the next are one number further.
    places: Vec<usize>,
    /// A stream for each network.
    streams: &'a mut [u64],
    /// Random numbers of 16 bits below this leave a neuron out.
    below: u64,
    /// What the others count.
    kept: T,
}

impl<'a, T: Lane> Dropout<'a, T> {
    /// For layers of these shapes in registers of `lanes` numbers, neighbouring neurons of a network so far `apart`: 1 where it
    /// lies across the lanes, a register where there is one network in each. None where nothing is left out.
    pub fn new(
        shapes: &[Shape],
        [lanes, apart]: [usize; 2],
        share: f64,
        streams: &'a mut [u64],
    ) -> Option<Dropout<'a, T>> {
        let below = (share * STEPS).round() as u64;
        if below == 0 {
            return None;
        }
        let registers = shapes.last().map_or(0, |s| s.units + s.blocks);
        let mut shares = Buffer::zeroed::<T>(registers * lanes);
        shares.get_mut::<T>().fill(T::one());
        let hidden = &shapes[..shapes.len().saturating_sub(1)];
        let place = |s: &Shape, n: usize| s.units * lanes + n * apart;
        let places = hidden.iter().flat_map(|s| (0..s.neurons).map(move |n| place(s, n))).collect();
        let kept = T::of(1.0 / (1.0 - below as f64 / STEPS));
        Some(Dropout { shares, places, streams, below, kept })
    }

    /// Draws what the next sample leaves out.
    pub fn draw(&mut self) {
        let shares: &mut [T] = self.shares.get_mut();
        for (lane, stream) in self.streams.iter_mut().enumerate() {
            for four in self.places.chunks(4) {
                let numbers = next(stream);
                for (k, place) in four.iter().enumerate() {
                    let out = (numbers >> (16 * k)) & 0xffff < self.below;
                    shares[place + lane] = if out { T::zero() } else { self.kept };
                }
            }
        }
    }

    /// What the register of neurons `at` counts.
    #[inline(always)]
    pub fn share<V: Pod>(&self, at: usize) -> V {
        self.shares.get::<V>()[at]
    }
}

/// The next 64 random bits of a stream (SplitMix64).
fn next(stream: &mut u64) -> u64 {
    *stream = stream.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let z = (*stream ^ (*stream >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_those_of_the_published_generator() {
        // The first outputs of SplitMix64 from 1234567, as its authors' program prints them.
        let mut stream = 1_234_567;
        let found = [(); 3].map(|()| next(&mut stream));
        assert_eq!(found, [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423]);
    }
}
