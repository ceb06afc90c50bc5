//! A second simulator: Icarus Verilog runs the same kind of plan, and the same comparisons follow.
//!
//! It is slow, but independent of Verilator, and it knows `x`: what was never reset or never written shows.

use crate::SimError;
use crate::check::{
    Expected, Golden, Mismatch, Place, Plan, Report, Times, What, answer, compare, entry, fits,
    measured_latency,
};
use crate::cycles::{Response, UNKNOWN, UNKNOWN_VALID};
use crate::run::{Run, Tool};
use crate::stage::{self, Source};
use crate::vectors::Vectors;
use gainstage_golden::num::Format;
use gainstage_golden::scratch::Scratch;
use gainstage_hdl::wrap::manifest::{Load, Manifest, Port};
use std::fmt::Write;
use std::path::Path;
use std::time::{Duration, Instant};

/// Names that no generated module or file has.
const BENCH: &str = "gainstage_bench";
const STIMULUS: &str = "gainstage_stimulus.hex";
const RESPONSE: &str = "gainstage_response.txt";

/// How to verify with Icarus.
#[derive(Clone, Debug)]
pub struct Options {
    /// Decides gaps and resets.
    pub seed: u64,
    /// The time limit of compilation and of each of the two simulations.
    pub limit: Duration,
    /// About how long the simulation may take: as many vectors are run, taken evenly from the list, as the clocks of this
    /// time hold, by the speed of the first clocks, and [`MOST_CLOCKS`] at most. None: all vectors.
    pub budget: Option<Duration>,
}

/// The most clocks within a budget: a small circuit is quick, and needs no more.
pub const MOST_CLOCKS: u32 = 20_000;

/// The fewest vectors within a budget.
const FEWEST: u64 = 4;

/// Clocks that a vector takes beside its interval, on average: gaps.
const GAP: f64 = 0.5;

impl Default for Options {
    fn default() -> Options {
        Options { seed: 1, limit: Duration::from_secs(1800), budget: None }
    }
}

/// Verifies the circuit that lies in `dir` with all of `vectors`, or with as many as the budget allows.
///
/// The report's first mismatch names cycle and codes; it has no waveform and no neuron.
pub fn verify(
    dir: &Path,
    manifest: &Manifest,
    vectors: &Vectors,
    golden: &dyn Golden,
    options: &Options,
) -> Result<Report, SimError> {
    fits(manifest, vectors)?;
    let start = Instant::now();
    let work = Scratch::temporary().map_err(SimError::writing(&std::env::temp_dir()))?;
    compile(dir, manifest, work.path(), options)?;
    let built = Instant::now();

    let width = manifest.inputs.len();
    let mut first = vec![0; width];
    vectors.fill(0, &mut first);
    let single = Plan::single(manifest, &first);
    let begun = Instant::now();
    let latency = measured_latency(&single, &run(manifest, work.path(), &single, options)?);
    let speed = single.clocks() as f64 / begun.elapsed().as_secs_f64().max(1e-6);

    let few = options.budget.map(|budget| {
        let clocks = (speed * budget.as_secs_f64()).min(f64::from(MOST_CLOCKS));
        vectors.sample(((clocks / (f64::from(manifest.interval) + GAP)) as u64).max(FEWEST))
    });
    let vectors = few.as_ref().unwrap_or(vectors);
    let count = usize::try_from(vectors.len()).unwrap_or(usize::MAX);
    let mut codes = vec![0; count.saturating_mul(width)];
    vectors.fill(0, &mut codes);
    let plan = Plan::new(manifest, &codes, options.seed, 0);
    let got = run(manifest, work.path(), &plan, options)?;
    let tally = compare(manifest, &plan, &Expected::new(manifest, golden, &codes, &plan), &got);

    let stated = manifest.latency;
    let wrong_latency = (latency != Some(stated)).then(|| {
        let row = latency.map_or(single.cycles() - 1, |l| answer(&single, l));
        mismatch(manifest, &single, Place::row(row), What::Latency { stated, measured: latency })
    });
    let first = wrong_latency
        .or_else(|| tally.first.clone().map(|(place, what)| mismatch(manifest, &plan, place, what)));
    let times = Times { build: built - start, run: built.elapsed() };
    Ok(Report::of(Tool::Iverilog, manifest, &tally, latency, first, times))
}

