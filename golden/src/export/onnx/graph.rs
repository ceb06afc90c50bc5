//! A graph of ONNX operators that grows, and its file.

use crate::onnx::proto::{
    AttributeProto, DimensionProto, GraphProto, ModelProto, NodeProto, OperatorSetId, StringStringEntry,
    TensorProto, TensorShapeProto, TensorTypeProto, TypeProto, ValueInfoProto,
};
use bytes::Bytes;
use prost::Message;
use std::collections::HashMap;

/// The version of the operators: the last whose operators all are as they were when this was written.
const OPSET: i64 = 17;

/// The version of the format that belongs to it.
const IR: i64 = 8;

/// Types of elements, as `onnx.proto` numbers them.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Type {
    /// 32-bit floating point.
    Float = 1,
    /// 64-bit whole numbers.
    Whole = 7,
    /// 64-bit floating point.
    Double = 11,
}

/// A graph with one input `x` and one output `y`, both of a row for each sample.
#[derive(Default)]
pub(super) struct Graph {
    nodes: Vec<NodeProto>,
    constants: Vec<TensorProto>,
    known: HashMap<(Type, Vec<i64>, Bytes), String>,
    /// The first number that is too large for 32 bits.
    pub too_large: Option<f64>,
}

/// A whole number that a node has as a parameter.
pub(super) fn whole(name: &str, i: i64) -> AttributeProto {
    AttributeProto { name: name.into(), i, r#type: 2, ..Default::default() }
}

/// A real number that a node has as a parameter.
pub(super) fn number(name: &str, f: f32) -> AttributeProto {
    AttributeProto { name: name.into(), f, r#type: 1, ..Default::default() }
}

impl Graph {
    /// What an operator makes of some values.
    pub fn node(&mut self, operator: &str, inputs: &[&str], attribute: Vec<AttributeProto>) -> String {
        let name = format!("v{}", self.nodes.len());
        self.nodes.push(NodeProto {
            input: inputs.iter().map(|&i| i.into()).collect(),
            output: vec![name.clone()],
            op_type: operator.into(),
            attribute,
            ..Default::default()
        });
        name
    }

    /// What an operator with two results makes of some values.
    pub fn node_of_two(
        &mut self,
        operator: &str,
        inputs: &[&str],
        attribute: Vec<AttributeProto>,
    ) -> [String; 2] {
        let first = self.node(operator, inputs, attribute);
        let second = format!("{first}_second");
        if let Some(node) = self.nodes.last_mut() {
            node.output.push(second.clone());
        }
        [first, second]
    }

    /// An operator without parameters.
    pub fn op(&mut self, operator: &str, inputs: &[&str]) -> String {
        self.node(operator, inputs, Vec::new())
    }

    /// Values in another type.
    pub fn cast(&mut self, value: &str, to: Type) -> String {
        self.node("Cast", &[value], vec![whole("to", to as i64)])
    }

    /// A constant; equal ones are one.
    fn constant(&mut self, kind: Type, dims: Vec<i64>, raw: Vec<u8>) -> String {
        let key = (kind, dims.clone(), Bytes::from(raw));
        if let Some(name) = self.known.get(&key) {
            return name.clone();
        }
        let name = format!("c{}", self.constants.len());
        self.constants.push(TensorProto {
            dims,
            data_type: kind as i32,
            name: name.clone(),
            raw_data: Some(key.2.clone()),
            ..Default::default()
        });
        self.known.insert(key, name.clone());
        name
    }

    /// Whole numbers of a shape.
    pub fn wholes(&mut self, dims: &[usize], data: &[i64]) -> String {
        let raw = data.iter().flat_map(|v| v.to_le_bytes()).collect();
        self.constant(Type::Whole, dims.iter().map(|&n| n as i64).collect(), raw)
    }

    /// A whole number for each column, or one for all of them.
    pub fn row(&mut self, data: &[i64]) -> String {
        match data {
            [first, rest @ ..] if rest.iter().all(|v| v == first) => self.wholes(&[], &[*first]),
            _ => self.wholes(&[data.len()], data),
        }
    }

    /// The nearest 32-bit number.
    pub fn narrow(&mut self, v: f64) -> f32 {
        if v.is_finite() && !(v as f32).is_finite() {
            self.too_large.get_or_insert(v);
        }
        v as f32
    }

    /// 32-bit numbers of a shape.
    pub fn floats(&mut self, dims: &[usize], data: &[f64]) -> String {
        let raw = data.iter().flat_map(|&v| self.narrow(v).to_le_bytes()).collect();
        self.constant(Type::Float, dims.iter().map(|&n| n as i64).collect(), raw)
    }

    /// One 32-bit number.
    pub fn float(&mut self, v: f64) -> String {
        self.floats(&[], &[v])
    }

    /// 64-bit numbers, one for each column.
    pub fn doubles(&mut self, data: &[f64]) -> String {
        let raw = data.iter().flat_map(|v| v.to_le_bytes()).collect();
        self.constant(Type::Double, vec![data.len() as i64], raw)
    }

    /// Some columns of `value`, which has `all` of them.
    pub fn columns(&mut self, value: &str, places: &[usize], all: usize) -> String {
        if places.iter().copied().eq(0..all) {
            return value.to_owned();
        }
        let places: Vec<i64> = places.iter().map(|&p| p as i64).collect();
        let places = self.wholes(&[places.len()], &places);
        self.node("Gather", &[value, &places], vec![whole("axis", 1)])
    }

    /// Values side by side, each with the places of its columns.
    pub fn joined(&mut self, parts: &[(Vec<usize>, String)]) -> String {
        let all = match parts {
            [(_, one)] => one.clone(),
            _ => {
                let names: Vec<&str> = parts.iter().map(|(_, name)| name.as_str()).collect();
                self.node("Concat", &names, vec![whole("axis", 1)])
            }
        };
        let order: Vec<usize> = parts.iter().flat_map(|(places, _)| places.iter().copied()).collect();
        let mut from = vec![0; order.len()];
        order.iter().enumerate().for_each(|(at, &place)| from[place] = at);
        self.columns(&all, &from, order.len())
    }

    /// The bytes of the file; `about` are pairs of what others may want to know.
    pub fn file(
        mut self,
        name: &str,
        ports: [(Type, usize); 2],
        value: &str,
        about: &[(&str, String)],
    ) -> Vec<u8> {
        self.nodes.push(NodeProto {
            input: vec![value.into()],
            output: vec!["y".into()],
            op_type: "Identity".into(),
            ..Default::default()
        });
        let [input, output] = ports;
        let graph = GraphProto {
            node: self.nodes,
            initializer: self.constants,
            input: vec![port("x", input)],
            output: vec![port("y", output)],
            name: Bytes::copy_from_slice(name.as_bytes()),
            ..Default::default()
        };
        let entry =
            |(key, value): &(&str, String)| StringStringEntry { key: (*key).into(), value: value.clone() };
        let model = ModelProto {
            ir_version: IR,
            producer_name: Bytes::from_static(b"gainstage"),
            producer_version: Bytes::from_static(env!("CARGO_PKG_VERSION").as_bytes()),
            graph: Some(graph),
            opset_import: vec![OperatorSetId { domain: String::new(), version: OPSET }],
            metadata_props: about.iter().map(|pair| entry(pair).encode_to_vec().into()).collect(),
            functions: Vec::new(),
        };
        model.encode_to_vec()
    }
}

/// An input or an output of so many columns, for any number of samples.
fn port(name: &str, (kind, columns): (Type, usize)) -> ValueInfoProto {
    let open = DimensionProto { dim_value: None, dim_param: "samples".into() };
    let fixed = DimensionProto { dim_value: Some(columns as i64), ..Default::default() };
    let shape = Some(TensorShapeProto { dim: vec![open, fixed] });
    let tensor_type = Some(TensorTypeProto { elem_type: kind as i32, shape });
    ValueInfoProto { name: name.into(), r#type: Some(TypeProto { tensor_type }) }
}
