//! Sums and products as two's complement, each at a width that holds its operands and its result.
//!
//! Modulo a power of two the text could be shorter: `c + {{4{d[5]}}, d}` is the same ten bits. But it is unsigned by the
//! language's rules, and a tool that moves such an addition into a wider adder, as yosys does before DSP48E1, extends its
//! operands by zeros. So every tool is told the signs, nothing wraps, and what is not needed is cut off behind the operation.

use super::names::Names;
use super::netlist::{Driver, Kind, Net, Netlist, Scope};
use super::operation::read;
use super::text::Text;
use crate::device::Family;
use crate::expr::{Graph, Op, Sig};
use crate::module::Module;

/// Whether a node's text is written here.
pub(super) fn is_arithmetic(op: Op) -> bool {
    matches!(op, Op::Add(..) | Op::Sub(..) | Op::Neg(_) | Op::Mul(..) | Op::Accumulate { .. })
}

/// What an operation is written in.
#[derive(Clone, Copy, PartialEq, Debug)]
struct Shape {
    bits: u32,
    signed: bool,
}

/// The width and sign in which nothing of an operation wraps (a product's upper bits excepted, which are cut).
fn shape(g: &Graph, s: Sig) -> Shape {
    let mut all = Vec::new();
    match g.op(s) {
        Op::Accumulate { term, .. } => all.push(term),
        _ => g.operands(s, |o| all.push(o)),
    }
    let signed = all.iter().chain([&s]).any(|&x| g.signed(x));
    let bits = |x: Sig| if signed { g.range(x).signed_width() } else { g.width(x) };
    let result = if matches!(g.op(s), Op::Mul(..)) { g.width(s) } else { bits(s) };
    Shape { bits: all.into_iter().map(bits).fold(result, u32::max), signed }
}

/// The value of a node at its own width; a wider operation gets a wire of its own.
pub(super) fn value(scope: &Scope, n: &mut Netlist, names: &mut Names, s: Sig, stage: u32) -> Text {
    let g = scope.module.graph();
    let (shape, w) = (shape(g, s), g.width(s));
    let text = operation(scope, s, stage, shape);
    let keep = scope.kept[s.index()];
    let own = scope.net(s, stage).unwrap_or("sum").to_owned();
    if shape.bits == w {
        n.kept.extend(keep.then_some(own));
        return text;
    }
    let name = names.unique(&format!("{own}_exact"));
    n.kept.extend(keep.then(|| name.clone()));
    n.nets.push(Net { name: name.clone(), width: shape.bits, signed: shape.signed, kind: Kind::Wire });
    n.drivers.push(Driver { net: name.clone(), value: text, stage });
    scope.note(&name, 0, w);
    Text::part(&name, shape.bits, 0, w)
}

fn operation(scope: &Scope, s: Sig, stage: u32, shape: Shape) -> Text {
    let of = |x: Sig| operand(scope, x, stage, shape);
    match scope.module.graph().op(s) {
        Op::Add(a, b) => Text::binary(of(a), "+", of(b)),
        Op::Sub(a, b) => Text::binary(of(a), "-", of(b)),
        Op::Neg(a) => Text::unary("-", of(a)),
        Op::Mul(a, b) => Text::binary(of(a), "*", of(b)),
        Op::Accumulate { first, term, .. } => {
            // The sum so far is masked, not chosen: the term, which comes last, meets the adder alone.
            let nothing =
                if shape.signed { Text::signed_literal(0, shape.bits) } else { Text::literal(0, shape.bits) };
            let kept =
                Text::choose(read(scope, first, stage, 0, 1), nothing, operand(scope, s, stage + 1, shape));
            Text::binary(kept.grouped(), "+", of(term))
        }
        op => unreachable!("{op:?} is not arithmetic"),
    }
}

fn operand(scope: &Scope, x: Sig, stage: u32, shape: Shape) -> Text {
    let g = scope.module.graph();
    let text = read(scope, x, stage, 0, shape.bits);
    match g.as_const(x) {
        _ if !shape.signed => text,
        Some(c) if c.unsigned_abs() < 1 << (shape.bits - 1) => Text::signed_literal(c, shape.bits),
        // A whole net is declared with its sign.
        None if g.signed(x) && g.width(x) == shape.bits => text,
        _ => text.signed(),
    }
}

