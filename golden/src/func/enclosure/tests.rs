use super::*;
use crate::func::{Formula, Portable, Scalar};
use proptest::prelude::*;

const CALLS: [Call; 16] = [
    Call::Exp,
    Call::Ln,
    Call::Log2,
    Call::Log10,
    Call::Sqrt,
    Call::Sin,
    Call::Cos,
    Call::Tan,
    Call::Asin,
    Call::Acos,
    Call::Atan,
    Call::Sinh,
    Call::Cosh,
    Call::Tanh,
    Call::ExpM1,
    Call::Ln1p,
];

/// The ends at 256 bits, and at `f64`.
fn both(f: Call, x: f64) -> [(f64, f64); 2] {
    let (many, few) = (Precise::new(256), Fast);
    [Interval::point(&many, x).call(&many, f).ends(&many), Interval::point(&few, x).call(&few, f).ends(&few)]
}

#[test]
fn what_libm_gives_is_closer_than_what_is_allowed_for_it() {
    // Half of what is allowed on either side, so that the margin is seen to be one.
    for f in CALLS {
        let mut seed = 7u64;
        for i in 0..400 {
            seed = seed.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            let unit = (seed >> 11) as f64 / (1u64 << 53) as f64;
            let x = match f {
                Call::Asin | Call::Acos => 2.0 * unit - 1.0,
                Call::Ln | Call::Log2 | Call::Log10 | Call::Sqrt => libm::exp(40.0 * unit - 20.0),
                Call::Ln1p => libm::exp(30.0 * unit - 25.0),
                _ if i % 2 == 0 => (2.0 * unit - 1.0) * 30.0,
                _ => libm::exp(20.0 * unit - 20.0) * if i % 4 == 1 { -1.0 } else { 1.0 },
            };
            let [(lo, hi), (low, high)] = both(f, x);
            assert!(hi <= lo.next_up().next_up(), "{f:?} at {x}: {lo} {hi}");
            assert!(low <= lo && hi <= high, "{f:?} at {x}: {low}..{high} around {lo}..{hi}");
            let rough = (high - low) / lo.abs().max(f64::MIN_POSITIVE);
            assert!(matches!(f, Call::Acos) || rough < 1e-14, "{f:?} at {x}: {rough}");
        }
    }
}

#[test]
fn many_digits_agree_with_constants_that_books_have() {
    let d = Precise::new(128);
    let near = |f, x: f64, want: f64| {
        let (lo, hi) = Interval::point(&d, x).call(&d, f).ends(&d);
        assert!(lo <= want.next_up() && hi >= want.next_down() && hi - lo < 1e-15, "{f:?} {x}: {lo}..{hi}");
    };
    near(Call::Exp, 1.0, std::f64::consts::E);
    near(Call::Ln, 2.0, std::f64::consts::LN_2);
    near(Call::Log2, 8.0, 3.0);
    near(Call::Log10, 1000.0, 3.0);
    near(Call::Sqrt, 2.0, std::f64::consts::SQRT_2);
    near(Call::Atan, 1.0, std::f64::consts::FRAC_PI_4);
    near(Call::Acos, -1.0, std::f64::consts::PI);
    near(Call::Asin, 0.5, std::f64::consts::FRAC_PI_6);
}

fn formula(text: &str) -> Formula {
    Formula::new(text, None).unwrap_or_else(|e| panic!("{e}"))
}

#[test]
fn numbers_mean_what_is_written() {
    let d = Precise::new(256);
    let at = |text: &str, x: f64| formula(text).enclose(&d, x, x).ends(&d);
    let zero = |(lo, hi): (f64, f64)| lo.abs() < 1e-60 && hi.abs() < 1e-60;
    assert!(zero(at("0.1 + 0.2 - 0.3", 0.0)));
    assert!(zero(at("sin(pi*x)", 3.0)));
    assert!(zero(at("ln(e) - 1", 0.0)));
    assert!(zero(at("1.5e-3*x - 3", 2000.0)));
    // Digits beyond the nineteenth leave an interval, not a wrong number.
    let (lo, hi) = at("12345678901234567890123 - 12345678901234567890122", 0.0);
    assert!(lo <= 1.0 && 1.0 <= hi && hi - lo < 1e5, "{lo}..{hi}");
    assert_eq!(at("1e16 + x - 1e16", 0.0625), (0.0625, 0.0625));
    assert_eq!(at("0.375*x", 3.0), (1.125, 1.125));
}

