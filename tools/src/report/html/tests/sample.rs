//! Reports to test with: one of each kind, with every field.

use serde_json::{Value, json};

/// Every kind by name.
pub fn all() -> Vec<(&'static str, Value)> {
    vec![
        ("network", network()),
        ("classes", classes()),
        ("edges", edges()),
        ("failed", failed()),
        ("hostile", hostile()),
    ]
}

/// A layer of a plan.
fn layer(neurons: &str, y: &str) -> Value {
    json!({ "neurons": neurons, "weights": "s14.9", "sum_bits": 27, "z": "s14.10", "h": "s14.12", "y": y,
        "saturating": 1 })
}

/// Errors of values with as many outputs.
fn errors(mae: f64, outputs: usize) -> Value {
    let one = json!({ "mae": mae, "rmse": 1.25 * mae, "sd": 1.2 * mae, "max": 5.5 * mae, "p95": 2.5 * mae, "r2": 0.987 });
    let mut all = one.clone();
    all["outputs"] = vec![one; outputs].into();
    all
}

/// What every proof shows.
fn proven(mut report: Value) -> Value {
    let simulator = |name: &str, samples: u64| {
        json!({ "simulator": name, "samples": samples, "cycles": 4 * samples, "unbroken": 0, "mismatches": 0,
            "latency": 27, "interval": 1, "first": null, "build_seconds": 2.5, "seconds": 0.5 })
    };
    let rest = json!({
        "ok": true, "version": "0.1.0", "samples": 113_028, "mismatches": 0, "latency": 27, "interval": 1,
        "target": "ice40", "clock_mhz": 40.0, "memories": 2, "samples_per_second": 435_310.0,
        "vectors": { "corners": 75, "data": 12_567, "random": 10_000 },
        "files": { "verilog": 23, "edited": [], "not_looked_at": [], "wrappers": 0 },
        "simulators": [simulator("Verilator", 113_028), simulator("Icarus Verilog", 3002)],
    });
    if let (Some(all), Some(rest)) = (report.as_object_mut(), rest.as_object()) {
        all.extend(rest.clone());
    }
    report
}

/// Samples of one or two inputs: the target, off a little in both networks.
fn drawn(inputs: usize) -> Value {
    let x: Vec<Vec<f64>> = (0..40).map(|i| vec![f64::from(i) * 0.1; inputs]).collect();
    let y = |off: f64| x.iter().map(|r| vec![r.iter().sum::<f64>().sin() + off]).collect::<Vec<_>>();
    json!({ "held_out": true, "x": x, "target": y(0.0), "real": y(0.01), "integer": y(0.012) })
}

/// The plan of the network.
fn plan() -> Value {
    json!({ "inputs": ["s14.10"], "saturating": [{ "layer": 0, "neuron": 1 }],
            "layers": [layer("1 linear, 2 ordinary, 2 amplifying, 1 attenuating", "s14.12"), layer("1 linear", "s14.12")],
            "tables": [{ "function": "tanh", "input": "s14.10", "output": "s14.12", "degree": 2, "segments": 16,
                "worst_ulp": 0.9932, "worst_code": -7175, "correctly_rounded": 0.7362, "codes": 16_384 }] })
}

/// How the network was trained.
fn training() -> Value {
    json!({ "version": "0.1.0", "protocol": { "rate": 0.01, "optimiser": { "kind": "adam" } }, "seed": 5,
            "restart": 1, "epochs": 8000, "samples": [640, 160], "cost": 0.003_848, "mae": 0.048, "interrupted": false,
            "instructions": "f64", "curve_stride": 320, "restarts": [
                { "outcome": "abandoned", "epochs": 800, "cost": 0.1558, "curve": [0.86, 0.19, 0.2] },
                { "outcome": "finished", "epochs": 8000, "cost": 0.003_848, "curve": [0.63, 0.09, 0.01, 0.0039],
                    "training_curve": [0.6, 0.08, 0.008, 0.002] }] })
}

/// What the parts of a circuit take.
fn resources() -> Value {
    let cost = |lut: u64, ff: u64| json!({ "lut": lut, "ff": ff, "dsp": 1, "bram": 0 });
    json!({ "total": cost(1250, 640), "parts": [
            { "part": "layer0", "what": "Layer 0: 1 input, 6 neurons side by side", "cost": cost(1000, 400) },
            { "part": "sine", "what": "control", "cost": cost(250, 240) }],
        "modules": [{ "module": "sine_table0_tanh", "what": "Piecewise polynomial", "instances": 5, "cost": cost(120, 34) }] })
}

