//! What every build asks of Verilator and of the C++ compiler.

/// `unique` values for `x`, random at run time: a circuit that reads what it never wrote shows it.
/// Pieces of 20,000 statements keep two cores busy and the compiler's memory small.
pub(super) const TRANSLATE: &[&str] = &[
    "--cc",
    "--exe",
    "--no-timing",
    "-O3",
    "--x-assign",
    "unique",
    "--x-initial",
    "unique",
    "--output-split",
    "20000",
    "-Wno-fatal",
    "-Wno-lint",
    "-Wno-style",
];

/// Measured on a network of 460 constant multipliers and 51 tables: -O1 compiles in 8 s and runs 320 thousand
/// cycles/s, -O2 in 22 s and 290 thousand, -Os in 23 s and 230 thousand. Slow parts run once.
pub(super) const COMPILE: &[&str] = &["-s", "OPT_FAST=-O1", "OPT_SLOW=-O0", "OPT_GLOBAL=-O1"];
