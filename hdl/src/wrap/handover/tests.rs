use super::*;
use crate::device::Family;
use crate::wrap::{Build, Circuit};
use gainstage_golden::num::Format;
use gainstage_golden::plan::Plan;

fn manifest(name: &str) -> Manifest {
    let (h, y) = (Format::new(true, 10, 4), Format::new(false, 12, 6));
    let plan = Plan::of_squarer(name, h.expect("a format"), y.expect("a format"));
    Circuit::new(&plan, &Build::new(Family::Generic)).expect("a circuit").manifest
}

#[test]
fn texts_name_every_port() {
    let m = manifest("sq");
    let samples = Samples { inputs: &[-2, 3], outputs: &[1, 2] };
    let bench = testbench(&m, samples);
    let names: Vec<&str> = bench.iter().map(|f| f.path.as_str()).collect();
    assert_eq!(names, ["sq_tb.v", "sq_tb_inputs.mem", "sq_tb_outputs.mem"]);
    assert_eq!((bench[1].text.as_str(), bench[2].text.as_str()), ("3fe\n003\n", "001\n002\n"));
    for text in [&bench[0].text, &template(&m), &component(&m), &cocotb_test(&m, samples)[0].text] {
        for port in m.inputs.iter().chain(&m.outputs) {
            assert!(text.contains(&port.name), "{} in {text}", port.name);
        }
        let left = text.split('@').find(|word| ["top", "clock", "inputs", "units", "sources"].contains(word));
        assert_eq!(left, None, "a placeholder is left in {text}");
    }
    let vectors = &cocotb_test(&m, samples)[1].text;
    assert!(vectors.ends_with("\n-2,1\n3,2\n"), "{vectors}");
}

#[test]
fn a_clock_is_never_constrained_looser_than_asked() {
    let mut m = manifest("sq");
    m.clock_mhz = 150.0;
    assert!(sdc(&m).contains("create_clock -name clk -period 6.666 [get_ports {clk}]"), "{}", sdc(&m));
    m.clock_mhz = 12.5;
    assert!(xdc(&m).contains("-period 80.000 "));
}

#[test]
fn words_of_vhdl_are_escaped() {
    // New circuits are not called like that; manifests of older programs are.
    let text = component(&Manifest { top: "entity".into(), ..manifest("sq") });
    assert!(text.contains("component \\entity\\ is"), "{text}");
    assert!(component(&manifest("plain")).contains("component plain is"));
}
