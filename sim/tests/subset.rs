//! Generated Verilog lies in its subset, and what does not is refused before a tool sees it.

mod common;

use common::{generate, means, random_plan};
use gainstage_golden::num::Format;
use gainstage_golden::plan::Plan;
use gainstage_hdl::device::{Divider, Family};
use gainstage_hdl::units::Multiplier;
use gainstage_hdl::wrap::manifest::{Architecture, Manifest};
use gainstage_hdl::wrap::{Build, Circuit};
use gainstage_sim::lint::{Linter, lint};
use gainstage_sim::vectors::Vectors;
use gainstage_sim::{SimError, check, icarus, netlist, subset};
use std::path::Path;

const ARCHITECTURES: [Architecture; 3] =
    [Architecture::Parallel, Architecture::Folded, Architecture::Sequential];

const FAMILIES: [Family; 6] =
    [Family::Generic, Family::Ecp5, Family::Ice40, Family::Ice40Up, Family::Nexus, Family::Xc7];

fn refusal(dir: &Path, manifest: &Manifest) -> Option<String> {
    match subset::check(dir, manifest) {
        Ok(()) => None,
        Err(e @ SimError::Refused { .. }) => Some(e.to_string()),
        Err(e) => panic!("{e}"),
    }
}

#[test]
fn every_sort_of_circuit_lies_in_the_subset() {
    let mut checked = 0;
    for seed in 0..18 {
        let Some(plan) = random_plan(seed, 6 + seed as u32 % 12) else { continue };
        let family = FAMILIES[seed as usize % FAMILIES.len()];
        for architecture in ARCHITECTURES {
            let divider =
                [Divider::Auto, Divider::Radix2, Divider::Radix4, Divider::Corrected][seed as usize % 4];
            let weights = if seed % 3 == 0 { Multiplier::Dsp } else { Multiplier::ShiftAdd };
            let build = Build { architecture, divider, weights, ..means(family, family.default_clock_mhz()) };
            if Circuit::new(&plan, &build).is_err() {
                continue;
            }
            let (dir, manifest) = generate(&plan, &build);
            assert_eq!(refusal(dir.path(), &manifest), None, "seed {seed} {family} {architecture:?}");
            checked += 1;
        }
    }
    assert!(checked >= 30, "{checked} circuits");
}

