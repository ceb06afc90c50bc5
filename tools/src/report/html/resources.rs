//! What the parts of the circuit take: by estimate, and what tools counted where there was a board.

use super::json;
use super::number;
use super::table;
use maud::{Markup, html};
use serde_json::Value;

/// Most modules that are listed.
const MODULES: usize = 24;

/// Resources by their names in the report, and what they are called.
const KINDS: [(&str, &str); 4] =
    [("lut", "look-up tables"), ("ff", "flip-flops"), ("dsp", "multipliers"), ("bram", "block RAMs")];

/// Sites of parts that hold a resource, by nextpnr's names. A cell of iCE40 is a look-up table and a flip-flop.
const SITES: [(&str, &[&str]); 4] = [
    ("lut", &["TRELLIS_COMB", "OXIDE_COMB", "ICESTORM_LC"]),
    ("ff", &["TRELLIS_FF", "OXIDE_FF"]),
    ("dsp", &["MULT18X18D", "MULT18_CORE", "ICESTORM_DSP"]),
    ("bram", &["DP16KD", "OXIDE_EBR", "ICESTORM_RAM"]),
];

/// What the circuit takes, part by part; none where the report does not say.
pub fn resources(report: &Value) -> Option<Markup> {
    let all = report.pointer("/resources").filter(|r| r.is_object())?;
    let total = json::count(all, "/total/lut").unwrap_or(0);
    let part = |p: &Value| {
        let share = json::count(p, "/cost/lut").map(|n| n as f64 / total.max(1) as f64);
        let head = html! { (json::text(p, "/part").unwrap_or_else(|| "-".into())) };
        let what = json::text(p, "/what").unwrap_or_default();
        [vec![head, html! { div class="long" { (what) } }], counts(p, "/cost"), vec![bar(share)]].concat()
    };
    let sum = |name: &str, what: &str, cells: Vec<Markup>| {
        [vec![html! { strong { (name) } }, html! { div class="long" { (what) } }], cells, vec![html! {}]]
            .concat()
    };
    let mut rows: Vec<Vec<Markup>> = json::list(all, "/parts").iter().map(part).collect();
    if rows.is_empty() {
        return None;
    }
    rows.push(sum("all", "by estimate", counts(all, "/total")));
    if let Some(board) = report.pointer("/board").filter(|b| b.is_object()) {
        rows.push(sum(
            "synthesised",
            "counted by yosys, with the board's own logic",
            counts(board, "/counts"),
        ));
        let placed = placed(board);
        rows.extend(
            placed.map(|cells| sum("placed", "sites that nextpnr took, with the board's own logic", cells)),
        );
    }
    Some(html! {
        h3 { "Resources" }
        p {
            "Parts are estimates from the modules as they are written, before synthesis, which shares, merges and chooses \
             otherwise. Bars are shares of the look-up tables."
            @if let Some(n) = json::count(report, "/lut_estimate") {
                " The search counts for itself: " (number::count(n)) " look-up tables, of six inputs and without block RAM."
            }
        }
        (table::marked("Resources of each part", &heads("part"), &[0, 1, 6], &rows))
        @if let Some(modules) = modules(all) { (modules) }
    })
}

/// The heads of both tables.
fn heads(first: &'static str) -> [&'static str; 7] {
    let [lut, ff, dsp, bram] = KINDS.map(|k| k.1);
    [first, "what", lut, ff, dsp, bram, ""]
}

/// The counts of an object.
fn counts(value: &Value, pointer: &str) -> Vec<Markup> {
    let one = |name: &str| json::count(value, &format!("{pointer}/{name}"));
    KINDS.iter().map(|(name, _)| html! { (one(name).map_or_else(|| "-".into(), number::count)) }).collect()
}

/// A share as a bar.
fn bar(share: Option<f64>) -> Markup {
    let width = 100.0 * share.unwrap_or(0.0).clamp(0.0, 1.0);
    html! { div class="bar" { span style={ "width:" (format!("{width:.1}")) "%" } {} } }
}

/// Sites taken, of each resource; none where nothing was placed.
fn placed(board: &Value) -> Option<Vec<Markup>> {
    let used = json::list(board, "/utilization");
    let one = |sites: &[&str]| {
        let site =
            used.iter().find(|u| json::text(u, "/site").is_some_and(|s| sites.contains(&s.as_str())))?;
        json::count(site, "/used")
    };
    let found: Vec<Option<u64>> = SITES.iter().map(|(_, sites)| one(sites)).collect();
    let shown = |n: &Option<u64>| html! { (n.map_or_else(|| "-".into(), number::count)) };
    found.iter().any(Option::is_some).then(|| found.iter().map(shown).collect())
}

/// Every module without what is inside, closed until somebody opens it.
fn modules(all: &Value) -> Option<Markup> {
    let modules = json::list(all, "/modules");
    let row = |m: &Value| {
        let name = json::text(m, "/module").unwrap_or_else(|| "-".into());
        let what = json::text(m, "/what").unwrap_or_default();
        let times = json::count(m, "/instances").map_or_else(|| "-".into(), number::count);
        [
            vec![html! { (name) }, html! { div class="long" { (what) } }],
            counts(m, "/cost"),
            vec![html! { (times) }],
        ]
        .concat()
    };
    let rows: Vec<Vec<Markup>> = modules.iter().take(MODULES).map(row).collect();
    let rest = modules.len().saturating_sub(MODULES);
    let mut heads = heads("module");
    heads[6] = "how often";
    (!rows.is_empty()).then(|| {
        html! {
            details {
                summary { "Modules, the largest first" }
                p { "Each without the modules inside it, counted once." }
                (table::marked("Resources of each module", &heads, &[0, 1], &rows))
                @if rest > 0 { p { (number::counted(rest as u64, "more module")) " in " code { "report.json" } "." } }
            }
        }
    })
}
