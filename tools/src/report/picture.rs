//! The picture of a build: target, outputs and error over one input, or the error over two.

use super::chart::{Chart, number, range};
use super::svg::{Anchor, Svg};
use gainstage_golden::data::Samples;

const WIDTH: f64 = 960.0;
const LEFT: f64 = 80.0;
const RIGHT: f64 = WIDTH - 24.0;
const TARGET: &str = "#999999";
const FLOAT: &str = "#1f77b4";
const FIXED: &str = "#d62728";

/// An SVG of the first output on the samples: `float` and `fixed` are the outputs of both networks, row-major. None
/// for more than two inputs.
pub fn picture(name: &str, samples: &Samples, float: &[f64], fixed: &[f64]) -> Option<String> {
    let first = |values: &[f64]| values.iter().copied().step_by(samples.outputs()).collect::<Vec<_>>();
    let (target, float, fixed) = (first(samples.y()), first(float), first(fixed));
    match samples.inputs() {
        1 => Some(curves(name, samples.x(), &target, &float, &fixed)),
        2 => {
            let title = format!("{name}: error of the integer network over x0 (across) and x1 (up)");
            Some(error_map(&title, samples.x(), &target, &fixed))
        }
        _ => None,
    }
}

/// Values over one input: above the three curves, below both errors.
fn curves(name: &str, x: &[f64], target: &[f64], float: &[f64], fixed: &[f64]) -> String {
    let mut order: Vec<usize> = (0..x.len()).collect();
    order.sort_by(|&a, &b| x[a].total_cmp(&x[b]));
    let over_x = |values: &[f64]| order.iter().map(|&i| (x[i], values[i])).collect::<Vec<_>>();
    let error = |values: &[f64]| values.iter().zip(target).map(|(v, t)| v - t).collect::<Vec<_>>();
    let (float_error, fixed_error) = (error(float), error(fixed));
    let span = range(x.iter().copied());
    let mut svg = Svg::new(WIDTH, 620.0);

    let all = target.iter().chain(float).chain(fixed).copied();
    let upper = Chart { across: (LEFT, RIGHT), down: (40.0, 350.0), x: span, y: range(all) };
    upper.axes(&mut svg, &format!("{name}: target, real-valued network, integer network"));
    upper.curve(&mut svg, &over_x(target), TARGET, 4.0);
    upper.curve(&mut svg, &over_x(float), FLOAT, 2.0);
    upper.curve(&mut svg, &over_x(fixed), FIXED, 1.0);

    let all = float_error.iter().chain(&fixed_error).copied();
    let lower = Chart { across: (LEFT, RIGHT), down: (410.0, 580.0), x: span, y: range(all) };
    lower.axes(&mut svg, "error of the real-valued and the integer network");
    lower.curve(&mut svg, &over_x(&fixed_error), FIXED, 1.0);
    lower.curve(&mut svg, &over_x(&float_error), FLOAT, 1.0);

    for (i, (label, colour)) in
        [("target", TARGET), ("real", FLOAT), ("integer", FIXED)].into_iter().enumerate()
    {
        let x = RIGHT - 240.0 + 80.0 * i as f64;
        svg.polyline(&[(x, 22.0), (x + 18.0, 22.0)], colour, 3.0);
        svg.text((x + 23.0, 26.0), Anchor::Start, label);
    }
    svg.finish()
}

/// Cells of the map along either axis, at most.
const CELLS: usize = 120;

/// The error over two inputs, in colours: each cell shows the largest error of the samples in it.
pub fn error_map(title: &str, x: &[f64], target: &[f64], fixed: &[f64]) -> String {
    let column = |i: usize| x.iter().copied().skip(i).step_by(2);
    let tight = |i: usize| column(i).fold((f64::MAX, f64::MIN), |(lo, hi), v| (lo.min(v), hi.max(v)));
    let (across, up) = (tight(0), tight(1));
    let cells = CELLS.min((target.len() as f64).sqrt() as usize).max(1);
    let cell = |v: f64, (lo, hi): (f64, f64)| {
        let share = if hi > lo { (v - lo) / (hi - lo) } else { 0.0 };
        ((share * cells as f64) as usize).min(cells - 1)
    };
    let mut worst = vec![None; cells * cells];
    for (point, (y, t)) in x.chunks_exact(2).zip(fixed.iter().zip(target)) {
        let at = &mut worst[cell(point[1], up) * cells + cell(point[0], across)];
        *at = Some(at.map_or(y - t, |e: f64| if (y - t).abs() > e.abs() { y - t } else { e }));
    }
    let most = worst.iter().flatten().fold(f64::MIN_POSITIVE, |m: f64, e| m.max(e.abs()));

    let side = 640.0;
    let mut svg = Svg::new(WIDTH, side + 90.0);
    let chart = Chart { across: (LEFT, LEFT + side), down: (40.0, 40.0 + side), x: across, y: up };
    chart.axes(&mut svg, title);
    // Cells without a sample stay grey: white is an error of 0.
    svg.rectangle((LEFT, 40.0), (side, side), "#eeeeee");
    let size = side / cells as f64;
    for (i, error) in worst.iter().enumerate().filter_map(|(i, e)| e.map(|e| (i, e))) {
        let corner = (LEFT + (i % cells) as f64 * size, 40.0 + side - (1 + i / cells) as f64 * size);
        // A hair wider, so that no seams show between cells.
        svg.rectangle(corner, (size + 0.3, size + 0.3), &colour(error / most));
    }
    let bar = |step: usize| 40.0 + side * step as f64 / 64.0;
    for step in 0..64 {
        let shade = colour(1.0 - 2.0 * step as f64 / 63.0);
        svg.rectangle((LEFT + side + 40.0, bar(step)), (24.0, side / 64.0 + 0.3), &shade);
    }
    for (share, y) in [(1.0, 44.0), (0.0, 44.0 + side / 2.0), (-1.0, 44.0 + side)] {
        svg.text((LEFT + side + 72.0, y), Anchor::Start, &number(share * most));
    }
    svg.finish()
}

/// Blue for -1, white for 0, red for 1.
fn colour(share: f64) -> String {
    let fade = (255.0 * (1.0 - share.abs().min(1.0))) as u8;
    match share < 0.0 {
        true => format!("#{fade:02x}{fade:02x}ff"),
        false => format!("#ff{fade:02x}{fade:02x}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn samples(inputs: usize, rows: usize) -> Samples {
        let x = (0..rows * inputs).map(|i| (i * 37 % 101) as f64).collect();
        Samples::new(inputs, 1, x, vec![1.0; rows]).expect("samples")
    }

    #[test]
    fn one_and_two_inputs_are_drawn() {
        let outputs = vec![1.5; 400];
        for (inputs, elements) in [(1, "<polyline"), (2, "<rect")] {
            let text = picture("net<1>", &samples(inputs, 400), &outputs, &outputs).expect("a picture");
            assert!(text.starts_with("<svg ") && text.ends_with("</svg>\n") && text.contains("net&lt;1>"));
            assert!(text.matches(elements).count() > 4, "{inputs} inputs");
            assert!(!text.contains("NaN") && !text.contains("inf"));
        }
        assert!(picture("net", &samples(3, 4), &outputs, &outputs).is_none());
        // A single sample has ranges of no width.
        assert!(!picture("net", &samples(1, 1), &[1.0], &[1.0]).expect("a picture").contains("NaN"));
    }
}
