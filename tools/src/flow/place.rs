//! A directory that appears whole or not at all, and never takes anything away that is not ours.

use crate::term;
use anyhow::Context;
use gainstage_golden::document::without_path;
use gainstage_golden::scratch::Scratch;
use gainstage_hdl::wrap::manifest;
use rustix::fs::{CWD, RenameFlags, renameat_with};
use std::path::{Path, PathBuf};

/// What this program writes into its directories.
const OURS: &[&str] = &[
    "plan.json",
    "unit.json",
    "build.json",
    "manifest.json",
    "model.json",
    "report.json",
    "report.html",
    "interrupted-plan.json",
    "picture.svg",
    "curves.svg",
    "mismatch.vcd",
    "rtl",
    "axis",
    "board",
    "logs",
];

/// A directory in the making: a sibling of its final place until it is published.
pub struct Place {
    part: Scratch,
    target: PathBuf,
}

impl Place {
    /// Checks the final place and makes the sibling.
    ///
    /// # Errors
    /// Something is there that this program did not write, unless `force`; a place that cannot be written.
    pub fn prepare(target: &Path, force: bool) -> anyhow::Result<Place> {
        check(target, force)?;
        if let Some(stranger) = stranger(target) {
            let also = stranger.display();
            term::say(&format!(
                "warning: --force takes away all that was in {}, {also} too",
                target.display()
            ));
        }
        let parent = match target.parent() {
            Some(p) if !p.as_os_str().is_empty() => p,
            _ => Path::new("."),
        };
        let part = std::fs::create_dir_all(parent)
            .and_then(|()| Scratch::within(parent))
            .map_err(without_path)
            .with_context(|| {
                format!("cannot write into {}; give -o a place that can be written", parent.display())
            })?;
        Ok(Place { part, target: target.to_owned() })
    }

    /// Where to write.
    pub fn path(&self) -> &Path {
        self.part.path()
    }

    /// Moves the directory to its final place; what was there before goes away. Where the system can exchange two
    /// directories, there is no moment without one of the two.
    pub fn publish(self) -> anyhow::Result<()> {
        let Place { part, target } = self;
        let cannot = || format!("cannot write {}; give -o a place that can be written", target.display());
        let existed = target.symlink_metadata().is_ok();
        if existed && renameat_with(CWD, part.path(), CWD, &target, RenameFlags::EXCHANGE).is_ok() {
            // What was there goes with the temporary directory.
            return Ok(());
        }
        let parent = part.path().parent().unwrap_or(Path::new(".")).to_owned();
        let old = tempfile::Builder::new().prefix(".gainstage-old-").tempdir_in(parent);
        let old = old.map_err(without_path).with_context(cannot)?;
        let before = old.path().join("before");
        if existed {
            std::fs::rename(&target, &before).with_context(cannot)?;
        }
        let new = part.keep();
        std::fs::rename(&new, &target)
            .inspect_err(|_| {
                // The first error is the one to report; the old directory goes back if it can.
                let _ = std::fs::remove_dir_all(&new);
                let _ = if existed { std::fs::rename(&before, &target) } else { Ok(()) };
            })
            .with_context(cannot)
    }
}

/// Refuses a file, and a place where something is that this program did not write, unless `force`.
pub fn check(target: &Path, force: bool) -> anyhow::Result<()> {
    let place = target.display();
    anyhow::ensure!(
        !target.symlink_metadata().is_ok_and(|m| m.is_file()),
        "{place} is a file: choose a directory"
    );
    match stranger(target) {
        Some(stranger) if !force => anyhow::bail!(
            "{place} was not written by gainstage (there is {}): choose another directory; --force takes away \
             all that is in it",
            stranger.display()
        ),
        _ => Ok(()),
    }
}

/// The first thing at a place that this program did not write.
fn stranger(target: &Path) -> Option<PathBuf> {
    target.symlink_metadata().ok()?;
    let Ok(entries) = target.read_dir() else { return Some(target.to_owned()) };
    let mut names: Vec<String> =
        entries.map_while(Result::ok).map(|e| e.file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    let generated = manifest::Manifest::read(target).is_ok_and(|m| m.generator.starts_with("gainstage "));
    let ours = |name: &String| OURS.contains(&name.as_str()) && (generated || name != "rtl");
    if let Some(name) = names.iter().find(|n| !ours(n)) {
        return Some(target.join(name));
    }
    let sources = target.join("rtl").read_dir().into_iter().flatten().map_while(Result::ok);
    let mut paths: Vec<PathBuf> = sources.map(|e| e.path()).collect();
    paths.sort();
    paths.into_iter().find(|p| !p.extension().is_some_and(|e| e == "v" || e == "mem"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn publish(target: &Path, text: &str, force: bool) -> anyhow::Result<()> {
        let place = Place::prepare(target, force)?;
        std::fs::write(place.path().join("plan.json"), text)?;
        place.publish()
    }

    #[test]
    fn old_results_are_replaced_and_strangers_are_kept() {
        let dir = tempfile::tempdir().expect("a directory");
        let target = dir.path().join("deep/out");
        publish(&target, "1", false).expect("written");
        publish(&target, "2", false).expect("replaced");
        assert_eq!(std::fs::read_to_string(target.join("plan.json")).expect("there"), "2");
        // What an interrupt left there is ours.
        std::fs::write(target.join("interrupted-plan.json"), "{}").expect("written");
        publish(&target, "2", false).expect("replaced");
        std::fs::write(target.join("thesis.txt"), "mine").expect("written");
        let text = publish(&target, "3", false).expect_err("not ours").to_string();
        assert!(text.contains("thesis.txt") && text.contains("--force"), "{text}");
        assert_eq!(std::fs::read_to_string(target.join("plan.json")).expect("there"), "2");
        publish(&target, "4", true).expect("forced");
        assert!(!target.join("thesis.txt").exists());
        let left = target.parent().expect("a parent").read_dir().expect("listed").count();
        assert_eq!(left, 1, "no temporary directory is left");
    }

    #[test]
    fn a_file_in_the_way_is_kept() {
        let dir = tempfile::tempdir().expect("a directory");
        let target = dir.path().join("out");
        std::fs::write(&target, "mine").expect("written");
        for force in [false, true] {
            let text = publish(&target, "1", force).expect_err("a file").to_string();
            assert!(text.contains("is a file"), "{text}");
        }
        assert_eq!(std::fs::read_to_string(&target).expect("there"), "mine");
    }
}
