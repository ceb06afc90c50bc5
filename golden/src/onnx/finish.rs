//! The outputs of a graph: which sums are the outputs of the network, and how the file shows them.

use super::curve::Curve;
use super::error::{Fault, quoted};
use super::expression::Expression::{self, Call, X};
use super::form::{Features, Form};
use super::graph::Port;
use super::symbols::{Scores, Stage, Step, Symbol};
use super::tensor::Tensor;
use std::collections::HashSet;

/// How scores of classes follow from the outputs of the network.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Link {
    /// They are the outputs.
    Same,
    /// Each is 1 / (1 + e^-y) of an output.
    Logistic,
    /// They are -y and y of the only output.
    Opposite,
    /// They are 1 - p and p with p = 1 / (1 + e^-y) of the only output.
    LogisticPair,
}

/// What an output of the file shows.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum What {
    /// Outputs of the network: the first, and how many.
    Values(usize, usize),
    /// The scores behind these steps.
    Shares(Vec<Step>),
    /// The second score.
    Second,
    /// The place of the largest score.
    Index,
    /// The name of the largest score.
    Label,
}

/// The outputs of a network.
#[derive(Debug)]
pub(super) struct Outcome {
    /// The outputs of the network.
    pub rows: Vec<Form>,
    /// How scores follow from them, if they are scores.
    pub link: Link,
    /// What each output of the file shows.
    pub shown: Vec<What>,
    /// The names of the classes; none if the outputs are values.
    pub classes: Vec<String>,
    /// The names of the classes as the file has them, for comparison.
    pub labels: Vec<String>,
    /// The names of the outputs, or of the classes together.
    pub names: Vec<String>,
}

/// The outputs of a network from those of the graph.
///
/// # Errors
/// Outputs that do not depend on the inputs, or that are partly classes and partly values.
pub(super) fn outcome(features: &mut Features, ports: &[Port], symbols: &[Symbol]) -> Result<Outcome, Fault> {
    if ports.is_empty() {
        return Err(refusal("the graph", "it has no outputs", "export the model again"));
    }
    let constant = ports.iter().zip(symbols).find(|(_, s)| matches!(s, Symbol::Known(_)));
    if let Some((port, _)) = constant {
        return Err(refusal(&title(port), "it does not depend on the inputs", "leave this output out"));
    }
    let first = symbols.iter().find_map(|s| match s {
        Symbol::Scores(scores) => Some(scores.as_ref()),
        _ => None,
    });
    match first {
        Some(first) => classes(features, ports, symbols, first),
        None => values(features, ports, symbols),
    }
}

/// The name of an output in a message.
fn title(port: &Port) -> String {
    format!("output {}", quoted(&port.name))
}

/// The refusal of an output.
fn refusal(port: &str, problem: &str, help: &str) -> Fault {
    Fault::Port { port: port.into(), problem: problem.into(), help: help.into() }
}

/// Outputs that are values, or the one probability of two classes.
fn values(features: &mut Features, ports: &[Port], symbols: &[Symbol]) -> Result<Outcome, Fault> {
    let (mut rows, mut shown, mut names) = (Vec::new(), Vec::new(), Vec::new());
    for (port, symbol) in ports.iter().zip(symbols) {
        let Symbol::Forms(forms) = symbol else { continue };
        shown.push(What::Values(rows.len(), forms.data().len()));
        names.extend(indexed(&port.name, forms.data().len()));
        rows.extend_from_slice(forms.data());
    }
    if rows.is_empty() {
        return Err(refusal("the graph", "its outputs are empty", "export the model again"));
    }
    if let [only] = &rows[..]
        && let Some(logit) = logit(features, only)?
    {
        let classes = vec!["0".to_owned(), "1".to_owned()];
        return Ok(Outcome {
            rows: vec![logit],
            link: Link::LogisticPair,
            shown: vec![What::Second],
            labels: classes.clone(),
            classes,
            names,
        });
    }
    Ok(Outcome { rows, link: Link::Same, shown, labels: Vec::new(), classes: Vec::new(), names })
}

