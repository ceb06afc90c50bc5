use super::*;
use crate::check;
use crate::fixture::{self, Duo, design, have, swap};
use crate::icarus;
use crate::vectors::Vectors;

fn vectors(m: &Manifest, random: u64) -> Vectors {
    Vectors::new(m.inputs.iter().map(|p| p.format).collect()).corners(1).random(random, 1)
}

const FAMILIES: [Family; 5] = [Family::Generic, Family::Ecp5, Family::Ice40Up, Family::Xc7, Family::Nexus];

#[test]
fn netlists_of_every_family_agree_in_icarus() {
    if !have(&[Tool::Yosys, Tool::Iverilog, Tool::Vvp]) {
        return;
    }
    let (dir, m) = (design(|_, t| t), fixture::manifest());
    for family in FAMILIES {
        let out = tempfile::tempdir().expect("a directory");
        let (n, counts) = netlist(dir.path(), &m, out.path(), &Options::logic(family)).expect("synthesised");
        assert_eq!(Manifest::read(out.path()).expect("a manifest"), n);
        assert!(counts.lut > 50 && counts.ff >= 4 && counts.dsp == 0 && counts.bram == 0, "{counts:?}");
        let report = icarus::verify(out.path(), &n, &vectors(&m, 500), &Duo, &icarus::Options::default());
        let report = report.expect("it runs");
        assert!(report.passed(), "{family}: {}", report.first.expect("a mismatch"));
    }
}

/// yosys packs the register of a sum before a multiplier and leaves its reset open.
#[test]
fn an_open_reset_of_a_multiplier_is_inactive() {
    if !have(&[Tool::Yosys, Tool::Iverilog, Tool::Vvp]) {
        return;
    }
    let registered = |t: String| {
        let sum = "wire [16:0] p = product[16:0]; wire signed [8:0] half = x >>> 1; wire signed [8:0] rest = x - half; \
                   reg signed [9:0] sum; reg signed [8:0] late;";
        let t = swap(t, "reg [16:0] p;", sum);
        let t = swap(t, "wire signed [17:0] product = x * x;", "wire signed [18:0] product = sum * late;");
        let t = swap(t, "product[17]", "product[18:17]");
        let added = "sum <= $signed({half[8], half}) + $signed({rest[8], rest}); late <= x;";
        swap(t, "p <= product[16:0];", added)
    };
    let m = fixture::manifest();
    let dir = design(|name, t| if name == "square.v" { registered(t) } else { t });
    let out = tempfile::tempdir().expect("a directory");
    let (n, counts) = netlist(dir.path(), &m, out.path(), &Options::new(Family::Xc7)).expect("synthesised");
    assert_eq!(counts.dsp, 2, "{counts:?}");
    let report = icarus::verify(out.path(), &n, &vectors(&m, 100), &Duo, &icarus::Options::default());
    let report = report.expect("it runs");
    assert!(report.passed(), "{}", report.first.expect("a mismatch"));
}

#[test]
fn a_netlist_runs_in_verilator_and_a_wrong_one_is_caught() {
    if !have(&[Tool::Yosys, Tool::Verilator, Tool::Make, Tool::Cxx]) {
        return;
    }
    let m = fixture::manifest();
    let verified = |from: &str, to: &str| {
        let dir = design(|name, t| if name == "square.v" { swap(t, from, to) } else { t });
        let out = tempfile::tempdir().expect("a directory");
        let (n, _) = netlist(dir.path(), &m, out.path(), &Options::logic(Family::Ecp5)).expect("synthesised");
        let options = check::Options { build: fixture::options(), ..check::Options::default() };
        check::verify(out.path(), &n, &vectors(&m, 20_000), &Duo, &options).expect("it runs")
    };
    assert!(verified("p[16:4]", "p[16:4]").passed());
    assert!(!verified("8'hff", "8'hfe").passed());
}

#[test]
fn multipliers_and_block_ram_are_counted() {
    if !have(&[Tool::Yosys]) {
        return;
    }
    let (dir, m) = (design(|_, t| t), fixture::manifest());
    let counts = |family, dsp, bram| {
        let options = Options { dsp, bram, ..Options::new(family) };
        synthesize(dir.path(), &m, &options).expect("synthesised")
    };
    let ecp5 = counts(Family::Ecp5, true, true);
    assert_eq!((ecp5.dsp, ecp5.lut), (2, ecp5.cells["LUT4"] + 2 * ecp5.carry), "{ecp5:?}");
    assert!(ecp5.ff >= 4 + 10 && ecp5.carry >= 5, "{ecp5:?}");
    assert_eq!(counts(Family::Ecp5, false, true).dsp, 0);
    assert_eq!(counts(Family::Xc7, true, true).dsp, 2);
    assert_eq!(counts(Family::Ice40Up, true, true).dsp, 2);
    let table = counts(Family::Ice40Up, false, true);
    assert_eq!((table.dsp, table.bram), (0, 1), "{table:?}");
    assert_eq!(counts(Family::Ice40Up, false, false).bram, 0);
}

#[test]
fn broken_verilog_is_an_error_of_yosys() {
    if have(&[Tool::Yosys]) {
        let dir = design(|name, t| if name == "duo.v" { swap(t, "assign", "asign") } else { t });
        let log = dir.path().join("yosys.log");
        let options = Options { log: Some(log.clone()), ..Options::new(Family::Generic) };
        let e = synthesize(dir.path(), &fixture::manifest(), &options).expect_err("broken").to_string();
        assert!(e.contains("yosys failed") && e.contains("duo.v:22"), "{e}");
        assert!(std::fs::read_to_string(log).expect("a log").contains("Parsing"));
    }
}
