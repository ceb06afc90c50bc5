//! A map of classes over two inputs: where the circuit finds which.

use super::chart::{Axis, Chart};
use super::columns::Columns;
use super::plots::{Drawn, points};
use super::svg::{self, Key, Mark};
use maud::{Markup, html};

/// Classes that have colours of their own; more are not drawn.
const COLOURS: [&str; 6] = ["c-1", "c-2", "c-3", "c-4", "c-5", "c-6"];

/// The map; none unless there are two inputs and few classes.
pub fn map(drawn: &Drawn, columns: &Columns) -> Option<Markup> {
    let classes = &columns.classes;
    let two = drawn.x.iter().all(|row| row.len() == 2);
    if !two || classes.is_empty() || classes.len() > COLOURS.len() {
        return None;
    }
    let (x, y) = (drawn.input(0), drawn.input(1));
    let found: Vec<Option<usize>> = drawn.integer.iter().map(|row| class(row)).collect();
    let truth: Vec<Option<usize>> = drawn.target.iter().map(|row| class(row)).collect();
    let where_found = |k: usize| pick(&x, &y, |i| found.get(i) == Some(&Some(k)));
    let wrong = pick(&x, &y, |i| match (found.get(i), truth.get(i)) {
        (Some(Some(f)), Some(Some(t))) => f != t,
        _ => false,
    });
    let axis = |i: usize, values: &[f64]| Axis::over(&columns.input(i).label(), values.iter().copied());
    let chart = Chart::wide(480.0, axis(0, &x), axis(1, &y));
    let mut keys: Vec<Key> = COLOURS.iter().zip(classes).map(|(c, n)| (*c, Mark::Dot, n.as_str())).collect();
    if !wrong.is_empty() {
        keys.push(("c-wrong", Mark::Dot, "found wrong: a ring"));
    }
    let body = html! {
        (svg::path("dots ring c-wrong", &chart.dots(&wrong)))
        @for (k, colour) in COLOURS.iter().enumerate().take(classes.len()) {
            (svg::path(&format!("dots {colour}"), &chart.dots(&where_found(k))))
        }
    };
    Some(chart.figure("Classes that the circuit finds", &keys, body))
}

/// The class of a row: the place of its largest score, or its only number.
fn class(row: &[f64]) -> Option<usize> {
    if let [only] = row {
        return (only.fract() == 0.0 && (0.0..64.0).contains(only)).then_some(*only as usize);
    }
    let scores = row.iter().enumerate().filter(|(_, v)| v.is_finite());
    let best = scores.fold(None, |best: Option<(usize, f64)>, (i, v)| match best {
        Some((_, most)) if most >= *v => best,
        _ => Some((i, *v)),
    });
    best.map(|(i, _)| i)
}

/// The points whose row is wanted.
fn pick(x: &[f64], y: &[f64], wanted: impl Fn(usize) -> bool) -> Vec<(f64, f64)> {
    points(x, y).into_iter().enumerate().filter(|(i, _)| wanted(*i)).map(|(_, p)| p).collect()
}
