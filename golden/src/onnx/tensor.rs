//! Tensors of any element, and how their elements are found.

use super::error::Fault;

/// The most elements of a tensor.
pub(super) const MOST_ELEMENTS: usize = 1 << 24;

/// The most axes of a tensor.
pub(super) const MOST_AXES: usize = 8;

/// Elements in rows, the last axis the fastest.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Tensor<T> {
    shape: Vec<usize>,
    data: Vec<T>,
}

impl<T> Tensor<T> {
    /// A tensor of a shape; none if there are more or fewer elements than the shape has places.
    pub fn new(shape: Vec<usize>, data: Vec<T>) -> Option<Tensor<T>> {
        (volume(&shape).ok()? == data.len()).then_some(Tensor { shape, data })
    }

    /// A list of elements.
    pub fn list(data: Vec<T>) -> Tensor<T> {
        Tensor { shape: vec![data.len()], data }
    }

    /// One element without axes.
    pub fn scalar(value: T) -> Tensor<T> {
        Tensor { shape: Vec::new(), data: vec![value] }
    }

    /// The sizes along the axes.
    pub fn shape(&self) -> &[usize] {
        &self.shape
    }

    /// The elements.
    pub fn data(&self) -> &[T] {
        &self.data
    }

    /// The only element, if there is just one.
    pub fn only(&self) -> Option<&T> {
        if self.data.len() == 1 { self.data.first() } else { None }
    }

    /// The tensor with every element replaced.
    pub fn map<U>(&self, f: impl FnMut(&T) -> U) -> Tensor<U> {
        Tensor { shape: self.shape.clone(), data: self.data.iter().map(f).collect() }
    }

    /// The tensor with every element replaced, or the first fault.
    pub fn try_map<U>(&self, f: impl FnMut(&T) -> Result<U, Fault>) -> Result<Tensor<U>, Fault> {
        let data = self.data.iter().map(f).collect::<Result<Vec<U>, Fault>>()?;
        Ok(Tensor { shape: self.shape.clone(), data })
    }
}

/// The number of elements of a shape.
///
/// # Errors
/// Too many axes or elements.
pub(super) fn volume(shape: &[usize]) -> Result<usize, Fault> {
    let size =
        |what: &str, value: u128, most: usize| Fault::Size { what: what.into(), value, most: most as u64 };
    if shape.len() > MOST_AXES {
        return Err(size("the number of axes of a tensor", shape.len() as u128, MOST_AXES));
    }
    // An axis without elements does not excuse the others.
    let all = shape.iter().fold(1u128, |all, &n| all.saturating_mul(n.max(1) as u128));
    if all > MOST_ELEMENTS as u128 {
        return Err(size("the number of elements of a tensor", all, MOST_ELEMENTS));
    }
    Ok(if shape.contains(&0) { 0 } else { all as usize })
}

/// How far apart neighbours along each axis are; of a shape that [`volume`] accepts.
pub(super) fn strides(shape: &[usize]) -> Vec<isize> {
    let mut strides = vec![0; shape.len()];
    let mut step = 1isize;
    for (stride, &n) in strides.iter_mut().zip(shape).rev() {
        *stride = step;
        step = step.saturating_mul(n.max(1) as isize);
    }
    strides
}

/// The places of the elements of a shape, row by row, in data with these strides and this beginning.
///
/// # Errors
/// A shape that is too large.
pub(super) fn walk(shape: &[usize], strides: &[isize], start: isize) -> Result<Vec<usize>, Fault> {
    let all = volume(shape)?;
    let mut places = Vec::with_capacity(all);
    if all == 0 {
        return Ok(places);
    }
    places.push(start as usize);
    // From the first axis to the last: every place so far becomes a run along the axis.
    for (&n, &stride) in shape.iter().zip(strides) {
        let steps = |&at: &usize| (0..n as isize).map(move |i| (at as isize + i * stride) as usize);
        places = places.iter().flat_map(steps).collect();
    }
    Ok(places)
}

/// The shape that two shapes have when they are combined element by element.
pub(super) fn broadcast(a: &[usize], b: &[usize]) -> Option<Vec<usize>> {
    let axes = a.len().max(b.len());
    let size = |shape: &[usize], axis: usize| {
        (axis + shape.len()).checked_sub(axes).and_then(|at| shape.get(at)).copied().unwrap_or(1)
    };
    (0..axes)
        .map(|axis| match (size(a, axis), size(b, axis)) {
            (x, y) if x == y => Some(x),
            (1, y) => Some(y),
            (x, 1) => Some(x),
            _ => None,
        })
        .collect()
}

/// For each element of the shape `to`, its place in a tensor of the shape `from`, which is spread over it.
///
/// # Errors
/// A shape that is too large.
pub(super) fn spread(from: &[usize], to: &[usize]) -> Result<Vec<usize>, Fault> {
    let own = strides(from);
    let ahead = to.len().saturating_sub(from.len());
    let steps: Vec<isize> = (0..to.len())
        .map(|axis| match axis.checked_sub(ahead) {
            Some(at) if from.get(at).is_some_and(|&n| n != 1) => own.get(at).copied().unwrap_or(0),
            _ => 0,
        })
        .collect();
    walk(to, &steps, 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shapes_combine_as_numpys_do() {
        assert_eq!(broadcast(&[3, 1], &[4]), Some(vec![3, 4]));
        assert_eq!(broadcast(&[], &[2, 2]), Some(vec![2, 2]));
        assert_eq!(broadcast(&[3], &[4]), None);
        assert_eq!(spread(&[2, 1], &[2, 3]).expect("small"), [0, 0, 0, 1, 1, 1]);
        assert_eq!(spread(&[3], &[2, 3]).expect("small"), [0, 1, 2, 0, 1, 2]);
        assert_eq!(walk(&[3, 2], &[1, 3], 0).expect("small"), [0, 3, 1, 4, 2, 5]);
    }

    #[test]
    fn endless_shapes_are_refused() {
        assert!(volume(&[1 << 20, 1 << 20]).is_err());
        assert!(volume(&[usize::MAX, usize::MAX, 2]).is_err());
        assert!(volume(&[1; 9]).is_err());
        assert!(volume(&[usize::MAX, 0]).is_err());
        assert_eq!(volume(&[7, 0]).expect("nothing"), 0);
        assert!(Tensor::new(vec![2, 2], vec![0; 3]).is_none());
    }
}
