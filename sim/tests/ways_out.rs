//! The exported Rust crate, Python script and C++ header, and buffers of 16 and 32 bits, compute what the integer model computes.

mod common;
mod ways;

use common::have;
use gainstage_golden::export::c99::{Buffers, Options, c99_with};
use gainstage_golden::export::{python::python, rust::rust};
use gainstage_golden::num::{Format, Rounding, quantize};
use gainstage_golden::plan::{Engine, Meaning, Output, Plan};
use gainstage_sim::run::{Run, Tool};
use gainstage_sim::vectors::Vectors;
use std::path::Path;
use std::process::Command;
use std::time::Duration;
use ways::Case;

/// Values between codes, on ties and far beyond, that a program's own types take: one row more for each.
fn odd_values(plan: &Plan) -> Vec<f64> {
    let row = |k: i64| plan.inputs.iter().map(move |f| f.value(f.max_code() / 3 * k) + f.ulp() / 2.0);
    [-40, -2, -1, 0, 1, 2, 40].into_iter().flat_map(row).collect()
}

/// What a program writes: the codes of all samples, then the values of those of which it got values.
fn expected(case: &Case, odd: &[f64]) -> (Vec<i64>, Vec<f64>) {
    let engine = Engine::new(&case.plan);
    let x: Vec<i64> = odd
        .iter()
        .zip(case.plan.inputs.iter().cycle())
        .map(|(&v, &f)| quantize(v, f, Rounding::HalfUp).expect("a number"))
        .collect();
    let outputs = case.plan.output_formats();
    let values = engine.run(&x).into_iter().zip(outputs.iter().cycle()).map(|(c, f)| f.value(c));
    (engine.run(&case.codes), values.collect())
}

fn bytes<T: Copy, const N: usize>(values: &[T], of: fn(T) -> [u8; N]) -> Vec<u8> {
    values.iter().flat_map(|&v| of(v)).collect()
}

fn write(path: &Path, bytes: impl AsRef<[u8]>) {
    std::fs::write(path, bytes).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
}

/// Codes and values that a program left behind equal those of the engine.
fn compare(dir: &Path, case: &Case, odd: &[f64]) {
    let name = &case.plan.name;
    let read = |file: &str| std::fs::read(dir.join(file)).unwrap_or_else(|e| panic!("{name}, {file}: {e}"));
    let (codes, values) = expected(case, odd);
    let y: Vec<i64> = read("y.bin").as_chunks::<8>().0.iter().map(|&b| i64::from_le_bytes(b)).collect();
    assert_eq!(y.len(), codes.len(), "{name}");
    let wrong = y.iter().zip(&codes).position(|(a, b)| a != b);
    assert_eq!(wrong, None, "{name}: {:?}", wrong.map(|at| (at, y[at], codes[at])));
    let v: Vec<f64> = read("v.bin").as_chunks::<8>().0.iter().map(|&b| f64::from_le_bytes(b)).collect();
    assert_eq!(v, values, "{name}");
}

/// The crate `fixed` as cargo built it for these tests.
fn fixed() -> Vec<String> {
    let deps = std::env::current_exe().expect("a path");
    let deps = deps.parent().expect("a directory");
    let name = |e: std::fs::DirEntry| e.file_name().to_string_lossy().into_owned();
    let is = |n: &String| n.starts_with("libfixed-") && n.ends_with(".rlib");
    let found = deps.read_dir().expect("listed").flatten().map(name).find(is).expect("the crate fixed");
    let deps = deps.display();
    vec!["--extern".into(), format!("fixed={deps}/{found}"), "-L".into(), format!("dependency={deps}")]
}

fn rustc(dir: &Path, args: &[&str]) {
    let compiler = std::env::var_os("RUSTC").unwrap_or("rustc".into());
    let made = Command::new(compiler)
        .current_dir(dir)
        .args(["--edition", "2021", "-D", "warnings", "-C", "opt-level=1", "-C", "debuginfo=0"])
        .args(args)
        .args(fixed())
        .output()
        .expect("rustc runs");
    assert!(made.status.success(), "{args:?}: {}", String::from_utf8_lossy(&made.stderr));
}

