//! Scores of classes at the end of a network, and the operators that judge them.
//!
//! The largest score is the largest probability, so what turns scores into probabilities is left out of the network.

use super::super::error::Fault;
use super::super::form::Form;
use super::super::learning::{Classifier, arg_max_axis, labels, softmax_axis};
use super::super::moves::plan;
use super::super::weights::code;
use super::{Call, Converter, Symbol, linear};
use std::rc::Rc;

/// What is done with scores before they are shown.
#[derive(Clone, Debug, PartialEq)]
pub(in super::super) enum Step {
    /// e^s divided by the sum of all.
    Softmax,
    /// The logarithm of that.
    LogSoftmax,
    /// 1 / (1 + e^-s) of each.
    Logistic,
    /// Divided by a norm.
    Norm(String),
}

/// What of the scores is shown.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in super::super) enum Stage {
    /// A number for each class.
    Shares,
    /// The place of the largest.
    Index,
    /// The name of the largest.
    Label,
}

/// Scores of classes, or what they say.
#[derive(Clone, Debug)]
pub(in super::super) struct Scores {
    /// The scores.
    pub rows: Vec<Form>,
    /// What is done with them.
    pub steps: Vec<Step>,
    /// What of them is shown.
    pub stage: Stage,
    /// The names of the classes, if they are known.
    pub labels: Option<Vec<String>>,
    /// The shape of what is shown, for one sample.
    pub shape: Vec<usize>,
}

/// Scores from the values of a network; none for operators that make none.
///
/// # Errors
/// Scores of several things at once.
pub(super) fn begin(c: &mut Converter, call: &Call) -> Result<Option<Vec<Symbol>>, Fault> {
    let scores = match call.a.node.operator.as_str() {
        "Softmax" => softmax(call, Step::Softmax)?,
        "LogSoftmax" => softmax(call, Step::LogSoftmax)?,
        "ArgMax" => arg_max(call, &shares(call, Vec::new())?)?,
        "ZipMap" => named(call, shares(call, Vec::new())?)?,
        "LinearClassifier" => return classifier(c, call).map(Some),
        _ => return Ok(None),
    };
    Ok(Some(vec![Symbol::Scores(Rc::new(scores))]))
}

/// The first argument as scores.
fn shares(call: &Call, steps: Vec<Step>) -> Result<Scores, Fault> {
    let forms = call.forms(0)?;
    let (rows, shape) = (forms.data().to_vec(), forms.shape().to_vec());
    Ok(Scores { rows, steps, stage: Stage::Shares, labels: None, shape })
}

/// Refuses scores that are not all of one sample, or of one class only.
fn check_classes(call: &Call, classes: usize, all: usize) -> Result<(), Fault> {
    match (classes, all) {
        (0 | 1, _) => Err(call.a.node.refuse(
            "it judges a single class",
            "give it two scores or more along its axis, which is 1 where samples are rows",
        )),
        (c, all) if c != all => {
            let problem = format!("it judges {c} classes {} times in one sample", all / c);
            Err(call.a.node.refuse(problem, "a network has one choice between classes, at its end"))
        }
        _ => Ok(()),
    }
}

/// The scores of `Softmax` or `LogSoftmax`.
fn softmax(call: &Call, step: Step) -> Result<Scores, Fault> {
    let scores = shares(call, vec![step])?;
    let (axis, flat) = softmax_axis(&call.a)?;
    let along = scores.shape.get(axis..).unwrap_or_default();
    let along = if flat { along } else { along.get(..1).unwrap_or_default() };
    check_classes(call, along.iter().product(), scores.rows.len())?;
    Ok(scores)
}

/// The choice of the largest score.
fn arg_max(call: &Call, scores: &Scores) -> Result<Scores, Fault> {
    let (axis, shape) = arg_max_axis(&call.a)?;
    check_classes(call, call.a.size(0, axis)?, scores.rows.len())?;
    Ok(Scores { stage: Stage::Index, shape, ..scores.clone() })
}

/// Scores with the names of `ZipMap`.
fn named(call: &Call, scores: Scores) -> Result<Scores, Fault> {
    let names = labels(&call.a, "classlabels_strings", "classlabels_int64s")?;
    with_labels(call, scores, names.unwrap_or_default())
}

/// Scores with names, if there are as many.
fn with_labels(call: &Call, scores: Scores, names: Vec<String>) -> Result<Scores, Fault> {
    if names.len() != scores.rows.len() {
        let problem = format!("it has {} names for {} classes", names.len(), scores.rows.len());
        return Err(call.a.node.refuse(problem, "give each class one name"));
    }
    Ok(Scores { labels: Some(names), ..scores })
}

