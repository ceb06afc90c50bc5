use super::*;

fn cubic() -> Activation {
    Activation::Learned(Learned {
        nodes: vec![-2.0, -1.0, 0.5, 3.0],
        ordinates: vec![0.0, 0.1, 0.7, 1.0],
        interpolation: Interpolation::MonotoneCubic,
    })
}

fn activations() -> Vec<Activation> {
    let linear = |a: Activation| match a {
        Activation::Learned(l) => Activation::Learned(Learned { interpolation: Interpolation::Linear, ..l }),
        other => other,
    };
    vec![
        Activation::None,
        Activation::Relu,
        Activation::LeakyRelu { slope: 0.3 },
        Activation::Elu,
        Activation::Softplus,
        Activation::ParametricSoftplus { a: 0.3 },
        Activation::ParametricSoftplus { a: -1.5 },
        Activation::Sigmoid,
        Activation::Tanh,
        cubic(),
        linear(cubic()),
        "{x*exp(-x^2)}".parse().unwrap(),
    ]
}

fn kinds() -> Vec<Kind> {
    vec![Kind::Ordinary, Kind::Amplifying, Kind::Attenuating { b: 1.0 }, Kind::Attenuating { b: 0.2 }]
}

fn functions() -> impl Iterator<Item = Function> {
    activations().into_iter().flat_map(|a| kinds().into_iter().map(move |k| Function::new(a.clone(), k)))
}

/// Seven-point central difference: the error is about h^6 from the formula and 1e-16/h from rounding.
fn difference(f: impl Fn(f64) -> f64, x: f64) -> f64 {
    let h = 1.0 / 256.0;
    let pair = |k: f64| f(x + k * h) - f(x - k * h);
    (45.0 * pair(1.0) - 9.0 * pair(2.0) + pair(3.0)) / (60.0 * h)
}

/// Arguments no closer than three steps to a kink of any function above.
fn arguments() -> impl Iterator<Item = f64> {
    let kinks = [0.0, -2.0, -1.0, 0.5, 3.0];
    (-97..97).map(|i| i as f64 * 0.0877).filter(move |x| kinks.iter().all(|k| (x - k).abs() > 0.02))
}

#[test]
fn derivatives_match_finite_differences() {
    for f in functions() {
        for x in arguments() {
            let (d, want) = (f.derivative(x), difference(|x| f.eval_in(x), x));
            assert!((d - want).abs() < 2e-9 * (1.0 + want.abs()), "{f}' at {x}: {d} and {want}");
            let (d, want) = (f.second_derivative(x), difference(|x| f.derivative(x), x));
            assert!((d - want).abs() < 2e-8 * (1.0 + want.abs()), "{f}'' at {x}: {d} and {want}");
        }
    }
}

#[test]
fn extremes_give_numbers() {
    let xs = [0.0, 5e-324, f64::MIN_POSITIVE, 1e-200, 1e-8, 709.0, 745.2, 1e10, 1e154, 1e200, f64::MAX];
    // What a user writes may end in 0 * inf.
    for f in functions().filter(|f| !matches!(f.activation, Activation::Formula(_))) {
        for x in xs.iter().flat_map(|&x| [x, -x]) {
            for v in [f.eval(x), f.eval_in(x), f.derivative(x), f.second_derivative(x)] {
                assert!(!v.is_nan(), "{f} at {x}");
            }
            let single = x.clamp(f32::MIN as f64, f32::MAX as f64) as f32;
            for v in [f.eval_in(single), f.derivative(single), f.second_derivative(single)] {
                assert!(!v.is_nan(), "{f} at {single} in f32");
            }
            let bounded = !matches!(f.kind, Kind::Amplifying) && f.activation != Activation::None;
            if bounded && x.abs() < 1e300 {
                assert!(f.eval(x).is_finite() && f.derivative(x).is_finite(), "{f} at {x}");
            }
        }
    }
    assert_eq!(Activation::ParametricSoftplus { a: 3.0 }.eval(f64::MAX), f64::MAX);
    assert_eq!(Kind::Attenuating { b: 1.0 }.eval(1e200), 1e-200);
    assert!(Kind::Attenuating { b: 1e-50 }.derivative(0.0f32) > 0.0);
}

#[test]
fn tails_keep_their_relative_precision() {
    let near = |a: f64, b: f64| (a - b).abs() <= 4e-15 * b.abs();
    assert!(near(Activation::Softplus.eval(-40.0), (-40f64).exp()));
    assert!(near(Activation::Sigmoid.eval(-700.0), (-700f64).exp()));
    assert!(near(Activation::Sigmoid.derivative(50.0), (-50f64).exp()));
    assert!(near(Activation::Tanh.derivative(30.0), 4.0 * (-60f64).exp()));
    assert!(near(Activation::Elu.eval(-1e-10), -1e-10 + 0.5e-20));
}

