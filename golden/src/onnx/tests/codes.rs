//! Quantized files: plans with the file's codes, and refusals of what programs round differently.

use super::*;
use crate::onnx::{Imported, Options, PlanImport, imported};
use crate::plan::{Plan, Stage};

fn bytes(dims: &[i64], data_type: i32, data: &[i32]) -> TensorProto {
    TensorProto { dims: dims.to_vec(), data_type, int32_data: data.to_vec(), ..Default::default() }
}

impl Build {
    /// A node of QONNX.
    fn qonnx(self, text: &str, attributes: Vec<AttributeProto>) -> Build {
        let mut build = self.with(text, attributes);
        build.graph.node.last_mut().expect("a node").domain = "qonnx.custom_op.general".into();
        build
    }

    /// A quantizer with the scale `s`, no zero point, and 4 bits, from the constants that `scales` adds.
    fn quant(self, from: &str, scale: &str, bits: &str, to: &str, signed: bool, mode: &str) -> Build {
        let attributes =
            vec![whole("signed", signed.into()), whole("narrow", 0), text("rounding_mode", mode)];
        self.qonnx(&format!("Quant {from} {scale} zero {bits} -> {to}"), attributes)
    }

    fn scales(self, all: &[(&str, f32)]) -> Build {
        all.iter().fold(self, |b, (name, v)| b.weights(name, &[], &[*v]))
    }

    fn import_with(self, options: Options) -> Result<Imported, Fault> {
        let build = if self.graph.output.is_empty() { self.output("y") } else { self };
        imported(build.bytes(), Path::new("."), "some file", options)
    }

    fn planned(self) -> PlanImport {
        match self.import_with(Options::default()) {
            Ok(Imported::Plan(plan)) => *plan,
            other => panic!("{other:?}"),
        }
    }

    fn unplanned(self) -> String {
        self.import_with(Options::default()).expect_err("refused").to_string()
    }
}

/// y = Quant(Relu(w·Quant(x) + b)) for one input in steps of 1/4 and one output in steps of 1/2.
fn small(mode: &str, scale: f32) -> Build {
    Build::new(1)
        .scales(&[("zero", 0.0), ("four", 4.0), ("sx", 0.25), ("sy", scale)])
        .weights("w", &[1, 1], &[0.375])
        .weights("b", &[1], &[0.25])
        .quant("x", "sx", "four", "q", true, "ROUND")
        .node("Gemm q w b -> s")
        .quant("s", "sy", "four", "y", true, mode)
}

/// A rounding of real numbers.
type Round = fn(f64) -> f64;

/// The output codes of all codes of the only input.
fn codes(plan: &Plan) -> Vec<i64> {
    plan.inputs[0].codes().map(|c| plan.trace(&[c]).last().expect("a layer")[0]).collect()
}

#[test]
fn every_rounding_is_kept() {
    // 3/32·c + 1/4 in steps of 1/2: sixteenths of 1.5·c + 4, with ties.
    let round =
        |f: fn(f64) -> f64| (-8..8).map(|c| f(f64::from(3 * c + 8) / 16.0) as i64).collect::<Vec<_>>();
    let even: Round = f64::round_ties_even;
    let modes: [(&str, Round); 5] = [
        ("ROUND", even),
        ("FLOOR", f64::floor),
        ("CEIL", f64::ceil),
        ("DOWN", f64::trunc),
        ("HALF_UP", f64::round),
    ];
    for (mode, f) in modes {
        let import = small(mode, 0.5).planned();
        assert_eq!(codes(&import.plan), round(f), "{mode}");
        assert_eq!(import.checked.samples, 16, "all input codes");
        let table = matches!(import.plan.layers[0].neurons[0].stage, Stage::Fused { .. });
        // What the plan's own rounding does needs no table.
        assert_eq!(table, !["FLOOR", "CEIL"].contains(&mode), "{mode}");
    }
    let plan = small("FLOOR", 0.5).planned().plan;
    assert_eq!(
        (plan.inputs[0].to_string(), plan.output_formats()[0].to_string()),
        ("s4.2".into(), "s4.1".into())
    );
}

