//! Of the text only. That the crate computes the plan is shown by compiling and running it, in `gainstage-sim`.

use super::*;
use crate::num::Format;

fn squarer(name: &str, h: Format, y: Format) -> Plan {
    Plan::of_squarer(name, h, y)
}

#[test]
fn ports_have_the_narrowest_types_that_hold_them() {
    let f = |signed, width, frac| Format::new(signed, width, frac).expect("a format");
    for (format, name) in [
        (f(true, 16, 12), "FixedI32<fixed::types::extra::U12>"),
        (f(true, 32, 32), "FixedI32<fixed::types::extra::U32>"),
        (f(false, 32, 32), "FixedI64<fixed::types::extra::U32>"),
        (f(true, 8, 33), "FixedI64<fixed::types::extra::U33>"),
        (f(true, 48, -16), "FixedI64<fixed::types::extra::U0>"),
        (f(false, 48, -16), "FixedI128<fixed::types::extra::U0>"),
    ] {
        let library = rust(&squarer("sq", f(true, 10, 4), format)).library;
        assert!(library.contains(&format!("pub type Output = fixed::{name};")), "{format}: {library}");
    }
}

#[test]
fn words_of_the_language_name_no_crate() {
    let f = Format::new(true, 8, 4).expect("a format");
    let made = rust(&squarer("impl", f, f));
    assert_eq!(made.name, "impl_net");
    assert!(made.manifest.contains("name = \"impl_net\"") && made.library.contains("impl_net::run_codes"));
    assert_eq!(rust(&squarer("sensor", f, f)).name, "sensor");
}
