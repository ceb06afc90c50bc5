//! Tables as data: what a damaged one does, what their bounds say, what is stable about them.

use gainstage_golden::approx::{
    BitCost, Cost, Demand, Fold, GenericCost, Range, Segments, Table, TableShape, approximate,
    approximate_with, candidates,
};
use gainstage_golden::num::Format;
use proptest::prelude::*;

fn format(width: u32, frac: i32) -> Format {
    Format::new(true, width, frac).unwrap()
}

fn table(function: &str, width: u32, frac: i32) -> Table {
    let f = format(width, frac);
    approximate(&function.parse().unwrap(), f, f, &Demand::default()).unwrap()
}

/// The functions at 8 and 12 bits, and at 12 bits with the fewest bits and segments of several lengths.
fn tables() -> Vec<Table> {
    let names = [
        "psoftplus(0.3)",
        "sigmoid",
        "tanh",
        "elu",
        "leaky-relu(0.3)",
        "none*attenuating(1)",
        "softplus*amplifying",
    ];
    let make = |name: &str, f: Format, segments, cost: &dyn Cost| {
        let demand = Demand { segments, ..Demand::default() };
        approximate_with(&name.parse().unwrap(), f, f, &demand, cost).unwrap()
    };
    names
        .iter()
        .flat_map(|name| {
            [
                make(name, format(8, 4), Segments::Any, &GenericCost),
                make(name, format(12, 8), Segments::Any, &GenericCost),
                make(name, format(12, 8), Segments::Tree, &BitCost),
            ]
        })
        .collect()
}

/// The documented formula with plain divisions: m, then every product and sum, then v and y.
fn by_the_book(t: &Table, z: i64) -> (Vec<[i128; 3]>, i128, i128) {
    let floor = |v: i128, bits: u32| v.div_euclid(1 << bits);
    let (m, below) = match t.fold {
        Fold::Offset => (z - t.input.min_code(), false),
        _ => (z.abs(), z < 0),
    };
    let size = 1i64 << t.segment_bits;
    let (row, x) = match &t.tree {
        None => (m / size, if size == 1 { 0 } else { m % size - size / 2 }),
        Some(tree) => {
            let block = tree.blocks[(m / (1 << tree.block_bits)) as usize];
            let within = m % (1 << tree.block_bits);
            let row = block.first as i64 + within / (size >> block.shift);
            (row, (m * (1 << block.shift)) % size - size / 2)
        }
    };
    let mut wires = Vec::new();
    let mut p = 0;
    if let Some(c) = t.segments.get(row as usize) {
        p = c[t.steps.len()] as i128;
        for (i, step) in t.steps.iter().enumerate() {
            let factor = floor(x as i128, step.t);
            let product = p * factor;
            p = c[t.steps.len() - 1 - i] as i128 + floor(product, step.s);
            wires.push([factor, product, p]);
        }
    }
    let side = if below && t.fold == Fold::Magnitude { t.negative } else { t.positive };
    let slope = side.slope as i128 * m as i128;
    let slope =
        if side.slope_shift < 0 { floor(slope, -side.slope_shift as u32) } else { slope << side.slope_shift };
    let v = slope + side.constant as i128 + side.residual as i128 * p;
    let y = floor(v, t.guard);
    (wires, v, if below && t.fold == Fold::Odd { -y } else { y })
}

fn includes(range: Range, v: i128) -> bool {
    (range.lo as i128..=range.hi as i128).contains(&v)
}

