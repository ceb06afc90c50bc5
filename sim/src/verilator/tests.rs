use super::*;
use crate::SimError;
use crate::cycles::{Response, Stimulus};
use crate::fixture::{design, golden, have, manifest, options, swap};
use crate::run::Tool;
use std::path::Path;

const TOOLS: &[Tool] = &[Tool::Verilator, Tool::Make, Tool::Cxx];

fn same(_: &str, text: String) -> String {
    text
}

/// A reset, then all vectors without gaps, then enough rows to see the last result.
fn stimulus(rows: &[[i64; 2]]) -> Stimulus {
    let mut s = Stimulus::default();
    s.push(&[0, 0], false, true);
    rows.iter().for_each(|row| s.push(row, true, false));
    (0..4).for_each(|_| s.push(&[0, 0], false, false));
    s
}

fn run(model: &Model, seed: u32) -> Response {
    let rows: Vec<[i64; 2]> = (0..500).map(|i| [i % 512 - 256, i * 7 % 512 - 256]).collect();
    let s = stimulus(&rows);
    let mut instance = model.instance(seed).expect("created");
    let mut response = Response::default();
    instance.run(&s, &mut response).expect("runs");
    for (t, row) in rows.iter().enumerate() {
        let [.., y] = golden(row);
        assert_eq!((response.outputs[t + 5], response.out_valid[t + 5]), (y, 1), "row {t}: {row:?}");
    }
    assert!(response.out_valid[1..5].iter().all(|&v| v == 0));
    response
}

#[test]
fn a_batch_agrees_with_the_model_in_several_threads() {
    if !have(TOOLS) {
        return;
    }
    let dir = design(same);
    let model = Model::build(dir.path(), &manifest(), &options()).expect("built");
    let mut responses = std::thread::scope(|s| {
        let threads: Vec<_> = (0..3)
            .map(|i| {
                s.spawn({
                    let model = &model;
                    move || run(model, i)
                })
            })
            .collect();
        threads.into_iter().map(|t| t.join().expect("no panic")).collect::<Vec<_>>()
    });
    let last = responses.pop().expect("three of them");
    assert!(responses.iter().any(|r| r.outputs[..4] != last.outputs[..4]), "power-up depends on the seed");
}

#[test]
fn the_cache_is_used_and_mended() {
    if !have(TOOLS) {
        return;
    }
    let (dir, cache) = (design(same), tempfile::tempdir().expect("a directory"));
    let options = Options { cache: Some(cache.path().to_path_buf()), ..options() };
    let build = || Model::build(dir.path(), &manifest(), &options).expect("built");
    let libraries = || -> Vec<PathBuf> {
        let list = std::fs::read_dir(cache.path().join("verilator")).expect("listed");
        let mut list: Vec<_> = list.map(|e| e.expect("an entry").path().join("model.so")).collect();
        list.retain(|p| p.exists());
        list
    };
    // Two at once: one builds, the other waits.
    std::thread::scope(|s| (0..2).for_each(|_| drop(s.spawn(build))));
    let [library] = &libraries()[..] else { panic!("one entry: {:?}", libraries()) };
    let made = |p: &Path| p.metadata().and_then(|m| m.modified()).expect("a time");
    let first = made(library);
    run(&build(), 1);
    assert_eq!(made(library), first, "built again");

    // Damage behind the loader's back.
    let mut bytes = std::fs::read(library).expect("read");
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::remove_file(library).expect("removed");
    std::fs::write(library, bytes).expect("written");
    run(&build(), 1);
    assert_ne!(made(library), first, "a damaged library was used");
    assert_eq!(libraries().len(), 1);

    // Other Verilog, another entry; another ROM, the same one.
    let other = design(|name, t| if name == "square.v" { swap(t, "p[16:4]", "p[15:3]") } else { t });
    Model::build(other.path(), &manifest(), &options).expect("built");
    assert_eq!(libraries().len(), 2);
    let rom = design(|name, t| if name == "table.mem" { swap(t, "0\n", "1\n") } else { t });
    Model::build(rom.path(), &manifest(), &options).expect("built");
    assert_eq!(libraries().len(), 2);
}

#[test]
fn ports_that_differ_from_the_manifest_are_refused() {
    if !have(TOOLS) {
        return;
    }
    let dir = design(same);
    let problem = |change: &dyn Fn(&mut gainstage_hdl::wrap::manifest::Manifest)| {
        let mut m = manifest();
        change(&mut m);
        Model::build(dir.path(), &m, &options()).err().expect("refused").to_string()
    };
    let wide = problem(&|m| m.outputs[0].format.width = 12);
    assert!(wide.contains("`y` is output of 12 bits in the manifest, output of 10 in the Verilog"), "{wide}");
    let gone = problem(&|m| m.inputs[1].name = "x2".into());
    assert!(gone.contains("the manifest's input `x2` is not in the Verilog"), "{gone}");
    let more = problem(&|m| drop(m.inputs.pop()));
    assert!(more.contains("the Verilog's input `x1` is not in the manifest"), "{more}");
}

#[test]
fn missing_and_garbled_roms_are_errors() {
    if !have(TOOLS) {
        return;
    }
    let dir = design(same);
    let model = Model::build(dir.path(), &manifest(), &options()).expect("built");
    let rom = dir.path().join("rtl/table.mem");
    std::fs::write(&rom, "0g\n").expect("written");
    let garbled = model.instance(1).err().expect("refused").to_string();
    assert!(garbled.contains("simulation of duo: table.mem: $readmem file syntax error"), "{garbled}");
    std::fs::remove_file(&rom).expect("removed");
    let gone = model.instance(1).err().expect("refused").to_string();
    assert!(gone.contains("table.mem: $readmem file not found"), "{gone}");
    let e = Model::build(dir.path(), &manifest(), &options()).err().expect("refused");
    assert!(matches!(&e, SimError::Io { path, .. } if path.ends_with("rtl/table.mem")), "{e}");
}

#[test]
fn broken_verilog_is_an_error_with_its_line() {
    if !have(TOOLS) {
        return;
    }
    let dir =
        design(|name, t| if name == "duo.v" { swap(t, "assign out_valid", "assign out_vald") } else { t });
    let e = Model::build(dir.path(), &manifest(), &options()).err().expect("refused").to_string();
    assert!(e.contains("Verilator failed") && e.contains("duo.v:22:10"), "{e}");
}
