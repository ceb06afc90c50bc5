use super::*;
use crate::fixture::{self, Duo, design, golden, have, swap};
use gainstage_hdl::wrap::manifest::Architecture;
use std::sync::atomic::{AtomicU64, Ordering};

const TOOLS: &[Tool] = &[Tool::Verilator, Tool::Make, Tool::Cxx];

fn vectors(manifest: &Manifest, random: u64) -> Vectors {
    let formats: Vec<_> = manifest.inputs.iter().map(|p| p.format).collect();
    Vectors::new(formats).corners(1).random(random, 2)
}

fn options() -> Options<'static> {
    Options { build: fixture::options(), ..Options::default() }
}

/// Verifies a changed circuit; there must be a mismatch and a waveform of it.
fn caught(manifest: &Manifest, change: impl Fn(&str, String) -> String) -> (Report, Mismatch) {
    let dir = design(change);
    let waveform = dir.path().join("mismatch.vcd");
    let options = Options { waveform: Some(waveform.clone()), ..options() };
    let report = verify(dir.path(), manifest, &vectors(manifest, 20_000), &Duo, &options).expect("it runs");
    assert!(!report.passed() && report.mismatches > 0);
    assert_eq!(report.interval, None);
    let first = report.first.clone().expect("a mismatch");
    assert_eq!(first.waveform.as_ref(), Some(&waveform));
    let text = std::fs::read_to_string(&waveform).expect("a waveform");
    assert!(
        text.contains("$enddefinitions") && text.contains(&format!("\n#{}\n", first.cycle * 10)),
        "{text}"
    );
    (report, first)
}

fn only(file: &'static str, from: &'static str, to: &'static str) -> impl Fn(&str, String) -> String {
    move |name, text| if name == file { swap(text, from, to) } else { text }
}

#[test]
fn a_right_circuit_passes_in_every_cycle() {
    if !have(TOOLS) {
        return;
    }
    let (dir, m) = (design(|_, t| t), fixture::manifest());
    let told = AtomicU64::new(0);
    let models = AtomicU64::new(0);
    let progress = |p| match p {
        Progress::Simulated(n) => _ = told.fetch_add(n, Ordering::Relaxed),
        Progress::Cached | Progress::Building => _ = models.fetch_add(1, Ordering::Relaxed),
        Progress::Tracing => panic!("nothing is wrong"),
    };
    let v = vectors(&m, 50_000).exhaustive();
    assert!(v.len() > 1 << 18);
    let options = Options { progress: Some(&progress), ..options() };
    let report = verify(dir.path(), &m, &v, &Duo, &options).expect("it runs");
    assert_eq!(
        (report.mismatches, report.latency, report.interval, &report.first),
        (0, Some(4), Some(1), &None)
    );
    assert!(report.passed());
    assert_eq!((report.samples, told.load(Ordering::Relaxed)), (v.len(), v.len()));
    assert_eq!(models.load(Ordering::Relaxed), 1);
    assert!(report.cycles > report.samples + report.samples / 20, "there are gaps: {}", report.cycles);
    // A closure is a model without probes.
    let closure = |x: &[i64], y: &mut [i64]| y[0] = golden(x)[2];
    assert!(verify(dir.path(), &m, &v, &closure, &options).expect("it runs").passed());
}

#[test]
fn one_flipped_rom_bit_is_caught() {
    if !have(TOOLS) {
        return;
    }
    // Entry 3 is (3·37 + 11) mod 256 - 128 = -6, 0xfa. The sums reach it with h1 = 3 only.
    let lines = |t: String| {
        let flip = |(i, line): (usize, &str)| if i == 3 { "fb\n".to_string() } else { format!("{line}\n") };
        t.lines().enumerate().map(flip).collect::<String>()
    };
    assert_eq!(fixture::rom().lines().nth(3), Some("fa"));
    let m = fixture::manifest();
    let (report, first) = caught(&m, |name, t| if name == "table.mem" { lines(t) } else { t });
    assert_eq!(golden(&first.inputs)[1], 3);
    let y = golden(&first.inputs)[2];
    assert_eq!(first.what, What::Output { port: "y".into(), expected: y, actual: Some(y + 1) });
    let located = first.located.expect("located");
    assert_eq!((located.layer, located.neuron, located.signal.as_str()), (1, 0, "y"));
    assert_eq!((located.cycle, located.expected, located.actual), (first.cycle, y, Some(y + 1)));
    assert!(report.mismatches > 100 && report.mismatches < report.samples / 10, "{}", report.mismatches);
}

#[test]
fn a_changed_shift_is_caught_in_its_neuron() {
    if !have(TOOLS) {
        return;
    }
    let (_, first) = caught(&fixture::manifest(), only("square.v", "p[16:4]", "{1'b0, p[16:5]}"));
    let located = first.located.as_ref().expect("located");
    let [h0, h1, _] = golden(&first.inputs);
    let expected = if located.neuron == 0 { h0 } else { h1 };
    let input = first.inputs[located.neuron];
    assert_eq!((located.layer, &*located.signal), (0, &*format!("s{}.y", located.neuron)));
    assert_eq!((located.expected, located.actual), (expected, Some(((input * input) >> 5).min(255))));
    assert_eq!(located.cycle, first.cycle - 2);
    let text = first.to_string();
    assert!(text.contains("first wrong: layer 0, neuron ") && text.contains("mismatch.vcd"), "{text}");
}

