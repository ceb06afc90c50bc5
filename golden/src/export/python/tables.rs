//! A piecewise polynomial as a Python constant; one function computes them all.

use super::list;
use crate::approx::{Fold, Side, Table};
use std::fmt::Write;

/// The constant `TABLE<index>`.
pub(super) fn text(t: &Table, index: usize) -> String {
    let fold = match t.fold {
        Fold::Offset => "offset",
        Fold::Magnitude => "magnitude",
        Fold::Odd => "odd",
    };
    let lowest = t.lowest.map_or("None".into(), |y| y.to_string());
    let steps: Vec<(u32, u32)> = t.steps.iter().map(|s| (s.t, s.s)).collect();
    let (least, lo, hi) = (t.input.min_code(), t.output.min_code(), t.output.max_code());
    let mut text = format!(
        "# {}: z in {}, y in {}. {} segments of degree {}, off by at most {:.3} units of y's last bit.\n\
         TABLE{index} = dict(\n    fold=\"{fold}\", least={least}, lowest={lowest}, guard={}, limits=({lo}, {hi}),\n    \
         positive={}, negative={},\n    segment_bits={}, steps={steps:?},\n",
        t.function(),
        t.input,
        t.output,
        t.segments.len(),
        t.steps.len(),
        t.certificate.worst_ulp,
        t.guard,
        side(&t.positive),
        side(&t.negative),
        t.segment_bits
    );
    match &t.tree {
        None => text.push_str("    block_bits=0, blocks=None,\n"),
        Some(tree) => {
            let pairs: Vec<(u32, u32)> = tree.blocks.iter().map(|b| (b.first, b.shift)).collect();
            // Writing to a string cannot fail.
            let _ = writeln!(
                text,
                "    block_bits={}, blocks=np.array({pairs:?}, dtype=np.int64),",
                tree.block_bits
            );
        }
    }
    text.push_str("    rows=np.array([\n");
    // The last row serves what lies past the last segment.
    let zeros = vec![0; t.steps.len() + 1];
    for row in t.segments.iter().chain([&zeros]) {
        let _ = writeln!(text, "        {},", list(row));
    }
    text + "    ], dtype=np.int64),\n)\n\n\n"
}

fn side(s: &Side) -> String {
    format!("({}, {}, {}, {})", s.slope, s.slope_shift, s.constant, s.residual)
}