#[test]
fn scales_that_are_no_powers_of_two_pass_only_if_no_sum_is_near_a_tie() {
    let import = small("ROUND", 0.37).planned();
    let expected: Vec<i64> = (-8..8)
        .map(|c| ((f64::from(c) * 0.09375 + 0.25) / f64::from(0.37f32)).round_ties_even() as i64)
        .collect();
    assert_eq!(codes(&import.plan), expected);
    assert!(import.notes[0].starts_with("A code of output y stands for 0.37"), "{:?}", import.notes);
    // 0.1·c of 0.2 is a tie for every odd c.
    let near = Build::new(1)
        .scales(&[("zero", 0.0), ("four", 4.0), ("sx", 0.1), ("sy", 0.2)])
        .weights("w", &[1, 1], &[1.0])
        .quant("x", "sx", "four", "q", true, "ROUND")
        .node("MatMul q w -> s")
        .quant("s", "sy", "four", "y", true, "ROUND");
    let text = near.unplanned();
    assert!(text.contains("(Quant): for a sum of") && text.contains("POWER_OF_TWO"), "{text}");
}

/// Codes and values as `qonnx.custom_op.general.quant` gives them.
#[test]
fn values_go_through_the_scales_and_roundings_of_the_file() {
    for (scale, mode, mut x, expected) in [
        (0.7, "ROUND", [0.7, 1.4, 2.8, 99.0], [1i64, 2, 4, 7]),
        (0.25, "FLOOR", [0.2, 0.24, -0.1, 0.5], [0, 0, -1, 2]),
        (0.25, "CEIL", [0.2, 0.01, -0.1, 0.5], [1, 1, 0, 2]),
        (0.25, "ROUND", [0.125, 0.375, -0.125, 0.5], [0, 2, 0, 2]),
    ] {
        let file = Build::new(1).scales(&[("zero", 0.0), ("four", 4.0), ("s", scale)]);
        let import = file.quant("x", "s", "four", "y", true, mode).planned();
        import.ports.encode(&mut x);
        let (input, output) = (import.plan.inputs[0], import.plan.output_formats()[0]);
        let codes = x.map(|v| (v / input.ulp()) as i64);
        assert_eq!(codes, expected, "{scale} {mode}");
        let mut y =
            codes.map(|c| import.plan.trace(&[c]).last().map_or(f64::NAN, |last| output.value(last[0])));
        import.ports.decode(&mut y);
        for (y, c) in y.into_iter().zip(expected) {
            assert!((y - c as f64 * f64::from(scale)).abs() < 1e-6, "{scale} {mode}: {y} for {c}");
        }
        assert_eq!(
            import.notes.iter().any(|n| n.contains("rounds input")),
            mode != "ROUND",
            "{:?}",
            import.notes
        );
    }
}

#[test]
fn signs_and_truncation_are_steps() {
    let signs = Build::new(1)
        .scales(&[("zero", 0.0), ("four", 4.0), ("sx", 1.0), ("sy", 0.5)])
        .weights("b", &[1], &[-2.5])
        .quant("x", "sx", "four", "q", true, "ROUND")
        .node("Add q b -> s")
        .qonnx("BipolarQuant s sy -> y", vec![]);
    let plan = signs.planned().plan;
    assert_eq!(codes(&plan), (-8..8).map(|c| if c >= 3 { 1 } else { -1 }).collect::<Vec<_>>());
    assert_eq!(plan.output_formats()[0].frac, 1);
    let dropped = Build::new(1)
        .scales(&[("zero", 0.0), ("four", 4.0), ("two", 2.0), ("sx", 1.0)])
        .quant("x", "sx", "four", "q", true, "ROUND")
        .qonnx("Trunc q sx zero four two -> y", vec![text("rounding_mode", "FLOOR")]);
    assert_eq!(codes(&dropped.planned().plan), (-8..8).map(|c: i64| c.div_euclid(4)).collect::<Vec<_>>());
}

