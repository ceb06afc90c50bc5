//! The AXI4-Stream wrapper: random stalls, protocol, throughput, lint; and faults that must be seen.

mod common;

use common::{generate, have, means, random_plan};
use gainstage_golden::plan::Plan;
use gainstage_hdl::device::Family;
use gainstage_hdl::wrap::manifest::{Architecture, Files, Manifest};
use gainstage_hdl::wrap::{Build, STREAM_DIR, Stream};
use gainstage_sim::check::PlanModel;
use gainstage_sim::lint::{Linter, lint};
use gainstage_sim::run::Tool;
use gainstage_sim::stream::{Options, Report, verify};
use gainstage_sim::vectors::Vectors;
use std::path::Path;
use std::time::Duration;
use tempfile::TempDir;

/// A random network of one layer or more, with its wrapper beside it.
fn wrapped(clock_mhz: f64) -> (TempDir, Manifest, Plan) {
    wrapped_as(means(Family::Ecp5, clock_mhz))
}

fn wrapped_as(means: Build) -> (TempDir, Manifest, Plan) {
    let plan = (2..).find_map(|seed| random_plan(seed, 11)).expect("some seed has a plan");
    let (dir, manifest) = generate(&plan, &means);
    std::fs::create_dir(dir.path().join(STREAM_DIR)).expect("writable");
    for file in Stream::new(&manifest).files(&manifest) {
        std::fs::write(dir.path().join(&file.path), &file.text).expect("writable");
    }
    (dir, manifest, plan)
}

fn run(dir: &Path, manifest: &Manifest, plan: &Plan, beats: u64, stall: bool) -> Report {
    let vectors = Vectors::new(plan.inputs.clone()).corners(1).random(5000, 3);
    let options = Options { beats, seed: 5, stall, limit: Duration::from_secs(600) };
    verify(dir, manifest, &vectors, &PlanModel::new(plan.clone()), &options).expect("it runs")
}

fn break_it(dir: &Path, manifest: &Manifest, from: &str, to: &str) {
    let path = dir.join(STREAM_DIR).join(format!("{}_gainstage_stream.v", manifest.top));
    let text = std::fs::read_to_string(&path).expect("there");
    assert!(text.contains(from), "{from}");
    std::fs::write(&path, text.replacen(from, to, 1)).expect("writable");
}

#[test]
fn stalls_lose_nothing_and_cost_no_throughput() {
    if !have(Tool::Verilator) {
        return;
    }
    let (dir, manifest, plan) = wrapped(150.0);
    // More of them, and what came out: `make axi-stream`.
    let beats = std::env::var("GAINSTAGE_BEATS").map_or(100_000, |n| n.parse().expect("a number of beats"));
    let report = run(dir.path(), &manifest, &plan, beats, true);
    println!("{report:?}");
    assert!(report.passed() && report.beats == beats, "{report:?}");
    let report = run(dir.path(), &manifest, &plan, 20_000, false);
    assert!(report.passed(), "{report:?}");
    // Nobody stalls: a result every clock from the first to the last.
    assert_eq!(report.span, 19_999);
}

/// Cores that take a sample only now and then: nothing lost, and not a clock more than their interval.
#[test]
fn shared_multipliers_behind_a_stream() {
    if !have(Tool::Verilator) {
        return;
    }
    for (architecture, interval) in [(Architecture::Folded, Some(7)), (Architecture::Sequential, None)] {
        let build = Build { architecture, interval, ..means(Family::Ecp5, 100.0) };
        let (dir, manifest, plan) = wrapped_as(build);
        assert!(manifest.interval > 1 && manifest.in_ready.is_some(), "{architecture:?}");
        let report = run(dir.path(), &manifest, &plan, 20_000, true);
        assert!(report.passed() && report.beats == 20_000, "{architecture:?}: {report:?}");
        let report = run(dir.path(), &manifest, &plan, 3000, false);
        assert!(report.passed(), "{architecture:?}: {report:?}");
        assert_eq!(report.span, 2999 * u64::from(manifest.interval), "{architecture:?}");
    }
}

#[test]
fn a_wrapper_that_loses_reorders_or_forgets_is_caught() {
    if !have(Tool::Verilator) {
        return;
    }
    let faults = [
        ("~used[SLOT_BITS]", "1'b1"),
        ("last_slots[taken] <= in_last", "last_slots[filled] <= in_last"),
        ("(out_ready | ~out_valid)", "1'b1"),
    ];
    for (from, to) in faults {
        let (dir, manifest, plan) = wrapped(150.0);
        break_it(dir.path(), &manifest, from, to);
        let report = run(dir.path(), &manifest, &plan, 20_000, true);
        assert!(!report.passed(), "{from} -> {to} was not seen");
    }
}

#[test]
fn the_wrapper_is_lint_clean() {
    let (dir, manifest, _) = wrapped(80.0);
    let stream = Stream::new(&manifest);
    let verilog = stream.files(&manifest).into_iter().map(|f| f.path);
    let verilog = manifest.files.verilog.iter().cloned().chain(verilog).collect();
    let files = Files { verilog, roms: manifest.files.roms.clone() };
    let whole = Manifest { top: stream.module, files, ..manifest };
    for linter in Linter::ALL {
        if have(linter.tool()) {
            assert_eq!(lint(dir.path(), &whole, linter).expect("it runs"), [""; 0], "{linter:?}");
        }
    }
}
