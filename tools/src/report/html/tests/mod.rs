//! Tests of the whole page, by what an XML reader finds in it.

mod broken;
mod figures;
mod pieces;
mod sample;

use super::page;
use roxmltree::{Document, ParsingOptions};
use serde_json::{Value, json};

/// A page as XML, which it has to be.
fn well_formed(text: &str) -> Document<'_> {
    let options = ParsingOptions { allow_dtd: true, ..ParsingOptions::default() };
    Document::parse_with_options(text, options).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

/// What is found in the page of a report.
fn with_page<T>(report: &Value, look: impl FnOnce(&Document) -> T) -> T {
    look(&well_formed(&page(report)))
}

/// The visible text of a page, with single spaces.
fn visible(report: &Value) -> String {
    let all = with_page(report, |d| {
        let inside = |n: &roxmltree::Node| n.ancestors().any(|a| a.has_tag_name("style"));
        let texts = d.descendants().filter(|n| n.is_text() && !inside(n));
        texts.filter_map(|n| n.text()).collect::<Vec<_>>().join(" ")
    });
    all.replace(['\u{a0}', '\u{202f}'], " ").split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The anchors of the sections.
fn sections(report: &Value) -> Vec<String> {
    with_page(report, |d| {
        let all = d.descendants().filter(|n| n.has_tag_name("section"));
        all.filter_map(|n| n.attribute("id")).map(str::to_owned).collect()
    })
}

/// The titles of the drawings.
fn drawings(report: &Value) -> Vec<String> {
    with_page(report, |d| {
        let svg = d.descendants().filter(|n| n.has_tag_name("svg"));
        let titles = svg.filter_map(|n| n.children().find(|c| c.has_tag_name("title")));
        titles.filter_map(|n| n.text()).map(str::to_owned).collect()
    })
}

#[test]
fn an_empty_report_is_a_page() {
    for empty in [json!({}), json!(null), json!([]), json!("report"), json!(7)] {
        assert!(sections(&empty).is_empty());
        assert!(drawings(&empty).is_empty());
        assert!(visible(&empty).contains("The report has no figures."));
    }
}

#[test]
fn every_kind_of_report_is_well_formed() {
    for (name, report) in sample::all() {
        with_page(&report, |d| {
            assert_eq!(d.root_element().attribute("lang"), Some("en"), "{name}");
            let scripts = d.descendants().filter(|n| n.has_tag_name("script")).count();
            assert_eq!(scripts, 0, "{name}");
        });
    }
}

#[test]
fn nothing_comes_from_outside() {
    for (name, report) in sample::all() {
        let text = page(&report);
        for outside in ["http:", "https:", "src=", "@import", "url(", "<link"] {
            assert!(!text.contains(outside), "{name}: {outside}");
        }
    }
}

#[test]
fn links_lead_to_sections() {
    for (name, report) in sample::all() {
        let links = with_page(&report, |d| {
            let all = d.descendants().filter(|n| n.has_tag_name("a"));
            all.filter_map(|n| n.attribute("href"))
                .map(|h| h.trim_start_matches('#').to_owned())
                .collect::<Vec<_>>()
        });
        assert_eq!(links, sections(&report), "{name}");
    }
}

#[test]
fn headings_and_drawings_are_for_everybody() {
    for (name, report) in sample::all() {
        with_page(&report, |d| {
            assert_eq!(d.descendants().filter(|n| n.has_tag_name("h1")).count(), 1, "{name}");
            let images = d.descendants().filter(|n| n.attribute("role") == Some("img"));
            for image in images {
                assert!(image.attribute("viewBox").is_some(), "{name}");
                assert!(image.children().any(|c| c.has_tag_name("title")), "{name}");
            }
        });
    }
}

#[test]
fn sections_appear_only_with_their_data() {
    let all = sections(&sample::network());
    let expected =
        ["data", "error", "plots", "training", "network", "numbers", "tables", "circuit", "proof", "ports"];
    assert_eq!(all, expected);
    let without = |fields: &[&str]| {
        let mut report = sample::network();
        if let Some(object) = report.as_object_mut() {
            fields.iter().for_each(|f| drop(object.remove(*f)));
        }
        sections(&report)
    };
    let lost = |fields: &[&str]| {
        let left = without(fields);
        expected.into_iter().filter(|s| !left.iter().any(|l| l == s)).collect::<Vec<_>>()
    };
    assert!(sections(&sample::edges()).iter().any(|s| s == "inputs"));
    assert_eq!(lost(&["drawn"]), ["plots"]);
    assert_eq!(lost(&["columns", "data"]), ["data"]);
    assert_eq!(lost(&["training", "seeds", "seconds"]), ["training"]);
    assert_eq!(lost(&["plan", "bits", "signals"]), ["network", "numbers", "tables", "ports"]);
    let proof = ["samples", "simulators", "vectors", "seeds", "files", "tools", "seconds"];
    assert_eq!(lost(&proof), ["proof"]);
    assert_eq!(sections(&json!({ "errors": { "training": { "integer": { "mae": 1.5 } } } })), ["error"]);
    assert_eq!(sections(&json!({ "latency": 3 })), ["circuit"]);
}
