//! Every file of a generated directory: what was looked at, and what was not.

use crate::exit::CheckFailed;
use crate::report::Inventory;
use anyhow::Context;
use gainstage_hdl::board::{Board, SHIPPED};
use gainstage_hdl::emit::SourceFile;
use gainstage_hdl::wrap::link::{self, Link};
use gainstage_hdl::wrap::manifest::{self, Manifest};
use gainstage_hdl::wrap::{BOARD_DIR, BUILD_FILE, Circuit, PLAN_FILE, STREAM_DIR, Stream, Top};
use std::collections::BTreeSet;
use std::path::Path;

/// Files of ours beside the circuit: no tool reads them with it.
const BESIDE: &[&str] =
    &["unit.json", "model.json", "report.json", "report.html", "picture.svg", "curves.svg", "mismatch.vcd"];

/// The directory of the tools' logs.
const LOGS: &str = super::board::LOG_DIR;

/// Directories whose files go to tools: nothing else may lie there.
const SOURCES: &[&str] = &["rtl", STREAM_DIR, BOARD_DIR];

/// The most files that are listed.
const MOST: usize = 100_000;

/// Looks at every file of a directory, its Verilog excepted, which is for the simulators.
///
/// # Errors
/// A file in a directory of sources that does not belong there; a wrapper or a file of a board that is not what this
/// version writes; what cannot be read.
pub fn take(dir: &Path, manifest: &Manifest, expected: &Circuit) -> anyhow::Result<Inventory> {
    let mut there = BTreeSet::new();
    list(dir, "", &mut there)?;
    let listed = manifest.files.verilog.iter().chain(&manifest.files.roms).map(String::as_str);
    for name in listed.chain([PLAN_FILE, BUILD_FILE, manifest::FILE_NAME]).chain(BESIDE.iter().copied()) {
        there.remove(name);
    }
    there.retain(|name| !name.starts_with(&format!("{LOGS}/")));

    let mut found = Inventory { verilog: manifest.files.verilog.len(), ..Inventory::default() };
    for file in expected.files.iter().filter(|f| manifest.files.verilog.contains(&f.path)) {
        if !same(dir, file)? {
            found.edited.push(file.path.clone());
        }
    }
    stream(dir, manifest, &mut there, &mut found)?;
    board(dir, manifest, &mut there, &mut found)?;
    let stray = there.iter().find(|name| SOURCES.iter().any(|d| name.starts_with(&format!("{d}/"))));
    if let Some(stray) = stray {
        return Err(failed(dir, stray, "this file does not belong to the circuit: take it away"));
    }
    found.not_looked_at.extend(there);
    Ok(found)
}

/// All files below a directory, by their path in it. What a link points to is a file, not a directory.
fn list(dir: &Path, prefix: &str, all: &mut BTreeSet<String>) -> anyhow::Result<()> {
    let path = dir.join(prefix);
    for entry in path.read_dir().with_context(|| format!("cannot read {}", path.display()))? {
        let entry = entry.with_context(|| format!("cannot read {}", path.display()))?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let name = if prefix.is_empty() { name } else { format!("{prefix}/{name}") };
        if entry.file_type().is_ok_and(|t| t.is_dir()) {
            list(dir, &name, all)?;
        } else {
            all.insert(name);
        }
        anyhow::ensure!(
            all.len() <= MOST,
            "{}: more than {MOST} files: this is no generated directory",
            dir.display()
        );
    }
    Ok(())
}

fn failed(dir: &Path, name: &str, what: &str) -> anyhow::Error {
    CheckFailed(format!("{}: {what}, or generate the directory again", dir.join(name).display())).into()
}

fn same(dir: &Path, file: &SourceFile) -> anyhow::Result<bool> {
    let path = dir.join(&file.path);
    let bytes = gainstage_golden::document::read(&path, gainstage_golden::document::MOST)
        .with_context(|| format!("cannot read {}", path.display()))?;
    Ok(bytes == file.text.as_bytes())
}

/// Compares files with what this version writes, and takes them off the list.
fn compare(
    dir: &Path,
    files: &[SourceFile],
    there: &mut BTreeSet<String>,
    found: &mut Inventory,
) -> anyhow::Result<()> {
    for file in files {
        if !there.remove(&file.path) {
            return Err(failed(
                dir,
                &file.path,
                "there is no such file, but others of the same wrapper: restore it",
            ));
        }
        if !same(dir, file)? {
            let what = "this is not what this version writes around the circuit: restore it";
            return Err(failed(dir, &file.path, what));
        }
        found.wrappers += 1;
    }
    Ok(())
}

fn any_in(there: &BTreeSet<String>, dir: &str) -> bool {
    there.iter().any(|name| name.starts_with(&format!("{dir}/")))
}

/// The AXI4-Stream wrapper follows from the manifest.
fn stream(
    dir: &Path,
    core: &Manifest,
    there: &mut BTreeSet<String>,
    found: &mut Inventory,
) -> anyhow::Result<()> {
    match any_in(there, STREAM_DIR) {
        true => compare(dir, &Stream::new(core).files(core), there, found),
        false => Ok(()),
    }
}

/// A board's files follow from the manifest, the plan, the board, and the clock and rate in `link.json`.
fn board(
    dir: &Path,
    core: &Manifest,
    there: &mut BTreeSet<String>,
    found: &mut Inventory,
) -> anyhow::Result<()> {
    if !any_in(there, BOARD_DIR) {
        return Ok(());
    }
    let name = format!("{BOARD_DIR}/{}", link::FILE_NAME);
    if !there.contains(&name) {
        return Err(failed(dir, &name, "there is no such file, but others of a board: restore it"));
    }
    let link = Link::read(&dir.join(&name))?;
    let inside = |name: &String| name.starts_with(&format!("{BOARD_DIR}/"));
    if !SHIPPED.iter().any(|(shipped, _)| *shipped == link.board) {
        // The description of somebody's own board lies somewhere else.
        found.not_looked_at.extend(there.iter().filter(|name| inside(name)).cloned());
        there.retain(|name| !inside(name));
        return Ok(());
    }
    let board = Board::find(&link.board)?;
    let path = dir.join(PLAN_FILE);
    let plan = gainstage_golden::document::read(&path, gainstage_golden::document::MOST)
        .with_context(|| format!("cannot read {}", path.display()))?;
    let top = Top::new(core, &plan, &board, link.clock_mhz, link.serial.baud)
        .map_err(|e| failed(dir, &name, &format!("{e}: restore it")))?;
    let files: Vec<SourceFile> = top.files(core).into_iter().filter(|f| inside(&f.path)).collect();
    compare(dir, &files, there, found)?;
    if let Some((name, image)) = super::board::weights(dir, core, &top)?
        && there.remove(&name)
    {
        let bytes = gainstage_golden::document::read(&dir.join(&name), gainstage_golden::document::MOST)
            .with_context(|| format!("cannot read {}", dir.join(&name).display()))?;
        if bytes != image {
            return Err(failed(dir, &name, "these are not the weights of the circuit: restore it"));
        }
        found.wrappers += 1;
    }
    // What packing made of all this cannot be told from here.
    let bitstreams: Vec<String> = there
        .iter()
        .filter(|name| inside(name) && [".bit", ".bin"].iter().any(|end| name.ends_with(end)))
        .cloned()
        .collect();
    bitstreams.iter().for_each(|name| _ = there.remove(name));
    found.not_looked_at.extend(bitstreams);
    Ok(())
}
