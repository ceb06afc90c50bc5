//! `report.html`: a build as one page that opens from disk.
//!
//! Everything stands in `report.json`. What that lacks, or has in another type, is left out of the page.

mod board;
mod chart;
mod circuit;
mod classmap;
mod columns;
mod confusion;
mod courses;
mod error;
mod figures;
mod head;
mod inputs;
mod json;
mod network;
mod nodes;
mod number;
mod numbers;
mod plots;
mod ports;
mod proof;
mod residuals;
mod resources;
mod samples;
mod search;
mod style;
mod svg;
mod table;
mod tables;
mod training;
mod verdict;
mod wave;

#[cfg(test)]
mod tests;

use maud::{Markup, PreEscaped, html};
use serde_json::Value;

/// Tags without an end, written as XML wants them too: the page is both.
const META: &str = "<meta charset=\"utf-8\"/>\
    <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\
    <meta name=\"color-scheme\" content=\"light dark\"/>";

/// A part of the page: its anchor, its heading, its contents.
type Section = (&'static str, &'static str, Markup);

/// The page of a build, from the contents of its `report.json`. No field is needed.
pub fn page(report: &Value) -> String {
    let name = json::text(report, "/name").unwrap_or_else(|| "circuit".into());
    let sections = sections(report);
    let page = html! {
        (PreEscaped("<!DOCTYPE html>\n"))
        html lang="en" {
            head {
                (PreEscaped(META))
                title { (name) " - Gainstage report" }
                style { (PreEscaped(style::CSS)) }
            }
            body {
                main {
                    (head::head(report, &name))
                    (contents(&sections))
                    @for (id, title, body) in &sections {
                        section id=(id) { h2 { (title) } (body) }
                    }
                    (foot(report))
                }
            }
        }
    };
    page.into_string()
}

/// The sections that have data, in the order of the page.
fn sections(report: &Value) -> Vec<Section> {
    let all = [
        ("data", "Data", samples::section(report)),
        ("error", "Error", error::section(report)),
        ("plots", "Plots", plots::section(report)),
        ("inputs", "Inputs", inputs::section(report)),
        ("search", "Search", search::section(report)),
        ("training", "Training", training::section(report)),
        ("network", "Network", network::section(report)),
        ("numbers", "Numbers", numbers::section(report)),
        ("tables", "Tables", tables::section(report)),
        ("circuit", "Circuit", circuit::section(report)),
        ("proof", "Proof", proof::section(report)),
        ("ports", "Ports", ports::section(report)),
    ];
    all.into_iter().filter_map(|(id, title, body)| Some((id, title, body?))).collect()
}

/// The table of contents: a link to each section.
fn contents(sections: &[Section]) -> Markup {
    html! {
        @if sections.is_empty() {
            p { "The report has no figures." }
        } @else {
            nav aria-label="Contents" {
                ol {
                    @for (id, title, _) in sections {
                        li { a href={ "#" (id) } { (title) } }
                    }
                }
            }
        }
    }
}

/// The last line: which program, and where the figures are for other programs.
fn foot(report: &Value) -> Markup {
    let version = json::text(report, "/version");
    html! {
        footer {
            p {
                "Written by Gainstage" @if let Some(version) = version { " " (version) }
                ". All figures stand in " code { "report.json" } "."
            }
        }
    }
}