/// The label and the shares of `LinearClassifier`.
fn classifier(c: &mut Converter, call: &Call) -> Result<Vec<Symbol>, Fault> {
    let x = call.forms(0)?;
    let classifier = Classifier::of(&call.a)?;
    let classes = classifier.labels.len();
    let rows = linear::rows(
        c,
        call,
        &x,
        classifier.linear.inputs,
        classifier.linear.weights,
        classifier.linear.biases,
    )?;
    check_classes(call, classes, rows.len())?;
    let steps = match classifier.transform.as_str() {
        "SOFTMAX" => vec![Step::Softmax],
        "LOGISTIC" => vec![Step::Logistic],
        _ => Vec::new(),
    };
    let shares = Scores {
        rows,
        steps,
        stage: Stage::Shares,
        labels: Some(classifier.labels),
        shape: vec![1, classes],
    };
    let label = Scores { stage: Stage::Label, shape: vec![1], ..shares.clone() };
    Ok([label, shares].map(|s| Symbol::Scores(Rc::new(s))).to_vec())
}

/// What a node makes of scores, or of what they say.
///
/// # Errors
/// An operator that uses them for anything but showing them.
pub(super) fn behind(call: &Call) -> Result<Vec<Symbol>, Fault> {
    let given = call.symbols.iter().flatten().find_map(|s| match s {
        Symbol::Scores(scores) => Some(scores.as_ref()),
        _ => None,
    });
    let Some(scores) = given else { return Err(call.a.node.broken("its inputs are missing")) };
    let first = matches!(call.symbols.first(), Some(Some(Symbol::Scores(_))));
    let next = match (call.a.node.operator.as_str(), scores.stage) {
        ("ArrayFeatureExtractor" | "Gather", Stage::Index) if !first => label(call, scores),
        (_, _) if !first => Err(refusal(call)),
        ("ArgMax", Stage::Shares) => arg_max(call, scores),
        ("ZipMap", Stage::Shares) => named(call, scores.clone()),
        ("Log", Stage::Shares) if scores.steps == [Step::Softmax] => {
            Ok(Scores { steps: vec![Step::LogSoftmax], ..scores.clone() })
        }
        ("Normalizer", Stage::Shares) => normalized(call, scores),
        ("Cast", stage) => match stage == Stage::Shares && !is_real(call)? {
            true => Err(refusal(call)),
            false => Ok(scores.clone()),
        },
        ("Identity" | "Dropout" | "Reshape" | "Flatten" | "Squeeze" | "Unsqueeze", _) => {
            reshaped(call, scores)
        }
        _ => Err(refusal(call)),
    };
    next.map(|s| vec![Symbol::Scores(Rc::new(s))])
}

/// Whether a `Cast` goes to real numbers.
fn is_real(call: &Call) -> Result<bool, Fault> {
    Ok(i32::try_from(call.a.node.whole("to", 0)?).is_ok_and(code::real))
}

/// The refusal of a node that uses scores inside the network.
fn refusal(call: &Call) -> Fault {
    call.a.node.refuse(
        "it computes with the probabilities or the choice of a Softmax, ArgMax or classifier before it",
        "these can only end a network; cut the graph before them, or train with Sigmoid instead",
    )
}

/// Scores in another shape.
fn reshaped(call: &Call, scores: &Scores) -> Result<Scores, Fault> {
    match plan(&call.a)?.unwrap_or_default().pop() {
        Some(plan) if plan.from.is_none() => Ok(Scores { shape: plan.shape, ..scores.clone() }),
        _ => Err(refusal(call)),
    }
}

/// Probabilities divided by their norm, which is above 0: the order stays.
fn normalized(call: &Call, scores: &Scores) -> Result<Scores, Fault> {
    let norm = call.a.node.text("norm", "MAX")?;
    let positive = scores.steps.iter().any(|s| matches!(s, Step::Softmax | Step::Logistic));
    if !positive || !["L1", "L2"].contains(&norm.as_str()) {
        return Err(call.a.node.refuse(format!("norm {norm:?} of scores is not supported"), "use L1 or L2"));
    }
    let steps = [&scores.steps[..], &[Step::Norm(norm)]].concat();
    Ok(Scores { steps, ..scores.clone() })
}

/// The name of the largest, from a list of names.
fn label(call: &Call, scores: &Scores) -> Result<Scores, Fault> {
    let Some(Some(names)) = call.a.known.first() else { return Err(refusal(call)) };
    let list: &[usize] = names.shape();
    let outer = list.iter().rev().skip(1).all(|&n| n == 1);
    if !outer || (call.a.node.operator == "Gather" && list.len() != 1) {
        return Err(refusal(call));
    }
    let scores = with_labels(call, scores.clone(), names.labels())?;
    let shape = if call.a.node.operator == "Gather" { scores.shape.clone() } else { vec![1, 1] };
    Ok(Scores { stage: Stage::Label, shape, ..scores })
}