#[test]
fn a_dropped_register_is_caught() {
    if !have(TOOLS) {
        return;
    }
    let drop = only("duo.v", "$signed({2'b00, h0_late})", "$signed({2'b00, h0})");
    let (_, first) = caught(&fixture::manifest(), drop);
    assert!(matches!(first.what, What::Output { .. }), "{first}");
    assert_eq!(first.located.as_ref().map(|l| l.layer), Some(1), "{first}");
    // Probes of the first layer alone show that the fault is behind it.
    let mut blind = fixture::manifest();
    blind.probes.retain(|p| p.layer == 0);
    let (_, first) = caught(&blind, only("duo.v", "$signed({2'b00, h0_late})", "$signed({2'b00, h0})"));
    assert!(first.located.is_none() && first.to_string().contains("2 probed neurons are right"), "{first}");
}

#[test]
fn another_latency_is_told_with_both_numbers() {
    if !have(TOOLS) {
        return;
    }
    let (report, first) = caught(&fixture::manifest(), only("duo.v", "valid[3];", "valid[2];"));
    assert_eq!(report.latency, Some(3));
    assert!(first.to_string().contains("the latency is 3 clocks, but the manifest says 4"), "{first}");
    let (report, first) = caught(&fixture::manifest(), only("duo.v", "valid[3];", "1'b0;"));
    assert_eq!(report.latency, None);
    assert!(first.to_string().contains("out_valid never rose"), "{first}");
}

#[test]
fn a_reset_that_forgets_a_stage_is_caught() {
    if !have(TOOLS) {
        return;
    }
    let (_, first) = caught(&fixture::manifest(), only("duo.v", "rst ? 4'b0000", "rst ? {valid[2], 3'b000}"));
    assert!(matches!(first.what, What::Valid { expected: false, .. }), "{first}");
    assert!(first.located.is_none());
}

/// Three times a number, by adding, one sample in three clocks; a sample that comes too early is not taken.
const THRICE: &str = "`default_nettype none
module thrice (input wire clk, input wire rst, input wire in_valid, input wire [7:0] x,
               output reg out_valid, output reg [9:0] y);
  reg [7:0] held;
  reg [1:0] left;
  always @(posedge clk) begin
    out_valid <= 1'b0;
    if (rst) left <= 2'd0;
    else if (left != 2'd0) begin
      y <= y + {2'b00, held};
      left <= left - 2'd1;
      out_valid <= left == 2'd1;
    end else if (in_valid) begin
      y <= {2'b00, x};
      held <= x;
      left <= 2'd2;
    end
  end
endmodule
`default_nettype wire
";

#[test]
fn a_circuit_with_an_interval() {
    if !have(TOOLS) {
        return;
    }
    let mut m = fixture::manifest();
    m.architecture = Architecture::Folded;
    (m.top, m.latency, m.interval) = ("thrice".into(), 3, 3);
    m.inputs.truncate(1);
    m.inputs[0].name = "x".into();
    m.probes.clear();
    (m.inputs[0].format.signed, m.inputs[0].format.width) = (false, 8);
    m.outputs[0].format.signed = false;
    (m.files.verilog, m.files.roms) = (vec!["rtl/thrice.v".into()], vec![]);
    let dir = tempfile::tempdir().expect("a directory");
    fixture::write(dir.path(), &m, &[("thrice.v", THRICE)]);
    let model = |x: &[i64], y: &mut [i64]| y[0] = 3 * x[0];
    let run = |m: &Manifest| verify(dir.path(), m, &vectors(m, 20_000), &model, &options()).expect("it runs");
    let report = run(&m);
    assert_eq!((report.mismatches, report.latency, report.interval), (0, Some(3), Some(3)), "{report:?}");
    // A promise that the circuit does not keep.
    let report = run(&Manifest { interval: 2, ..m });
    assert_eq!((report.latency, report.interval), (Some(3), None));
    assert!(matches!(report.first.expect("a mismatch").what, What::Valid { expected: true, .. }));
}

#[test]
fn vectors_for_another_circuit_are_refused() {
    let (dir, m) = (design(|_, t| t), fixture::manifest());
    let e = verify(dir.path(), &m, &Vectors::new(vec![m.inputs[0].format]).corners(1), &Duo, &options());
    let e = e.expect_err("one input").to_string();
    assert!(e.starts_with("vectors: formats s9.0, but the circuit's inputs are s9.0 s9.0"), "{e}");
    let none = Vectors::new(m.inputs.iter().map(|p| p.format).collect());
    assert!(verify(dir.path(), &m, &none, &Duo, &options()).is_err(), "nothing proved");
}
