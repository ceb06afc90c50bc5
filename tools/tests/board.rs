//! The way to a bitstream when tools are missing, crash, hang, or say that it cannot be; and a port that goes away.
//! Shell scripts stand in for the tools, but for one small circuit that the real ones take to a bitstream.

use gainstage_golden::num::Format;
use gainstage_golden::plan::Plan;
use gainstage_sim::run::Tool;
use std::io::Read;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const VERSION: &str = "case \"$*\" in *-V*|*--version*) echo 'stand-in 1.0'; exit 0;; esac\n";

/// What yosys leaves behind: that many look-up tables.
fn synthesis(luts: u32) -> String {
    format!(
        "echo '{{\"design\":{{\"num_cells_by_type\":{{\"SB_LUT4\":{luts}}}}}}}' > counts.json; echo '{{}}' > netlist.json"
    )
}

/// What nextpnr leaves behind: a clock of 24 MHz that reaches so many.
fn placement(mhz: u32) -> String {
    let report = format!(
        "{{\"critical_paths\":[],\"fmax\":{{\"clk\":{{\"achieved\":{mhz},\"constraint\":24}}}},\"utilization\":{{}}}}"
    );
    format!("echo '{report}' > report.json; echo placed > routed")
}

struct Desk {
    dir: tempfile::TempDir,
}

impl Desk {
    /// A squarer in `net`, and stand-ins for the three tools.
    fn new(yosys: &str, nextpnr: &str) -> Desk {
        let desk = Desk { dir: tempfile::tempdir().expect("a directory") };
        for (name, text) in [("yosys", yosys), ("nextpnr", nextpnr), ("icepack", "cp \"$1\" \"$2\"")] {
            let path = desk.path(name);
            std::fs::write(&path, format!("#!/bin/sh\n{VERSION}{text}\n")).expect("written");
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).expect("executable");
        }
        let format = |signed, width, frac| Format::new(signed, width, frac).expect("a format");
        let plan = Plan::of_squarer("sq", format(true, 8, 4), format(false, 12, 6));
        plan.write(&desk.path("plan.json")).expect("written");
        let (code, text) =
            desk.run(&["generate", "plan.json", "-o", "net", "--target", "ice40up", "--clock", "24"]);
        assert_eq!(code, Some(0), "{text}");
        desk
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_gainstage"));
        command.args(args).current_dir(self.dir.path());
        for (variable, tool) in [("YOSYS", "yosys"), ("NEXTPNR_ICE40", "nextpnr"), ("ICEPACK", "icepack")] {
            command.env(variable, self.path(tool));
        }
        command
    }

    fn run(&self, args: &[&str]) -> (Option<i32>, String) {
        let output = self.command(args).output().expect("it starts");
        let text =
            String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
        (output.status.code(), text)
    }

    /// `implement` for iCEBreaker must fail with a code and these words, and leave no board's files.
    fn refused(&self, more: &[&str], code: i32, words: &[&str]) {
        let (found, text) = self.run(&[&["implement", "net", "--board", "icebreaker"], more].concat());
        assert_eq!(found, Some(code), "{text}");
        for word in words {
            assert!(text.contains(word), "{word:?} is not in: {text}");
        }
        for sub in ["board", "axis"] {
            assert!(!self.path("net").join(sub).exists(), "half-written: {sub}");
        }
    }
}

/// yosys, nextpnr-ice40 and icepack themselves, where they are installed.
#[test]
fn a_small_circuit_becomes_a_bitstream() {
    if ["yosys", "nextpnr-ice40", "icepack"].iter().any(|tool| Command::new(tool).arg("-h").output().is_err())
    {
        println!("skipped: yosys, nextpnr-ice40 or icepack is not installed");
        return;
    }
    let desk = Desk::new("", "");
    let mut command = desk.command(&["implement", "net", "--board", "icebreaker", "--seeds", "1"]);
    for tool in ["YOSYS", "NEXTPNR_ICE40", "ICEPACK"] {
        command.env_remove(tool);
    }
    let output = command.output().expect("it starts");
    let text =
        String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{text}");
    let bitstream = std::fs::read(desk.path("net/board/sq_board.bin")).expect("a bitstream");
    assert!(bitstream.len() > 100_000, "{} bytes", bitstream.len());
    // Every bitstream for iCE40 begins with these bytes, behind its comment.
    assert!(bitstream.windows(4).any(|w| w == [0x7e, 0xaa, 0x99, 0x7e]), "{text}");
}

