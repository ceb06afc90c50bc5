//! Sums of features seen as expressions of one sum.

use super::expression::Expression::{self, Number, X};
use super::form::{Features, Form, Term};

/// The most features of a sum that is looked through.
const MOST_TERMS: usize = 8;

/// The most features of a factor that become one expression.
const MOST_LOOSE: usize = 4;

/// The s and t of a = s·z + t, if there are.
pub(super) fn proportional(a: &Form, z: &Form) -> Option<(f64, f64)> {
    let (&(_, first), &(_, other)) = (a.terms.first()?, z.terms.first()?);
    let factor = first / other;
    let near = |(a, z): (&Term, &Term)| a.0 == z.0 && (a.1 - factor * z.1).abs() <= 1e-15 * a.1.abs();
    let same = a.terms.len() == z.terms.len() && a.terms.iter().zip(&*z.terms).all(near);
    if same && factor.is_finite() { Some((factor, a.bias - factor * z.bias)) } else { None }
}

/// s·x + t.
fn line(s: f64, t: f64) -> Expression {
    Number(s).times(&X).plus(&Number(t))
}

/// A form as an expression of another form, z; `loose` if arguments of features may be multiples of z too.
pub(super) fn view(features: &Features, form: &Form, z: &Form, loose: bool) -> Option<Expression> {
    let mut rest: Vec<Term> = Vec::new();
    let (mut sum, mut found) = (Number(0.0), 0);
    for &(feature, weight) in &*form.terms {
        let seen = features.open(feature).and_then(|neuron| {
            if neuron.argument == *z {
                return Some(neuron.function.clone());
            }
            let (s, t) = if loose { proportional(&neuron.argument, z) } else { None }?;
            Some(neuron.function.of(&line(s, t)))
        });
        match seen {
            Some(_) if loose && found == MOST_LOOSE => return None,
            Some(e) => {
                found += 1;
                sum = sum.plus(&Number(weight).times(&e));
            }
            None => rest.push((feature, weight)),
        }
        // No neuron is so long.
        if sum.size().1 > 1000 {
            return None;
        }
    }
    if rest.is_empty() {
        return Some(sum.plus(&Number(form.bias)));
    }
    let (s, t) = proportional(&Form { bias: form.bias, terms: rest.into() }, z)?;
    Some(Number(s).times(&X).plus(&sum).plus(&Number(t)))
}

/// A form as an expression of the one sum that all its neurons take, and that sum.
pub(super) fn inner(features: &Features, form: &Form) -> Option<(Expression, Form)> {
    if form.terms.len() > MOST_TERMS
        && form.terms.iter().filter(|t| features.open(t.0).is_some()).count() > MOST_TERMS
    {
        return None;
    }
    let mut arguments = form.terms.iter().filter_map(|&(f, _)| features.open(f)).map(|n| &n.argument);
    // The newest feature: the others may be a part of its argument.
    let z = arguments.next_back()?;
    Some((view(features, form, z, false)?, z.clone()))
}

/// Sums of which both forms may be expressions.
pub(super) fn bases(features: &Features, a: &Form, b: &Form) -> Vec<Form> {
    let neurons = a.terms.iter().chain(&*b.terms).filter_map(|&(f, _)| features.open(f));
    let mut bases: Vec<Form> = Vec::new();
    for neuron in neurons.rev().take(MOST_TERMS) {
        if !bases.contains(&neuron.argument) {
            bases.push(neuron.argument.clone());
        }
    }
    bases.extend([b.clone(), a.clone()]);
    bases
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::onnx::curve::Curve;

    fn form(bias: f64, terms: &[Term]) -> Form {
        Form { bias, terms: terms.into() }
    }

    #[test]
    fn multiples_are_found() {
        let z = form(1.0, &[(0, 2.0), (1, 4.0)]);
        assert_eq!(proportional(&form(0.0, &[(0, 1.0), (1, 2.0)]), &z), Some((0.5, -0.5)));
        assert_eq!(proportional(&form(0.0, &[(0, 1.0), (1, 2.1)]), &z), None);
        assert_eq!(proportional(&form(0.0, &[(0, 1.0)]), &z), None);
        assert_eq!(proportional(&form(0.0, &[]), &z), None);
    }

    #[test]
    fn sums_of_functions_of_one_sum_are_expressions_of_it() {
        let mut features = Features::new(2);
        let z = form(0.5, &[(0, 1.0), (1, 3.0)]);
        let tanh = features.neuron(X.call(Curve::Tanh), &z).expect("room");
        let tanh = tanh.alone().expect("a feature");
        let both = form(1.5, &[(0, 2.0), (1, 6.0), (tanh, 3.0)]);
        let (e, base) = inner(&features, &both).expect("an expression");
        assert_eq!(base, z);
        let expected =
            Number(2.0).times(&X).plus(&Number(3.0).times(&X.call(Curve::Tanh))).plus(&Number(0.5));
        assert_eq!(e, expected);
        assert!(inner(&features, &form(0.0, &[(1, 6.0), (tanh, 3.0)])).is_none());
        assert!(inner(&features, &z).is_none());
    }
}