/// What a Sigmoid takes, if a form is one and nothing else.
fn logit(features: &mut Features, form: &Form) -> Result<Option<Form>, Fault> {
    let Some(neuron) = form.alone().and_then(|f| features.get(f)) else { return Ok(None) };
    let argument = neuron.argument.clone();
    match &neuron.function {
        Call(Curve::Sigmoid, inner) if **inner == X => Ok(Some(argument)),
        Call(Curve::Sigmoid, inner) => {
            let inner: Expression = (**inner).clone();
            features.neuron(inner, &argument).map(Some)
        }
        _ => Ok(None),
    }
}

/// Outputs that show scores of classes.
fn classes(
    features: &mut Features,
    ports: &[Port],
    symbols: &[Symbol],
    first: &Scores,
) -> Result<Outcome, Fault> {
    let mut shown = Vec::with_capacity(ports.len());
    for (port, symbol) in ports.iter().zip(symbols) {
        let what = match symbol {
            Symbol::Scores(scores) if scores.rows == first.rows => Some(match scores.stage {
                Stage::Shares => What::Shares(scores.steps.clone()),
                Stage::Index => What::Index,
                Stage::Label => What::Label,
            }),
            Symbol::Forms(forms) => same(first, forms),
            _ => None,
        };
        shown.push(what.ok_or_else(|| {
            let problem = "it shows something else than the classes of the other outputs";
            refusal(&title(port), problem, "leave this output or the others out")
        })?);
    }
    let labels = labels(symbols)?.unwrap_or_else(|| (0..first.rows.len()).map(|k| k.to_string()).collect());
    let (rows, link) = collapsed(features, &first.rows)?;
    let classes = labels.iter().enumerate().map(|(k, l)| visible(l, k)).collect();
    let chosen = shown.iter().position(|w| matches!(w, What::Label | What::Index)).unwrap_or(0);
    let names = ports.get(chosen).map(|p| visible(&p.name, 0)).into_iter().collect();
    Ok(Outcome { rows, link, shown, labels, classes, names })
}

/// The names of the classes, if an output has some.
fn labels(symbols: &[Symbol]) -> Result<Option<Vec<String>>, Fault> {
    let mut all = symbols.iter().filter_map(|s| match s {
        Symbol::Scores(scores) => scores.labels.as_ref(),
        _ => None,
    });
    let Some(labels) = all.next() else { return Ok(None) };
    let distinct: HashSet<&String> = labels.iter().collect();
    if distinct.len() < labels.len() || all.any(|other| other != labels) {
        let problem = "two classes have the same name, or a class has another name in another output";
        return Err(refusal("the graph", problem, "give each class one name of its own"));
    }
    Ok(Some(labels.clone()))
}

/// What sums show that are the scores, or the second of two.
fn same(scores: &Scores, forms: &Tensor<Form>) -> Option<What> {
    match (forms.only(), &scores.rows[..]) {
        _ if forms.data() == scores.rows => Some(What::Shares(Vec::new())),
        (Some(only), [_, second]) if only == second => Some(What::Second),
        _ => None,
    }
}

/// The fewest outputs that tell the scores, and how the scores follow from them.
fn collapsed(features: &mut Features, rows: &[Form]) -> Result<(Vec<Form>, Link), Fault> {
    if let [no, yes] = rows {
        let negated = |&(f, w): &(u32, f64)| (f, -w);
        let opposite = no.terms.iter().copied().eq(yes.terms.iter().map(negated));
        if opposite && no.bias == -yes.bias {
            return Ok((vec![yes.clone()], Link::Opposite));
        }
        if opposite
            && no.bias == 1.0
            && let Some(logit) = logit(features, yes)?
        {
            return Ok((vec![logit], Link::LogisticPair));
        }
    }
    let mut logits = Vec::with_capacity(rows.len());
    for row in rows {
        match logit(features, row)? {
            Some(logit) => logits.push(logit),
            None => return Ok((rows.to_vec(), Link::Same)),
        }
    }
    Ok((logits, Link::Logistic))
}

/// A name without letters that no report can show; its number if nothing remains.
fn visible(name: &str, at: usize) -> String {
    let name: String = name.chars().map(|c| if c.is_control() { '_' } else { c }).collect();
    if name.is_empty() { at.to_string() } else { name }
}

/// The names of so many values of an input or an output: its name, with an index if there are several.
pub(super) fn indexed(name: &str, count: usize) -> Vec<String> {
    let name = visible(name, 0);
    match count {
        1 => vec![name],
        _ => (0..count).map(|k| format!("{name}[{k}]")).collect(),
    }
}