/// What two inputs do to some outputs or classes.
fn dependence(measure: &str, error: &[f64], high: f64) -> Value {
    let course = json!({ "at": [0.0, 1.0, 2.0], "mean": vec![vec![0.25 * high, 0.75 * high]; 3], "histogram": [3, 0, 9, 1] });
    let effect = |input: usize, by: f64| {
        json!({ "input": input, "shuffled": error.iter().map(|e| e * by).collect::<Vec<_>>(),
            "importance": 0.02 * by, "deviation": 0.0015, "course": course })
    };
    json!({ "samples": 160, "held_out": true, "shuffles": 5, "seed": 1, "measure": measure, "error": error,
        "inputs": [effect(1, 8.0), effect(0, 2.0)] })
}

/// A network of neurons with one input.
pub fn network() -> Value {
    proven(json!({
        "schema": 1, "name": "sine", "bits": 14, "layer_bits": [12, 14], "architecture": "parallel",
        "columns": { "inputs": [{ "name": "phase", "unit": "rad", "low": 0.0, "high": 6.25 }],
            "outputs": [{ "name": "torque", "unit": "Nm", "low": -2.0, "high": 2.0 }] },
        "data": { "source": "sine.csv", "rows": 800, "training": 640, "held_out": 160, "test": null, "ignored": ["date"] },
        "errors": { "training": { "samples": 640, "real": errors(0.031, 1), "integer": errors(0.0325, 1) },
            "held_out": { "samples": 160, "real": errors(0.04, 1), "integer": errors(0.0437, 1) } },
        "drawn": drawn(1),
        "signals": [{ "layer": 0, "signal": "z", "format": "s14.10", "low": -3.1, "high": 4.2, "samples": 5120,
            "saturated": 3, "histogram": (0..32).collect::<Vec<_>>() }],
        "mae_float": 0.06, "sd_float": 0.07, "mae_fixed": 0.0612, "sd_fixed": 0.071,
        "baselines": { "constant": 0.8074, "linear": 0.7778, "table": 0.0022 },
        "test_samples": 12_567, "test_is_separate": true, "warnings": [],
        "loss": { "held": true, "measure": "mean-absolute-error", "float": 0.06, "fixed": 0.0612, "allowed": 0.25,
            "step": 0.0002 },
        "seeds": { "data": 1, "train": 5, "verify": 9 },
        "seconds": { "train": 0.75, "quantize": 0.25, "generate": 0.02, "verify": 11.5, "total": 16.25 },
        "tools": { "Verilator": "Verilator 5.006", "Icarus Verilog": "Icarus Verilog version 11.0" },
        "plan": plan(), "training": training(), "resources": resources(),
    }))
}

/// A classifier with two inputs.
pub fn classes() -> Value {
    let mut report = network();
    let part = |counts: [[u64; 2]; 2], accuracy: f64| {
        json!({ "accuracy": accuracy, "macro_f1": accuracy - 0.01,
            "confusion": { "classes": ["first", "second"], "counts": counts } })
    };
    report["errors"] = json!({
        "training": { "samples": 100, "real": null, "integer": part([[48, 2], [1, 49]], 0.97) },
        "held_out": { "samples": 40, "real": null, "integer": part([[19, 1], [3, 17]], 0.9) } });
    report["columns"]["outputs"] = json!([]);
    report["plan"]["argmax"] = json!(["first", "second"]);
    report["plan"]["inputs"] = json!(["s14.10", "u12.0"]);
    report["loss"]["measure"] = json!("accuracy");
    report["dependence"] = dependence("wrong-classes", &[0.1], 1.0);
    report["drawn"] = drawn(2);
    report["drawn"]["integer"] = (0..40).map(|i| json!([i % 3, 1])).collect();
    report["drawn"]["target"] = (0..40).map(|i| json!([i % 2, (i + 1) % 2])).collect();
    report
}

