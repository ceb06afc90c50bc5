//! A piecewise polynomial as a C function with its coefficients.

use super::constants::Constants;
use super::support::Helper;
use super::text::{list, literal};
use crate::approx::{Fold, Side, Table, Tree};
use crate::export::steps::storage;
use std::collections::BTreeSet;
use std::fmt::Write;

/// The function `table<index>` and the bytes of its constants.
pub(super) struct Text {
    pub text: String,
    pub bytes: usize,
}

struct Writer<'a> {
    t: &'a Table,
    index: usize,
    out: String,
    constants: Constants,
    used: &'a mut BTreeSet<Helper>,
}

impl Text {
    pub fn new(t: &Table, index: usize, constants: Constants, used: &mut BTreeSet<Helper>) -> Text {
        let mut w = Writer { t, index, out: String::new(), constants, used };
        let bytes = if w.has_polynomial() { w.coefficients() } else { 0 };
        w.function();
        Text { text: w.out, bytes }
    }
}

impl Writer<'_> {
    fn line(&mut self, text: &str) {
        self.out.push_str(text);
        self.out.push('\n');
    }

    /// Whether z < 0 has a side of its own.
    fn two_sided(&self) -> bool {
        self.t.fold == Fold::Magnitude && self.t.input.signed
    }

    fn has_polynomial(&self) -> bool {
        let used = self.t.positive.residual != 0 || (self.two_sided() && self.t.negative.residual != 0);
        used && !self.t.segments.is_empty()
    }

    /// One row per segment, c_0 first; gives their bytes.
    fn coefficients(&mut self) -> usize {
        let (rows, columns) = (self.t.segments.len(), self.t.steps.len() + 1);
        let bits = storage(self.t.segments.iter().flatten().copied());
        let (index, place) = (self.index, self.constants.place());
        self.line(&format!("static const int{bits}_t table{index}_c[{rows}][{columns}]{place} = {{"));
        for row in &self.t.segments {
            let text = list(row, bits);
            self.out.push_str("    ");
            self.out.push_str(&text);
            self.out.push_str(",\n");
        }
        self.line("};\n");
        rows * columns * bits as usize / 8 + self.t.tree.as_ref().map_or(0, |tree| self.blocks(tree))
    }

    /// First row and shift of every block; gives their bytes.
    fn blocks(&mut self, tree: &Tree) -> usize {
        let (index, count, place) = (self.index, tree.blocks.len(), self.constants.place());
        let bits = storage(tree.blocks.iter().flat_map(|b| [b.first as i64, b.shift as i64]));
        self.line(&format!("static const int{bits}_t table{index}_b[{count}][2]{place} = {{"));
        for block in &tree.blocks {
            let text = list(&[block.first as i64, block.shift as i64], bits);
            self.line(&format!("    {text},"));
        }
        self.line("};\n");
        count * 2 * bits as usize / 8
    }

    fn function(&mut self) {
        let t = self.t;
        self.used.extend([Helper::Clamp, Helper::ShiftRight]);
        let (index, input, output) = (self.index, t.input, t.output);
        self.line(&format!("/* {}: z in {input}, y in {output}. */", t.function()));
        self.line(&format!("static int64_t table{index}(int64_t z)\n{{"));
        let argument = match t.fold {
            Fold::Offset => format!("z - {}", literal(input.min_code())),
            Fold::Magnitude | Fold::Odd => "z < 0 ? -z : z".into(),
        };
        self.line(&format!("    const int64_t m = {argument};"));
        if self.has_polynomial() {
            self.line("    int64_t p = 0;");
        }
        self.line("    int64_t v;");
        if let Some(lowest) = t.lowest {
            let least = literal(input.min_code());
            self.line(&format!("    if (z == {least}) {{\n        return {};\n    }}", literal(lowest)));
        }
        if self.has_polynomial() {
            self.polynomial();
        }
        let positive = self.value(&t.positive);
        if self.two_sided() {
            let negative = self.value(&t.negative);
            self.line(&format!(
                "    if (z < 0) {{\n        v = {negative};\n    }} else {{\n        v = {positive};\n    }}"
            ));
        } else {
            self.line(&format!("    v = {positive};"));
        }
        self.line(&format!("    v = shift_right(v, {});", t.guard));
        if t.fold == Fold::Odd {
            self.line("    v = z < 0 ? -v : v;");
        }
        let (lo, hi) = (literal(output.min_code()), literal(output.max_code()));
        self.line(&format!("    return clamp(v, {lo}, {hi});\n}}\n"));
    }

    /// Horner's steps; 0 past the last segment.
    fn polynomial(&mut self) {
        let t = self.t;
        if let Some(tree) = &t.tree {
            self.in_tree(tree);
            return;
        }
        let (index, degree, bits) = (self.index, t.steps.len(), t.segment_bits);
        // m is not negative.
        self.line(&format!("    if ((m >> {bits}) < {}) {{", t.segments.len()));
        let row = if t.segments.len() == 1 { "0".into() } else { format!("m >> {bits}") };
        let kind = storage(t.segments.iter().flatten().copied());
        if degree == 0 {
            let p = self.constants.read(kind, &format!("table{index}_c[{row}][0]"), self.used);
            self.line(&format!("        p = {p};\n    }}"));
            return;
        }
        self.line(&format!("        const int{kind}_t *c = table{index}_c[{row}];"));
        let (mask, half) = ((1i64 << bits) - 1, (1i64 << bits) >> 1);
        self.line(&format!("        const int64_t x = (m & {}) - {};", literal(mask), literal(half)));
        self.horner();
    }

    /// Row and stretched offset by the block; there is one for every argument.
    fn in_tree(&mut self, tree: &Tree) {
        let (index, bits, block_bits) = (self.index, self.t.segment_bits, tree.block_bits);
        let kind = storage(tree.blocks.iter().flat_map(|b| [b.first as i64, b.shift as i64]));
        self.line("    {");
        self.line(&format!("        const int{kind}_t *b = table{index}_b[m >> {block_bits}];"));
        let inside = literal((1i64 << block_bits) - 1);
        let [first, shift] = ["b[0]", "b[1]"].map(|b| self.constants.read(kind, b, self.used));
        let row = format!("{first} + ((m & {inside}) >> ({bits} - {shift}))");
        let kind = storage(self.t.segments.iter().flatten().copied());
        if self.t.steps.is_empty() {
            let p = self.constants.read(kind, &format!("table{index}_c[{row}][0]"), self.used);
            self.line(&format!("        p = {p};\n    }}"));
            return;
        }
        self.line(&format!("        const int{kind}_t *c = table{index}_c[{row}];"));
        let (mask, half) = ((1i64 << bits) - 1, (1i64 << bits) >> 1);
        self.line(&format!(
            "        const int64_t x = ((m << {shift}) & {}) - {};",
            literal(mask),
            literal(half)
        ));
        self.horner();
    }

    /// From x and the row `c` to p.
    fn horner(&mut self) {
        let degree = self.t.steps.len();
        let bits = storage(self.t.segments.iter().flatten().copied());
        let mut c = |at: usize| self.constants.read(bits, &format!("c[{at}]"), self.used);
        let coefficients: Vec<String> = (0..=degree).map(&mut c).collect();
        self.line(&format!("        p = {};", coefficients[degree]));
        for (i, step) in self.t.steps.iter().enumerate() {
            let at = degree - 1 - i;
            let factor = if step.t == 0 { "x".into() } else { format!("shift_right(x, {})", step.t) };
            let c = &coefficients[at];
            self.line(&format!("        p = {c} + shift_right(p * {factor}, {});", step.s));
        }
        self.line("    }");
    }

    /// slope·m·2^shift + constant ± polynomial.
    fn value(&self, side: &Side) -> String {
        let mut text = String::new();
        let product = format!("{} * m", literal(side.slope));
        // Writing to a string cannot fail.
        let _ = match (side.slope, side.slope_shift) {
            (0, _) => Ok(()),
            (_, 0) => write!(text, "{product} + "),
            (_, s) if s > 0 => write!(text, "{product} * {} + ", literal(1 << s)),
            (_, s) => write!(text, "shift_right({product}, {}) + ", -s),
        };
        text.push_str(&literal(side.constant));
        if self.has_polynomial() {
            text.push_str(match side.residual {
                0 => "",
                1 => " + p",
                _ => " - p",
            });
        }
        text
    }
}
