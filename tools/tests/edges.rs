//! Networks of learned edges through the commands: a front of circuits, and one that is built and proven.

use serde_json::Value;
use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

/// y = |x0 - 200| / 50 + (x1 > 0), from raw units, as a project of learned edges.
fn project(dir: &Path, samples: u32) {
    let mut csv = String::from("x0,x1,y0\n");
    for i in 0..samples {
        let (x0, x1) = (100.0 + f64::from(i * 37 % 200), f64::from(i * 13 % 101) / 50.0 - 1.0);
        let y = (x0 - 200.0).abs() / 50.0 + f64::from(u8::from(x1 > 0.0));
        writeln!(csv, "{x0},{x1},{y}").expect("a string takes all");
    }
    fs::write(dir.join("samples.csv"), csv).expect("written");
    let text =
        "name = \"bent\"\n[data]\ncsv = \"samples.csv\"\n[network]\nedges = \"learned\"\nminutes = 0.4\n";
    fs::write(dir.join("gainstage.toml"), text).expect("written");
}

/// Three classes of one column, beside one that says nothing: few samples, for tests that search more than once.
fn classes(dir: &Path, samples: u32) {
    project(dir, samples);
    let class = |i: u32| ["low", "mid", "high"][(i * 37 % 200) as usize / 67];
    let csv: String =
        (0..samples).map(|i| format!("{},{},{}\n", i * 37 % 200, i * 13 % 101, class(i))).collect();
    fs::write(dir.join("samples.csv"), format!("x0,x1,label\n{csv}")).expect("written");
}

fn gainstage(dir: &Path, args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_gainstage"));
    command.env("GAINSTAGE_CACHE", concat!(env!("CARGO_TARGET_TMPDIR"), "/models"));
    command.args(args).current_dir(dir).output().expect("the command runs")
}

fn json(dir: &Path, args: &[&str]) -> Value {
    let output = gainstage(dir, args);
    assert!(output.status.success(), "{output:?}");
    serde_json::from_slice(&output.stdout).expect("one object")
}

/// Each row is smaller or better than those beside it, has a plan, and beats a line, which cannot bend.
#[test]
fn a_front_is_searched_and_gone_on_with() {
    let dir = tempfile::tempdir().expect("a directory");
    // Trials and few samples: the same on every machine, however slow.
    project(dir.path(), 60);
    let front = json(dir.path(), &["pareto", ".", "--trials", "1", "--json"]);
    let rows = front["rows"].as_array().expect("rows");
    let (circuits, others): (Vec<_>, Vec<_>) = rows.iter().partition(|r| r["lut_estimate"].is_u64());
    assert_eq!(others.len(), 3, "a constant, a line, a cubic: {front}");
    let figure = |row: &Value, key: &str| row[key].as_f64().expect("a number");
    for pair in circuits.windows(2) {
        let better = |key| figure(pair[0], key) > figure(pair[1], key);
        assert!(
            figure(pair[0], "lut_estimate") < figure(pair[1], "lut_estimate") && better("held_out_error")
        );
    }
    let least =
        |rows: &[&Value]| rows.iter().map(|r| figure(r, "held_out_error")).fold(f64::INFINITY, f64::min);
    assert!(least(&circuits) < 0.3 * least(&others), "{front}");
    for row in &circuits {
        let plan = dir.path().join("pareto").join(row["circuit"].as_str().expect("a file"));
        let said = gainstage(dir.path(), &["generate", &plan.display().to_string(), "-o", "one", "--force"]);
        assert!(said.status.success(), "{said:?}");
    }
    // What is finished is taken over and not found again: an error that no training gives comes back.
    let path = dir.path().join("pareto/points/00000.json");
    let mut points: Value =
        serde_json::from_slice(&fs::read(&path).expect("a finished setting")).expect("JSON");
    points["points"][0]["error"] = 0.0.into();
    points["points"][0]["expected"] = 0.0.into();
    points["points"][0]["loss"] = 0.0.into();
    fs::write(&path, points.to_string()).expect("written");
    let again = json(dir.path(), &["pareto", ".", "--minutes", "0.1", "--json"]);
    let last = again["rows"].as_array().and_then(|rows| rows.last()).expect("rows");
    assert_eq!(figure(last, "held_out_error"), 0.0);
    // What was found with other samples is not.
    points["samples"] = 1.into();
    fs::write(&path, points.to_string()).expect("written");
    let anew = gainstage(dir.path(), &["pareto", ".", "--only-trial", "0"]);
    assert!(anew.status.success(), "{anew:?}");
    let kept: Value = serde_json::from_slice(&fs::read(&path).expect("a finished setting")).expect("JSON");
    assert!(kept["points"][0]["error"].as_f64().is_some_and(|error| error > 0.0), "{kept}");
}