#[test]
fn poles_and_jumps_are_seen_and_what_only_looks_like_one_is_not() {
    let whole = |text: &str, lo, hi| formula(text).whole_between(&Fast, lo, hi);
    for text in ["1/(x-0.3)", "tan(5*x)", "atan(1/(x-0.3))", "ln(x-0.3)", "(x-0.3)^-2", "(x-0.3)^x/(x-0.3)^x"]
    {
        assert!(!whole(text, 0.25, 0.5), "{text}");
    }
    for text in ["1/(1+x^2)", "tan(x)", "abs(x-0.3)", "sqrt(1-sin(x)^2)", "x^0.5", "exp(-x^2)", "tanh(100*x)"]
    {
        assert!(whole(text, 0.25, 0.5), "{text}");
    }
    assert!(whole("sqrt(1-x^2)", 0.75, 1.0) && whole("asin(x)", 0.75, 1.0) && whole("x^x", 0.0, 0.5));
}

proptest! {
    #[test]
    fn arithmetic_encloses_what_many_digits_give(a in -1e3..1e3f64, b in -1e3..1e3f64, small in -300i32..300) {
        let (many, few) = (Precise::new(1200), Fast);
        let b = libm::ldexp(b, small);
        for op in 0..4 {
            fn of<D: Digits>(d: &D, op: i32, a: f64, b: f64) -> (f64, f64) {
                let (a, b) = (Interval::point(d, a), Interval::point(d, b));
                let v = match op { 0 => a.add(d, &b), 1 => a.mul(d, &b), 2 => a.div(d, &b), _ => a.square(d) };
                v.ends(d)
            }
            if op == 2 && b == 0.0 { continue }
            let ((lo, hi), (low, high)) = (of(&many, op, a, b), of(&few, op, a, b));
            prop_assert!(low <= lo && hi <= high, "{op} {a} {b}: {low}..{high} around {lo}..{hi}");
            prop_assert!(high <= low.next_up().next_up(), "{op} {a} {b}: {low}..{high}");
        }
    }

    #[test]
    fn built_in_functions_are_enclosed_and_stand_in_their_enclosures(x in -40.0..40.0f64, a in -2.0..2.0f64, b in 0.01..9.0f64) {
        let names = ["none", "relu", "leaky-relu(0.3)", "elu", "softplus", "sigmoid", "tanh"];
        let mut all: Vec<Activation> = names.iter().map(|n| n.parse().unwrap()).collect();
        all.push(Activation::ParametricSoftplus { a });
        for interpolation in [Interpolation::Constant, Interpolation::Linear, Interpolation::MonotoneCubic] {
            let (nodes, ordinates) = (vec![-30.0, -3.0, a, 7.0, 20.0], vec![1.0, 2.0, -a, b, b + 1.0]);
            all.push(Activation::Learned(Learned { nodes, ordinates, interpolation }));
        }
        for activation in all {
            for kind in [Kind::Ordinary, Kind::Amplifying, Kind::Attenuating { b }] {
                let f = Function::new(activation.clone(), kind);
                let many = Precise::new(192);
                let (lo, hi) = f.enclose(&many, x).ends(&many);
                let (low, high) = f.enclose(&Fast, x).ends(&Fast);
                prop_assert!(low <= lo && hi <= high, "{f} at {x}: {low}..{high} around {lo}..{hi}");
                let v = f.eval_in(Portable(x)).to_f64();
                let slack = 1e-13 * (1.0 + x.abs());
                prop_assert!(low - slack <= v && v <= high + slack, "{f} at {x}: {v} outside {low}..{high}");
                prop_assert!(high - low < 1e-11, "{f} at {x}: {low}..{high}");
            }
        }
    }
}
