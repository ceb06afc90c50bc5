//! The project file of a proposal.

use super::Proposal;
use crate::project::data::FEW;
use crate::words::brief;
use gainstage_golden::data::{Samples, Survey};
use gainstage_golden::text::count;
use std::path::Path;

/// Inputs up to which a search has little to look for.
const FEW_INPUTS: usize = 2;

/// From this ratio on of the most frequent class to the rarest a project speaks of class weights.
const UNEVEN: usize = 3;

/// The project file: commented, and complete. `csv` is the file as the project names it.
pub fn toml(name: &str, csv: &Path, survey: &Survey, proposal: &Proposal, samples: &Samples) -> String {
    let columns = &proposal.columns;
    let mut text: String = about(survey, proposal, samples).iter().map(|said| comment(said)).collect();
    text += &format!("name = {}\n\n[data]\n", string(name));
    text += &format!("csv = {}\n", string(&csv.display().to_string()));
    text += &format!("inputs = {}\n", list(&columns.inputs));
    match &columns.label {
        Some(label) => {
            text += &format!("label = {}\n", string(label));
            text += &weights(samples);
        }
        None => text += &format!("targets = {}\n", list(&columns.targets)),
    }
    if columns.skip_missing {
        text += "# Samples with a cell that has no value are left out; \"refuse\" makes them an error.\nmissing = \"skip\"\n";
    }
    text += match samples.rows() < FEW {
        true => {
            "# Too few samples to hold any out of training: with more, a fifth of them tells the error on new ones.\n\
                 held-out = \"0%\"\n\n"
        }
        false => {
            "# A share of the samples, of each class, is kept away from training and selection: the report shows the error on\n\
                  # it beside that of training. Instead, test-csv = \"FILE\" names samples to judge by.\n\
                  held-out = \"20%\"\n\n"
        }
    };
    text += &network(samples);
    text += BUILD;
    text
}

/// What is said of class weights where some class has far more samples than another.
fn weights(samples: &Samples) -> String {
    let classes = classes(samples);
    let most = classes.iter().max_by_key(|(_, n)| *n);
    let least = classes.iter().min_by_key(|(_, n)| *n);
    match (most, least) {
        (Some((often, most)), Some((rare, least))) if *most >= UNEVEN * least => {
            let said = format!(
                "There are {most} samples of {}, {least} of {}. Each counts once in training; with balanced weights all classes count alike",
                one_line(often),
                one_line(rare),
            );
            format!("{}# class-weights = \"balanced\"\n", comment(&said))
        }
        _ => String::new(),
    }
}

/// How often every class is there.
pub fn classes(samples: &Samples) -> Vec<(&str, usize)> {
    let labels = samples.labels();
    let times = |k: usize| labels.iter().filter(|&&l| l == k).count();
    samples.classes().iter().enumerate().map(|(k, name)| (name.as_str(), times(k))).collect()
}

fn network(samples: &Samples) -> String {
    let minutes = if samples.inputs() <= FEW_INPUTS { 1.0 } else { 2.0 };
    let time = match samples.inputs() == 1 && samples.classes().is_empty() {
        true => "# minutes = 0.5\n".to_owned(),
        false => format!("# Time for the search: more finds better circuits.\nminutes = {minutes:?}\n"),
    };
    format!(
        "# Functions of the inputs and their sums, learned as the circuit computes them, and small networks of neurons (those of\n\
         # Jung & Kwon among them): shape, sizes, widths and formats of the ports are found. `gainstage pareto` shows all circuits\n\
         # from the smallest to the best; max-luts = 500 takes the best of at most so many look-up tables. A network of your own\n\
         # has layers instead: hidden = [{{ ordinary = 8, activation = \"tanh\" }}, {{ amplifying = 4, attenuating = 4 }}]\n\
         [network]\nedges = \"learned\"\n{time}\n"
    )
}

const BUILD: &str = "\
# target: generic, ecp5, ice40, nexus, xc7; clock in MHz. `gainstage boards` lists boards for `gainstage build --board NAME`.
[build]
target = \"ecp5\"
clock = 100
";

