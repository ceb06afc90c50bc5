//! Memory files against the plan: what lies there must be what the plan says.

use crate::exit::CheckFailed;
use anyhow::Context;
use gainstage_golden::export::read_mem;
use gainstage_golden::text::count;
use gainstage_hdl::emit::SourceFile;
use std::collections::BTreeSet;
use std::path::Path;

/// The most differences that are listed one by one.
const SHOWN: usize = 5;

/// Compares every memory file of a directory with the words that the plan demands; gives the number of files.
///
/// `listed` are the manifest's files, `expected` those the plan leads to.
///
/// # Errors
/// A file that cannot be read; files that are not memories, or differ: file, line, both words. All are looked at, so
/// that one message names them all.
pub fn check(dir: &Path, listed: &[String], expected: &[SourceFile]) -> anyhow::Result<usize> {
    let wanted: Vec<&SourceFile> = expected.iter().filter(|f| f.path.ends_with(".mem")).collect();
    let names: BTreeSet<&str> = wanted.iter().map(|f| f.path.as_str()).collect();
    let there: BTreeSet<&str> = listed.iter().map(String::as_str).collect();
    let mut faults: Vec<String> = names
        .symmetric_difference(&there)
        .map(|name| match there.contains(name) {
            true => format!("{}: the plan has no such memory", dir.join(name).display()),
            false => format!(
                "{}: the plan needs this memory, but manifest.json does not list it",
                dir.join(name).display()
            ),
        })
        .collect();
    for file in wanted.iter().filter(|f| there.contains(f.path.as_str())) {
        faults.extend(compare(&dir.join(&file.path), &file.text)?);
    }
    if faults.is_empty() {
        return Ok(wanted.len());
    }
    let more = faults.len().saturating_sub(SHOWN);
    faults.truncate(SHOWN);
    if more > 0 {
        faults.push(format!("... and {more} more"));
    }
    let cure = "generate the directory again, or restore the file";
    Err(CheckFailed(format!("memory files are not what the plan says; {cure}:\n  {}", faults.join("\n  ")))
        .into())
}

/// The differences between a file and the text that the plan demands.
fn compare(path: &Path, expected: &str) -> anyhow::Result<Vec<String>> {
    let place = path.display();
    let text =
        gainstage_golden::document::read_text(path, gainstage_golden::document::MOST).with_context(|| {
            format!("{place}: cannot be read; restore the file, or generate the directory again")
        })?;
    let words = match read_mem(&text, path) {
        Ok(words) => words,
        Err(e) => return Ok(vec![e.to_string()]),
    };
    let demanded = read_mem(expected, path).context("a memory that was just written")?;
    if words.len() != demanded.len() {
        return Ok(vec![format!(
            "{place}: {}, but the plan says {}",
            count(words.len(), "word"),
            demanded.len()
        )]);
    }
    let digits = expected.lines().next().map_or(1, str::len);
    let differing = words.iter().zip(&demanded).enumerate().filter(|(_, (found, want))| found != want);
    Ok(differing
        .map(|(address, (found, want))| {
            let line = line_of(&text, address).map_or(String::new(), |line| format!(":{line}"));
            format!("{place}{line}: word {address} is {found:0digits$x}, but the plan says {want:0digits$x}")
        })
        .collect())
}

/// The line of a word, where the file has one word per line and nothing else.
fn line_of(text: &str, address: usize) -> Option<usize> {
    let plain = text.lines().all(|l| l.bytes().all(|b| b.is_ascii_hexdigit()) && !l.is_empty());
    plain.then_some(address + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flipped_bit_is_named_with_file_line_and_words() {
        let dir = tempfile::tempdir().expect("a directory");
        std::fs::create_dir(dir.path().join("rtl")).expect("made");
        let file = SourceFile { path: "rtl/t.mem".into(), text: "0a\n0b\n0c\n".into() };
        let listed = [file.path.clone()];
        let check = |text: &str| {
            std::fs::write(dir.path().join("rtl/t.mem"), text).expect("written");
            check(dir.path(), &listed, std::slice::from_ref(&file)).map_err(|e| e.to_string())
        };
        assert_eq!(check("0a\n0b\n0c\n"), Ok(1));
        // Another way to write the same words is the same memory.
        assert_eq!(check("@0 0A b // two\n0c"), Ok(1));
        let text = check("0a\n0f\n0c\n").expect_err("a flipped bit");
        assert!(text.contains("t.mem:2: word 1 is 0f, but the plan says 0b"), "{text}");
        assert!(check("0a\n0b\n").expect_err("short").contains("2 words, but the plan says 3"));
        assert!(check("0a\nxx\n0c\n").expect_err("no word").contains("t.mem:2"));
    }

    #[test]
    fn missing_and_surplus_memories_are_named() {
        let dir = tempfile::tempdir().expect("a directory");
        let file = SourceFile { path: "rtl/t.mem".into(), text: "0a\n".into() };
        let text = check(dir.path(), &["rtl/u.mem".into()], &[file]).expect_err("both").to_string();
        assert!(
            text.contains("u.mem: the plan has no such memory")
                && text.contains("t.mem: the plan needs this"),
            "{text}"
        );
    }
}