/// What a front consists of, without what the search kept for another run.
fn files(dir: &Path) -> Vec<(String, Vec<u8>)> {
    let one = |name: &str| (name.to_owned(), fs::read(dir.join(name)).expect("a file"));
    let mut all: Vec<_> = ["front.csv", "front.json", "front.svg"].map(one).into();
    let mut plans: Vec<String> = fs::read_dir(dir.join("plans"))
        .expect("plans")
        .map(|e| format!("plans/{}", e.expect("an entry").file_name().display()))
        .collect();
    plans.sort();
    all.extend(plans.iter().map(|name| one(name)));
    all
}

fn write_program(path: &Path, text: &str) {
    fs::write(path, text).expect("written");
    let executable = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    fs::set_permissions(path, executable).expect("executable");
}

/// A Slurm that runs the jobs of an array at once, but loses job 1 of the first array that has others, as if it were killed.
fn false_slurm(dir: &Path) {
    write_program(
        &dir.join("sbatch"),
        "#!/bin/sh\nfor arg; do case $arg in\n--array=*) jobs=${arg#--array=};;\n--wrap=*) line=${arg#--wrap=};;\nesac; done\n\
         echo $jobs >>\"$SUBMITTED\"\nfor job in $(echo $jobs | tr , ' '); do\n\
         [ $job = 1 ] && [ $jobs != 1 ] && continue\nSLURM_ARRAY_TASK_ID=$job sh -c \"$line\" >$job.log 2>&1 || exit 1\n\
         done\necho '7;here'\n",
    );
    write_program(
        &dir.join("squeue"),
        "#!/bin/sh\n: >\"$SUBMITTED.watched\"\n[ -e \"$SUBMITTED.stuck\" ] && echo PENDING\nexit 0\n",
    );
    write_program(&dir.join("scancel"), "#!/bin/sh\necho cancelled $1 >>\"$SUBMITTED\"\n");
}

fn on_slurm(dir: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_gainstage"));
    for (name, tool) in [("SBATCH", "sbatch"), ("SQUEUE", "squeue"), ("SCANCEL", "scancel")] {
        command.env(name, dir.join(tool));
    }
    command.env("SUBMITTED", dir.join("submitted")).args(args).current_dir(dir);
    command
}

#[test]
fn trials_find_the_same_on_one_core_on_all_and_on_slurm() {
    let dir = tempfile::tempdir().expect("a directory");
    let dir = dir.path();
    classes(dir, 60);
    let all = json(dir, &["pareto", ".", "--trials", "3", "-o", "all", "--json"]);
    assert!(all["rows"].as_array().is_some_and(|rows| rows.len() > 3), "{all}");
    let one = Command::new("taskset")
        .args(["-c", "0", env!("CARGO_BIN_EXE_gainstage"), "pareto", ".", "--trials", "3", "-o", "one"])
        .current_dir(dir)
        .output();
    match one {
        Ok(said) => {
            assert!(said.status.success(), "{said:?}");
            assert_eq!(files(&dir.join("all")), files(&dir.join("one")));
        }
        Err(_) => println!("skipped: taskset is not installed"),
    }

    false_slurm(dir);
    let args = ["pareto", ".", "--trials", "3", "-o", "slurm", "--slurm"];
    let said = on_slurm(dir, &args).output().expect("the command runs");
    let told = String::from_utf8_lossy(&said.stderr).into_owned();
    assert_eq!(said.status.code(), Some(2), "{told}");
    assert!(told.contains("1 of 3 jobs did not finish, trial 1"), "{told}");
    assert!(!dir.join("slurm/front.csv").exists());
    let said = on_slurm(dir, &args).output().expect("the command runs");
    assert!(said.status.success(), "{said:?}");
    assert_eq!(fs::read_to_string(dir.join("submitted")).expect("a list"), "0,1,2\n1\n");
    assert_eq!(files(&dir.join("all")), files(&dir.join("slurm")));
}