/// What was found, in sentences without their points.
fn about(survey: &Survey, proposal: &Proposal, samples: &Samples) -> Vec<String> {
    let rows = count(survey.rows as usize, "sample");
    let to_learn = match (&proposal.columns.label, proposal.classes) {
        (Some(label), Some(classes)) => format!("which of {classes} classes of {label} each is of"),
        (Some(label), None) => format!("the classes of {label}"),
        (None, _) => proposal.columns.targets.join(", "),
    };
    let inputs = count(proposal.columns.inputs.len(), "input");
    let mut said = vec![format!("{rows} of {inputs}, to learn {to_learn}")];
    let unused = survey.columns.iter().zip(&proposal.roles).filter(|(_, role)| role.starts_with("not used"));
    said.extend(unused.map(|(column, role)| format!("Column {:?} is {role}", one_line(&column.name))));
    said.extend(noise(samples));
    said.iter_mut().for_each(|line| *line = one_line(line));
    said
}

/// How far samples with the same inputs are apart: what no circuit can know.
pub fn noise(samples: &Samples) -> Option<String> {
    let groups = repeats(samples);
    let repeated: usize = groups.iter().map(Vec::len).sum();
    if repeated * 20 < samples.rows() {
        return None;
    }
    if !samples.classes().is_empty() {
        let labels = samples.labels();
        let split = groups.iter().filter(|rows| rows.iter().any(|&r| labels[r] != labels[rows[0]]));
        let split: usize = split.map(Vec::len).sum();
        return (split > 0).then(|| {
            format!(
                "{split} of {} have inputs that stand with several classes",
                count(samples.rows(), "sample")
            )
        });
    }
    let free = (repeated - groups.len()) as f64;
    let deviation = |k: usize| {
        let squares = groups.iter().map(|rows| {
            let mean = rows.iter().map(|&r| samples.target(r)[k]).sum::<f64>() / rows.len() as f64;
            rows.iter().map(|&r| (samples.target(r)[k] - mean).powi(2)).sum::<f64>()
        });
        (squares.sum::<f64>() / free).sqrt()
    };
    let deviations: Vec<f64> = (0..samples.outputs()).map(deviation).collect();
    if deviations.iter().all(|&d| d == 0.0) {
        return None;
    }
    let all = deviations.iter().enumerate();
    let all = all.map(|(k, d)| format!("{} {}", samples.names().output(k), brief(*d)));
    Some(format!(
        "{repeated} of {} share their inputs with others, and scatter around their mean by {} (standard deviation): about the \
         noise of the data, which no circuit can learn",
        count(samples.rows(), "sample"),
        all.collect::<Vec<_>>().join(", ")
    ))
}

/// Samples with equal inputs, by their rows; none alone.
fn repeats(samples: &Samples) -> Vec<Vec<usize>> {
    let bits = |row: usize| samples.input(row).iter().map(|v| v.to_bits());
    let mut rows: Vec<usize> = (0..samples.rows()).collect();
    rows.sort_by(|&a, &b| bits(a).cmp(bits(b)));
    let groups = rows.chunk_by(|&a, &b| samples.input(a) == samples.input(b));
    groups.filter(|group| group.len() > 1).map(<[usize]>::to_vec).collect()
}

/// A text as a TOML string.
fn string(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

/// Texts as a TOML array; many on lines of their own.
fn list(texts: &[String]) -> String {
    let all: Vec<String> = texts.iter().map(|t| string(t)).collect();
    let line = all.join(", ");
    if line.chars().count() < 100 { format!("[{line}]") } else { format!("[\n  {},\n]", all.join(",\n  ")) }
}

/// A sentence as lines of a comment.
fn comment(sentence: &str) -> String {
    let mut lines = vec![String::from("#")];
    for word in format!("{sentence}.").split_whitespace() {
        if lines.last().is_some_and(|line| line.chars().count() + word.chars().count() > COMMENT) {
            lines.push(String::from("#"));
        }
        lines.last_mut().into_iter().for_each(|line| *line += &format!(" {word}"));
    }
    lines.join("\n") + "\n"
}

/// Characters of a comment's line.
const COMMENT: usize = 116;

/// A text that stays within a comment.
fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}
