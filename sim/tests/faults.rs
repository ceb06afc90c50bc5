//! A check must be able to fail: one planted fault at a time in the generated files, and each is caught.

mod common;

use common::{generate, have, means, random_plan, verify};
use gainstage_golden::approx::{Demand, approximate};
use gainstage_golden::func::{Activation, Function, Kind};
use gainstage_golden::num::Format;
use gainstage_golden::plan::Plan;
use gainstage_hdl::device::Family;
use gainstage_hdl::wrap::Build;
use gainstage_hdl::wrap::manifest::{Architecture, Manifest};
use gainstage_sim::check::{self, PlanModel};
use gainstage_sim::run::Tool;
use gainstage_sim::subset;
use gainstage_sim::vectors::Vectors;
use std::path::Path;

/// A plan with hidden neurons of several kinds.
fn plan() -> Plan {
    let rich = |p: &Plan| p.layers.len() == 3 && p.inputs.len() == 1 && !p.tables.is_empty();
    (0..).filter_map(|seed| random_plan(seed, 10)).find(rich).unwrap()
}

fn edit(path: &Path, change: impl FnOnce(&str) -> Option<String>) {
    let text = std::fs::read_to_string(path).unwrap();
    let changed = change(&text).unwrap_or_else(|| panic!("nothing to change in {}", path.display()));
    assert_ne!(text, changed);
    std::fs::write(path, changed).unwrap();
}

/// The register of the last `name_rK <= source;`, nearest the output, becomes a wire: one clock less on that path.
/// (A sign bit near the input may be constant for the values a network can produce; the output is not.)
fn drop_register(text: &str) -> Option<String> {
    let line = text.lines().rfind(|l| l.contains(" <= ") && !l.contains("valid_pipe"))?;
    let (name, source) = line.trim().trim_end_matches(';').split_once(" <= ")?;
    let declaration =
        text.lines().find(|l| l.trim_start().starts_with("reg") && l.ends_with(&format!(" {name};")))?;
    let wire = declaration.replacen("reg", "wire", 1);
    let without = text.replace(&format!("{line}\n"), "").replace(declaration, &wire);
    Some(without.replace(
        "    always @(posedge clk)",
        &format!("    assign {name} = {source};\n    always @(posedge clk)"),
    ))
}

/// The slice `x[hi:lo]` that rounds neuron 0's sum moves down by one bit.
fn change_shift(text: &str) -> Option<String> {
    let at = text.find(" acc0_s")?;
    let at = at + text[at..].find(" = ")?;
    let end = at + text[at..].find(';')?;
    let slice = &text[at + text[at..end].find('[')? + 1..at + text[at..end].find(']')?];
    let (hi, lo) = slice.split_once(':')?;
    let (hi, lo): (u32, u32) = (hi.parse().ok()?, lo.parse().ok()?);
    let moved =
        text[at..end].replace(&format!("[{hi}:{lo}]"), &format!("[{}:{}]", hi - 1, lo.checked_sub(1)?));
    Some(format!("{}{moved}{}", &text[..at], &text[end..]))
}

#[test]
fn a_flipped_rom_bit_is_caught() {
    if !have(Tool::Verilator) {
        return;
    }
    let z = Format::new(true, 10, 6).unwrap();
    let function = Function::new(Activation::ParametricSoftplus { a: 0.3 }, Kind::Ordinary);
    let table = approximate(&function, z, z, &Demand::default()).unwrap();
    let rows = table.segments.len();
    let plan = Plan::of_table("curve", table);
    for row in [0, rows / 2, rows - 1] {
        let (dir, manifest) = generate(&plan, &means(Family::Ecp5, 100.0));
        edit(&dir.path().join(&manifest.files.roms[0]), |text| {
            let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
            let digits = lines[row].len();
            let word = u128::from_str_radix(&lines[row], 16).ok()?;
            // c0 stands in the low bits: its bits well above the rounding always reach the output.
            lines[row] = format!("{:0digits$x}", word ^ 1 << 4);
            Some(lines.join("\n") + "\n")
        });
        let report = verify(dir.path(), &manifest, &plan, 0).unwrap();
        assert!(report.mismatches > 0, "row {row} of {rows}: a flipped bit passed");
    }
}

