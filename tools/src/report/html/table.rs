//! Tables that scroll in a box of their own, and lists of facts.

use maud::{Markup, html};

/// Letters of a cell that stay in one line.
const LONG: usize = 26;

/// A table under a heading: heads, then rows whose first cell names them. `words` says which columns hold words.
pub fn table(title: &str, heads: &[&str], words: &[usize], rows: &[Vec<String>]) -> Markup {
    let long = |cell: &String| cell.chars().count() > LONG;
    let cell = |cell: &String| html! { @if long(cell) { div class="long" { (cell) } } @else { (cell) } };
    let cells = rows.iter().map(|row| row.iter().map(cell).collect());
    marked(title, heads, words, &cells.collect::<Vec<Vec<Markup>>>())
}

/// Columns of a table that a phone shows side by side; the cells of wider ones are stacked there, each behind its head.
const NARROW: usize = 2;

/// A table as [`table`], of cells that are markup.
pub fn marked(title: &str, heads: &[&str], words: &[usize], rows: &[Vec<Markup>]) -> Markup {
    let class = |c: usize| if words.contains(&c) { "word" } else { "num" };
    html! {
        div class="scroll" tabindex="0" role="region" aria-label=(title) {
            table class=[(heads.len() > NARROW).then_some("stack")] {
                caption { (title) }
                thead {
                    tr { @for (c, head) in heads.iter().enumerate() { th scope="col" class=(class(c)) { (head) } } }
                }
                tbody {
                    @for row in rows {
                        tr {
                            @for (c, cell) in row.iter().enumerate() {
                                @if c == 0 {
                                    th scope="row" class=(class(0)) { (cell) }
                                } @else {
                                    td class=(class(c)) data-head=(heads.get(c).unwrap_or(&"")) { (cell) }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// Facts: names with their values. Those without a value are left out; nothing is left of none.
pub fn facts(all: Vec<(&str, Option<String>)>) -> Option<Markup> {
    let known: Vec<(&str, String)> = all.into_iter().filter_map(|(name, v)| Some((name, v?))).collect();
    (!known.is_empty()).then(|| {
        html! {
            dl { @for (name, value) in &known { div { dt { (name) } dd { (value) } } } }
        }
    })
}

/// Settings that few people read: closed until somebody opens them.
pub fn settings(title: &str, all: &[(String, String)]) -> Option<Markup> {
    (!all.is_empty()).then(|| {
        html! {
            details {
                summary { (title) }
                dl { @for (name, value) in all { div { dt { (name) } dd { (value) } } } }
            }
        }
    })
}

/// Parts of a section one after another; none if there are none.
pub fn join(parts: Vec<Option<Markup>>) -> Option<Markup> {
    let parts: Vec<Markup> = parts.into_iter().flatten().collect();
    (!parts.is_empty()).then(|| html! { @for part in &parts { (part) } })
}
