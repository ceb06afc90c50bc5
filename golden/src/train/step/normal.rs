//! Running normalisation of what amplifying neurons take in.
//!
//! A square grows fastest where its input lies beyond what training has seen. So that the weights of an amplifying
//! neuron cannot make a small range of inputs wide, its weighted sum s = Σ w·x is brought to mean 0 and variance 1 before
//! the bias b is added and the activation follows:
//!
//! z = (s - mean + b) · scale, scale = 1 / √variance
//!
//! Mean and variance are running averages over the samples of the steps; in the gradient they are constants, so that
//! single samples can be trained on. In a layer without biases nothing could take up a shift: there the mean stays 0, the
//! variance is the mean square, and only the scale is normalised. The averages follow as fast as the weights, at the
//! learning rate, and settle where a schedule brings it to 0.
//!
//! The scale is taken into the weights whenever some steps are done, which changes nothing but keeps weights from growing in
//! a race with the averages: what is trained is the direction of a neuron's weights, their length follows. With the mean
//! taken into the bias too (`Norm::fold`) what is left is a plain network.

use super::buffer::Buffer;
use super::lanes::{Lane, Pack};
use super::shape::Shape;
use crate::net::Network;
use pulp::Simd;

/// Below this variance a sum is taken for constant, and left as it is.
pub(in crate::train) const CONSTANT: f64 = 1e-6;

/// The most of its way that an average goes in a step.
const FASTEST: f64 = 0.1;

/// How far the averages go with each sample, at a learning rate.
pub(in crate::train) fn follow(rate: f64) -> f64 {
    rate.min(FASTEST)
}

/// Averages of the weighted sums, one per neuron, laid out as the outputs are.
#[derive(Clone)]
pub(in crate::train) struct Norm {
    /// 1 for neurons that are normalised; for others 0, and the averages stay as they began.
    pub on: Buffer,
    pub mean: Buffer,
    pub variance: Buffer,
    pub scale: Buffer,
}

impl Norm {
    /// Room for so many neurons, none of them normalised.
    pub fn none<T: Lane>(neurons: usize) -> Norm {
        let zero = Buffer::zeroed::<T>(neurons);
        let mut one = zero.clone();
        one.get_mut::<T>().fill(T::one());
        Norm { on: zero.clone(), mean: zero, variance: one.clone(), scale: one }
    }

    /// Copies the averages of the neuron at `from_at` of another.
    pub fn copy<T: Lane>(&mut self, at: usize, from: &Norm, from_at: usize) {
        let pairs = [
            (&mut self.on, &from.on),
            (&mut self.mean, &from.mean),
            (&mut self.variance, &from.variance),
            (&mut self.scale, &from.scale),
        ];
        for (to, from) in pairs {
            to.get_mut::<T>()[at] = from.get::<T>()[from_at];
        }
    }

    /// Takes the scales into weights and biases `w` and the averages `m` and `v` of their gradients, for registers of
    /// `lanes` numbers.
    pub fn absorb<T: Lane>(&mut self, shapes: &[Shape], lanes: usize, [w, m, v]: [&mut Buffer; 3]) {
        let [w, m, v] = [w.get_mut::<T>(), m.get_mut::<T>(), v.get_mut::<T>()];
        for shape in shapes.iter().filter(|s| s.normalised) {
            let (width, units) = (shape.blocks * lanes, shape.units * lanes);
            let scales = &mut self.scale.get_mut::<T>()[units..][..width];
            for row in 0..shape.rows() {
                let at = (shape.weights + row * shape.blocks) * lanes;
                let numbers = w[at..].iter_mut().zip(&mut m[at..]).zip(&mut v[at..]);
                for (((w, m), v), &scale) in numbers.zip(&*scales) {
                    (*w, *m, *v) = (*w * scale, *m / scale, *v / (scale * scale));
                }
            }
            let averages =
                self.mean.get_mut::<T>()[units..].iter_mut().zip(&mut self.variance.get_mut::<T>()[units..]);
            for (scale, (mean, variance)) in scales.iter_mut().zip(averages) {
                (*mean, *variance) = (*mean * *scale, *variance * *scale * *scale);
                *scale = T::one();
            }
        }
    }

    /// The plain network that does what `network` does when its sums are normalised; registers hold `lanes` numbers.
    pub fn fold<T: Lane>(&self, shapes: &[Shape], lanes: usize, mut network: Network) -> Network {
        for (shape, layer) in shapes.iter().zip(&mut network.layers).filter(|(s, _)| s.normalised) {
            for n in 0..shape.neurons {
                let at = shape.units * lanes + n;
                let [mean, scale] = [&self.mean, &self.scale].map(|b| b.get::<T>()[at].to());
                layer.weights[n * shape.inputs..][..shape.inputs].iter_mut().for_each(|w| *w *= scale);
                if let Some(bias) = &mut layer.bias {
                    bias[n] = (bias[n] - mean) * scale;
                }
            }
        }
        network
    }
}

/// [`Norm`] seen as registers.
pub(in crate::train) struct Normaliser<'a, T: Lane, S: Simd> {
    on: &'a [T::V<S>],
    mean: &'a mut [T::V<S>],
    variance: &'a mut [T::V<S>],
    scale: &'a mut [T::V<S>],
    follow: Pack<T, S>,
    constant: Pack<T, S>,
}

impl<'a, T: Lane, S: Simd> Normaliser<'a, T, S> {
    #[inline(always)]
    pub fn new(s: S, norm: &'a mut Norm, follow: f64) -> Self {
        Normaliser {
            on: norm.on.get(),
            mean: norm.mean.get_mut(),
            variance: norm.variance.get_mut(),
            scale: norm.scale.get_mut(),
            follow: Pack::of(s, follow),
            constant: Pack::of(s, CONSTANT),
        }
    }

    /// z and dz/d(sum + bias) for the sums of the register of neurons `at`; then the averages follow. No bias: the mean
    /// stays 0.
    #[inline(always)]
    pub fn normalise(&mut self, at: usize, sum: Pack<T, S>, bias: Option<Pack<T, S>>) -> [Pack<T, S>; 2] {
        let s = sum.simd();
        let [one, tiny] = [Pack::of(s, 1.0), Pack::splat(s, T::TINY)];
        let [mean, variance, scale] =
            [&self.mean[at], &self.variance[at], &self.scale[at]].map(|v| Pack::<T, S>::new(s, *v));
        let follow = self.follow * Pack::new(s, self.on[at]);
        let off = sum - mean;
        let z = bias.map_or(off, |b| off + b) * scale;
        if bias.is_some() {
            self.mean[at] = follow.fma(off, mean + tiny).v;
        }
        let next = follow.fma(off * off - variance, variance + tiny);
        // Newton's steps: `inverse_root` is made for less.
        let (half, mut root) = (next * Pack::of(s, -0.5), next.inverse_root());
        for _ in 0..2 {
            root = root * (half * root).fma(root, Pack::of(s, 1.5));
        }
        let root = next.less(self.constant, one, root);
        self.variance[at] = next.v;
        self.scale[at] = Pack::new(s, self.on[at]).less(one, one, root).v;
        [z, scale]
    }
}
