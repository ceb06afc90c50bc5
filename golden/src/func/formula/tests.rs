use super::*;

fn at(text: &str, x: f64) -> f64 {
    Formula::new(text, None).unwrap_or_else(|e| panic!("{e}")).eval(x)
}

#[test]
fn precedence_is_that_of_mathematics() {
    assert_eq!(at("-x^2", 3.0), -9.0);
    assert_eq!(at("2^3^2", 0.0), 512.0);
    assert_eq!(at("2^-1", 0.0), 0.5);
    assert_eq!(at("1 - 2 - 3*4/6", 0.0), -3.0);
    assert_eq!(at("-(x + 1)*(x - 1)", 2.0), -3.0);
    assert_eq!(at("1.5e2 + .5", 0.0), 150.5);
}

#[test]
fn functions_and_derivatives() {
    for text in [
        "x*exp(-x^2)",
        "ln(x)/x + log2(x) - log10(x)",
        "sqrt(x)*sin(x)^2 + cos(3*x)*tan(x/4)",
        "asin(x/3) - acos(x/4) + atan(x)",
        "sinh(x) - cosh(x)*tanh(x)",
        "x^x + pi^x - abs(x - 5)^3/e",
    ] {
        let f = Formula::new(text, None).unwrap_or_else(|e| panic!("{e}"));
        for x in [0.4, 1.1, 1.9] {
            let h = 1e-4;
            let (a, b, c) = (f.eval(x - h), f.eval(x), f.eval(x + h));
            let (slope, bend) = ((c - a) / (2.0 * h), (a - 2.0 * b + c) / (h * h));
            let near = |got: f64, want: f64| (got - want).abs() < 1e-4 * (1.0 + want.abs());
            assert!(near(f.derivative(x), slope), "{text} at {x}: {} and {slope}", f.derivative(x));
            assert!(near(f.second_derivative(x), bend), "{text} at {x}: {bend}");
        }
    }
    assert!((at("x*exp(-x^2)", 0.7) - 0.7 * (-0.49f64).exp()).abs() < 1e-15);
}

#[test]
fn a_domain_keeps_the_values_at_its_ends() {
    let f = Formula::new("ln(x)", Some([0.5, 2.0])).unwrap_or_else(|e| panic!("{e}"));
    assert_eq!((f.eval(-1.0), f.eval(3.0)), (0.5f64.ln(), 2.0f64.ln()));
    assert_eq!((f.derivative(0.1), f.derivative(1.0)), (0.0, 1.0));
    let error = Formula::new("x", Some([1.0, 1.0])).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the domain 1:1 is no interval: give two finite numbers, the smaller first"
    );
}

#[test]
fn mistakes_are_shown_where_they_are() {
    for (text, message) in [
        ("x +", "\"x +\", character 4: the expression ends where a number, x or a function is expected"),
        ("2x", "\"2x\", character 2: an operator is missing here: use + - * / or ^"),
        ("(x+1", "\"(x+1\", character 5: a closing parenthesis is missing"),
        ("x)", "\"x)\", character 2: a closing parenthesis without an opening one"),
        ("sin x", "\"sin x\", character 5: the function's argument is missing: write it in parentheses"),
        ("1.2.3", "\"1.2.3\", character 4: an operator is missing here: use + - * / or ^"),
        ("1e999", "\"1e999\", character 1: this number is too large"),
        ("x*%", "\"x*%\", character 3: '%' where a number, x, a function or ( is expected"),
    ] {
        assert_eq!(Formula::new(text, None).unwrap_err().to_string(), message);
    }
    let unknown = Formula::new("x*sine(x)", None).unwrap_err().to_string();
    assert!(unknown.starts_with("\"x*sine(x)\", character 3: \"sine\" is unknown: use x, pi, e, exp, ln"));
    let deep = format!("{}x{}", "(".repeat(100), ")".repeat(100));
    assert!(Formula::new(&deep, None).unwrap_err().to_string().contains("nested more than 64 deep"));
}
