//! Parameters of operators that judge classes, and of those of `ai.onnx.ml`.

use super::arguments::Arguments;
use super::error::Fault;

/// The axis of `Softmax`, and whether all axes from it on are one, as in old files.
///
/// # Errors
/// An axis that does not exist.
pub(super) fn softmax_axis(a: &Arguments) -> Result<(usize, bool), Fault> {
    let old = a.node.opset < 13;
    let axis = a.node.whole("axis", if old { 1 } else { -1 })?;
    Ok((a.node.axis(axis, a.shape(0)?.len())?, old))
}

/// The axis of `ArgMax`, and the shape of what it makes.
///
/// # Errors
/// An axis that does not exist, or without elements.
pub(super) fn arg_max_axis(a: &Arguments) -> Result<(usize, Vec<usize>), Fault> {
    let mut shape = a.shape(0)?.to_vec();
    let axis = a.node.axis(a.node.whole("axis", 0)?, shape.len())?;
    if a.node.whole("select_last_index", 0)? != 0 {
        return Err(a.node.refuse("it takes the last of equal values", "leave out select_last_index"));
    }
    if shape[axis] == 0 {
        return Err(a.node.broken("there is nothing to choose from"));
    }
    match a.node.whole("keepdims", 1)? {
        0 => drop(shape.remove(axis)),
        _ => shape[axis] = 1,
    }
    Ok((axis, shape))
}

/// What `Scaler` subtracts from and multiplies with each input.
pub(super) struct Scaler<'a> {
    offsets: &'a [f64],
    scales: &'a [f64],
}

impl<'a> Scaler<'a> {
    /// The numbers of a node.
    ///
    /// # Errors
    /// Another number of them than there are inputs.
    pub fn of(a: &Arguments<'a>) -> Result<Scaler<'a>, Fault> {
        let inputs = a.shape(0)?.last().copied().unwrap_or(1);
        let list = |name: &str| -> Result<&'a [f64], Fault> {
            let list = a.node.numbers(name)?.unwrap_or_default();
            match list.len() {
                n if n == 1 || n == inputs => Ok(list),
                n => Err(a.node.broken(format!("{name} has {n} numbers, but there are {inputs} inputs"))),
            }
        };
        Ok(Scaler { offsets: list("offset")?, scales: list("scale")? })
    }

    /// What is subtracted from an input.
    pub fn offset(&self, at: usize) -> f64 {
        *self.offsets.get(at).or(self.offsets.first()).unwrap_or(&0.0)
    }

    /// What an input is multiplied with.
    pub fn scale(&self, at: usize) -> f64 {
        *self.scales.get(at).or(self.scales.first()).unwrap_or(&1.0)
    }
}

/// Weights of sums.
pub(super) struct Linear<'a> {
    /// The number of inputs.
    pub inputs: usize,
    /// The number of sums.
    pub outputs: usize,
    /// The weights, sum by sum.
    pub weights: &'a [f64],
    /// What is added to each sum, or nothing.
    pub biases: &'a [f64],
}

/// The weights of a node, for so many sums.
fn linear<'a>(a: &Arguments<'a>, outputs: usize) -> Result<Linear<'a>, Fault> {
    let shape = a.shape(0)?;
    let inputs = shape.last().copied().unwrap_or(1);
    let weights = a.node.numbers("coefficients")?.unwrap_or_default();
    let biases = a.node.numbers("intercepts")?.unwrap_or_default();
    let fits =
        inputs.checked_mul(outputs) == Some(weights.len()) && (biases.is_empty() || biases.len() == outputs);
    if shape.len() > 2 || outputs == 0 || !fits {
        let problem = format!(
            "{} coefficients and {} intercepts do not fit {inputs} inputs and {outputs} outputs",
            weights.len(),
            biases.len()
        );
        return Err(a
            .node
            .refuse(problem, "export it with one row of coefficients for each output or class"));
    }
    Ok(Linear { inputs, outputs, weights, biases })
}

/// The weights of `LinearRegressor`.
///
/// # Errors
/// Weights that do not fit, or a function behind the sums.
pub(super) fn regressor<'a>(a: &Arguments<'a>) -> Result<Linear<'a>, Fault> {
    let transform = a.node.text("post_transform", "NONE")?;
    if transform != "NONE" {
        return Err(a.node.refuse(format!("post_transform {transform:?} is not supported"), "use NONE"));
    }
    let outputs = a.node.whole("targets", 1)?;
    linear(a, usize::try_from(outputs).unwrap_or(0))
}

/// The parameters of `LinearClassifier`.
pub(super) struct Classifier<'a> {
    /// The weights of the scores.
    pub linear: Linear<'a>,
    /// The names of the classes.
    pub labels: Vec<String>,
    /// Whether the names are whole numbers.
    pub whole: bool,
    /// What is done with the scores: NONE, SOFTMAX or LOGISTIC.
    pub transform: String,
}

impl<'a> Classifier<'a> {
    /// The parameters of a node.
    ///
    /// # Errors
    /// Weights that do not fit, or another function behind the scores.
    pub fn of(a: &Arguments<'a>) -> Result<Classifier<'a>, Fault> {
        let labels = labels(a, "classlabels_strings", "classlabels_ints")?;
        let labels = labels.ok_or_else(|| a.node.broken("it has no labels"))?;
        let transform = a.node.text("post_transform", "NONE")?;
        if !["NONE", "SOFTMAX", "LOGISTIC"].contains(&transform.as_str()) {
            let problem = format!("post_transform {transform:?} is not supported");
            return Err(a.node.refuse(problem, "use NONE, SOFTMAX or LOGISTIC"));
        }
        let whole = a.node.texts("classlabels_strings")?.is_none_or(<[String]>::is_empty);
        Ok(Classifier { linear: linear(a, labels.len())?, labels, whole, transform })
    }
}

/// Names of classes from one of two attributes.
///
/// # Errors
/// Attributes of another type.
pub(super) fn labels(a: &Arguments, texts: &str, wholes: &str) -> Result<Option<Vec<String>>, Fault> {
    if let Some(list) = a.node.texts(texts)?.filter(|l| !l.is_empty()) {
        return Ok(Some(list.to_vec()));
    }
    Ok(a.node.wholes(wholes)?.map(|list| list.iter().map(i64::to_string).collect()))
}
