//! `new`: a project to start from.

use super::{Outcome, new_csv};
use crate::project::{FILE_NAME, Project, Sets, Template, Wish, find_template, templates};
use crate::report::Table;
use anyhow::Context;
use gainstage_golden::data::write_samples;
use gainstage_golden::document::write_atomic;
use gainstage_golden::names::name_from;
use std::path::{Path, PathBuf};

/// Arguments of `new`.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  gainstage new thermo --csv ntc.csv       a project for your own data: columns, network and widths are found
  gainstage new thermo --csv log.csv --target temp_c --inputs adc,vref
  gainstage new --list
  gainstage new demo --template small
  gainstage new mine --template csv        then put your samples into mine/samples.csv
  gainstage new net8 --template network8   one of the first paper's ten networks
  gainstage new net5 --template eq6 --data also writes the generator's samples as CSV files")]
pub struct Args {
    /// Directory of the project, which is named after it; made if it is not there
    #[arg(required_unless_present = "list")]
    dir: Option<PathBuf>,
    /// Learn from this file: any header, commas, semicolons or tabs, decimal commas where commas do not separate
    #[arg(long, value_name = "FILE", conflicts_with_all = ["template", "data", "list"])]
    csv: Option<PathBuf>,
    /// Columns to learn, separated by commas [default: one called label, class, target, ..., or the last]
    #[arg(long, value_name = "NAMES", value_delimiter = ',', requires = "csv")]
    target: Vec<String>,
    /// Columns to learn from [default: all others that hold numbers which change]
    #[arg(long, value_name = "NAMES", value_delimiter = ',', requires = "csv")]
    inputs: Vec<String>,
    /// Learn the target as classes, or as values [default: by what it holds]
    #[arg(long, value_enum, value_name = "WHAT", requires = "csv")]
    learn: Option<Learn>,
    /// What to start from
    #[arg(long, value_name = "NAME", default_value = "small")]
    template: String,
    /// List the templates
    #[arg(long)]
    list: bool,
    /// Also write the samples of a generator: train.csv, and test.csv to judge by
    #[arg(long)]
    data: bool,
}

/// What a target is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Learn {
    /// Classes
    Classes,
    /// Values
    Values,
}

/// Runs `new`.
pub fn run(args: &Args) -> anyhow::Result<Outcome> {
    match (&args.dir, &args.csv) {
        (Some(dir), Some(csv)) => {
            let classes = args.learn.map(|learn| learn == Learn::Classes);
            let wish = Wish { inputs: args.inputs.clone(), targets: args.target.clone(), classes };
            new_csv::create(dir, csv, &wish)
        }
        (Some(dir), None) if !args.list => create(dir, args),
        _ => Ok(list()),
    }
}

fn list() -> Outcome {
    let mut table = Table::new(&["template", "what it is"]);
    for t in templates() {
        table.row([t.name.into_owned(), t.summary.into_owned()]);
    }
    let entries = templates().map(|t| serde_json::json!({ "name": t.name, "summary": t.summary }));
    let json = serde_json::json!({ "ok": true, "templates": entries.collect::<Vec<_>>() });
    Outcome::held(table.to_string(), json)
}

fn create(dir: &Path, args: &Args) -> anyhow::Result<Outcome> {
    let template = find_template(&args.template)?;
    let (name, mut written) = write_template(dir, &template)?;
    if args.data {
        written.extend(write_data(dir)?);
    }
    let text = format!("{}\nNamed {name}. Next: gainstage build {}\n", lines(&written), quoted(dir));
    let json = serde_json::json!({ "ok": true, "name": name, "template": template.name, "files": written });
    Ok(Outcome::held(text, json))
}

/// Writes a template's files into a directory; gives the name of the project and the files.
pub fn write_template(dir: &Path, template: &Template) -> anyhow::Result<(String, Vec<PathBuf>)> {
    let name = project_name(dir);
    let toml = named(&template.toml, &name);
    let files = [(FILE_NAME, toml.as_str())].into_iter().chain(template.files.iter().copied());
    let files: Vec<(PathBuf, &str)> = files.map(|(file, text)| (dir.join(file), text)).collect();
    files.iter().try_for_each(|(path, _)| not_there(path))?;
    for (path, text) in &files {
        write_atomic(path, text.as_bytes())?;
    }
    Ok((name, files.into_iter().map(|(path, _)| path).collect()))
}

/// Refuses to overwrite a file.
pub fn not_there(path: &Path) -> anyhow::Result<()> {
    anyhow::ensure!(!path.exists(), "{} is already there: choose another directory", path.display());
    Ok(())
}

/// A project is called like its directory, as far as a circuit can be.
pub fn project_name(dir: &Path) -> String {
    // A place such as `.` has its name further up.
    let last = dir.file_name().map(ToOwned::to_owned);
    let last = last.or_else(|| dir.canonicalize().ok()?.file_name().map(ToOwned::to_owned));
    name_from(&last.unwrap_or_default().to_string_lossy())
}

/// A template's project file with another name.
fn named(toml: &str, name: &str) -> String {
    let rename = |line: &str| match line.starts_with("name = ") {
        true => format!("name = \"{name}\"\n"),
        false => format!("{line}\n"),
    };
    toml.lines().map(rename).collect()
}

/// A path as a shell takes it.
pub fn quoted(path: &Path) -> String {
    let text = path.display().to_string();
    let plain = text.chars().all(|c| c.is_alphanumeric() || "/._-+@%,:=".contains(c));
    if plain { text } else { format!("'{}'", text.replace('\'', "'\\''")) }
}

/// The samples of the project that was just written.
fn write_data(dir: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let project = Project::read(dir)?;
    let Sets { train, test, .. } = project.data.sets(dir).context("the template's own samples")?;
    let mut written = vec![dir.join("train.csv")];
    write_samples(&written[0], &train)?;
    if let Some(test) = test {
        let path = dir.join("test.csv");
        write_samples(&path, &test)?;
        written.push(path);
    }
    Ok(written)
}

fn lines(paths: &[PathBuf]) -> String {
    paths.iter().map(|p| p.display().to_string()).collect::<Vec<_>>().join("\n")
}
