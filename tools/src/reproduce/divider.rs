//! Figure 2: networks built by hand that multiply and divide two numbers.
//!
//! Three amplifying neurons multiply exactly: xy = ((x+y)² - x² - y²) / 2. An attenuating neuron fed with s·y gives
//! s·y / ((s·y)² + b), which times s is 1/y · 1/(1 + b/(s·y)²): with b = 1 division is approximate, its relative error
//! 1/(1 + (s·y)²), so the state must be scaled up (s·|y| well above 1) and y must stay away from 0. Multiplied by x with
//! three more amplifying neurons it divides.

use super::Report;
use crate::report::{Anchor, Chart, Svg, Table, span};
use gainstage_golden::document::write_atomic;
use gainstage_golden::func::{Activation, Kind};
use gainstage_golden::net::{Layer, Network, Neuron};
use std::fmt::Write;
use std::path::Path;

/// The scales of the state that are shown.
const SCALES: [f64; 4] = [2.0, 8.0, 32.0, 128.0];

/// The domain: |x| ≤ 2, and y from 1/4 to 4.
const Y: (f64, f64) = (0.25, 4.0);
const X: f64 = 2.0;

/// Points along each axis of the domain.
const POINTS: usize = 201;

fn layer(inputs: usize, kinds: &[Kind], weights: &[f64]) -> Layer {
    let neurons = kinds.iter().map(|&kind| Neuron { activation: Activation::None, kind }).collect();
    Layer { inputs, neurons, weights: weights.to_vec(), bias: None }
}

/// x·y from three amplifying neurons.
fn multiplier() -> Network {
    let squares = layer(2, &[Kind::Amplifying; 3], &[1.0, 1.0, 1.0, 0.0, 0.0, 1.0]);
    Network { layers: vec![squares, layer(3, &[Kind::Ordinary], &[0.5, -0.5, -0.5])] }
}

/// x/y from one attenuating and three amplifying neurons, the state scaled by `s`.
fn divider(s: f64) -> Network {
    let kinds = [Kind::Ordinary, Kind::Attenuating { b: 1.0 }];
    let invert = layer(2, &kinds, &[1.0, 0.0, 0.0, s]);
    // The outputs x and r ≈ 1/(s·y) are multiplied as above, r times s.
    let squares = layer(2, &[Kind::Amplifying; 3], &[1.0, s, 1.0, 0.0, 0.0, s]);
    Network { layers: vec![invert, squares, layer(3, &[Kind::Ordinary], &[0.5, -0.5, -0.5])] }
}

fn along((lo, hi): (f64, f64)) -> impl Iterator<Item = f64> {
    (0..POINTS).map(move |i| lo + (hi - lo) * i as f64 / (POINTS - 1) as f64)
}

/// The largest of some errors, over the domain.
fn worst(network: &Network, error: impl Fn(f64, f64, f64) -> f64) -> f64 {
    let points = along((-X, X)).flat_map(|x| along(Y).map(move |y| (x, y)));
    points.map(|(x, y)| error(x, y, network.eval(&[x, y])[0])).fold(0.0, f64::max)
}

