//! Models: from layers, from ONNX, from a file; their real-valued outputs; and samples as files.

use crate::fault::{bad_input, detached, refused, unsupported};
use gainstage_golden::data::{self, Metrics, Samples};
use gainstage_golden::func::Function;
use gainstage_golden::net::{Layer, Model, Network, Neuron};
use gainstage_golden::onnx::{self, Fault, Imported};
use numpy::{
    IntoPyArray, PyArray1, PyArray2, PyArrayMethods, PyReadonlyArray1, PyReadonlyArray2,
    PyUntypedArrayMethods,
};
use pyo3::prelude::*;
use std::path::{Path, PathBuf};

/// Weights (a row for every neuron), biases if there are any, and a function for each neuron or one for all.
type Given<'py> = (PyReadonlyArray2<'py, f64>, Option<PyReadonlyArray1<'py, f64>>, Vec<String>);

/// The text of a model.json of layers.
#[pyfunction]
#[pyo3(signature = (name, layers, classes, inputs))]
pub fn from_layers(
    py: Python<'_>,
    name: &str,
    layers: Vec<Given<'_>>,
    classes: Vec<String>,
    inputs: Vec<String>,
) -> PyResult<String> {
    let layers: Result<Vec<Layer>, String> = layers
        .iter()
        .enumerate()
        .map(|(l, given)| layer(given).map_err(|e| format!("layers[{l}]: {e}")))
        .collect();
    let network = Network { layers: layers.map_err(|e| bad_input(py, e))? };
    let mut model = Model { classes, ..Model::new(name, network, Vec::new()) };
    model.names.inputs = inputs;
    checked(py, &model, "model")
}

fn layer((weights, bias, functions): &Given<'_>) -> Result<Layer, String> {
    let [neurons, inputs] = [weights.shape()[0], weights.shape()[1]];
    if let Some(b) = bias.as_ref().filter(|b| b.len() != neurons) {
        return Err(format!("{} biases for {neurons} neurons", b.len()));
    }
    if functions.len() != 1 && functions.len() != neurons {
        return Err(format!("{} activations for {neurons} neurons: give one, or one each", functions.len()));
    }
    let neuron = |text: &String| {
        let Function { activation, kind } = text.parse().map_err(|e| format!("activation {text:?}: {e}"))?;
        Ok(Neuron { activation, kind })
    };
    let some = functions.iter().map(neuron).collect::<Result<Vec<_>, String>>()?;
    let neurons = some.into_iter().cycle().take(neurons).collect();
    let weights = weights.as_array().iter().copied().collect();
    let bias = bias.as_ref().map(|b| b.as_array().iter().copied().collect());
    Ok(Layer { inputs, neurons, weights, bias })
}

/// The layers of the text of a model, as [`from_layers`] takes them.
#[pyfunction]
pub fn to_layers<'py>(py: Python<'py>, text: &str) -> PyResult<Vec<Layers<'py>>> {
    let model =
        detached(py, || Model::from_json(text, Path::new("model")))?.map_err(|e| refused(py, None, e))?;
    let layer = |l: Layer| {
        let function = |n: Neuron| Function::new(n.activation, n.kind).to_string();
        let [rows, columns] = [l.neurons.len(), l.inputs];
        let weights = l.weights.into_pyarray(py).reshape([rows, columns])?;
        let functions = l.neurons.into_iter().map(function).collect();
        Ok((weights, l.bias.map(|b| b.into_pyarray(py)), functions))
    };
    model.network.layers.into_iter().map(layer).collect()
}

/// Weights, biases and functions of a layer.
type Layers<'py> = (Bound<'py, PyArray2<f64>>, Option<Bound<'py, PyArray1<f64>>>, Vec<String>);

/// The text of a model that reads back.
fn checked(py: Python<'_>, model: &Model, place: &str) -> PyResult<String> {
    // What JSON has no number for is a fault of the network, and said to be one.
    model.network.validate().map_err(|e| refused(py, Some(place), e))?;
    let text = serde_json::to_string(model).map_err(|e| bad_input(py, e))?;
    let read = detached(py, || Model::from_json(&text, Path::new(place)))?;
    read.map(|_| text).map_err(|e| refused(py, None, e))
}

