//! Samples of some steps, brought into lanes.

use super::buffer::Buffer;
use super::lanes::Lane;
use std::ops::Range;

/// Steps whose samples are brought into lanes at a time.
pub(in crate::train) const STAGED: usize = 32;

/// Samples of some steps, a register per step and column with each lane's own sample.
pub(in crate::train) struct Staged<T: Lane> {
    lanes: usize,
    width: usize,
    numbers: Buffer,
    number: std::marker::PhantomData<T>,
}

impl<T: Lane> Staged<T> {
    pub fn new(lanes: usize) -> Staged<T> {
        Staged { lanes, width: 0, numbers: Buffer::zeroed::<T>(0), number: std::marker::PhantomData }
    }

    /// Brings in the samples `orders[lane][steps]` of `values`, `width` columns each. Lanes without an order get 0.
    pub fn stage(&mut self, orders: &[&[u32]], steps: Range<usize>, values: &[T], width: usize) {
        if self.width != width {
            self.width = width;
            self.numbers = Buffer::zeroed::<T>(STAGED * width * self.lanes);
        }
        let lanes = self.lanes;
        let to: &mut [T] = self.numbers.get_mut();
        for (lane, order) in orders.iter().enumerate() {
            for (step, &sample) in order[steps.clone()].iter().enumerate() {
                let sample = &values[sample as usize * width..][..width];
                for (column, &value) in sample.iter().enumerate() {
                    to[(step * width + column) * lanes + lane] = value;
                }
            }
        }
    }

    /// The registers of a staged step.
    #[inline(always)]
    pub fn sample<V: bytemuck::Pod>(&self, step: usize) -> &[V] {
        &self.numbers.get()[step * self.width..][..self.width]
    }
}