#[test]
fn libm_and_the_machine_agree() {
    for f in functions() {
        for x in arguments() {
            let (portable, native) = (f.eval(x), f.eval_in(x));
            assert!((portable - native).abs() <= 1e-14 * (1.0 + native.abs()), "{f} at {x}");
        }
    }
}

#[test]
fn the_cubic_is_monotone_and_meets_its_points() {
    let f = cubic();
    let steps: Vec<f64> = (-300..400).map(|i| f.eval(i as f64 * 0.01)).collect();
    assert!(steps.windows(2).all(|w| w[0] <= w[1]));
    for (x, y) in [(-9.0, 0.0), (-2.0, 0.0), (-1.0, 0.1), (0.5, 0.7), (3.0, 1.0), (1e300, 1.0)] {
        assert!((f.eval(x) - y).abs() < 1e-15, "{x}");
    }
    let Activation::Learned(mut points) = f else { unreachable!() };
    points.interpolation = Interpolation::Constant;
    assert_eq!([-5.0, -1.5, -1.0, 0.49, 3.0, 7.0].map(|x| points.eval(x)), [0.0, 0.0, 0.1, 0.1, 1.0, 1.0]);
}

#[test]
fn bad_parameters_are_refused() {
    let learned = |nodes: &[f64], ordinates: &[f64]| Learned {
        nodes: nodes.to_vec(),
        ordinates: ordinates.to_vec(),
        interpolation: Interpolation::Linear,
    };
    let refused = [
        Activation::LeakyRelu { slope: f64::NAN }.validate(),
        Activation::ParametricSoftplus { a: f64::INFINITY }.validate(),
        Kind::Attenuating { b: 0.0 }.validate(),
        Kind::Attenuating { b: -1.0 }.validate(),
        Kind::Attenuating { b: f64::NAN }.validate(),
        learned(&[0.0], &[0.0]).validate(),
        learned(&[0.0, 1.0], &[0.0]).validate(),
        learned(&[0.0, 0.0], &[0.0, 1.0]).validate(),
        learned(&[1.0, 0.0], &[0.0, 1.0]).validate(),
        learned(&[0.0, f64::NAN], &[0.0, 1.0]).validate(),
        learned(&[0.0, 1.0], &[f64::INFINITY, 1.0]).validate(),
        learned(&[-1e308, 1e308], &[0.0, 1.0]).validate(),
        learned(&[0.0, 1e-300], &[0.0, 1e300]).validate(),
    ];
    for (i, r) in refused.iter().enumerate() {
        assert!(r.is_err(), "case {i}");
    }
    for f in functions() {
        assert_eq!(f.validate(), Ok(()));
    }
}

#[test]
fn names_read_back() {
    for f in functions().filter(|f| !matches!(f.activation, Activation::Learned(_))) {
        assert_eq!(f.to_string().parse::<Function>().as_ref(), Ok(&f));
    }
    let psoftplus = Activation::ParametricSoftplus { a: 0.3 };
    assert_eq!("psoftplus".parse(), Ok(psoftplus.clone()));
    assert_eq!(psoftplus.to_string(), "psoftplus(0.3)");
    assert_eq!("attenuating".parse(), Ok(Kind::Attenuating { b: 1.0 }));
    let message = |t: &str| t.parse::<Function>().unwrap_err().to_string();
    assert_eq!(
        message("sigmod"),
        "\"sigmod\" is no activation: use one of none, relu, leaky-relu(0.3), elu, softplus, psoftplus(0.3), \
         sigmoid, tanh, or an expression in braces such as {x*exp(-x^2)} or, for 0.1 to 4 only, {ln(x), 0.1:4} \
         (learned ones in JSON only)"
    );
    assert_eq!(
        message("tanh*square"),
        "\"square\" is no kind of neuron: use one of ordinary, amplifying, attenuating(1)"
    );
    assert_eq!(message("tanh(2)"), "\"tanh(2)\": this name takes no parameter");
    assert_eq!(message("psoftplus(x)"), "\"psoftplus(x)\": \"x\" is not a number");
    assert_eq!(message("psoftplus(1"), "\"psoftplus(1\": a closing parenthesis is missing");
    assert!(message("none*attenuating(0)").contains("above zero"));
}
