//! The placed registers: period kept, values aligned.

mod common;

use common::{Random, modules};
use gainstage_hdl::device::{Family, Target};
use gainstage_hdl::expr::Graph;
use gainstage_hdl::module::Module;

#[test]
fn cycle_by_cycle_the_outputs_are_the_function_delayed_by_the_latency() {
    for m in modules() {
        let mut random = Random(7);
        let rows: Vec<Vec<i64>> = (0..200 + m.latency()).map(|_| random.inputs(m.graph())).collect();
        let shown = m.simulate(&rows);
        for (t, row) in rows.iter().take(200).enumerate() {
            let want = m.evaluate(row);
            assert_eq!(shown[t + m.latency() as usize], want, "{} cycle {t}, inputs {row:?}", m.name());
        }
    }
}

#[test]
fn no_path_is_longer_than_the_period_unless_it_is_one_operation() {
    for m in modules() {
        let budget = m.target().budget_ns();
        let slow: Vec<u32> = m.schedule().slow.iter().map(|s| s.stage).collect();
        for place in m.schedule().places.iter().flatten() {
            assert!(
                place.arrival <= budget.max(0.0) || slow.contains(&place.stage),
                "{}: {place:?}",
                m.name()
            );
            assert!(place.stage <= place.last && place.last <= m.latency());
        }
    }
}

#[test]
fn a_faster_clock_never_takes_fewer_stages() {
    let latency = |mhz| {
        let target = Target::new(Family::Ecp5).with_clock(mhz);
        Module::new("m", "", common::arithmetic(), &target).latency()
    };
    let all = [10.0, 50.0, 100.0, 200.0, 400.0].map(latency);
    assert!(all.is_sorted(), "{all:?}");
    assert!(all[0] < all[4], "{all:?}");
}

#[test]
fn narrow_values_are_delayed_rather_than_wide_ones() {
    // A square of 16 bits is 31 bits wide: its operand should wait, not the product.
    let target = Target::new(Family::Generic);
    let mut g = Graph::new();
    let (a, b) = (g.input_range("a", 0, 65535), g.input_range("b", 0, 65535));
    let quick = g.square(a);
    let mut slow = b;
    for _ in 0..4 {
        slow = g.square(slow);
        slow = g.shr(slow, 16);
    }
    let sum = g.add(quick, slow);
    g.output_range("y", sum);
    let m = Module::new("m", "", g, &target);
    let places = &m.schedule().places;
    assert!(m.latency() >= 4);
    assert!(places[quick.index()].is_some_and(|p| p.last - p.stage <= 1), "the square waits");
}

#[test]
fn an_operation_longer_than_the_period_is_reported_and_stands_alone() {
    let target = Target::new(Family::Generic).with_clock(180.0);
    let mut g = Graph::new();
    let (a, b) = (g.input_range("a", 0, 999), g.input_range("b", -999, 999));
    let sum = g.add(a, b);
    let product = g.mul(sum, sum);
    let y = g.add(product, a);
    g.output_range("y", y);
    let m = Module::new("m", "", g, &target);
    let slow = &m.schedule().slow;
    assert_eq!(slow.len(), 1);
    assert_eq!(slow[0].what, "mul 12x12");
    assert_eq!((slow[0].stage, m.latency()), (1, 3));
    assert!(m.schedule().achieved_ns > 1000.0 / 180.0);
}

#[test]
fn a_quick_product_uses_the_registers_of_its_block() {
    let mut g = Graph::new();
    let (a, b) = (g.input_range("a", -999, 999), g.input_range("b", -999, 999));
    let product = g.mul(a, b);
    g.output_range("y", product);
    let placed = |mhz| Module::new("m", "", g.clone(), &Target::new(Family::Ecp5).with_clock(mhz));
    for (mhz, inside) in [(80.0, 0), (180.0, 1), (300.0, 3)] {
        let m = placed(mhz);
        assert_eq!(m.schedule().inside(product), inside, "{mhz} MHz");
        // The block's registers are none of the fabric's.
        assert_eq!(m.schedule().register_bits, u64::from(m.latency() - inside) * 21, "{mhz} MHz");
        assert!(m.schedule().achieved_ns <= 1000.0 / mhz, "{mhz} MHz");
    }
    let without =
        Module::new("m", "", g.clone(), &Target::new(Family::Ecp5).with_clock(180.0).with_dsp(false));
    assert_eq!(without.schedule().inside(product), 0);
}
