//! Every example is what it says: the input has the fault of its code.

use super::*;
use crate::project::Project;
use gainstage_golden::data::read_csv;
use gainstage_golden::net::Model;
use gainstage_golden::plan::Plan;
use gainstage_golden::watch::Watcher;
use gainstage_hdl::board::Board;
use gainstage_hdl::wrap::Build;
use gainstage_hdl::wrap::manifest::Manifest;
use serde_json::Value;
use std::ffi::OsString;
use std::fs;
use std::path::Path;
use std::sync::Arc;

const MODEL: &str = r#"{"schema": 1, "name": "net", "input_ranges": [[-1, 1], [0, 2]], "network": {"layers": [
    {"inputs": 2, "neurons": [{"activation": "tanh"}, {"kind": {"attenuating": {"b": 1.0}}}, {"kind": "amplifying"}],
     "weights": [1, 0.5, -1, 0.25, 0.75, 0.5], "bias": [0, 0.1, 0.2]},
    {"inputs": 3, "neurons": [{}, {}], "weights": [1, 0.5, -1, 0.25, 0.75, 0.5]}]}}"#;
const PROJECT: &str = "name = \"p\"\n[data]\ncsv = \"data.csv\"\n[network]\nhidden = [{ ordinary = 1 }]\n\
                       [train]\nepochs = 2\nrestarts = 1\n";
const BOARD: &str = include_str!("../../../constraints/icebreaker.toml");

struct Silent;

impl Watcher for Silent {
    fn cancelled(&self) -> bool {
        false
    }
    fn takes_notes(&self) -> bool {
        true
    }
    fn note(&self, _: &str) {}
}

/// Runs a command whose words that name no option are files of `dir` if they are called so.
fn command(line: &str, dir: &Path) -> crate::Ran {
    let words = shlex::split(line).expect("words").into_iter().skip(1).enumerate();
    let file = |w: &String| w == "." || w.contains(".json") || w.contains(".csv") || dir.join(w).exists();
    let outputs = ["out", "front", "p"];
    let args = words.map(|(i, w)| match i > 0 && (file(&w) || outputs.contains(&w.as_str())) {
        true => dir.join(w).into_os_string(),
        false => OsString::from(w),
    });
    crate::run(args, Arc::new(Silent))
}

/// Sound files that examples change.
fn base(dir: &Path) {
    fs::write(dir.join("model.json"), MODEL).expect("written");
    fs::write(dir.join("gainstage.toml"), PROJECT).expect("written");
    fs::write(dir.join("board.toml"), BOARD).expect("written");
    fs::write(dir.join("data.csv"), "x0,x1,y0,y1\n1,2,0.5,1\n0,1,0.25,0\n").expect("written");
    for line in [
        "gainstage quantize model.json --bits 8 --method ptq -o plan.json",
        "gainstage generate plan.json --target ecp5 -o out",
    ] {
        let ran = command(line, dir);
        assert_eq!(ran.code, 0, "{line}: {}", ran.text);
    }
    fs::rename(dir.join("out"), dir.join("circuit")).expect("renamed");
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("made");
    for entry in fs::read_dir(from).expect("listed").flatten() {
        let target = to.join(entry.file_name());
        match entry.path().is_dir() {
            true => copy(&entry.path(), &target),
            false => drop(fs::copy(entry.path(), target).expect("copied")),
        }
    }
}

/// The parts of an example: a file with its text, or `$` with a command.
fn parts(example: &str) -> Vec<(&str, String)> {
    let mut parts: Vec<(&str, String)> = Vec::new();
    for line in example.split('\n') {
        let named = line.split_once(": ").filter(|(file, _)| {
            let plain = file.bytes().all(|b| b.is_ascii_alphanumeric() || b"/._".contains(&b));
            plain && file.contains('.')
        });
        match (line.strip_prefix("$ "), named, parts.last_mut()) {
            (Some(command), ..) => parts.push(("$", command.to_owned())),
            (None, Some((file, text)), _) => parts.push((file, text.to_owned())),
            (None, None, Some((_, text))) => *text += &format!("\n{line}"),
            (None, None, None) => panic!("{example}"),
        }
    }
    parts
}

fn merge(into: &mut toml::Table, from: toml::Table) {
    for (key, value) in from {
        match (into.get_mut(&key), value) {
            (Some(toml::Value::Table(old)), toml::Value::Table(new)) => merge(old, new),
            (_, value) => drop(into.insert(key, value)),
        }
    }
}

/// A TOML file with `[table] key = value, key = value` in place of what was there; what is no TOML is put in front.
fn changed_toml(text: &str, change: &str) -> String {
    let keys = change.strip_prefix('[').and_then(|rest| rest.split_once("] "));
    let lines = keys.map_or(change.to_owned(), |(table, keys)| format!("{table} = {{ {keys} }}"));
    let mut all: toml::Table = text.parse().expect("sound");
    match lines.parse::<toml::Table>() {
        Ok(new) if keys.is_some() => merge(&mut all, new),
        Ok(new) => all.extend(new),
        Err(_) => return format!("{change}\n{text}"),
    }
    all.to_string()
}