/// A file of pairs: uint8 codes with a zero point of 3, weights of int8, a result of int8.
fn pairs() -> Build {
    Build::new(2)
        .scales(&[("sx", 0.125), ("sw", 0.25), ("sy", 0.5)])
        .constant("zx", bytes(&[], 2, &[3]))
        .constant("zy", bytes(&[], 3, &[0]))
        .constant("w", bytes(&[2, 1], 3, &[5, -7]))
        .node("DequantizeLinear w sw -> v")
        .node("QuantizeLinear x sx zx -> c")
        .node("DequantizeLinear c sx zx -> q")
        .node("MatMul q v -> s")
        .node("QuantizeLinear s sy zy -> r")
        .node("DequantizeLinear r sy zy -> y")
}

#[test]
fn zero_points_are_taken_off_and_inputs_beyond_them_held() {
    let plan = pairs().planned().plan;
    // Codes of -3 to 252 need nine signed bits.
    assert_eq!(plan.inputs[0].to_string(), "s9.3");
    for (a, b) in [(-3, 5), (252, -3), (-256, 255), (17, 19), (8, 0), (24, 0)] {
        let held = |c: i64| c.clamp(-3, 252) as f64 * 0.125;
        let sum = (held(a) * 5.0 - held(b) * 7.0) * 0.25;
        let expected = (sum / 0.5).round_ties_even().clamp(-128.0, 127.0) as i64;
        assert_eq!(plan.trace(&[a, b]).last().expect("a layer"), &[expected], "{a} {b}");
    }
}

#[test]
fn a_quantized_file_can_be_a_network_too() {
    let options = Options { as_real: true, input: None };
    let Ok(Imported::Model(import)) = pairs().import_with(options) else { panic!("a model") };
    let y = import.model.network.eval(&[0.3, 0.7]);
    assert!((y[0] - (0.3 * 1.25 - 0.7 * 1.75)).abs() < 1e-12, "{y:?}");
}

#[test]
fn what_has_no_codes_is_refused() {
    let base = || Build::new(1).scales(&[("zero", 0.0), ("four", 4.0), ("s", 0.25), ("no", 0.0)]);
    let text = base()
        .weights("w", &[1, 1], &[0.5])
        .node("MatMul x w -> h")
        .quant("h", "s", "four", "y", true, "ROUND");
    let text = text.unplanned();
    assert!(
        text.starts_with("input \"x\": it is not quantized") && text.contains("--input-format"),
        "{text}"
    );
    let text = base().quant("x", "no", "four", "y", true, "ROUND").unplanned();
    assert!(text.contains("a scale is 0; export with scales above 0"), "{text}");
    let text = base().quant("x", "s", "four", "y", true, "STOCHASTIC").unplanned();
    assert!(text.contains("its rounding_mode is \"STOCHASTIC\""), "{text}");
    let text = base().quant("x", "s", "four", "q", true, "ROUND").node("Tanh q -> y").unplanned();
    assert!(text.contains("is used, but not quantized"), "{text}");
    let mut foreign = base().quant("x", "s", "four", "y", true, "ROUND");
    foreign.graph.node[0].domain = String::new();
    assert!(foreign.unplanned().contains("are not known"), "a Quant of no domain");
}

#[test]
fn inputs_may_have_a_format_of_their_own() {
    let build =
        Build::new(1).scales(&[("zero", 0.0), ("four", 4.0), ("s", 0.5)]).weights("w", &[1, 1], &[0.5]);
    let build = build.node("MatMul x w -> h").quant("h", "s", "four", "y", true, "ROUND");
    let input = crate::num::Format { signed: true, width: 5, frac: 1 };
    let Ok(Imported::Plan(import)) = build.import_with(Options { as_real: false, input: Some(input) }) else {
        panic!("a plan")
    };
    let expected: Vec<i64> =
        (-16..16).map(|c| (f64::from(c) / 2.0).round_ties_even().clamp(-8.0, 7.0) as i64).collect();
    assert_eq!(codes(&import.plan), expected);
}

#[test]
fn damaged_quantized_files_are_refused_or_read() {
    let bytes = small("ROUND", 0.5).output("y").bytes();
    for at in 0..bytes.len() {
        for value in [0, 1, 0x7f, 0xff, bytes[at] ^ 0x10] {
            let mut changed = bytes.clone();
            changed[at] = value;
            let _ = imported(changed, Path::new("."), "m", Options::default());
        }
    }
}
