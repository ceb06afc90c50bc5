//! `train` on odd data: what cannot be trained with is refused, what is merely odd is said, and the curves tell how it went.

use std::path::Path;
use std::process::Command;

const HEAD: &str = "name = \"net\"\n[data]\ncsv = \"data.csv\"\n[network]\nhidden = [{ ordinary = 3 }]\n[train]\nepochs = 30\nrestarts = 2\n";

/// Trains on this CSV text with these lines at the end of the project; gives exit code and messages.
fn train(dir: &Path, csv: &str, lines: &str) -> (Option<i32>, String) {
    std::fs::write(dir.join("data.csv"), csv).expect("written");
    std::fs::write(dir.join("net.toml"), format!("{HEAD}{lines}")).expect("written");
    let mut command = Command::new(env!("CARGO_BIN_EXE_gainstage"));
    command.args(["train", "net.toml", "-o", "model.json", "--curves", "curves.csv"]).current_dir(dir);
    let output = command.output().expect("it starts");
    (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
}

#[test]
fn what_cannot_be_trained_with_is_refused() {
    let dir = tempfile::tempdir().expect("a directory");
    for (csv, message) in [
        ("x0,y0\n1,2\n2,nan\n", "data.csv:3:2: y0: `nan` is not a number that can be used"),
        ("x0,y0\n1,2\ninf,3\n", "data.csv:3:1: x0: `inf` is infinite or too large"),
        (
            "x0,y0\n1,2\n1e30,3\n",
            "sample 1, x0: 1000000000000000000000000000000 is too large to train with in single",
        ),
        ("x0,y0\n", "data.csv"),
        (
            "x0,label\n0,ok\n0.5,ok\n1,ok\n",
            "every sample is of the class `ok`: there is nothing to tell apart",
        ),
        ("x0,label\n1,1\n2,1.0\n3,2\n", "label: `1` and `1.0` are the same number but different labels"),
    ] {
        let (code, said) = train(dir.path(), csv, "standardise = \"none\"\n");
        assert_eq!(code, Some(2), "{csv}: {said}");
        assert!(said.contains(message), "{csv}: {said}");
        assert!(!dir.path().join("model.json").exists() && !dir.path().join("curves.csv").exists());
    }
}

#[test]
fn what_is_odd_is_said_and_trained_with() {
    let dir = tempfile::tempdir().expect("a directory");
    for (csv, message) in [
        ("x0,y0\n1,2\n", "warning: there is only one sample"),
        ("x0,y0\n1,2\n2,3\n3,5\n", "warning: there are only 3 samples"),
        ("x0,label\n1,a\n2,b\n3,a\n", "warning: there are only 3 samples"),
        ("x0,x1,y0\n1,5,2\n2,5,3\n", "warning: column x1 is 5 in all samples"),
        ("x0,y0\n1,2\n2,2\n", "warning: column y0 is 2 in all samples"),
        (
            "x0,y0\n1,2\n2,3\n1,5\n",
            "warning: 1 samples contradict others with the same inputs (samples 0 and 2",
        ),
        (
            "x0,y0\n1,2\n-5000,3\n",
            "warning: column x0 runs from -5000 to 1: training from small random weights",
        ),
    ] {
        let (code, said) = train(dir.path(), csv, "standardise = \"none\"\n");
        assert_eq!(code, Some(0), "{csv}: {said}");
        assert!(said.contains(message), "{csv}: {said}");
        let curves = std::fs::read_to_string(dir.path().join("curves.csv")).expect("curves");
        assert!(curves.starts_with("restart,outcome,epoch,cost\n0,"), "{curves}");
        std::fs::remove_file(dir.path().join("model.json")).expect("a model");
    }
    let huge = "x0,y0\n1,2\n2,1\n-1e12,3\n4,1\n5,2\n6,1\n7,3\n8,1\n9,2\n10,4\n";
    let (code, said) = train(dir.path(), huge, "standardise = \"inputs\"\n");
    assert!(code == Some(0) && !said.contains("warning"), "{said}");
    let (code, said) = train(dir.path(), huge, "standardise = \"none\"\nprecision = \"f64\"\n");
    assert!(code.is_some() && said.contains("column x0 runs from -1000000000000 to 10"), "{said}");
}

/// A place that cannot be written costs no training.
#[test]
fn a_model_that_finds_no_place_is_put_aside() {
    let dir = tempfile::tempdir().expect("a directory");
    let aside = dir.path().join("aside");
    std::fs::create_dir(&aside).expect("made");
    std::fs::write(dir.path().join("data.csv"), "x0,y0\n1,2\n2,3\n").expect("written");
    std::fs::write(dir.path().join("net.toml"), HEAD).expect("written");
    std::fs::write(dir.path().join("blocked"), "in the way").expect("written");
    let mut command = Command::new(env!("CARGO_BIN_EXE_gainstage"));
    command.args(["train", "net.toml", "-o", "blocked/model.json"]).current_dir(dir.path());
    let output = command.env("TMPDIR", &aside).output().expect("it starts");
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.contains("blocked") && said.contains("the trained model is in"), "{said}");
    let left: Vec<_> =
        std::fs::read_dir(&aside).expect("listed").map(|f| f.expect("a file").path()).collect();
    assert_eq!(left.len(), 1, "{left:?}");
    assert!(gainstage_golden::net::Model::read(&left[0]).expect("a model").training.is_some());
}