/// A JSON file with another value, or more fields, in a place.
fn changed_json(text: &str, change: &str) -> String {
    const MARK: &str = "what is written here";
    let mut all: Value = serde_json::from_str(text).expect("sound");
    let (place, raw, more) = match change.split_once(" += ") {
        Some((place, raw)) => (place, raw, true),
        None => {
            let (place, raw) = change.split_once(" = ").expect("a change");
            (place, raw, false)
        }
    };
    let place = if place == "/" { "" } else { place };
    if more {
        let fields: serde_json::Map<String, Value> = serde_json::from_str(raw).expect("fields");
        all.pointer_mut(place).and_then(Value::as_object_mut).expect("there").extend(fields);
        return all.to_string();
    }
    if all.pointer(place).is_none() {
        let (outer, key) = place.rsplit_once('/').expect("a key");
        let object = all.pointer_mut(outer).and_then(Value::as_object_mut).expect("there");
        object.insert(key.to_owned(), Value::Null);
    }
    *all.pointer_mut(place).expect("there") = MARK.into();
    all.to_string().replace(&format!("\"{MARK}\""), raw)
}

fn write(dir: &Path, file: &str, change: &str) {
    let path = match file {
        "build.json" | "manifest.json" => dir.join("circuit").join(file),
        _ => dir.join(file),
    };
    let old = fs::read_to_string(&path).unwrap_or_default();
    let bytes = match file.rsplit_once('.').map(|(_, kind)| kind) {
        Some("json") => changed_json(&old, change).into_bytes(),
        Some("toml") => changed_toml(&old, change).into_bytes(),
        Some("mlp" | "onnx") => {
            let byte = |b: &str| u8::from_str_radix(b, 16).expect("a byte");
            let bytes = change.split(' ').flat_map(|b| match b.split_once('*') {
                Some((b, times)) => vec![byte(b); times.parse().expect("a count")],
                None => vec![byte(b)],
            });
            bytes.collect()
        }
        _ => format!("{change}\n").into_bytes(),
    };
    fs::write(path, bytes).expect("written");
}

/// Reads a file as the commands do.
fn read(dir: &Path, file: &str) -> anyhow::Result<()> {
    let path = dir.join(file);
    match file {
        "plan.json" => drop(Plan::read(&path)?),
        "model.json" => drop(Model::read(&path)?),
        "build.json" => drop(Build::read(&dir.join("circuit/build.json"))?),
        "manifest.json" => drop(Manifest::read(&dir.join("circuit"))?),
        "gainstage.toml" => drop(Project::read(&path)?),
        "board.toml" => drop(Board::read(&path)?),
        "data.csv" => drop(read_csv(&path)?),
        _ => panic!("{file} needs a command"),
    }
    Ok(())
}

/// What an example comes to: its code and message.
fn outcome(example: &str, dir: &Path) -> (Option<String>, String) {
    let mut last = None;
    for (file, text) in parts(example) {
        if file == "$" {
            let ran = command(&text, dir);
            return (ran.json["code"].as_str().map(str::to_owned), ran.text);
        }
        write(dir, file, &text);
        last = Some(file);
    }
    match read(dir, last.expect("a file")) {
        Ok(()) => (None, "it is read".to_owned()),
        Err(e) => (code_of(e.as_ref()).map(Code::to_string), crate::exit::message(&e)),
    }
}

#[test]
fn every_example_has_the_fault_of_its_code() {
    let sound = tempfile::tempdir().expect("a directory");
    base(sound.path());
    let (mut wrong, mut tried) = (Vec::new(), 0);
    // What no file of the fixture and no command can be made to show says so in parentheses.
    for code in codes().into_iter().filter(|c| !c.example.starts_with('(')) {
        let dir = tempfile::tempdir().expect("a directory");
        copy(sound.path(), dir.path());
        let (found, message) = outcome(code.example, dir.path());
        tried += 1;
        if found.as_deref() != Some(&code.to_string()) {
            wrong.push(format!("{code} {}: {found:?} {message}", code.example));
        }
    }
    assert!(wrong.is_empty(), "{} of {tried}:\n{}", wrong.len(), wrong.join("\n"));
    assert!(tried > 150, "{tried} of {}", codes().len());
}

#[test]
fn numbers_stand_alone_and_every_type_with_codes_is_listed() {
    let all = codes();
    assert!(all.windows(2).all(|w| w[0].number < w[1].number), "a number stands twice");
    for area in areas() {
        let hundred = |c: &Code| c.number / 100;
        assert!(area.codes.windows(2).all(|w| hundred(&w[0]) == hundred(&w[1])), "{}", area.title);
    }
    for code in all {
        assert!(![code.title, code.why, code.example, code.cure].contains(&""), "{code}");
        assert_eq!(find(&code.to_string()), Some(code));
    }
    assert!(find("GS9999").is_none() && find("").is_none() && find("E0308").is_none());
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let uses: usize =
        ["golden", "hdl", "sim", "tools"].map(|name| uses(&root.join(name).join("src"))).iter().sum();
    assert_eq!(uses, areas().count(), "a type has codes and is in no list of areas");
}

/// How often codes are given in the sources of a directory.
fn uses(dir: &Path) -> usize {
    let count = |path: &Path| match path.is_dir() {
        true => uses(path),
        false if path.extension().is_none_or(|e| e != "rs") => 0,
        false => fs::read_to_string(path).expect("a text").lines().filter(|l| *l == "faults! {").count(),
    };
    fs::read_dir(dir).expect("sources").flatten().map(|entry| count(&entry.path())).sum()
}

#[test]
fn the_page_of_all_codes_is_up_to_date() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/errors.md");
    let there = fs::read_to_string(path).unwrap_or_default();
    assert!(there == page(), "write it again: gainstage explain --markdown > docs/errors.md");
}
