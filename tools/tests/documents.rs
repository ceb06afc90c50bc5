//! Links of the documentation: each names a file that is there, and a heading of it.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// What a heading is called in a link: lower case, without punctuation, blanks as hyphens.
fn anchor(heading: &str) -> String {
    let plain = heading.trim_start_matches('#').trim().to_lowercase();
    let kept = plain.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
    kept.map(|c| if c == ' ' { '-' } else { c }).collect()
}

fn without_code(page: &str) -> String {
    let mut inside = false;
    let lines = page.lines().filter(|line| {
        inside ^= line.starts_with("```");
        !inside && !line.starts_with("```")
    });
    lines.collect::<Vec<_>>().join("\n")
}

fn anchors(file: &Path) -> BTreeSet<String> {
    let page = without_code(&fs::read_to_string(file).expect("a page"));
    page.lines().filter(|l| l.starts_with('#')).map(anchor).collect()
}

/// The targets of links and pictures in a page.
fn links(page: &str) -> Vec<String> {
    let page = without_code(page);
    let ends = page.split("](").skip(1).filter_map(|rest| rest.split_once(')'));
    ends.map(|(link, _)| link.to_owned()).filter(|link| !link.contains("://")).collect()
}

#[test]
fn links_lead_somewhere() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut pages: Vec<PathBuf> = fs::read_dir(root.join("docs"))
        .expect("docs")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|e| e == "md"))
        .collect();
    pages.extend(["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md"].map(|name| root.join(name)));
    let examples = fs::read_dir(root.join("examples")).expect("examples");
    let described = examples.map(|entry| entry.expect("an entry").path().join("README.md"));
    pages.extend(described.filter(|page| page.exists()));
    let (mut broken, mut followed) = (Vec::new(), 0);
    for page in &pages {
        let text = fs::read_to_string(page).expect("a page");
        for link in links(&text) {
            let (file, heading) = link.split_once('#').unwrap_or((&link, ""));
            let target = if file.is_empty() { page.clone() } else { page.with_file_name("").join(file) };
            let there = target.exists() && (heading.is_empty() || anchors(&target).contains(heading));
            if !there {
                broken.push(format!("{}: {link}", page.display()));
            }
            followed += 1;
        }
    }
    assert!(followed > 20, "{followed}");
    assert!(broken.is_empty(), "{broken:#?}");
    // Every page of docs/ is in the book.
    let book = fs::read_to_string(root.join("docs/SUMMARY.md")).expect("a summary");
    for page in pages.iter().filter(|p| p.starts_with(root.join("docs"))) {
        let name = page.file_name().expect("a name").to_string_lossy().into_owned();
        assert!(
            name == "SUMMARY.md" || book.contains(&format!("({name})")),
            "{name} is not in docs/SUMMARY.md"
        );
    }
}
