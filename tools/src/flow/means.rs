//! From what was asked for to the means of a circuit: `auto` is decided here.

use crate::project::{Architecture, Build};
use crate::term;
use anyhow::Context;
use gainstage_golden::plan::Plan;
use gainstage_hdl::arch::{Choice, choose, usual_part};
use gainstage_hdl::wrap;

/// The means for a plan. `auto` says on standard error what it chose, and why.
///
/// # Errors
/// A rate that the clock cannot keep; `auto` without a demand, or with reuse factors.
pub fn means(build: &Build, plan: &Plan) -> anyhow::Result<wrap::Build> {
    let mut means = build.means();
    if let Some(rate) = build.rate {
        let clocks = (means.clock_mhz * 1e6 / rate).floor();
        anyhow::ensure!(
            rate > 0.0 && clocks >= 1.0,
            "a rate of {rate} samples per second at {} MHz: give a positive rate, at most one sample a clock",
            means.clock_mhz
        );
        means.interval = Some(clocks.min(f64::from(u32::MAX)) as u32);
    }
    if build.arch != Architecture::Auto {
        return Ok(means);
    }
    anyhow::ensure!(
        build.reuse.is_empty(),
        "auto chooses the reuse itself: leave --reuse out, or use --arch folded"
    );
    let interval = means.interval.context(
        "auto needs to know how quick the circuit must be: give --rate (samples per second) or --interval (clocks)",
    )?;
    let choice = choose(plan, &means, interval, usual_part(build.target.0))?;
    term::say(&explain(&choice, interval));
    Ok(choice.build)
}

/// Sizes of what was looked at, the chosen one first.
fn explain(choice: &Choice, interval: u32) -> String {
    let mut text = format!("auto, a sample every {interval} clocks at most; estimates, smallest first:");
    for c in &choice.candidates {
        let k = c.cost;
        text += &format!(
            "\n  {:<10} interval {:>4}, latency {:>4}: {} LUT, {} FF, {} multipliers, {} block RAMs, {:.0} % of a small part",
            format!("{:?}", c.architecture).to_lowercase(),
            c.interval,
            c.latency,
            k.lut,
            k.ff,
            k.dsp,
            k.bram,
            100.0 * c.share
        );
    }
    choice.refused.iter().for_each(|why| text += &format!("\n  {why}"));
    text
}