fn mismatch(manifest: &Manifest, plan: &Plan, place: Place, what: What) -> Mismatch {
    let row = place.row;
    let entered = match what {
        What::Latency { .. } => Some(entry(plan)),
        _ => plan.entered(row, manifest.latency),
    };
    let width = manifest.inputs.len();
    Mismatch {
        what,
        cycle: place.cycle(plan),
        sample: entered.and_then(|e| plan.source[e]).map(u64::from),
        inputs: entered.map(|e| plan.stimulus.inputs[e * width..][..width].to_vec()).unwrap_or_default(),
        located: None,
        waveform: None,
        notes: Vec::new(),
    }
}

fn compile(dir: &Path, manifest: &Manifest, work: &Path, options: &Options) -> Result<(), SimError> {
    let files = stage::copy(dir, manifest, work)?;
    let bench = format!("{BENCH}.v");
    stage::write(work, &Source { name: bench.clone(), bytes: text(manifest).into() })?;
    let run = Run::new(Tool::Iverilog, work).limit(options.limit);
    run.args(["-g2005", "-s", BENCH, "-o", "bench.vvp"]).args(files).arg(bench).output()?;
    Ok(())
}

/// The test bench. Its ports change with the falling edge, its outputs are taken just before the rising one.
fn text(m: &Manifest) -> String {
    let range = |f: Format| format!("[{}:0]", f.width - 1);
    let sum = |ports: &[Port]| ports.iter().map(|p| p.format.width).sum::<u32>();
    let names = |ports: &[Port]| ports.iter().map(|p| format!("p_{}", p.name)).collect::<Vec<_>>().join(", ");
    let mut s = format!(
        "`timescale 1ns/1ps\nmodule {BENCH};\n  reg clock, reset, in_valid;\n  wire out_valid, in_ready;\n"
    );
    let mut line = |text: String| writeln!(s, "{text}").expect("a string grows");
    if let Some(load) = &m.load {
        line("  reg load_start, load_valid;\n  reg [15:0] load_data;\n  wire loaded;".into());
        line(format!("  reg [15:0] words [0:{}];", load.words - 1));
    }
    m.inputs.iter().for_each(|p| line(format!("  reg {} p_{};", range(p.format), p.name)));
    m.outputs.iter().for_each(|p| line(format!("  wire {} p_{};", range(p.format), p.name)));
    line(format!("  {} dut (.{}(clock), .{}(reset),", m.top, m.clock, m.reset));
    line(format!("    .{}(in_valid), .{}(out_valid)", m.in_valid, m.out_valid));
    m.in_ready.iter().for_each(|port| line(format!("    , .{port}(in_ready)")));
    if let Some(l) = &m.load {
        line(format!("    , .{}(load_start), .{}(load_valid)", l.start, l.valid));
        line(format!("    , .{}(load_data), .{}(loaded)", l.data, l.loaded));
    }
    m.inputs.iter().chain(&m.outputs).for_each(|p| line(format!("    , .{0}(p_{0})", p.name)));
    line("  );".into());
    if m.in_ready.is_none() {
        line("  assign in_ready = 1'b1;".into());
    }
    line(format!(
        "  reg [{}:0] row;\n  integer from, to, got, count, i, c, clocks;\n  reg differs, told;\n  reg [1:0] first;",
        sum(&m.inputs) + 1
    ));
    line("  initial begin".into());
    m.load.iter().for_each(|l| line(loading(l)));
    line(format!("    from = $fopen(\"{STIMULUS}\", \"r\");\n    to = $fopen(\"{RESPONSE}\", \"w\");"));
    line("    got = $fscanf(from, \"%d\\n\", count);\n    for (i = 0; i < count; i = i + 1) begin".into());
    line("      got = $fscanf(from, \"%d %h\\n\", clocks, row);\n      told = 1'b0;".into());
    line("      for (c = 0; c < clocks; c = c + 1) begin\n        clock = 1'b0;".into());
    line(format!("        {{reset, in_valid, {}}} = row;\n        #5;", names(&m.inputs)));
    // A clock of a row is told if it is the first, or the first in which a valid or ready is another.
    line("        differs = c > 0 && !told && {out_valid, in_ready} !== first;".into());
    let places = " %b".repeat(m.outputs.len());
    line(format!(
        "        if (c == 0 || differs) $fdisplay(to, \"%0d %b %b{places}\", c, out_valid, in_ready, {});",
        names(&m.outputs)
    ));
    line("        if (c == 0) first = {out_valid, in_ready};\n        told = told || differs;".into());
    line("        clock = 1'b1;\n        #5;\n      end\n    end".into());
    line("    $fclose(to);\n    $finish;\n  end\nendmodule".into());
    s
}