/// A function for each crate, from its files to its files.
fn driver(cases: &[Case]) -> String {
    let mut text = String::from(ways::DRIVER);
    let arms: Vec<String> = cases
        .iter()
        .map(|case| {
            let (name, odd) = (&case.plan.name, case.plan.inputs.len());
            let same = |formats: &[Format]| {
                let narrow = |f: &Format| (f.frac, f.width + u32::from(!f.signed) <= 32);
                formats.windows(2).all(|w| narrow(&w[0]) == narrow(&w[1]))
            };
            let outputs = case.plan.outputs();
            let is_class = |o: &Output| o.meaning == Meaning::Class;
            let inputs = if same(&case.plan.inputs) {
                "std::array::from_fn(|i| of(v[i]))".to_owned()
            } else {
                let fields: Vec<String> = (0..odd).map(|i| format!("x{i}: of(v[{i}])")).collect();
                format!("{name}::Inputs {{ {} }}", fields.join(", "))
            };
            let classes = outputs.iter().filter(|o| is_class(o)).count();
            let values = if classes == 1 && outputs.len() == 1 {
                "vec![f64::from(y)]".to_owned()
            } else if classes == outputs.len() {
                "y.map(f64::from).to_vec()".to_owned()
            } else if classes == 0 && same(&case.plan.output_formats()) {
                "y.map(to).to_vec()".to_owned()
            } else {
                let of = |o: &Output| if is_class(o) { "f64::from" } else { "to" };
                let fields: Vec<String> =
                    outputs.iter().enumerate().map(|(i, o)| format!("{}(y.y{i})", of(o))).collect();
                format!("vec![{}]", fields.join(", "))
            };
            format!(
                "\"{name}\" => run(&dir, |x: &[i64; {name}::INPUTS]| {name}::run_codes(x).to_vec(), |v| {{ \
             let y = {name}::run(&{inputs}); {values} }}),\n"
            )
        })
        .collect();
    text.push_str(&format!(
        "fn main() {{\n    let (name, dir) = arguments();\n    match name.as_str() {{\n{}        _ => panic!(\"{{name}}\"),\n    }}\n}}\n",
        arms.concat()
    ));
    text
}

#[test]
fn rust_crates_agree_without_a_warning_or_a_panic() {
    let work = tempfile::tempdir().expect("a directory");
    let cases = ways::cases();
    let mut externs = Vec::new();
    for case in &cases {
        let made = rust(&case.plan);
        assert_eq!(made.name, case.plan.name);
        write(&work.path().join(format!("{}.rs", made.name)), &made.library);
        let file = format!("{}.rs", made.name);
        // Arithmetic that overflows ends the program.
        rustc(work.path(), &["--crate-type", "rlib", "-C", "overflow-checks=on", &file]);
        externs.extend(["--extern".to_owned(), format!("{0}=lib{0}.rlib", made.name)]);
    }
    // What is left of panics in a release has the names of its functions in the object file.
    for case in &cases[..2] {
        let (file, object) = (format!("{}.rs", case.plan.name), format!("{}.o", case.plan.name));
        rustc(
            work.path(),
            &["--crate-type", "lib", "--emit", "obj", "-C", "opt-level=2", "-o", &object, &file],
        );
        let code = std::fs::read(work.path().join(&object)).expect("an object file");
        let has = |text: &str| code.windows(text.len()).any(|w| w == text.as_bytes());
        assert!(has("run_codes") && !has("panic"), "{}", case.plan.name);
    }
    write(&work.path().join("driver.rs"), driver(&cases));
    let mut args = vec!["--crate-type", "bin", "driver.rs"];
    args.extend(externs.iter().map(String::as_str));
    rustc(work.path(), &args);
    for case in &cases {
        let odd = odd_values(&case.plan);
        // Values that the types of `fixed` hold: those with a tie below the last bit it cannot.
        let odd: Vec<f64> = odd
            .iter()
            .zip(case.plan.inputs.iter().cycle())
            .map(|(&v, f)| if f.frac >= 0 { v - f.ulp() / 2.0 } else { v })
            .collect();
        let dir = work.path().join(format!("run_{}", case.plan.name));
        std::fs::create_dir(&dir).expect("made");
        write(&dir.join("x.bin"), bytes(&case.codes, i64::to_le_bytes));
        write(&dir.join("odd.bin"), bytes(&odd, f64::to_le_bytes));
        let ran =
            Command::new(work.path().join("driver")).arg(&case.plan.name).arg(&dir).output().expect("runs");
        assert!(ran.status.success(), "{}: {}", case.plan.name, String::from_utf8_lossy(&ran.stderr));
        compare(&dir, case, &odd);
    }
}