/// Ctrl-C in the search, and samples that are refused, leave the front that was there; what an earlier run kept is believed only
/// where it can be true.
#[test]
fn a_front_is_replaced_by_a_whole_one_only() {
    let dir = tempfile::tempdir().expect("a directory");
    let dir = dir.path();
    classes(dir, 60);
    json(dir, &["pareto", ".", "--trials", "2", "--json"]);
    let before = files(&dir.join("pareto"));
    let mut child = Command::new(env!("CARGO_BIN_EXE_gainstage"))
        .args(["pareto", ".", "--trials", "100000"])
        .current_dir(dir)
        .stderr(std::process::Stdio::null())
        .spawn()
        .expect("it runs");
    std::thread::sleep(std::time::Duration::from_millis(700));
    let killed = Command::new("kill").args(["-INT", &child.id().to_string()]).status().expect("kill runs");
    assert!(killed.success());
    assert_eq!(child.wait().expect("it ends").code(), Some(130));
    assert_eq!(files(&dir.join("pareto")), before);

    let path = dir.join("pareto/points/00001.json");
    let kept = fs::read_to_string(&path).expect("a finished trial");
    let mut points: Value = serde_json::from_str(&kept).expect("JSON");
    points["points"][0]["error"] = (-1.0).into();
    fs::write(&path, points.to_string()).expect("written");
    json(dir, &["pareto", ".", "--trials", "2", "--json"]);
    assert_eq!(files(&dir.join("pareto")), before);

    let csv: String =
        (0..60).map(|i| format!("{},{},{}\n", f64::from(i) * 1e8, f64::from(i) * 1e-10, i % 7)).collect();
    fs::write(dir.join("samples.csv"), format!("x0,x1,y0\n{csv}")).expect("written");
    let refused = gainstage(dir, &["pareto", ".", "--trials", "1"]);
    let told = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(refused.status.code() == Some(2) && told.contains("x1 spans 2^-27 and x0 2^32"), "{told}");
    assert_eq!(files(&dir.join("pareto")), before);
    let clash = gainstage(dir, &["pareto", ".", "--minutes", "1", "--slurm"]);
    assert_eq!(clash.status.code(), Some(2), "{clash:?}");
}

/// What a teacher said is believed only where it can be likelihoods of these samples.
#[test]
fn a_teacher_that_cannot_be_is_asked_again() {
    let dir = tempfile::tempdir().expect("a directory");
    let dir = dir.path();
    classes(dir, 200);
    json(dir, &["pareto", ".", "--trials", "1", "--json"]);
    let (before, path) = (files(&dir.join("pareto")), dir.join("pareto/points/teacher.json"));
    let sound: Value = serde_json::from_str(&fs::read_to_string(&path).expect("a teacher")).expect("JSON");
    let mut not_a_number = sound["points"].clone();
    not_a_number[0] = f32::NAN.to_bits().into();
    for wrong in [Value::Null, serde_json::json!([]), not_a_number] {
        let mut kept = sound.clone();
        kept["points"] = wrong;
        fs::write(&path, kept.to_string()).expect("written");
        fs::remove_file(dir.join("pareto/points/00000.json")).expect("there");
        json(dir, &["pareto", ".", "--trials", "1", "--json"]);
        assert_eq!(files(&dir.join("pareto")), before);
    }
}

