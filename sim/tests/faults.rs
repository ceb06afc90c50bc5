//! A check must be able to fail: one planted fault at a time in the generated files, and each is caught.

mod common;

use common::{generate, have, means, random_plan, verify};
use gainstage_golden::approx::{Demand, approximate};
use gainstage_golden::func::{Activation, Function, Kind};
use gainstage_golden::num::Format;
use gainstage_golden::plan::Plan;
use gainstage_hdl::target::Family;
use gainstage_sim::run::Tool;
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
