use super::*;

fn sample() -> Manifest {
    let port = |name: &str, width| Port {
        name: name.into(),
        format: Format::new(true, width, 4).expect("a sensible format"),
    };
    let (inputs, outputs) = (vec![port("x0", 18), port("x1", 12)], vec![port("y0", 18)]);
    Manifest {
        schema: SCHEMA,
        generator: "gainstage 0.1.0".into(),
        top: "net".into(),
        clock: "clk".into(),
        reset: "rst".into(),
        in_valid: "in_valid".into(),
        load: None,
        in_ready: None,
        rom_dir: None,
        out_valid: "out_valid".into(),
        codes: Codes::table(inputs.iter().chain(&outputs)),
        inputs,
        outputs,
        latency: 9,
        interval: 1,
        architecture: Architecture::Parallel,
        family: "ecp5".into(),
        clock_mhz: 100.0,
        files: Files { verilog: vec!["rtl/net.v".into()], roms: vec!["rtl/t0.mem".into()] },
        probes: vec![Probe {
            layer: 0,
            neuron: 1,
            signal: "l0.n1.y".into(),
            format: port("", 8).format,
            latency: 3,
        }],
    }
}

fn message(change: impl Fn(&mut Manifest)) -> String {
    let mut m = sample();
    change(&mut m);
    Manifest::from_json(&m.to_json(), Path::new("d/manifest.json")).expect_err("refused").to_string()
}

#[test]
fn written_reads_back_equal() {
    let dir = std::env::temp_dir().join(format!("gainstage-manifest-{}", std::process::id()));
    std::fs::create_dir_all(&dir).expect("a directory");
    sample().write(&dir).expect("written");
    assert_eq!(Manifest::read(&dir).expect("read"), sample());
    assert_eq!(std::fs::read_dir(&dir).expect("listed").count(), 1, "no part is left");
    std::fs::remove_dir_all(&dir).expect("removed");
}

#[test]
fn messages_name_file_place_and_cure() {
    assert_eq!(
        message(|m| m.schema = 7),
        "d/manifest.json: schema 7 of a manifest is not known (this program reads 1): update this program"
    );
    assert_eq!(
        message(|m| m.files.verilog.push("../net.v".into())),
        "d/manifest.json: files: `../net.v`; give a path below the directory, of letters, digits, `_`, `-`, `.`"
    );
    assert_eq!(
        message(|m| m.files.roms.push("rom/t0.mem".into())),
        "d/manifest.json: files: `t0.mem` occurs twice; the last part of each path must be its own"
    );
    assert_eq!(
        message(|m| m.outputs[0].name = "x1".into()),
        "d/manifest.json: ports: `x1` occurs twice; give each port a name"
    );
    assert!(message(|m| m.rom_dir = Some("a b".into())).contains("rom_dir: `a b` is no name of a parameter"));
    // Files that are made from a manifest name the program in a comment.
    assert!(message(|m| m.generator = "x\nmodule y;".into()).contains("generator: \"x\\nmodule y;\""));
    assert!(message(|m| m.top = "a b".into()).contains("top: `a b` is no module name; use letters"));
    assert!(message(|m| m.interval = 4).contains("interval: 4 clocks in a parallel circuit"));
    assert!(message(|m| m.interval = 0).contains("interval: 0 clocks"));
    assert!(message(|m| m.clock_mhz = -1.0).contains("clock_mhz: -1 MHz; give a positive number"));
    assert!(
        message(|m| m.codes[1].unit *= 2.0).contains("codes: this is not what the formats of the ports say")
    );
    assert!(message(|m| m.inputs[0].format.width = 500).contains("a width of 500 bits"));
    assert!(message(|m| m.probes[0].signal = "l0..y".into()).contains("probes[0].signal: `l0..y`"));
}

#[test]
fn codes_have_units_and_may_be_left_out() {
    let mut m = sample();
    let x1 = &m.codes[1];
    assert_eq!((x1.unit, x1.min_code, x1.max_code), (1.0 / 16.0, -2048, 2047));
    assert_eq!((x1.min_value, x1.max_value), (-128.0, 2047.0 / 16.0));
    m.codes.clear();
    let back = Manifest::from_json(&m.to_json(), Path::new("m")).expect("read");
    assert_eq!(back, m);
}

#[test]
fn a_file_cut_short_is_an_error_with_a_place() {
    let text = sample().to_json();
    for end in 0..text.len() - 2 {
        let e = Manifest::from_json(&text[..end], Path::new("m")).expect_err("cut short");
        assert!(matches!(e, DocumentError::Json { .. }), "{e}");
        assert!(e.to_string().starts_with("m:"), "{e}");
    }
}
