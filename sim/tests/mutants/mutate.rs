//! Changes of a text that know nothing of the language but what a word, a number and an operator are.

use rand::Rng;
use rand::seq::IndexedRandom;
use rand_chacha::ChaCha8Rng;
use std::ops::Range;

/// A changed text.
pub struct Mutation {
    pub kind: &'static str,
    pub text: String,
    /// What was changed, for people.
    pub what: String,
}

const KINDS: &[&str] = &[
    "delete token",
    "double token",
    "swap tokens",
    "delete line",
    "double line",
    "swap lines",
    "number",
    "operator",
    "name",
    "edge",
];

const OPERATORS: &[&str] =
    &["+", "-", "*", "&", "|", "^", "==", ">=", "<=", "<", ">", "!=", "?", ":", "~", "="];

/// Draws a change that changes something.
pub fn draw(text: &str, rng: &mut ChaCha8Rng) -> Mutation {
    loop {
        let kind = KINDS.choose(rng).copied().expect("there are some");
        let changed = match kind {
            "delete line" | "double line" | "swap lines" => lines(kind, text, rng),
            _ => tokens(kind, text, rng),
        };
        if let Some((changed, what)) = changed.filter(|(changed, _)| changed != text) {
            return Mutation { kind, text: changed, what: format!("{kind}: {what}") };
        }
    }
}

fn lines(kind: &str, text: &str, rng: &mut ChaCha8Rng) -> Option<(String, String)> {
    let mut all: Vec<&str> = text.split_inclusive('\n').collect();
    // Comments and empty lines are no sport.
    let code: Vec<usize> = (0..all.len())
        .filter(|&i| !all[i].trim().is_empty() && !all[i].trim_start().starts_with("//"))
        .collect();
    let at = *code.choose(rng)?;
    let what = all[at].trim().to_owned();
    match kind {
        "delete line" => _ = all.remove(at),
        "double line" => all.insert(at, all[at]),
        _ => {
            let other = *code.choose(rng)?;
            all.swap(at, other);
        }
    }
    Some((all.concat(), what))
}

fn tokens(kind: &str, text: &str, rng: &mut ChaCha8Rng) -> Option<(String, String)> {
    let all = split(text);
    let of = |wanted: fn(&str) -> bool| -> Vec<Range<usize>> {
        all.iter().filter(|r| wanted(&text[(*r).clone()])).cloned().collect()
    };
    let is_number = |t: &str| t.starts_with(|c: char| c.is_ascii_digit());
    let is_name = |t: &str| t.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    let places = match kind {
        "number" => of(is_number),
        "operator" => of(|t| OPERATORS.contains(&t)),
        "name" => of(is_name),
        "edge" => of(|t| t == "posedge"),
        _ => all.clone(),
    };
    let at = places.choose(rng)?.clone();
    let old = &text[at.clone()];
    let new = match kind {
        "delete token" => String::new(),
        "double token" => format!("{old} {old}"),
        "swap tokens" => {
            let next = all.iter().find(|r| r.start >= at.end)?.clone();
            let swapped = format!("{} {old}", &text[next.clone()]);
            let line = text[..at.start].matches('\n').count() + 1;
            let what = format!("`{old}` and what follows it in line {line}");
            return Some((format!("{}{swapped}{}", &text[..at.start], &text[next.end..]), what));
        }
        "number" => number(old, rng),
        "operator" => OPERATORS.choose(rng)?.to_string(),
        "edge" => "negedge".to_owned(),
        _ => {
            let names = of(is_name);
            text[names.choose(rng)?.clone()].to_owned()
        }
    };
    let line = text[..at.start].matches('\n').count() + 1;
    let whole = text.lines().nth(line - 1).unwrap_or_default().trim();
    let what = format!("`{old}` became `{new}` in line {line}: `{whole}`");
    Some((format!("{}{new}{}", &text[..at.start], &text[at.end..]), what))
}

/// One digit changes.
fn number(old: &str, rng: &mut ChaCha8Rng) -> String {
    let digits: Vec<usize> =
        old.bytes().enumerate().filter(|(_, b)| b.is_ascii_digit()).map(|(i, _)| i).collect();
    let at = *digits.choose(rng).expect("a number has digits");
    format!("{}{}{}", &old[..at], rng.random_range(0..10), &old[at + 1..])
}

/// The places of all tokens; comments are none.
fn split(text: &str) -> Vec<Range<usize>> {
    let mut all = Vec::new();
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        let rest = &text[at..];
        let run = |wanted: fn(char) -> bool| rest.find(|c| !wanted(c)).unwrap_or(rest.len());
        let length = match c {
            c if c.is_whitespace() => {
                at += c.len_utf8();
                continue;
            }
            '/' if rest.starts_with("//") => {
                at += rest.find('\n').unwrap_or(rest.len());
                continue;
            }
            c if c.is_ascii_alphanumeric() || matches!(c, '_' | '$' | '`' | '\'') => {
                run(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '$' | '`' | '\''))
            }
            '"' => rest[1..].find('"').map_or(rest.len(), |end| end + 2),
            _ => ["<=", ">=", "==", "!="]
                .iter()
                .find(|o| rest.starts_with(**o))
                .map_or(c.len_utf8(), |o| o.len()),
        };
        all.push(at..at + length);
        at += length;
    }
    all
}

#[test]
fn a_text_falls_into_its_tokens() {
    let text = "wire [7:0] a = b <= 8'd5; // no\n$signed(\"x y\")";
    let seen: Vec<&str> = split(text).into_iter().map(|r| &text[r]).collect();
    assert_eq!(
        seen,
        ["wire", "[", "7", ":", "0", "]", "a", "=", "b", "<=", "8'd5", ";", "$signed", "(", "\"x y\"", ")"]
    );
}
