//! A board's top module in Verilator, talked to over a pseudo-terminal: results, and recovery from bad requests.

mod common;

use common::{generate, have, means, random_plan};
use gainstage_golden::plan::Engine;
use gainstage_hdl::board::Board;
use gainstage_hdl::device::Family;
use gainstage_hdl::options::WeightsIn;
use gainstage_hdl::wrap::Build;
use gainstage_hdl::wrap::manifest::{Architecture, Files, Manifest};
use gainstage_hdl::wrap::{BOARD_DIR, CLOCK_CELLS, STREAM_DIR, Stream, Top};
use gainstage_sim::board::SimulatedBoard;
use gainstage_sim::host::{Host, request};
use gainstage_sim::lint::{Linter, lint};
use gainstage_sim::run::Tool;
use gainstage_sim::vectors::Vectors;
use std::io::Write;
use std::time::Duration;

const LIMIT: Duration = Duration::from_secs(300);

struct Design {
    dir: tempfile::TempDir,
    core: Manifest,
    plan: gainstage_golden::plan::Plan,
    top: Top,
    board: Board,
}

fn design(name: &str) -> Design {
    let board = Board::find(name).expect("shipped");
    let means = means(board.device().family(), board.clock.system_mhz);
    made(board, &means)
}

fn made(board: Board, means: &Build) -> Design {
    let plan = (2..).find_map(|seed| random_plan(seed, 9)).expect("some seed has a plan");
    let (dir, core) = generate(&plan, means);
    let top = Top::new(&core, b"this plan", &board, board.clock.system_mhz, board.uart.baud)
        .expect("it can be had");
    for sub in [STREAM_DIR, BOARD_DIR] {
        std::fs::create_dir(dir.path().join(sub)).expect("writable");
    }
    for file in top.files(&core) {
        std::fs::write(dir.path().join(&file.path), &file.text).expect("writable");
    }
    Design { dir, core, plan, top, board }
}

/// Sends all vectors and counts the results that differ from the plan's.
fn wrong(host: &mut Host<Box<dyn serialport::SerialPort>>, d: &Design, count: u64) -> u64 {
    let vectors = Vectors::new(d.plan.inputs.clone()).corners(1).random(count, 2);
    let (mut codes, mut samples) = (Vec::new(), Vec::new());
    for i in 0..vectors.len() {
        let mut row = vec![0; d.core.inputs.len()];
        vectors.fill(i, &mut row);
        Stream::pack(&d.core, &row, &mut samples);
        codes.extend(row);
    }
    let mut expected = vec![0; vectors.len() as usize * d.core.outputs.len()];
    Engine::new(&d.plan).run_into(&codes, &mut expected);
    let mut found = Vec::new();
    let beat = d.top.link.out_bytes as usize;
    host.run(&samples, |_, payload| {
        payload.chunks(beat).for_each(|b| Stream::unpack(&d.core, b, &mut found))
    })
    .expect("a conversation");
    assert_eq!(found.len(), expected.len());
    found.iter().zip(&expected).filter(|(a, b)| a != b).count() as u64
}

#[test]
fn a_simulated_board_answers_and_recovers() {
    if !have(Tool::Verilator) {
        return;
    }
    let d = design("icebreaker");
    let simulated = SimulatedBoard::start(d.dir.path(), &d.core, &d.top, &d.board, LIMIT).expect("it starts");
    let name = simulated.terminal().to_string_lossy().into_owned();
    let port = serialport::new(name, d.top.link.serial.baud)
        .timeout(Duration::from_millis(20))
        .open()
        .expect("a terminal");
    let mut spoiler = port.try_clone().expect("a second handle");
    let mut host = Host::new(port, &d.top.link, Duration::from_secs(10));
    // Once it answers it is out of reset, and drops are counted.
    host.identify().expect("the design's number");
    // Noise, a frame cut short, a frame with a flipped bit, one with too many samples: none of them may be answered.
    let whole = request(9, 2, &vec![5; 2 * d.top.link.in_bytes as usize]);
    let mut flipped = whole.clone();
    flipped[4] ^= 0x10;
    for bad in [&[0, 255, 0x13][..], &flipped, &request(1, 255, &[]), &whole[..6]] {
        spoiler.write_all(bad).expect("written");
    }
    host.identify().expect("the design's number");
    assert_eq!(wrong(&mut host, &d, 300), 0);
    assert!(host.tally.dropped >= 3, "the board counts what it dropped: {:?}", host.tally);
}

