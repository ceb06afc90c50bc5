//! ONNX's operators on whole numbers of one sample, as the format describes them; nothing may wrap.

use crate::onnx::proto::{GraphProto, ModelProto, NodeProto, TensorProto};
use prost::Message;
use std::collections::HashMap;

/// The values of the output `y` for the input `x`.
pub(super) fn run(file: &[u8], x: &[i64]) -> Vec<i64> {
    let graph = ModelProto::decode(file).expect("a model").graph.expect("a graph");
    let mut values: HashMap<String, Vec<i64>> = HashMap::from([("x".into(), x.to_vec())]);
    values.extend(graph.initializer.iter().map(|t| (t.name.clone(), numbers(t))));
    for node in &graph.node {
        let given: Vec<&[i64]> = node.input.iter().map(|n| values[n].as_slice()).collect();
        if node.op_type == "TopK" {
            for (name, made) in node.output.iter().zip(largest(given[0], given[1])) {
                values.insert(name.clone(), made);
            }
            continue;
        }
        let made = computed(&graph, node, &given);
        values.insert(node.output[0].clone(), made);
    }
    values.remove("y").expect("an output")
}

fn numbers(t: &TensorProto) -> Vec<i64> {
    assert_eq!(t.data_type, 7, "whole numbers");
    let raw = t.raw_data.as_ref().expect("bytes");
    raw.chunks_exact(8).map(|b| i64::from_le_bytes(b.try_into().expect("eight"))).collect()
}

/// Two rows, of which one may be a single number.
fn zip(x: &[i64], y: &[i64], f: impl Fn(i64, i64) -> Option<i64>) -> Vec<i64> {
    let get = |list: &[i64], k: usize| if list.len() == 1 { list[0] } else { list[k] };
    assert!(x.len() == 1 || y.len() == 1 || x.len() == y.len(), "{} and {}", x.len(), y.len());
    (0..x.len().max(y.len())).map(|k| f(get(x, k), get(y, k)).expect("no overflow")).collect()
}

fn computed(graph: &GraphProto, node: &NodeProto, given: &[&[i64]]) -> Vec<i64> {
    let two = |f: fn(i64, i64) -> Option<i64>| zip(given[0], given[1], f);
    match node.op_type.as_str() {
        "Identity" | "Cast" => given[0].to_vec(),
        "Abs" => given[0].iter().map(|v| v.checked_abs().expect("no overflow")).collect(),
        "Neg" => given[0].iter().map(|v| v.checked_neg().expect("no overflow")).collect(),
        "Sign" => given[0].iter().map(|v| v.signum()).collect(),
        "Add" => two(i64::checked_add),
        "Sub" => two(i64::checked_sub),
        "Mul" => two(i64::checked_mul),
        "Div" => two(i64::checked_div),
        "Mod" => two(|x, y| if y > 0 { x.checked_rem_euclid(y) } else { None }),
        "Max" => two(|x, y| Some(x.max(y))),
        "Min" => two(|x, y| Some(x.min(y))),
        "Less" => two(|x, y| Some((x < y).into())),
        "Greater" => two(|x, y| Some((x > y).into())),
        "Equal" => two(|x, y| Some((x == y).into())),
        "Where" => {
            let yes = zip(given[0], given[1], |c, v| Some(if c != 0 { v } else { 0 }));
            let no = zip(given[0], given[2], |c, v| Some(if c != 0 { 0 } else { v }));
            zip(&yes, &no, i64::checked_add)
        }
        // The only axis of a row.
        "ReduceSum" => vec![given[0].iter().sum()],
        "Concat" => given.concat(),
        "Gather" => pick(given[0], given[1]),
        "ArgMax" => {
            let most = given[0].iter().max().expect("scores");
            vec![given[0].iter().position(|v| v == most).expect("one") as i64]
        }
        "MatMul" => {
            let weights = graph.initializer.iter().find(|t| t.name == node.input[1]).expect("weights");
            let columns = weights.dims[1] as usize;
            let sum = |n: usize| -> i128 {
                given[0]
                    .iter()
                    .enumerate()
                    .map(|(i, &x)| i128::from(x) * i128::from(given[1][i * columns + n]))
                    .sum()
            };
            (0..columns).map(|n| i64::try_from(sum(n)).expect("no overflow")).collect()
        }
        other => panic!("{other}"),
    }
}

/// The largest of a row, as many as the second says, and their places: of equal ones the lower place first.
fn largest(row: &[i64], count: &[i64]) -> [Vec<i64>; 2] {
    let mut all: Vec<(i64, usize)> = row.iter().copied().zip(0..).collect();
    all.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
    all.truncate(usize::try_from(count[0]).expect("a count"));
    [all.iter().map(|v| v.0).collect(), all.iter().map(|v| v.1 as i64).collect()]
}

/// Elements by their places.
fn pick(list: &[i64], places: &[i64]) -> Vec<i64> {
    places.iter().map(|&p| list[usize::try_from(p).expect("a place")]).collect()
}
