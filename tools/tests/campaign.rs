//! A short campaign through the command itself.

use serde_json::Value;
use std::process::Command;

#[test]
fn twenty_random_networks_and_ten_faults() {
    for tool in ["verilator", "iverilog", "gcc"] {
        if Command::new(tool).arg("--version").output().is_err() {
            println!("skipped: {tool} is not installed");
            return;
        }
    }
    let output = Command::new(env!("CARGO_BIN_EXE_gainstage"))
        .args(["campaign", "--networks", "20", "--samples", "200000", "--faults", "10", "--json"])
        .output()
        .expect("it starts");
    let text = String::from_utf8_lossy(&output.stdout);
    println!("{text}");
    assert!(output.status.success(), "{text}{}", String::from_utf8_lossy(&output.stderr));
    let tally: Value = serde_json::from_str(&text).expect("one object");
    let number = |place: &str| tally.pointer(place).and_then(Value::as_u64).unwrap_or_default();
    assert_eq!((number("/networks/networks"), number("/networks/mismatches")), (20, 0));
    assert!(number("/networks/verilator") >= 200_000 && number("/networks/c99") >= 200_000);
    assert_eq!(number("/networks/icarus_networks"), 2);
    assert_eq!(number("/faults/planted"), 10);
    assert!(number("/faults/caught") >= 6, "a checker that misses most faults is none");
}
