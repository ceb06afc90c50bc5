//! Units alone in Verilator: every input code, several formats, clocks and ways of building them, bit for bit.

mod common;

use common::{generate, have, means, verify};
use gainstage_golden::approx::{BitCost, Demand, Segments, approximate_with};
use gainstage_golden::num::Format;
use gainstage_golden::plan::Plan;
use gainstage_hdl::device::{Divider, Family};
use gainstage_hdl::wrap::Build;
use gainstage_sim::run::Tool;

fn s(width: u32, frac: i32) -> Format {
    Format::new(true, width, frac).unwrap()
}

/// Every code of the unit's input, for each clock: no mismatch, and the latency the manifest states.
fn every_code(plan: &Plan, clocks: &[f64]) {
    clocks.iter().for_each(|&mhz| every_code_of(plan, &means(Family::Ecp5, mhz)));
}

fn every_code_of(plan: &Plan, build: &Build) {
    let (dir, manifest) = generate(plan, build);
    let report = verify(dir.path(), &manifest, plan, 0).unwrap();
    let codes = 1u64 << plan.inputs[0].width;
    assert!(report.passed(), "{}, {build:?}: {:?}", plan.name, report.first);
    assert_eq!(report.latency, Some(manifest.latency));
    assert!(report.samples >= codes, "{} of {codes} codes", report.samples);
}

#[test]
fn squarers() {
    if !have(Tool::Verilator) {
        return;
    }
    for (h, y) in [(s(8, 4), s(8, 2)), (s(12, -2), s(14, -6)), (s(16, 11), s(16, 8))] {
        every_code(&Plan::of_squarer("squarer", h, y), &[25.0, 240.0]);
    }
}

/// Every algorithm at every width; what it is, no bit tells.
#[test]
fn attenuators() {
    if !have(Tool::Verilator) {
        return;
    }
    let ways = [
        (Divider::Radix2, None, 20.0),
        (Divider::Radix2, Some(1), 200.0),
        (Divider::Radix4, Some(2), 100.0),
        (Divider::Corrected, None, 150.0),
    ];
    for (b, h, y) in [(1 << 8, s(8, 4), s(8, 7)), (9000, s(12, 6), s(12, 9)), (1 << 24, s(16, 12), s(16, 15))]
    {
        let plan = Plan::of_attenuator("attenuator", b, h, y);
        for (divider, divider_rows, clock_mhz) in ways {
            let build = Build { clock_mhz, divider, divider_rows, ..Build::new(Family::Ecp5) };
            every_code_of(&plan, &build);
        }
    }
}

/// Segments of several lengths and every degree: the smallest tables of three functions at 8, 12 and 16 bits.
#[test]
fn tables_of_unequal_segments() {
    if !have(Tool::Verilator) {
        return;
    }
    let sizes = [(8, 4, 7, None), (12, 8, 11, Some(1)), (16, 12, 15, Some(2)), (16, 12, 15, Some(4))];
    for name in ["sigmoid", "none*attenuating(1)", "softplus*attenuating(1)"] {
        for (width, input, output, degree) in sizes {
            let demand = Demand { degree, segments: Segments::Tree, ..Demand::default() };
            let (z, y) = (s(width, input), s(width, output));
            let table = approximate_with(&name.parse().unwrap(), z, y, &demand, &BitCost).unwrap();
            assert!(table.tree.is_some() && table.certificate.worst_ulp < 1.0);
            every_code(&Plan::of_table("curve", table), &[150.0]);
        }
    }
}
