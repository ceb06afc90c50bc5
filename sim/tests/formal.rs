//! Formal equivalence of small units with plain Verilog, for every input at once.

mod common;

use common::have;
use gainstage_golden::num::{Format, Rounding};
use gainstage_hdl::arch::{attenuator_module, squarer_module};
use gainstage_hdl::device::{Divider, Division, Family, Target};
use gainstage_hdl::emit::{Design, SourceFile};
use gainstage_hdl::expr::Graph;
use gainstage_hdl::module::Module;
use gainstage_hdl::units::square_in_logic;
use gainstage_sim::formal::{Verdict, prove};
use gainstage_sim::run::Tool;
use std::sync::Arc;
use std::time::Duration;

const LIMIT: Duration = Duration::from_secs(300);

fn format(signed: bool, width: u32, frac: i32) -> Format {
    Format::new(signed, width, frac).unwrap()
}

fn files(module: &Module) -> Vec<SourceFile> {
    Design::new(Arc::new(module.clone())).files().unwrap()
}

/// Proves a module, and that the same proof fails for every planted fault: a text of the Verilog and what takes its place.
fn proven(module: &Module, specification: &str, faults: &[(&str, &str)]) {
    let sound = files(module);
    let verdict = prove(module, &sound, specification, LIMIT).unwrap();
    assert_eq!(verdict, Verdict::Equivalent, "{}", module.name());
    for &(from, to) in faults {
        let mut broken = sound.clone();
        let file = broken.iter_mut().find(|f| f.path.ends_with(".v") && f.text.contains(from));
        let file = file.unwrap_or_else(|| panic!("{}: there is no {from:?} to break", module.name()));
        file.text = file.text.replacen(from, to, 1);
        let verdict = prove(module, &broken, specification, LIMIT).unwrap();
        assert!(matches!(verdict, Verdict::Different(_)), "{}: {to:?} for {from:?}", module.name());
    }
}

fn port(kind: &str, name: &str, f: Format) -> String {
    format!("{kind} {}[{}:0] {name}", if f.signed { "signed " } else { "" }, f.width - 1)
}

/// `wide` saturated to a format, as the value of y.
fn saturated(wide: &str, y: Format) -> String {
    let (lo, hi) = (y.min_code(), y.max_code());
    format!("assign y = {wide} > 64'sd{hi} ? 64'sd{hi} : {wide} < {} ? {} : {wide};", number(lo), number(lo))
}

fn number(v: i64) -> String {
    format!("{}64'sd{}", if v < 0 { "-" } else { "" }, v.unsigned_abs())
}

/// `from` shifted right by `shift` with a rounding, in 64 bits: written without a look at the circuit.
fn rounded(from: &str, shift: u32, rounding: Rounding) -> String {
    let (half, one) = (1i64 << shift >> 1, 1i64 << shift);
    let mut text = format!("wire signed [63:0] v = {from}; wire signed [63:0] floor = v >>> {shift};\n");
    text += &match rounding {
        _ if shift == 0 => "wire signed [63:0] r = v;\n".to_owned(),
        Rounding::Floor => "wire signed [63:0] r = floor;\n".to_owned(),
        Rounding::HalfUp => format!("wire signed [63:0] r = (v + 64'sd{half}) >>> {shift};\n"),
        Rounding::HalfAway => format!(
            "wire signed [63:0] size = v < 0 ? -v : v; wire signed [63:0] up = (size + 64'sd{half}) >>> {shift};\n\
             wire signed [63:0] r = v < 0 ? -up : up;\n"
        ),
        Rounding::HalfEven => format!(
            "wire signed [63:0] rest = v - floor * 64'sd{one};\n\
             wire signed [63:0] r = (rest > 64'sd{half} || (rest == 64'sd{half} && floor[0])) ? floor + 64'sd1 : floor;\n"
        ),
    };
    text
}

