//! Tests of the whole import, on graphs that are built here.

mod classes;
mod codes;
mod layers;
mod operators;
mod refusals;
mod robust;
mod silent;

use super::proto::*;
use super::{Fault, Import, Imported, Options, imported, values};
use crate::net::Neuron;
use prost::Message;
use std::path::Path;

/// Imports a network of real numbers.
pub(crate) fn from_bytes(bytes: Vec<u8>, directory: &Path, name: &str) -> Result<Import, Fault> {
    imported(bytes, directory, name, Options::default()).map(|imported| match imported {
        Imported::Model(import) => *import,
        Imported::Plan(_) => panic!("{name} is quantized"),
    })
}

/// A graph that grows.
struct Build {
    graph: GraphProto,
    opset: i64,
}

/// The description of an input or an output; -1 is an open size.
fn port(name: &str, elem_type: i32, shape: &[i64]) -> ValueInfoProto {
    let dim = |&n: &i64| DimensionProto { dim_value: (n >= 0).then_some(n), dim_param: String::new() };
    let shape = Some(TensorShapeProto { dim: shape.iter().map(dim).collect() });
    let r#type = Some(TypeProto { tensor_type: Some(TensorTypeProto { elem_type, shape }) });
    ValueInfoProto { name: name.into(), r#type }
}

fn floats(dims: &[i64], data: &[f32]) -> TensorProto {
    TensorProto { dims: dims.to_vec(), data_type: 1, float_data: data.to_vec(), ..Default::default() }
}

fn wholes(data: &[i64]) -> TensorProto {
    TensorProto {
        dims: vec![data.len() as i64],
        data_type: 7,
        int64_data: data.to_vec(),
        ..Default::default()
    }
}

fn number(name: &str, f: f32) -> AttributeProto {
    AttributeProto { name: name.into(), f, r#type: 1, ..Default::default() }
}

fn whole(name: &str, i: i64) -> AttributeProto {
    AttributeProto { name: name.into(), i, r#type: 2, ..Default::default() }
}

fn list(name: &str, ints: &[i64]) -> AttributeProto {
    AttributeProto { name: name.into(), ints: ints.to_vec(), r#type: 7, ..Default::default() }
}

fn reals(name: &str, floats: &[f32]) -> AttributeProto {
    AttributeProto { name: name.into(), floats: floats.to_vec(), r#type: 6, ..Default::default() }
}

fn texts(name: &str, texts: &[&str]) -> AttributeProto {
    let strings = texts.iter().map(|t| t.as_bytes().to_vec().into()).collect();
    AttributeProto { name: name.into(), strings, r#type: 8, ..Default::default() }
}

fn text(name: &str, text: &str) -> AttributeProto {
    AttributeProto { name: name.into(), s: text.as_bytes().to_vec().into(), r#type: 3, ..Default::default() }
}

impl Build {
    /// A graph with one input, of so many values for each sample of an open batch.
    fn new(inputs: i64) -> Build {
        let input = vec![port("x", 1, &[-1, inputs])];
        Build { graph: GraphProto { input, ..Default::default() }, opset: 13 }
    }

    fn opset(mut self, opset: i64) -> Build {
        self.opset = opset;
        self
    }

    fn constant(mut self, name: &str, tensor: TensorProto) -> Build {
        self.graph.initializer.push(TensorProto { name: name.into(), ..tensor });
        self
    }

    fn weights(self, name: &str, dims: &[i64], data: &[f32]) -> Build {
        self.constant(name, floats(dims, data))
    }

    /// A node from a text such as `Add a b -> c`, where a dot is an argument left out.
    fn node(self, text: &str) -> Build {
        self.with(text, Vec::new())
    }

    fn with(mut self, text: &str, attribute: Vec<AttributeProto>) -> Build {
        let (left, right) = text.split_once(" -> ").expect("an arrow");
        let names =
            |t: &str| t.split_whitespace().map(|n| n.trim_matches('.').to_owned()).collect::<Vec<_>>();
        let mut input = names(left);
        let op_type = input.remove(0);
        let learning =
            ["Scaler", "ZipMap", "LinearClassifier", "LinearRegressor", "ArrayFeatureExtractor", "Binarizer"];
        let domain = if learning.contains(&op_type.as_str()) { "ai.onnx.ml".into() } else { String::new() };
        let name = String::new();
        self.graph.node.push(NodeProto { input, output: names(right), name, op_type, attribute, domain });
        self
    }

    fn output(mut self, name: &str) -> Build {
        self.graph.output.push(ValueInfoProto { name: name.into(), r#type: None });
        self
    }

    fn bytes(self) -> Vec<u8> {
        let own = OperatorSetId { domain: String::new(), version: self.opset };
        let learning = OperatorSetId { domain: "ai.onnx.ml".into(), version: 1 };
        let model = ModelProto {
            ir_version: 8,
            graph: Some(self.graph),
            opset_import: vec![own, learning],
            ..Default::default()
        };
        model.encode_to_vec()
    }

    /// The import, with `y` as the output if there is none yet.
    fn import(self) -> Result<Import, Fault> {
        let build = if self.graph.output.is_empty() { self.output("y") } else { self };
        from_bytes(build.bytes(), Path::new("."), "some file")
    }

    fn imported(self) -> Import {
        self.import().unwrap_or_else(|e| panic!("{e}"))
    }

    fn refused(self) -> String {
        self.import().expect_err("a refusal").to_string()
    }

    /// The file's own values for samples.
    fn evaluated(self, samples: &[f64]) -> Vec<Vec<f64>> {
        let build = if self.graph.output.is_empty() { self.output("y") } else { self };
        values(build.bytes(), Path::new("."), samples).unwrap_or_else(|e| panic!("{e}"))
    }
}

/// The functions of a network's neurons, layer by layer.
fn functions(import: &Import) -> Vec<Vec<String>> {
    let layers = import.model.network.layers.iter();
    let text = |n: &Neuron| match n.kind.to_string().as_str() {
        "ordinary" => n.activation.to_string(),
        kind => format!("{}*{kind}", n.activation),
    };
    layers.map(|l| l.neurons.iter().map(text).collect()).collect()
}
