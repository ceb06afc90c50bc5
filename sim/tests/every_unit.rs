//! Every unit there is, side by side in one circuit, on every input code. `GAINSTAGE_UNIT_BITS` names other widths than 8, 12
//! and 16 (`make verify-units` takes 18).

mod common;

use common::{generate, have, means, verify};
use gainstage_golden::approx::{Demand, approximate};
use gainstage_golden::func::{Activation, Function, Kind};
use gainstage_golden::num::Format;
use gainstage_golden::plan::{Plan, Stage};
use gainstage_hdl::device::Family;
use gainstage_hdl::wrap::Build;
use gainstage_hdl::wrap::manifest::Architecture;
use gainstage_sim::run::Tool;

/// `width` bits with `whole` of them before the point, the sign included.
fn code(width: u32, whole: u32) -> Format {
    Format::new(true, width, width as i32 - whole as i32).expect("a format")
}

/// Activations with the bits before the point that |H| < 8, H² and H/(H²+1) want, sign included, for |x| ≤ 8.
fn functions() -> Vec<(Activation, [u32; 3])> {
    let formula = "{x*exp(-x^2)}".parse::<Function>().expect("a formula").activation;
    vec![
        (Activation::None, [4, 8, 1]),
        (Activation::LeakyRelu { slope: 0.3 }, [4, 8, 1]),
        (Activation::Elu, [4, 8, 1]),
        (Activation::Softplus, [5, 8, 1]),
        (Activation::ParametricSoftplus { a: 0.3 }, [5, 8, 1]),
        (Activation::Sigmoid, [1, 1, 1]),
        (Activation::Tanh, [2, 2, 1]),
        (formula, [1, 1, 1]),
    ]
}

/// Each unit as a plan of its own: tables of every activation and kind, squarer, divider, requantizers that round,
/// saturate and widen.
fn units(width: u32) -> Vec<Plan> {
    let x = code(width, 4);
    let kinds = [Kind::Ordinary, Kind::Amplifying, Kind::Attenuating { b: 1.0 }];
    let tables = functions().into_iter().flat_map(|(activation, whole)| {
        kinds.into_iter().zip(whole).map(move |(kind, whole)| {
            let function = Function::new(activation.clone(), kind);
            let table = approximate(&function, x, code(width, whole), &Demand::default());
            Plan::of_table(
                "single_table",
                table.unwrap_or_else(|e| panic!("{function} at {width} bits: {e}")),
            )
        })
    });
    let linear = [(width - 3, 4), (width - 2, 2), (width + 3, 5)].map(|(bits, whole)| {
        let mut plan = Plan::of_squarer("linear", x, x);
        plan.layers[0].neurons[0].stage = Stage::Linear { y: code(bits, whole) };
        plan
    });
    let one = 1 << (2 * x.frac);
    let tails = [
        Plan::of_squarer("squarer", x, code(width, 8)),
        Plan::of_squarer("saturating_squarer", x, code(width, 3)),
        Plan::of_attenuator("attenuator", one, x, code(width, 1)),
        Plan::of_attenuator("steep_attenuator", one / 37, x, code(width, 3)),
    ];
    tables.chain(tails).chain(linear).collect()
}

/// One layer of all their neurons on the same input.
fn side_by_side(name: &str, plans: Vec<Plan>) -> Plan {
    let mut plans = plans.into_iter();
    let mut all = plans.next().expect("a unit");
    all.name = name.into();
    for plan in plans {
        let before = all.tables.len();
        all.tables.extend(plan.tables);
        all.layers[0].neurons.extend(plan.layers.into_iter().flat_map(|l| l.neurons).map(|mut neuron| {
            if let Stage::Fused { table, .. } = &mut neuron.stage {
                *table += before;
            }
            neuron
        }));
    }
    all.validate().expect("a plan");
    all
}

fn widths() -> Vec<u32> {
    let named = std::env::var("GAINSTAGE_UNIT_BITS").unwrap_or_else(|_| "8,12,16".into());
    named
        .split(',')
        .map(|bits| bits.trim().parse().expect("GAINSTAGE_UNIT_BITS: widths and commas"))
        .collect()
}

#[test]
fn every_unit_on_every_code() {
    if !have(Tool::Verilator) {
        return;
    }
    let families = [(Family::Ice40Up, 24.0), (Family::Xc7, 200.0), (Family::Ecp5, 150.0)];
    for (width, (family, clock)) in widths().into_iter().zip(families.into_iter().cycle()) {
        let plan = side_by_side(&format!("units{width}"), units(width));
        let build = means(family, clock);
        let shared = Build { architecture: Architecture::Folded, interval: Some(64), ..build.clone() };
        for build in [build, shared] {
            let (dir, manifest) = generate(&plan, &build);
            let report = verify(dir.path(), &manifest, &plan, 0).expect("it runs");
            let at = format!("{width} bits, {family}, {:?}", build.architecture);
            assert!(report.passed(), "{at}: {:?}", report.first);
            assert!(report.samples >= 1 << width, "{at}: {} samples", report.samples);
            println!("{at}: {} units, {} samples", plan.layers[0].neurons.len(), report.samples);
        }
    }
}
