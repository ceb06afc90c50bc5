//! A function given by points: constant, linear or monotone-cubic between them, constant outside.

use super::{FunctionError, Scalar};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What happens between two nodes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Interpolation {
    /// The ordinate of the node to the left.
    Constant,
    /// The straight line.
    #[default]
    Linear,
    /// The cubic that is monotone wherever the points are (Fritsch & Carlson 1980): tangents are the mean of the
    /// neighbouring slopes, 0 at a turn, at most three times the smaller one; at the ends the slope itself.
    MonotoneCubic,
}

/// Nodes, ordinates, and what joins them. Left of the first and right of the last node the function is constant.
#[derive(Clone, Debug, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Learned {
    /// Abscissae, strictly increasing.
    pub nodes: Vec<f64>,
    /// One ordinate per node.
    pub ordinates: Vec<f64>,
    /// What joins them.
    pub interpolation: Interpolation,
}

impl Learned {
    /// Whether these points make a function.
    pub fn validate(&self) -> Result<(), FunctionError> {
        let (nodes, ordinates) = (self.nodes.len(), self.ordinates.len());
        if nodes < 2 || nodes != ordinates {
            return Err(FunctionError::Lengths { nodes, ordinates });
        }
        for (what, values) in [("node", &self.nodes), ("ordinate", &self.ordinates)] {
            if let Some(index) = values.iter().position(|v| !v.is_finite()) {
                return Err(FunctionError::Point { what, index, value: values[index] });
            }
        }
        for index in 1..nodes {
            let (previous, value) = (self.nodes[index - 1], self.nodes[index]);
            if value <= previous {
                return Err(FunctionError::Order { index, value, previous });
            }
            if !(value - previous).is_finite() || !(3.0 * self.slope(index - 1)).is_finite() {
                return Err(FunctionError::Steep { index: index - 1 });
            }
        }
        Ok(())
    }

    /// The function at x.
    pub fn eval<T: Scalar>(&self, x: T) -> T {
        T::from_f64(self.jet(x.to_f64())[0])
    }

    /// The derivative; at a node, that of the right side.
    pub fn derivative<T: Scalar>(&self, x: T) -> T {
        T::from_f64(self.jet(x.to_f64())[1])
    }

    /// The second derivative; at a node, that of the right side.
    pub fn second_derivative<T: Scalar>(&self, x: T) -> T {
        T::from_f64(self.jet(x.to_f64())[2])
    }

    /// Value and two derivatives, by + - * / alone: the same bits everywhere.
    fn jet(&self, x: f64) -> [f64; 3] {
        let right = self.nodes.partition_point(|&n| n <= x);
        if right == 0 {
            return [self.ordinates[0], 0.0, 0.0];
        }
        let (i, last) = (right - 1, self.nodes.len() - 1);
        if i == last || self.interpolation == Interpolation::Constant {
            return [self.ordinates[i], 0.0, 0.0];
        }
        let (u, slope, y) = (x - self.nodes[i], self.slope(i), self.ordinates[i]);
        if self.interpolation == Interpolation::Linear {
            return [y + u * slope, slope, 0.0];
        }
        // The Hermite cubic y + u·(t0 + s·(A + B·s)), s = u/h from 0 to 1.
        let h = self.nodes[i + 1] - self.nodes[i];
        let (s, t0, t1) = (u / h, self.tangent(i), self.tangent(i + 1));
        let (a, b) = (3.0 * slope - 2.0 * t0 - t1, t0 + t1 - 2.0 * slope);
        [y + u * (t0 + s * (a + b * s)), t0 + s * (2.0 * a + 3.0 * b * s), (2.0 * a + 6.0 * b * s) / h]
    }

    /// Slope of the line from node i to the next.
    fn slope(&self, i: usize) -> f64 {
        (self.ordinates[i + 1] - self.ordinates[i]) / (self.nodes[i + 1] - self.nodes[i])
    }

    /// Tangent of the monotone cubic at node i.
    fn tangent(&self, i: usize) -> f64 {
        if i == 0 {
            return self.slope(0);
        }
        let left = self.slope(i - 1);
        if i == self.nodes.len() - 1 {
            return left;
        }
        let right = self.slope(i);
        if left * right <= 0.0 && (left <= 0.0 || right <= 0.0) && (left >= 0.0 || right >= 0.0) {
            return 0.0;
        }
        let limit = 3.0 * left.abs().min(right.abs());
        (0.5 * left + 0.5 * right).clamp(-limit, limit)
    }
}
