//! A plan whose certificates claim what does not hold is refused alike by every command that stands on them.

use gainstage_golden::approx::{Demand, Table, approximate};
use gainstage_golden::num::Format;
use gainstage_golden::plan::Plan;
use std::path::Path;
use std::process::Command;

fn run(dir: &Path, args: &[&str]) -> (Option<i32>, String) {
    let out = Command::new(env!("CARGO_BIN_EXE_gainstage"))
        .args(args)
        .current_dir(dir)
        .output()
        .expect("it starts");
    (out.status.code(), String::from_utf8_lossy(&out.stderr).into_owned())
}

fn table() -> Table {
    let format = |width, frac| Format::new(true, width, frac).expect("a format");
    approximate(&"tanh".parse().expect("tanh"), format(8, 5), format(10, 8), &Demand::default())
        .expect("a table")
}

#[test]
fn false_certificates_are_refused_by_all_that_stand_on_them() {
    let dir = tempfile::tempdir().expect("a directory");
    let dir = dir.path();
    std::fs::write(dir.join("data.csv"), "x0\n0.5\n").expect("written");
    let sound = table();
    Plan::of_table("t", sound.clone()).write(&dir.join("plan.json")).expect("written");
    let commands: [&[&str]; 5] = [
        &["eval", "plan.json", "--data", "data.csv"],
        &["generate", "plan.json", "-o", "out", "--force"],
        &["export", "plan.json", "--format", "c99", "-o", "c", "--force"],
        &["export", "plan.json", "--format", "mem", "-o", "m", "--force"],
        &["verify", "out"],
    ];
    for args in &commands[..4] {
        let (code, text) = run(dir, args);
        assert_eq!(code, Some(0), "{args:?}: {text}");
    }
    type Lie = fn(&mut Table);
    let lies: [(Lie, &str); 3] = [
        (|t| t.certificate.worst_ulp = 0.1, "claims 0.100000 ulp, but"),
        (|t| t.certificate.codes = 7, "claims 7 codes, but 256 are run"),
        (
            |t| t.segments.iter_mut().for_each(|row| row[0] = 91),
            "table 0 is not what its certificate says: as tanh",
        ),
    ];
    for (lie, words) in lies {
        let mut table = sound.clone();
        lie(&mut table);
        let plan = Plan::of_table("t", table);
        plan.write(&dir.join("plan.json")).expect("written");
        plan.write(&dir.join("out/plan.json")).expect("written");
        for args in commands {
            let (code, text) = run(dir, args);
            assert!(code == Some(1) && text.contains(words), "{args:?}: {code:?} {text}");
        }
    }
}
