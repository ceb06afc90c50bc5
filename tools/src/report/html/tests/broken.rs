//! Reports that are hostile or broken: the page stays well-formed, and what is broken is left out.

use super::super::page;
use super::{sample, sections, visible, well_formed, with_page};
use serde_json::{Value, json};

#[test]
fn hostile_texts_stay_texts() {
    let report = sample::hostile();
    let text = page(&report);
    assert!(!text.contains("<script"));
    assert_eq!(text.matches("</style>").count(), 1);
    assert!(!text.contains('\u{202e}') && !text.contains('\u{0}'));
    with_page(&report, |d| {
        let known = [
            "html",
            "head",
            "meta",
            "title",
            "style",
            "body",
            "main",
            "header",
            "section",
            "footer",
            "nav",
            "h1",
            "h2",
            "h3",
            "p",
            "a",
            "ol",
            "ul",
            "li",
            "dl",
            "dt",
            "dd",
            "div",
            "span",
            "strong",
            "em",
            "code",
            "var",
            "sup",
            "table",
            "caption",
            "thead",
            "tbody",
            "tr",
            "th",
            "td",
            "figure",
            "figcaption",
            "svg",
            "path",
            "text",
            "details",
            "summary",
        ];
        for node in d.descendants().filter(roxmltree::Node::is_element) {
            assert!(known.contains(&node.tag_name().name()), "{}", node.tag_name().name());
            assert!(node.attributes().all(|a| !a.name().starts_with("on")));
        }
    });
}

#[test]
fn hostile_names_are_shown_where_they_belong() {
    let seen = visible(&sample::hostile());
    // Classes, columns, the design, free names of fields.
    for name in ["sine", "phase", "as a", "as b", "Verilator"] {
        assert!(seen.contains(&format!("{name}\"><script>alert('x')</script>&")), "{name}");
    }
}

/// The paths of all values in a report; of an array the first two and the last.
fn pointers(value: &Value, at: &str, all: &mut Vec<String>) {
    all.push(at.to_owned());
    match value {
        Value::Object(fields) => {
            fields.iter().for_each(|(k, v)| pointers(v, &format!("{at}/{}", k.replace('/', "~1")), all));
        }
        Value::Array(list) => {
            let ends = list.iter().enumerate().filter(|(i, _)| *i < 2 || i + 1 == list.len());
            ends.for_each(|(i, v)| pointers(v, &format!("{at}/{i}"), all));
        }
        _ => {}
    }
}

/// Values that no field expects.
fn odd() -> Vec<Value> {
    vec![
        json!(null),
        json!(true),
        json!("odd"),
        json!(""),
        json!(0),
        json!(-7.5),
        json!(u64::MAX),
        json!(i64::MIN),
        json!(1e308),
        json!(-1e308),
        json!(5e-324),
        json!([]),
        json!({}),
        json!([[null, "x", 1e308]]),
        json!({ "x": [1] }),
    ]
}

#[test]
fn any_field_may_hold_anything() {
    // Every field gets a few of the odd values, in each report others: all of them everywhere take minutes.
    for (r, (name, report)) in
        sample::all().into_iter().enumerate().filter(|(_, (name, _))| *name != "hostile")
    {
        let mut all = Vec::new();
        pointers(&report, "", &mut all);
        assert!(all.len() > 100, "{name}");
        for (p, pointer) in all.iter().enumerate() {
            for (_, value) in odd().into_iter().enumerate().filter(|(v, _)| (r + p + v).is_multiple_of(5)) {
                let mut broken = report.clone();
                if let Some(place) = broken.pointer_mut(pointer) {
                    *place = value;
                }
                let text = page(&broken);
                let bad = ["NaN", ">inf", " inf", ":inf", "-inf", "\u{2212}inf"]
                    .into_iter()
                    .find(|b| text.contains(b));
                assert_eq!(bad, None, "{name} {pointer}");
                well_formed(&text);
            }
        }
    }
}

#[test]
fn any_field_may_be_missing() {
    for (_, report) in sample::all() {
        let mut all = Vec::new();
        pointers(&report, "", &mut all);
        for pointer in all.iter().filter(|p| !p.is_empty()) {
            let (parent, key) = pointer.rsplit_once('/').unwrap_or_default();
            let mut broken = report.clone();
            match broken.pointer_mut(parent) {
                Some(Value::Object(fields)) => drop(fields.remove(&key.replace("~1", "/"))),
                Some(Value::Array(list)) => drop(key.parse::<usize>().map(|i| list.remove(i))),
                _ => {}
            }
            with_page(&broken, |_| ());
        }
    }
}

#[test]
fn a_broken_figure_takes_only_itself() {
    let mut report = sample::network();
    report["errors"]["held_out"]["integer"]["rmse"] = json!("much");
    report["drawn"]["integer"][3] = json!([null]);
    report["plan"]["layers"][0]["sum_bits"] = json!([]);
    assert_eq!(sections(&report), sections(&sample::network()));
    let seen = visible(&report);
    assert!(seen.contains("Root mean square error") && seen.contains("0.0437"));
}
