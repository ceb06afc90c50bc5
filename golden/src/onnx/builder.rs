//! Functions, products and quotients of sums, as features.

use super::attributes::Node;
use super::curve::Curve;
use super::error::Fault;
use super::expression::Expression::{self, Add, Multiply, Number, X};
use super::form::{Features, Form, Sum};
use super::integer::Rounded;
use super::tensor::Tensor;
use super::view::{bases, inner, proportional, view};
use std::collections::{BTreeSet, HashMap};

/// What makes features, and what is to be told about it.
#[derive(Debug)]
pub(super) struct Builder {
    /// The features so far.
    pub features: Features,
    /// What the user should know.
    pub notes: BTreeSet<String>,
    /// Whether a product is the difference of two squares, which loses digits.
    pub squares: bool,
    /// Of each feature that is rounded to codes the node and its operator, for messages.
    pub origin: HashMap<u32, (String, String)>,
    sum: Sum,
}

impl Builder {
    /// A network with so many inputs and nothing else.
    pub fn new(inputs: usize) -> Builder {
        Builder {
            features: Features::new(inputs),
            notes: BTreeSet::new(),
            squares: false,
            origin: HashMap::new(),
            sum: Sum::default(),
        }
    }

    /// A sum of weighted forms and a number.
    ///
    /// # Errors
    /// A weight that is infinite or no number, in the name of the node.
    pub fn sum<'f>(
        &mut self,
        node: &Node,
        number: f64,
        parts: impl IntoIterator<Item = (&'f Form, f64)>,
    ) -> Result<Form, Fault> {
        self.sum.add_number(number);
        for (form, factor) in parts {
            self.sum.add(&self.features, form, factor)?;
        }
        self.sum.finish(&self.features)?.ok_or_else(|| {
            let problem = "a weight or a constant is infinite or not a number";
            node.refuse(problem, "train again, or correct the weights; all must be finite")
        })
    }

    /// A form so many times.
    ///
    /// # Errors
    /// As [`Builder::sum`].
    pub fn scaled(&mut self, node: &Node, form: &Form, factor: f64) -> Result<Form, Fault> {
        self.sum(node, 0.0, [(form, factor)])
    }

    /// A form that is rounded to a code, times what the code is worth.
    ///
    /// # Errors
    /// As [`Builder::curves`].
    pub fn rounded(&mut self, node: &Node, form: &Form, to: &Rounded) -> Result<Form, Fault> {
        if form.known().is_some_and(|v| !v.is_finite()) {
            return Err(node.broken("a constant is not finite"));
        }
        let (before, z) = inner(&self.features, form).unwrap_or_else(|| (X, form.clone()));
        let first = to.first.map_or(before.clone(), |q| before.call(Curve::Quantize(q)));
        let feature = self.features.neuron(first.call(Curve::Quantize(to.last)), &z)?;
        if let Some(f) = feature.alone() {
            self.origin.entry(f).or_insert_with(|| node.titles());
        }
        self.sum(node, to.zero, [(&feature, to.step)])
    }

    /// Functions of the elements of a tensor, one function per element.
    ///
    /// A chain of functions becomes one function if it is the same for all elements.
    ///
    /// # Errors
    /// Too many features, or a value that is no number.
    pub fn curves(
        &mut self,
        node: &Node,
        tensor: &Tensor<Form>,
        curves: &[Curve],
    ) -> Result<Tensor<Form>, Fault> {
        if curves.iter().any(|c| matches!(c, Curve::Erf | Curve::Gelu)) {
            self.notes.insert("The error function (erf) is a formula that is right to 10 digits.".into());
        }
        let chained = self.chained(tensor, curves);
        let mut curves = curves.iter();
        tensor.try_map(|form| {
            let curve = curves.next().copied().ok_or_else(|| node.broken("a parameter is missing"))?;
            if let Some(v) = form.known() {
                return self.sum(node, curve.value(v), []);
            }
            match inner(&self.features, form).filter(|_| chained) {
                Some((before, z)) => self.features.neuron(before.call(curve), &z),
                None => self.features.neuron(X.call(curve), form),
            }
        })
    }

