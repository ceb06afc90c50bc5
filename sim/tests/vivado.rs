//! The scripts for Vivado, run in tclsh against stand-ins that check every file and option they name.

mod common;

use common::{generate, means, random_plan};
use gainstage_hdl::board::Board;
use gainstage_hdl::wrap::{BOARD_DIR, STREAM_DIR, Top};
use std::path::Path;
use std::process::{Command, Output};

fn project(name: &str) -> tempfile::TempDir {
    let board = Board::find(name).expect("shipped");
    let plan = (2..).find_map(|seed| random_plan(seed, 9)).expect("some seed has a plan");
    let (dir, core) = generate(&plan, &means(board.device().family(), board.clock.system_mhz));
    let top = Top::new(&core, b"", &board, board.clock.system_mhz, board.uart.baud).expect("it can be had");
    for sub in [STREAM_DIR, BOARD_DIR] {
        std::fs::create_dir(dir.path().join(sub)).expect("writable");
    }
    for file in top.files(&core) {
        std::fs::write(dir.path().join(&file.path), &file.text).expect("writable");
    }
    dir
}

/// Nothing where there is no Tcl.
fn run(dir: &Path, script: &str, slack: &str) -> Option<Output> {
    let stubs = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vivado/stubs.tcl");
    let tclsh = std::env::var_os("TCLSH").unwrap_or_else(|| "tclsh".into());
    let script = dir.join(BOARD_DIR).join(script);
    // Some other directory: the script must find its files by itself.
    let run = Command::new(tclsh).arg(stubs).arg(script).env("SLACK", slack).current_dir("/").output();
    if run.is_err() {
        println!("skipped: tclsh is not installed");
    }
    run.ok()
}

fn text(output: &Output) -> String {
    [String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr)].concat()
}

#[test]
fn both_scripts_name_only_files_and_options_that_exist() {
    for name in ["arty-a7-35", "basys3", "cmod-a7-35", "arty-s7-50"] {
        let dir = project(name);
        let Some(build) = run(dir.path(), "build.tcl", "0.1") else { return };
        let said = text(&build);
        assert!(build.status.success(), "{name}: {said}");
        let last = said.lines().last().expect("something");
        assert!(last.starts_with("write_bitstream") && last.ends_with("_board.bit"), "{said}");
        let order = [
            "read_verilog",
            "read_xdc",
            "synth_design",
            "opt_design",
            "place_design",
            "route_design",
            "report_timing_summary",
        ];
        let places: Vec<_> = order.iter().map(|step| said.find(step)).collect();
        assert!(places.is_sorted() && places[0].is_some(), "{said}");
        let Some(package) = run(dir.path(), "package_ip.tcl", "0") else { return };
        let said = text(&package);
        assert!(package.status.success(), "{name}: {said}");
        assert!(said.contains("associate_bus_interfaces s_axis\nassociate_bus_interfaces m_axis"), "{said}");
        assert!(said.trim_end().ends_with("save_core\nclose_project"), "{said}");
    }
}

#[test]
fn missing_files_ports_and_time_are_noticed() {
    let dir = project("basys3");
    let Some(late) = run(dir.path(), "build.tcl", "-0.25") else { return };
    assert!(
        !late.status.success() && text(&late).contains("timing is not met: setup slack -0.25 ns"),
        "{}",
        text(&late)
    );
    assert!(!text(&late).contains("write_bitstream"));
    let link = std::fs::read_dir(dir.path().join(BOARD_DIR)).expect("written").flatten().map(|e| e.path());
    let link = link.into_iter().find(|p| p.to_string_lossy().ends_with("_gainstage_link.v")).expect("a link");
    std::fs::remove_file(&link).expect("it was there");
    let broken = run(dir.path(), "build.tcl", "1").expect("Tcl is there");
    assert!(!broken.status.success() && text(&broken).contains("there is no file"), "{}", text(&broken));
}
