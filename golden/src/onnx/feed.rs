//! How samples enter the graph: which inputs there are, and which axis counts the samples.

use super::error::{Fault, quoted};
use super::finish::indexed;
use super::form::Form;
use super::graph::{Graph, Port, is_real};
use super::symbols::Symbol;
use super::tensor::{Tensor, volume};
use super::value::Value;
use crate::net::MAX_WIDTH;
use crate::num::Format;
use std::collections::HashMap;
use std::rc::Rc;

/// Samples that are evaluated at once where the file leaves their number open.
const BATCH: usize = 8;

/// The most samples that a file may want at once.
const MOST_BATCH: usize = 1024;

/// An input of the graph.
#[derive(Debug)]
struct Input {
    name: String,
    /// The shape for one sample.
    shape: Vec<usize>,
    /// Whether the first axis counts the samples.
    batched: bool,
    /// Features of one sample.
    features: usize,
    /// The code of its type.
    kind: i32,
}

/// The inputs of the graph.
#[derive(Debug)]
pub(super) struct Feed {
    inputs: Vec<Input>,
    /// Samples that are evaluated at once.
    pub batch: usize,
    /// Samples that the file wants at once; 0 if it leaves their number open.
    pub fixed: usize,
}

/// What the first axis of an input says of the number of samples.
#[derive(Clone, Copy, PartialEq)]
enum Samples {
    /// Any number.
    Open,
    /// So many.
    Fixed(usize),
    /// One: no axis counts samples.
    One,
}

impl Feed {
    /// The inputs of a graph.
    ///
    /// # Errors
    /// An input that is not of real numbers, or whose size is not fixed.
    pub fn new(graph: &Graph) -> Result<Feed, Fault> {
        Feed::of_kinds(graph, false)
    }

    /// The inputs of a graph of codes, which may be whole numbers themselves.
    ///
    /// # Errors
    /// As [`Feed::new`].
    pub fn of_codes(graph: &Graph) -> Result<Feed, Fault> {
        Feed::of_kinds(graph, true)
    }

    fn of_kinds(graph: &Graph, codes: bool) -> Result<Feed, Fault> {
        let mut inputs = Vec::with_capacity(graph.inputs.len());
        let mut samples = Vec::with_capacity(graph.inputs.len());
        for port in &graph.inputs {
            let kind = samples_of(port, graph)?;
            let input = input(port, kind, codes)?;
            samples.push((input.name.clone(), kind));
            inputs.push(input);
        }
        let fixed = batch(&samples)?;
        let features: usize = inputs.iter().map(|i| i.features).sum();
        if features == 0 {
            let problem = "it has no inputs, or only empty ones".into();
            return Err(Fault::Port {
                port: "the graph".into(),
                problem,
                help: "export the model again".into(),
            });
        }
        let most = MAX_WIDTH;
        if features > most {
            let what = "the number of inputs of the network".into();
            return Err(Fault::Size { what, value: features as u128, most: most as u64 });
        }
        Ok(Feed { inputs, batch: fixed.unwrap_or(BATCH), fixed: fixed.unwrap_or(0) })
    }

    /// The number of inputs of the network.
    pub fn features(&self) -> usize {
        self.inputs.iter().map(|i| i.features).sum()
    }

    /// The format of an input that is of whole numbers.
    pub fn whole_format(&self, at: usize) -> Option<Format> {
        let mut end = 0;
        let ends = |i: &&Input| {
            end += i.features;
            at < end
        };
        self.inputs.iter().find(ends).and_then(|i| whole_format(i.kind))
    }

    /// The names of the network's inputs.
    pub fn names(&self) -> Vec<String> {
        self.inputs.iter().flat_map(|i| indexed(&i.name, i.features)).collect()
    }

    /// The inputs that are a matrix or more for one sample, without an axis that counts samples.
    pub fn whole(&self) -> impl Iterator<Item = (&str, &[usize])> {
        let whole = self.inputs.iter().filter(|i| !i.batched && i.shape.len() > 1);
        whole.map(|i| (i.name.as_str(), i.shape.as_slice()))
    }

