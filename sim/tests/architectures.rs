//! Folded and sequential circuits: the bits of the plan, the clocks of the manifest, the same Verilog for other weights.

mod common;

use common::{HEADS, classifier, generate, have, means, random_plan, verify};
use gainstage_golden::plan::Plan;
use gainstage_hdl::device::{Divider, Family};
use gainstage_hdl::wrap::manifest::Architecture;
use gainstage_hdl::wrap::{Build, Circuit};
use gainstage_sim::check::PlanModel;
use gainstage_sim::icarus;
use gainstage_sim::lint::{Linter, lint};
use gainstage_sim::netlist::{Options, synthesize};
use gainstage_sim::run::Tool;
use gainstage_sim::vectors::Vectors;

fn sequential(family: Family, mhz: f64) -> Build {
    Build { architecture: Architecture::Sequential, ..means(family, mhz) }
}

fn folded(family: Family, mhz: f64, interval: u32) -> Build {
    Build { architecture: Architecture::Folded, interval: Some(interval), ..means(family, mhz) }
}

fn plans() -> impl Iterator<Item = Plan> {
    (0..).filter_map(|seed| random_plan(seed, 8 + seed as u32 % 9))
}

#[test]
fn random_networks_match_in_every_architecture() {
    if ![Tool::Verilator, Tool::Iverilog, Tool::Yosys].into_iter().all(have) {
        return;
    }
    let builds = [
        sequential(Family::Ice40Up, 24.0),
        Build { divider: Divider::Radix4, divider_rows: Some(2), ..folded(Family::Ecp5, 100.0, 6) },
        sequential(Family::Ecp5, 150.0),
        folded(Family::Generic, 40.0, 12),
    ];
    for (plan, build) in plans().zip(builds) {
        let (dir, manifest) = generate(&plan, &build);
        let at = format!("{} {:?} {}", plan.name, build.architecture, dir.path().display());
        let report = verify(dir.path(), &manifest, &plan, 3000).unwrap();
        assert!(report.passed(), "{at}: {}", report.first.unwrap());
        assert_eq!((report.latency, report.interval), (Some(manifest.latency), Some(manifest.interval)));
        assert!(build.interval.is_none_or(|most| manifest.interval <= most), "{at}: {}", manifest.interval);

        let few = Vectors::standard(plan.inputs.clone(), &[], 1000, 2).unwrap().sample(100);
        let model = PlanModel::new(plan);
        let second = icarus::verify(dir.path(), &manifest, &few, &model, &Default::default()).unwrap();
        assert!(second.passed(), "{at}, Icarus: {}", second.first.unwrap());
        for linter in Linter::ALL {
            assert_eq!(lint(dir.path(), &manifest, linter).unwrap(), [""; 0], "{at}, {linter:?}");
        }
    }
}

/// Classes, classes in order, margins and probabilities: the same codes in every architecture, in two simulators.
#[test]
fn decisions_match_in_every_architecture() {
    if ![Tool::Verilator, Tool::Iverilog, Tool::Yosys].into_iter().all(have) {
        return;
    }
    let (mut kinds, mut single, mut samples) = (0, 0, 0);
    for seed in 0..15 {
        let Some(plan) = classifier(seed, 7 + seed as u32 % 5, seed) else { continue };
        let build = match seed % 3 {
            0 => means(Family::Ecp5, 150.0),
            1 => folded(Family::Generic, 60.0, 10),
            _ => sequential(Family::Ice40Up, 24.0),
        };
        let (dir, manifest) = generate(&plan, &build);
        let at = format!("seed {seed}, {:?}, {:?}", plan.argmax, build.architecture);
        let report = verify(dir.path(), &manifest, &plan, 3000).unwrap();
        assert!(report.passed() && report.samples >= 3000, "{at}: {}", report.first.unwrap());
        let few = Vectors::standard(plan.inputs.clone(), &[], 1000, 2).unwrap().sample(100);
        let model = PlanModel::new(plan.clone());
        let second = icarus::verify(dir.path(), &manifest, &few, &model, &Default::default()).unwrap();
        assert!(second.passed(), "{at}, Icarus: {}", second.first.unwrap());
        for linter in Linter::ALL {
            assert_eq!(lint(dir.path(), &manifest, linter).unwrap(), [""; 0], "{at}, {linter:?}");
        }
        single += usize::from(plan.score_formats().len() == 1);
        samples += report.samples + second.samples;
        kinds |= 1 << (seed % HEADS);
    }
    println!("{samples} samples");
    assert!(kinds == 0b11111 && single > 0, "kinds {kinds:b}, {single} of a single score");
}

/// Short memories go to look-up tables and long ones to block RAM, in the eyes of every family's synthesis.
#[test]
fn memories_are_mapped_for_every_family() {
    if !have(Tool::Yosys) {
        return;
    }
    let plan = plans().find(|p| p.layers.len() == 2).unwrap();
    for (family, mhz) in [(Family::Ice40Up, 24.0), (Family::Ecp5, 60.0), (Family::Xc7, 60.0)] {
        let (dir, manifest) = generate(&plan, &folded(family, mhz, 12));
        let styles = |style: &str| {
            let texts =
                manifest.files.verilog.iter().map(|f| std::fs::read_to_string(dir.path().join(f)).unwrap());
            texts.map(|t| t.matches(style).count()).sum::<usize>()
        };
        assert!(styles("syn_romstyle = \"logic\"") > 0, "no short memory in this circuit");
        let counts =
            synthesize(dir.path(), &manifest, &Options::new(family)).expect("all memories are mapped");
        assert!(
            counts.dsp > 0 && counts.bram <= styles("rom_style = \"block\"") as u64,
            "{family}: {counts:?}"
        );
    }
}

/// Other weights and biases in the same formats are other memory files, and nothing else.
#[test]
fn swapped_memories_make_another_network() {
    if !have(Tool::Verilator) {
        return;
    }
    let plan = plans().find(|p| p.layers.len() == 3).unwrap();
    let mut other = plan.clone();
    for (i, neuron) in other.layers.iter_mut().flat_map(|l| &mut l.neurons).enumerate() {
        neuron.weights.reverse();
        neuron.weights[0] = if i % 2 == 0 { neuron.weight.max_code() } else { neuron.weight.min_code() };
        neuron.bias = -neuron.bias / 2 + 1;
    }
    other.validate().unwrap();
    for build in [sequential(Family::Ice40Up, 24.0), folded(Family::Ecp5, 100.0, 8)] {
        let (dir, manifest) = generate(&plan, &build);
        let swapped = Circuit::new(&other, &build).unwrap();
        let mut changed = 0;
        for file in &swapped.files {
            let path = dir.path().join(&file.path);
            let same = std::fs::read_to_string(&path).unwrap() == file.text;
            if file.path.ends_with(".mem") {
                changed += usize::from(!same);
                std::fs::write(path, &file.text).unwrap();
            } else {
                assert!(same || file.path == "plan.json", "{} depends on weights", file.path);
            }
        }
        assert!(changed >= 2, "only {changed} memories differ");
        let report = verify(dir.path(), &manifest, &other, 2000).unwrap();
        assert!(report.passed(), "{:?}: {}", build.architecture, report.first.unwrap());
        assert!(
            !verify(dir.path(), &manifest, &plan, 2000).unwrap().passed(),
            "the old weights are still there"
        );
    }
}
