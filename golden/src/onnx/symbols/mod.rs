//! The values of nodes as sums of features: what the network of neurons is made of.
//!
//! The graph is run once, for a batch of one sample, on sums instead of numbers. Whatever is linear stays a sum; a
//! function of one argument makes a feature for each element.

mod codes;
mod element;
mod linear;
mod scores;
mod windows;

pub(super) use scores::{Scores, Stage, Step};

use super::arguments::Arguments;
use super::attributes::Node;
use super::builder::Builder;
use super::error::Fault;
use super::form::Form;
use super::integer::{Quantizer, quantized};
use super::moves::{moved, plan};
use super::numbers::{self, Work};
use super::tensor::Tensor;
use super::value::Value;
use super::weights::code;
use std::rc::Rc;

/// The most operations on constants.
const MOST_WORK: u64 = 1 << 32;

/// The most elements of a tensor that depends on the inputs.
const MOST_FORMS: usize = 1 << 20;

/// The most elements of all such tensors together.
const MOST_ALL: usize = 1 << 24;

/// A value of the graph.
#[derive(Clone, Debug)]
pub(super) enum Symbol {
    /// A constant.
    Known(Rc<Value>),
    /// Sums of features.
    Forms(Rc<Tensor<Form>>),
    /// Scores of classes, or what they say.
    Scores(Rc<Scores>),
}

impl Symbol {
    /// Sums of features.
    fn forms(tensor: Tensor<Form>) -> Symbol {
        Symbol::Forms(Rc::new(tensor))
    }

    /// The sizes along the axes.
    pub fn shape(&self) -> &[usize] {
        match self {
            Symbol::Known(value) => value.shape(),
            Symbol::Forms(tensor) => tensor.shape(),
            Symbol::Scores(scores) => &scores.shape,
        }
    }

    /// The constant, if it is one.
    fn known(&self) -> Option<&Value> {
        match self {
            Symbol::Known(value) => Some(value),
            _ => None,
        }
    }
}

/// What runs a graph on sums.
#[derive(Debug)]
pub(super) struct Converter {
    /// The features so far.
    pub builder: Builder,
    /// What rounds each input to codes, where a graph of codes does it; none of networks of real numbers.
    pub quantizers: Vec<Option<Quantizer>>,
    work: Work,
    made: usize,
}

/// A node and its arguments.
struct Call<'a> {
    a: Arguments<'a>,
    symbols: &'a [Option<Symbol>],
}

impl Call<'_> {
    /// The sums of an argument; a constant becomes sums without features.
    fn forms(&self, at: usize) -> Result<Rc<Tensor<Form>>, Fault> {
        match self.symbols.get(at) {
            Some(Some(Symbol::Forms(forms))) => Ok(forms.clone()),
            Some(Some(Symbol::Known(value))) => {
                let tensor = value.numbers(self.a.node)?;
                self.check_size(tensor.data().len())?;
                Ok(Rc::new(tensor.map(|&v| Form::constant(v))))
            }
            _ => Err(self.a.node.broken(format!("input {at} is missing"))),
        }
    }

    /// Refuses a tensor with too many sums.
    fn check_size(&self, elements: usize) -> Result<(), Fault> {
        if elements <= MOST_FORMS {
            return Ok(());
        }
        let what = format!("the number of values inside {:?}", self.a.node.operator);
        Err(Fault::Size { what, value: elements as u128, most: MOST_FORMS as u64 })
    }

    /// A tensor of sums.
    fn made(&self, shape: Vec<usize>, data: Vec<Form>) -> Result<Tensor<Form>, Fault> {
        Tensor::new(shape, data).ok_or_else(|| self.a.node.broken("its shapes do not fit"))
    }
}

impl Converter {
    /// A network with so many inputs.
    pub fn new(inputs: usize) -> Converter {
        let builder = Builder::new(inputs);
        Converter { builder, quantizers: Vec::new(), work: Work::new(MOST_WORK), made: 0 }
    }

    /// A plan with so many inputs: first come the features of the inputs as they are, then those of their codes.
    pub fn for_codes(inputs: usize) -> Converter {
        Converter { quantizers: vec![None; inputs], ..Converter::new(2 * inputs) }
    }

    /// What a node makes.
    ///
    /// # Errors
    /// A node that cannot be a part of a network of neurons.
    pub fn run(&mut self, node: &Node, symbols: &[Option<Symbol>]) -> Result<Vec<Symbol>, Fault> {
        let shapes = symbols.iter().map(|s| s.as_ref().map(Symbol::shape)).collect();
        let known = symbols.iter().map(|s| s.as_ref().and_then(Symbol::known)).collect();
        let call = Call { a: Arguments { node, shapes, known }, symbols };
        if symbols.iter().flatten().all(|s| s.known().is_some()) {
            let values = numbers::run(&call.a, &self.work)?;
            return Ok(values.into_iter().map(|v| Symbol::Known(Rc::new(v))).collect());
        }
        if symbols.iter().flatten().any(|s| matches!(s, Symbol::Scores(_))) {
            return scores::behind(&call);
        }
        if let Some(values) = scores::begin(self, &call)? {
            return Ok(values);
        }
        match node.operator.as_str() {
            "Shape" => Ok(vec![Symbol::Known(Rc::new(numbers::shape(&call.a)?))]),
            "Cast" => self.cast(&call).map(|s| vec![s]),
            _ => match self.moves(&call)? {
                Some(values) => Ok(values),
                None => {
                    let tensor = self.compute(&call)?;
                    self.keep(tensor.data().len())?;
                    Ok(vec![Symbol::forms(tensor)])
                }
            },
        }
    }

