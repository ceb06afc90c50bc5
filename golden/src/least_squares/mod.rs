//! Least squares by Levenberg and Marquardt: what fits of networks to samples have in common.
//!
//! [`Damping`] tries steps and answers to what they gained. A step solves damped normal equations: [`factor`] with the
//! linear-algebra crate, where speed counts; [`Normal`] in one fixed order of summation, where integers of a plan follow from
//! them. [`Pass`] gives the values and slopes that derivatives of a network's outputs are made of.

mod damping;
mod dense;
mod pass;
mod portable;

pub(crate) use damping::{Damping, Rule, Tries};
pub(crate) use dense::{Factor, factor};
pub(crate) use pass::Pass;
pub(crate) use portable::Normal;
