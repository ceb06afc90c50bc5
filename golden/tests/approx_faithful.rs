//! Tables against the real functions, by routes that share nothing with the code under test.

use gainstage_golden::approx::{ApproxError, Demand, Fold, Segments, Table, approximate, check_domain};
use gainstage_golden::func::{Activation, Function, Interpolation, Kind, Learned};
use gainstage_golden::num::Format;
use proptest::prelude::*;

fn format(width: u32, frac: i32) -> Format {
    Format::new(true, width, frac).unwrap()
}

/// H by the machine's mathematics and other formulas than the crate's.
fn activation(h: &Activation, x: f64) -> f64 {
    match h {
        Activation::None => x,
        Activation::Relu => 0.5 * (x + x.abs()),
        Activation::LeakyRelu { slope } => {
            if x > 0.0 {
                x
            } else {
                slope * x
            }
        }
        Activation::Elu if x < 0.0 => {
            let x = x.max(-60.0);
            2.0 * (x / 2.0).sinh() * (x / 2.0).exp()
        }
        Activation::Elu => x,
        Activation::Softplus => softplus(x),
        Activation::ParametricSoftplus { a } => a * x + (1.0 - a) * softplus(x),
        Activation::Sigmoid => 0.5 + 0.5 * (x / 2.0).tanh(),
        Activation::Tanh => x.tanh(),
        Activation::Learned(points) => linear(points, x),
        // The one formula of these tests.
        Activation::Formula(_) => x * (-x * x).exp(),
    }
}

fn softplus(x: f64) -> f64 {
    if x > 36.0 { x } else { x.exp().ln_1p() }
}

fn linear(points: &Learned, x: f64) -> f64 {
    let x = x.clamp(points.nodes[0], points.nodes[points.nodes.len() - 1]);
    let i = (1..points.nodes.len()).find(|&i| x <= points.nodes[i]).unwrap();
    let share = (x - points.nodes[i - 1]) / (points.nodes[i] - points.nodes[i - 1]);
    (1.0 - share) * points.ordinates[i - 1] + share * points.ordinates[i]
}

fn real(f: &Function, x: f64) -> f64 {
    let h = activation(&f.activation, x);
    match f.kind {
        Kind::Ordinary => h,
        Kind::Amplifying => h.powi(2),
        Kind::Attenuating { .. } if h == 0.0 => 0.0,
        Kind::Attenuating { b } => 1.0 / (h + b / h),
    }
}

/// Largest error in ulp over all codes, and the number of correctly rounded ones without and with the ties.
fn measure(t: &Table) -> (f64, [u64; 2]) {
    let (min, max) = (t.output.min_code() as f64, t.output.max_code() as f64);
    let scale = 2f64.powi(t.output.frac);
    let f = t.function();
    t.input.codes().fold((0.0, [0; 2]), |(worst, [sure, perhaps]), z| {
        let want = (real(&f, z as f64 / 2f64.powi(t.input.frac)) * scale).clamp(min, max);
        let y = t.eval(z);
        assert!(t.output.contains(y));
        let error = (y as f64 - want).abs();
        let counts = [sure + (error < 0.5 - 1e-9) as u64, perhaps + (error < 0.5 + 1e-9) as u64];
        (f64::max(worst, error), counts)
    })
}

/// Makes the table and holds its certificate against [`measure`].
fn faithful(f: &Function, input: Format, output: Format, degree: Option<u32>) -> Table {
    let t = approximate(f, input, output, &Demand { degree, ..Demand::default() })
        .unwrap_or_else(|e| panic!("{f} {input} {output} degree {degree:?}: {e}"));
    let (worst, right) = measure(&t);
    let c = &t.certificate;
    let codes = 1u64 << input.width;
    assert!(worst < 1.0, "{f} {input} {output}: {worst}");
    assert!((worst - c.worst_ulp).abs() < 1e-6, "{f} {input} {output}: {worst} and {c:?}");
    let claimed = c.correctly_rounded * codes as f64;
    assert!(
        (right[0] as f64..=right[1] as f64).contains(&claimed),
        "{f} {input} {output}: {right:?} and {c:?}"
    );
    assert_eq!(c.codes, codes);
    assert_eq!(t.validate(), Ok(()));
    if t.fold == Fold::Odd && input.signed && output.signed {
        let mirrored = |z: i64| t.eval(-z) == (-t.eval(z)) || t.eval(z) == output.max_code();
        assert!((0..=input.max_code()).all(mirrored), "{f} {input} {output}");
    }
    t
}

fn ordinary() -> Vec<Function> {
    let names = [
        "relu",
        "leaky-relu(0.3)",
        "elu",
        "softplus",
        "psoftplus(0.3)",
        "psoftplus(-1.5)",
        "sigmoid",
        "tanh",
    ];
    names.iter().map(|n| n.parse().unwrap()).collect()
}

