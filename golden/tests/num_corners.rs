//! Corner cases of `golden::num`, and agreement with the `fixed` crate.

use fixed::types::extra::{LeEqU128, U0, U7, U12, U15, U16, U20, U23, U31, U47};
use fixed::{FixedI16, FixedI32, FixedI128, FixedU16, FixedU32};
use gainstage_golden::num::{Format, FormatError, Rounding, quantize, requantize, round_shift};
use proptest::prelude::*;

const ROUNDINGS: [Rounding; 4] = [Rounding::HalfUp, Rounding::HalfAway, Rounding::HalfEven, Rounding::Floor];

fn f(signed: bool, width: u32, frac: i32) -> Format {
    Format::new(signed, width, frac).expect("a legal format")
}

#[test]
fn ties_of_both_signs() {
    // -2.5, -1.5, -0.5, 0.5, 1.5, 2.5 in quarters.
    let of = |r| [-10, -6, -2, 2, 6, 10].map(|q| round_shift(q, 2, r));
    assert_eq!(of(Rounding::HalfUp), [-2, -1, 0, 1, 2, 3]);
    assert_eq!(of(Rounding::HalfAway), [-3, -2, -1, 1, 2, 3]);
    assert_eq!(of(Rounding::HalfEven), [-2, -2, 0, 0, 2, 2]);
    assert_eq!(of(Rounding::Floor), [-3, -2, -1, 0, 1, 2]);
}

#[test]
fn shifts_beyond_the_word() {
    assert_eq!(ROUNDINGS.map(|r| round_shift(1 << 126, 127, r)), [1, 1, 0, 0]);
    assert_eq!(ROUNDINGS.map(|r| round_shift(i128::MIN, 127, r)), [-1; 4]);
    assert_eq!(ROUNDINGS.map(|r| round_shift(i128::MIN, 128, r)), [0, -1, 0, -1]);
    assert_eq!(ROUNDINGS.map(|r| round_shift(-1, i32::MAX, r)), [0, 0, 0, -1]);
    assert_eq!(ROUNDINGS.map(|r| round_shift(0, i32::MIN, r)), [0; 4]);
}

#[test]
#[should_panic(expected = "does not fit 128 bits")]
fn a_left_shift_never_wraps() {
    round_shift(1, -127, Rounding::HalfUp);
}

#[test]
fn requantize_saturates_where_the_word_ends() {
    let of = |v, from| requantize(v, from, f(true, 8, 0), Rounding::HalfUp);
    assert_eq!(of(0, -500), 0);
    assert_eq!(of(1, -500), 127);
    assert_eq!(of(-1, -127), -128);
    assert_eq!(of(i128::MIN, i32::MIN), -128);
    assert_eq!(of(i128::MIN, i32::MAX), 0);
}

/// The most negative code is reached and never passed; its mirror image and its square saturate.
#[test]
fn the_most_negative_code() {
    for width in [2, 8, 18, 48] {
        let q = f(true, width, 0);
        let least = q.min_code();
        assert_eq!(least, -q.max_code() - 1);
        assert_eq!(quantize(q.value(least) - 1.0, q, Rounding::HalfUp), Some(least));
        assert_eq!(q.saturate(-(least as i128)), q.max_code());
        let square = least as i128 * least as i128;
        assert_eq!(requantize(square, 0, q, Rounding::HalfUp), q.max_code());
        // With the square's own scale it is 2^(2W-2) · 2^-(W-1) = 2^(W-1): one too many.
        assert_eq!(requantize(square, width as i32 - 1, q, Rounding::HalfUp), q.max_code());
        assert_eq!(requantize(square, width as i32, q, Rounding::HalfUp), 1 << (width - 2));
        assert_eq!(quantize(-1.0, f(false, width, 3), Rounding::HalfUp), Some(0));
    }
}

#[test]
fn rounding_comes_before_saturation() {
    let q = f(true, 8, 0);
    assert_eq!(quantize(127.49, q, Rounding::HalfUp), Some(127));
    assert_eq!(quantize(127.5, q, Rounding::HalfUp), Some(127));
    assert_eq!(quantize(-128.5, q, Rounding::HalfUp), Some(-128));
    assert_eq!(quantize(-128.5, q, Rounding::HalfAway), Some(-128));
    assert_eq!(quantize(-0.5, f(false, 8, 0), Rounding::HalfAway), Some(0));
}

#[test]
fn fractions_outside_the_word() {
    // frac < 0: the codes count sixteens.
    let coarse = f(true, 8, -4);
    assert_eq!(coarse.ulp(), 16.0);
    assert_eq!(quantize(24.0, coarse, Rounding::HalfUp), Some(2));
    assert_eq!(quantize(-24.0, coarse, Rounding::HalfUp), Some(-1));
    assert_eq!(quantize(-24.0, coarse, Rounding::HalfAway), Some(-2));
    assert_eq!(quantize(1e9, coarse, Rounding::HalfUp), Some(127));
    // frac > width: the codes count 2^-20, and 127 of them are the most.
    let fine = f(true, 8, 20);
    assert_eq!(quantize(1.5 / 1048576.0, fine, Rounding::HalfUp), Some(2));
    assert_eq!(quantize(0.001, fine, Rounding::HalfUp), Some(127));
    assert_eq!(fine.value(-128), -128.0 / 1048576.0);
}

