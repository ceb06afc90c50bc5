//! Parts of drawings. Colours are classes of the style sheet, so that a page is legible in light and in dark.

use maud::{Markup, html};

/// Where a text stands relative to its point.
#[derive(Clone, Copy, Debug)]
pub enum Anchor {
    /// It begins there.
    Start,
    /// It is centred there.
    Middle,
    /// It ends there.
    End,
}

impl Anchor {
    /// The word of SVG.
    fn word(self) -> &'static str {
        match self {
            Anchor::Start => "start",
            Anchor::Middle => "middle",
            Anchor::End => "end",
        }
    }
}

/// What a legend shows beside a name.
#[derive(Clone, Copy, Debug)]
pub enum Mark {
    /// A dot.
    Dot,
    /// A piece of a line.
    Line,
    /// A filled box.
    Bar,
}

/// An entry of a legend: the class that colours it, its mark, its name.
pub type Key<'a> = (&'a str, Mark, &'a str);

/// A figure: a drawing of this size under a caption. The title is for readers who cannot see it.
pub fn figure(class: &str, size: (f64, f64), title: &str, caption: Markup, body: Markup) -> Markup {
    html! {
        figure class=(class) {
            figcaption { (caption) }
            (drawing(size, title, body))
        }
    }
}

/// A drawing of this size, without a caption.
pub fn drawing((width, height): (f64, f64), title: &str, body: Markup) -> Markup {
    html! {
        svg viewBox={ "0 0 " (px(width)) " " (px(height)) } role="img" { title { (title) } (body) }
    }
}

/// A legend in words, so that it is legible on any screen.
pub fn legend(keys: &[Key]) -> Markup {
    html! {
        @for (class, mark, name) in keys {
            span class="key" {
                svg viewBox="0 0 22 12" aria-hidden="true" {
                    @match mark {
                        Mark::Dot => path class={ "dots " (class) } d="M11 6h0" {},
                        Mark::Line => path class={ "line " (class) } d="M1 6H21" {},
                        Mark::Bar => path class={ "fill " (class) } d="M3 1H19V11H3Z" {},
                    }
                }
                (name)
            }
        }
    }
}

/// A text.
pub fn text(point: (f64, f64), anchor: Anchor, class: &str, text: &str) -> Markup {
    html! {
        text x=(px(point.0)) y=(px(point.1)) text-anchor=(anchor.word()) class=(class) { (text) }
    }
}

/// A line, a filled shape or dots: what its class says. Nothing is drawn of nothing.
pub fn path(class: &str, d: &str) -> Markup {
    html! { @if !d.is_empty() { path class=(class) d=(d) {} } }
}

/// A length in a tenth of a pixel: finer is not seen, and the file stays small.
pub fn px(v: f64) -> String {
    let rounded = (v * 10.0).round() / 10.0;
    if rounded.is_finite() { format!("{}", rounded + 0.0) } else { "0".into() }
}

/// A line through points, broken where one is not finite.
pub fn line(points: &[(f64, f64)]) -> String {
    let mut d = String::new();
    let mut pen = 'M';
    for &(x, y) in points {
        if !(x.is_finite() && y.is_finite()) {
            pen = 'M';
            continue;
        }
        d.push(pen);
        d += &format!("{} {}", px(x), px(y));
        pen = 'L';
    }
    d
}

/// Dots: strokes of no length, which round ends make visible.
pub fn dots(points: &[(f64, f64)]) -> String {
    let finite = points.iter().filter(|(x, y)| x.is_finite() && y.is_finite());
    finite.map(|&(x, y)| format!("M{} {}h0", px(x), px(y))).collect()
}

/// A box: its upper left corner, its size.
pub fn rectangle((x, y): (f64, f64), (width, height): (f64, f64)) -> String {
    format!("M{} {}h{}v{}h{}Z", px(x), px(y), px(width), px(height), px(-width))
}

/// A name that fits: its beginning and an ellipsis where it has more letters.
pub fn fitted(name: &str, letters: usize) -> String {
    match name.chars().count() > letters {
        true => name.chars().take(letters.saturating_sub(1)).chain(['…']).collect(),
        false => name.to_owned(),
    }
}