/// Each change is refused, with its reason and, where it is in a file, with its line.
#[test]
fn what_the_generator_would_not_write_is_refused_and_never_run() {
    let plan = (0..).filter_map(|seed| random_plan(seed, 8)).find(|p| !p.tables.is_empty()).expect("one");
    let (dir, manifest) = generate(&plan, &means(Family::Ecp5, 120.0));
    let top = dir.path().join(manifest.files.verilog.last().expect("files"));
    let top = manifest
        .files
        .verilog
        .iter()
        .map(|f| dir.path().join(f))
        .find(|p| p.file_stem().is_some_and(|s| s == manifest.top.as_str()))
        .unwrap_or(top);
    let text = std::fs::read_to_string(&top).expect("the top module");
    let before_end = |item: &str| text.replace("endmodule", &format!("{item}\nendmodule"));
    let valid = "if (rst) valid_pipe <= 1'b0;";
    let lines = text.split_inclusive('\n').filter(|l| !l.contains("valid_pipe <= "));
    let undriven: String = lines.collect();
    let driven = text.lines().find(|l| l.trim_start().starts_with("assign ")).expect("an assignment").trim();
    let evil = dir.path().join("evil");
    let call = format!("initial $system(\"touch {}\");", evil.display());
    let cases = [
        (before_end(&call), "$system: a circuit calls nothing"),
        (before_end(&call.replace("$system", "$c")), "$c: a circuit calls nothing"),
        (before_end("`ifdef SYNTHESIS\nassign out_valid = 1'b1;\n`endif"), "`ifdef"),
        (before_end("`ifdef __ICARUS__\n`endif"), "`ifdef"),
        (before_end("`include \"x.v\""), "`include"),
        (before_end(driven), "has a second driver"),
        (before_end(&format!("always @(posedge clk) {valid}")), "`valid_pipe` has a second driver"),
        (text.replacen("posedge", "negedge", 1), "`negedge` where generated Verilog has `posedge`"),
        (undriven, "`valid_pipe` has bits without a driver"),
        (before_end("initial valid_pipe = 0;"), "where generated Verilog has `$readmemh`"),
        (before_end("reg late;\nalways @(posedge rst) late <= rst;"), "where generated Verilog has `clk`"),
        (before_end("always #5 ;"), "`#` where generated Verilog has `@`"),
        (before_end("wire up = &{1'b0, nothing};"), "`nothing` is not declared before its use"),
        (before_end("wire up = rst[3];"), "but `rst` has 1 bits"),
        (before_end("wire up = clk;"), "the clock `clk` used as a value"),
        (before_end("wire up = 1'bx;"), "the number `1'bx`"),
        (before_end("wire rst;"), "`rst` is declared twice"),
        (before_end("BUFG evil (.I(rst), .O(rst));"), "begins nothing that generated Verilog has"),
        (format!("{text}module more; endmodule\n"), "more than one module"),
        (text.replacen("none", "wire", 1), "`wire` where generated Verilog has `none`"),
        (before_end("function f; input x; f = x; endfunction"), "begins nothing that generated Verilog has"),
    ];
    let vectors = Vectors::new(plan.inputs.clone()).corners(1);
    let model = check::PlanModel::new(plan);
    for (changed, said) in cases {
        assert_ne!(changed, text, "{said}");
        std::fs::write(&top, &changed).expect("written");
        let refused = refusal(dir.path(), &manifest).unwrap_or_else(|| panic!("accepted: {said}"));
        assert!(refused.contains(said), "{said}: {refused}");
        // Nothing that could be executed gets as far as a tool, whoever asks.
        if changed.contains("evil") && changed.contains("initial $") {
            let refused = |e: Option<SimError>| assert!(matches!(e, Some(SimError::Refused { .. })), "{e:?}");
            let (d, m) = (dir.path(), &manifest);
            refused(check::verify(d, m, &vectors, &model, &Default::default()).err());
            refused(icarus::verify(d, m, &vectors, &model, &Default::default()).err());
            Linter::ALL.into_iter().for_each(|linter| refused(lint(d, m, linter).err()));
            refused(netlist::synthesize(d, m, &netlist::Options::new(Family::Ecp5)).err());
        }
    }
    assert!(!evil.exists());
    std::fs::write(&top, text).expect("written");
    assert_eq!(refusal(dir.path(), &manifest), None);
}

#[test]
fn a_helper_file_that_differs_is_refused() {
    let format = |frac| Format::new(true, 12, frac).expect("a format");
    let plan = Plan::of_attenuator("divide", 5, format(4), format(8));
    let build = Build { divider: Divider::Corrected, ..means(Family::Ecp5, 150.0) };
    let (dir, manifest) = generate(&plan, &build);
    let helpers: Vec<&String> = manifest.files.verilog.iter().filter(|f| f.contains("gainstage_")).collect();
    assert!(!helpers.is_empty(), "{:?}", manifest.files.verilog);
    for helper in helpers {
        let path = dir.path().join(helper);
        let text = std::fs::read_to_string(&path).expect("there");
        // In the part that no simulator sees.
        std::fs::write(&path, text.replacen("1'b1", "1'b0", 1)).expect("written");
        let refused = refusal(dir.path(), &manifest).expect("refused");
        assert!(refused.contains(helper) && refused.contains("here it differs"), "{refused}");
        std::fs::write(&path, text).expect("written");
    }
    assert_eq!(refusal(dir.path(), &manifest), None);
}