/// A circuit on an iCEBreaker whose weights lie in SPRAM, and what its flash memory must hold.
fn loaded() -> (Design, Vec<u8>) {
    let board = Board::find("icebreaker").expect("shipped");
    let (architecture, weights_in) = (Architecture::Sequential, WeightsIn::Spram);
    let means = Build { architecture, weights_in, ..means(Family::Ice40Up, board.clock.system_mhz) };
    let d = made(board, &means);
    let load = d.core.load.as_ref().expect("weights that are loaded");
    let text = std::fs::read_to_string(d.dir.path().join(&load.file)).expect("readable");
    let words: Vec<u16> = text.lines().map(|w| u16::from_str_radix(w, 16).expect("a word")).collect();
    let image = d.top.weights(&words).expect("weights that are loaded");
    (d, image)
}

/// Starts a board whose flash memory holds an image.
fn start<'d>(d: &'d Design, image: &[u8]) -> (SimulatedBoard, Host<'d, Box<dyn serialport::SerialPort>>) {
    let weights = d.top.link.weights.as_ref().expect("weights that are loaded");
    std::fs::write(d.dir.path().join(BOARD_DIR).join(&weights.file), image).expect("writable");
    let simulated = SimulatedBoard::start(d.dir.path(), &d.core, &d.top, &d.board, LIMIT).expect("it starts");
    let name = simulated.terminal().to_string_lossy().into_owned();
    let port = serialport::new(name, d.top.link.serial.baud).timeout(Duration::from_millis(20));
    let host = Host::new(port.open().expect("a terminal"), &d.top.link, Duration::from_secs(2));
    (simulated, host)
}

/// Weights out of flash memory that sleeps at first: results are right. An image with a wrong bit, of another design, cut short
/// or missing: the board says nothing.
#[test]
fn a_board_reads_its_weights_and_refuses_wrong_ones() {
    if !have(Tool::Verilator) {
        return;
    }
    let (d, image) = loaded();
    let (simulated, mut host) = start(&d, &image);
    host.identify().expect("the design's number");
    assert_eq!(wrong(&mut host, &d, 100), 0);
    drop(simulated);
    let with = |at: usize, bit: u8| {
        let mut image = image.clone();
        image[at] ^= bit;
        image
    };
    let bad = [
        ("a wrong weight", with(9, 0x10)),
        ("a wrong CRC", with(image.len() - 1, 1)),
        ("another design's number", with(5, 0x80)),
        ("a word too few", [&image[..image.len() - 4], &image[image.len() - 2..]].concat()),
        ("an erased memory", Vec::new()),
    ];
    for (what, bad) in bad {
        let (_simulated, mut host) = start(&d, &bad);
        assert!(host.identify().is_err(), "{what}: the board answers");
    }
}

#[test]
fn top_modules_with_flash_are_lint_clean() {
    let (d, _) = loaded();
    lint_clean(&d, "icebreaker with weights in flash");
}

#[test]
fn top_modules_of_all_families_are_lint_clean() {
    for name in ["icesugar", "ulx3s-85f", "cmod-a7-35", "arty-a7-35"] {
        lint_clean(&design(name), name);
    }
}

fn lint_clean(d: &Design, name: &str) {
    let (cells, text) = CLOCK_CELLS;
    std::fs::write(d.dir.path().join(cells), text).expect("writable");
    let verilog = d.top.files(&d.core).into_iter().map(|f| f.path).filter(|p| p.ends_with(".v"));
    let verilog = d.core.files.verilog.iter().cloned().chain(verilog).chain([cells.to_owned()]).collect();
    let files = Files { verilog, roms: d.core.files.roms.clone() };
    let whole = Manifest { top: d.top.link.top.clone(), files, ..d.core.clone() };
    for linter in [Linter::Verilator, Linter::Icarus] {
        if have(linter.tool()) {
            let said = lint(d.dir.path(), &whole, linter).expect("it runs");
            // The stand-ins for clock cells leave their parameters alone.
            let ours: Vec<&String> =
                said.iter().filter(|l| l.contains("%Warning") && !l.contains(cells)).collect();
            assert!(ours.is_empty(), "{name}, {linter:?}: {said:#?}");
        }
    }
}
