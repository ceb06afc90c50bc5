//! The graph, node by node: on numbers, and on sums of features.

use super::arguments::Arguments;
use super::attributes::Node;
use super::error::Fault;
use super::graph::Graph;
use super::numbers::{self, Work};
use super::symbols::{Converter, Symbol};
use super::value::Value;
use std::collections::{HashMap, HashSet};
use std::rc::Rc;

/// For each node the values that nobody takes after it.
pub(super) fn dying(graph: &Graph) -> Vec<Vec<String>> {
    let mut seen: HashSet<&str> = graph.outputs.iter().map(|p| p.name.as_str()).collect();
    let mut dying: Vec<Vec<String>> = vec![Vec::new(); graph.nodes.len()];
    for (list, node) in dying.iter_mut().zip(&graph.nodes).rev() {
        let names = node.inputs.iter().chain(&node.outputs).filter(|n| !n.is_empty());
        list.extend(names.filter(|n| seen.insert(n)).cloned());
    }
    dying
}

/// Gives names to what a node made.
fn named<T>(node: &Node, made: Vec<T>, values: &mut HashMap<String, T>) -> Result<(), Fault> {
    let wanted = node.outputs.iter().rposition(|o| !o.is_empty()).map_or(0, |at| at + 1);
    if made.len() < wanted {
        return Err(node.refuse(
            format!("its output {wanted} is used, but only {} are made here", made.len()),
            "leave out the further outputs",
        ));
    }
    let pairs = node.outputs.iter().zip(made).filter(|(name, _)| !name.is_empty());
    values.extend(pairs.map(|(name, value)| (name.clone(), value)));
    Ok(())
}

/// What a node makes of known values.
fn evaluate(node: &Node, given: &[Option<Rc<Value>>], work: &Work) -> Result<Vec<Value>, Fault> {
    let known: Vec<Option<&Value>> = given.iter().map(Option::as_deref).collect();
    let shapes = known.iter().map(|v| v.map(Value::shape)).collect();
    numbers::run(&Arguments { node, shapes, known }, work)
}

/// Runs the nodes that depend on constants only, once and for all.
///
/// # Errors
/// The first node that cannot be run.
pub(super) fn fold(graph: &mut Graph, work: &Work) -> Result<(), Fault> {
    let mut left = Vec::with_capacity(graph.nodes.len());
    for node in std::mem::take(&mut graph.nodes) {
        let given: Option<Vec<Option<Rc<Value>>>> = node.inputs.iter().map(|n| constant(graph, n)).collect();
        match given {
            Some(given) => {
                let made = evaluate(&node, &given, work)?.into_iter();
                let made = made.map(|v| numbers::rounded(&node, v).map(Rc::new)).collect::<Result<_, _>>()?;
                named(&node, made, &mut graph.constants)?;
            }
            None => left.push(node),
        }
    }
    graph.nodes = left;
    Ok(())
}

/// The constant of a name, or what stands for an argument left out; none for other values.
fn constant(graph: &Graph, name: &str) -> Option<Option<Rc<Value>>> {
    if name.is_empty() { Some(None) } else { graph.constants.get(name).cloned().map(Some) }
}

/// The values of the graph's outputs for inputs; `single` if every node's values are rounded to 32-bit floating point.
///
/// # Errors
/// The first node that cannot be run.
pub(super) fn numbers(
    graph: &Graph,
    dying: &[Vec<String>],
    mut values: HashMap<String, Rc<Value>>,
    work: &Work,
    single: bool,
) -> Result<Vec<Rc<Value>>, Fault> {
    work.again();
    for (node, dying) in graph.nodes.iter().zip(dying) {
        let get = |n: &String| values.get(n).or_else(|| graph.constants.get(n)).cloned();
        let given: Vec<Option<Rc<Value>>> = node.inputs.iter().map(get).collect();
        let rounded = |v: Value| if single { v.single() } else { v };
        let made = evaluate(node, &given, work)?.into_iter().map(|v| Rc::new(rounded(v))).collect();
        named(node, made, &mut values)?;
        dying.iter().for_each(|name| drop(values.remove(name)));
    }
    Ok(outputs(graph, |name| values.get(name).or_else(|| graph.constants.get(name)).cloned()))
}

/// The outputs of the graph as sums of features.
///
/// # Errors
/// The first node that cannot be a part of a network.
pub(super) fn symbols(
    graph: &Graph,
    dying: &[Vec<String>],
    mut values: HashMap<String, Symbol>,
    converter: &mut Converter,
) -> Result<Vec<Symbol>, Fault> {
    let known = |name: &str| graph.constants.get(name).cloned().map(Symbol::Known);
    for (node, dying) in graph.nodes.iter().zip(dying) {
        let given: Vec<Option<Symbol>> =
            node.inputs.iter().map(|n| values.get(n).cloned().or_else(|| known(n))).collect();
        let made = converter.run(node, &given)?;
        named(node, made, &mut values)?;
        dying.iter().for_each(|name| drop(values.remove(name)));
    }
    Ok(outputs(graph, |name| values.get(name).cloned().or_else(|| known(name))))
}

/// The values of the outputs; every name has one, as was checked when the graph was read.
fn outputs<T>(graph: &Graph, get: impl Fn(&str) -> Option<T>) -> Vec<T> {
    graph.outputs.iter().filter_map(|p| get(&p.name)).collect()
}
