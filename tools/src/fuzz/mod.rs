//! Every reader against broken files: a deterministic mutation fuzzer that runs on the stable compiler.
//!
//! A reader may refuse, but it must not panic, hang, or take memory out of proportion to the file. Each reader is tried
//! for two seconds in the ordinary tests, and for `GAINSTAGE_FUZZ_SECONDS` each with `make fuzz`. The same seed gives
//! the same inputs in the same order; time decides only how many of them are tried.

mod memory;
mod mutator;
mod readers;

use mutator::Mutator;
use readers::Reader;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::time::{Duration, Instant};

/// The longest that one small file may take, on a slow and busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// The most memory that reading may take at any moment: this much, and so many bytes for each byte of the file.
const MEMORY: usize = 64 << 20;
const MEMORY_PER_BYTE: usize = 1024;

fn budget() -> Duration {
    let seconds = std::env::var("GAINSTAGE_FUZZ_SECONDS").ok().and_then(|s| s.parse().ok()).unwrap_or(2);
    Duration::from_secs(seconds)
}

/// The time that the processor has worked for this thread.
fn cpu_time() -> Duration {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    Duration::try_from(time).unwrap_or_default()
}

/// The fault that an input provokes, if any.
fn fault(reader: &Reader, input: &[u8]) -> Option<String> {
    let start = Instant::now();
    let before = memory::begin();
    let result = catch_unwind(AssertUnwindSafe(|| (reader.read)(input)));
    let taken = memory::peak_since(before);
    let allowed = MEMORY + MEMORY_PER_BYTE * input.len();
    match result {
        Err(_) => Some("it panicked".into()),
        Ok(()) if start.elapsed() > PATIENCE => Some(format!("it took {:?}", start.elapsed())),
        Ok(()) if taken > allowed => Some(format!("it took {} MiB of memory", taken >> 20)),
        Ok(()) => None,
    }
}

/// Files that once broke this reader.
fn regressions(name: &str) -> Vec<Vec<u8>> {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("../golden/tests/regressions").join(name);
    let mut paths: Vec<_> =
        dir.read_dir().into_iter().flatten().map_while(Result::ok).map(|e| e.path()).collect();
    paths.sort();
    paths.iter().map(|p| std::fs::read(p).expect("a regression reads")).collect()
}

fn fuzz(name: &str) {
    let reader = readers::reader(name);
    let mut seeds = reader.seeds.clone();
    seeds.extend(regressions(name));
    let report = |input: &[u8], what: String| {
        let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/fuzz");
        let path = dir.join(format!("{name}-{:016x}", mutator::hash(input)));
        std::fs::create_dir_all(&dir)
            .and_then(|()| std::fs::write(&path, input))
            .expect("target can be written");
        panic!("{name}: {what} on {}", path.display());
    };
    for input in &seeds {
        if let Some(what) = fault(&reader, input) {
            report(input, what);
        }
    }
    let (start, budget, computed) = (Instant::now(), budget(), cpu_time());
    let mut mutator = Mutator::new(name, seeds);
    let mut inputs = 0u64;
    while start.elapsed() < budget {
        let input = mutator.input();
        if let Some(what) = fault(&reader, &input) {
            report(&input, what);
        }
        inputs += 1;
    }
    // The machine may be busy with other things.
    let computed = cpu_time().saturating_sub(computed).as_secs_f64();
    let elapsed = start.elapsed().as_secs_f64();
    println!("{name}: {inputs} inputs in {elapsed:.1} s, {computed:.1} s of them computing");
    assert!(inputs > 0, "{name}: nothing was tried");
}

macro_rules! targets {
    ($($name:ident),* $(,)?) => {
        $(#[test] fn $name() { fuzz(stringify!($name)); })*

        #[test]
        fn every_reader_has_a_test() {
            assert_eq!([$(stringify!($name)),*], readers::NAMES);
        }
    };
}

targets!(
    mlp, mat, onnx, csv, project, board, model, plan, build, manifest, mem, coe, mif_xilinx, mif_altera,
    binary, c_header
);

/// A check that cannot fail is none.
#[test]
fn panics_and_greed_are_seen() {
    let reader = |read: fn(&[u8])| Reader { read: Box::new(read), seeds: Vec::new() };
    let quiet = std::panic::take_hook();
    std::panic::set_hook(Box::new(|_| ()));
    let panics = fault(&reader(|input| assert!(input.is_empty())), b"x");
    std::panic::set_hook(quiet);
    assert_eq!(panics.as_deref(), Some("it panicked"));
    let greedy = fault(&reader(|_| drop(std::hint::black_box(vec![1u8; 100 << 20]))), b"x");
    assert!(greedy.is_some_and(|g| g.contains("MiB")));
    assert_eq!(fault(&reader(|_| ()), b"x"), None);
}
