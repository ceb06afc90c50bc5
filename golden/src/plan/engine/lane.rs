//! The numbers that lanes are made of, and the few exact operations a plan needs of them.

use super::{LaneType, magnitude};
use crate::plan::Plan;

impl LaneType {
    /// Whether such lanes hold every sum and every code of a plan. Tables and divisions may need more than `f64` has
    /// and are then computed in integers; with `f32` that would cost more than `f64` lanes do.
    pub(super) fn holds(self, plan: &Plan) -> bool {
        match self {
            LaneType::F32 => magnitude::of_plan(plan) <= f32::EXACT,
            LaneType::F64 => magnitude::of_sums(plan) <= f64::EXACT,
            LaneType::I64 => true,
        }
    }
}

/// An integer in a lane. Operations are exact while magnitudes stay within [`Lane::EXACT`].
pub(super) trait Lane: Copy + Default + PartialOrd + Send + Sync + 'static {
    /// The largest magnitude up to which every integer is exact.
    const EXACT: u128;
    /// A power of two to multiply by, ready to use.
    type Scale: Copy + Send + Sync;

    /// The number of a code.
    fn of(code: i64) -> Self;
    /// The code of a number.
    fn code(self) -> i64;
    /// 2^-right, or 2^left for a negative `right`; at most 63 bits either way.
    fn scale(right: i32) -> Self::Scale;
    /// floor(self · scale).
    fn shifted(self, by: Self::Scale) -> Self;
    /// floor(self · scale + 1/2), with whatever lies outside `limit` taken to its nearer end first: the end of a
    /// range that saturates in any case, so that a left shift stays in 64 bits.
    fn rounded(self, by: Self::Scale, limit: (Self, Self)) -> Self;
    /// `self + a·b`; `FMA` says that the processor has an instruction for it.
    fn add_product<const FMA: bool>(self, a: Self, b: Self) -> Self;
    fn plus(self, other: Self) -> Self;
    fn minus(self, other: Self) -> Self;
    fn times(self, other: Self) -> Self;
    fn magnitude(self) -> Self;
    fn within(self, lo: Self, hi: Self) -> Self;
    /// floor(self / d), for self ≥ 0 and d > 0.
    fn quotient<const FMA: bool>(self, d: Self) -> Self;
    /// An index; negative numbers are 0.
    fn index(self) -> usize;
}

macro_rules! float {
    ($t:ident, $bits:literal) => {
        impl Lane for $t {
            const EXACT: u128 = 1 << $bits;
            type Scale = $t;

            #[inline(always)]
            fn of(code: i64) -> $t {
                code as $t
            }
            #[inline(always)]
            fn code(self) -> i64 {
                self as i64
            }
            fn scale(right: i32) -> $t {
                let power = (1u64 << right.unsigned_abs().min(63)) as $t;
                if right < 0 { power } else { 1.0 / power }
            }
            #[inline(always)]
            fn shifted(self, by: $t) -> $t {
                (self * by).floor()
            }
            #[inline(always)]
            fn rounded(self, by: $t, limit: ($t, $t)) -> $t {
                // Scaling by a power of two is exact; the half that is added to an integer vanishes in the floor,
                // for what is inside the limits is below 2^23 (2^52) there.
                ((self * by).within(limit.0, limit.1) + 0.5).floor()
            }
            #[inline(always)]
            fn add_product<const FMA: bool>(self, a: $t, b: $t) -> $t {
                if FMA { a.mul_add(b, self) } else { a * b + self }
            }
            #[inline(always)]
            fn plus(self, other: $t) -> $t {
                self + other
            }
            #[inline(always)]
            fn minus(self, other: $t) -> $t {
                self - other
            }
            #[inline(always)]
            fn times(self, other: $t) -> $t {
                self * other
            }
            #[inline(always)]
            fn magnitude(self) -> $t {
                self.abs()
            }
            #[inline(always)]
            fn within(self, lo: $t, hi: $t) -> $t {
                let low = if self < lo { lo } else { self };
                if low > hi { hi } else { low }
            }
            #[inline(always)]
            fn quotient<const FMA: bool>(self, d: $t) -> $t {
                // The rounded quotient may have reached the next integer: the exact remainder is then negative.
                let q = (self / d).floor();
                let remainder = self.add_product::<FMA>(-q, d);
                if remainder < 0.0 { q - 1.0 } else { q }
            }
            #[inline(always)]
            fn index(self) -> usize {
                let i = self as i32;
                i.max(0) as usize
            }
        }
    };
}

float!(f32, 24);
float!(f64, 53);

impl Lane for i64 {
    const EXACT: u128 = u128::MAX;
    /// (left, right): one of them is 0.
    type Scale = (u32, u32);

    #[inline(always)]
    fn of(code: i64) -> i64 {
        code
    }
    #[inline(always)]
    fn code(self) -> i64 {
        self
    }
    fn scale(right: i32) -> (u32, u32) {
        ((-right).clamp(0, 63) as u32, right.clamp(0, 63) as u32)
    }
    #[inline(always)]
    fn shifted(self, by: (u32, u32)) -> i64 {
        (self << by.0) >> by.1
    }
    #[inline(always)]
    fn rounded(self, by: (u32, u32), limit: (i64, i64)) -> i64 {
        if by.0 > 0 {
            // One past the range before the shift: what lies beyond saturates anyway.
            let (lo, hi) = ((limit.0 >> by.0) - 1, (limit.1 >> by.0) + 1);
            // A shift of up to 63 on a value within ±(2^47 >> left) + 1 stays inside i64 for left ≤ 62.
            self.clamp(lo, hi) << by.0.min(62)
        } else {
            // Half up on the shifted-out bits: (v >> r) + bit(r-1), which cannot overflow.
            let carry = if by.1 > 0 { (self >> (by.1 - 1)) & 1 } else { 0 };
            (self >> by.1) + carry
        }
    }
    #[inline(always)]
    fn add_product<const FMA: bool>(self, a: i64, b: i64) -> i64 {
        self + a * b
    }
    #[inline(always)]
    fn plus(self, other: i64) -> i64 {
        self + other
    }
    #[inline(always)]
    fn minus(self, other: i64) -> i64 {
        self - other
    }
    #[inline(always)]
    fn times(self, other: i64) -> i64 {
        self * other
    }
    #[inline(always)]
    fn magnitude(self) -> i64 {
        self.abs()
    }
    #[inline(always)]
    fn within(self, lo: i64, hi: i64) -> i64 {
        self.clamp(lo, hi)
    }
    #[inline(always)]
    fn quotient<const FMA: bool>(self, d: i64) -> i64 {
        self / d
    }
    #[inline(always)]
    fn index(self) -> usize {
        self.max(0) as usize
    }
}
