//! A node of a graph and its fixed parameters.

use super::error::{Fault, quoted};
use super::external::Beside;
use super::known::{QUANTIZING, learning, most_inputs, parameters, quantizing};
use super::proto::{AttributeProto, NodeProto};
use super::value::Value;
use super::weights;
use std::collections::HashMap;

/// What would help where an attribute is wrong.
const AGAIN: &str = "export the model again";

/// A fixed parameter.
#[derive(Clone, Debug)]
enum Attribute {
    /// A number.
    Number(f64),
    /// A whole number.
    Whole(i64),
    /// A text.
    Text(String),
    /// A tensor.
    Tensor(Value),
    /// Numbers.
    Numbers(Vec<f64>),
    /// Whole numbers.
    Wholes(Vec<i64>),
    /// Texts.
    Texts(Vec<String>),
}

/// An operation with its inputs and outputs.
#[derive(Clone, Debug)]
pub(super) struct Node {
    /// The operator.
    pub operator: String,
    /// Whether the operator is one of `ai.onnx.ml`.
    pub learning: bool,
    /// The version of the operators.
    pub opset: i64,
    /// Names of the values it takes; empty where an argument is left out.
    pub inputs: Vec<String>,
    /// Names of the values it makes.
    pub outputs: Vec<String>,
    /// How messages call it.
    title: String,
    attributes: HashMap<String, Attribute>,
}

impl Node {
    /// The node at a place of the graph.
    ///
    /// # Errors
    /// A domain that is not known, or a parameter that cannot be read.
    pub fn new(proto: NodeProto, at: usize, opset: i64, beside: &mut Beside) -> Result<Node, Fault> {
        let title = match (proto.name.as_str(), proto.output.first()) {
            ("", Some(output)) => format!("node {at}, which makes {}", quoted(output)),
            ("", None) => format!("node {at}"),
            (name, _) => format!("node {}", quoted(name)),
        };
        let mut node = Node {
            operator: proto.op_type,
            learning: proto.domain == "ai.onnx.ml",
            opset,
            inputs: proto.input,
            outputs: proto.output,
            title,
            attributes: HashMap::new(),
        };
        let qonnx = QUANTIZING.contains(&proto.domain.as_str());
        let own = ["", "ai.onnx"].contains(&proto.domain.as_str());
        let fits = if quantizing(&node.operator) { qonnx } else { own };
        if !node.learning && !fits {
            let problem = match qonnx {
                true => "of QONNX's operators, Quant, IntQuant, BipolarQuant and Trunc are known here".into(),
                false => format!("operators of the domain {} are not known", quoted(&proto.domain)),
            };
            return Err(node.refuse(problem, "export with ONNX's own operators only, or with QONNX's"));
        }
        let known = parameters(&node.operator);
        if known.is_some() && node.learning != learning(&node.operator) {
            let problem = format!("the domain {} has no such operator", quoted(&proto.domain));
            return Err(node.refuse(problem, AGAIN));
        }
        if known.is_some() && node.inputs.len() > most_inputs(&node.operator) {
            let problem = format!(
                "it has {} inputs, but at most {} are known",
                node.inputs.len(),
                most_inputs(&node.operator)
            );
            return Err(node.broken(problem));
        }
        for attribute in proto.attribute {
            if known.is_some_and(|names| !names.contains(&attribute.name.as_str())) {
                let problem = format!("it has an attribute {}, which is not known", quoted(&attribute.name));
                return Err(node.broken(problem));
            }
            if node.attributes.contains_key(&attribute.name) {
                return Err(node.broken(format!("attribute {} is there twice", quoted(&attribute.name))));
            }
            if let Some(value) = node.value(&attribute, beside)? {
                node.attributes.insert(attribute.name, value);
            }
        }
        Ok(node)
    }

