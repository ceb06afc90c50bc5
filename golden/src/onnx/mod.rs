//! Import of neural networks from ONNX files.
//!
//! A file is a graph of operators on tensors. It is read (`proto`, `graph`), run on sums of features instead of
//! numbers (`symbols`), and the features become layers of neurons (`layers`). Then the network is compared with the
//! graph, which is run on random numbers by a program of its own (`numbers`): a file that was understood wrongly is
//! refused, not imported.
//!
//! The contested decision: the conversion works on single values, not on layers that it recognises by their pattern.
//! So residual connections, slices and concatenations need no case of their own.

mod arguments;
mod attributes;
mod builder;
mod check;
mod curve;
mod curve_text;
mod error;
mod expression;
mod external;
mod feed;
mod finish;
mod form;
mod graph;
mod integer;
mod known;
mod layers;
mod learning;
mod moves;
mod numbers;
pub(crate) mod proto;
mod run;
mod shapes;
mod shapes_linear;
mod symbols;
mod tensor;
#[cfg(test)]
pub(crate) mod tests;
mod value;
mod view;
mod weights;
mod window;
mod wire;

pub use error::{Fault, OnnxError};
pub use integer::{PlanImport, Ports};

use self::feed::Feed;
use self::finish::{Link, Outcome, What};
use self::graph::Graph;
use self::numbers::Work;
use self::symbols::Converter;
use crate::data::Names;
use crate::document::{MOST, read};
use crate::names::name_from;
use crate::net::Model;
use crate::num::Format;
use std::path::Path;

/// The most operations on constants.
const MOST_WORK: u64 = 1 << 32;

/// A network from a file.
#[derive(Clone, Debug, PartialEq)]
pub struct Import {
    /// The network with its names and classes.
    pub model: Model,
    /// What the user should know.
    pub notes: Vec<String>,
    /// How the network was compared with the file.
    pub checked: Checked,
}

/// How a network was compared with its file.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Checked {
    /// Random samples whose outputs were compared.
    pub samples: usize,
    /// The largest difference, relative to the largest value of the same output.
    pub largest_difference: f64,
}

/// What a file is imported as.
#[derive(Clone, Debug, PartialEq)]
pub enum Imported {
    /// A network of real numbers.
    Model(Box<Import>),
    /// The integer plan of a quantized file.
    Plan(Box<PlanImport>),
}

/// How quantized files are imported.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Options {
    /// As a network of real numbers, without what rounds values inside of it.
    pub as_real: bool,
    /// The format of inputs that the file does not quantize; asks for a plan.
    pub input: Option<Format>,
}

/// Imports a network or a plan from a file, and compares it with the file.
///
/// # Errors
/// A file that cannot be read, is no ONNX model, has what no network of neurons has, whose codes depend on how a program
/// rounds, or that was understood wrongly; each names the place, the value and what would help.
pub fn import(path: &Path, options: Options) -> Result<Imported, OnnxError> {
    let name = path.file_stem().map(|s| s.to_string_lossy().into_owned()).unwrap_or_default();
    let directory = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let bytes = read(path, MOST).map_err(Fault::Io);
    let imported = bytes.and_then(|bytes| imported(bytes, directory, &name, options));
    imported.map_err(|fault| OnnxError { path: path.into(), fault: Box::new(fault) })
}

/// As [`import`], from the bytes of a file; `directory` is where further files are.
///
/// # Errors
/// As [`import`].
pub fn imported(bytes: Vec<u8>, directory: &Path, name: &str, options: Options) -> Result<Imported, Fault> {
    let mut graph = Graph::parse(bytes, directory)?;
    run::fold(&mut graph, &Work::new(MOST_WORK))?;
    if options.as_real {
        graph.forget_codes()?;
    }
    if integer::is_quantized(&graph) || options.input.is_some() {
        return integer::plan(&graph, options.input, name).map(|p| Imported::Plan(Box::new(p)));
    }
    network(&graph, name).map(|m| Imported::Model(Box::new(m)))
}

