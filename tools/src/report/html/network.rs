//! The network as a drawing: layers as columns of nodes.

use super::columns::Columns;
use super::json;
use super::nodes::{self, Kind, Kinds};
use super::number;
use super::svg::{self, Anchor};
use maud::{Markup, html};
use serde_json::Value;

/// Width of the sheet, in pixels.
const WIDTH: f64 = 640.0;

/// Room for names at either side.
const SIDE: f64 = 150.0;

/// Room for titles and counts above the nodes.
const ABOVE: f64 = 54.0;

/// Room below the nodes.
const BELOW: f64 = 14.0;

/// From a node to the next one below.
const PITCH: f64 = 24.0;

/// A layer of a plan.
#[derive(Clone, Debug)]
pub struct Layer {
    /// Its neurons by kind.
    pub kinds: Kinds,
    /// Whether each neuron only subtracts an offset from one input, as far as widths of weights tell.
    single: bool,
}

impl Layer {
    /// A layer from its summary: `1 linear, 4 amplifying`.
    pub fn of(value: &Value) -> Layer {
        let text = json::text(value, "/neurons").unwrap_or_default();
        let kind = |part: &str| {
            let (n, word) = part.trim().split_once(' ')?;
            Some((Kind::of(word), n.parse::<usize>().ok().filter(|n| *n <= 1_000_000)?))
        };
        let kinds: Kinds = text.split(',').filter_map(kind).collect();
        let one = matches!(json::text(value, "/weights").as_deref(), Some("u2.0" | "u1.0"));
        let single = one && kinds.iter().all(|(kind, _)| *kind == Kind::Linear);
        Layer { kinds, single }
    }

    /// How many neurons it has.
    pub fn total(&self) -> usize {
        nodes::total(&self.kinds)
    }
}

/// How the nodes of two columns hang together, as far as a report tells.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Link {
    /// Each with each.
    All,
    /// Each with the one at its height.
    Single,
    /// Some with some: a band stands for them.
    Band,
}

/// A column of the drawing.
struct Column {
    /// What stands above it.
    title: String,
    /// The nodes that are drawn, with their numbers in the layer; none stands for a gap.
    nodes: Vec<Option<(usize, Kind)>>,
    /// How many nodes the layer has.
    total: usize,
    /// How it hangs together with the column on its left.
    link: Link,
}

/// The section with the drawing; none without layers.
pub fn section(report: &Value) -> Option<Markup> {
    let names = Columns::of(report);
    let columns = columns(report, &names)?;
    let most = columns.iter().map(|c| c.nodes.len()).max().unwrap_or(0);
    let size = (WIDTH, ABOVE + PITCH * most as f64 + BELOW);
    let kinds = [
        Kind::Input,
        Kind::Linear,
        Kind::Ordinary,
        Kind::Amplifying,
        Kind::Attenuating,
        Kind::Fused,
        Kind::Other,
        Kind::Decision,
    ];
    let there = |kind: &Kind| columns.iter().flat_map(|c| c.nodes.iter().flatten()).any(|(_, k)| k == kind);
    let caption = html! {
        strong { "The network" } " "
        @for kind in kinds.iter().filter(|kind| there(kind)) { (kind.key()) }
    };
    let body = html! {
        (links(&columns, size.1))
        @for (c, column) in columns.iter().enumerate() { (column_of(c, column, &columns, size.1)) }
        (ends(&columns, &names, size.1))
    };
    let bands = columns.iter().any(|c| c.link == Link::Band);
    Some(html! {
        (svg::figure("wide", size, "The network: layers as columns of nodes", caption, body))
        p class="note" {
            @if bands { "A band stands for connections that were learned: " code { "plan.json" } " tells which there are." }
            @else { "Lines are the connections that a layer may have; a weight may be 0." }
        }
    })
}

/// Inputs, layers, and the decision between classes.
fn columns(report: &Value, names: &Columns) -> Option<Vec<Column>> {
    let layers: Vec<Layer> = json::list(report, "/plan/layers").iter().map(Layer::of).collect();
    if layers.iter().all(|l| l.total() == 0) {
        return None;
    }
    let column = |title: String, kinds: &Kinds, link| {
        let (nodes, total) = (nodes::drawn(kinds), nodes::total(kinds));
        Column { title, nodes, total, link }
    };
    let edges = json::count(report, "/edges").is_some();
    let mut all = vec![column("inputs".into(), &vec![(Kind::Input, names.inputs.len())], Link::All)];
    for (l, layer) in layers.iter().enumerate() {
        let link = match (l, layer.single && layer.total() == names.inputs.len()) {
            (0, true) => Link::Single,
            _ if edges => Link::Band,
            _ => Link::All,
        };
        all.push(column(format!("layer {l}"), &layer.kinds, link));
    }
    if !names.classes.is_empty() {
        all.push(column("class".into(), &vec![(Kind::Decision, 1)], Link::All));
    }
    Some(all)
}

