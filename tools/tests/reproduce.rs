//! `reproduce`: quick runs, and what becomes of their checkpoints.

use std::path::Path;
use std::process::{Command, Output};

fn reproduce(args: &[&str], out: &Path) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_gainstage"));
    command.arg("reproduce").args(args).arg("-o").arg(out).output().expect("the command runs")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn json(output: &Output) -> serde_json::Value {
    assert!(output.status.success(), "{}", text(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("one JSON object")
}

/// The command as it stands in the documentation, all networks of a table in both ways: every row is there with numbers
/// that mean something, and the next run takes everything over.
fn quick_table(name: &str, numbers: std::ops::RangeInclusive<u64>, hopeless: f64) {
    let dir = tempfile::tempdir().expect("a directory");
    let first = json(&reproduce(&[name, "--quick", "--json"], dir.path()));
    let rows = first["results"].as_array().expect("rows");
    let order: Vec<_> = rows.iter().map(|r| (r["network"].as_u64(), r["method"].as_str())).collect();
    let both = |n: u64| ["jung-kwon", "gainstage"].map(|m| (Some(n), Some(m)));
    assert_eq!(order, numbers.clone().flat_map(both).collect::<Vec<_>>());
    for row in rows {
        let mae = row["mae"].as_f64().expect("an error");
        assert!(mae > 0.0 && mae < hopeless, "{row}");
        assert!(row["best_mae"].as_f64() <= row["mae"].as_f64() && row["instructions"].is_string());
    }

    let read = |end: &str| std::fs::read_to_string(dir.path().join(format!("{name}.{end}"))).expect(end);
    let (csv, svg) = (read("csv"), read("svg"));
    let mut lines = csv.lines().map(|l| l.split(',').collect::<Vec<_>>());
    let head = lines.next().expect("names of columns");
    let lines: Vec<_> = lines.collect();
    assert_eq!(lines.len(), 3 * numbers.clone().count());
    for line in &lines {
        assert_eq!(line.len(), head.len());
        for (column, value) in head.iter().zip(line).filter(|(_, v)| !v.is_empty()) {
            if !["target", "by"].contains(column) {
                assert!(value.parse::<f64>().is_ok_and(f64::is_finite), "{column}: {line:?}");
            }
        }
    }
    let by = |m| lines.iter().filter(|l| l[6] == m).count();
    assert_eq!(["paper", "jung-kwon", "gainstage"].map(by), [numbers.clone().count(); 3]);
    assert!(svg.starts_with("<svg") && !svg.contains("NaN") && !svg.contains("inf"));
    assert!(numbers.into_iter().all(|n| svg.contains(&format!("Network {n}<"))));

    // Seconds would differ if anything were trained again.
    assert_eq!(json(&reproduce(&[name, "--quick", "--json"], dir.path())), first);
    assert_eq!((read("csv"), read("svg")), (csv, svg));
}

/// Quick networks hardly know their function, but better than its mean, which misses equation 6 by 0.41.
#[test]
fn the_quick_first_table_is_trained_once_and_taken_over_by_the_next_run() {
    quick_table("table1", 1..=8, 0.41);
}

/// The mean of Ackley's function misses it by 1.54.
#[test]
fn the_quick_second_table_is_trained_once_and_taken_over_by_the_next_run() {
    quick_table("table2", 9..=10, 1.54);
}

#[test]
fn checkpoints_of_something_else_are_refused() {
    const TABLE: [&str; 8] =
        ["table1", "--quick", "--networks", "4,5", "--methods", "gainstage", "--restarts", "2"];
    let dir = tempfile::tempdir().expect("a directory");
    assert!(reproduce(&TABLE, dir.path()).status.success());
    let other = reproduce(&[&TABLE[..], &["--seed", "2"]].concat(), dir.path());
    assert_eq!(other.status.code(), Some(2));
    let message = text(&other.stderr);
    assert!(
        message.contains("network4-gainstage.json: a checkpoint of Network 4 (gainstage, seed 1)"),
        "{message}"
    );
    assert!(message.contains("another configuration or seed") && message.contains("remove it"), "{message}");
    let kept = dir.path().join("checkpoints");
    let (five, four) = (kept.join("network5-gainstage.json"), kept.join("network4-gainstage.json"));
    std::fs::copy(five, &four).expect("copied");
    let message = text(&reproduce(&TABLE, dir.path()).stderr);
    assert!(
        message.contains("a checkpoint of Network 5 (gainstage, seed 1) with another network"),
        "{message}"
    );
    std::fs::write(&four, "{").expect("written");
    let message = text(&reproduce(&TABLE, dir.path()).stderr);
    assert!(message.contains("network4-gainstage.json:1:1: not a checkpoint"), "{message}");
}

/// A place where no checkpoint can be written: the results are still printed.
#[test]
fn a_disk_that_takes_no_checkpoint_loses_no_result() {
    let dir = tempfile::tempdir().expect("a directory");
    std::fs::write(dir.path().join("checkpoints"), "in the way").expect("written");
    let args = ["table1", "--quick", "--networks", "5", "--methods", "gainstage", "--restarts", "2"];
    let output = reproduce(&args, dir.path());
    assert!(output.status.success(), "{}", text(&output.stderr));
    assert!(text(&output.stderr).contains("the result of Network 5 is kept in memory only"));
    assert!(text(&output.stdout).contains("gainstage") && dir.path().join("table1.csv").exists());
}

#[test]
fn errors_beyond_the_range_are_shown_with_and_without_normalised_neurons() {
    let dir = tempfile::tempdir().expect("a directory");
    let args = ["extrapolation", "--quick", "--methods", "gainstage", "--restarts", "3", "--json"];
    let report = json(&reproduce(&args, dir.path()));
    let rows = report["results"].as_array().expect("rows");
    let flags: Vec<_> = rows.iter().filter_map(|r| r["config"]["normalise"].as_bool()).collect();
    assert_eq!(flags, [false, true]);
    assert_ne!(rows[0]["middle"], rows[1]["middle"]);
    for row in rows {
        let errors = |which: &str| -> Vec<f64> {
            row[which].as_array().expect("errors").iter().filter_map(serde_json::Value::as_f64).collect()
        };
        let (middle, largest) = (errors("middle"), errors("largest"));
        assert_eq!((middle.len(), row["columns"].as_array().map(Vec::len)), (5, Some(5)));
        assert!(middle.iter().zip(&largest).all(|(m, l)| *m > 0.0 && m <= l), "{row}");
        assert!(middle[4] > middle[0], "no network knows how it goes on: {row}");
    }
    let csv = std::fs::read_to_string(dir.path().join("extrapolation.csv")).expect("the CSV file");
    assert_eq!(csv.lines().count(), 7, "{csv}");
    let svg = std::fs::read_to_string(dir.path().join("extrapolation.svg")).expect("the picture");
    assert!(svg.contains("gainstage, normalised"));
}

#[test]
fn figure_2_is_built_by_hand() {
    let dir = tempfile::tempdir().expect("a directory");
    let report = json(&reproduce(&["figure2", "--json"], dir.path()));
    assert!(report["results"]["multiplier"]["largest_error"].as_f64() < Some(1e-14));
    for division in report["results"]["divider"].as_array().expect("scales") {
        let [relative, predicted] =
            ["relative", "predicted"].map(|k| division[k].as_f64().expect("a number"));
        assert!((relative / predicted - 1.0).abs() < 1e-6, "{division}");
    }
    for file in ["figure2.csv", "figure2.svg"] {
        assert!(!std::fs::read_to_string(dir.path().join(file)).expect(file).contains("NaN"));
    }
}

#[test]
fn figures_are_drawn_from_quick_trainings() {
    let dir = tempfile::tempdir().expect("a directory");
    for (figure, files) in [
        ("figure1", vec!["figure1.csv", "figure1.svg"]),
        ("figure4", vec!["figure4.csv", "figure4.svg"]),
        ("figure6", vec!["figure6.csv", "figure6-network9-gainstage.svg", "figure6-network10-gainstage.svg"]),
    ] {
        let report = json(&reproduce(
            &[figure, "--quick", "--methods", "gainstage", "--restarts", "2", "--json"],
            dir.path(),
        ));
        assert_eq!(report["files"].as_array().map(Vec::len), Some(files.len()));
        for file in files {
            assert!(std::fs::metadata(dir.path().join(file)).expect(file).len() > 1000, "{file}");
        }
    }
}

#[test]
fn wrong_use_is_refused_before_anything_is_trained() {
    let dir = tempfile::tempdir().expect("a directory");
    for (args, message) in [
        (&["table1", "--networks", "9"][..], "network 9 is not in this table: give numbers from 1 to 8"),
        (&["table2", "--restarts", "0"][..], "restarts is 0: give at least 1"),
        (&["table2", "--reference", "/no/such/place"][..], "/no/such/place/Ackley_2D_xt.mat"),
    ] {
        let output = reproduce(args, dir.path());
        assert_eq!(output.status.code(), Some(2));
        assert!(text(&output.stderr).contains(message), "{}", text(&output.stderr));
    }
}
