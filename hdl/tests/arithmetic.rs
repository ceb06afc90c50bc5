//! Graphs against exact integers and the golden number contract.

mod common;

use common::{ROUNDINGS, dot, format};
use gainstage_golden::num;
use gainstage_hdl::expr::{Column, Graph, Op, Range, RomStyle, Sig, Term};
use proptest::prelude::*;

type Unary = fn(&mut Graph, Sig) -> Sig;

fn one(lo: i64, hi: i64, x: i64, f: impl FnOnce(&mut Graph, Sig) -> Sig) -> i128 {
    let mut g = Graph::new();
    let a = g.input_range("a", lo as i128, hi as i128);
    let y = f(&mut g, a);
    g.output_range("y", y);
    g.evaluate_wide(&[x as i128])[0]
}

fn two(ranges: [(i64, i64); 2], x: [i64; 2], f: fn(&mut Graph, Sig, Sig) -> Sig) -> i128 {
    let mut g = Graph::new();
    let a = g.input_range("a", ranges[0].0 as i128, ranges[0].1 as i128);
    let b = g.input_range("b", ranges[1].0 as i128, ranges[1].1 as i128);
    let y = f(&mut g, a, b);
    g.output_range("y", y);
    g.evaluate_wide(&[x[0] as i128, x[1] as i128])[0]
}

