//! Table requests of a layer: each table made once, side by side with the others.

use super::QuantError;
use crate::approx::{Demand, Table, approximate};
use crate::func::Function;
use crate::num::Format;
use crate::watch::{self, Task};
use rayon::prelude::*;

/// Tables that there are, and those that are asked for.
pub(super) struct Wanted<'a> {
    there: &'a [Table],
    asked: Vec<Asked>,
}

struct Asked {
    function: Function,
    input: Format,
    output: Format,
    /// Who asked first, for messages.
    place: String,
}

impl<'a> Wanted<'a> {
    /// Nothing yet, behind these tables.
    pub fn behind(there: &'a [Table]) -> Wanted<'a> {
        Wanted { there, asked: Vec::new() }
    }

    /// The index of the table of a function from `input` to `output`: one that is there or was asked for, or a new one.
    pub fn index(&mut self, function: Function, input: Format, output: Format, place: String) -> usize {
        let there = self.there.iter().position(|t| {
            t.activation == function.activation
                && t.kind == function.kind
                && t.input == input
                && t.output == output
        });
        let asked = || {
            let mut asked = self.asked.iter();
            asked.position(|a| a.function == function && a.input == input && a.output == output)
        };
        if let Some(i) = there.or_else(|| asked().map(|i| self.there.len() + i)) {
            return i;
        }
        self.asked.push(Asked { function, input, output, place });
        self.there.len() + self.asked.len() - 1
    }

    /// The tables asked for, in that order.
    ///
    /// # Errors
    /// The first that cannot be had.
    pub fn make(self, demand: &Demand) -> Result<Vec<Table>, QuantError> {
        let one = |a: &Asked| {
            let table = approximate(&a.function, a.input, a.output, demand);
            table.map_err(|source| QuantError::Table { place: a.place.clone(), source })
        };
        let watch = watch::here();
        let task = Task::begin("looking for tables", self.asked.len() as u64);
        let one = |a| {
            let made = watch.within(|| one(a));
            task.step();
            made
        };
        // As many at a time as there are threads: a search holds every code of its argument in memory.
        let batches = self.asked.chunks(rayon::current_num_threads());
        let made = batches.flat_map(|batch| batch.par_iter().map(one).collect::<Vec<_>>());
        made.collect()
    }
}
