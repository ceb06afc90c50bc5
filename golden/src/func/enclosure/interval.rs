//! Closed intervals over any [`Digits`].

use super::{Call, Digits};

/// All numbers from `lo` to `hi`.
#[derive(Clone, Debug)]
pub struct Interval<N> {
    /// Not above the value.
    pub lo: N,
    /// Not below the value.
    pub hi: N,
    /// Somewhere in the arguments an operation is not defined, or jumps: a pole, the logarithm of 0. Stays set whatever
    /// comes later: atan(1/x) is bounded, and jumps at 0 all the same.
    pub broken: bool,
}

impl<N: Clone> Interval<N> {
    /// The number of an `f64`.
    pub fn point<D: Digits<N = N>>(d: &D, v: f64) -> Interval<N> {
        Interval::span(d, v, v)
    }

    /// From one `f64` to another.
    pub fn span<D: Digits<N = N>>(d: &D, lo: f64, hi: f64) -> Interval<N> {
        Interval { lo: d.of(lo), hi: d.of(hi), broken: false }
    }

    /// Both ends as `f64`, rounded outwards.
    pub fn ends<D: Digits<N = N>>(&self, d: &D) -> (f64, f64) {
        (d.to_f64(&self.lo, false), d.to_f64(&self.hi, true))
    }

    pub(super) fn of((lo, hi): (N, N), broken: bool) -> Interval<N> {
        Interval { lo, hi, broken }
    }

    /// Everything: nothing is known.
    pub(super) fn whole<D: Digits<N = N>>(d: &D, broken: bool) -> Interval<N> {
        Interval { broken, ..Interval::span(d, f64::NEG_INFINITY, f64::INFINITY) }
    }

    pub(super) fn negative<D: Digits<N = N>>(d: &D, v: &N) -> bool {
        d.less(v, &d.of(0.0))
    }

    pub(super) fn positive<D: Digits<N = N>>(d: &D, v: &N) -> bool {
        d.less(&d.of(0.0), v)
    }

    /// Whether 0 lies in it.
    pub(super) fn has_zero<D: Digits<N = N>>(&self, d: &D) -> bool {
        !Self::positive(d, &self.lo) && !Self::negative(d, &self.hi)
    }

    /// -self
    pub fn neg<D: Digits<N = N>>(&self, d: &D) -> Interval<N> {
        Interval { lo: d.neg(&self.hi), hi: d.neg(&self.lo), broken: self.broken }
    }

    /// self + b
    pub fn add<D: Digits<N = N>>(&self, d: &D, b: &Interval<N>) -> Interval<N> {
        let pair = (d.add(&self.lo, &b.lo).0, d.add(&self.hi, &b.hi).1);
        Interval::of(pair, self.broken || b.broken)
    }

    /// self - b
    pub fn sub<D: Digits<N = N>>(&self, d: &D, b: &Interval<N>) -> Interval<N> {
        self.add(d, &b.neg(d))
    }

    /// self · b
    pub fn mul<D: Digits<N = N>>(&self, d: &D, b: &Interval<N>) -> Interval<N> {
        self.corners(d, b, |x, y| d.mul(x, y), self.broken || b.broken)
    }

    /// self²
    pub fn square<D: Digits<N = N>>(&self, d: &D) -> Interval<N> {
        let a = self.call(d, Call::Abs);
        Interval::of((d.mul(&a.lo, &a.lo).0, d.mul(&a.hi, &a.hi).1), a.broken)
    }

    /// self / b; everything, and broken, where b may be 0.
    pub fn div<D: Digits<N = N>>(&self, d: &D, b: &Interval<N>) -> Interval<N> {
        if b.has_zero(d) {
            return Interval::whole(d, true);
        }
        self.corners(d, b, |x, y| d.div(x, y), self.broken || b.broken)
    }

    /// The hull of an operation, monotone in each operand, at the four pairs of ends.
    pub(super) fn corners<D: Digits<N = N>>(
        &self,
        d: &D,
        b: &Interval<N>,
        f: impl Fn(&N, &N) -> (N, N),
        broken: bool,
    ) -> Interval<N> {
        let (mut lo, mut hi) = f(&self.lo, &b.lo);
        for (x, y) in [(&self.lo, &b.hi), (&self.hi, &b.lo), (&self.hi, &b.hi)] {
            let (down, up) = f(x, y);
            lo = if d.less(&down, &lo) { down } else { lo };
            hi = if d.less(&hi, &up) { up } else { hi };
        }
        Interval { lo, hi, broken }
    }

