//! From what was asked for to the means of a circuit: `auto` is decided here.

use crate::project::{Architecture, Build};
use crate::term;
use gainstage_golden::plan::Plan;
use gainstage_hdl::arch::{Choice, choose, usual_part};
use gainstage_hdl::board::Capacity;
use gainstage_hdl::wrap;

/// The means that a project demands, before there is a plan: `auto` is not yet decided.
///
/// # Errors
/// A rate that the clock cannot keep; `auto` with reuse factors; means that contradict each other.
pub fn demanded(build: &Build) -> anyhow::Result<wrap::Build> {
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
    anyhow::ensure!(
        build.arch != Some(Architecture::Auto) || build.reuse.is_empty(),
        "auto chooses the reuse itself: leave --reuse out, or use --arch folded"
    );
    means.target()?;
    Ok(means)
}

/// The means for a plan on a part, of which nothing is said.
///
/// # Errors
/// As [`means`].
pub fn chosen(build: &Build, plan: &Plan, part: Capacity) -> anyhow::Result<wrap::Build> {
    let means = demanded(build)?;
    if build.arch != Some(Architecture::Auto) {
        return Ok(means);
    }
    Ok(choose(plan.valid()?, &means, means.interval, part)?.build)
}

/// The means for a plan, on a part of which not more is known than its family if `part` is `None`. `auto` says on
/// standard error what it chose, and why.
///
/// # Errors
/// As [`demanded`]; `auto` where no architecture fits the part.
pub fn means(build: &Build, plan: &Plan, part: Option<Capacity>) -> anyhow::Result<wrap::Build> {
    let means = demanded(build)?;
    if build.arch != Some(Architecture::Auto) {
        return Ok(means);
    }
    let capacity = part.unwrap_or_else(|| usual_part(build.target.0));
    let choice = choose(plan.valid()?, &means, means.interval, capacity)?;
    let part = if part.is_some() { "the part" } else { "a small part" };
    term::say(&explain(&choice, means.interval, part));
    Ok(choice.build)
}

/// Sizes of what was looked at, the chosen one first.
fn explain(choice: &Choice, interval: Option<u32>, part: &str) -> String {
    let mut text = match interval {
        Some(n) => format!("auto, a sample every {n} clocks at most; estimates, smallest first:"),
        None => "auto, the quickest that leaves room; estimates, the chosen one first:".to_owned(),
    };
    for c in &choice.candidates {
        let k = c.cost;
        text += &format!(
            "\n  {:<10} interval {:>4}, latency {:>4}: {} LUT, {} FF, {} multipliers, {} block RAMs{}, {:.0} % of {part}",
            c.architecture.name(),
            c.interval,
            c.latency,
            k.lut,
            k.ff,
            k.dsp,
            k.bram,
            if k.spram > 0 { format!(", {} SPRAM blocks", k.spram) } else { String::new() },
            100.0 * c.share
        );
    }
    choice.refused.iter().for_each(|why| text += &format!("\n  {why}"));
    text
}