    /// Whether the elements are one and the same function of earlier sums, which can be made longer.
    fn chained(&self, tensor: &Tensor<Form>, curves: &[Curve]) -> bool {
        let mut first: Option<(Expression, Curve)> = None;
        for (form, &curve) in tensor.data().iter().zip(curves).filter(|(f, _)| f.known().is_none()) {
            let Some((before, _)) = inner(&self.features, form) else { return false };
            let asked = match &first {
                Some((expression, _)) if *expression != before => return false,
                Some((_, last)) => *last == curve,
                None => false,
            };
            // A text is made and parsed to answer this, so not for every element.
            if !asked && before.call(curve).neuron().is_none() {
                return false;
            }
            first = Some((before, curve));
        }
        first.is_some()
    }

    /// The square of a form: the amplifying kind.
    fn square(&mut self, node: &Node, form: &Form) -> Result<Form, Fault> {
        if let [(feature, weight)] = *form.terms
            && form.bias == 0.0
            && let Some(neuron) = self.features.open(feature)
        {
            let (square, argument) = (neuron.function.times(&neuron.function), neuron.argument.clone());
            if square.neuron().is_some() {
                let feature = self.features.neuron(square, &argument)?;
                return self.scaled(node, &feature, weight * weight);
            }
        }
        self.features.neuron(X.times(&X), form)
    }

    /// The product of two forms.
    ///
    /// # Errors
    /// As [`Builder::curves`].
    pub fn product(&mut self, node: &Node, a: &Form, b: &Form) -> Result<Form, Fault> {
        match (a.known(), b.known()) {
            (Some(v), _) => return self.scaled(node, b, v),
            (_, Some(v)) => return self.scaled(node, a, v),
            _ => {}
        }
        if let Some((factor, 0.0)) = proportional(a, b) {
            let square = self.square(node, b)?;
            return self.scaled(node, &square, factor);
        }
        for z in bases(&self.features, a, b) {
            let both = view(&self.features, a, &z, true).zip(view(&self.features, b, &z, true));
            if let Some(product) = both.map(|(a, b)| a.times(&b)).filter(|p| p.neuron().is_some()) {
                return self.features.neuron(product, &z);
            }
        }
        self.squares = true;
        self.notes.insert(
            "Products of two values of the network are computed as the difference of two squares, which takes two \
             amplifying neurons each and loses digits where the values differ much in size."
                .into(),
        );
        let half = self.sum(node, 0.0, [(a, 0.5), (b, 0.5)])?;
        let plus = self.features.neuron(X.times(&X), &half)?;
        let half = self.sum(node, 0.0, [(a, 0.5), (b, -0.5)])?;
        let minus = self.features.neuron(X.times(&X), &half)?;
        self.sum(node, 0.0, [(&plus, 1.0), (&minus, -1.0)])
    }

    /// The quotient of two forms.
    ///
    /// # Errors
    /// As [`Builder::curves`]; a division by 0.
    pub fn quotient(&mut self, node: &Node, a: &Form, b: &Form) -> Result<Form, Fault> {
        if let Some(v) = b.known() {
            if v == 0.0 {
                return Err(node.refuse("it divides by 0", "correct the constant"));
            }
            let terms = a.terms.iter().map(|&(f, w)| (f, w / v)).collect();
            let form = Form { bias: a.bias / v, terms };
            return self.scaled(node, &form, 1.0);
        }
        for z in bases(&self.features, a, b) {
            let both = view(&self.features, a, &z, true).zip(view(&self.features, b, &z, true));
            let Some((above, below)) = both else { continue };
            let (factor, quotient) = attenuating(&above, &below).unwrap_or_else(|| (1.0, above.over(&below)));
            if quotient.neuron().is_some() {
                let feature = self.features.neuron(quotient, &z)?;
                return self.scaled(node, &feature, factor);
            }
        }
        let inverse = self.features.neuron(Number(1.0).over(&X), b)?;
        self.product(node, a, &inverse)
    }
}

/// k·h / (c·h² + d) as k/c times h / (h² + d/c), which is a kind of neuron if d/c is above 0.
fn attenuating(above: &Expression, below: &Expression) -> Option<(f64, Expression)> {
    let split = |e: &Expression| match e {
        Multiply(a, b) => match (&**a, &**b) {
            (Number(k), h) | (h, Number(k)) => Some((*k, h.clone())),
            _ => None,
        },
        _ => None,
    };
    let (k, h) = split(above).unwrap_or_else(|| (1.0, above.clone()));
    let Add(square, d) = below else { return None };
    let Number(d) = **d else { return None };
    let (c, square) = split(square).unwrap_or_else(|| (1.0, (**square).clone()));
    let below = square.plus(&Number(d / c));
    below.above_square_of(&h)?;
    Some((k / c, h.over(&below)))
}
