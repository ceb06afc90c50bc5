//! `campaign`: random networks through everything that computes them, and planted faults.

use super::Outcome;
use crate::exit;
use crate::flow::campaign::{FaultTally, Options, Tally, faults, networks};
use crate::term::Progress;
use std::fmt::Write;

/// Arguments of `campaign`.
#[derive(clap::Args)]
#[command(after_help = "\
Draws networks of 1 to 4 inputs, outputs and layers, with every activation and kind and with widths of 4 to 24 bits,
each value in a format of its own, and compares each with the integer model: the circuit in Verilator (three of five
parallel, one folded, one sequential), the exported program in C, and every tenth circuit in Icarus Verilog. Then plants faults in circuits of one narrow input: each must
be caught, or change no output of any input code in both simulators. Exit code 1 if anything differs or escapes.

Examples:
  gainstage campaign
  gainstage campaign --networks 20 --samples 200000 --faults 10")]
pub struct Args {
    /// Networks
    #[arg(long, value_name = "N", default_value_t = 200)]
    networks: u64,
    /// Samples of all networks together
    #[arg(long, value_name = "N", default_value_t = 10_000_000)]
    samples: u64,
    /// Planted faults
    #[arg(long, value_name = "N", default_value_t = 60)]
    faults: usize,
    /// Decides everything
    #[arg(long, value_name = "S", default_value_t = 1)]
    seed: u64,
}

/// Runs `campaign`.
pub fn run(args: &Args) -> anyhow::Result<Outcome> {
    let mut progress = Progress::new("networks", args.networks);
    let options = Options { networks: args.networks, samples: args.samples, seed: args.seed };
    let tally = networks(&options, |t| {
        progress.update(t.networks, &format!("{} samples, {} mismatches", t.verilator, t.mismatches));
    })?;
    progress.finish();
    let mut progress = Progress::new("faults", args.faults as u64);
    let planted = faults(args.faults, args.seed, |t| {
        progress.update(t.planted as u64, &format!("{} caught, {} equivalent", t.caught, t.equivalent));
    })?;
    progress.finish();
    let ok = tally.mismatches == 0 && planted.disputed == 0;
    let json = serde_json::json!({ "ok": ok, "networks": tally, "faults": planted });
    let code = if ok { exit::HELD } else { exit::CHECK_FAILED };
    Ok(Outcome { text: text(&tally, &planted), json, code })
}

fn text(t: &Tally, f: &FaultTally) -> String {
    let kinds: Vec<String> = f.kinds.iter().map(|(kind, count)| format!("{count} {kind}")).collect();
    let planted: Vec<String> = f.architectures.iter().map(|(a, count)| format!("{count} {a}")).collect();
    let architectures: Vec<String> =
        t.architectures.iter().map(|(a, count)| format!("{count} {a}")).collect();
    let mut text = format!(
        "networks    {} ({}; {} more had no plan), {} of 24 pairs of activation and kind, widths {} to {}\n\
         Verilator   {} samples\n\
         C           {} samples\n\
         Icarus      {} samples, {} networks\n\
         mismatches  {}\n\
         faults      {} planted ({}; {}): {} caught, {} equivalent, {} disputed\n",
        t.networks,
        architectures.join(", "),
        t.without_plan,
        t.functions,
        t.widths.0,
        t.widths.1,
        t.verilator,
        t.c99,
        t.icarus,
        t.icarus_networks,
        t.mismatches,
        f.planted,
        planted.join(", "),
        kinds.join(", "),
        f.caught,
        f.equivalent,
        f.disputed
    );
    // Writing to a string cannot fail.
    if let Some(first) = &t.first {
        let _ = writeln!(text, "first: {first}");
    }
    for place in &f.places {
        let _ = writeln!(text, "  not seen: {place}");
    }
    text
}