/// Learned edges with two inputs and two outputs.
pub fn edges() -> Value {
    let mut target = drawn(2);
    for name in ["target", "integer"] {
        target[name] = (0..40).map(|i| json!([i, 2 * i + 1])).collect();
    }
    target["real"] = Value::Null;
    proven(json!({
        "name": "ntc", "mae": 0.0009, "sd": 0.0011, "rmse": 0.0011, "max": 0.0031, "test_samples": 200,
        "test_is_separate": false, "lut_estimate": 524, "edges": 6, "seconds": { "search": 12.0, "total": 15.25 },
        "kind": "tables", "looked_at": 1250, "found": [
            { "kind": "curves", "lut_estimate": 87, "held_out_error": 0.02 },
            { "kind": "tables", "lut_estimate": 524, "held_out_error": 0.0015 }],
        "cross_validation": { "figure": "mae", "mean": 0.375, "deviation": 0.125, "folds": [
            { "samples": 31, "figure": 0.25, "lut_estimate": 411 }, { "samples": 30, "figure": 0.5, "lut_estimate": 398 }] },
        "setting": { "hidden": 0, "input_bits": 6 }, "drawn": target, "resources": resources(),
        "dependence": dependence("mean-absolute-error", &[0.25, 0.5], 40.0),
        "columns": { "inputs": [{ "name": "adc", "unit": null, "low": 12.0, "high": 4080.0 },
            { "name": "supply", "unit": "mV", "low": 3100.0, "high": 3400.0 }],
            "outputs": [{ "name": "temp_c", "unit": "C", "low": -20.0, "high": 120.0 },
            { "name": "humidity", "unit": "%", "low": 0.0, "high": 100.0 }] },
        "errors": { "training": { "samples": 640, "real": null, "integer": errors(0.25, 2) }, "held_out": null },
        "plan": { "inputs": ["u12.0", "u12.0"], "layers": [layer("4 fused", "u12.0"), layer("2 linear", "s9.2")],
            "tables": [], "saturating": [] },
    }))
}

/// A circuit that is wrong, on a board.
pub fn failed() -> Value {
    let mut report = network();
    report["ok"] = json!(false);
    report["mismatches"] = json!(17);
    report["latency"] = json!(187);
    report["warnings"] = json!(["`edges = \"learned\"` does as well"]);
    report["loss"]["held"] = json!(false);
    report["loss"]["most"] = json!({ "layer": 1, "last": false, "value": "z", "share": 0.62 });
    report["loss"]["help"] = json!(["more bits"]);
    report["simulators"][0]["first"] =
        json!({ "port": "y0", "expected": -12, "got": 44, "cycle": 1204, "notes": [] });
    report["lint"] = json!({ "verilator": ["a complaint"] });
    report["board"] = json!({ "board": "ulx3s-85f", "part": "LFE5U-85F", "margin_percent": 3.0,
        "serial": { "baud": 1_000_000, "divisor": 40, "error_percent": 0.16 }, "bitstream": "board/sine.bit",
        "counts": { "lut": 3121, "ff": 1844, "carry": 511, "dsp": 4, "bram": 2, "cells": {} },
        "utilization": [{ "site": "TRELLIS_COMB", "used": 3121, "available": 83_640 },
            { "site": "TRELLIS_FF", "used": 1850, "available": 83_640 }], "clock_mhz": 40.0,
        "timing": { "achieved_mhz": 52.31, "fmax": [{ "clock": "clk", "achieved_mhz": 52.31, "required_mhz": 41.2 }],
            "seed": 2, "tried_mhz": [39.9, 52.31], "critical_path": { "from": "layer 0", "to": "layer 1",
            "total_ns": 19.1, "routing_ns": 11.2, "steps": [{ "kind": "logic", "delay_ns": 0.2, "cell": "a", "net": null }] } },
        "tools": [["yosys", "Yosys 0.23"]], "seconds": 73.25 });
    report
}

/// What an attacker would like to see in the page.
pub const HOSTILE: &str = "\"><script>alert('x')</script>&\u{0}\u{202e}</style></svg>--> ]]>";

/// A report all of whose texts are hostile, names of fields where they are free too.
pub fn hostile() -> Value {
    let mut report = failed();
    report["plan"]["argmax"] = json!(["a", "b"]);
    report["errors"]["training"]["integer"]["confusion"] =
        json!({ "classes": ["a", "b"], "counts": [[4, 1], [2, 3]] });
    for free in ["tools", "vectors", "baselines", "lint"] {
        report[free][HOSTILE] = json!(1);
    }
    report["training"]["protocol"][HOSTILE] = json!({ HOSTILE: HOSTILE });
    spoil(&mut report);
    report
}

/// Every text in a value made hostile, but for those that say what to draw.
fn spoil(value: &mut Value) {
    match value {
        Value::String(text)
            if super::super::number::Format::parse(text).is_none() && !text.contains("linear") =>
        {
            *text = format!("{text}{HOSTILE}");
        }
        Value::Array(all) => all.iter_mut().for_each(spoil),
        Value::Object(all) => all.values_mut().for_each(spoil),
        _ => {}
    }
}
