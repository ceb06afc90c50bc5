//! Codes of faults: which one an error has, and what it means.

use gainstage_golden::fault::{Area, Code};
use std::error::Error;
use std::fmt::Write;

/// Everything that has codes.
pub fn areas() -> impl Iterator<Item = &'static Area> {
    let crates = [gainstage_golden::fault::AREAS, gainstage_hdl::fault::AREAS, gainstage_sim::fault::AREAS];
    crates.into_iter().chain([crate::project::AREAS]).flatten()
}

/// All codes, in the order of their numbers.
pub fn codes() -> Vec<&'static Code> {
    let mut all: Vec<&Code> = areas().flat_map(|a| a.codes).collect();
    all.sort_by_key(|c| c.number);
    all
}

/// The code of an error, or of the first of its causes that has one.
pub fn code_of(error: &(dyn Error + 'static)) -> Option<&'static Code> {
    let found = areas().find_map(|area| (area.of)(error));
    found.or_else(|| error.source().and_then(code_of))
}

/// The code that a text names: `GS0405`, `gs405` or `405`.
pub fn find(text: &str) -> Option<&'static Code> {
    let upper = text.trim().to_ascii_uppercase();
    let number: u16 = upper.strip_prefix("GS").unwrap_or(&upper).parse().ok()?;
    codes().into_iter().find(|c| c.number == number)
}

/// What there is to say of a code.
pub fn text(code: &Code) -> String {
    let example = code.example.trim_end().replace('\n', "\n    ");
    format!("{code}: {}\n\n{}\n\nExample:\n    {example}\n\nCure: {}\n", code.title, code.why, code.cure)
}

/// The page of all codes: `docs/errors.md`.
pub fn page() -> String {
    let mut text = String::from(
        "# Errors\n\nEvery fault of an input has a code, which never means something else: `error[GS0405]`, and `code` in the \
         object of `--json`\nand `fault` of the exceptions of the Python package. `gainstage explain GS0405` prints what stands here.\n\
         In examples, what stands before the first colon is the file, and the rest its text, or a field of it and a value \
         that it\ncannot have; `$` is a command. This page is what `gainstage explain --markdown` prints.\n",
    );
    let mut areas: Vec<&Area> = areas().filter(|a| !a.codes.is_empty()).collect();
    areas.sort_by_key(|a| a.codes[0].number);
    for area in areas {
        let _ = write!(text, "\n## {}\n", area.title);
        for code in area.codes {
            let example = visible(code.example.trim_end()).replace('\n', "\n    ");
            let _ = write!(
                text,
                "\n### {code}: {}\n\n{}\n\n    {example}\n\n{}\n",
                code.title, code.why, code.cure
            );
        }
    }
    text
}

/// A text with its control characters written out.
fn visible(text: &str) -> String {
    let shown = |c: char| match c {
        '\n' => "\n".to_owned(),
        c if c.is_control() => c.escape_default().to_string(),
        c => c.to_string(),
    };
    text.chars().map(shown).collect()
}

#[cfg(test)]
mod tests;
