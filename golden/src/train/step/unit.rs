//! A register of neurons: y = G(H(z)) and its slope G'(H(z))·H'(z), lane by lane.

use super::lanes::{Lane, Pack};
use super::math::{exp_neg, ln_1p};
use super::shape::{Needs, Shape};
use pulp::Simd;

/// Outputs and slopes for the pre-activations `z`. `at` gives the coefficients in the order of [`Unit`]; `learned`
/// puts in H and H' of neurons whose function is given by points.
///
/// [`Unit`]: super::shape::Unit
#[inline(always)]
pub(in crate::train) fn unit<T: Lane, S: Simd>(
    s: S,
    needs: Needs,
    at: impl Fn(usize) -> Pack<T, S> + Copy,
    learned: impl FnOnce(&Pack<T, S>, &mut Pack<T, S>, &mut Pack<T, S>),
    z: Pack<T, S>,
) -> (Pack<T, S>, Pack<T, S>) {
    let (mut h, mut dh) = (z, Pack::of(s, 1.0));
    if needs.activation {
        (h, dh) = activation(s, needs, at, z);
    }
    if needs.learned {
        learned(&z, &mut h, &mut dh);
    }
    if needs.kind { kind(s, needs, at, h, dh) } else { (h, dh) }
}

/// G(h) and G'(h)·H'(z), given h and H'(z).
#[inline(always)]
fn kind<T: Lane, S: Simd>(
    s: S,
    needs: Needs,
    at: impl Fn(usize) -> Pack<T, S>,
    h: Pack<T, S>,
    dh: Pack<T, S>,
) -> (Pack<T, S>, Pack<T, S>) {
    let (ordinary, amplifying) = (at(6), at(7));
    let (mut factor, mut slope) = (amplifying.fma(h, ordinary), (amplifying + amplifying).fma(h, ordinary));
    if needs.attenuating {
        // G' = (b - h²) / (h² + b)² as (2b·q - 1)·q with q = 1 / (h² + b): neither factor overflows.
        let (attenuating, b) = (at(8), at(9));
        let one = Pack::of(s, 1.0);
        let q = one / h.fma(h, b);
        factor = attenuating.fma(q, factor);
        slope = (attenuating * q).fma((b + b).fma(q, Pack::of(s, -1.0)), slope);
    }
    (h * factor, dh * slope)
}

/// Puts in the neurons of block `j` of a layer whose function is given by points.
#[inline(always)]
pub(in crate::train) fn learned<T: Lane, S: Simd>(
    shape: &Shape,
    j: usize,
    z: &Pack<T, S>,
    h: &mut Pack<T, S>,
    dh: &mut Pack<T, S>,
) {
    let lanes = Pack::<T, S>::LANES;
    for (n, function) in shape.learned.iter().filter(|(n, _)| n / lanes == j) {
        let z = z.lane(n % lanes);
        h.set_lane(n % lanes, function.eval(z));
        dh.set_lane(n % lanes, function.derivative(z));
    }
}

/// H(z) and H'(z), both as sums of the functions that occur.
#[inline(always)]
fn activation<T: Lane, S: Simd>(
    s: S,
    needs: Needs,
    at: impl Fn(usize) -> Pack<T, S>,
    z: Pack<T, S>,
) -> (Pack<T, S>, Pack<T, S>) {
    let (zero, one) = (Pack::of(s, 0.0), Pack::of(s, 1.0));
    let (linear, relu) = (at(0), at(1));
    let positive = z.max(zero);
    let mut h = relu.fma(positive, linear * z);
    let mut slope = linear + z.less(zero, zero, relu);
    if needs.exp() {
        // One division serves e/(2+e), 1/(1+e) and the sigmoid.
        let e = exp_neg(s, z.abs());
        let (p, r) = (one + e, one + (one + e));
        let q = one / (p * r);
        let inverse = r * q;
        let sigmoid = z.less(zero, e * inverse, inverse);
        if needs.softplus {
            let c = at(2);
            h = c.fma(positive + ln_1p(s, e * p * q), h);
            slope = c.fma(sigmoid, slope);
        }
        if needs.sigmoid {
            let c = at(3);
            h = c.fma(sigmoid, h);
            slope = (c * e).fma(inverse * inverse, slope);
        }
        if needs.elu {
            let c = at(4);
            h = c.fma(z.less(zero, e - one, z), h);
            slope = c.fma(z.less(zero, e, one), slope);
        }
        if needs.tanh {
            let c = at(5);
            let e2 = e * e;
            let inverse = one / (one + e2);
            let t = (one - e2) * inverse;
            h = c.fma(z.less(zero, zero - t, t), h);
            slope = (c * Pack::of(s, 4.0) * e2).fma(inverse * inverse, slope);
        }
    }
    (h, slope)
}
