//! What the circuit must compute.

/// The integer model that a circuit is compared with.
pub trait Golden: Sync {
    /// The output codes for a row of input codes.
    fn outputs(&self, inputs: &[i64], out: &mut [i64]);

    /// The outputs for many rows: `inputs.len() / width` of them, each `width` codes. A model that needs
    /// scratch memory overrides this to take it once.
    fn batch(&self, width: usize, inputs: &[i64], out: &mut [i64]) {
        let rows = inputs.len() / width;
        let outputs = out.len() / rows.max(1);
        for (row, out) in inputs.chunks_exact(width).zip(out.chunks_exact_mut(outputs.max(1))) {
            self.outputs(row, out);
        }
    }

    /// The output code of a neuron, layer and neuron counted from 0; `None` if the model does not know it.
    fn probe(&self, inputs: &[i64], layer: usize, neuron: usize) -> Option<i64>;
}

/// A function without probes.
impl<F: Fn(&[i64], &mut [i64]) + Sync> Golden for F {
    fn outputs(&self, inputs: &[i64], out: &mut [i64]) {
        self(inputs, out)
    }

    fn probe(&self, _: &[i64], _: usize, _: usize) -> Option<i64> {
        None
    }
}
