//! `new --csv`: a project for somebody's data.

use super::Outcome;
use super::new::{not_there, project_name, quoted};
use crate::flow::load;
use crate::project::{FILE_NAME, Project, Proposal, Wish, classes, noise, propose, read_columns, toml};
use crate::report::{Table, number, unit};
use anyhow::Context;
use gainstage_golden::data::{Column, Samples, Survey};
use gainstage_golden::document::write_atomic;
use gainstage_golden::text::count;
use std::path::{Path, PathBuf};

/// The fewest samples that anything is learned from.
const LEAST: usize = 10;

/// Surveys the file, and writes a project that learns from it.
///
/// # Errors
/// A file that is no table, or in which nothing can be learned.
pub fn create(dir: &Path, csv: &Path, wish: &Wish) -> anyhow::Result<Outcome> {
    let path = dir.join(FILE_NAME);
    not_there(&path)?;
    let survey = load::survey(csv)?;
    let proposal = propose(&survey, wish).with_context(|| csv.display().to_string())?;
    let samples = read_columns(csv, &proposal.columns)?.samples;
    anyhow::ensure!(
        samples.rows() >= LEAST,
        "{}: {} to learn from are too few: give at least {LEAST}",
        csv.display(),
        count(samples.rows(), "sample")
    );
    let name = project_name(dir);
    let text = toml(&name, &seen_from(dir, csv)?, &survey, &proposal, &samples);
    // What was written reads back, or nothing is written.
    Project::parse(&text, &path)?;
    write_atomic(&path, text.as_bytes())?;
    let said = said(&survey, &proposal, &samples);
    let next = format!("{}\nNamed {name}. Next: gainstage build {}\n", path.display(), quoted(dir));
    let json = serde_json::json!({
        "ok": true, "name": name, "files": [path], "rows": survey.rows, "because": proposal.because,
        "columns": survey.columns.iter().zip(&proposal.roles).map(|(c, role)| json(c, role)).collect::<Vec<_>>(),
    });
    Ok(Outcome::held(format!("{said}\n{next}"), json))
}

/// The file as a project in this directory names it.
fn seen_from(dir: &Path, csv: &Path) -> anyhow::Result<PathBuf> {
    if csv.is_absolute() {
        return Ok(csv.to_owned());
    }
    let here = std::env::current_dir().context("cannot find the current directory")?;
    // The directory may not be there yet: its parts are counted, not followed.
    let ups = match dir.is_absolute() {
        true => return Ok(here.join(csv)),
        false => dir.components().filter(|c| matches!(c, std::path::Component::Normal(_))).count(),
    };
    if dir.components().any(|c| matches!(c, std::path::Component::ParentDir)) {
        return Ok(here.join(csv));
    }
    Ok((0..ups).map(|_| "..").collect::<PathBuf>().join(csv.strip_prefix(".").unwrap_or(csv)))
}

fn said(survey: &Survey, proposal: &Proposal, samples: &Samples) -> String {
    let mut table = Table::new(&["column", "unit", "holds", "use"]);
    for (column, role) in survey.columns.iter().zip(&proposal.roles) {
        table.row([shown(&column.name), unit(&column.name).unwrap_or_default(), holds(column), role.clone()]);
    }
    let separator = match survey.separator {
        '\t' => "tabs",
        ';' => "semicolons",
        _ => "commas",
    };
    let decimal = if survey.decimal_comma { ", decimal commas" } else { "" };
    let mut text =
        format!("{} between {separator}{decimal}.\n\n{table}\n", count(survey.rows as usize, "sample"));
    let learned = match &proposal.columns.label {
        Some(label) => format!("Learns classes: {label}"),
        None => format!("Learns values: {}", proposal.columns.targets.join(", ")),
    };
    text += &format!("{learned}; {}.\n", proposal.because);
    text += &sizes(samples);
    if survey.repeated > 0 {
        let (are, them) = if survey.repeated == 1 { ("is", "it") } else { ("are", "they") };
        text += &format!(
            "{} {are} written a second time: {them} may stand in training and among those held out.\n",
            count(survey.repeated as usize, "sample")
        );
    }
    noise(samples).into_iter().for_each(|line| text += &format!("{line}.\n"));
    text
}

/// Classes whose sizes are told.
const TOLD: usize = 20;

/// How many samples there are of each class.
fn sizes(samples: &Samples) -> String {
    let classes = classes(samples);
    if classes.is_empty() {
        return String::new();
    }
    let told: Vec<String> =
        classes.iter().take(TOLD).map(|(name, n)| format!("{} {n}", shown(name))).collect();
    let more =
        if classes.len() > TOLD { format!(", and {} more", classes.len() - TOLD) } else { String::new() };
    let mut text = format!("Samples of each: {}{more}.\n", told.join(", "));
    let alone: Vec<String> = classes.iter().filter(|(_, n)| *n == 1).map(|(name, _)| shown(name)).collect();
    if !alone.is_empty() {
        let are = if alone.len() == 1 { "is" } else { "are" };
        text += &format!(
            "Of {} there {are} but one sample: nothing can tell whether it is learned.\n",
            alone.join(", ")
        );
    }
    text
}

/// A name as a terminal shows it: at most so many letters, none of them a control character.
fn shown(name: &str) -> String {
    const MOST: usize = 40;
    let mut text: String = name.chars().take(MOST).map(|c| if c.is_control() { '?' } else { c }).collect();
    text.extend((name.chars().count() > MOST).then_some("..."));
    text
}

/// What a column holds, in a few words.
fn holds(column: &Column) -> String {
    let (low, high) = column.range;
    let missing = if column.missing > 0 { format!(", {} missing", column.missing) } else { String::new() };
    let what = match (column.texts, column.levels) {
        (0, _) if low > high => "nothing".to_owned(),
        (0, Some(1)) => format!("{low} only"),
        (0, _) if column.whole => format!("whole numbers {low} to {high}"),
        (0, _) => format!("numbers {} to {}", number(low), number(high)),
        (_, Some(levels)) => format!("text, {}", count(levels, "kind")),
        (_, None) => "text".to_owned(),
    };
    format!("{what}{missing}")
}

fn json(column: &Column, role: &str) -> serde_json::Value {
    let (low, high) = column.range;
    serde_json::json!({
        "name": column.name, "unit": unit(&column.name), "low": low, "high": high, "missing": column.missing,
        "texts": column.texts, "levels": column.levels, "use": role,
    })
}