/// The weights go in under reset, word by word; nothing may be ready before the last one is there.
fn loading(l: &Load) -> String {
    let file = l.file.rsplit('/').next().unwrap_or(&l.file);
    format!(
        "    $readmemh(\"{file}\", words);
    reset = 1'b1; in_valid = 1'b0; load_start = 1'b1; load_valid = 1'b0; load_data = 16'd0;
    clock = 1'b0; #5; clock = 1'b1; #5;
    load_start = 1'b0; load_valid = 1'b1;
    for (i = 0; i < {words}; i = i + 1) begin
      load_data = words[i];
      clock = 1'b0;
      #5;
      if (loaded !== 1'b0 || in_ready !== 1'b0) $display(\"error: loaded or ready before word %0d of {file}\", i);
      clock = 1'b1;
      #5;
    end
    load_valid = 1'b0;
    clock = 1'b0;
    #5;
    if (loaded !== 1'b1) $display(\"error: not loaded by {words} words of {file}\");",
        words = l.words
    )
}

fn run(manifest: &Manifest, work: &Path, plan: &Plan, options: &Options) -> Result<Response, SimError> {
    let stimulus = Source { name: STIMULUS.into(), bytes: rows(manifest, plan).into() };
    stage::write(work, &stimulus)?;
    let output = Run::new(Tool::Vvp, work).limit(options.limit).args(["-n", "bench.vvp"]).output()?;
    // Such as a ROM file with too few words.
    if let Some(line) = output.stdout.lines().chain(output.stderr.lines()).find(|l| complaint(l)) {
        return Err(SimError::Simulator { top: manifest.top.clone(), message: line.trim().into() });
    }
    let path = work.join(RESPONSE);
    let text = stage::text_left_by(Tool::Vvp, &path)?;
    parse(manifest, &text, plan.cycles()).map_err(|problem| SimError::Format { path, problem })
}

fn complaint(line: &str) -> bool {
    let line = line.to_ascii_lowercase();
    line.contains("warning") || line.contains("error")
}

/// A number of rows, then for each row its clocks, and reset, `in_valid` and the inputs side by side, in hexadecimal.
fn rows(m: &Manifest, plan: &Plan) -> String {
    let width = m.inputs.len();
    let s = &plan.stimulus;
    let mut text = format!("{}\n", s.cycles());
    let mut bits = Vec::new();
    for row in 0..s.cycles() {
        bits.clear();
        bits.extend([s.reset[row], s.in_valid[row]]);
        for (code, p) in s.inputs[row * width..][..width].iter().zip(&m.inputs) {
            bits.extend((0..p.format.width).rev().map(|i| (code >> i & 1) as u8));
        }
        // Digits of four bits, the last one full.
        let mut digits = bits.rchunks(4).map(|c| c.iter().fold(0, |v, b| v << 1 | u32::from(*b)));
        let line: Vec<char> = digits.by_ref().filter_map(|d| char::from_digit(d, 16)).collect();
        // Writing to a string cannot fail.
        let _ = write!(text, "{} ", s.clocks[row]);
        text.extend(line.iter().rev());
        text.push('\n');
    }
    text
}

fn parse(m: &Manifest, text: &str, cycles: usize) -> Result<Response, String> {
    let mut response = Response::default();
    for (i, line) in text.lines().enumerate() {
        let mut words = line.split_ascii_whitespace();
        let clock: u32 =
            words.next().and_then(|w| w.parse().ok()).ok_or(format!("line {}: no clock", i + 1))?;
        if clock > 0 {
            // The same row: what stands there is what it showed when it differed.
            response.pop(m);
        }
        let mut bit = || match words.next() {
            Some("0") => 0,
            Some("1") => 1,
            _ => UNKNOWN_VALID,
        };
        response.out_valid.push(bit());
        response.in_ready.push(bit());
        response.clock.push(clock);
        for port in &m.outputs {
            let word = words.next().ok_or_else(|| format!("line {}: no code of {}", i + 1, port.name))?;
            response.outputs.push(code(word, port.format));
        }
    }
    match response.out_valid.len() {
        n if n == cycles => Ok(response),
        n => Err(format!("{n} cycles instead of {cycles}")),
    }
}

/// A code from its bits, the highest first; unknown if one of them is.
fn code(bits: &str, format: Format) -> i64 {
    match u64::from_str_radix(bits, 2) {
        Ok(raw) if format.signed => (raw << (64 - format.width)) as i64 >> (64 - format.width),
        Ok(raw) => raw as i64,
        Err(_) => UNKNOWN,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{self, Duo, design, golden, have, swap};

    const TOOLS: &[Tool] = &[Tool::Iverilog, Tool::Vvp];

    fn verified(change: impl Fn(&str, String) -> String) -> Result<Report, SimError> {
        let (dir, m) = (design(change), fixture::manifest());
        let vectors = Vectors::new(m.inputs.iter().map(|p| p.format).collect()).corners(1).random(2000, 1);
        let result = verify(dir.path(), &m, &vectors, &Duo, &Options::default());
        result.inspect(|r| assert_eq!(r.samples, vectors.len()))
    }

    #[test]
    fn a_right_circuit_passes() {
        if have(TOOLS) {
            let r = verified(|_, t| t).expect("it runs");
            assert_eq!((r.mismatches, r.latency, r.interval), (0, Some(4), Some(1)), "{r:?}");
            assert!(r.passed());
        }
    }

    #[test]
    fn a_budget_is_of_clocks_however_long_the_list() {
        if !have(TOOLS) {
            return;
        }
        let (dir, m) = (design(|_, t| t), fixture::manifest());
        let vectors = Vectors::new(m.inputs.iter().map(|p| p.format).collect()).random(1 << 40, 1);
        let run = |budget| {
            let options = Options { budget: Some(budget), ..Options::default() };
            verify(dir.path(), &m, &vectors, &Duo, &options).expect("it runs")
        };
        let most = run(Duration::from_secs(3600));
        assert!(
            most.passed() && most.cycles > 10_000 && most.cycles < 2 * u64::from(MOST_CLOCKS),
            "{most:?}"
        );
        let least = run(Duration::ZERO);
        assert!(least.passed() && least.samples == FEWEST, "{least:?}");
    }

    #[test]
    fn wrong_circuits_are_caught() {
        if !have(TOOLS) {
            return;
        }
        let only = |file: &'static str, from: &'static str, to: &'static str| {
            verified(move |name, t| if name == file { swap(t, from, to) } else { t }).expect("it runs")
        };
        let shift = only("square.v", "p[16:4]", "{1'b0, p[16:5]}").first.expect("a mismatch");
        let y = golden(&shift.inputs)[2];
        assert!(matches!(shift.what, What::Output { expected, .. } if expected == y), "{shift}");
        let late = only("duo.v", "valid[3];", "valid[1];");
        assert_eq!(late.latency, Some(2));
        assert!(late.first.expect("a mismatch").to_string().starts_with("cycle 4: the latency is 2 clocks"));
        // Without a reset, out_valid is unknown: only this simulator shows it as such.
        let unset = only("duo.v", "rst ? 4'b0000 : {valid[2:0], in_valid}", "{valid[2:0], in_valid}");
        let unset = unset.first.expect("a mismatch").to_string();
        assert!(unset.contains("out_valid is unknown (x), expected 0"), "{unset}");
    }

    #[test]
    fn a_short_rom_is_an_error() {
        if have(TOOLS) {
            let short =
                |name: &str, t: String| if name == "table.mem" { t[..t.len() - 6].to_string() } else { t };
            let e = verified(short).expect_err("too few words").to_string();
            assert!(e.contains("simulation of duo: ") && e.contains("Not enough words"), "{e}");
        }
    }

    #[test]
    fn rows_and_codes_survive_the_files() {
        let s18 = Format::new(true, 18, 0).expect("a sensible format");
        assert_eq!(code("111111111111111110", s18), -2);
        assert_eq!(code("011111111111111111", s18), 131_071);
        assert_eq!(code("0111111111111x1111", s18), UNKNOWN);
        let u48 = Format::new(false, 48, 0).expect("a sensible format");
        assert_eq!(code(&"1".repeat(48), u48), (1 << 48) - 1);
    }
}
