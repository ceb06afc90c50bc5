//! The graph of a file: its inputs, outputs, constants and nodes, checked once.

use super::attributes::Node;
use super::error::{Fault, quoted};
use super::external::Beside;
use super::integer;
use super::proto::{FunctionProto, GraphProto, ModelProto, ValueInfoProto};
use super::tensor::MOST_AXES;
use super::value::Value;
use super::weights::{self, code};
use super::wire;
use bytes::Bytes;
use prost::Message;
use std::collections::{HashMap, HashSet};
use std::path::Path;
use std::rc::Rc;

/// The versions of ONNX's operators that are known.
const OPSETS: std::ops::RangeInclusive<i64> = 7..=24;

/// The most nodes of a graph.
const MOST_NODES: usize = 1 << 16;

/// An input or an output of the graph.
#[derive(Clone, Debug)]
pub(super) struct Port {
    /// Its name.
    pub name: String,
    /// The sizes along its axes, as far as they are fixed; none if nothing is known.
    pub shape: Option<Vec<Option<usize>>>,
    /// The code of its type; 0 if it is no tensor.
    pub kind: i32,
}

/// A graph.
#[derive(Debug)]
pub(super) struct Graph {
    /// The inputs that are no constants.
    pub inputs: Vec<Port>,
    /// The outputs.
    pub outputs: Vec<Port>,
    /// The constants by name.
    pub constants: HashMap<String, Rc<Value>>,
    /// The nodes that depend on the inputs or are not folded yet, in order.
    pub nodes: Vec<Node>,
}

impl Graph {
    /// Decodes a file; `directory` is where further files are.
    ///
    /// # Errors
    /// Bytes that are no model, versions that are not known, names that do not hold together, bad tensors.
    pub fn parse(bytes: Vec<u8>, directory: &Path) -> Result<Graph, Fault> {
        let format = |problem: String| Fault::Format { problem };
        if bytes.is_empty() {
            return Err(format("the file is empty".into()));
        }
        wire::check(&bytes)?;
        let model = ModelProto::decode(Bytes::from(bytes)).map_err(|e| format(e.to_string()))?;
        let opset = opset(&model)?;
        let graph = model.graph.ok_or_else(|| format("it has no graph".into()))?;
        let mut beside = Beside::new(directory);
        let constants = constants(&graph, &mut beside)?;
        let types = graph.initializer.iter().map(|t| (t.name.clone(), t.data_type));
        let made = graph.node.iter().filter(|n| n.op_type == "Constant");
        let tensors = made
            .filter_map(|n| Some((n.output.first()?.clone(), n.attribute.first()?.t.as_ref()?.data_type)));
        let types: HashMap<String, i32> = types.chain(tensors).collect();
        let mut inputs = ports(&graph.input)?;
        inputs.retain(|p| !constants.contains_key(&p.name));
        let outputs = ports(&graph.output)?;
        if graph.node.len() > MOST_NODES {
            let what = "the number of nodes".into();
            return Err(Fault::Size { what, value: graph.node.len() as u128, most: MOST_NODES as u64 });
        }
        let nodes = graph.node.into_iter().enumerate();
        let nodes: Vec<Node> =
            nodes.map(|(at, n)| Node::new(n, at, opset, &mut beside)).collect::<Result<_, _>>()?;
        let nodes = with_code_types(nodes, &types)?;
        check_functions(&nodes, &model.functions)?;
        let graph = Graph { inputs, outputs, constants, nodes };
        graph.check_names()?;
        Ok(graph)
    }

    /// Leaves out what rounds values to codes, so that a network of real numbers remains; constants are folded before.
    ///
    /// # Errors
    /// Signs, which have no real-valued counterpart, and inputs that are codes.
    pub fn forget_codes(&mut self) -> Result<(), Fault> {
        let mut codes: HashSet<String> = HashSet::new();
        for node in std::mem::take(&mut self.nodes) {
            let takes_codes = node.inputs.first().is_some_and(|n| codes.contains(n));
            if node.operator == "BipolarQuant" {
                return Err(
                    node.refuse("it gives signs only", "import without --as-real, or use wider codes")
                );
            }
            if node.operator == "DequantizeLinear" && !takes_codes {
                let help = "import without --as-real, or export with float inputs";
                return Err(node.refuse("it takes codes that no QuantizeLinear before it makes", help));
            }
            if integer::rounds(&node.operator) || node.operator == "DequantizeLinear" {
                if node.operator == "QuantizeLinear" {
                    codes.extend(node.outputs.first().cloned());
                }
                self.nodes.push(node.passing());
            } else {
                self.nodes.push(node);
            }
        }
        Ok(())
    }

