//! The memories of a plan: the circuit's own, and the weights.

use anyhow::Context;
use gainstage_golden::export::rom::{RomFormat, RomImage};
use gainstage_golden::num::bits_signed;
use gainstage_golden::plan::{Plan, PlanLayer};
use gainstage_hdl::device::Family;
use gainstage_hdl::emit::Design;
use gainstage_hdl::expr::Rom;
use gainstage_hdl::wrap::{BUILD_FILE, Build, Circuit};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

/// The memories of a plan.
pub struct Images {
    /// Those that the Verilog reads.
    pub circuit: Vec<RomImage>,
    /// Weights and biases of the layers, as a program or another circuit would have them: the Verilog has its own form of
    /// them, as constants or in the memories of its engines.
    pub layers: Vec<RomImage>,
}

/// Every memory of the circuit, with the words that lie in `dir` if one is given (else those of the plan), then the
/// weights and biases of each layer.
///
/// Weights stand neuron after neuron, two's complement in the widest format of the layer.
///
/// # Errors
/// A circuit that cannot be made; memory files that cannot be read or have another depth.
pub fn images(plan: &Plan, dir: Option<&Path>) -> anyhow::Result<Images> {
    let build = match dir {
        Some(dir) => Build::read(&dir.join(BUILD_FILE))?,
        None => Build::new(Family::Generic),
    };
    let circuit = Circuit::new(plan, &build)?;
    let mut roms: BTreeMap<String, Arc<Rom>> = BTreeMap::new();
    for module in Design::new(circuit.network.top.clone()).modules()? {
        roms.extend(module.roms().map(|rom| (rom.file_name(), rom.clone())));
    }
    let mut images = Images { circuit: Vec::new(), layers: Vec::new() };
    for (file, rom) in &roms {
        let words = match dir {
            Some(dir) => lying_there(&dir.join("rtl").join(file), rom)?,
            None => rom.raw_words(),
        };
        images.circuit.push(RomImage::new(file.trim_end_matches(".mem"), rom.width(), words)?);
    }
    for (l, layer) in plan.layers.iter().enumerate() {
        images.layers.extend(weights(plan, l, layer)?);
    }
    Ok(images)
}

/// The words of a memory file: they may be others than the plan's, but no more and no fewer.
fn lying_there(path: &Path, rom: &Rom) -> anyhow::Result<Vec<u128>> {
    let bytes = gainstage_golden::document::read(path, gainstage_golden::document::MOST)
        .with_context(|| format!("cannot read {}", path.display()))?;
    let words = RomFormat::Mem.read(&bytes, path, rom.width())?;
    anyhow::ensure!(
        words.len() == rom.words.len(),
        "{}: {} words, but the circuit's memory has {}: generate the directory again",
        path.display(),
        words.len(),
        rom.words.len()
    );
    Ok(words)
}

fn weights(plan: &Plan, l: usize, layer: &PlanLayer) -> anyhow::Result<[RomImage; 2]> {
    // An unsigned format needs a bit more as two's complement.
    let width = layer.neurons.iter().map(|n| n.weight.width + u32::from(!n.weight.signed)).max();
    let weights: Vec<i64> = layer.neurons.iter().flat_map(|n| n.weights.iter().copied()).collect();
    let biases: Vec<i64> = layer.neurons.iter().map(|n| n.bias).collect();
    let (lo, hi) = biases.iter().fold((0, 0), |(lo, hi), &b| (b.min(lo), b.max(hi)));
    let name = |what: &str| format!("{}_layer{l}_{what}", plan.name);
    Ok([
        RomImage::of_codes(&name("weights"), width.unwrap_or(2), &weights)?,
        RomImage::of_codes(&name("biases"), bits_signed(lo.into(), hi.into()), &biases)?,
    ])
}
