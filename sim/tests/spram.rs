//! Sequential circuits whose weights are loaded into SPRAM: the bits of the plan in two simulators and as a netlist, and what
//! is seen of weights that are wrong, or that are not all there.

mod common;

use common::{generate, have, means, random_plan, verify};
use gainstage_golden::plan::Plan;
use gainstage_hdl::device::Family;
use gainstage_hdl::options::WeightsIn;
use gainstage_hdl::wrap::manifest::{Architecture, Manifest};
use gainstage_hdl::wrap::{Build, Circuit};
use gainstage_sim::check::PlanModel;
use gainstage_sim::icarus;
use gainstage_sim::lint::{Linter, lint};
use gainstage_sim::netlist::{Options, synthesize};
use gainstage_sim::run::Tool;
use gainstage_sim::subset;
use gainstage_sim::vectors::Vectors;

/// Weights in SPRAM, with as many multipliers as an interval takes.
fn loaded(mhz: f64, interval: Option<u32>) -> Build {
    Build {
        architecture: Architecture::Sequential,
        weights_in: WeightsIn::Spram,
        interval,
        ..means(Family::Ice40Up, mhz)
    }
}

fn plans() -> impl Iterator<Item = Plan> {
    (0..).filter_map(|seed| random_plan(seed, 6 + seed as u32 % 12))
}

/// An interval that takes several multipliers: the shortest of some shares of what one takes.
fn quicker(plan: &Plan) -> Option<u32> {
    let of = |interval| Circuit::new(plan, &loaded(24.0, interval)).ok();
    let alone = of(None).expect("a circuit").manifest.interval;
    (5..10).map(|tenths| alone * tenths / 10).find(|&clocks| of(Some(clocks)).is_some())
}

fn few(plan: &Plan, count: u64) -> Vectors {
    Vectors::standard(plan.inputs.clone(), &[], 1000, 2).expect("formats of a plan").sample(count)
}

/// Bits of a word of weights, as its file has them.
fn parts(dir: &std::path::Path, manifest: &Manifest) -> u32 {
    let engine = manifest.files.verilog.iter().find(|f| f.ends_with("_engine0.v")).expect("an engine");
    let text = std::fs::read_to_string(dir.join(engine)).expect("readable");
    text.matches("ram_style = \"huge\"").count() as u32
}

#[test]
fn loaded_weights_give_the_bits_of_the_plan() {
    if ![Tool::Verilator, Tool::Iverilog, Tool::Yosys].into_iter().all(have) {
        return;
    }
    let mut words = Vec::new();
    for (plan, quick) in plans().zip([false, true, false, true]) {
        let interval = if quick { quicker(&plan) } else { None };
        let (dir, manifest) = generate(&plan, &loaded(24.0, interval));
        let at = format!("{} {interval:?} {}", plan.name, dir.path().display());
        subset::check(dir.path(), &manifest).expect("the generator's subset");
        let report = verify(dir.path(), &manifest, &plan, 2000).expect("it runs");
        assert!(report.passed(), "{at}: {}", report.first.expect("a mismatch"));
        assert_eq!((report.latency, report.interval), (Some(manifest.latency), Some(manifest.interval)));
        let model = PlanModel::new(plan.clone());
        let second = icarus::verify(dir.path(), &manifest, &few(&plan, 60), &model, &Default::default());
        assert!(second.as_ref().is_ok_and(icarus_passed), "{at}, Icarus: {second:?}");
        for linter in Linter::ALL {
            assert_eq!(lint(dir.path(), &manifest, linter).expect("it runs"), [""; 0], "{at}, {linter:?}");
        }
        words.push(parts(dir.path(), &manifest));
    }
    // Words of one part and of several.
    assert!(words.contains(&1) && words.iter().any(|&n| n > 1), "{words:?}");
}

fn icarus_passed(report: &gainstage_sim::check::Report) -> bool {
    report.passed()
}

/// yosys makes a block of SPRAM of each memory of weights.
#[test]
fn synthesis_takes_spram() {
    if !have(Tool::Yosys) {
        return;
    }
    let plan = plans().next().expect("a plan");
    let (dir, manifest) = generate(&plan, &loaded(24.0, None));
    let counts =
        synthesize(dir.path(), &manifest, &Options::new(Family::Ice40Up)).expect("it is synthesised");
    assert_eq!(counts.spram, u64::from(parts(dir.path(), &manifest)), "{counts:?}");
    assert!(counts.spram > 0, "{counts:?}");
}

/// A flipped bit is a mismatch; a word too few or too many is no circuit that runs.
#[test]
fn wrong_weights_are_seen() {
    if !have(Tool::Verilator) {
        return;
    }
    let plan = plans().next().expect("a plan");
    let (dir, manifest) = generate(&plan, &loaded(24.0, None));
    let load = manifest.load.as_ref().expect("weights that are loaded");
    let path = dir.path().join(&load.file);
    let text = std::fs::read_to_string(&path).expect("readable");
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    assert_eq!(lines.len(), load.words as usize);
    let run = |lines: &[String]| {
        std::fs::write(&path, lines.join("\n") + "\n").expect("writable");
        verify(dir.path(), &manifest, &plan, 500).map_err(|e| e.to_string())
    };
    assert!(run(&lines).expect("it runs").passed());
    let flipped = u32::from_str_radix(&lines[0], 16).expect("a word") ^ 2;
    let right = std::mem::replace(&mut lines[0], format!("{flipped:04x}"));
    let report = run(&lines).expect("it runs");
    let first = report.first.expect("a mismatch");
    let located = first.located.as_ref().expect("a neuron");
    assert_eq!((located.layer, located.neuron), (0, 0), "{first}");
    lines[0] = right;
    let last = lines.pop().expect("a word");
    let short = run(&lines).expect_err("a word too few");
    assert!(short.contains(&format!("not loaded by {} words", load.words - 1)), "{short}");
    lines.extend([last.clone(), last]);
    let long = run(&lines).expect_err("a word too many");
    assert!(long.contains("loaded or ready before all"), "{long}");
}