#[test]
fn python_scripts_agree() {
    let Some(interpreter) = ways::numpy() else {
        println!("skipped: no python3 with numpy");
        return;
    };
    let work = tempfile::tempdir().expect("a directory");
    let cases = ways::cases();
    for case in &cases {
        let (odd, script) = (odd_values(&case.plan), python(&case.plan));
        let dir = work.path().join(format!("run_{}", case.plan.name));
        std::fs::create_dir(&dir).expect("made");
        write(&dir.join(format!("{}.py", script.name)), &script.text);
        write(&dir.join("x.bin"), bytes(&case.codes, i64::to_le_bytes));
        write(&dir.join("odd.bin"), bytes(&odd, f64::to_le_bytes));
        let ran = Command::new(&interpreter)
            .args(["-W", "error", "-c", ways::CALL, &script.name])
            .current_dir(&dir)
            .output()
            .expect("runs");
        assert!(ran.status.success(), "{}: {}", case.plan.name, String::from_utf8_lossy(&ran.stderr));
        compare(&dir, case, &odd);
    }
    a_csv_goes_through(&interpreter, work.path(), &cases);
}

/// The script as a program: columns by name in any order, and refusals that name the place.
fn a_csv_goes_through(interpreter: &Path, work: &Path, cases: &[Case]) {
    let case =
        cases.iter().find(|c| c.plan.inputs.len() == 2 && c.plan.argmax.is_none()).expect("two inputs");
    let dir = work.join(format!("run_{}", case.plan.name));
    let run = |text: &str| {
        write(&dir.join("samples.csv"), text);
        let script = format!("{}.py", case.plan.name);
        let ran = Command::new(interpreter)
            .args([&script, "samples.csv"])
            .current_dir(&dir)
            .output()
            .expect("runs");
        (
            ran.status.success(),
            String::from_utf8_lossy(&ran.stdout).into_owned() + &String::from_utf8_lossy(&ran.stderr),
        )
    };
    let f = case.plan.inputs.clone();
    let codes = Vectors::new(f.clone()).random(3, 1);
    let mut x = vec![0; 6];
    codes.fill(0, &mut x);
    let cell = |i: usize| f[i % 2].value(x[i]);
    let text = format!(
        "x1,other,x0\n{},9,{}\n{},9,{}\n{},9,{}\n",
        cell(1),
        cell(0),
        cell(3),
        cell(2),
        cell(5),
        cell(4)
    );
    let (held, said) = run(&text);
    let y = Engine::new(&case.plan).run(&x);
    let formats = case.plan.output_formats();
    let rows: Vec<Vec<f64>> = y
        .chunks(formats.len())
        .map(|row| row.iter().zip(&formats).map(|(&c, f)| f.value(c)).collect())
        .collect();
    let read: Vec<Vec<f64>> =
        said.lines().skip(1).map(|l| l.split(',').map(|c| c.parse().expect("a number")).collect()).collect();
    assert!(held && said.starts_with("y0"), "{said}");
    assert_eq!(read, rows);
    let (held, said) = run("x0,x1\n1,2\n3,much\n");
    assert!(!held && said.contains("line 3: no float for each of x0, x1"), "{said}");
    let (held, said) = run("1,2,3\n");
    assert!(!held && said.contains("3 columns; give columns x0, x1"), "{said}");
}