#[test]
fn a_dropped_register_is_caught_in_every_sort_of_module() {
    if !have(Tool::Verilator) {
        return;
    }
    let plan = plan();
    let (clean, manifest) = generate(&plan, &means(Family::Ecp5, 150.0));
    assert!(verify(clean.path(), &manifest, &plan, 2000).unwrap().passed());
    let mut dropped = 0;
    // One module of each sort: a table, sums, a neuron, a second function, a layer.
    for sort in ["_table", "_sums", "_neuron", "_layer1.v", "_square", "_attenuate"] {
        let has_register = |f: &&String| {
            let text = std::fs::read_to_string(clean.path().join(f)).unwrap();
            f.contains(sort) && drop_register(&text).is_some()
        };
        let Some(file) = manifest.files.verilog.iter().find(has_register) else { continue };
        let (dir, manifest) = generate(&plan, &means(Family::Ecp5, 150.0));
        edit(&dir.path().join(file), drop_register);
        let report = verify(dir.path(), &manifest, &plan, 2000).unwrap();
        assert!(report.mismatches > 0, "{file}: a dropped register passed");
        dropped += 1;
    }
    assert!(dropped >= 3, "only {dropped} sorts of modules have a register to drop");
}

#[test]
fn a_changed_shift_is_caught_and_its_neuron_named() {
    if !have(Tool::Verilator) {
        return;
    }
    let plan = plan();
    let (dir, manifest) = generate(&plan, &means(Family::Ecp5, 150.0));
    let file = manifest.files.verilog.iter().find(|f| f.contains("layer1_sums")).unwrap();
    edit(&dir.path().join(file), change_shift);
    let report = verify(dir.path(), &manifest, &plan, 2000).unwrap();
    let first = report.first.expect("a changed shift is caught");
    let text = first.to_string();
    assert!(text.contains("layer 1") && text.contains("neuron 0"), "{text}");
    assert!(dir.path().join("mismatch.vcd").exists());
}

/// The first output is wrong, in every bit, while `broken` is set; `items` declare it.
fn plant_late(dir: &Path, manifest: &Manifest, items: &str) {
    let output = &manifest.outputs[0];
    let (name, top) = (&output.name, output.format.width - 1);
    let file = manifest.files.verilog.iter().find(|f| f.ends_with(&format!("/{}.v", manifest.top))).unwrap();
    edit(&dir.join(file), |text| {
        let line = text.lines().find(|l| l.trim_start().starts_with(&format!("assign {name} = ")))?;
        let value = line.split_once(" = ")?.1;
        let planted =
            format!("wire [{top}:0] sound = {value}\n{items}\n    assign {name} = broken ? ~sound : sound;");
        Some(text.replacen(line, &planted, 1))
    });
}

/// Faults that no short run shows: they lie in the subset, and only time brings them out.
#[test]
fn late_faults_are_caught() {
    if !have(Tool::Verilator) {
        return;
    }
    let age = "reg [16:0] age;\nwire broken = age >= 17'd40000;\n\
               always @(posedge clk) age <= rst ? 17'd0 : (broken ? age : age + 17'd1);";
    let wrapped = "reg [15:0] age;\nreg broken;\nalways @(posedge clk) begin\n  age <= rst ? 16'd0 : age + 16'd1;\n  \
                   broken <= ~rst & (broken | (age == 16'd65535));\nend";
    let idle = |when: &str| {
        format!(
            "reg [6:0] idle;\nreg broken;\nalways @(posedge clk) begin\n  \
             idle <= (rst | in_valid) ? 7'd0 : ((idle == 7'd127) ? idle : idle + 7'd1);\n  \
             broken <= ~rst & (broken | ({when}));\nend"
        )
    };
    let (rested, gap) = (idle("idle == 7'd100"), idle("in_valid & (idle == 7'd37)"));
    let format = |width, frac| Format::new(false, width, frac).unwrap();
    let square = Plan::of_squarer("square", format(9, 4), format(12, 4));
    let network = plan();
    let sequential = Build { architecture: Architecture::Sequential, ..means(Family::Generic, 50.0) };
    let parallel = means(Family::Generic, 50.0);
    for (what, plan, build, items) in [
        ("after 40000 clocks", &square, &parallel, age),
        ("after 40000 clocks of control", &network, &sequential, age),
        ("when 16 bits wrap", &square, &parallel, wrapped),
        ("after 100 idle clocks", &square, &parallel, rested.as_str()),
        ("after a gap of 37 clocks", &square, &parallel, gap.as_str()),
    ] {
        let (dir, manifest) = generate(plan, build);
        plant_late(dir.path(), &manifest, items);
        subset::check(dir.path(), &manifest).unwrap_or_else(|e| panic!("{what}: {e}"));
        let vectors = Vectors::new(plan.inputs.clone()).random(500, 1);
        let model = PlanModel::new(plan.clone());
        let run = |endurance| {
            let options = check::Options { endurance, ..Default::default() };
            check::verify(dir.path(), &manifest, &vectors, &model, &options).unwrap()
        };
        assert!(run(false).passed(), "{what}: no late fault");
        let report = run(true);
        let first = report.first.unwrap_or_else(|| panic!("{what}: {} clocks and not seen", report.unbroken));
        assert!(report.unbroken > 140_000 && first.cycle > 100, "{what}: {first}");
    }
}
