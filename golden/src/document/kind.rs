//! What a file is, when it is not what was asked for.

use crate::text::BYTE_ORDER_MARK;
use std::fmt;
use std::path::Path;

/// The files that this program's users have at hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `model.json`.
    Model,
    /// `plan.json`.
    Plan,
    /// `build.json`.
    Build,
    /// `manifest.json`.
    Manifest,
    /// `report.json`.
    Report,
    /// `gainstage.toml`.
    Project,
    /// A CSV file.
    Samples,
    /// The first paper's binary file of a network.
    Mlp,
    /// A directory with a project.
    ProjectDirectory,
    /// A directory that holds a generated circuit.
    Generated,
    /// Any other directory.
    Directory,
}

impl Kind {
    /// What the file at `path` seems to be, by its content; `None` if that cannot be told.
    pub fn of(path: &Path) -> Option<Kind> {
        if path.is_dir() {
            let has = |name| path.join(name).is_file();
            return Some(match (has("manifest.json"), has("gainstage.toml")) {
                (true, _) => Kind::Generated,
                (_, true) => Kind::ProjectDirectory,
                _ => Kind::Directory,
            });
        }
        let bytes = super::read(path, super::MOST).ok()?;
        match std::str::from_utf8(&bytes) {
            Ok(text) if !text.contains('\0') => Kind::of_text(text),
            // A size of a network, little-endian: its upper bytes are 0.
            _ => (bytes.get(2..4) == Some(&[0, 0])).then_some(Kind::Mlp),
        }
    }

    fn of_text(text: &str) -> Option<Kind> {
        let text = text.trim_start_matches(BYTE_ORDER_MARK);
        if let Ok(object) = serde_json::from_str::<serde_json::Map<String, serde_json::Value>>(text) {
            let marks = [
                ("network", Kind::Model),
                ("layers", Kind::Plan),
                ("mae_fixed", Kind::Report),
                ("top", Kind::Manifest),
                ("clock_mhz", Kind::Build),
            ];
            return marks.into_iter().find(|(key, _)| object.contains_key(*key)).map(|(_, kind)| kind);
        }
        let mut lines = text.lines().map(str::trim).filter(|l| !l.is_empty() && !l.starts_with('#'));
        let first = lines.next()?;
        let name = |c: char| c.is_ascii_alphanumeric() || "_-.[]".contains(c);
        let section = |l: &str| l.starts_with('[') && l.ends_with(']') && l.chars().all(name);
        if (first.contains(" = ") || section(first)) && text.lines().any(|l| section(l.trim())) {
            return Some(Kind::Project);
        }
        let column = |name: &str| {
            let digits = name.trim().strip_prefix(['x', 'y']);
            digits.is_some_and(|d| !d.is_empty() && d.bytes().all(|b| b.is_ascii_digit()))
        };
        first.split(',').all(column).then_some(Kind::Samples)
    }

    /// Which commands take it, or what to give in its place.
    pub fn cure(self) -> &'static str {
        match self {
            Kind::Model => "`gainstage quantize` makes a plan of it, `gainstage eval` computes its outputs",
            Kind::Plan => "`gainstage generate` makes a circuit of it, `gainstage eval` computes its outputs",
            Kind::Build => "it says how a circuit is built; give the plan.json beside it",
            Kind::Manifest => "give its directory to `gainstage verify`, or the plan.json beside it",
            Kind::Report => "give the model.json or the plan.json beside it",
            Kind::Project | Kind::ProjectDirectory => {
                "`gainstage train` makes a model of it, `gainstage build` a proven circuit"
            }
            Kind::Samples => "samples go with --data",
            Kind::Mlp => "`gainstage import` makes a model of it",
            Kind::Generated => "`gainstage verify` takes it; the plan is the plan.json in it",
            Kind::Directory => "name the file in it",
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Kind::Model => "model",
            Kind::Plan => "plan",
            Kind::Build => "build file",
            Kind::Manifest => "manifest",
            Kind::Report => "report",
            Kind::Project => "project file",
            Kind::Samples => "CSV file of samples",
            Kind::Mlp => "binary file, perhaps an .mlp network",
            Kind::ProjectDirectory => "directory of a project",
            Kind::Generated => "directory of a generated circuit",
            Kind::Directory => "directory",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_known_by_their_content() {
        let of = Kind::of_text;
        assert_eq!(of("{\"schema\": 1, \"network\": {}}"), Some(Kind::Model));
        assert_eq!(of("{\"schema\": 1, \"layers\": []}"), Some(Kind::Plan));
        assert_eq!(of("{\"top\": \"a\", \"clock_mhz\": 1}"), Some(Kind::Manifest));
        assert_eq!(of("\u{feff}{\"clock_mhz\": 1}"), Some(Kind::Build));
        assert_eq!(of("# mine\nname = \"a\"\n\n[data]\ncsv = \"a\"\n"), Some(Kind::Project));
        assert_eq!(of("x0, x1,y0\n1,2,3\n"), Some(Kind::Samples));
        for unknown in ["", "{", "{\"schema\": 1}", "hello", "1,2\n3,4\n", "[1, 2]"] {
            assert_eq!(of(unknown), None, "{unknown}");
        }
    }

    #[test]
    fn directories_are_known_by_what_is_in_them() {
        let dir = tempfile::tempdir().expect("a directory");
        assert_eq!(Kind::of(dir.path()), Some(Kind::Directory));
        std::fs::write(dir.path().join("gainstage.toml"), "").expect("written");
        assert_eq!(Kind::of(dir.path()), Some(Kind::ProjectDirectory));
        std::fs::write(dir.path().join("net.mlp"), [2, 0, 0, 0, 1, 0, 0, 0, 0xff]).expect("written");
        assert_eq!(Kind::of(&dir.path().join("net.mlp")), Some(Kind::Mlp));
        assert_eq!(Kind::of(&dir.path().join("none")), None);
    }
}
