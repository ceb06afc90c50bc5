//! Behind the sums: one pipeline with every activation and every kind of an engine, a result per clock.

use super::layout::{Layout, Source, Then};
use crate::arch::Library;
use crate::expr::{Graph, Sig};
use crate::units::{Rows, tails};
use gainstage_golden::num::Rounding;

/// The code of a neuron's output from its exact sum; `source` and `way` are numbers in the layout's lists.
pub fn post(
    g: &mut Graph,
    library: &mut Library<'_>,
    layout: &Layout<'_>,
    sum: Sig,
    source: Sig,
    way: Sig,
    rows: &Rows<'_>,
) -> Sig {
    let h: Vec<Sig> =
        layout.sources.iter().map(|s| activation(g, library, s, sum, layout.rounding)).collect();
    let h = g.select(source, &h);
    g.name(h, "h");
    tails(g, h, &layout.ways, way, rows)
}

fn activation(g: &mut Graph, library: &mut Library<'_>, s: &Source, sum: Sig, rounding: i32) -> Sig {
    let z = g.requantize(sum, rounding, s.z, Rounding::HalfUp);
    g.name(z, "z");
    match s.then {
        Then::Shift(shift, h) => g.requantize(z, shift, h, Rounding::HalfUp),
        Then::Table(table) => {
            let module = library.table(table);
            g.instance_named(&module, &format!("activation{table}"), &[z])[0]
        }
    }
}