/// `floor(v + 0.5)` evaluated in doubles rounds these up; the exact rule does not.
#[test]
fn doubles_where_adding_a_half_rounds_twice() {
    let q = f(true, 48, 0);
    let below_half = f64::from_bits(0.5f64.to_bits() - 1);
    assert_eq!((below_half + 0.5).floor(), 1.0, "the trap is real");
    assert_eq!(quantize(below_half, q, Rounding::HalfUp), Some(0));
    assert_eq!(quantize(-below_half, q, Rounding::HalfUp), Some(0));
}

#[test]
fn special_doubles() {
    for q in [f(true, 2, -64), f(true, 48, 64), f(false, 18, 12), f(true, 16, 0)] {
        for r in ROUNDINGS {
            let of = |v| quantize(v, q, r);
            assert_eq!([of(f64::NAN), of(-f64::NAN)], [None; 2]);
            assert_eq!([of(f64::INFINITY), of(f64::MAX)], [Some(q.max_code()); 2]);
            assert_eq!([of(f64::NEG_INFINITY), of(f64::MIN)], [Some(q.min_code()); 2]);
            assert_eq!([of(0.0), of(-0.0)], [Some(0); 2]);
            let tiny = f64::from_bits(1);
            let below_zero = if r == Rounding::Floor && q.signed { -1 } else { 0 };
            assert_eq!([of(tiny), of(-tiny)], [Some(0), Some(below_zero)]);
        }
    }
}

#[test]
fn impossible_formats_are_refused() {
    for width in [0, 1, 49, 500, u32::MAX] {
        assert_eq!(Format::new(true, width, 0), Err(FormatError::Width(width)));
    }
    for frac in [-65, 65, i32::MIN, i32::MAX] {
        assert_eq!(Format::new(true, 8, frac), Err(FormatError::Frac(frac)));
    }
    // A file cannot smuggle one in either.
    let json = r#"{"signed":true,"width":500,"frac":0}"#;
    let error = serde_json::from_str::<Format>(json).expect_err("refused").to_string();
    assert!(error.contains("500 bits"), "{error}");
}

/// Rounding to an integer as `fixed` does it: its own names for the same four rules.
fn fixed_rounded<F: LeEqU128>(v: i128, r: Rounding) -> i128 {
    let x = FixedI128::<F>::from_bits(v);
    match r {
        Rounding::HalfUp => (x + FixedI128::<F>::from_num(0.5)).floor(),
        Rounding::HalfAway => x.round(),
        Rounding::HalfEven => x.round_ties_even(),
        Rounding::Floor => x.floor(),
    }
    .to_num::<i128>()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn round_shift_agrees_with_fixed(wide in any::<i64>(), narrow in any::<i16>()) {
        for r in ROUNDINGS {
            for v in [wide as i128, narrow as i128] {
                prop_assert_eq!(round_shift(v, 7, r), fixed_rounded::<U7>(v, r));
                prop_assert_eq!(round_shift(v, 12, r), fixed_rounded::<U12>(v, r));
                prop_assert_eq!(round_shift(v, 31, r), fixed_rounded::<U31>(v, r));
                prop_assert_eq!(round_shift(v, 47, r), fixed_rounded::<U47>(v, r));
            }
        }
    }

    /// `fixed` drops bits by flooring and can saturate: the whole of `requantize` with `Floor`.
    #[test]
    fn requantize_agrees_with_fixed(v in any::<i64>(), by in 0u32..60) {
        let v = v >> by;
        let x = FixedI128::<U31>::from_bits(v as i128);
        let of = |to| requantize(v as i128, 31, to, Rounding::Floor);
        prop_assert_eq!(of(f(true, 16, 7)), FixedI16::<U7>::saturating_from_num(x).to_bits() as i64);
        prop_assert_eq!(of(f(true, 16, 15)), FixedI16::<U15>::saturating_from_num(x).to_bits() as i64);
        prop_assert_eq!(of(f(true, 32, 31)), FixedI32::<U31>::saturating_from_num(x).to_bits() as i64);
        prop_assert_eq!(of(f(false, 16, 16)), FixedU16::<U16>::saturating_from_num(x).to_bits() as i64);
        prop_assert_eq!(of(f(false, 32, 0)), FixedU32::<U0>::saturating_from_num(x).to_bits() as i64);
    }

    /// `fixed` reads doubles to the nearest, ties to even.
    #[test]
    fn quantize_agrees_with_fixed(bits in any::<u64>(), near in -70000i64..70000, e in 0i32..24) {
        for v in [f64::from_bits(bits), near as f64 * 2f64.powi(-e)] {
            if !v.is_finite() {
                continue;
            }
            let of = |to| quantize(v, to, Rounding::HalfEven).expect("a number");
            prop_assert_eq!(of(f(true, 16, 12)), FixedI16::<U12>::saturating_from_num(v).to_bits() as i64);
            prop_assert_eq!(of(f(true, 32, 20)), FixedI32::<U20>::saturating_from_num(v).to_bits() as i64);
            prop_assert_eq!(of(f(false, 32, 23)), FixedU32::<U23>::saturating_from_num(v).to_bits() as i64);
        }
    }
}
