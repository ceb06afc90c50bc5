//! Confusion matrices: which class was taken for which.

use super::figures::{Figures, Part};
use super::json;
use super::number;
use super::table;
use maud::{Markup, html};
use serde_json::Value;

/// Most classes whose matrix is shown whole; of more, only the pairs that are confused most.
const CLASSES: usize = 24;

/// Pairs that are shown of a larger matrix.
const PAIRS: usize = 20;

/// A confusion matrix.
struct Matrix {
    /// Names of the classes.
    classes: Vec<String>,
    /// Samples of a true class by the class found.
    counts: Vec<Vec<u64>>,
}

impl Matrix {
    /// The matrix in some figures, if it is square.
    fn of(values: &Value) -> Option<Matrix> {
        let classes = json::texts(values, "/confusion/classes");
        let row = |row: &Value| json::list(row, "").iter().map(|n| json::count(n, "")).collect();
        let counts: Option<Vec<Vec<u64>>> = json::list(values, "/confusion/counts").iter().map(row).collect();
        let counts = counts?;
        let square = counts.len() == classes.len() && counts.iter().all(|r| r.len() == classes.len());
        (square && !classes.is_empty()).then_some(Matrix { classes, counts })
    }

    /// The matrix as a shaded table, or its worst pairs.
    fn shown(&self, title: &str) -> Markup {
        if self.classes.len() > CLASSES { self.pairs(title) } else { self.whole(title) }
    }

    /// Counts and shares of each row, the darker the larger the share.
    fn whole(&self, title: &str) -> Markup {
        html! {
            div class="scroll" tabindex="0" role="region" aria-label=(title) {
                table class="confusion" {
                    caption { (title) }
                    thead {
                        tr {
                            th scope="col" class="word" { "true class" }
                            @for class in &self.classes { th scope="col" { "as " (class) } }
                        }
                    }
                    tbody {
                        @for (t, (class, counts)) in self.classes.iter().zip(&self.counts).enumerate() {
                            tr {
                                th scope="row" class="word" { (class) }
                                @for (f, n) in counts.iter().enumerate() { (cell(*n, counts, t == f)) }
                            }
                        }
                    }
                }
            }
        }
    }

    /// The pairs of different classes that are confused most.
    fn pairs(&self, title: &str) -> Markup {
        let mut pairs: Vec<(u64, &str, &str)> = Vec::new();
        for (t, (class, counts)) in self.classes.iter().zip(&self.counts).enumerate() {
            let wrong = counts.iter().zip(&self.classes).enumerate().filter(|(f, (n, _))| *f != t && **n > 0);
            pairs.extend(wrong.map(|(_, (n, found))| (*n, class.as_str(), found.as_str())));
        }
        pairs.sort_by_key(|p| std::cmp::Reverse(p.0));
        let rows =
            pairs.iter().take(PAIRS).map(|(n, t, f)| vec![(*t).into(), (*f).into(), number::count(*n)]);
        let title = format!("{title}: the pairs confused most, of {} classes", self.classes.len());
        table::table(&title, &["true class", "found as", "samples"], &[0, 1], &rows.collect::<Vec<_>>())
    }
}

/// A cell: its count, its share of the row, its shade. What is right has another colour than what is wrong.
fn cell(n: u64, row: &[u64], right: bool) -> Markup {
    let all: u128 = row.iter().map(|v| u128::from(*v)).sum();
    let share = if all > 0 { n as f64 / all as f64 } else { 0.0 };
    let alpha = if n > 0 { 0.06 + 0.44 * share } else { 0.0 };
    html! {
        td class=(if right { "right" } else { "wrong" }) style={ "--share:" (format!("{alpha:.3}")) } {
            (number::count(n)) " "
            span class="share" { @if all > 0 { (number::rough_percent(share)) } @else { "-" } }
        }
    }
}

/// The matrices of the circuit: on samples held out, then on those of training.
pub fn matrices(all: &[Figures]) -> Option<Markup> {
    let shown = |part: Part, words: &str| {
        let figures = all.iter().find(|f| f.integer && f.part == part)?;
        Some(Matrix::of(&figures.values)?.shown(&format!("Classes that the circuit finds, {words} samples")))
    };
    let both = [shown(Part::HeldOut, "held-out"), shown(Part::Training, "training")];
    let tables = table::join(both.into())?;
    Some(html! {
        p { "Rows are true classes, columns what the circuit finds. Percentages are of the row." }
        (tables)
    })
}