/// The place of a node: its column of so many, its place of so many in the column.
fn place(c: usize, of: usize, n: usize, count: usize, height: f64) -> (f64, f64) {
    let step = (WIDTH - 2.0 * SIDE) / (of.saturating_sub(1)).max(1) as f64;
    let middle = ABOVE + 0.5 * (height - ABOVE - BELOW);
    (SIDE + step * c as f64, middle + PITCH * (n as f64 - 0.5 * (count as f64 - 1.0)))
}

/// The connections between all columns.
fn links(columns: &[Column], height: f64) -> Markup {
    let of = columns.len();
    let places = |c: usize, column: &Column| -> Vec<(f64, f64)> {
        let count = column.nodes.len();
        let drawn = column.nodes.iter().enumerate().filter(|(_, n)| n.is_some());
        drawn.map(|(n, _)| place(c, of, n, count, height)).collect()
    };
    let between = columns.iter().enumerate().zip(columns.iter().enumerate().skip(1));
    let one = between.map(|((a, from), (b, to))| {
        let (left, right) = (places(a, from), places(b, to));
        let pairs: Vec<_> = left.iter().flat_map(|p| right.iter().map(|q| [*p, *q])).collect();
        let single: Vec<_> = left.iter().zip(&right).map(|(p, q)| [*p, *q]).collect();
        match (to.link, left.first(), left.last(), right.first(), right.last()) {
            (Link::Band, Some(a), Some(b), Some(c), Some(d)) => {
                let corners = [(a.0, a.1 - 7.0), (c.0, c.1 - 7.0), (d.0, d.1 + 7.0), (b.0, b.1 + 7.0)];
                svg::path("band", &format!("{}Z", svg::line(&corners)))
            }
            (Link::Single, ..) => svg::path("link", &single.iter().map(|p| svg::line(p)).collect::<String>()),
            _ => svg::path("link", &pairs.iter().map(|p| svg::line(p)).collect::<String>()),
        }
    });
    html! { @for link in one { (link) } }
}

/// A column: its title, its count, its nodes.
fn column_of(c: usize, column: &Column, all: &[Column], height: f64) -> Markup {
    let count = column.nodes.len();
    let (x, _) = place(c, all.len(), 0, 1, height);
    let roomy = all.len() < 7;
    let title = if roomy { column.title.as_str() } else { column.title.trim_start_matches("layer ") };
    html! {
        @if roomy || column.title.starts_with("layer") {
            (svg::text((x, 19.0), Anchor::Middle, "name", title))
        }
        (svg::text((x, 42.0), Anchor::Middle, "tick", &number::count(column.total as u64)))
        @for (n, node) in column.nodes.iter().enumerate() {
            @match node {
                Some((_, kind)) => (kind.node(place(c, all.len(), n, count, height))),
                None => (svg::text(place(c, all.len(), n, count, height + 8.0), Anchor::Middle, "name", "⋮")),
            }
        }
    }
}

/// The names of inputs and outputs beside their nodes.
fn ends(columns: &[Column], names: &Columns, height: f64) -> Markup {
    let of = columns.len();
    let named = |c: usize, column: &Column, name: &dyn Fn(usize) -> String| -> Vec<((f64, f64), String)> {
        let count = column.nodes.len();
        let drawn = column.nodes.iter().enumerate().filter_map(|(i, node)| Some((i, node.as_ref()?.0)));
        drawn.map(|(i, n)| (place(c, of, i, count, height), name(n))).collect()
    };
    let inputs = columns.first().map(|c| named(0, c, &|n| names.input(n).name)).unwrap_or_default();
    let result = |n: usize| if names.classes.is_empty() { names.output(n).name } else { "class".into() };
    let outputs = columns.last().map(|c| named(of - 1, c, &result)).unwrap_or_default();
    html! {
        @for ((x, y), name) in &inputs {
            (svg::text((x - 14.0, y + 4.0), Anchor::End, "tick", &svg::fitted(name, 11)))
        }
        @for ((x, y), name) in &outputs {
            (svg::text((x + 14.0, y + 4.0), Anchor::Start, "tick", &svg::fitted(name, 11)))
        }
    }
}