/// A disk that is full everywhere, by a limit on the size of files: the model that was there stays, and nothing half-written.
#[test]
fn a_full_disk_leaves_what_was_there() {
    let dir = tempfile::tempdir().expect("a directory");
    assert_eq!(train(dir.path(), "x0,y0\n1,2\n2,3\n", "").0, Some(0));
    let model = std::fs::read(dir.path().join("model.json")).expect("a model");
    let files = || std::fs::read_dir(dir.path()).expect("listed").count();
    let before = files();
    let script = "trap '' XFSZ; ulimit -f 1; exec \"$0\" train net.toml -o model.json --seed 2";
    let mut command = Command::new("sh");
    command.args(["-c", script, env!("CARGO_BIN_EXE_gainstage")]).current_dir(dir.path());
    let output = command.env("TMPDIR", dir.path()).output().expect("it starts");
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.contains("model.json: File too large") && said.contains("make room"), "{said}");
    assert_eq!((std::fs::read(dir.path().join("model.json")).expect("a model"), files()), (model, before));
}

#[test]
fn curves_begin_before_the_first_epoch_and_end_with_the_last() {
    let dir = tempfile::tempdir().expect("a directory");
    let rows: String = (0..30).map(|i| format!("{},{}\n", i as f64 / 5.0, (i as f64 / 5.0).sin())).collect();
    std::fs::write(dir.path().join("data.csv"), format!("x0,y0\n{rows}")).expect("written");
    let project = HEAD.replace("epochs = 30\nrestarts = 2", "epochs = 200\nrestarts = 4\nhalve-at = [0.5]");
    std::fs::write(dir.path().join("net.toml"), project).expect("written");
    let files = ["curves.csv", "curves.svg"].map(|file| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_gainstage"));
        command.args(["train", "net.toml", "-o", "model.json", "--curves", file]).current_dir(dir.path());
        assert!(command.output().expect("it starts").status.success());
        std::fs::read_to_string(dir.path().join(file)).expect("curves")
    });
    let model = gainstage_golden::net::Model::read(&dir.path().join("model.json")).expect("a model");
    let record = model.training.expect("a record");
    assert_eq!((record.curve_stride, record.restarts.len()), (8, 4));
    let rows: Vec<Vec<&str>> = files[0].lines().skip(1).map(|l| l.split(',').collect()).collect();
    for (restart, r) in record.restarts.iter().enumerate() {
        let mine: Vec<_> = rows.iter().filter(|row| row[0] == restart.to_string()).collect();
        let (end, word) = if r.epochs == 200 { ("200", "finished") } else { ("96", "abandoned") };
        assert_eq!((mine[0][2], mine[mine.len() - 1][2], mine[0][1]), ("0", end, word));
        let costs: Vec<f64> = mine.iter().map(|row| row[3].parse().expect("a cost")).collect();
        assert_eq!(costs, r.curve);
        assert!(r.cost <= costs.iter().copied().reduce(f64::min), "the best is no worse than its curve");
    }
    assert_eq!((files[1].matches("#bbbbbb").count(), files[1].matches("#1f77b4").count()), (3, 1));
}

/// Learned activations are trained elsewhere, and refuse and say the same.
#[test]
fn learned_activations_refuse_a_single_class_too() {
    let dir = tempfile::tempdir().expect("a directory");
    let head = HEAD.replace("ordinary = 3", "ordinary = 3, activation = \"learned\"");
    std::fs::write(dir.path().join("net.toml"), head).expect("written");
    for (csv, code, message) in [
        ("x0,label\n0,ok\n0.5,ok\n1,ok\n", 2, "every sample is of the class `ok`"),
        ("x0,label\n0,ok\n0.5,no\n1,ok\n", 0, "warning: there are only 3 samples"),
    ] {
        std::fs::write(dir.path().join("data.csv"), csv).expect("written");
        let mut command = Command::new(env!("CARGO_BIN_EXE_gainstage"));
        let output = command.args(["train", "net.toml", "-o", "model.json"]).current_dir(dir.path()).output();
        let output = output.expect("it starts");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.code() == Some(code) && said.contains(message), "{csv}: {said}");
        assert_eq!(dir.path().join("model.json").exists(), code == 0);
    }
}

/// What is held out is told apart from what was trained on.
#[test]
fn the_error_of_held_out_samples_is_printed() {
    let dir = tempfile::tempdir().expect("a directory");
    let rows: String = (0..30).map(|i| format!("{i},{}\n", i % 7)).collect();
    std::fs::write(dir.path().join("data.csv"), format!("x0,y0\n{rows}")).expect("written");
    let lines = "validation = 0.2\nstandardise = \"both\"\n";
    std::fs::write(dir.path().join("net.toml"), format!("{HEAD}{lines}")).expect("written");
    let mut command = Command::new(env!("CARGO_BIN_EXE_gainstage"));
    let output = command.args(["train", "net.toml", "-o", "model.json"]).current_dir(dir.path()).output();
    let text = String::from_utf8_lossy(&output.expect("it starts").stdout).into_owned();
    assert!(text.contains("on 30 samples, 6 of them held out"), "{text}");
    assert!(text.contains("on 6 samples held out of training"), "{text}");
}
