//! The first paper's Network 5 in Verilator, at two widths. All networks and widths: `make verify-reference`.

mod common;

use common::{generate, have, means, verify};
use gainstage_golden::net::Mlp;
use gainstage_golden::quant::{Calibration, Granularity, QuantOptions, quantize_network};
use gainstage_hdl::device::Family;
use gainstage_sim::lint::{Linter, lint};
use gainstage_sim::run::Tool;
use std::path::PathBuf;

#[test]
fn network_5_matches_and_lints_clean_at_two_widths() {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..");
    let set = std::env::var_os("GAINSTAGE_REFERENCE").unwrap_or("../shared/reference".into());
    let file = root.join(set).join("Trained_5.mlp");
    if !file.exists() {
        println!("skipped: there is no {}", file.display());
        return;
    }
    if ![Tool::Verilator, Tool::Iverilog, Tool::Yosys].into_iter().all(have) {
        return;
    }
    let network = Mlp::read(&file).unwrap().network;
    for bits in [12, 18] {
        let options = QuantOptions {
            name: format!("network5_{bits}"),
            bits,
            granularity: Granularity::Layer,
            layers: Vec::new(),
            demand: Default::default(),
            kinds: Default::default(),
        };
        let plan = quantize_network(&network, &Calibration::from_box(&[(0.0, 6.2835)]), &options).unwrap();
        let (dir, manifest) = generate(&plan, &means(Family::Ecp5, 100.0));
        // The input space is small enough for every code to be run.
        let report = verify(dir.path(), &manifest, &plan, 0).unwrap();
        assert!(report.passed(), "{bits} bits: {:?}", report.first);
        assert!(report.samples >= 1 << bits);
        for linter in Linter::ALL {
            assert_eq!(lint(dir.path(), &manifest, linter).unwrap(), [""; 0], "{bits} bits, {linter:?}");
        }
    }
}