    /// The inputs as features of one sample.
    pub fn symbols(&self) -> HashMap<String, Symbol> {
        let mut next = 0..self.features() as u32;
        let mut symbol = |i: &Input| {
            let data = next.by_ref().take(i.features).map(Form::feature).collect();
            Tensor::new(i.shape.clone(), data).map(|t| (i.name.clone(), Symbol::Forms(Rc::new(t))))
        };
        self.inputs.iter().filter_map(&mut symbol).collect()
    }

    /// The inputs for some samples, which stand one after the other.
    pub fn values(&self, samples: &[f64]) -> HashMap<String, Rc<Value>> {
        let width = self.features().max(1);
        let mut first = 0;
        let mut value = |i: &Input| {
            let own =
                samples.chunks(width).flat_map(|s| s.get(first..first + i.features).unwrap_or_default());
            let data: Vec<f64> = own.copied().collect();
            first += i.features;
            let mut shape = i.shape.clone();
            if let (true, Some(axis)) = (i.batched, shape.first_mut()) {
                *axis = samples.len() / width;
            }
            let whole = whole_format(i.kind).is_some();
            Tensor::new(shape, data).map(|tensor| (i.name.clone(), Rc::new(Value::Numbers { tensor, whole })))
        };
        self.inputs.iter().filter_map(&mut value).collect()
    }
}

/// The format of a type of whole numbers.
fn whole_format(kind: i32) -> Option<Format> {
    let (signed, width) = match kind {
        2 => (false, 8),
        3 => (true, 8),
        4 => (false, 16),
        5 => (true, 16),
        _ => return None,
    };
    Some(Format { signed, width, frac: 0 })
}

/// What the first axis of an input says of the number of samples.
fn samples_of(port: &Port, graph: &Graph) -> Result<Samples, Fault> {
    let Some(shape) = &port.shape else {
        return Err(refusal(
            port,
            "its shape is not known",
            "export the model with the shapes of its inputs",
        ));
    };
    Ok(match shape[..] {
        [None, ..] => Samples::Open,
        [Some(1), _, ..] => Samples::Fixed(1),
        [Some(n), _, ..] => {
            // So many samples, unless an output has another number of rows: then it is a matrix.
            let other = |p: &Port| match p.shape.as_deref() {
                Some([Some(m), ..]) => *m != n,
                Some([]) => true,
                _ => false,
            };
            if graph.outputs.iter().any(other) { Samples::One } else { Samples::Fixed(n) }
        }
        _ => Samples::One,
    })
}

/// The refusal of an input.
fn refusal(port: &Port, problem: &str, help: &str) -> Fault {
    Fault::Port { port: format!("input {}", quoted(&port.name)), problem: problem.into(), help: help.into() }
}

/// An input for one sample.
fn input(port: &Port, samples: Samples, codes: bool) -> Result<Input, Fault> {
    let read = is_real(port) || codes && whole_format(port.kind).is_some();
    if !read {
        let problem = "it is not a tensor of real numbers (float, double or float16)";
        return Err(refusal(port, problem, "export the model with float inputs"));
    }
    let batched = samples != Samples::One;
    let mut shape = Vec::new();
    for (axis, size) in port.shape.iter().flatten().enumerate() {
        match size {
            _ if axis == 0 && batched => shape.push(1),
            Some(n) => shape.push(*n),
            None => {
                let problem = format!("its size along axis {axis} is open");
                return Err(refusal(
                    port,
                    &problem,
                    "export with fixed sizes; only the batch axis may be open",
                ));
            }
        }
    }
    let features = volume(&shape)?;
    Ok(Input { name: port.name.clone(), shape, batched, features, kind: port.kind })
}

/// Samples at once that suit all inputs; none if every number does.
fn batch(samples: &[(String, Samples)]) -> Result<Option<usize>, Fault> {
    let mut fixed = None;
    for (name, kind) in samples {
        let own = match kind {
            Samples::Open => continue,
            Samples::Fixed(n) => *n,
            Samples::One => 1,
        };
        if fixed.is_some_and(|f| f != own) || own > MOST_BATCH {
            return Err(Fault::Port {
                port: format!("input {}", quoted(name)),
                problem: format!("it takes {own} samples at once"),
                help: "export all inputs with the same batch size, 1 or open".into(),
            });
        }
        fixed = Some(own);
    }
    Ok(fixed)
}