/// A squarer for ECP5 by the real tools, where nextpnr and ecppack are: from the environment, the path, or `make setup-ecp5`.
#[test]
fn a_small_circuit_becomes_a_bitstream_for_ecp5() {
    let needed = [Tool::Yosys, Tool::NextpnrEcp5, Tool::Ecppack];
    if let Some(missing) = needed.into_iter().find(|tool| tool.find().is_err()) {
        println!("skipped: {} is not installed", missing.info().name);
        return;
    }
    let yosys = Tool::Yosys.find().expect("found before");
    let desk = Desk::new("", "");
    let run = |args: &[&str]| {
        let output = desk.command(args).env("YOSYS", &yosys).output().expect("it starts");
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(0), "{text}");
        text
    };
    run(&["generate", "plan.json", "-o", "net5", "--target", "ecp5", "--clock", "60"]);
    let text = run(&["implement", "net5", "--board", "ulx3s-85f", "--seeds", "1"]);
    let bitstream = std::fs::read(desk.path("net5/board/sq_board.bit")).expect("a bitstream");
    assert!(bitstream.len() > 100_000, "{} bytes", bitstream.len());
    // The preamble of every bitstream for ECP5.
    assert!(bitstream.windows(4).any(|w| w == [0xff, 0xff, 0xbd, 0xb3]), "{text}");
}

#[test]
fn a_tool_that_is_missing_crashes_or_hangs() {
    let desk = Desk::new("kill -SEGV $$", "");
    desk.refused(&[], 1, &["yosys failed", "signal"]);
    std::fs::remove_file(desk.path("nextpnr")).expect("removed");
    desk.refused(&[], 3, &["NEXTPNR_ICE40=", "is no executable file", "nextpnr-ice40"]);

    let hangs = Desk::new(&synthesis(10), "sleep 300 & echo $! > \"$HANGS\"; wait");
    let child = hangs.path("child");
    let start = Instant::now();
    let output = hangs
        .command(&["implement", "net", "--board", "icebreaker", "--tool-limit", "1"])
        .env("HANGS", &child)
        .output()
        .expect("it starts");
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.code() == Some(1) && text.contains("nextpnr"), "{text}");
    assert!(start.elapsed() < Duration::from_secs(60), "{text}");
    let child = std::fs::read_to_string(&child).expect("the stand-in ran");
    // Killed at once, but collected by whoever inherited it in its own time.
    let stat = Path::new("/proc").join(child.trim()).join("stat");
    while std::fs::read_to_string(&stat).is_ok_and(|s| !s.contains(") Z ")) {
        assert!(start.elapsed() < Duration::from_secs(60), "its child still runs");
        std::thread::sleep(Duration::from_millis(10));
    }
    assert!(!hangs.path("net/board").exists());
}

#[test]
fn what_does_not_fit_or_is_too_slow_says_by_how_much() {
    let large = Desk::new(&synthesis(9000), &placement(50));
    large.refused(
        &[],
        1,
        &["sq does not fit iCE40UP5K-SG48: 9000 LUT of 5280 (170 %)", "ulx3s-85f", "--bits"],
    );
    let slow = Desk::new(&synthesis(10), &placement(20));
    let words = ["24 MHz and 3 % margin", "the best of 2 placements reaches 20.00 MHz", "--clock 19.4"];
    slow.refused(&["--seeds", "2"], 1, &words);
}

#[test]
fn clocks_and_rates_out_of_reach_are_refused_before_any_tool() {
    let desk = Desk::new("touch ../ran; exit 1", "");
    desk.refused(&["--clock", "13"], 2, &["13 MHz"]);
    desk.refused(&["--baud", "11000000"], 2, &["11000000 bits a second"]);
    desk.refused(&["--board", "nothing"], 2, &["--board"]);
}

#[test]
fn a_port_that_goes_away_is_said() {
    let desk = Desk::new(&synthesis(10), &placement(50));
    let (code, text) = desk.run(&["implement", "net", "--board", "icebreaker"]);
    assert!(code == Some(0) && text.contains("reaches 50.00 MHz"), "{text}");
    assert_eq!(std::fs::read_to_string(desk.path("net/board/sq_board.bin")).expect("there"), "placed\n");
    let (code, text) = desk.run(&["talk", "net", "--port", "nowhere"]);
    assert!(code == Some(2) && text.contains("cannot open nowhere: give the port of the board"), "{text}");

    let (mut board, port) = serialport::TTYPort::pair().expect("a pseudo-terminal");
    let name = serialport::SerialPort::name(&port).expect("it has a name");
    let mut talk = desk.command(&["talk", "net", "--port", &name]);
    let child = talk.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
    // The first byte of a request, and then the cable is pulled.
    let _ = serialport::SerialPort::set_timeout(&mut board, Duration::from_secs(30));
    board.read_exact(&mut [0]).expect("a request");
    drop((board, port));
    let output = child.wait_with_output().expect("it ends");
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.code() == Some(2) && text.contains(&name), "{:?}: {text}", output.status);
}
