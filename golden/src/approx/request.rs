//! The public way to a table: checks, search, certificate, cache.

use super::cost::{Cost, GenericCost, TableShape};
use super::demand::{ApproxError, Demand, Unmet};
use super::real::Real;
use super::search::{Found, Search};
use super::target::{MAX_ASYMPTOTE, Target};
use super::validate::check_widths;
use super::{MAX_DEGREE, Table, TableError};
use crate::func::{Activation, Function};
use crate::num::Format;
use std::collections::HashMap;
use std::sync::{Mutex, OnceLock};

/// Tables made so far in this process: networks ask for the same one many times.
static MADE: OnceLock<Mutex<HashMap<String, Table>>> = OnceLock::new();

/// A certified table of `function` from `input` to `output` codes, cheapest by [`GenericCost`].
///
/// Equal requests are computed once in a process. The result depends on nothing but the request.
pub fn approximate(
    function: &Function,
    input: Format,
    output: Format,
    demand: &Demand,
) -> Result<Table, ApproxError> {
    let key = format!("{function:?} {input} {output} {demand:?}");
    let made = MADE.get_or_init(Mutex::default);
    // A poisoned cache is still a cache of finished tables.
    let lock = || made.lock().unwrap_or_else(|e| e.into_inner());
    if let Some(table) = lock().get(&key) {
        return Ok(table.clone());
    }
    let table = approximate_with(function, input, output, demand, &GenericCost)?;
    lock().insert(key, table.clone());
    Ok(table)
}

/// As [`approximate`], by another measure of cost and without the cache.
pub fn approximate_with(
    function: &Function,
    input: Format,
    output: Format,
    demand: &Demand,
    cost: &dyn Cost,
) -> Result<Table, ApproxError> {
    let mut table = search(function, input, output, demand, cost)?.swap_remove(0).table;
    table.certificate = table.certify()?;
    Ok(table)
}

/// As [`approximate_with`] for who has another way: nothing if the demand is not met, without the search for what would.
pub fn attempt(
    function: &Function,
    input: Format,
    output: Format,
    demand: &Demand,
    cost: &dyn Cost,
) -> Option<Table> {
    let target = prepare(function, input, output, demand).ok()?;
    let search = Search { function, target: &target, demand, cost };
    let found = search.candidates();
    let mut table = found.into_iter().next()?.table;
    table.certificate = table.certify().ok()?;
    Some(table)
}

/// A table that meets the demand, with its price.
#[derive(Clone, Debug)]
pub struct Candidate {
    /// The table, certified.
    pub table: Table,
    /// The size of its parts.
    pub shape: TableShape,
    /// Its price in the unit of the [`Cost`].
    pub cost: f64,
}

/// The cheapest table of every degree and kind of segments that was searched, the cheapest of all first.
pub fn candidates(
    function: &Function,
    input: Format,
    output: Format,
    demand: &Demand,
    cost: &dyn Cost,
) -> Result<Vec<Candidate>, ApproxError> {
    let found = search(function, input, output, demand, cost)?;
    let certified = found.into_iter().map(|Found { mut table, cost }| {
        table.certificate = table.certify()?;
        Ok(Candidate { shape: TableShape::of(&table), table, cost })
    });
    certified.collect()
}

/// Everything found, at least one table, the cheapest first.
fn search(
    function: &Function,
    input: Format,
    output: Format,
    demand: &Demand,
    cost: &dyn Cost,
) -> Result<Vec<Found>, ApproxError> {
    let target = prepare(function, input, output, demand)?;
    let search = Search { function, target: &target, demand, cost };
    let found = search.candidates();
    if found.is_empty() { Err(unmet(&search, input, output)) } else { Ok(found) }
}

/// The real values, where a table may exist.
fn prepare(
    function: &Function,
    input: Format,
    output: Format,
    demand: &Demand,
) -> Result<Target, ApproxError> {
    function.validate()?;
    demand.validate()?;
    check_widths(input, output)?;
    let target = Target::new(function, input, output, demand)?;
    if let Some(code) = target.undefined() {
        let (x, function_text) = (input.value(code), function.to_string());
        let value = function.eval(x);
        return Err(ApproxError::Undefined { function: function_text, input, code, x, value });
    }
    if !target.attainable() {
        let rounding = target.rounding_error();
        let (function, max_ulp) = (function.to_string(), demand.max_ulp);
        return Err(ApproxError::Rounding { function, input, output, max_ulp, rounding });
    }
    let bits = target.asymptote_bits();
    if bits > MAX_ASYMPTOTE {
        let (function, limit) = (function.to_string(), MAX_ASYMPTOTE);
        return Err(ApproxError::Asymptote { function, input, output, bits, limit });
    }
    // Before the search: it takes longer. The certificate asks again.
    Real::new(function, input, output).unbroken()?;
    Ok(target)
}

/// Refuses a formula whose stated domain an argument format does not reach, but for a step of the last place.
///
/// A network's arguments may stay in a part of the domain; who asks for one table by its formats means all of it.
///
/// # Errors
/// [`ApproxError::Domain`].
pub fn check_domain(function: &Function, input: Format) -> Result<(), ApproxError> {
    let Activation::Formula(formula) = &function.activation else { return Ok(()) };
    let Some([lo, hi]) = formula.domain() else { return Ok(()) };
    let (least, most) = (input.value(input.min_code()), input.value(input.max_code()));
    let step = libm::ldexp(1.0, -input.frac);
    if lo >= least - step && hi <= most + step {
        return Ok(());
    }
    Err(ApproxError::Domain { function: function.to_string(), input, lo, hi, least, most })
}

/// Errors in ulp that are tried where a demand is not met.
const LOOSER: [f64; 12] = [0.505, 0.51, 0.52, 0.55, 0.6, 0.75, 1.0, 1.5, 2.0, 4.0, 16.0, 64.0];

/// What would meet the demand: really searched, by degree, by narrower outputs, by larger errors.
fn unmet(search: &Search, input: Format, output: Format) -> ApproxError {
    let demand = search.demand;
    let degree = match demand.degree {
        Some(asked) => (0..=MAX_DEGREE).find(|&d| d != asked && search.possible(d as usize)),
        None => None,
    };
    let narrower = (2..output.width).rev().find_map(|width| {
        let frac = output.frac - (output.width - width) as i32;
        let format = Format::new(output.signed, width, frac).ok()?;
        let target = search.target.for_other(format, demand);
        let narrow = Search { target: &target, ..*search };
        let degrees = demand.degree.map_or(0..=MAX_DEGREE as usize, |d| d as usize..=d as usize);
        (target.attainable() && degrees.into_iter().any(|d| narrow.possible(d))).then_some(format)
    });
    let looser = LOOSER.into_iter().filter(|&u| u > demand.max_ulp);
    let max_ulp = looser.into_iter().find(|&max_ulp| {
        let demand = Demand { max_ulp, ..demand.clone() };
        let target = search.target.for_other(output, &demand);
        let looser = Search { target: &target, demand: &demand, ..*search };
        let degrees = demand.degree.map_or(0..=MAX_DEGREE as usize, |d| d as usize..=d as usize);
        degrees.into_iter().any(|d| looser.possible(d))
    });
    let (function, demand) = (search.function.clone(), demand.clone());
    ApproxError::Unmet(Box::new(Unmet { function, input, output, demand, degree, narrower, max_ulp }))
}

impl Table {
    /// Whether the certificate in the table is what running every code shows.
    pub fn check_certificate(&self) -> Result<bool, TableError> {
        Ok(self.certify()? == self.certificate)
    }
}
