//! Of the text only. That the program computes the plan is shown by compiling and running it, in `gainstage-sim`.

use super::text::{list, literal};
use super::*;
use crate::export::steps::storage;
use crate::num::Format;

#[test]
fn constants_are_constants_of_their_type() {
    assert_eq!(literal(-3), "(-INT64_C(3))");
    assert_eq!(literal(i64::MAX), "INT64_C(9223372036854775807)");
    assert_eq!(literal(i64::MIN), "(-INT64_C(9223372036854775807) - 1)");
    assert_eq!(
        [storage([127, -128]), storage([128]), storage([-32769]), storage([1 << 31])],
        [8, 16, 32, 64]
    );
    assert_eq!(list(&[-1, 2], 8), "{-1, 2}");
    assert_eq!(list(&[i32::MIN.into()], 32), "{(-2147483647 - 1)}");
    let long = list(&[-123_456_789; 40], 32);
    assert!(long.lines().all(|l| l.len() <= 110), "{long}");
}

#[test]
fn sizes_stand_in_the_header() {
    let (h, y) = (Format::new(true, 10, 4).expect("a format"), Format::new(false, 12, -2).expect("a format"));
    let program = c99(&Plan::of_squarer("sq", h, y));
    assert!(program.header.contains("x[0]  10 bits, 4 of them fraction: codes -512 to 511, unit 2^-4"));
    assert!(program.header.contains("y[0]  12 bits, -2 of them fraction: codes 0 to 4095, unit 2^2"));
    // One weight of 8 bits, one bias; one layer needs no buffers.
    assert_eq!((program.weight_bytes, program.table_bytes, program.stack_bytes), (9, 0, 1024));
    let sizes = "9 bytes of weights and biases, 0 bytes of tables. Stack: at most 1024 bytes.";
    assert!(program.header.contains(sizes), "{}", program.header);
    assert!(!program.source.contains("table"), "nothing that is not used");
}

/// On an AVR no constant may be read as a variable; elsewhere the two programs differ in nothing that computes.
#[test]
fn constants_in_program_memory_are_read_through_functions() {
    let plan = Plan::of_squarer(
        "sq",
        Format::new(true, 10, 4).expect("a format"),
        Format::new(true, 12, 2).expect("a format"),
    );
    let (plain, progmem) = (c99(&plan), c99_with(&plan, Options { progmem: true, ..Options::default() }));
    assert!(!plain.source.contains("CONSTANT") && !plain.source.contains("avr"), "{}", plain.source);
    assert!(progmem.source.contains("static const int8_t layer0_w[1][1] CONSTANT = {"), "{}", progmem.source);
    assert!(progmem.source.contains("acc += constant8(&w[i]) * x[i];"), "{}", progmem.source);
    assert!(!progmem.source.contains("constant16"), "nothing that is not used");
    assert!(progmem.header.contains("within its first 64 KiB"), "{}", progmem.header);
}

/// The header says how values stand in buffers: what no value reaches is 1.
#[test]
fn buffers_state_their_scales() {
    let (h, y) = (Format::new(true, 10, 4).expect("a format"), Format::new(false, 12, -2).expect("a format"));
    let options = Options { buffers: Some(Buffers::Q15), ..Options::default() };
    let program = c99_with(&Plan::of_squarer("sq", h, y), options);
    // s10.4 reaches from -32 to 32, u12.-2 from 0 to 16384.
    assert!(program.header.contains("x[0]  full scale 2^5: a value is q * 2^-10"), "{}", program.header);
    assert!(program.header.contains("y[0]  full scale 2^14: a value is q * 2^-1"), "{}", program.header);
    assert!(program.header.contains("void sq_run_q15(const int16_t *x, int16_t *y);"));
    assert!(program.cpp.contains("std::array<std::int16_t, outputs> run_q15("), "{}", program.cpp);
}