#[test]
fn evaluation_and_bounds_follow_the_documented_formula() {
    for t in tables_once() {
        let b = t.bounds().unwrap();
        let (mut v_range, mut y_range) = ((i128::MAX, i128::MIN), (i128::MAX, i128::MIN));
        for z in t.input.codes() {
            if t.lowest.is_some() && z == t.input.min_code() {
                assert_eq!(Some(t.eval(z)), t.lowest);
                continue;
            }
            let (wires, v, y) = by_the_book(t, z);
            assert_eq!(t.eval(z), t.output.saturate(y), "{} at {z}", t.function());
            for (step, [factor, product, sum]) in b.steps.iter().zip(wires) {
                assert!(includes(step.factor, factor));
                assert!(includes(step.product, product));
                assert!(includes(step.sum, sum));
            }
            v_range = (v_range.0.min(v), v_range.1.max(v));
            y_range = (y_range.0.min(y), y_range.1.max(y));
        }
        assert_eq!((b.v.lo as i128, b.v.hi as i128), v_range, "{}", t.function());
        assert_eq!((b.y.lo as i128, b.y.hi as i128), y_range, "{}", t.function());
        for row in &t.segments {
            assert!(row.iter().zip(&b.coefficients).all(|(&c, r)| includes(*r, c as i128)));
        }
    }
}

#[test]
fn one_wrong_bit_breaks_the_certificate() {
    for t in tables_once() {
        assert_eq!(t.check_certificate(), Ok(true));
        let mut changed = 0;
        for k in 0..t.segments.len() {
            // A change by two ulp of any code's output cannot hide below a worst error of 1 ulp.
            for bit in [t.guard + 1, t.guard + 3] {
                let mut wrong = t.clone();
                wrong.segments[k][0] ^= 1 << bit;
                // Where the output saturates, a table may be wrong without consequence.
                let same = t.input.codes().all(|z| wrong.eval(z) == t.eval(z));
                assert_eq!(wrong.check_certificate(), Ok(same), "{} segment {k} bit {bit}", t.function());
                changed += !same as usize;
            }
        }
        assert!(changed >= t.segments.len(), "{}: {changed} of {}", t.function(), t.segments.len());
        let mut wrong = t.clone();
        wrong.positive.constant += 1 << t.guard;
        assert_eq!(wrong.check_certificate(), Ok(false));
    }
}

#[test]
fn damaged_tables_are_refused_by_name() {
    let f = format(12, 8);
    let demand = |segments| Demand { degree: Some(2), segments, ..Demand::default() };
    let make = |segments| approximate(&"psoftplus(0.3)".parse().unwrap(), f, f, &demand(segments)).unwrap();
    let good = make(Segments::Equal);
    let refuse = |damage: &dyn Fn(&mut Table), words: &str| {
        let mut t = good.clone();
        damage(&mut t);
        let message = t.validate().expect_err(words).to_string();
        assert!(message.contains(words), "{message}");
    };
    refuse(&|t| t.guard = 40, "guard is 40: use 0 to 32");
    refuse(&|t| t.segment_bits = 60, "segment_bits is 60");
    refuse(&|t| t.steps[0].t = 63, "steps[0].t is 63");
    refuse(&|t| t.steps[1].s = u32::MAX, "steps[1].s is 4294967295");
    refuse(&|t| t.steps.resize(6, t.steps[0]), "the number of Horner steps is 6");
    refuse(&|t| t.positive.residual = 2, "positive.residual is 2: use -1, 0 or 1");
    refuse(&|t| t.negative.slope_shift = i32::MIN, "negative.slope_shift is -2147483648");
    refuse(&|t| t.segments[1].push(0), "segment 1 has 4 coefficients, but 2 Horner steps need 3");
    refuse(&|t| t.segments[0].clear(), "segment 0 has 0 coefficients");
    refuse(&|t| t.segments.resize(999, vec![0; 3]), "999 segments");
    refuse(&|t| t.segments[0][1] = i64::MAX, "needs more than 63 bits");
    refuse(&|t| t.positive.slope = i64::MIN, "needs more than 63 bits");
    refuse(&|t| t.negative.constant = i64::MAX, "needs more than 63 bits");
    refuse(&|t| t.lowest = Some(5000), "lowest is 5000");
    refuse(&|t| t.input = format(30, 8), "wider than 24 bits");
    refuse(&|t| (t.fold, t.lowest) = (Fold::Offset, Some(0)), "`lowest` needs a signed input");
    let nan = gainstage_golden::func::Activation::ParametricSoftplus { a: f64::NAN };
    refuse(&|t| t.activation = nan.clone(), "a = NaN");
    let grown = make(Segments::Tree);
    let refuse = |damage: &dyn Fn(&mut gainstage_golden::approx::Tree), words: &str| {
        let mut t = grown.clone();
        damage(t.tree.as_mut().unwrap());
        let message = t.validate().expect_err(words).to_string();
        assert!(message.contains(words), "{message}");
    };
    refuse(&|t| t.block_bits = 60, "tree.block_bits is 60");
    refuse(&|t| t.blocks.truncate(1), "the number of blocks is 1: use as many as the argument reaches");
    refuse(&|t| t.blocks[1].shift = 40, "tree.blocks[1].shift is 40: use 0 to segment_bits");
    refuse(&|t| t.blocks[0].first = 999, "tree.blocks[0].first is 999: use rows that the table has");
}

