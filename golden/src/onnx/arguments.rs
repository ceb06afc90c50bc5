//! What a node is given: shapes of all its arguments, and values of those that are known.

use super::attributes::Node;
use super::error::Fault;
use super::tensor::Tensor;
use super::value::Value;

/// The arguments of a node.
pub(super) struct Arguments<'a> {
    /// The node.
    pub node: &'a Node,
    /// The shape of each argument; none where it is left out.
    pub shapes: Vec<Option<&'a [usize]>>,
    /// The value of each argument; none where it is left out or depends on the network's inputs.
    pub known: Vec<Option<&'a Value>>,
}

impl<'a> Arguments<'a> {
    /// Whether an argument is given.
    pub fn given(&self, at: usize) -> bool {
        self.shapes.get(at).is_some_and(Option::is_some)
    }

    /// The shape of an argument.
    ///
    /// # Errors
    /// An argument that is missing.
    pub fn shape(&self, at: usize) -> Result<&'a [usize], Fault> {
        let shape = self.shapes.get(at).copied().flatten();
        shape.ok_or_else(|| self.node.broken(format!("input {at} is missing")))
    }

    /// The size of an argument along an axis.
    ///
    /// # Errors
    /// An argument without such an axis.
    pub fn size(&self, at: usize, axis: usize) -> Result<usize, Fault> {
        let size = self.shape(at)?.get(axis).copied();
        size.ok_or_else(|| self.node.broken(format!("input {at} has no axis {axis}")))
    }

    /// The value of an argument that may be left out.
    ///
    /// # Errors
    /// One that depends on the network's inputs, or that is no number.
    pub fn constant(&self, at: usize) -> Result<Option<&'a Tensor<f64>>, Fault> {
        match self.known.get(at).copied().flatten() {
            Some(value) => Ok(Some(value.numbers(self.node)?)),
            None if !self.given(at) => Ok(None),
            None => Err(self.node.refuse(
                format!("its input {at} depends on the network's inputs, but must be a constant here"),
                "export the model with this value fixed",
            )),
        }
    }

    /// The whole numbers of an argument that may be left out.
    ///
    /// # Errors
    /// As [`Arguments::constant`]; numbers that are not whole.
    pub fn wholes(&self, at: usize) -> Result<Option<Vec<i64>>, Fault> {
        let Some(tensor) = self.constant(at)? else { return Ok(None) };
        let whole = |&v: &f64| match v.fract() == 0.0 {
            // Numbers beyond the type, such as "to the end", become its ends.
            true => Ok(v as i64),
            false => Err(self.node.broken(format!("input {at} has the value {v}, which is not whole"))),
        };
        tensor.data().iter().map(whole).collect::<Result<_, _>>().map(Some)
    }

    /// Whole numbers from an attribute or, in newer files, from an argument.
    ///
    /// # Errors
    /// As [`Arguments::wholes`].
    pub fn wholes_of(&self, attribute: &str, at: usize) -> Result<Option<Vec<i64>>, Fault> {
        match self.node.wholes(attribute)? {
            Some(values) => Ok(Some(values.to_vec())),
            None => self.wholes(at),
        }
    }

    /// One number from an attribute or, in newer files, from an argument.
    ///
    /// # Errors
    /// As [`Arguments::constant`]; more than one number.
    pub fn number_of(&self, attribute: &str, at: usize) -> Result<Option<f64>, Fault> {
        if self.node.has(attribute) {
            return self.node.number(attribute, 0.0).map(Some);
        }
        let Some(tensor) = self.constant(at)? else { return Ok(None) };
        let only = tensor.only().copied();
        only.map(Some).ok_or_else(|| self.node.broken(format!("input {at} has not exactly one value")))
    }
}
