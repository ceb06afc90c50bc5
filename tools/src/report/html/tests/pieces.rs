//! Parts that the page is made of.

use super::super::chart::{Axis, Chart};
use super::super::nodes::{self, Kind};
use super::super::number::{self, Format};
use super::super::svg;

#[test]
fn numbers_have_four_digits() {
    let cases = [
        (0.0, "0"),
        (-0.0, "0"),
        (0.060_258, "0.06026"),
        (-12.0, "\u{2212}12"),
        (9.9999, "10"),
        (12_567.4, "12,567"),
        (0.000_05, "5\u{202f}×\u{202f}10⁻⁵"),
        (1e6, "10⁶"),
        (-2.283e-10, "\u{2212}2.283\u{202f}×\u{202f}10⁻¹⁰"),
    ];
    for (v, text) in cases {
        assert_eq!(number::short(v), text);
    }
    assert_eq!(number::count(u64::MAX), "18,446,744,073,709,551,615");
    assert_eq!(number::counted(1, "clock"), "1\u{a0}clock");
}

#[test]
fn almost_one_is_not_one() {
    assert_eq!(number::up_to_one(1.0), "1");
    assert_eq!(number::up_to_one(0.999_98), "0.99998");
    assert_eq!(number::up_to_one(-3.5), "\u{2212}3.5");
    assert_eq!(number::percent(1.0), "100.00\u{a0}%");
    assert_eq!(number::percent(0.999_98), "99.998\u{a0}%");
    assert_eq!(number::percent(0.9733), "97.33\u{a0}%");
}

#[test]
fn formats_are_read_or_refused() {
    let format = Format::parse("s14.10").expect("a format");
    assert_eq!((format.step(), format.range()), (1.0 / 1024.0, (-8.0, 8191.0 / 1024.0)));
    assert_eq!((format.code(6.25), format.code(99.0)), (6400.0, 8191.0));
    assert_eq!(Format::parse("u11.-1").expect("a format").range(), (0.0, 4094.0));
    for text in ["", "s", "x8.0", "s8", "s0.0", "s-3.1", "u9999999999.0", "s8.999", "s14.12 s14.13", "é8.0"]
    {
        assert_eq!(Format::parse(text), None, "{text}");
    }
}

/// The written ticks of a chart's axes, by its texts.
fn ticks(x: Axis, y: Axis) -> Vec<String> {
    let page = Chart::half(x, y).figure("", &[], maud::html! {}).into_string();
    let texts = page.split("class=\"tick\">").skip(1);
    texts.filter_map(|t| t.split('<').next()).map(str::to_owned).collect()
}

#[test]
fn ticks_are_round() {
    let axis = |low, high| Axis::between("", low, high);
    assert_eq!(
        ticks(axis(0.0, 6.3), axis(-0.0031, 0.0029)).join(" "),
        "0 1 2 3 4 5 6 \u{2212}0.003 \u{2212}0.002 \u{2212}0.001 0.000 0.001 0.002"
    );
    let cost = Axis::decades("", [0.86, 0.0039, 0.0, -1.0].into_iter());
    assert_eq!(
        ticks(axis(101_300.2, 101_300.8), cost).join(" "),
        "101,300.2 101,300.3 101,300.4 101,300.5 101,300.6 101,300.7 101,300.8 10⁻² 10⁻¹ 10⁰"
    );
}

#[test]
fn axes_of_anything_end() {
    let odd = [f64::NAN, f64::INFINITY, 0.0, -0.0, 1e149, -1e149, 5e-324, 1.0, 1.0f64.next_up()];
    for a in odd {
        for b in odd {
            let pair = || [a, b].into_iter();
            let written = ticks(Axis::over("", pair()), Axis::decades("", pair()));
            assert!(
                written.len() <= 42 && written.iter().all(|t| !t.contains("NaN") && !t.contains("inf")),
                "{a} {b}: {written:?}"
            );
        }
    }
}

#[test]
fn of_many_nodes_the_ends_are_drawn() {
    let kinds = vec![(Kind::Linear, 1), (Kind::Fused, 99)];
    let drawn = nodes::drawn(&kinds);
    assert_eq!((nodes::total(&kinds), drawn.len()), (100, 16));
    assert_eq!(drawn.first(), Some(&Some((0, Kind::Linear))));
    assert_eq!(drawn.get(8), Some(&None));
    assert_eq!(drawn.last(), Some(&Some((99, Kind::Fused))));
    assert_eq!(nodes::drawn(&vec![(Kind::Linear, 16)]).len(), 16);
}

#[test]
fn lines_break_where_a_point_is_missing() {
    let points = [(0.0, 1.0), (2.0, f64::NAN), (3.0, 4.0), (5.0, 6.04)];
    assert_eq!(svg::line(&points), "M0 1M3 4L5 6");
    assert_eq!(svg::dots(&points), "M0 1h0M3 4h0M5 6h0");
    assert_eq!(svg::fitted("temperature", 5), "temp…");
}
