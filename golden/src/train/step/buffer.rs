//! Zeroed memory for registers.

use super::lanes::Lane;
use bytemuck::{Pod, Zeroable};

/// 64 bytes, aligned as the widest registers and the cache lines are.
#[derive(Clone, Copy, Pod, Zeroable)]
#[repr(C, align(64))]
struct Line([u8; 64]);

/// Zeroed memory, aligned for every register.
#[derive(Clone)]
pub(in crate::train) struct Buffer(Vec<Line>);

impl Buffer {
    /// Room for `len` numbers.
    pub fn zeroed<T: Lane>(len: usize) -> Buffer {
        Buffer(vec![Line::zeroed(); (len * size_of::<T>()).div_ceil(size_of::<Line>())])
    }

    /// The memory as numbers or registers.
    #[inline(always)]
    pub fn get<V: Pod>(&self) -> &[V] {
        bytemuck::cast_slice(&self.0)
    }

    /// The memory as numbers or registers.
    #[inline(always)]
    pub fn get_mut<V: Pod>(&mut self) -> &mut [V] {
        bytemuck::cast_slice_mut(&mut self.0)
    }
}