/// Per node, whether it is a sum of which a multiplier may read less than the exact sum, directly or across
/// registers and modules. yosys, which trims sums to what is read, would then pack it before DSP48E1 with operands that
/// lost their upper bits; so it is told to keep the whole sum. What leaves a module may be cut in any other.
pub(super) fn kept(m: &Module) -> Vec<bool> {
    let g = m.graph();
    let mut kept = vec![false; g.nodes().len()];
    if !matches!(m.target().family, Family::Xc7 | Family::Generic) || !m.target().dsp {
        return kept;
    }
    let live = (0..kept.len() as u32).map(Sig).filter(|&s| m.schedule().place(s).is_some());
    for s in live {
        if let Op::Mul(a, b) = g.op(s) {
            [a, b].into_iter().for_each(|x| trace(g, x, g.width(x), &mut kept));
        }
    }
    m.outputs().iter().for_each(|&(_, s)| trace(g, s, 0, &mut kept));
    let inputs = g.instances().iter().flat_map(|i| &i.inputs);
    inputs.for_each(|&s| trace(g, s, 0, &mut kept));
    kept
}

/// Follows the lowest `bits` bits of a value through wiring to the adder that makes them.
fn trace(g: &Graph, s: Sig, bits: u32, kept: &mut [bool]) {
    match g.op(s) {
        Op::Bound(a, _) | Op::AsSigned(a, _) | Op::Slice { a, lo: 0, .. } => {
            trace(g, a, bits.min(g.width(s)), kept);
        }
        Op::Add(..) | Op::Sub(..) => kept[s.index()] |= shape(g, s).bits > bits,
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use crate::device::{Family, Target};
    use crate::expr::Graph;
    use crate::module::Module;

    fn text(family: Family, build: impl FnOnce(&mut Graph)) -> String {
        let mut g = Graph::new();
        build(&mut g);
        Module::new("m", "", g, &Target::new(family).with_clock(20.0)).verilog().expect("Verilog")
    }

    #[test]
    fn a_sum_with_a_sign_is_signed_for_every_tool() {
        let text = text(Family::Ecp5, |g| {
            let (c, d) = (g.input_range("c", -500, 400), g.input_range("d", -32, 31));
            let y = g.add(c, d);
            g.output_range("y", y);
        });
        assert!(text.contains("$signed({c[9], c}) + $signed({{5{d[5]}}, d})"), "{text}");
    }

    #[test]
    fn a_sum_that_needs_its_sign_no_more_is_cut_behind_the_adder() {
        let text = text(Family::Ecp5, |g| {
            let c = g.input_range("c", -5, 5);
            let five = g.constant(5);
            let y = g.add(c, five);
            g.output_range("y", y);
        });
        assert!(text.contains("wire signed [4:0] add2_s0_exact = $signed({c[3], c}) + 5'sd5;"), "{text}");
        assert!(text.contains("wire [3:0] add2_s0 = add2_s0_exact[3:0];"), "{text}");
        assert!(text.contains("unused = &{1'b0, add2_s0_exact[4]}"), "{text}");
    }

    #[test]
    fn a_cut_sum_before_a_multiplier_is_kept_where_adders_are_packed() {
        let product = |g: &mut Graph| {
            let (c, x) = (g.input_range("c", -5, 5), g.input_range("x", -99, 99));
            let five = g.constant(5);
            let sum = g.add(c, five);
            let y = g.mul(sum, x);
            g.output_range("y", y);
        };
        assert!(text(Family::Xc7, product).contains("(* keep *) wire signed [4:0] add"));
        assert!(!text(Family::Ecp5, product).contains("keep"));
        // A whole sum needs no keeping: the adder before the multiplier is as good as one in logic.
        let whole = |g: &mut Graph| {
            let (c, d, x) =
                (g.input_range("c", -5, 5), g.input_range("d", -50, 70), g.input_range("x", -99, 99));
            let sum = g.add(c, d);
            let y = g.mul(sum, x);
            g.output_range("y", y);
        };
        assert!(!text(Family::Xc7, whole).contains("keep"));
    }

    /// The module that reads it may have no use for the sign.
    #[test]
    fn a_sum_that_leaves_its_module_is_kept_where_adders_are_packed() {
        let sum = |g: &mut Graph| {
            let (c, d) = (g.input_range("c", -99, 99), g.input_range("d", -5, 5));
            let sum = g.add(c, d);
            g.output_range("y", sum);
        };
        assert!(text(Family::Xc7, sum).contains("(* keep *) wire"), "{}", text(Family::Xc7, sum));
        assert!(!text(Family::Ice40, sum).contains("keep"));
    }

    #[test]
    fn sums_without_signs_stay_plain() {
        let text = text(Family::Xc7, |g| {
            let (c, d) = (g.input_range("c", 0, 500), g.input_range("d", 0, 31));
            let y = g.add(c, d);
            g.output_range("y", y);
        });
        assert!(!text.contains("signed"), "{text}");
    }
}
