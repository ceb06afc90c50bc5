//! What comes out of a plan, and what it is called.

use super::{Argmax, Plan, Softmax};
use crate::data::{Names, plain};
use crate::num::Format;

/// What an output says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meaning {
    /// A value of the network.
    Value,
    /// The index of a class.
    Class,
    /// By how much the first class leads.
    Margin,
    /// The probability of a class.
    Probability,
}

/// One output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Output {
    /// What it says.
    pub meaning: Meaning,
    /// Its format.
    pub format: Format,
}

/// What scores become on the way out.
#[derive(Clone, Copy, Debug)]
pub enum Head<'a> {
    /// Indices of classes.
    Argmax(&'a Argmax),
    /// Probabilities of the classes.
    Softmax(&'a Softmax),
}

impl Plan {
    /// What the last layer's codes become on the way out; none if they come out themselves.
    pub fn head(&self) -> Option<Head<'_>> {
        let argmax = self.argmax.as_ref().map(Head::Argmax);
        argmax.or(self.softmax.as_ref().map(Head::Softmax))
    }

    /// The names of the classes that outputs are about; empty if they have none, or if the plan knows no classes.
    pub fn classes(&self) -> &[String] {
        match self.head() {
            Some(Head::Argmax(argmax)) => &argmax.classes,
            Some(Head::Softmax(softmax)) => &softmax.classes,
            None => &[],
        }
    }

    /// The output codes for the last layer's.
    pub(super) fn headed(&self, scores: &[i64]) -> Option<Vec<i64>> {
        Some(match self.head()? {
            Head::Argmax(argmax) => argmax.decide(scores, &self.score_formats()),
            Head::Softmax(softmax) => {
                softmax.probabilities(&self.tables[softmax.table], scores, &self.score_formats())
            }
        })
    }

    /// The formats of the last layer's outputs: those of the network, or what a [`Head`] takes.
    pub fn score_formats(&self) -> Vec<Format> {
        self.input_formats(self.layers.len())
    }

    /// What comes out: the last layer's codes, or what is decided from them.
    pub fn outputs(&self) -> Vec<Output> {
        let scores = self.score_formats();
        match self.head() {
            Some(Head::Argmax(argmax)) => argmax.outputs(&scores),
            Some(Head::Softmax(softmax)) => softmax.outputs(&scores),
            None => scores.into_iter().map(|format| Output { meaning: Meaning::Value, format }).collect(),
        }
    }

    /// The formats of what comes out.
    pub fn output_formats(&self) -> Vec<Format> {
        self.outputs().into_iter().map(|o| o.format).collect()
    }

    /// What the outputs are called; empty if nothing is named.
    pub fn output_names(&self) -> Vec<String> {
        match self.head() {
            Some(Head::Argmax(argmax)) if !argmax.is_plain() => {
                argmax.names(self.names.outputs.first().map_or("class", String::as_str))
            }
            Some(Head::Softmax(softmax)) => softmax.classes.clone(),
            _ => self.names.outputs.clone(),
        }
    }
}

/// Classes that a comment lists.
const LISTED: usize = 64;

impl Plan {
    /// What ports are called and what class indices mean, as a line for comments behind a line end; empty if nothing is named.
    pub fn note(&self) -> String {
        let is_class = |(port, output): (String, Output)| (output.meaning == Meaning::Class).then_some(port);
        let ports =
            || self.output_ports().into_iter().zip(self.outputs()).filter_map(is_class).collect::<Vec<_>>();
        let classes = self.class_note().map(|note| format!("\n{}: {note}.", ports().join(", ")));
        self.called().note() + &classes.unwrap_or_default()
    }

    /// The names of the input ports in a circuit.
    pub fn input_ports(&self) -> Vec<String> {
        self.names.input_ports(self.inputs.len())
    }

    /// The names of the output ports in a circuit.
    pub fn output_ports(&self) -> Vec<String> {
        self.called().output_ports(self.outputs().len())
    }

    /// What inputs and outputs are called.
    fn called(&self) -> Names {
        Names { inputs: self.names.inputs.clone(), outputs: self.output_names() }
    }

    /// What class indices mean; none for values, or for classes without names.
    pub fn class_note(&self) -> Option<String> {
        let classes = &self.argmax.as_ref()?.classes;
        let some = classes.iter().take(LISTED).enumerate().map(|(k, name)| format!("{k} is {}", plain(name)));
        let more = if classes.len() > LISTED { ", ..." } else { "" };
        (!classes.is_empty()).then(|| some.collect::<Vec<_>>().join(", ") + more)
    }
}
