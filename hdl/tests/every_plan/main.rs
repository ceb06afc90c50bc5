//! A plan that passes validation is a circuit in every architecture and for every family, and computes what the plan says.
//!
//! Plans are drawn at random, mad ones often, and made by changing numbers of sound ones. `make fuzz-plans` runs 10^5 of
//! them; `GAINSTAGE_PLANS` says how many, and that a plan may take
//! ten seconds of processor time at most.

mod draw;

use draw::Draw;
use gainstage_golden::plan::Plan;
use gainstage_hdl::device::Family;
use gainstage_hdl::module::Simulator;
use gainstage_hdl::wrap::manifest::Architecture;
use gainstage_hdl::wrap::{Build, BuildError, Circuit, CircuitError};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

const ARCHITECTURES: [Architecture; 3] =
    [Architecture::Parallel, Architecture::Folded, Architecture::Sequential];

/// Plans of the short form: some seconds.
const FEW: u64 = 150;

/// Nobody waits longer for a circuit of a few neurons.
const PATIENCE: Duration = Duration::from_secs(10);

/// Processor time of this thread, which alone makes its circuits: a busy machine does not count.
fn spent() -> Duration {
    let now = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    Duration::try_from(now).expect("a clock that goes forward")
}

fn build(draw: &mut Draw, architecture: Architecture, family: Family) -> Build {
    let clock_mhz = [20.0, 100.0, 250.0][draw.below(3)];
    Build { architecture, clock_mhz, ..Build::new(family) }
}

/// Generates, and runs a few samples. Gives what is wrong.
fn check(plan: &Plan, build: &Build, draw: &mut Draw) -> Result<(), String> {
    let circuit = match Circuit::new(plan, build) {
        Ok(circuit) => circuit,
        Err(CircuitError::Build(BuildError::Memory { .. })) => return Ok(()),
        Err(e) => return Err(format!("refused: {e}")),
    };
    // Simulation in Rust is slow: small circuits tell as much.
    if circuit.network.latency > 400 {
        return Ok(());
    }
    let top = &circuit.network.top;
    let control = top.inputs().len() - plan.inputs.len();
    let mut simulator = Simulator::new(top);
    for _ in 0..3 {
        let x: Vec<i64> = plan.inputs.iter().map(|&f| draw.code(f)).collect();
        let expected = plan.trace(&x).pop().unwrap_or_default();
        let mut found = Vec::new();
        for clock in 0..=circuit.network.latency.max(circuit.network.interval) {
            // rst, in_valid; or in_valid alone; or nothing.
            let valid = i128::from(clock == 0);
            let mut inputs = match control {
                2 => vec![0, valid],
                1 => vec![valid],
                _ => Vec::new(),
            };
            inputs.extend(x.iter().map(|&x| i128::from(x)));
            let outputs = simulator.step(&inputs);
            if clock == circuit.network.latency {
                found = outputs;
            }
        }
        let expected: Vec<i128> = expected.into_iter().map(i128::from).collect();
        if found != expected {
            return Err(format!("of {x:?} comes {found:?}, not {expected:?}"));
        }
    }
    Ok(())
}

/// One seed: a plan, and its circuits. Gives whether the plan passed validation.
fn one(seed: u64, patience: Option<Duration>) -> Result<bool, String> {
    let mut draw = Draw::new(seed);
    let Some(plan) = draw.plan() else { return Ok(false) };
    let text = || serde_json::to_string(&plan).unwrap_or_default();
    match catch_unwind(|| plan.validate().is_ok()) {
        Ok(true) => {}
        Ok(false) => return Ok(false),
        Err(_) => return Err(format!("seed {seed}: validation panics: {}", text())),
    }
    for architecture in ARCHITECTURES {
        let family = Family::ALL[draw.below(Family::ALL.len())];
        let build = build(&mut draw, architecture, family);
        let begun = spent();
        let result = catch_unwind(AssertUnwindSafe(|| check(&plan, &build, &mut draw)));
        let wrong = match result {
            Ok(Ok(())) if patience.is_none_or(|most| spent() - begun < most) => continue,
            Ok(Ok(())) => format!("takes {:.1} s of processor time", (spent() - begun).as_secs_f64()),
            Ok(Err(wrong)) => wrong,
            Err(panic) => {
                let text = panic.downcast_ref::<String>().cloned();
                let text = text.or(panic.downcast_ref::<&str>().map(|s| (*s).to_owned()));
                format!("panics: {}", text.unwrap_or_default())
            }
        };
        let means = format!("{architecture:?}, {family}, {} MHz", build.clock_mhz);
        return Err(format!("seed {seed}, {means}: {wrong}\n{}", text()));
    }
    Ok(true)
}

#[test]
fn valid_plans_become_circuits() {
    let long: Option<u64> = std::env::var("GAINSTAGE_PLANS").ok().and_then(|n| n.parse().ok());
    let first: u64 = std::env::var("GAINSTAGE_PLANS_FROM").ok().and_then(|n| n.parse().ok()).unwrap_or(0);
    let (wanted, patience) = (long.unwrap_or(FEW), long.map(|_| PATIENCE));
    let (next, accepted) = (AtomicU64::new(first), AtomicU64::new(0));
    let run = || {
        let mut faults = Vec::new();
        while accepted.load(Ordering::Relaxed) < wanted && faults.len() < 5 {
            match one(next.fetch_add(1, Ordering::Relaxed), patience) {
                Ok(passed) => {
                    accepted.fetch_add(u64::from(passed), Ordering::Relaxed);
                }
                Err(fault) => faults.push(fault),
            }
        }
        faults
    };
    let threads = std::thread::available_parallelism().map_or(1, |n| n.get());
    let faults: Vec<String> = std::thread::scope(|scope| {
        let all: Vec<_> = (0..threads).map(|_| scope.spawn(run)).collect();
        all.into_iter().flat_map(|t| t.join().expect("a worker")).collect()
    });
    println!("{} plans drawn, {} valid", next.into_inner() - first, accepted.into_inner());
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
}

/// Plans whose attenuator once gave -1 for 0: the estimate of an unsigned quotient fell below 0, where its certificate
/// saturates and the circuit does not.
#[test]
fn quotients_of_zero_are_zero() {
    for seed in [10058, 27729, 30512, 39249, 48070] {
        assert_eq!(one(seed, None), Ok(true));
    }
}

/// Plans that once panicked or took minutes: generated, or refused by validation with the reason.
#[test]
fn plans_that_failed() {
    for (name, text) in [
        ("sequential-panics", include_str!("sequential-panics.json")),
        ("divider-takes-minutes", include_str!("divider-takes-minutes.json")),
    ] {
        let plan = match Plan::from_json(text, name.as_ref()) {
            Ok(plan) => plan,
            Err(e) => {
                assert!(e.to_string().contains("bring the fraction bits"), "{e}");
                continue;
            }
        };
        let mut draw = Draw::new(1);
        for architecture in ARCHITECTURES {
            for family in Family::ALL {
                let build = Build { architecture, ..Build::new(family) };
                let begun = spent();
                check(&plan, &build, &mut draw)
                    .unwrap_or_else(|e| panic!("{name}, {architecture:?}, {family}: {e}"));
                println!("{name}, {architecture:?}, {family}: {:.1} s", (spent() - begun).as_secs_f64());
            }
        }
    }
}
