//! Training speed on one core: one network, and a network in every lane. `cargo bench -p gainstage-golden --bench train`

use gainstage_golden::net::{PaperShape, Topology};
use gainstage_golden::train::{Precision, speed};
use std::time::Duration;

fn main() {
    let networks = [
        ("Network 5", PaperShape { amplifying: 4, attenuating: 1, ..PaperShape::new(1, 1, 10, 5) }),
        (
            "Network 10",
            PaperShape {
                amplifying: 3,
                attenuating: 1,
                typed_layers: Some([2, 5]),
                ..PaperShape::new(2, 1, 10, 6)
            },
        ),
    ];
    println!("{:<12}{:>6}  {:<10}{:>9}{:>12}", "network", "type", "set", "networks", "steps/s");
    for (name, shape) in &networks {
        let topology = Topology::paper(shape).expect("the paper's shapes are valid");
        for (label, precision) in [("f32", Precision::F32), ("f64", Precision::F64)] {
            for s in speed(&topology, precision, Duration::from_secs(1)).expect("a valid topology") {
                let (networks, steps) = (s.networks, s.steps_per_second);
                println!("{name:<12}{label:>6}  {:<10}{networks:>9}{steps:>12.0}", s.path);
            }
        }
    }
}