    /// Counts the elements of a tensor: a node of a few bytes can repeat a value a million times.
    fn keep(&mut self, elements: usize) -> Result<(), Fault> {
        self.made = self.made.saturating_add(elements);
        if self.made <= MOST_ALL {
            return Ok(());
        }
        let what = "the number of values inside the network".into();
        Err(Fault::Size { what, value: self.made as u128, most: MOST_ALL as u64 })
    }

    /// Sums in another order or shape; none for operators that compute.
    fn moves(&mut self, call: &Call) -> Result<Option<Vec<Symbol>>, Fault> {
        let Some(count) = moved(&call.a.node.operator, call.symbols.len()) else { return Ok(None) };
        let given = (0..count).map(|at| call.forms(at)).collect::<Result<Vec<_>, _>>()?;
        let Some(plans) = plan(&call.a)? else { return Ok(None) };
        let old: Vec<&Tensor<Form>> = given.iter().map(Rc::as_ref).collect();
        let mut values = Vec::with_capacity(plans.len());
        for plan in plans {
            let elements = plan.shape.iter().product();
            call.check_size(elements)?;
            self.keep(elements)?;
            let new = plan.apply(&old, Form::constant);
            values.push(Symbol::forms(
                new.ok_or_else(|| call.a.node.broken("its inputs do not fit together"))?,
            ));
        }
        Ok(Some(values))
    }

    /// Values in another type of real numbers.
    fn cast(&mut self, call: &Call) -> Result<Symbol, Fault> {
        let to = call.a.node.whole("to", 0)?;
        let kind = i32::try_from(to).unwrap_or(0);
        if !code::real(kind) {
            let problem = format!("it casts values of the network to the type {to}, which is no real one");
            return Err(call.a.node.refuse(problem, "cast to float, or leave the Cast out"));
        }
        if kind == code::FLOAT16 || kind == code::BFLOAT16 {
            let note = "The file rounds values inside the network to 16 bits; the import does not.";
            self.builder.notes.insert(note.into());
        }
        Ok(Symbol::Forms(call.forms(0)?))
    }

    /// Operators that compute.
    fn compute(&mut self, call: &Call) -> Result<Tensor<Form>, Fault> {
        let node = call.a.node;
        match node.operator.as_str() {
            "Gemm" => linear::gemm(self, call),
            "MatMul" => linear::matmul(self, call),
            "BatchNormalization" => linear::batch_normalization(self, call),
            "Conv" => windows::convolution(self, call),
            "AveragePool" | "GlobalAveragePool" => windows::average_pool(self, call),
            "ReduceSum" | "ReduceMean" => linear::reduce(self, call),
            "Scaler" => linear::scaler(self, call),
            "LinearRegressor" => linear::regressor(self, call),
            operator if quantized(operator) => codes::run(self, call),
            _ => element::run(self, call),
        }
    }
}

/// The refusal of an operator that is not known, with what would help.
pub(super) fn unknown(node: &Node) -> Fault {
    let (problem, help) = match node.operator.as_str() {
        "LSTM" | "GRU" | "RNN" | "Loop" | "Scan" | "If" => (
            "it has a state or a branch, which a network of neurons in layers does not have",
            "use a network without recurrence, or unroll it before the export",
        ),
        "MaxPool" | "GlobalMaxPool" | "ReduceMax" | "ReduceMin" | "TopK" => {
            ("it compares values of the network with each other", "use Max of two values, or average pooling")
        }
        "Round" | "Floor" | "Ceil" | "Sign" | "Equal" | "Greater" | "Less" | "GreaterOrEqual"
        | "LessOrEqual" | "Where" | "Not" | "And" | "Or" | "Binarizer" | "ThresholdedRelu" | "Hardmax" => (
            "it jumps from one value to another, which no function of a neuron does",
            "end the network before it, or use a continuous function such as Sigmoid",
        ),
        "LayerNormalization"
        | "InstanceNormalization"
        | "GroupNormalization"
        | "LpNormalization"
        | "LRN"
        | "Normalizer" => (
            "it divides by a size that it computes from the values themselves",
            "use BatchNormalization, whose numbers are fixed after training",
        ),
        "QLinearConv" | "QLinearMatMul" | "DynamicQuantizeLinear" => (
            "it multiplies codes itself",
            "quantize with QuantizeLinear and DequantizeLinear around ordinary operators (QuantFormat.QDQ)",
        ),
        "TreeEnsembleClassifier" | "TreeEnsembleRegressor" | "TreeEnsemble" => (
            "trees are no networks of neurons",
            "use a neural network, such as MLPRegressor or MLPClassifier",
        ),
        _ => (
            "this operator is not supported",
            "replace it by supported ones, or export with another operator set",
        ),
    };
    node.refuse(problem, help)
}
