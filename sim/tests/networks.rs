//! Random networks through Verilator, Icarus, the linters and a synthesised netlist.

mod common;

use common::{generate, have, means, random_plan, verify};
use gainstage_golden::plan::Plan;
use gainstage_hdl::arch::{estimate, network};
use gainstage_hdl::device::Family;
use gainstage_hdl::units::Multiplier;
use gainstage_hdl::wrap::{Build, Circuit};
use gainstage_sim::check::PlanModel;
use gainstage_sim::lint::{Linter, lint};
use gainstage_sim::run::Tool;
use gainstage_sim::vectors::Vectors;
use gainstage_sim::{icarus, netlist};

const FAMILIES: [(Family, f64); 4] =
    [(Family::Ecp5, 120.0), (Family::Ice40Up, 24.0), (Family::Xc7, 250.0), (Family::Generic, 50.0)];

#[test]
fn random_networks_match_in_verilator_and_icarus_and_lint_clean() {
    if ![Tool::Verilator, Tool::Iverilog, Tool::Yosys].into_iter().all(have) {
        return;
    }
    let mut networks = 0;
    for seed in 0..8 {
        let Some(plan) = random_plan(seed, 8 + seed as u32 % 6) else { continue };
        networks += 1;
        let (family, clock) = FAMILIES[seed as usize % FAMILIES.len()];
        let build = if seed % 2 == 0 { means(family, clock) } else { mixed(&plan, means(family, clock)) };
        let (dir, manifest) = generate(&plan, &build);
        let report = verify(dir.path(), &manifest, &plan, 20_000).unwrap();
        assert!(report.passed(), "seed {seed}: {:?}", report.first);
        assert_eq!(report.latency, Some(manifest.latency));

        let few = Vectors::standard(plan.inputs.clone(), &[], 1000, 2).unwrap().sample(600);
        let model = PlanModel::new(plan);
        let second = icarus::verify(dir.path(), &manifest, &few, &model, &Default::default()).unwrap();
        assert!(second.passed(), "seed {seed}, Icarus: {:?}", second.first);
        for linter in Linter::ALL {
            assert_eq!(lint(dir.path(), &manifest, linter).unwrap(), [""; 0], "seed {seed}, {linter:?}");
        }
    }
    assert!(networks >= 6, "only {networks} of 8 random networks have a plan");
}

/// Multipliers for three products more than the activations take, and adders for the other weights.
fn mixed(plan: &Plan, build: Build) -> Build {
    let dsp = |build: &Build| estimate(&network(plan.valid().unwrap(), build).unwrap().top).dsp;
    let others = dsp(&build);
    let mixed = Build { weights: Multiplier::Dsp, max_dsp: Some(others as u32 + 3), ..build };
    assert!((others + 1..=others + 3).contains(&dsp(&mixed)), "{} of {others} + 3", dsp(&mixed));
    mixed
}

#[test]
fn the_same_plan_gives_the_same_bytes() {
    let plan = (0..).find_map(|seed| random_plan(seed, 10)).unwrap();
    let build = Build::new(Family::Ecp5);
    let files = || Circuit::new(&plan, &build).unwrap().files;
    assert_eq!(files(), files());
    for file in files() {
        let names = file.text.lines().filter(|l| !l.trim_start().starts_with("//"));
        for line in names {
            let system = ["$signed", "$readmemh"];
            let dollars = line.matches('$').count();
            let calls: usize = system.iter().map(|s| line.matches(s).count()).sum();
            assert_eq!(dollars, calls, "{}: {line}", file.path);
        }
    }
}

/// Counts of the same small network, asserted so that a change of the generator shows; and the netlists for ECP5 and
/// iCE40 compute what the plan says.
#[test]
fn a_small_network_synthesises_for_every_family() {
    if !have(Tool::Yosys) || !have(Tool::Verilator) {
        return;
    }
    let plan = (0..).filter_map(|seed| random_plan(seed, 9)).find(|p| p.layers.len() == 2).unwrap();
    for (family, mhz, dsp, bram) in
        [(Family::Ecp5, 50.0, 5, 0), (Family::Ice40Up, 24.0, 3, 0), (Family::Xc7, 50.0, 5, 0)]
    {
        let build = means(family, mhz);
        let (dir, manifest) = generate(&plan, &build);
        let options = netlist::Options::new(family);
        let counts = netlist::synthesize(dir.path(), &manifest, &options).unwrap();
        println!(
            "{}: {} LUT, {} FF, {} DSP, {} BRAM",
            family.name(),
            counts.lut,
            counts.ff,
            counts.dsp,
            counts.bram
        );
        assert_eq!((counts.dsp, counts.bram), (dsp, bram), "{}", family.name());
        // Look-up tables and registers vary a little with the version of yosys.
        assert!((900..4000).contains(&counts.lut) && (200..1200).contains(&counts.ff), "{counts:?}");

        // What was said before any tool ran.
        let told = estimate(&network(plan.valid().unwrap(), &build).unwrap().top);
        let near = |told: u64, counted: u64| told.abs_diff(counted) as f64 <= 0.3 * counted as f64;
        assert_eq!((told.dsp, told.bram), (dsp, bram), "{}: {told:?}", family.name());
        assert!(
            near(told.lut, counts.lut) && near(told.ff, counts.ff),
            "{}: {told:?}, {counts:?}",
            family.name()
        );

        let out = tempfile::tempdir().unwrap();
        let (gates, soft) =
            netlist::netlist(dir.path(), &manifest, out.path(), &netlist::Options::logic(family)).unwrap();
        assert_eq!((soft.dsp, soft.bram), (0, 0), "the netlist under test has neither");
        let report = verify(out.path(), &gates, &plan, 3000).unwrap();
        assert!(report.passed(), "{}: {:?}", family.name(), report.first);
    }
}
