//! The reference in `docs/reference.md` and the reader of a project have the same keys.

use super::Project;
use std::collections::BTreeSet;
use std::path::Path;

/// The keys that the reader names where one is not known, in a table of a project.
fn keys(table: &str) -> Vec<String> {
    let own = |name: &str| table == format!("[{name}]");
    let filler =
        |name: &str, line: &str| if own(name) { String::new() } else { format!("[{name}]\n{line}\n") };
    let text = format!(
        "name = \"n\"\n{}{}{table}\nnosuchkey = 1\n{}",
        filler("data", "generator = \"figure1\""),
        filler("network", "hidden = [{ ordinary = 1 }]"),
        if own("network") { "hidden = [{ ordinary = 1 }]\n" } else { "" },
    );
    let said = Project::parse(&text, Path::new("p")).expect_err("an unknown key").to_string();
    let list = said.split("expected ").nth(1).expect("a list of keys");
    list.split('`').skip(1).step_by(2).take_while(|k| !k.contains('\n')).map(str::to_owned).collect()
}

#[test]
fn the_reference_has_every_key_of_every_table() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/reference.md");
    let page = std::fs::read_to_string(file).expect("the reference");
    for table in [
        "[data]",
        "[network]",
        "[train]",
        "[learned]",
        "[quantize]",
        "[build]",
        "[board.ulx3s-85f]",
        "[verify]",
    ] {
        let heading = format!("## {}\n", table.replace("ulx3s-85f", "NAME"));
        let section = page.split(&heading).nth(1).unwrap_or_else(|| panic!("no section {heading}"));
        let section = section.split("\n## ").next().unwrap_or("");
        let known: BTreeSet<String> = keys(table).into_iter().collect();
        assert!(known.len() > 1, "{table}: {known:?}");
        let first =
            section.lines().filter_map(|l| l.strip_prefix("| `")).filter_map(|l| l.split(" | ").next());
        let mut told: BTreeSet<String> = first
            .flat_map(|cell| cell.split('`').step_by(2).map(str::to_owned).collect::<Vec<_>>())
            .collect();
        if table.starts_with("[board") {
            told = section.split('`').skip(1).step_by(2).map(str::to_owned).collect();
        }
        told.retain(|k| !k.is_empty() && k != ", ");
        assert_eq!(known, told, "{table}");
    }
}
