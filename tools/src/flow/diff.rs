//! Two plans or two generated directories, compared.

use super::evaluate::{check_columns, input_codes};
use anyhow::Context;
use gainstage_golden::data::Samples;
use gainstage_golden::num::{Format, Rounding, quantize};
use gainstage_golden::plan::{Difference, OutputDifference, Plan, differences, output_differences};
use gainstage_hdl::wrap::PLAN_FILE;
use gainstage_hdl::wrap::manifest::Manifest;
use gainstage_sim::vectors::Vectors;
use serde::Serialize;
use std::collections::BTreeSet;
use std::path::Path;

/// What differs.
pub struct Comparison {
    /// In the plans.
    pub plan: Vec<Difference>,
    /// In the outputs; `None` where the plans have different numbers of inputs or outputs.
    pub outputs: Option<Vec<OutputDifference>>,
    /// Samples on which the outputs were compared.
    pub samples: usize,
    /// Verilog and memory files of two directories.
    pub files: Vec<FileDifference>,
}

/// A file that is not the same in both directories.
#[derive(Clone, Debug, Serialize)]
pub struct FileDifference {
    /// Its path below the directories.
    pub name: String,
    /// How it differs.
    pub problem: &'static str,
}

impl Comparison {
    /// Whether nothing differs.
    pub fn equal(&self) -> bool {
        self.plan.is_empty() && self.files.is_empty()
    }
}

/// Compares two plans, or the plans and files of two directories.
///
/// # Errors
/// Files that cannot be read; samples with another number of inputs than the plans have.
pub fn compare(
    a: &Path,
    b: &Path,
    data: Option<(&Samples, &str)>,
    random: u64,
    seed: u64,
) -> anyhow::Result<Comparison> {
    let (plan_a, plan_b) = (plan(a)?, plan(b)?);
    let codes = codes(&plan_a, &plan_b, data, random, seed)?;
    let outputs = codes.as_ref().and_then(|(x, z)| output_differences(&plan_a, &plan_b, (x, z)));
    let samples = codes.map_or(0, |(x, _)| x.len() / plan_a.inputs.len());
    let files = if a.is_dir() && b.is_dir() { files(a, b)? } else { Vec::new() };
    Ok(Comparison { plan: differences(&plan_a, &plan_b), outputs, samples, files })
}

fn plan(path: &Path) -> anyhow::Result<Plan> {
    let file = if path.is_dir() { path.join(PLAN_FILE) } else { path.to_owned() };
    Ok(Plan::read(&file)?)
}

type Codes = (Vec<i64>, Vec<i64>);

/// The same samples as codes of both plans; `None` if they have different numbers of inputs.
fn codes(
    a: &Plan,
    b: &Plan,
    data: Option<(&Samples, &str)>,
    random: u64,
    seed: u64,
) -> anyhow::Result<Option<Codes>> {
    if let Some((samples, file)) = data {
        for plan in [a, b] {
            check_columns(samples, plan.inputs.len(), plan.output_formats().len(), file)?;
        }
        return Ok(Some((input_codes(a, samples), input_codes(b, samples))));
    }
    if a.inputs.len() != b.inputs.len() {
        return Ok(None);
    }
    let vectors = Vectors::new(a.inputs.clone()).random(random, seed);
    let rows = usize::try_from(vectors.len()).context("too many vectors: give fewer")?;
    let mut x = vec![0; rows * a.inputs.len()];
    vectors.fill(0, &mut x);
    let formats = a.inputs.iter().zip(&b.inputs).cycle();
    // Codes have values, so none is refused.
    let other = |(&code, (&f, &g)): (&i64, (&Format, &Format))| {
        quantize(f.value(code), g, Rounding::HalfUp).unwrap_or(0)
    };
    let z = x.iter().zip(formats).map(other).collect();
    Ok(Some((x, z)))
}

/// The files that the manifests list.
fn files(a: &Path, b: &Path) -> anyhow::Result<Vec<FileDifference>> {
    let list = |dir: &Path| -> anyhow::Result<BTreeSet<String>> {
        let files = Manifest::read(dir)?.files;
        Ok(files.verilog.into_iter().chain(files.roms).collect())
    };
    let (in_a, in_b) = (list(a)?, list(b)?);
    let mut found = Vec::new();
    for name in in_a.union(&in_b) {
        let problem = match (in_a.contains(name), in_b.contains(name)) {
            (true, false) => Some("only in the first directory"),
            (false, true) => Some("only in the second directory"),
            _ if read(&a.join(name))? != read(&b.join(name))? => Some("differs"),
            _ => None,
        };
        found.extend(problem.map(|problem| FileDifference { name: name.clone(), problem }));
    }
    Ok(found)
}

fn read(path: &Path) -> anyhow::Result<Vec<u8>> {
    gainstage_golden::document::read(path, gainstage_golden::document::MOST)
        .with_context(|| format!("cannot read {}", path.display()))
}