/// Builds both networks, measures them and writes figure2.csv and figure2.svg.
///
/// # Errors
/// A place that cannot be written.
pub fn figure2(out: &Path) -> anyhow::Result<Report> {
    let product = worst(&multiplier(), |x, y, found| (found - x * y).abs());
    let mut table = Table::new(&["network", "s", "largest relative error", "predicted", "largest error"]);
    table.row(["multiplier".into(), String::new(), String::new(), String::new(), format!("{product:.3e}")]);
    let mut divisions = Vec::new();
    for s in SCALES {
        let network = divider(s);
        // At x = 0 the quotient is 0, and so is the network's output but for rounding.
        let relative =
            worst(&network, |x, y, found| if x == 0.0 { 0.0 } else { (found * y / x - 1.0).abs() });
        let absolute = worst(&network, |x, y, found| (found - x / y).abs());
        let predicted = 1.0 / (1.0 + (s * Y.0).powi(2));
        let exponents = [relative, predicted, absolute].map(|v| format!("{v:.3e}"));
        let [relative_text, predicted_text, absolute_text] = exponents;
        table.row(["divider".into(), s.to_string(), relative_text, predicted_text, absolute_text]);
        divisions.push(serde_json::json!({
            "s": s, "relative": relative, "predicted": predicted, "absolute": absolute, "weights": network,
        }));
    }
    let files = ["csv", "svg"].map(|end| out.join(format!("figure2.{end}")));
    write_atomic(&files[0], csv().as_bytes())?;
    write_atomic(&files[1], picture().as_bytes())?;
    let (lo, hi) = Y;
    let text = format!(
        "{table}\nDomain: x from -{X} to {X}, y from {lo} to {hi}. Predicted: 1/(1 + (s·y)²) at y = {lo}. y = 0 and signs that \
         change are outside: there the attenuator passes through 0.\n"
    );
    let json = serde_json::json!({
        "multiplier": { "largest_error": product, "weights": multiplier() }, "divider": divisions,
    });
    Ok(Report { text, json, files: files.to_vec() })
}

/// 1/y by the divider of each scale.
fn quotients(y: f64) -> [f64; SCALES.len()] {
    SCALES.map(|s| divider(s).eval(&[1.0, y])[0])
}

fn csv() -> String {
    let mut out = String::from("y,quotient");
    // Writing to a string cannot fail.
    SCALES.iter().for_each(|s| _ = write!(out, ",s{s}"));
    for y in along((0.0, Y.1)).skip(1) {
        let _ = write!(out, "\n{y},{}", 1.0 / y);
        quotients(y).iter().for_each(|q| _ = write!(out, ",{q}"));
    }
    out.push('\n');
    out
}

const COLOURS: [&str; SCALES.len()] = ["#2ca02c", "#ff7f0e", "#1f77b4", "#d62728"];

/// Relative errors of 1/y in decades, over y.
fn picture() -> String {
    let mut svg = Svg::new(960.0, 420.0);
    let curves: Vec<Vec<(f64, f64)>> = (0..SCALES.len())
        .map(|k| {
            along((0.02, Y.1)).map(|y| (y, (1.0 - quotients(y)[k] * y).abs().max(1e-16).log10())).collect()
        })
        .collect();
    let y = span(curves.iter().flatten().map(|p| p.1));
    let chart = Chart { across: (80.0, 936.0), down: (50.0, 380.0), x: (0.0, Y.1), y };
    chart.axes(&mut svg, "the divider: decimal logarithm of the relative error of 1/y, over y");
    for (k, curve) in curves.iter().enumerate() {
        chart.curve(&mut svg, curve, COLOURS[k], 2.0);
        let x = 560.0 + 95.0 * k as f64;
        svg.polyline(&[(x, 24.0), (x + 18.0, 24.0)], COLOURS[k], 3.0);
        svg.text((x + 23.0, 28.0), Anchor::Start, &format!("s = {}", SCALES[k]));
    }
    svg.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_multiplier_is_exact_but_for_rounding() {
        assert!(worst(&multiplier(), |x, y, found| (found - x * y).abs()) < 1e-14);
        assert_eq!(multiplier().eval(&[3.0, -5.0]), [-15.0]);
    }

    #[test]
    fn the_divider_errs_as_the_formula_says() {
        // s = 2, y = 0.5: s·y = 1, h/(h²+1) = 1/2 in place of 1.
        assert!((divider(2.0).eval(&[1.5, 0.5])[0] - 1.5).abs() < 1e-15);
        for s in SCALES {
            for (x, y) in [(1.0, 0.25), (-2.0, 0.7), (0.3, 4.0)] {
                let expected = x / y / (1.0 + 1.0 / (s * y * s * y));
                assert!((divider(s).eval(&[x, y])[0] - expected).abs() < 1e-9 * s, "s {s}: {x}/{y}");
            }
        }
    }
}
