//! `golden::num` against big integers: an oracle without widths, shifts or limits.

use gainstage_golden::num::{
    Format, Rounding, bits_signed, bits_unsigned, quantize, requantize, round_shift,
};
use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{One, Signed, ToPrimitive, Zero};
use proptest::prelude::*;

const ROUNDINGS: [Rounding; 4] = [Rounding::HalfUp, Rounding::HalfAway, Rounding::HalfEven, Rounding::Floor];

fn pow2(e: i32) -> BigRational {
    let p = BigRational::from_integer(BigInt::one() << e.unsigned_abs());
    if e < 0 { p.recip() } else { p }
}

/// The definition of each rounding, on exact rationals.
fn round(v: &BigRational, rounding: Rounding) -> BigInt {
    let half = pow2(-1);
    match rounding {
        Rounding::Floor => v.floor().to_integer(),
        Rounding::HalfUp => (v + half).floor().to_integer(),
        Rounding::HalfAway => {
            let magnitude = (v.abs() + half).floor().to_integer();
            if v.is_negative() { -magnitude } else { magnitude }
        }
        Rounding::HalfEven => {
            let up = (v + &half).floor().to_integer();
            let tie = (v - v.floor()) == half;
            if tie && (&up % 2u8) != BigInt::zero() { up - 1 } else { up }
        }
    }
}

/// Round first, then saturate.
fn code(v: &BigRational, to: Format, rounding: Rounding) -> i64 {
    let (lo, hi) = (BigInt::from(to.min_code()), BigInt::from(to.max_code()));
    round(v, rounding).clamp(lo, hi).to_i64().expect("a code")
}

fn scaled(v: i128, exponent: i32) -> BigRational {
    BigRational::from_integer(BigInt::from(v)) * pow2(exponent)
}

fn exact(v: f64) -> BigRational {
    BigRational::from_float(v).expect("finite")
}

fn any_format() -> impl Strategy<Value = Format> {
    (any::<bool>(), 2u32..=48, -64i32..=64).prop_map(|(s, w, f)| Format::new(s, w, f).expect("legal"))
}

/// Integers of every length, and integers on and beside a tie, so that ties are common.
fn any_sum() -> impl Strategy<Value = i128> {
    let near_tie =
        (any::<i32>(), 1u32..90, -1i128..=1).prop_map(|(high, s, d)| ((2 * high as i128 + 1) << s) / 2 + d);
    prop_oneof![
        (any::<i128>(), 0u32..128).prop_map(|(v, s)| v >> s),
        near_tie,
        Just(0),
        Just(i128::MIN),
        Just(i128::MAX),
        (0u32..127, any::<bool>()).prop_map(|(s, neg)| if neg { -(1i128 << s) } else { 1i128 << s }),
    ]
}