/// What the bytes of an ONNX file are: the text of a model or, if it is quantized, of a plan; notes; and of a plan what its ports
/// stand for, as [`crate::ports::Ports`] takes it.
#[pyfunction]
#[pyo3(signature = (bytes, directory, name, place, input_format=None, as_real=false))]
pub fn from_onnx(
    py: Python<'_>,
    bytes: Vec<u8>,
    directory: PathBuf,
    name: &str,
    place: &str,
    input_format: Option<&str>,
    as_real: bool,
) -> PyResult<(String, Vec<String>, Option<String>)> {
    let input = input_format.map(str::parse).transpose().map_err(|e| refused(py, Some("input_format"), e))?;
    let imported =
        detached(py, || onnx::imported(bytes, &directory, name, onnx::Options { as_real, input }))?;
    let fault = |fault: Fault| match fault {
        Fault::Opset { .. } | Fault::Port { .. } | Fault::Node { .. } | Fault::Size { .. } => {
            unsupported(py, place, fault)
        }
        _ => refused(py, Some(place), fault),
    };
    match imported.map_err(fault)? {
        Imported::Model(import) => Ok((checked(py, &import.model, place)?, import.notes, None)),
        Imported::Plan(import) => {
            let text = serde_json::to_string(&import.plan).map_err(|e| bad_input(py, e))?;
            let ports = serde_json::to_string(&import.ports).map_err(|e| bad_input(py, e))?;
            Ok((text, import.notes, Some(ports)))
        }
    }
}

/// Inputs, outputs, classes and name of the text of a model.json, which `place` names in errors.
#[pyfunction]
pub fn read_model(py: Python<'_>, text: &str, place: &str) -> PyResult<(usize, usize, Vec<String>, String)> {
    let model =
        detached(py, || Model::from_json(text, Path::new(place)))?.map_err(|e| refused(py, None, e))?;
    Ok((model.network.inputs(), model.network.outputs(), model.classes, model.name))
}

/// The outputs of a model in real numbers, a row a sample.
#[pyfunction]
pub fn evaluate<'py>(
    py: Python<'py>,
    text: &str,
    x: PyReadonlyArray2<'py, f64>,
) -> PyResult<Bound<'py, PyArray2<f64>>> {
    let model =
        detached(py, || Model::from_json(text, Path::new("model")))?.map_err(|e| refused(py, None, e))?;
    let (inputs, outputs, rows) = (model.network.inputs(), model.network.outputs(), x.shape()[0]);
    if x.shape()[1] != inputs {
        return Err(bad_input(
            py,
            format!("X has {} columns, but the model has {inputs} inputs", x.shape()[1]),
        ));
    }
    let x = x.as_slice().map_err(|_| bad_input(py, "X is not contiguous, row by row"))?;
    let y = detached(py, || model.network.eval_all(x))?;
    y.into_pyarray(py).reshape([rows, outputs])
}

/// Writes samples as a CSV file: values `y`, or the index of a class in `labels` with the names of all `classes`, or neither.
#[pyfunction]
#[pyo3(signature = (path, x, y=None, labels=None, classes=Vec::new()))]
pub fn write_samples(
    py: Python<'_>,
    path: PathBuf,
    x: PyReadonlyArray2<'_, f64>,
    y: Option<PyReadonlyArray2<'_, f64>>,
    labels: Option<Vec<usize>>,
    classes: Vec<String>,
) -> PyResult<()> {
    let inputs = x.shape()[1];
    let flat = |a: &PyReadonlyArray2<'_, f64>| a.as_array().iter().copied().collect::<Vec<f64>>();
    let (x, outputs) = (flat(&x), y.as_ref().map_or(0, |y| y.shape()[1]));
    let y = y.as_ref().map_or_else(Vec::new, flat);
    let write = || -> Result<(), String> {
        let samples = match labels {
            Some(labels) => Samples::labelled(inputs, x, &labels, classes).map_err(|e| e.to_string())?,
            None => Samples::new(inputs, outputs, x, y).map_err(|e| e.to_string())?,
        };
        data::write_samples(&path, &samples).map_err(|e| e.to_string())
    };
    detached(py, write)?.map_err(|e| bad_input(py, e))
}

/// How far values are from targets: mean absolute, root mean square and largest error, and the error's standard deviation.
#[pyfunction]
pub fn figures(
    py: Python<'_>,
    values: PyReadonlyArray2<'_, f64>,
    targets: PyReadonlyArray2<'_, f64>,
) -> PyResult<(f64, f64, f64, f64)> {
    let flat = |a: &PyReadonlyArray2<'_, f64>| a.as_array().iter().copied().collect::<Vec<f64>>();
    let m = Metrics::of(&flat(&values), &flat(&targets)).map_err(|e| refused(py, None, e))?;
    Ok((m.mae, m.rmse, m.max, m.sd))
}
