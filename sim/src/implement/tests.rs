use super::*;

#[test]
fn names_become_places() {
    for (name, said) in [
        (
            "axis.core.layer0.neuron3.square.p_r1_TRELLIS_FF_Q",
            Some("layer 0, neuron 3 (square.p_r1_TRELLIS_FF_Q)"),
        ),
        ("axis.core.layer12.y4[3]", Some("layer 12 (y4)")),
        ("axis.core.valid_pipe", Some("the network (valid_pipe)")),
        ("axis.stream.used", Some("axis.stream.used")),
        ("link.answers.crc_SB_LUT4_O_1", Some("link.answers.crc_SB_LUT4_O_1")),
        ("$abc$1234$auto$blifparse.cc:397:parse_blif$99", None),
    ] {
        assert_eq!(path::place(name).as_deref(), said, "{name}");
    }
}

const REPORT: &str = r#"{
  "critical_paths": [
    {"from": "posedge other", "to": "posedge other", "path": []},
    {"from": "posedge clk", "to": "posedge clk", "path": [
      {"delay": 1.5, "type": "clk-to-q", "from": {"cell": "axis.core.layer1.neuron0.a", "loc": [1, 2], "port": "CLK"}, "to": {"cell": "axis.core.layer1.neuron0.a", "loc": [1, 2], "port": "Q"}},
      {"delay": 2.0, "type": "routing", "net": "x", "from": {"cell": "a"}, "to": {"cell": "$lut$1"}},
      {"delay": 0.5, "type": "setup", "from": {"cell": "$lut$1"}, "to": {"cell": "axis.core.layer1.neuron2.sum"}}
    ]}
  ],
  "fmax": {"clk": {"achieved": 61.2, "constraint": 50.001}, "slow": {"achieved": 9.0, "constraint": 12.0}},
  "utilization": {"LC": {"available": 5280, "used": 700}, "PLL": {"available": 1, "used": 0}}
}"#;

#[test]
fn a_report_is_read() {
    let placed = report::read(REPORT, 50.0).expect("a report");
    assert_eq!(placed.achieved_mhz, 61.2);
    assert!(!placed.others_met(), "the slow clock is too slow");
    assert_eq!(placed.utilization, [Use { site: "LC".into(), used: 700, available: 5280 }]);
    let path = placed.path.expect("a path");
    assert_eq!(
        path.to_string(),
        "4.00 ns from layer 1, neuron 0 (a) to layer 1, neuron 2 (sum), 0 cells on the way, 2.00 ns of it in wires"
    );
    assert!(report::read(REPORT, 77.0).is_err(), "no such clock");
    assert!(report::read("{}", 50.0).is_err());
}

#[test]
fn what_is_too_little_is_counted() {
    let counts = Counts { lut: 12_345, ff: 10, dsp: 9, bram: 3, ..Counts::default() };
    let capacity = Capacity { lut: 5280, ff: 5280, dsp: 8, bram: 30, spram: 4 };
    let said: Vec<String> = lacks(&counts, &capacity).iter().map(ToString::to_string).collect();
    assert_eq!(said, ["12345 LUT of 5280 (234 %)", "9 multipliers of 8 (112 %)"]);
}