#[test]
fn tables_survive_json_and_are_the_same_every_time() {
    for (t, again) in tables_once().iter().zip(tables()) {
        let text = serde_json::to_string(t).unwrap();
        assert_eq!(serde_json::from_str::<Table>(&text).unwrap(), *t);
        assert_eq!(serde_json::to_string(&again).unwrap(), text);
    }
    let t = table("sigmoid", 8, 4);
    assert!(
        serde_json::from_str::<Table>(&serde_json::to_string(&t).unwrap().replace("guard", "gard")).is_err()
    );
}

#[test]
fn the_cost_decides() {
    let f = format(14, 10);
    let function = "tanh".parse().unwrap();
    let price = |cost: &dyn Cost, t: &Table| cost.cost(&TableShape::of(t));
    let generic = table("tanh", 14, 10);
    let small = approximate_with(&function, f, f, &Demand::default(), &BitCost).unwrap();
    assert!(small.certificate.worst_ulp < 1.0);
    assert!(price(&BitCost, &small) < price(&BitCost, &generic));
    assert!(price(&GenericCost, &generic) < price(&GenericCost, &small));
    let found = candidates(&function, f, f, &Demand::default(), &BitCost).unwrap();
    assert_eq!(found[0].table, small);
    assert!(found.is_sorted_by(|a, b| a.cost <= b.cost));
    assert!(found.iter().any(|c| c.table.tree.is_some()) && found.iter().any(|c| c.table.tree.is_none()));
    assert!(found.iter().all(|c| c.table.check_certificate() == Ok(true)));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever a hand puts into the file: refused, or evaluated without panic on every code.
    #[test]
    fn a_validated_table_never_panics(
        which in 0..21usize,
        guard in 0..40u32,
        segment_bits in 0..14u32,
        steps in prop::collection::vec((0..70u32, 0..70u32), 0..4),
        rows in prop::collection::vec(prop::collection::vec(prop::num::i64::ANY.prop_map(|v| v >> 24), 3), 0..5),
        slope in prop::num::i64::ANY,
        wide in 0..64u32,
        slope_shift in -70..70i32,
        residual in -2..3i8,
        fold in prop::sample::select(vec![Fold::Offset, Fold::Magnitude, Fold::Odd]),
        replace in any::<[bool; 5]>(),
    ) {
        let mut t = tables_once()[which].clone();
        if replace[0] {
            t.guard = guard;
        }
        if replace[1] {
            t.segment_bits = segment_bits;
        }
        if replace[2] {
            t.steps = steps.iter().map(|&(t, s)| gainstage_golden::approx::Step { t, s }).collect();
        }
        if replace[3] {
            t.segments = rows;
        }
        if replace[4] {
            t.negative = gainstage_golden::approx::Side { slope: slope >> wide, slope_shift, constant: slope, residual };
            (t.positive, t.fold) = (t.negative, fold);
        }
        if t.validate().is_ok() {
            prop_assert!(t.input.codes().all(|z| t.output.contains(t.eval(z))));
        }
    }
}

fn tables_once() -> &'static [Table] {
    static TABLES: std::sync::OnceLock<Vec<Table>> = std::sync::OnceLock::new();
    TABLES.get_or_init(tables)
}
