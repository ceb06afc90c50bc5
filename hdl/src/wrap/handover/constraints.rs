//! Clock constraints.

use crate::wrap::manifest::Manifest;

/// A Synopsys design constraint: the clock that the registers were placed for.
pub fn sdc(m: &Manifest) -> String {
    let Manifest { top, clock, clock_mhz, .. } = m;
    format!(
        "# {top}: the registers were placed for {clock_mhz} MHz.\n\
         create_clock -name {clock} -period {} [get_ports {{{clock}}}]\n",
        period(*clock_mhz)
    )
}

/// The same for Vivado: of the top level, where the circuit's clock is a port.
pub fn xdc(m: &Manifest) -> String {
    format!(
        "{}# Inside a larger design leave this out and constrain the clock that drives it, or read this file with\n\
         # read_xdc -mode out_of_context.\n",
        sdc(m)
    )
}

/// ns with three places, rounded down: a constraint must not be looser than what was asked for.
fn period(clock_mhz: f64) -> String {
    let ps = (1e6 / clock_mhz).floor().max(1.0) as u64;
    format!("{}.{:03}", ps / 1000, ps % 1000)
}
