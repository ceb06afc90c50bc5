//! How restarts learned: their costs over the epochs, as CSV and as a picture.

use super::{Anchor, Chart, Svg, span};
use gainstage_golden::net::{Outcome, TrainingRecord};
use gainstage_golden::text::count;
use std::fmt::Write;

/// A line for each point of each curve.
pub fn curves_csv(record: &TrainingRecord) -> String {
    let mut csv = String::from("restart,outcome,epoch,cost\n");
    for (k, restart) in record.restarts.iter().enumerate() {
        let outcome = word(restart.outcome);
        for (i, cost) in restart.curve.iter().enumerate() {
            // Writing to a string cannot fail.
            let _ = writeln!(csv, "{k},{outcome},{},{cost}", i * record.curve_stride);
        }
    }
    csv
}

fn word(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Finished => "finished",
        Outcome::Abandoned => "abandoned",
        Outcome::Diverged => "diverged",
        Outcome::Interrupted => "interrupted",
    }
}

/// What became of all restarts, in a line.
pub fn restarts(record: &TrainingRecord) -> String {
    let all = [Outcome::Finished, Outcome::Abandoned, Outcome::Diverged, Outcome::Interrupted];
    let counted = all.map(|o| (record.restarts.iter().filter(|r| r.outcome == o).count(), word(o)));
    let counts = counted.into_iter().filter(|c| c.0 > 0).map(|(n, word)| format!("{n} {word}"));
    let counts: Vec<String> = counts.collect();
    let on = match record.samples {
        [trained, 0] => format!("{} trained on", count(trained, "sample")),
        [_, held] => format!("{} held out", count(held, "sample")),
    };
    format!("{}; number {} won, cost {:.3e} on {on}", counts.join(", "), record.restart, record.cost)
}

/// All curves over decades of the cost; the restart that won in front.
pub fn curves_svg(record: &TrainingRecord) -> String {
    let decades = |costs: &[f64]| -> Vec<(f64, f64)> {
        let point = |(i, c): (usize, &f64)| ((i * record.curve_stride) as f64, c.max(1e-12).log10());
        costs.iter().enumerate().map(point).collect()
    };
    let curves: Vec<Vec<(f64, f64)>> = record.restarts.iter().map(|r| decades(&r.curve)).collect();
    let axis = |pick: fn(&(f64, f64)) -> f64| span(curves.iter().flatten().map(pick));
    let chart = Chart { across: (80.0, 776.0), down: (50.0, 420.0), x: axis(|p| p.0), y: axis(|p| p.1) };
    let mut svg = Svg::new(800.0, 460.0);
    chart.axes(&mut svg, "log10 of the mean cost over the epochs, each restart; the winner in blue");
    let losers = curves.iter().enumerate().filter(|(k, _)| *k != record.restart);
    losers.for_each(|(_, curve)| chart.curve(&mut svg, curve, "#bbbbbb", 1.0));
    if let Some(winner) = curves.get(record.restart) {
        chart.curve(&mut svg, winner, "#1f77b4", 2.0);
    }
    svg.text((428.0, 452.0), Anchor::Middle, "epoch");
    svg.finish()
}