#[test]
fn every_activation_at_8_bits() {
    for f in ordinary() {
        for (i, o) in [(4, 4), (5, 7), (12, 3), (-2, 4), (2, 12), (7, -1), (0, 0)] {
            faithful(&f, format(8, i), format(8, o), None);
        }
    }
}

#[test]
fn every_activation_at_12_bits() {
    for f in ordinary() {
        for (i, o) in [(8, 8), (9, 11), (14, 9), (-3, 6), (6, -2)] {
            faithful(&f, format(12, i), format(12, o), None);
        }
    }
}

#[test]
fn every_activation_at_16_bits() {
    for f in ordinary() {
        for (i, o) in [(12, 12), (11, 9), (18, 12)] {
            faithful(&f, format(16, i), format(16, o), None);
        }
    }
}

#[test]
fn every_activation_at_18_bits() {
    for f in ordinary() {
        faithful(&f, format(18, 12), format(18, 12), None);
    }
}

#[test]
fn every_activation_with_every_kind() {
    for f in ordinary() {
        for kind in [Kind::Amplifying, Kind::Attenuating { b: 1.0 }, Kind::Attenuating { b: 0.3 }] {
            let f = Function::new(f.activation.clone(), kind);
            for (width, i, o) in [(8, 4, 5), (12, 8, 8), (14, 9, 10)] {
                faithful(&f, format(width, i), format(width, o), None);
            }
        }
    }
    for name in ["none*amplifying", "none*attenuating(1)", "none"] {
        let f: Function = name.parse().unwrap();
        for (width, i, o) in [(8, 4, 5), (12, 8, 8), (16, 12, 12), (16, 8, 4), (16, 14, 14)] {
            faithful(&f, format(width, i), format(width, o), None);
        }
    }
}

#[test]
fn every_degree() {
    for f in ordinary() {
        for degree in 0..=4 {
            faithful(&f, format(11, 7), format(11, 8), Some(degree));
        }
    }
}

#[test]
fn unsigned_formats_and_unequal_widths() {
    let unsigned = |width, frac| Format::new(false, width, frac).unwrap();
    for f in ordinary() {
        faithful(&f, unsigned(10, 7), format(13, 9), None);
        faithful(&f, format(10, 6), unsigned(9, 8), None);
        faithful(&f, format(6, 3), format(20, 16), None);
        faithful(&f, format(14, 10), format(6, 3), None);
    }
}

#[test]
fn learned_functions() {
    let points = Learned {
        nodes: vec![-3.1, -1.0, 0.2, 1.7, 2.9],
        ordinates: vec![-0.8, -0.5, 0.1, 0.7, 0.75],
        interpolation: Interpolation::Linear,
    };
    let f = Function::new(Activation::Learned(points.clone()), Kind::Ordinary);
    faithful(&f, format(12, 8), format(12, 9), None);
    let cubic = Learned { interpolation: Interpolation::MonotoneCubic, ..points };
    let f = Function::new(Activation::Learned(cubic), Kind::Ordinary);
    let t = approximate(&f, format(16, 12), format(16, 12), &Demand::default()).unwrap();
    assert!(t.certificate.worst_ulp < 1.0);
}

#[test]
fn a_formula_and_its_poles() {
    for f in ["{x*exp(-x^2)}", "{x*exp(-x^2)}*amplifying", "{x*exp(-x^2)}*attenuating(0.5)"] {
        faithful(&f.parse().unwrap(), format(12, 9), format(12, 10), None);
    }
    let ask = |f: &str| approximate(&f.parse().unwrap(), format(10, 7), format(10, 6), &Demand::default());
    let pole = ask("{1/x}").unwrap_err().to_string();
    assert!(pole.starts_with("{1/x} is inf at x = 0 (code 0 of s10.7): give the formula a domain"), "{pole}");
    assert!(matches!(ask("{sqrt(x)}"), Err(ApproxError::Undefined { code: -512, .. })));
    let far = check_domain(&"{ln(x), 0.5:9}".parse().unwrap(), format(10, 7)).unwrap_err().to_string();
    assert!(
        far.contains("the domain 0.5:9 does not fit the input format s10.7, which holds -4 to 3.9921875"),
        "{far}"
    );
    let t = ask("{ln(x), 0.5:3}").unwrap();
    for (code, end) in [(-512, 0.5f64), (63, 0.5), (385, 3.0), (511, 3.0)] {
        let off = t.eval(code) as f64 - end.ln() * 64.0;
        assert!(off.abs() < 1.0, "the value at {end} is kept at code {code}: off by {off}");
    }
}

