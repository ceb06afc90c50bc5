//! Hard multipliers and block RAM that synthesis takes for each unit at 8, 12 and 16 bits, per family.

mod common;

use common::{generate, have, means};
use gainstage_golden::approx::{Demand, approximate};
use gainstage_golden::func::Function;
use gainstage_golden::num::Format;
use gainstage_golden::plan::Plan;
use gainstage_hdl::device::Family;
use gainstage_sim::netlist::{Options, synthesize};
use gainstage_sim::run::Tool;

const FAMILIES: [(Family, f64); 3] = [(Family::Ecp5, 100.0), (Family::Ice40Up, 24.0), (Family::Xc7, 150.0)];

fn code(width: u32, whole: u32) -> Format {
    Format::new(true, width, width as i32 - whole as i32).expect("a format")
}

/// Hard multipliers of a plan for each family; no unit takes block RAM here.
fn multipliers(plan: &Plan) -> [u64; 3] {
    FAMILIES.map(|(family, mhz)| {
        let (dir, manifest) = generate(plan, &means(family, mhz));
        let counts = synthesize(dir.path(), &manifest, &Options::new(family)).expect("synthesised");
        assert_eq!(counts.bram, 0, "{} for {family}: {counts:?}", plan.name);
        counts.dsp
    })
}

fn at_every_width(unit: impl Fn(u32) -> Plan, expected: [(u32, [u64; 3]); 3]) {
    for (width, dsp) in expected {
        let plan = unit(width);
        assert_eq!(multipliers(&plan), dsp, "{} of {width} bits: ECP5, iCE40UP, Xilinx 7", plan.name);
    }
}

#[test]
fn of_squarers() {
    if have(Tool::Yosys) {
        let squarer = |width| Plan::of_squarer("squarer", code(width, 4), code(width, 8));
        at_every_width(squarer, [(8, [1; 3]), (12, [1; 3]), (16, [1; 3])]);
    }
}

#[test]
fn of_dividers() {
    if have(Tool::Yosys) {
        let divider =
            |width| Plan::of_attenuator("divider", 1i64 << (2 * (width - 4)), code(width, 4), code(width, 1));
        at_every_width(divider, [(8, [1; 3]), (12, [1, 1, 4]), (16, [5, 1, 5])]);
    }
}

#[test]
fn of_tables() {
    if have(Tool::Yosys) {
        let [sigmoid, attenuator] = ["sigmoid", "none*attenuating(1)"].map(|name| {
            let function: Function = name.parse().expect("a function");
            move |width| {
                let found = approximate(&function, code(width, 4), code(width, 1), &Demand::default());
                Plan::of_table("curve", found.expect("a table"))
            }
        });
        at_every_width(sigmoid, [(8, [1, 0, 0]), (12, [2, 1, 1]), (16, [2, 2, 2])]);
        at_every_width(attenuator, [(8, [1, 0, 0]), (12, [3, 1, 2]), (16, [3, 3, 3])]);
    }
}