    /// Whether every value has one maker, which stands before all that take it.
    fn check_names(&self) -> Result<(), Fault> {
        let mut known: HashSet<&str> = self.constants.keys().map(String::as_str).collect();
        if let Some(port) = self.inputs.iter().find(|p| !known.insert(&p.name)) {
            return Err(Fault::Port {
                port: format!("input {}", quoted(&port.name)),
                problem: "it is there twice".into(),
                help: "export the model again".into(),
            });
        }
        for node in &self.nodes {
            if let Some(name) = node.inputs.iter().find(|n| !n.is_empty() && !known.contains(n.as_str())) {
                let problem = format!("it takes {}, which nothing before it makes", quoted(name));
                return Err(node.refuse(problem, "export the model again"));
            }
            for name in node.outputs.iter().filter(|n| !n.is_empty()) {
                if !known.insert(name) {
                    let problem = format!("it makes {}, which exists already", quoted(name));
                    return Err(node.refuse(problem, "export the model again"));
                }
            }
        }
        match self.outputs.iter().find(|p| !known.contains(p.name.as_str())) {
            Some(port) => Err(Fault::Port {
                port: format!("output {}", quoted(&port.name)),
                problem: "nothing makes it".into(),
                help: "export the model again".into(),
            }),
            None => Ok(()),
        }
    }
}

/// Nodes of which each `QuantizeLinear` says the type of its codes: without an attribute that is the zero point's type.
fn with_code_types(mut nodes: Vec<Node>, types: &HashMap<String, i32>) -> Result<Vec<Node>, Fault> {
    for node in nodes.iter_mut().filter(|n| n.operator == "QuantizeLinear") {
        if let Some(zero) = node.inputs.get(2).filter(|n| !n.is_empty()) {
            let Some(&kind) = types.get(zero) else {
                return Err(node.refuse("its zero point is computed", "export with zero points as constants"));
            };
            node.complete("output_dtype", kind.into());
        }
    }
    Ok(nodes)
}

/// Refuses a node whose operator the file has a function for, which comes before the operator of the same name.
fn check_functions(nodes: &[Node], functions: &[FunctionProto]) -> Result<(), Fault> {
    let name = |f: &FunctionProto| (f.name.clone(), f.domain == "ai.onnx.ml");
    let own: HashSet<(String, bool)> = functions.iter().map(name).collect();
    match nodes.iter().find(|n| own.contains(&(n.operator.clone(), n.learning))) {
        Some(node) => Err(node.refuse(
            "the file has a function of its own for this operator",
            "export the model without functions",
        )),
        None => Ok(()),
    }
}

/// The version of ONNX's own operators.
fn opset(model: &ModelProto) -> Result<i64, Fault> {
    let own = |domain: &str| domain.is_empty() || domain == "ai.onnx";
    let versions = model.opset_import.iter().filter(|o| own(&o.domain)).map(|o| o.version);
    // A file with nothing but `ai.onnx.ml` may leave it out.
    let Some(version) = versions.max() else {
        return match model.opset_import.iter().any(|o| o.domain == "ai.onnx.ml") {
            true => Ok(*OPSETS.start()),
            false => Err(Fault::Format { problem: "it does not say the version of its operators".into() }),
        };
    };
    if OPSETS.contains(&version) {
        return Ok(version);
    }
    let help = if version > *OPSETS.end() {
        "export with opset_version=17, or update this program"
    } else {
        "export the model again with a newer program, or convert it with onnx.version_converter"
    };
    Err(Fault::Opset { domain: "ai.onnx".into(), version, known: "7 to 24", help })
}

/// The stored tensors.
fn constants(graph: &GraphProto, beside: &mut Beside) -> Result<HashMap<String, Rc<Value>>, Fault> {
    if !graph.sparse_initializer.is_empty() {
        return Err(Fault::Tensor {
            tensor: "of the sparse initializers".into(),
            problem: "sparse tensors are not read here".into(),
            help: "export the model with ordinary (dense) weights",
        });
    }
    let mut constants = HashMap::new();
    for tensor in &graph.initializer {
        let value = Rc::new(weights::decode(tensor, &tensor.name, beside)?);
        if constants.insert(tensor.name.clone(), value).is_some() {
            return Err(Fault::Tensor {
                tensor: quoted(&tensor.name),
                problem: "it is there twice".into(),
                help: "export the model again",
            });
        }
    }
    Ok(constants)
}

/// Inputs or outputs.
fn ports(infos: &[ValueInfoProto]) -> Result<Vec<Port>, Fault> {
    infos.iter().map(port).collect()
}

/// An input or an output.
fn port(info: &ValueInfoProto) -> Result<Port, Fault> {
    let tensor = info.r#type.as_ref().and_then(|t| t.tensor_type.as_ref());
    let kind = tensor.map_or(0, |t| t.elem_type);
    let Some(shape) = tensor.and_then(|t| t.shape.as_ref()) else {
        return Ok(Port { name: info.name.clone(), shape: None, kind });
    };
    if shape.dim.len() > MOST_AXES {
        let what = format!("the number of axes of {}", quoted(&info.name));
        return Err(Fault::Size { what, value: shape.dim.len() as u128, most: MOST_AXES as u64 });
    }
    // A size of 0 or below is how some exporters write one that is not fixed.
    let sizes = shape.dim.iter().map(|d| d.dim_value.filter(|&n| n > 0));
    let sizes = sizes.map(|n| n.and_then(|n| usize::try_from(n).ok())).collect();
    Ok(Port { name: info.name.clone(), shape: Some(sizes), kind })
}

/// Whether an input or an output is of real numbers.
pub(super) fn is_real(port: &Port) -> bool {
    code::real(port.kind)
}