/// |y - k·2^(f+g) / (k² + 2^2f)| < 1 in integers: no real arithmetic at all.
#[test]
fn the_attenuator_in_exact_integers() {
    let f: Function = "none*attenuating(1)".parse().unwrap();
    for (width, frac, out) in [(12, 8, 10), (16, 12, 15), (16, 10, 14), (18, 12, 12)] {
        let t = approximate(&f, format(width, frac), format(width, out), &Demand::default()).unwrap();
        for k in t.input.codes() {
            let d = k as i128 * k as i128 + (1 << (2 * frac));
            let n = (k as i128) << (frac + out);
            let (lo, hi) = (t.output.min_code() as i128, t.output.max_code() as i128);
            let y = t.eval(k) as i128;
            let close = (y * d - n).abs() < d;
            assert!(
                close || (n >= hi * d && y == hi) || (n <= lo * d && y == lo),
                "{width} {frac} {out}: {k}"
            );
        }
    }
}

#[test]
fn a_near_half_demand_and_an_impossible_one() {
    let f: Function = "sigmoid".parse().unwrap();
    let (input, output) = (format(12, 8), format(12, 10));
    let ask =
        |max_ulp, degree| approximate(&f, input, output, &Demand { max_ulp, degree, ..Demand::default() });
    let t = ask(0.51, Some(2)).unwrap();
    assert!(measure(&t).0 < 0.51);
    let Err(ApproxError::Rounding { rounding, .. }) = ask(0.4, None) else { panic!("0.4 ulp cannot be had") };
    assert!((0.4..=0.5).contains(&rounding));
    assert!(matches!(ask(f64::NAN, None), Err(ApproxError::Demand { what: "max_ulp", .. })));
    assert!(matches!(ask(1.0, Some(5)), Err(ApproxError::Demand { what: "degree", .. })));
}

#[test]
fn an_unmet_demand_names_what_would_meet_it() {
    let f: Function = "psoftplus(0.3)".parse().unwrap();
    let demand = Demand { degree: Some(1), max_segments: 16, segments: Segments::Equal, ..Demand::default() };
    let error = approximate(&f, format(16, 12), format(16, 12), &demand).unwrap_err();
    assert_eq!(
        error.to_string(),
        "psoftplus(0.3), s16.12 to s16.12: no table of degree 1 with at most 16 segments stays below 1 ulp: \
         degree 2 does, and the output format s11.7 does, and below 16 ulp can be had"
    );
    let ApproxError::Unmet(unmet) = error else { panic!("{error}") };
    let narrower = unmet.narrower.unwrap();
    assert!(approximate(&f, format(16, 12), narrower, &demand).is_ok());
    let wider = format(narrower.width + 1, narrower.frac + 1);
    assert!(approximate(&f, format(16, 12), wider, &demand).is_err());
    let looser = Demand { max_ulp: unmet.max_ulp.unwrap(), ..demand.clone() };
    assert!(approximate(&f, format(16, 12), format(16, 12), &looser).is_ok());
    let degree = Demand { degree: unmet.degree, ..demand };
    assert!(approximate(&f, format(16, 12), format(16, 12), &degree).is_ok());
}

#[test]
fn formats_that_no_table_can_have() {
    let ask =
        |f: &str, i, o| approximate(&f.parse().unwrap(), i, o, &Demand::default()).unwrap_err().to_string();
    assert_eq!(
        ask("tanh", format(25, 20), format(16, 12)),
        "table: the input format s25.20 is wider than 24 bits: a table is certified by running every input code"
    );
    assert!(ask("tanh", format(16, 12), format(41, 30)).contains("wider than 40 bits"));
    assert!(ask("relu", format(16, -40), format(16, 40)).contains("asymptote needs"));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    /// With at most 4096 arguments a lookup always exists, so the default demand is always met.
    #[test]
    fn any_parameters_and_formats(
        a in -3.0..3.0f64,
        b in 0.01..40.0f64,
        which in 0..5usize,
        (wi, fi) in (2..=11u32, -6..=16i32),
        (wo, fo) in (2..=14u32, -6..=16i32),
        (si, so) in (any::<bool>(), any::<bool>()),
    ) {
        let h = match which {
            0 => Activation::ParametricSoftplus { a },
            1 => Activation::LeakyRelu { slope: a },
            2 => Activation::None,
            3 => Activation::Tanh,
            _ => Activation::Elu,
        };
        let kind = if which % 2 == 0 { Kind::Attenuating { b } } else { Kind::Ordinary };
        let (input, output) = (Format::new(si, wi, fi).unwrap(), Format::new(so, wo, fo).unwrap());
        let t = approximate(&Function::new(h, kind), input, output, &Demand::default()).unwrap();
        prop_assert!(measure(&t).0 < 1.0);
    }
}
