//! Scalar functions: the activation H, the neuron kind G, and their compositions.

mod activation;
mod kind;

pub use activation::Activation;
pub use kind::Kind;

/// The real types the functions work in: `f32` for fast training, `f64` for everything else.
pub trait Real: num_traits::Float + num_traits::NumAssign + Send + Sync + std::fmt::Debug + 'static {
    /// The nearest value of this type.
    fn of(v: f64) -> Self;
    /// This value in `f64` (exact).
    fn to(self) -> f64;
}

impl Real for f32 {
    fn of(v: f64) -> f32 {
        v as f32
    }
    fn to(self) -> f64 {
        self as f64
    }
}

impl Real for f64 {
    fn of(v: f64) -> f64 {
        v
    }
    fn to(self) -> f64 {
        self
    }
}