    /// The value of a parameter; none of a kind that no known operator has.
    fn value(&self, a: &AttributeProto, beside: &mut Beside) -> Result<Option<Attribute>, Fault> {
        let fault = |problem: &str| self.refuse(format!("attribute {}: {problem}", quoted(&a.name)), AGAIN);
        if !a.ref_attr_name.is_empty() {
            return Err(fault("it stands for one of a function around it"));
        }
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).map_err(|_| fault("it is not UTF-8"));
        // Files of the format's first versions do not say the kind.
        let kind = match a.r#type {
            0 if a.t.is_some() => 4,
            0 if !a.ints.is_empty() => 7,
            0 if !a.floats.is_empty() => 6,
            0 if !a.strings.is_empty() => 8,
            0 => return Err(fault("it does not say its type")),
            kind => kind,
        };
        // A value in the field of another type would be read as 0.
        let (f, i, s) = (a.f != 0.0, a.i != 0, !a.s.is_empty());
        let lists = [(6, a.floats.is_empty()), (7, a.ints.is_empty()), (8, a.strings.is_empty())];
        let others = [(1, !f), (2, !i), (3, !s), (4, a.t.is_none())].into_iter().chain(lists);
        if others.into_iter().any(|(own, empty)| own != kind && !empty) {
            return Err(fault("its value is not of the type that it says"));
        }
        Ok(Some(match kind {
            1 => Attribute::Number(a.f.into()),
            2 => Attribute::Whole(a.i),
            3 => Attribute::Text(text(&a.s)?),
            4 => {
                let tensor = a.t.as_ref().ok_or_else(|| fault("its tensor is missing"))?;
                Attribute::Tensor(weights::decode(tensor, &a.name, beside)?)
            }
            6 => Attribute::Numbers(a.floats.iter().map(|&v| v.into()).collect()),
            7 => Attribute::Wholes(a.ints.clone()),
            8 => Attribute::Texts(a.strings.iter().map(|s| text(s)).collect::<Result<_, _>>()?),
            _ => return Ok(None),
        }))
    }

    /// The node and its operator, as messages call them.
    pub fn titles(&self) -> (String, String) {
        (self.title.clone(), quoted(&self.operator).trim_matches('"').to_owned())
    }

    /// Sets a whole number that the node does not give itself.
    pub fn complete(&mut self, name: &str, value: i64) {
        self.attributes.entry(name.into()).or_insert(Attribute::Whole(value));
    }

    /// The same node as one that gives its first argument on.
    pub fn passing(mut self) -> Node {
        self.operator = "Identity".into();
        self.inputs.truncate(1);
        self.attributes.clear();
        self
    }

    /// An error that names this node.
    pub fn refuse(&self, problem: impl Into<String>, help: impl Into<String>) -> Fault {
        Fault::Node {
            node: self.title.clone(),
            operator: quoted(&self.operator).trim_matches('"').to_owned(),
            problem: problem.into(),
            help: help.into(),
        }
    }

    /// An error of a kind that only a broken file makes.
    pub fn broken(&self, problem: impl Into<String>) -> Fault {
        self.refuse(problem, AGAIN)
    }

    /// The error of a parameter that is of another kind than the operator has.
    fn mistyped(&self, name: &str) -> Fault {
        self.broken(format!("attribute {name} is of the wrong type"))
    }

    /// Whether a parameter is given.
    pub fn has(&self, name: &str) -> bool {
        self.attributes.contains_key(name)
    }

    /// A number, or what it is if it is not given.
    pub fn number(&self, name: &str, default: f64) -> Result<f64, Fault> {
        match self.attributes.get(name) {
            None => Ok(default),
            Some(Attribute::Number(v)) => Ok(*v),
            Some(_) => Err(self.mistyped(name)),
        }
    }

    /// A whole number, or what it is if it is not given.
    pub fn whole(&self, name: &str, default: i64) -> Result<i64, Fault> {
        match self.attributes.get(name) {
            None => Ok(default),
            Some(Attribute::Whole(v)) => Ok(*v),
            Some(_) => Err(self.mistyped(name)),
        }
    }

    /// A text, or what it is if it is not given.
    pub fn text(&self, name: &str, default: &str) -> Result<String, Fault> {
        match self.attributes.get(name) {
            None => Ok(default.into()),
            Some(Attribute::Text(v)) => Ok(v.clone()),
            Some(_) => Err(self.mistyped(name)),
        }
    }

    /// A tensor.
    pub fn tensor(&self, name: &str) -> Result<Option<&Value>, Fault> {
        match self.attributes.get(name) {
            None => Ok(None),
            Some(Attribute::Tensor(v)) => Ok(Some(v)),
            Some(_) => Err(self.mistyped(name)),
        }
    }

    /// Numbers; none if they are not given.
    pub fn numbers(&self, name: &str) -> Result<Option<&[f64]>, Fault> {
        match self.attributes.get(name) {
            None => Ok(None),
            Some(Attribute::Numbers(v)) => Ok(Some(v)),
            Some(_) => Err(self.mistyped(name)),
        }
    }

    /// Whole numbers; none if they are not given.
    pub fn wholes(&self, name: &str) -> Result<Option<&[i64]>, Fault> {
        match self.attributes.get(name) {
            None => Ok(None),
            Some(Attribute::Wholes(v)) => Ok(Some(v)),
            Some(_) => Err(self.mistyped(name)),
        }
    }

    /// Texts; none if they are not given.
    pub fn texts(&self, name: &str) -> Result<Option<&[String]>, Fault> {
        match self.attributes.get(name) {
            None => Ok(None),
            Some(Attribute::Texts(v)) => Ok(Some(v)),
            Some(_) => Err(self.mistyped(name)),
        }
    }

    /// An axis of a tensor with so many; negative ones count from the end.
    pub fn axis(&self, axis: i64, axes: usize) -> Result<usize, Fault> {
        let from_start = if axis < 0 { axis.checked_add(axes as i64) } else { Some(axis) };
        let at = from_start.and_then(|a| usize::try_from(a).ok()).filter(|&a| a < axes);
        at.ok_or_else(|| self.broken(format!("axis {axis} of a tensor with {axes} axes does not exist")))
    }
}
