//! Values of the network as weighted sums of features, and what makes the features.

use super::error::Fault;
use super::expression::Expression;
use std::cell::Cell;
use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::rc::Rc;

/// A weight and the feature that it weighs.
pub(super) type Term = (u32, f64);

/// A number plus weighted features, in the order of their numbers; no weight is 0.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Form {
    /// The number.
    pub bias: f64,
    /// The weighted features.
    pub terms: Rc<[Term]>,
}

impl Form {
    /// A number alone.
    pub fn constant(bias: f64) -> Form {
        Form { bias, terms: Rc::from([]) }
    }

    /// A feature alone.
    pub fn feature(feature: u32) -> Form {
        Form { bias: 0.0, terms: Rc::from([(feature, 1.0)]) }
    }

    /// The number, if there is nothing else.
    pub fn known(&self) -> Option<f64> {
        if self.terms.is_empty() { Some(self.bias) } else { None }
    }

    /// The feature, if there is nothing else.
    pub fn alone(&self) -> Option<u32> {
        match *self.terms {
            [(feature, 1.0)] if self.bias == 0.0 => Some(feature),
            _ => None,
        }
    }

    /// Hashes the weights' bits.
    fn hash(&self, hasher: &mut impl Hasher) {
        self.bias.to_bits().hash(hasher);
        for (feature, weight) in &*self.terms {
            (feature, weight.to_bits()).hash(hasher);
        }
    }
}

/// A value that a neuron computes.
#[derive(Debug)]
pub(super) struct Feature {
    /// Its function.
    pub function: Expression,
    /// The sum that the function takes.
    pub argument: Form,
}

/// All features of a network: the inputs first, then what neurons compute.
#[derive(Debug)]
pub(super) struct Features {
    inputs: usize,
    neurons: Vec<Feature>,
    by_hash: HashMap<u64, Vec<u32>>,
    work: Cell<u64>,
    terms: Cell<u64>,
}

/// The most features, inputs included.
const MOST_FEATURES: usize = 1 << 20;

/// The most weights of all sums that a conversion makes.
const MOST_TERMS: u64 = 3 << 24;

/// The most multiplications of a conversion.
const MOST_WORK: u64 = 1 << 32;

impl Features {
    /// So many inputs.
    pub fn new(inputs: usize) -> Features {
        Features {
            inputs,
            neurons: Vec::new(),
            by_hash: HashMap::new(),
            work: Cell::new(0),
            terms: Cell::new(0),
        }
    }

    /// The number of inputs.
    pub fn inputs(&self) -> usize {
        self.inputs
    }

    /// The number of features.
    pub fn count(&self) -> usize {
        self.inputs + self.neurons.len()
    }

    /// What computes a feature; none for an input.
    pub fn get(&self, feature: u32) -> Option<&Feature> {
        self.neurons.get((feature as usize).checked_sub(self.inputs)?)
    }

    /// What computes a feature that expressions may look through; none for what is rounded to codes, which later neurons
    /// take as they take an input.
    pub fn open(&self, feature: u32) -> Option<&Feature> {
        self.get(feature).filter(|f| !f.function.closed())
    }

    /// The feature with a function of a sum, as a form.
    ///
    /// # Errors
    /// Too many features.
    pub fn neuron(&mut self, function: Expression, argument: &Form) -> Result<Form, Fault> {
        let mut hasher = DefaultHasher::new();
        argument.hash(&mut hasher);
        function.hash(&mut hasher);
        let hash = hasher.finish();
        let same =
            |&&f: &&u32| self.get(f).is_some_and(|n| n.argument == *argument && n.function == function);
        if let Some(&found) = self.by_hash.get(&hash).into_iter().flatten().find(same) {
            return Ok(Form::feature(found));
        }
        let count = self.count();
        if count >= MOST_FEATURES {
            let what = "the number of neurons".into();
            return Err(Fault::Size { what, value: count as u128 + 1, most: MOST_FEATURES as u64 });
        }
        self.neurons.push(Feature { function, argument: argument.clone() });
        self.by_hash.entry(hash).or_default().push(count as u32);
        Ok(Form::feature(count as u32))
    }

