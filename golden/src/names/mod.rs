//! Names of designs: one word that Verilog, VHDL, C, C++ and file systems all take.
//!
//! The name of a design becomes that of its top module, of its files, of a C function and of an include file, and every
//! module of the design begins with it. So a name is judged once, wherever it enters, against everything it will meet:
//! reserved words of all those languages, the ports of a circuit, the include files of C, and what a circuit of another
//! name calls its own modules. Capitals are refused: VHDL, C's include guards and some file systems do not tell `Net`
//! from `net`.

mod words;

use words::{HEADERS, LISTS};

/// The longest name of a design: names of modules and files append to it.
pub const MAX_NAME: usize = 64;

/// A name that no design can have.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NameError {
    /// Not a plain word.
    #[error(
        "{name:?} cannot name a circuit: use a letter, then letters, digits or single `_` (none at the end), at most \
         {most} in all"
    )]
    Shape {
        /// The name.
        name: String,
        /// How long it may be.
        most: usize,
    },
    /// With capitals.
    #[error(
        "{name:?} cannot name a circuit: VHDL, C's include guards and some file systems do not tell capitals; try \
         {better:?}"
    )]
    Capitals {
        /// The name.
        name: String,
        /// One that could be.
        better: String,
    },
    /// A word that means something else somewhere.
    #[error("{name:?} cannot name a circuit: {why}; try {better:?}")]
    Taken {
        /// The name.
        name: String,
        /// Who has the word.
        why: String,
        /// One that could be.
        better: String,
    },
}

/// Whether a design may be called so.
///
/// # Errors
/// Names the word, who has it, and a name that could be.
pub fn check_name(name: &str) -> Result<(), NameError> {
    check_name_within(name, MAX_NAME)
}

/// As [`check_name`], for a name to which more is appended.
///
/// # Errors
/// As [`check_name`].
pub fn check_name_within(name: &str, most: usize) -> Result<(), NameError> {
    let plain = name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
        && !name.contains("__")
        && !name.ends_with('_')
        && name.len() <= most;
    if !plain {
        return Err(NameError::Shape { name: name.into(), most });
    }
    let lower = name.to_ascii_lowercase();
    match taken(&lower) {
        Some(why) => Err(NameError::Taken { name: name.into(), why, better: spare(&lower) }),
        None if lower != name => Err(NameError::Capitals { name: name.into(), better: lower }),
        None => Ok(()),
    }
}

/// The name, or what it becomes with a word behind it, so that a design may be called so; for names that are derived from
/// those of files.
pub fn free_name(name: &str) -> String {
    if check_name(name).is_ok() { name.to_owned() } else { spare(&name.to_ascii_lowercase()) }
}

/// The most letters of a text that go into a name: a project's name has at most 48, and `net_` may come before.
const MOST_OF_TEXT: usize = 44;

/// A name for a design out of any text, such as the name of a file.
pub fn name_from(text: &str) -> String {
    let mut name = String::new();
    for c in text.chars().take(MOST_OF_TEXT) {
        let c = if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '_' };
        if c != '_' || !(name.is_empty() || name.ends_with('_')) {
            name.push(c);
        }
    }
    let name = name.trim_end_matches('_');
    match name.chars().next() {
        Some(c) if c.is_ascii_alphabetic() => free_name(name),
        Some(_) => free_name(&format!("net_{name}")),
        None => "net".to_owned(),
    }
}

/// A name like this one that nobody has.
fn spare(name: &str) -> String {
    let room = name.len().min(MAX_NAME - "net_".len());
    let short = name[..room].trim_end_matches('_');
    // Words of ours stand in front (`gainstage_`) or behind (`_axis`, `x0`): one of the two gets away from both.
    let candidates = [format!("{short}_net"), format!("net_{short}"), "net".to_owned()];
    let free = |n: &&String| taken(n).is_none();
    candidates.iter().find(free).cloned().unwrap_or_else(|| "net".to_owned())
}

/// Whether Verilog or SystemVerilog reserves a word, as it is written.
pub fn verilog_reserves(word: &str) -> bool {
    words::has(words::VERILOG, word)
}

/// Who has a word (in small letters) already.
fn taken(word: &str) -> Option<String> {
    if let Some((who, _)) = LISTS.iter().find(|(_, words)| words::has(words, word)) {
        return Some((*who).into());
    }
    if words::has(HEADERS, word) {
        return Some(format!("C has an include file {word}.h"));
    }
    let port = word.strip_prefix(['x', 'y']).is_some_and(digits)
        || ["s_axis", "m_axis"].iter().any(|p| word.starts_with(p));
    if port {
        return Some("a port of circuits is called so".into());
    }
    let prefixes = ["gainstage_", "altera_", "xpm_", "lpm_"];
    if let Some(prefix) = prefixes.iter().find(|p| word.starts_with(**p)) {
        return Some(format!("names that begin with {prefix} belong to others"));
    }
    if ["com", "lpt"].iter().any(|p| word.strip_prefix(p).is_some_and(|n| n.len() == 1 && digits(n))) {
        return Some("Windows has a device of that name".into());
    }
    inside(word).map(|whole| format!("a circuit called {whole:?} has a module of that name"))
}

fn digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

/// The design that would have a module of this name, such as `net` of `net_layer0` or `net_axis`.
fn inside(word: &str) -> Option<&str> {
    let parts: Vec<(usize, &str)> = word.match_indices('_').map(|(at, _)| (at, &word[at + 1..])).collect();
    let ours = |part: &str| {
        let (first, rest) = part.split_once('_').unwrap_or((part, ""));
        match first {
            "axis" | "board" | "argmax" | "tb" => rest.is_empty(),
            "shares" => ["", "divider"].contains(&rest),
            "gainstage" | "square" | "attenuate" => !rest.is_empty(),
            _ => ["layer", "engine", "table"].iter().any(|p| first.strip_prefix(p).is_some_and(digits)),
        }
    };
    parts.into_iter().find(|(_, part)| ours(part)).map(|(at, _)| &word[..at])
}

#[cfg(test)]
mod tests;