    /// The smaller of two values.
    pub(super) fn min<D: Digits<N = N>>(&self, d: &D, b: &Interval<N>) -> Interval<N> {
        let less = |x: &N, y: &N| if d.less(y, x) { y.clone() } else { x.clone() };
        Interval::of((less(&self.lo, &b.lo), less(&self.hi, &b.hi)), self.broken || b.broken)
    }

    /// The larger of two values.
    pub(super) fn max<D: Digits<N = N>>(&self, d: &D, b: &Interval<N>) -> Interval<N> {
        self.neg(d).min(d, &b.neg(d)).neg(d)
    }

    /// A function of one argument.
    pub fn call<D: Digits<N = N>>(&self, d: &D, f: Call) -> Interval<N> {
        match f {
            Call::Abs if Self::negative(d, &self.hi) => self.neg(d),
            Call::Abs if Self::negative(d, &self.lo) => {
                let most = self.max(d, &self.neg(d)).hi;
                Interval::of((d.of(0.0), most), self.broken)
            }
            Call::Abs => self.clone(),
            Call::Sin | Call::Cos => self.wave(d, f),
            Call::Tan => self.wave(d, Call::Sin).div(d, &self.wave(d, Call::Cos)),
            Call::Cosh => self.call(d, Call::Abs).rising(d, f),
            Call::Ln | Call::Log2 | Call::Log10 => self.logarithm(d, f, 0.0),
            Call::Ln1p => self.logarithm(d, f, -1.0),
            Call::Sqrt => self.within(d, 0.0, f64::INFINITY).rising(d, f),
            Call::Asin => self.within(d, -1.0, 1.0).rising(d, f),
            Call::Acos => self.within(d, -1.0, 1.0).neg(d).rising(d, Call::Asin).from_quarter(d),
            _ => self.rising(d, f),
        }
    }

    /// A function that rises.
    fn rising<D: Digits<N = N>>(&self, d: &D, f: Call) -> Interval<N> {
        let pair = d.call(f, &self.lo);
        // Points are the usual case.
        if !d.less(&self.lo, &self.hi) {
            return Interval::of(pair, self.broken);
        }
        Interval::of((pair.0, d.call(f, &self.hi).1), self.broken)
    }

    /// π/2 + self: the inverse cosine from the inverse sine of the negated argument.
    #[allow(clippy::wrong_self_convention)]
    fn from_quarter<D: Digits<N = N>>(&self, d: &D) -> Interval<N> {
        let half = Interval::point(d, 0.5).mul(d, &Interval::of(d.pi(), false));
        half.add(d, self)
    }

    /// Sine or cosine: neither leaves -1 to 1, and neither changes by more than its argument does.
    fn wave<D: Digits<N = N>>(&self, d: &D, f: Call) -> Interval<N> {
        let (lo, hi) = self.ends(d);
        if !(lo.is_finite() && hi.is_finite()) {
            return Interval { broken: self.broken, ..Interval::span(d, -1.0, 1.0) };
        }
        let mut value = Interval::of(d.call(f, &self.lo), self.broken);
        if d.less(&self.lo, &self.hi) {
            let width = d.add(&self.hi, &d.neg(&self.lo)).1;
            value =
                Interval::of((d.add(&value.lo, &d.neg(&width)).0, d.add(&value.hi, &width).1), self.broken);
        }
        let (low, high) = (Interval::point(d, -1.0), Interval::point(d, 1.0));
        let ends = (value.max(d, &low).lo, value.min(d, &high).hi);
        Interval::of(ends, value.broken)
    }

    /// A logarithm with its pole at `pole`.
    fn logarithm<D: Digits<N = N>>(&self, d: &D, f: Call, pole: f64) -> Interval<N> {
        let pole = d.of(pole);
        if !d.less(&pole, &self.hi) {
            return Interval::whole(d, true);
        }
        if d.less(&pole, &self.lo) {
            return self.rising(d, f);
        }
        Interval { lo: d.of(f64::NEG_INFINITY), hi: d.call(f, &self.hi).1, broken: true }
    }

    /// The part of the interval that lies in a function's domain: what rounding put beyond its end is not there. All of it
    /// outside: broken.
    fn within<D: Digits<N = N>>(&self, d: &D, least: f64, most: f64) -> Interval<N> {
        let (least, most) = (d.of(least), d.of(most));
        let outside = d.less(&self.hi, &least) || d.less(&most, &self.lo);
        let held = |v: &N| {
            if d.less(v, &least) {
                least.clone()
            } else if d.less(&most, v) {
                most.clone()
            } else {
                v.clone()
            }
        };
        Interval { lo: held(&self.lo), hi: held(&self.hi), broken: self.broken || outside }
    }
}