#[test]
fn slurm_that_refuses_is_quoted_and_an_interrupt_takes_the_jobs_back() {
    let dir = tempfile::tempdir().expect("a directory");
    let dir = dir.path();
    project(dir, 400);
    false_slurm(dir);
    let args = ["pareto", ".", "--trials", "2", "--slurm"];
    let missing = on_slurm(dir, &args).env("SQUEUE", "/nonexistent").output().expect("the command runs");
    assert_eq!(missing.status.code(), Some(3), "{missing:?}");
    assert!(!dir.join("submitted").exists(), "nothing is submitted where it cannot be watched");

    // Jobs that wait for ever.
    fs::write(dir.join("submitted.stuck"), "").expect("written");
    let mut child = on_slurm(dir, &args).stderr(std::process::Stdio::null()).spawn().expect("it runs");
    let since = std::time::Instant::now();
    while !dir.join("submitted.watched").exists() && since.elapsed().as_secs() < 60 {
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    let killed = Command::new("kill").args(["-INT", &child.id().to_string()]).status().expect("kill runs");
    assert!(killed.success());
    assert_eq!(child.wait().expect("it ends").code(), Some(130));
    let done = fs::read_to_string(dir.join("submitted")).expect("a list");
    assert!(done.contains("cancelled --name=gainstage-pareto-"), "{done}");

    write_program(
        &dir.join("sbatch"),
        "#!/bin/sh\necho 'sbatch: error: invalid partition specified' >&2\nexit 1\n",
    );
    fs::remove_dir_all(dir.join("pareto")).expect("there");
    let refused = on_slurm(dir, &args).output().expect("the command runs");
    let told = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(!refused.status.success() && told.contains("invalid partition specified"), "{told}");
}

#[test]
fn every_circuit_of_a_front_is_simulated() {
    if Command::new("verilator").arg("--version").output().is_err() {
        println!("skipped: verilator is not installed");
        return;
    }
    let dir = tempfile::tempdir().expect("a directory");
    // Few samples, few circuits: each is compiled.
    project(dir.path(), 39);
    let front = json(dir.path(), &["pareto", ".", "--trials", "1", "--verify", "--json"]);
    let rows = front["rows"].as_array().expect("rows");
    for row in rows.iter().filter(|r| r["lut_estimate"].is_u64()) {
        assert!(row["simulated"].as_u64().is_some_and(|n| n > 10_000), "{row}");
    }
    assert!(rows.len() > 2, "{front}");
}

/// A table of 256 codes, which would lie in block RAM where that is allowed: eight inputs are four look-up tables a bit.
#[test]
fn what_yosys_counts_has_no_block_ram() {
    if Command::new("yosys").arg("-V").output().is_err() {
        println!("skipped: yosys is not installed");
        return;
    }
    let dir = tempfile::tempdir().expect("a directory");
    let x = (0..300).map(|i| f64::from(i * 37 % 256));
    let class = |x: f64| ["low", "middle", "high"][(1.5 + 1.49 * (x / 5.0).sin()) as usize];
    let csv: String = x.map(|x| format!("{x},{}\n", class(x))).collect();
    fs::write(dir.path().join("samples.csv"), format!("x0,label\n{csv}")).expect("written");
    let text =
        "name = \"wave\"\n[data]\ncsv = \"samples.csv\"\nheld-out = 0\n[network]\nedges = \"learned\"\n";
    fs::write(dir.path().join("gainstage.toml"), text).expect("written");
    let front = json(dir.path(), &["pareto", ".", "--trials", "1", "--synthesize", "--json"]);
    let row = front["rows"].as_array().and_then(|rows| rows.last()).expect("a circuit");
    let figure = |key: &str| row[key].as_u64().expect("a number");
    let (estimate, counted) = (figure("lut_estimate"), figure("lut"));
    assert!(counted > 16 && 2 * counted > estimate && counted < 2 * estimate, "{row}");
}

/// Values of one input take no trials: tables and polynomials, every one simulated and far better than the noise.
#[test]
fn values_of_one_input_are_curves() {
    if Command::new("verilator").arg("--version").output().is_err() {
        println!("skipped: verilator is not installed");
        return;
    }
    let dir = tempfile::tempdir().expect("a directory");
    let write = |name: &str, rows: i32, noise: f64| {
        let x = (0..rows).map(|i| f64::from(i * 7919 % 1000));
        let row = |(i, x): (usize, f64)| {
            format!("{x},{}\n", (x / 150.0).cos() + noise * ((i * i * 7919 % 1009) as f64 / 504.5 - 1.0))
        };
        let csv: String = x.enumerate().map(row).collect();
        fs::write(dir.path().join(name), format!("x0,y0\n{csv}")).expect("written");
    };
    write("train.csv", 900, 0.1);
    write("test.csv", 1000, 0.0);
    let text = "name = \"curve\"\n[data]\ncsv = \"train.csv\"\ntest-csv = \"test.csv\"\n[network]\n\
                edges = \"learned\"\nmax-luts = 60\nports = { x0 = \"u10.0\" }\n[verify]\nvectors = 1\n";
    fs::write(dir.path().join("gainstage.toml"), text).expect("written");
    let report = json(dir.path(), &["build", ".", "-o", "out", "--json"]);
    assert_eq!((report["ok"].as_bool(), report["mismatches"].as_u64()), (Some(true), Some(0)), "{report}");
    assert!(report["lut_estimate"].as_u64().is_some_and(|n| n > 0 && n <= 60), "{report}");
    // Of the noise of 0.05 a smooth function leaves little.
    assert!(report["mae"].as_f64().is_some_and(|e| e < 0.02), "{report}");
    assert!(report["edges"] == 1 && report.get("setting").is_none(), "{report}");

    let refused = gainstage(dir.path(), &["pareto", ".", "--only-trial", "0"]);
    assert_eq!(refused.status.code(), Some(2), "{refused:?}");
    assert!(String::from_utf8_lossy(&refused.stderr).contains("have no trials"), "{refused:?}");
}

#[test]
fn a_circuit_is_built_and_proven() {
    if Command::new("verilator").arg("--version").output().is_err() {
        println!("skipped: verilator is not installed");
        return;
    }
    let dir = tempfile::tempdir().expect("a directory");
    project(dir.path(), 400);
    let report = json(dir.path(), &["build", ".", "-o", "out", "--json"]);
    assert_eq!((report["ok"].as_bool(), report["mismatches"].as_u64()), (Some(true), Some(0)), "{report}");
    assert!(report["lut_estimate"].as_u64().is_some_and(|n| n > 0 && n < 400), "{report}");
    // |x0 - 200| / 50 alone has a mean deviation of half a unit.
    assert!(report["mae"].as_f64().is_some_and(|e| e < 0.1), "{report}");
    let verify = gainstage(dir.path(), &["verify", "out"]);
    assert!(verify.status.success(), "{verify:?}");
}
