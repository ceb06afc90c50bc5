//! Small circuits whose cells can be told by hand, and were counted by yosys 0.23.

use super::of;
use crate::board::Capacity;
use crate::device::{Family, Target};
use crate::expr::Graph;
use crate::module::Module;

fn cells(family: Family, mhz: f64, build: impl FnOnce(&mut Graph)) -> Capacity {
    let mut g = Graph::new();
    build(&mut g);
    let target = Target::new(family).with_clock(mhz);
    of(&Module::new("m", "", g, &target)).0
}

#[test]
fn a_sum_is_a_chain_without_the_bits_that_pass() {
    let sum = |g: &mut Graph| {
        let (x, y) = (g.input_range("x", 0, 255), g.input_range("y", 0, 255));
        // Two bits of x pass below y.
        let high = g.shl(y, 2);
        let sum = g.add(x, high);
        g.output_range("sum", sum);
    };
    // Bits 2 to 10 in the chain, ECP5's in pairs; eleven registers.
    for (family, lut) in [(Family::Ice40, 9), (Family::Ecp5, 10), (Family::Xc7, 6)] {
        assert_eq!(cells(family, 10.0, sum), Capacity { lut, ff: 11, dsp: 0, bram: 0, spram: 0 }, "{family}");
    }
}

#[test]
fn a_step_of_a_division_is_a_cell_a_bit_on_ice40() {
    let count = cells(Family::Ice40, 10.0, |g| {
        let (x, y) = (g.input_range("x", 0, 255), g.input_range("y", 0, 255));
        let rest = g.sub(x, y);
        let negative = g.is_negative(rest);
        let kept = g.mux(negative, x, rest);
        let kept = g.slice(kept, 0, 8);
        g.output_range("kept", kept);
    });
    // The sign has a cell; the complements of y have one each; differences and choices share theirs.
    assert_eq!((count.lut, count.ff), (8 + 8 + 1, 8));
}

#[test]
fn a_constant_before_a_register_is_its_reset() {
    let count = cells(Family::Ecp5, 10.0, |g| {
        let (x, over) = (g.input_range("x", 0, 255), g.input_range("over", 0, 1));
        let most = g.constant(255);
        let y = g.mux(over, most, x);
        g.output_range("y", y);
    });
    assert_eq!((count.lut, count.ff), (0, 8));
}

/// x waits for its square, and both for the sum; what is delayed twice is there once.
#[test]
fn delays_are_shift_registers_on_xilinx_alone() {
    let delayed = |g: &mut Graph| {
        let x = g.input_range("x", 0, 15);
        let words = (0..16).map(|i| (i * 7) % 16).collect();
        let rom = crate::expr::Rom::new("r", words).with_style(crate::expr::RomStyle::Block);
        let rom = std::sync::Arc::new(rom);
        let mut y = x;
        for _ in 0..4 {
            y = g.rom(y, &rom);
        }
        g.output_range("held", x);
        g.output_range("y", y);
    };
    let (xc7, ecp5) = (cells(Family::Xc7, 10.0, delayed), cells(Family::Ecp5, 10.0, delayed));
    assert_eq!((xc7.bram, ecp5.bram), (4, 4));
    // Four registers of y; those of x, four bits for at least four clocks, are tables on Xilinx 7.
    assert_eq!((ecp5.lut, xc7.lut, xc7.ff), (0, 4, 4), "{xc7:?} {ecp5:?}");
    assert!(ecp5.ff >= xc7.ff + 16, "{ecp5:?}");
}

#[test]
fn a_table_of_sixteen_words_is_a_look_up_table_a_column() {
    let table = |g: &mut Graph| {
        let x = g.input_range("x", 0, 15);
        let words = (0..16).map(|i| (i * i * 5 + 3) % 64).collect();
        let rom = std::sync::Arc::new(crate::expr::Rom::new("r", words));
        let y = g.rom(x, &rom);
        g.output_range("y", y);
    };
    let count = cells(Family::Ecp5, 10.0, table);
    assert!((1..=6).contains(&count.lut) && count.bram == 0, "{count:?}");
}
