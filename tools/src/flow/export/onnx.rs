//! Plans and models as ONNX files.

use super::File;
use crate::flow::load::{Computation, computation};
use anyhow::Context;
use gainstage_golden::export::{model_to_onnx, plan_to_onnx};
use gainstage_hdl::wrap::PLAN_FILE;
use std::path::{Path, PathBuf};

/// The file of a plan, of the plan in a directory, or of a model; `values` asks for values in place of a plan's codes.
///
/// # Errors
/// Names the file, the place and the cure.
pub fn onnx(source: &Path, values: bool) -> anyhow::Result<(File, serde_json::Value)> {
    let path = if source.is_dir() { source.join(PLAN_FILE) } else { source.to_owned() };
    let (name, bytes, holds) = match computation(&path)? {
        Computation::Plan(plan) => {
            let holds = if values { "values (float64)" } else { "codes (int64)" };
            (plan.name.clone(), plan_to_onnx(plan.valid()?, values), holds)
        }
        Computation::Model(model) => {
            anyhow::ensure!(
                !values,
                "{}: a model has values and no codes: leave out --values",
                path.display()
            );
            let bytes = model_to_onnx(&model).with_context(|| path.display().to_string())?;
            (model.name.clone(), bytes, "values (float32)")
        }
    };
    let file = File { name: format!("{name}.onnx"), bytes };
    Ok((file, serde_json::json!({ "inputs_and_outputs": [holds] })))
}

/// The directory and the name that an output means: a file if it ends in `.onnx`, else a directory.
pub fn place(output: &Path, file: File) -> (PathBuf, File) {
    match (output.extension(), output.file_name()) {
        (Some(end), Some(name)) if end.eq_ignore_ascii_case("onnx") && !output.is_dir() => {
            let name = name.to_string_lossy().into_owned();
            (output.parent().unwrap_or(Path::new("")).to_owned(), File { name, ..file })
        }
        _ => (output.to_owned(), file),
    }
}
