//! Figures in the page are those of the report.

use super::{drawings, sample, visible};
use serde_json::json;

/// All of these stand in the page.
fn shows(report: &serde_json::Value, all: &[&str]) {
    let seen = visible(report);
    for one in all {
        assert!(seen.contains(one), "{one} is missing in\n{seen}");
    }
}

#[test]
fn errors_stand_side_by_side_with_their_shares() {
    // The span of the output is 4: 0.0437 are 1.09 % of it.
    let rows = [
        "training, real training, circuit held out, real held out, circuit",
        "Samples 640 640 160 160",
        "Mean absolute error 0.031 0.775 % 0.0325 0.812 % 0.04 1 % 0.0437 1.09 %",
        "R² 0.987",
        "A constant 0.8074 13.2 ×",
        "This circuit 0.0612 1 ×",
        "Mean absolute error 0.0612 where the network in real numbers has 0.06; 0.075 is allowed",
    ];
    shows(&sample::network(), &rows);
}

#[test]
fn tiles_show_what_is_held_out() {
    let tiles = [
        "Mean absolute error 0.0437 Nm 1.09 % of the range, on 160 held-out samples",
        "Latency 27 clocks 675 ns",
        "Interval 1 clock 40 million samples/s",
        "Simulated 113,028 Verilator, Icarus Verilog",
        "Mismatches 0",
        "Proven: every output is as the plan says in all 113,028 samples.",
    ];
    shows(&sample::network(), &tiles);
    shows(&sample::edges(), &["LUT, estimate 524", "0.25 on 640 training samples: none were held out"]);
    shows(&sample::classes(), &["Accuracy 90.00 % on 40 held-out samples"]);
}

#[test]
fn failures_come_first() {
    let seen = visible(&sample::failed());
    let at = |words: &str| seen.find(words).unwrap_or_else(|| panic!("{words} is missing"));
    assert!(at("Failed: the circuit computes wrong outputs, and too much is lost.") < at("Latency"));
    assert!(at("17 mismatches in simulation") < at("Latency"));
    assert!(at("without rounding, 62 % of the loss would be gone") < at("Latency"));
    assert!(at("does as well") < at("Latency"));
    assert!(!seen.contains("Proven"));
    let unproven = json!({ "ok": false });
    assert!(visible(&unproven).contains("Failed: the circuit was not proven."));
    let warned = json!({ "ok": true, "samples": 7, "warnings": ["an input is constant"] });
    assert!(
        visible(&warned)
            .contains("Proven, with a warning: every output is as the plan says in all 7 samples.")
    );
}

#[test]
fn figures_of_old_reports_are_found() {
    let old = json!({ "mae_float": 0.0625, "mae_fixed": 0.0634, "sd_fixed": 0.071, "test_samples": 50,
        "test_is_separate": false });
    shows(
        &old,
        &["0.0634 on 50 training samples", "Mean absolute error 0.0625 0.0634", "Standard deviation - 0.071"],
    );
    let edges = json!({ "accuracy": 0.96, "test_samples": 50, "test_is_separate": true });
    shows(&edges, &["96.00 % on 50 held-out samples"]);
}

#[test]
fn a_confusion_matrix_has_counts_and_shares_of_rows() {
    let seen = [
        "true class as first as second first 19 95 % 1 5 % second 3 15 % 17 85 %",
        "first 48 96 % 2 4 % second 1 2 % 49 98 %",
    ];
    shows(&sample::classes(), &seen);
}

#[test]
fn plots_fit_the_inputs() {
    let one = drawings(&sample::network());
    for title in [
        "torque over phase",
        "Error over phase: output less target",
        "Histogram of residuals",
        "Learning curves",
    ] {
        assert!(one.iter().any(|t| t == title), "{title}");
    }
    let two = drawings(&sample::edges());
    assert!(!two.iter().any(|t| t.contains(" over ")));
    assert_eq!(two.iter().filter(|t| *t == "Predicted against true").count(), 2);
    assert_eq!(two.iter().filter(|t| *t == "Residuals against predicted").count(), 2);
    assert!(drawings(&sample::classes()).iter().any(|t| t == "Classes that the circuit finds"));
}