    /// Counts multiplications.
    ///
    /// # Errors
    /// More than a conversion may take.
    pub fn spend(&self, work: usize) -> Result<(), Fault> {
        self.work.set(self.work.get().saturating_add(work as u64));
        if self.work.get() <= MOST_WORK {
            return Ok(());
        }
        let what = "the number of multiplications to merge the sums of the network".into();
        Err(Fault::Size { what, value: self.work.get().into(), most: MOST_WORK })
    }
}

impl Features {
    /// Counts the weights of a sum.
    fn keep(&self, terms: usize) -> Result<(), Fault> {
        self.terms.set(self.terms.get().saturating_add(terms as u64));
        if self.terms.get() <= MOST_TERMS {
            return Ok(());
        }
        let what = "the number of weights of all sums of the network".into();
        Err(Fault::Size { what, value: self.terms.get().into(), most: MOST_TERMS })
    }
}

/// A sum of forms that grows.
#[derive(Debug, Default)]
pub(super) struct Sum {
    bias: f64,
    weights: Vec<f64>,
    touched: Vec<u32>,
}

impl Sum {
    /// Adds a number.
    pub fn add_number(&mut self, v: f64) {
        self.bias += v;
    }

    /// Adds a form so many times.
    ///
    /// # Errors
    /// Work or memory without end.
    pub fn add(&mut self, features: &Features, form: &Form, factor: f64) -> Result<(), Fault> {
        features.spend(form.terms.len() + 1)?;
        self.bias += form.bias * factor;
        self.weights.resize(features.count().max(self.weights.len()), 0.0);
        for &(feature, weight) in &*form.terms {
            if let Some(sum) = self.weights.get_mut(feature as usize) {
                // A sum that is 0 on its way is touched twice; `finish` copes.
                if *sum == 0.0 {
                    self.touched.push(feature);
                }
                *sum += weight * factor;
            }
        }
        Ok(())
    }

    /// The sum, which starts anew; `None` if a weight is infinite or no number.
    ///
    /// # Errors
    /// More weights than all sums together may have.
    pub fn finish(&mut self, features: &Features) -> Result<Option<Form>, Fault> {
        self.touched.sort_unstable();
        self.touched.dedup();
        let mut terms = Vec::with_capacity(self.touched.len());
        for feature in self.touched.drain(..) {
            let weight = self.weights.get_mut(feature as usize).map_or(0.0, std::mem::take);
            if weight != 0.0 {
                terms.push((feature, weight));
            }
        }
        let form = Form { bias: std::mem::take(&mut self.bias), terms: terms.into() };
        let finite = form.bias.is_finite() && form.terms.iter().all(|(_, w)| w.is_finite());
        features.keep(form.terms.len())?;
        Ok(finite.then_some(form))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::onnx::curve::Curve;

    #[test]
    fn sums_merge_and_cancel() {
        let features = Features::new(3);
        let mut sum = Sum::default();
        let (a, b) = (Form::feature(2), Form::feature(0));
        for (form, factor) in [(&a, 2.0), (&b, 1.0), (&b, -1.0), (&a, 0.5), (&b, 1.0)] {
            sum.add(&features, form, factor).expect("little work");
        }
        sum.add_number(4.0);
        let form = sum.finish(&features).expect("few").expect("finite");
        assert_eq!((form.bias, &*form.terms), (4.0, &[(0, 1.0), (2, 2.5)][..]));
        assert_eq!(sum.finish(&features).expect("few").expect("empty"), Form::constant(0.0));
        sum.add(&features, &a, f64::INFINITY).expect("little work");
        assert!(sum.finish(&features).expect("few").is_none());
    }

    #[test]
    fn equal_neurons_are_one() {
        let mut features = Features::new(1);
        let x = Form::feature(0);
        let f = Expression::X.call(Curve::Relu);
        let first = features.neuron(f.clone(), &x).expect("room");
        assert_eq!(features.neuron(f.clone(), &x).expect("room"), first);
        assert_ne!(features.neuron(f, &first).expect("room"), first);
        assert_eq!((features.count(), first.alone()), (3, Some(1)));
    }
}