#[test]
fn squarers() {
    if !have(Tool::Yosys) {
        return;
    }
    for bits in [8, 10, 12] {
        let mut g = Graph::new();
        let k = g.input_range("k", 0, (1 << bits) - 1);
        let y = square_in_logic(&mut g, k);
        g.output_range("y", y);
        let module = Module::new("square_in_logic", "", g, &Target::new(Family::Ecp5).with_clock(100.0));
        let most = bits - 1;
        let specification = format!(
            "module specification(input [{most}:0] k, output [{}:0] y);\nassign y = k * k;\nendmodule\n",
            2 * bits - 1
        );
        let faults: &[_] = if bits == 8 { &[(" + ", " - ")] } else { &[] };
        proven(&module, &specification, faults);
    }
    for (h, y) in [
        (format(true, 12, 6), format(true, 12, 6)),
        (format(true, 8, 4), format(false, 16, 8)),
        (format(false, 9, 4), format(true, 6, -1)),
    ] {
        let module = squarer_module(h, y, "squarer", &Target::new(Family::Ecp5).with_clock(150.0));
        let shift = (2 * h.frac - y.frac) as u32;
        let specification = format!(
            "module specification({}, {});\nwire signed [63:0] k = h;\n{}{}\nendmodule\n",
            port("input", "h", h),
            port("output", "y", y),
            rounded("k * k", shift, Rounding::HalfUp),
            saturated("r", y)
        );
        proven(&module, &specification, &[(" * ", " + ")]);
    }
}

#[test]
fn requantizers() {
    if !have(Tool::Yosys) {
        return;
    }
    let cases = [
        (format(true, 12, 8), format(true, 8, 4)),
        (format(true, 16, 10), format(false, 7, 3)),
        (format(false, 10, 6), format(true, 5, 5)),
        (format(true, 9, 3), format(true, 12, 3)),
        (format(true, 20, 19), format(true, 4, 1)),
    ];
    for (from, to) in cases {
        for rounding in [Rounding::HalfUp, Rounding::HalfAway, Rounding::HalfEven, Rounding::Floor] {
            let mut g = Graph::new();
            let x = g.input("x", from);
            let y = g.requantize(x, from.frac, to, rounding);
            g.output("y", y, to);
            let module = Module::new("requantizer", "", g, &Target::new(Family::Generic).with_clock(50.0));
            let specification = format!(
                "module specification({}, {});\n{}{}\nendmodule\n",
                port("input", "x", from),
                port("output", "y", to),
                rounded("x", (from.frac - to.frac) as u32, rounding),
                saturated("r", to)
            );
            proven(&module, &specification, &[]);
        }
    }
}

#[test]
fn dividers() {
    if !have(Tool::Yosys) {
        return;
    }
    let all = [Divider::Radix2, Divider::Radix4, Divider::Corrected];
    for (b, h, y, ways) in [
        (1 << 8, format(true, 8, 4), format(true, 8, 7), &all[..]),
        (300, format(false, 9, 4), format(false, 8, 8), &all[..1]),
        (1 << 12, format(true, 10, 6), format(true, 10, 9), &all[..1]),
    ] {
        // Half away from zero on magnitudes, then the sign, then the nearest code.
        let specification = format!(
            "module specification({}, {});\nwire signed [63:0] k = h;\nwire [47:0] m = k < 0 ? -k : k;\n\
             wire [47:0] d = m * m + 48'd{b};\nwire [47:0] q = ((m << {}) + d) / (d << 1);\n\
             wire signed [63:0] size = {{16'd0, q}};\nwire signed [63:0] r = k < 0 ? -size : size;\n{}\nendmodule\n",
            port("input", "h", h),
            port("output", "y", y),
            h.frac + y.frac + 1,
            saturated("r", y)
        );
        for &divider in ways {
            let target = Target::new(Family::Ecp5).with_clock(1.0);
            let target = target.with_division(Division { divider, rows_per_clock: None });
            let module = attenuator_module(b, h, y, "divider", &target);
            let faults: &[_] =
                if divider == Divider::Radix2 { &[(".SUBTRACT(1)", ".SUBTRACT(0)")] } else { &[] };
            proven(&module, &specification, faults);
        }
    }
}