/// The network of a graph whose constants are folded.
fn network(graph: &Graph, name: &str) -> Result<Import, Fault> {
    let feed = Feed::new(graph)?;
    let mut converter = Converter::new(feed.features());
    let symbols = run::symbols(graph, &run::dying(graph), feed.symbols(), &mut converter)?;
    let outcome = finish::outcome(&mut converter.builder.features, &graph.outputs, &symbols)?;
    drop(symbols);
    let network = layers::network(&converter.builder.features, &outcome.rows)?;
    network.validate()?;
    let mut notes: Vec<String> = notes(graph, &feed, &outcome);
    notes.extend(std::mem::take(&mut converter.builder.notes));
    let squares = converter.builder.squares;
    drop(converter);
    let checked = check::check(graph, &feed, &outcome, &network, squares)?;
    if checked.samples < check::SAMPLES {
        notes.push(format!(
            "Only {} of {} random samples could be compared: in the others a function such as Log met values outside its \
             domain.",
            checked.samples,
            check::SAMPLES
        ));
    }
    let mut model = Model::new(name_from(name), network, Vec::new());
    model.names = Names { inputs: feed.names(), outputs: outcome.names };
    model.classes = outcome.classes;
    Ok(Import { model, notes, checked })
}

/// The outputs of a file's bytes for samples, which stand one after the other; names of classes are left out.
#[cfg(test)]
fn values(bytes: Vec<u8>, directory: &Path, samples: &[f64]) -> Result<Vec<Vec<f64>>, Fault> {
    let work = Work::new(MOST_WORK);
    let mut graph = Graph::parse(bytes, directory)?;
    run::fold(&mut graph, &work)?;
    let feed = Feed::new(&graph)?;
    let dying = run::dying(&graph);
    let mut rows = Vec::new();
    for chunk in samples.chunks(feed.features() * feed.batch) {
        let wanted = chunk.len() / feed.features();
        let filled: Vec<f64> =
            chunk.iter().chain(samples.iter().cycle()).copied().take(feed.features() * feed.batch).collect();
        let outputs = run::numbers(&graph, &dying, feed.values(&filled), &work, false)?;
        let tensors: Vec<&[f64]> =
            outputs.iter().filter_map(|v| v.as_numbers()).map(tensor::Tensor::data).collect();
        let row = |k: usize| tensors.iter().flat_map(move |t| t.chunks((t.len() / feed.batch).max(1)).nth(k));
        rows.extend((0..wanted).map(|k| row(k).flatten().copied().collect::<Vec<f64>>()));
    }
    Ok(rows)
}

/// What the user should know of inputs and outputs.
fn notes(graph: &Graph, feed: &Feed, outcome: &Outcome) -> Vec<String> {
    let mut notes = Vec::new();
    if feed.fixed > 1 {
        notes.push(format!("The file takes {} samples at once; the network takes one.", feed.fixed));
    }
    let whole = |(name, shape)| format!("The input {name} with its sizes {shape:?} is taken as one sample.");
    notes.extend(feed.whole().map(whole));
    if outcome.classes.is_empty() {
        return notes;
    }
    let left_out = match (outcome.link, outcome.shown.first()) {
        (Link::LogisticPair | Link::Logistic, _) => "Sigmoid",
        (_, Some(What::Shares(steps))) if steps.is_empty() => "choice of the largest",
        _ => "Softmax or choice of the largest",
    };
    let scores = match outcome.rows.len() {
        1 => "the output is one score, above 0 for the second class",
        _ => "the outputs are scores, the largest for the class",
    };
    let names: Vec<&str> = graph.outputs.iter().map(|p| p.name.as_str()).collect();
    notes.push(format!("The {left_out} at the end ({}) is left out: {scores}.", names.join(", ")));
    notes
}