/// Doubles of every class, and doubles that sit on or beside a rounding boundary of some format.
fn any_double() -> impl Strategy<Value = f64> {
    prop_oneof![
        any::<u64>().prop_map(f64::from_bits),
        (-(1i64 << 53)..(1 << 53), -100i32..100).prop_map(|(m, e)| m as f64 * 2f64.powi(e)),
        (-2000i64..2000, -70i32..70, -1i64..=1).prop_map(|(n, e, d)| {
            let v = (n as f64 + 0.5) * 2f64.powi(e);
            f64::from_bits(v.to_bits().wrapping_add_signed(d))
        }),
    ]
    .prop_filter("a number", |v| !v.is_nan())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn right_shifts_round_as_unbounded_integers(v in any_sum(), shift in 0i32..300) {
        for r in ROUNDINGS {
            prop_assert_eq!(BigInt::from(round_shift(v, shift, r)), round(&scaled(v, -shift), r), "{:?}", r);
        }
    }

    #[test]
    fn left_shifts_are_exact(v in any::<i64>(), shift in 0i32..63) {
        for r in ROUNDINGS {
            prop_assert_eq!(BigInt::from(round_shift(v as i128, -shift, r)), BigInt::from(v) << shift);
        }
    }

    #[test]
    fn requantize_rounds_then_saturates(v in any_sum(), from in -300i32..300, to in any_format()) {
        for r in ROUNDINGS {
            prop_assert_eq!(requantize(v, from, to, r), code(&scaled(v, to.frac - from), to, r), "{:?}", r);
        }
    }

    #[test]
    fn quantize_is_exact_on_every_double(v in any_double(), to in any_format()) {
        for r in ROUNDINGS {
            let expected = if v.is_infinite() {
                if v > 0.0 { to.max_code() } else { to.min_code() }
            } else {
                code(&(exact(v) * pow2(to.frac)), to, r)
            };
            prop_assert_eq!(quantize(v, to, r), Some(expected), "{:?}", r);
        }
    }

    #[test]
    fn quantize_near_the_codes_of_the_format(to in any_format(), pick in any::<u64>(), quarter in -4i32..=4) {
        let span = (to.max_code() - to.min_code()) as u64 + 1;
        let base = to.min_code() + (pick % span) as i64;
        let v = to.value(base) + quarter as f64 / 4.0 * to.ulp();
        for r in ROUNDINGS {
            prop_assert_eq!(quantize(v, to, r), Some(code(&(exact(v) * pow2(to.frac)), to, r)), "{:?}", r);
        }
    }

    #[test]
    fn values_of_codes_are_exact_and_come_back(to in any_format(), pick in any::<u64>()) {
        let span = (to.max_code() - to.min_code()) as u64 + 1;
        for c in [to.min_code(), to.max_code(), to.min_code() + (pick % span) as i64] {
            prop_assert!(to.contains(c));
            prop_assert_eq!(exact(to.value(c)), scaled(c as i128, -to.frac));
            for r in ROUNDINGS {
                prop_assert_eq!(quantize(to.value(c), to, r), Some(c));
            }
        }
        prop_assert!(!to.contains(to.min_code() - 1) && !to.contains(to.max_code() + 1));
        prop_assert_eq!(exact(to.ulp()), pow2(-to.frac));
    }

    #[test]
    fn saturate_is_the_nearest_code(to in any_format(), v in any_sum()) {
        let nearest = BigInt::from(v).clamp(to.min_code().into(), to.max_code().into());
        prop_assert_eq!(BigInt::from(to.saturate(v)), nearest);
    }

    #[test]
    fn widths_hold_their_range_and_not_a_bit_less(a in any_sum(), b in any_sum()) {
        let (lo, hi) = (a.min(b), a.max(b));
        let holds = |w: u32| {
            let limit = BigInt::one() << (w - 1);
            BigInt::from(lo) >= -limit.clone() && BigInt::from(hi) < limit
        };
        let w = bits_signed(lo, hi);
        prop_assert!(holds(w) && (w == 1 || !holds(w - 1)));
        if hi >= 0 {
            prop_assert_eq!(bits_unsigned(hi) as u64, BigInt::from(hi).bits().max(1));
        }
    }

    #[test]
    fn half_away_and_half_even_are_odd(v in any_sum(), shift in 1i32..140) {
        prop_assume!(v != i128::MIN);
        for r in [Rounding::HalfAway, Rounding::HalfEven] {
            prop_assert_eq!(round_shift(-v, shift, r), -round_shift(v, shift, r));
        }
    }
}

/// Numbers of the `fixed` crate are codes, to the bit.
#[cfg(feature = "fixed")]
mod fixed_numbers {
    use super::*;
    use fixed::traits::Fixed;
    use fixed::types::{I0F16, I8F8, I40F24, U24F8};

    fn there<F: Fixed>(bits: F, to: Format, rounding: Rounding) -> Result<(), TestCaseError>
    where
        i128: From<F::Bits>,
    {
        let ulps = scaled(i128::from(bits.to_bits()), to.frac - F::FRAC_NBITS as i32);
        prop_assert_eq!(to.from_fixed(bits, rounding), Some(code(&ulps, to, rounding)));
        Ok(())
    }

    fn back<F: Fixed>(from: Format, c: i64) -> Result<(), TestCaseError>
    where
        i128: From<F::Bits>,
    {
        let exact = scaled(c as i128, -from.frac);
        let bits = &exact * pow2(F::FRAC_NBITS as i32);
        let (least, most) = (F::MIN.to_bits().into(), F::MAX.to_bits().into());
        let fits = bits.is_integer() && bits >= scaled(least, 0) && bits <= scaled(most, 0);
        match from.to_fixed::<F>(c) {
            Some(v) => prop_assert_eq!(scaled(v.to_bits().into(), -(F::FRAC_NBITS as i32)), exact),
            None => prop_assert!(!fits, "{from} {c} is a number of this type"),
        }
        Ok(())
    }

    proptest! {
        #[test]
        fn are_codes(f in any_format(), r in prop::sample::select(&ROUNDINGS[..]), bits: i64, part: u64) {
            there(I40F24::from_bits(bits), f, r)?;
            there(U24F8::from_bits(bits as u32), f, r)?;
            there(I0F16::from_bits(bits as i16), f, r)?;
            let span = (f.max_code() - f.min_code()) as u64 + 1;
            let code = f.min_code() + (part % span) as i64;
            // Few bits of many, so that some fit.
            for c in [code, code >> 16 << 16, code.clamp(-200, 200).max(f.min_code()), 0] {
                back::<I40F24>(f, c)?;
                back::<U24F8>(f, c)?;
                back::<I0F16>(f, c)?;
            }
        }
    }

    #[test]
    fn have_formats() {
        assert_eq!(Format::of_fixed::<I8F8>(), Format::new(true, 16, 8));
        assert_eq!(Format::of_fixed::<U24F8>(), Format::new(false, 32, 8));
        assert!(Format::of_fixed::<I40F24>().is_err_and(|e| e.to_string().contains("64 bits")));
    }
}