/// What buffers hold of the codes: values of their elements, through the engine, by exact rounding of real numbers.
fn through_buffers(case: &Case, buffers: Buffers, q: &[i64]) -> Vec<i64> {
    let plan = &case.plan;
    let code = |(&q, &f): (&i64, &Format)| {
        quantize(buffers.element(f).value(q), f, Rounding::HalfUp).expect("a number")
    };
    let codes: Vec<i64> = q.iter().zip(plan.inputs.iter().cycle()).map(code).collect();
    let outputs = plan.outputs();
    let element = |(c, o): (i64, &Output)| match o.meaning {
        Meaning::Class => c,
        _ => quantize(o.format.value(c), buffers.element(o.format), Rounding::HalfUp).expect("a number"),
    };
    Engine::new(plan).run(&codes).into_iter().zip(outputs.iter().cycle()).map(element).collect()
}

/// The program through its C++ header: codes, and buffers with their extremes.
#[test]
fn cpp_and_buffers_agree() {
    if ![Tool::Cc, Tool::Cxx].into_iter().all(have) {
        return;
    }
    let work = tempfile::tempdir().expect("a directory");
    let strict = [
        "-Wall",
        "-Wextra",
        "-Werror",
        "-pedantic",
        "-O1",
        "-fsanitize=undefined",
        "-fno-sanitize-recover=all",
    ];
    let compile = |tool: Tool, args: &[&str]| {
        let run = Run::new(tool, work.path()).limit(Duration::from_secs(120));
        run.args(strict).args(args).output().unwrap_or_else(|e| panic!("{args:?}: {e}"));
    };
    let cases = ways::cases();
    // A compiler's call takes its time: every kind of plan once.
    for (at, case) in cases.iter().enumerate().filter(|(at, _)| at % 3 != 1) {
        let buffers = if at % 2 == 0 { Buffers::Q15 } else { Buffers::Q31 };
        let (name, bits) = (&case.plan.name, if at % 2 == 0 { 16 } else { 32 });
        let made = c99_with(&case.plan, Options { buffers: Some(buffers), ..Options::default() });
        for (end, text) in [("h", &made.header), ("c", &made.source), ("hpp", &made.cpp)] {
            write(&work.path().join(format!("{name}.{end}")), text);
        }
        let main = ways::CPP
            .replace("NET", name)
            .replace("UPPER", &name.to_ascii_uppercase())
            .replace("BITS", &bits.to_string())
            .replace("RUN", &format!("run_q{}", bits - 1));
        write(&work.path().join("main.cpp"), main);
        compile(Tool::Cc, &["-std=c99", "-c", "-o", "net.o", &format!("{name}.c")]);
        compile(Tool::Cxx, &["-std=c++11", "-o", "program", "main.cpp", "net.o"]);

        let (inputs, least) = (case.plan.inputs.len(), -(1i64 << (bits - 1)));
        let mut elements = vec![0; 300 * inputs];
        let element = Format::new(true, bits, 0).expect("a format");
        Vectors::new(vec![element; inputs]).random(300, 7).fill(0, &mut elements);
        elements.extend(std::iter::repeat_n(least, inputs).chain(std::iter::repeat_n(-least - 1, inputs)));
        let dir = work.path().join(format!("run_{name}"));
        std::fs::create_dir(&dir).expect("made");
        write(&dir.join("x.bin"), bytes(&case.codes, i64::to_le_bytes));
        write(&dir.join("q.bin"), bytes(&elements, i64::to_le_bytes));
        let ran = Command::new(work.path().join("program")).current_dir(&dir).output().expect("runs");
        assert!(ran.status.success(), "{name}: {}", String::from_utf8_lossy(&ran.stderr));
        let read = |file: &str| -> Vec<i64> {
            let all = std::fs::read(dir.join(file)).expect("written");
            all.as_chunks::<8>().0.iter().map(|&b| i64::from_le_bytes(b)).collect()
        };
        assert_eq!(read("y.bin"), Engine::new(&case.plan).run(&case.codes), "{name}");
        assert_eq!(read("r.bin"), through_buffers(case, buffers, &elements), "{name}, {buffers:?}");
    }
}
