//! What a certificate claims is true: formulas whose digits cancel, poles between codes, certificates in files.

use gainstage_golden::approx::{ApproxError, Demand, Table, TableError, approximate};
use gainstage_golden::func::Function;
use gainstage_golden::num::Format;
use gainstage_golden::plan::{CertificateError, Plan};

fn format(text: &str) -> Format {
    let (width, frac) = text[1..].split_once('.').expect("a format");
    Format::new(text.starts_with('s'), width.parse().expect("a width"), frac.parse().expect("a point"))
        .expect("valid")
}

fn table(function: &str, from: &str, to: &str) -> Result<Table, ApproxError> {
    let function: Function = function.parse().expect("a function");
    approximate(&function, format(from), format(to), &Demand::default())
}

/// The worst error in ulp against a function written another way.
fn worst(t: &Table, real: impl Fn(f64) -> f64) -> f64 {
    let (min, max) = (t.output.min_code() as f64, t.output.max_code() as f64);
    let error = |z: i64| {
        let want = (real(t.input.value(z)) * 2f64.powi(t.output.frac)).clamp(min, max);
        (t.eval(z) as f64 - want).abs()
    };
    t.input.codes().map(error).fold(0.0, f64::max)
}

#[test]
fn formulas_whose_digits_cancel_are_judged_by_what_they_are() {
    // Written so that nothing cancels, in f64.
    type Real = fn(f64) -> f64;
    let cases: [(&str, &str, &str, Real); 4] = [
        ("{cosh(x)-sinh(x)}", "u10.5", "u16.24", |x| (-x).exp()),
        ("{1e16+x-1e16}", "s8.4", "s8.4", |x| x),
        ("{x^7-7*x^6+21*x^5-35*x^4+35*x^3-21*x^2+7*x-1}", "u10.9", "s16.40", |x| (x - 1.0).powi(7)),
        ("{(x+0.1)-0.1}", "s8.4", "s40.38", |x| x),
    ];
    for (function, from, to, real) in cases {
        let t = table(function, from, to).unwrap_or_else(|e| panic!("{function}: {e}"));
        let found = worst(&t, real);
        assert!(found < 1.0, "{function}: {found} ulp");
        assert!(
            (found - t.certificate.worst_ulp).abs() < 1e-4,
            "{function}: {found} and {:?}",
            t.certificate
        );
    }
}

#[test]
fn poles_and_jumps_between_codes_are_named_with_their_codes() {
    for (function, from, between) in [
        ("{1/(x-0.3)}", "s8.4", "(codes 4 and 5 of s8.4)"),
        ("{tan(x)}", "s8.4", "(codes -126 and -125 of s8.4)"),
        ("{atan(1/(x-0.3))}", "s8.4", "between x = 0.25 and x = 0.3125"),
        ("{ln(abs(x-0.3))}", "s8.4", "(codes 4 and 5 of s8.4)"),
    ] {
        let e = table(function, from, "s16.8").expect_err(function);
        assert!(matches!(e, ApproxError::Table(TableError::Between { .. })), "{function}: {e}");
        assert!(e.to_string().contains(between), "{function}: {e}");
    }
    for (function, from) in
        [("{tan(x), -1.5:1.5}", "s8.6"), ("{1/(1+x^2)}", "s8.4"), ("{sqrt(1-sin(x)^2)}", "s8.4")]
    {
        table(function, from, "s16.8").unwrap_or_else(|e| panic!("{function}: {e}"));
    }
}

#[test]
fn what_no_digits_enclose_is_refused() {
    // 0/0 at every integer, of which the digits never say that it is one.
    let e = table("{sin(pi*x)/sin(pi*x)}", "s6.0", "s8.4").expect_err("no value").to_string();
    assert!(e.contains("4096 bits do not say what it is at x ="), "{e}");
    let e = table("{atan(1/x)}", "s6.0", "s8.4").expect_err("no value").to_string();
    assert!(e.contains("at x = 0 (code 0 of s6.0)"), "{e}");
}

fn plan(change: impl Fn(&mut Table)) -> Plan {
    let mut t = table("tanh", "s10.7", "s10.8").expect("a table");
    change(&mut t);
    Plan::of_table("t", t)
}

#[test]
fn a_plan_that_claims_what_does_not_hold_is_refused_with_claim_and_truth() {
    let sound = plan(|_| ());
    assert_eq!(sound.recertify().expect("sound").whole, 1);
    type Lie = fn(&mut Table);
    let lies: [(Lie, &str); 6] = [
        (|t| t.certificate.worst_ulp = 0.1, "claims 0.100000 ulp, but"),
        (|t| t.certificate.codes = 7, "claims 7 codes, but 1024 are run"),
        (|t| t.certificate.correctly_rounded = 1.0, "claims 100.0000 % correctly rounded, but"),
        (|t| t.certificate.worst_code = 0, "at code 0, but it is 0.000000 ulp there"),
        (|t| t.certificate.worst_code = 4000, "but s10.7 has no such code"),
        (|t| t.segments.iter_mut().for_each(|row| row[0] = 91), "as tanh from s10.7 to s10.8 it claims"),
    ];
    for (lie, words) in lies {
        let e = plan(lie).recertify().expect_err(words);
        assert!(matches!(e, CertificateError::False { table: 0, .. }), "{e}");
        assert!(e.to_string().contains(words), "{words}: {e}");
    }
    let nan = plan(|t| t.certificate.worst_ulp = f64::NAN);
    assert!(nan.recertify().is_err());
}

#[test]
fn large_tables_are_sampled_and_it_is_said() {
    let whole = table("relu", "s21.10", "s21.10").expect("a table");
    let plan = Plan::of_table("t", whole.clone());
    let done = plan.recertify().expect("sound");
    assert_eq!((done.whole, done.sampled.len()), (0, 1));
    assert!(done.sampled[0].run > 60_000 && done.sampled[0].codes == 1 << 21);
    let lying = |change: fn(&mut Table)| {
        let mut t = whole.clone();
        change(&mut t);
        Plan::of_table("t", t).recertify().expect_err("a lie").to_string()
    };
    assert!(lying(|t| t.certificate.correctly_rounded = 0.5).contains("codes of it show 100.0000 %"));
    assert!(lying(|t| t.certificate.worst_ulp = 0.5).contains("it is 0.000000 ulp there"));
    assert!(lying(|t| t.positive.constant += 1 << 12).contains("codes of it alone show"));
}