#[test]
fn inputs_have_their_importance_and_their_course() {
    let values = [
        "The circuit's error where one input is shuffled 5 times among 160 samples held out, seed 1: an input",
        "shuffled input mean absolute error of temp_c (C) mean absolute error of humidity (%) more, of the range",
        "none 0.25 0.5 - supply (mV) 2 4 16 % ± 0.15 adc 0.5 1 4 % ± 0.15",
        "The mean output of the circuit over 160 samples held out while one input runs over its range",
    ];
    shows(&sample::edges(), &values);
    let mut named = sample::edges();
    named["columns"]["inputs"][1]["name"] = json!("supply (mV)");
    shows(&named, &["none 0.25 0.5 - supply (mV) 2 4 16 % ± 0.15"]);
    // Two outputs by two inputs.
    let drawn = |name: &str| drawings(&sample::edges()).iter().filter(|t| *t == name).count();
    assert_eq!((drawn("By supply"), drawn("By adc")), (2, 2));
    let classes =
        ["shuffled input classes found wrong more of all samples", "none 10.00 % - x1 80.00 % 16 %"];
    shows(&sample::classes(), &classes);
    assert_eq!(drawings(&sample::classes()).iter().filter(|t| *t == "By x1").count(), 1);
    let mut broken = sample::edges();
    broken["dependence"]["inputs"][0]["course"]["at"] = json!([1.0]);
    assert_eq!(drawings(&broken).iter().filter(|t| *t == "By supply").count(), 0);
}

#[test]
fn the_search_shows_its_circuits_and_folds() {
    let found = [
        "1,250 circuits were looked at.",
        "87 curves 0.02 0.02 524 (built) tables 0.0015 0.0015",
        "mean absolute error 0.375 in the mean, standard deviation 0.125.",
        "1 31 0.25 411 2 30 0.5 398",
    ];
    shows(&sample::edges(), &found);
    assert!(drawings(&sample::edges()).iter().any(|t| t == "Circuits that were found"));
    assert!(!visible(&sample::network()).contains("circuits were looked at"));
}

#[test]
fn parts_of_the_circuit_have_their_resources() {
    let parts = [
        "layer0 Layer 0: 1 input, 6 neurons side by side 1,000 400 1 0 sine control 250 240 1 0 all by estimate 1,250 640",
        "sine_table0_tanh Piecewise polynomial 120 34 1 0 5",
    ];
    shows(&sample::network(), &parts);
    assert!(!visible(&sample::network()).contains("counted by yosys"));
    shows(
        &sample::edges(),
        &["The search counts for itself: 524 look-up tables, of six inputs and without block RAM."],
    );
    let board = [
        "synthesised counted by yosys, with the board's own logic 3,121 1,844 4 2",
        "placed sites that nextpnr took, with the board's own logic 3,121 1,850 - -",
    ];
    shows(&sample::failed(), &board);
}

#[test]
fn formats_tables_and_ports_are_those_of_the_plan() {
    let all = [
        "0 1 linear, 2 ordinary, 2 amplifying, 1 attenuating s14.9 27 s14.10 s14.12 s14.12 1",
        "Values have 14 bits; layer by layer 12, 14.",
        "layer 0, z s14.10 −3.1 4.2 52.5 % 3 0.06 %",
        "On the data, values saturated 3 times .",
        "0 tanh s14.10 s14.12 0.0002441 2 16 0.9932 −7,175 73.62 % 16,384",
        "x0 in phase rad s14.10 0.0009766 −8 7.999",
        "y0 out torque Nm s14.12",
        "phase = 6.25 rad is the code 6,400 of port x0",
    ];
    shows(&sample::network(), &all);
    shows(&sample::classes(), &["y0 out class - u1.0 1 0 1", "0 first 1 second"]);
}

#[test]
fn the_proof_names_simulators_seeds_and_times() {
    let all = [
        "Verilator 5.006 113,028 452,112 0 27 1 2.5 0.5 226,056",
        "Icarus Verilog version 11.0 3,002 12,008 0 27 1",
        "Seed of the vectors 9",
        "Verification took 11.5 s",
        "corners extreme codes and what lies beside them 75",
    ];
    shows(&sample::network(), &all);
    let board = [
        "3,121 LUT, 1,844 FF",
        "TRELLIS_COMB 3,121 83,640 3.73 %",
        "takes 19.1 ns from layer 0 to layer 1, through 1 cell",
    ];
    shows(&sample::failed(), &board);
}

#[test]
fn training_tells_restarts_and_settings() {
    let all = [
        "1 abandoned, 1 finished",
        "1 (winner) finished 8,000 0.003848",
        "0 abandoned 800 0.1558",
        "optimiser kind adam",
        "Learning curves the winner on samples held out the winner on those of training other restarts on samples held out",
    ];
    shows(&sample::network(), &all);
    shows(&sample::edges(), &["input_bits 6", "Time 12 s"]);
}