/// A range and an integer in it; small numbers are as likely as large ones.
fn ranged() -> impl Strategy<Value = (i64, i64, i64)> {
    let v = || (any::<i64>(), 16u32..62).prop_map(|(v, s)| v >> s);
    (v(), v(), any::<u64>()).prop_map(|(a, b, r)| {
        let (lo, hi) = (a.min(b), a.max(b));
        (lo, hi, lo + (r % (hi - lo + 1) as u64) as i64)
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn one_operand((lo, hi, x) in ranged(), n in 0u32..40, c in any::<i32>()) {
        let v = x as i128;
        prop_assert_eq!(one(lo, hi, x, |g, a| g.neg(a)), -v);
        prop_assert_eq!(one(lo, hi, x, |g, a| g.abs(a)), v.abs());
        prop_assert_eq!(one(lo, hi, x, |g, a| g.square(a)), v * v);
        prop_assert_eq!(one(lo, hi, x, |g, a| g.shl(a, n)), v << n);
        prop_assert_eq!(one(lo, hi, x, |g, a| g.shr(a, n)), v >> n);
        prop_assert_eq!(one(lo, hi, x, |g, a| g.bit(a, n)), v >> n & 1);
        prop_assert_eq!(one(lo, hi, x, |g, a| g.slice(a, n, 7)), v >> n & 127);
        prop_assert_eq!(one(lo, hi, x, |g, a| g.as_signed(a, 7)), (v << 121) >> 121);
        prop_assert_eq!(one(lo, hi, x, |g, a| g.mul_csd(a, c as i64)), v * c as i128);
        prop_assert_eq!(one(lo, hi, x, |g, a| g.ge_const(a, c as i128)), (v >= c as i128) as i128);
        prop_assert_eq!(one(lo, hi, x, |g, a| g.is_zero(a)), (v == 0) as i128);
        prop_assert_eq!(one(lo, hi, x, |g, a| g.is_negative(a)), (v < 0) as i128);
    }

    #[test]
    fn two_operands((l0, h0, x) in ranged(), (l1, h1, y) in ranged()) {
        let (r, v, (a, b)) = ([(l0, h0), (l1, h1)], [x, y], (x as i128, y as i128));
        prop_assert_eq!(two(r, v, Graph::add), a + b);
        prop_assert_eq!(two(r, v, Graph::sub), a - b);
        prop_assert_eq!(two(r, v, Graph::mul), a * b);
        prop_assert_eq!(two(r, v, Graph::ge), (a >= b) as i128);
        prop_assert_eq!(two(r, v, Graph::lt), (a < b) as i128);
        prop_assert_eq!(two(r, v, Graph::eq), (a == b) as i128);
        let m = (1i128 << 50) - 1;
        prop_assert_eq!(two(r, v, |g, a, b| { let (a, b) = (g.slice(a, 0, 50), g.slice(b, 0, 50)); g.and(a, b) }), a & b & m);
        prop_assert_eq!(two(r, v, |g, a, b| { let (a, b) = (g.slice(a, 0, 50), g.slice(b, 0, 50)); g.or(a, b) }), (a | b) & m);
        prop_assert_eq!(two(r, v, |g, a, b| { let (a, b) = (g.slice(a, 0, 50), g.slice(b, 0, 50)); g.xor(a, b) }), (a ^ b) & m);
        prop_assert_eq!(two(r, v, |g, a, b| { let b = g.slice(b, 0, 9); g.concat(a, b, 9) }), (a << 9) | (b & 511));
        prop_assert_eq!(two(r, v, |g, a, b| { let c = g.ge(a, b); g.mux(c, a, b) }), a.max(b));
    }

    #[test]
    fn rounding_and_saturation_are_golden(
        (lo, hi, x) in ranged(), shift in -20i32..70, mode in 0usize..4, width in 2u32..=48, signed in any::<bool>(), frac in -8i32..40,
    ) {
        let (v, mode) = (x as i128, ROUNDINGS[mode]);
        prop_assert_eq!(one(lo, hi, x, |g, a| g.round_shift(a, shift, mode)), num::round_shift(v, shift, mode));
        let to = format(signed, width, frac);
        prop_assert_eq!(one(lo, hi, x, |g, a| g.saturate(a, to)), to.saturate(v) as i128);
        let got = one(lo, hi, x, |g, a| g.requantize(a, 12, to, mode));
        prop_assert_eq!(got, num::requantize(v, 12, to, mode) as i128);
    }

    #[test]
    fn sums_are_exact(all in prop::collection::vec((ranged(), any::<bool>(), any::<i16>()), 0..20), bias in any::<i32>()) {
        let mut g = Graph::new();
        let inputs: Vec<Sig> = all.iter().enumerate().map(|(i, ((lo, hi, _), ..))| g.input_range(&format!("a{i}"), *lo as i128, *hi as i128)).collect();
        let terms: Vec<Term> = inputs.iter().zip(&all).map(|(&sig, (_, minus, _))| Term { sig, minus: *minus }).collect();
        let sum = g.sum_terms(&terms);
        let products: Vec<(Sig, i64)> = inputs.iter().zip(&all).map(|(&s, (_, _, w))| (s, *w as i64)).collect();
        let dot = dot(&mut g, &products, bias as i128);
        g.output_range("sum", sum);
        g.output_range("dot", dot);
        let x: Vec<i128> = all.iter().map(|((_, _, x), ..)| *x as i128).collect();
        let want_sum: i128 = all.iter().map(|((_, _, x), minus, _)| if *minus { -(*x as i128) } else { *x as i128 }).sum();
        let want_dot: i128 = bias as i128 + all.iter().map(|((_, _, x), _, w)| *x as i128 * *w as i128).sum::<i128>();
        prop_assert_eq!(g.evaluate_wide(&x), vec![want_sum, want_dot]);
    }
}

#[test]
fn every_code_of_narrow_words_rounds_as_golden_does() {
    for shift in 0..9 {
        for mode in ROUNDINGS {
            let mut g = Graph::new();
            let a = g.input_range("a", -64, 63);
            let y = g.round_shift(a, shift, mode);
            g.output_range("y", y);
            let all: Vec<i128> = (-64..64).map(|x| g.evaluate_wide(&[x])[0]).collect();
            let want: Vec<i128> = (-64..64).map(|x| num::round_shift(x, shift, mode)).collect();
            assert_eq!(all, want);
            let ends = (all.iter().min().copied(), all.iter().max().copied());
            let r = g.range(y);
            assert_eq!(ends, (Some(r.lo), Some(r.hi)), "the range is not tight at shift {shift}, {mode:?}");
        }
    }
}

#[test]
fn columns_of_a_packed_table_read_back() {
    let columns = [
        Column::new(vec![-9, 3, 1 << 50, 0]),
        Column::new(vec![7; 4]),
        Column::new(vec![5, 0, 6, 5]),
        Column { entries: vec![-1, 0, 0, -1], range: Range::new(-(1 << 61), 1 << 61) },
        Column::new(vec![4, 3, 2, 1]),
    ];
    let mut g = Graph::new();
    let a = g.input_range("a", 0, 3);
    for (i, &s) in g.rom_columns(a, "t", RomStyle::Auto, &columns).iter().enumerate() {
        assert_eq!(g.range(s), columns[i].range);
        g.output_range(&format!("y{i}"), s);
    }
    for i in 0..4 {
        let want: Vec<i128> = columns.iter().map(|c| c.entries[i]).collect();
        assert_eq!(g.evaluate_wide(&[i as i128]), want);
    }
    let names: Vec<&str> = g.roms().iter().map(|r| r.name.as_str()).collect();
    assert_eq!(names, ["t", "t_1"], "52 + 0 + 3 + 63 bits, then 3");
    assert_eq!(g.as_const(g.outputs()[1].1), Some(7));
}

#[test]
fn canonical_signed_digits_have_no_neighbours() {
    let mut g = Graph::new();
    let a = g.input_range("a", 0, 1);
    for c in [1i64, 3, 7, 11, 1239, -1239, 0x5555, i64::MAX, -1, 0] {
        let terms = g.csd_terms(a, c);
        let shift = |s: Sig| if let Op::Shl(_, n) = g.op(s) { n } else { 0 };
        let shifts: Vec<u32> = terms.iter().map(|t| shift(t.sig)).collect();
        assert!(shifts.windows(2).all(|w| w[1] > w[0] + 1), "{c}: {shifts:?}");
        let value: i128 = terms.iter().map(|t| if t.minus { -1 } else { 1 } * (1i128 << shift(t.sig))).sum();
        assert_eq!(value, c as i128);
    }
}

#[test]
fn equal_operations_are_one_node_and_decided_ones_none() {
    let mut g = Graph::new();
    let (a, b) = (g.input_range("a", 0, 9), g.input_range("b", -3, 9));
    assert_eq!(g.add(a, b), g.add(b, a));
    assert_eq!(g.mul(a, b), g.mul(b, a));
    let zero = g.constant(0);
    let decided = g.ge(a, zero);
    assert_eq!(g.as_const(decided), Some(1));
    assert_eq!(g.add(a, zero), a);
    let tests: [(Unary, Sig); 3] =
        [(|g, a| g.saturate(a, format(false, 4, 0)), a), (|g, a| g.slice(a, 0, 4), a), (|g, a| g.abs(a), a)];
    for (f, same) in tests {
        assert_eq!(f(&mut g, a), same);
    }
}

#[test]
#[should_panic(expected = "does not fit s4.0")]
fn an_output_that_may_leave_its_format_is_refused() {
    let mut g = Graph::new();
    let a = g.input_range("a", 0, 8);
    g.output("y", a, format(true, 4, 0));
}

#[test]
#[should_panic(expected = "outside 0..=3")]
fn a_false_assumption_is_noticed() {
    let mut g = Graph::new();
    let a = g.input_range("a", 0, 8);
    let y = g.assume_range(a, 0, 3);
    g.output_range("y", y);
    g.evaluate(&[4]);
}
