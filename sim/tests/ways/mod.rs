//! Plans that exported programs are tried with, and what runs them.

use crate::common::{headed, random_plan};
use gainstage_golden::approx::{Demand, Fold, Segments, approximate};
use gainstage_golden::func::Function;
use gainstage_golden::num::Format;
use gainstage_golden::plan::{Argmax, Plan, PlanLayer, PlanNeuron, Stage, Tail};
use gainstage_sim::vectors::Vectors;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A plan, and codes to try: corners and random ones.
pub struct Case {
    pub plan: Plan,
    pub codes: Vec<i64>,
}

fn case(mut plan: Plan, name: String, random: u64) -> Case {
    plan.name = name;
    plan.validate().unwrap_or_else(|e| panic!("{}: {e}", plan.name));
    let vectors = Vectors::new(plan.inputs.clone()).corners(1).random(random, 1);
    let mut codes = vec![0; vectors.len() as usize * plan.inputs.len()];
    vectors.fill(0, &mut codes);
    Case { plan, codes }
}

fn f(signed: bool, width: u32, frac: i32) -> Format {
    Format::new(signed, width, frac).expect("a format")
}

/// Shifts beyond the word, products near 63 bits, divisions, formats coarser than 1.
fn extremes() -> Vec<Plan> {
    let mut identity = Plan::of_squarer("identity", f(true, 48, 40), f(true, 48, 0));
    if let Stage::Activated { h, tail, .. } = &mut identity.layers[0].neurons[0].stage {
        (*h, *tail) = (f(true, 30, 5), Tail::Ordinary);
    }
    vec![
        Plan::of_squarer("a", f(true, 31, 60), f(true, 48, -64)),
        Plan::of_squarer("b", f(true, 31, -60), f(false, 48, 64)),
        Plan::of_squarer("c", f(true, 31, 10), f(true, 48, 20)),
        Plan::of_attenuator("d", 5, f(true, 20, 10), f(true, 20, 18)),
        Plan::of_attenuator("e", 1 << 30, f(false, 16, 30), f(true, 20, -20)),
        identity,
        widest(),
    ]
}

/// A function without any symmetry, in tables of either kind.
fn formula(segments: Segments) -> Plan {
    let function: Function = "{exp(-(x-0.5)^2)+x/8}".parse().expect("a formula");
    let demand = Demand { segments, degree: Some(2), ..Demand::default() };
    let table = approximate(&function, f(true, 11, 8), f(true, 11, 9), &demand).expect("a table");
    Plan::of_table("formula", table)
}

/// A sum of 63 bits, the most that a plan may need.
fn widest() -> Plan {
    let (x, weight) = (f(true, 32, 0), f(true, 31, 0));
    let weights = vec![(1 << 30) - 1, -(1 << 30) + 1];
    let stage = Stage::Linear { y: f(true, 48, -15) };
    let neurons = vec![PlanNeuron { weight, weights, bias: 12_345, stage }];
    let mut plan = Plan::of_squarer("widest", x, x);
    (plan.inputs, plan.layers) = (vec![x; 2], vec![PlanLayer { neurons }]);
    plan
}

/// Random networks of every kind, with classes decided in some, and extremes. Together they use all that a plan can hold.
pub fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for seed in 0..12 {
        let Some(mut plan) = random_plan(seed, 6 + seed as u32 % 9) else { continue };
        if seed % 3 != 0 {
            plan = headed(seed, plan.clone()).unwrap_or(plan);
        }
        cases.push(case(plan, format!("net{seed}"), 2_000));
    }
    let extremes = extremes().into_iter().enumerate();
    cases.extend(extremes.map(|(i, plan)| case(plan, format!("extreme{i}"), 500)));
    for (i, segments) in [Segments::Equal, Segments::Tree].into_iter().enumerate() {
        cases.push(case(formula(segments), format!("formula{i}"), 500));
    }
    let released = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tools/tests/released/plan-1.json");
    cases.push(case(Plan::read(&released).expect("a plan"), "released".into(), 500));
    everything_is_there(&cases);
    cases
}

/// That nothing goes untried because seeds draw other networks one day.
fn everything_is_there(cases: &[Case]) {
    let stages = || cases.iter().flat_map(|c| &c.plan.layers).flat_map(|l| &l.neurons).map(|n| &n.stage);
    let tail = |wanted: fn(&Tail) -> bool| {
        stages().any(|s| matches!(s, Stage::Activated { tail, .. } if wanted(tail)))
    };
    assert!(tail(|t| matches!(t, Tail::Amplifying)) && tail(|t| matches!(t, Tail::Attenuating { .. })));
    assert!(tail(|t| matches!(t, Tail::Ordinary)) && stages().any(|s| matches!(s, Stage::Linear { .. })));
    let tables = || cases.iter().flat_map(|c| &c.plan.tables);
    for fold in [Fold::Offset, Fold::Magnitude, Fold::Odd] {
        assert!(tables().any(|t| t.fold == fold), "no table of {fold:?}");
    }
    assert!(tables().any(|t| t.tree.is_some()), "no table of unequal segments");
    assert!(tables().any(|t| t.steps.len() > 1), "no table of a higher degree");
    let scores = |one: bool| {
        cases.iter().any(|c| c.plan.argmax.is_some() && (c.plan.score_formats().len() == 1) == one)
    };
    assert!(scores(true) && scores(false), "one score and several");
    assert!(cases.iter().any(|c| c.plan.softmax.is_some()), "no probabilities");
    let decisions = || cases.iter().filter_map(|c| c.plan.argmax.as_ref());
    assert!(decisions().any(Argmax::is_plain), "no class alone");
    assert!(decisions().any(|a| a.top > 1 && a.margin), "no classes in order with a margin");
    assert!(decisions().any(|a| a.top > 1 && !a.margin) && decisions().any(|a| a.top == 1 && a.margin));
}

/// An interpreter with numpy: that of the Python package's environment, or one of the system.
pub fn numpy() -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let all = [
        root.join(".venv/bin/python"),
        root.join(".venv/python/bin/python"),
        root.join(".venv/onnx/bin/python"),
        "python3".into(),
    ];
    let has =
        |p: &PathBuf| Command::new(p).args(["-c", "import numpy"]).output().is_ok_and(|o| o.status.success());
    all.into_iter().find(has)
}

/// Calls the module in its directory.
pub const CALL: &str = "\
import importlib, sys, numpy as np
sys.path.insert(0, '')
net = importlib.import_module(sys.argv[1])
net.predict(np.fromfile('x.bin', '<i8').reshape(-1, net.INPUTS)).astype('<i8').tofile('y.bin')
net.predict_values(np.fromfile('odd.bin', '<f8').reshape(-1, net.INPUTS)).astype('<f8').tofile('v.bin')
";

/// What the program that calls the crates begins with.
pub const DRIVER: &str = "\
use fixed::traits::Fixed;
use std::path::{Path, PathBuf};

fn of<T: Fixed>(v: f64) -> T {
    T::saturating_from_num(v)
}

fn to<T: Fixed>(v: T) -> f64 {
    v.to_num()
}

fn arguments() -> (String, PathBuf) {
    let mut args = std::env::args().skip(1);
    (args.next().unwrap(), args.next().unwrap().into())
}

fn read(dir: &Path, name: &str) -> Vec<[u8; 8]> {
    std::fs::read(dir.join(name)).unwrap().chunks_exact(8).map(|c| c.try_into().unwrap()).collect()
}

fn run<const N: usize>(dir: &Path, codes: impl Fn(&[i64; N]) -> Vec<i64>, values: impl Fn(&[f64]) -> Vec<f64>) {
    let x: Vec<i64> = read(dir, \"x.bin\").into_iter().map(i64::from_le_bytes).collect();
    let y: Vec<u8> = x.chunks_exact(N).flat_map(|x| codes(x.try_into().unwrap())).flat_map(i64::to_le_bytes).collect();
    std::fs::write(dir.join(\"y.bin\"), y).unwrap();
    let v: Vec<f64> = read(dir, \"odd.bin\").into_iter().map(f64::from_le_bytes).collect();
    let v: Vec<u8> = v.chunks_exact(N).flat_map(values).flat_map(f64::to_le_bytes).collect();
    std::fs::write(dir.join(\"v.bin\"), v).unwrap();
}

";

/// Reads and writes rows of 64 bits; UPPER, NET, BITS and RUN are put in.
pub const CPP: &str = "\
#include \"NET.hpp\"
#include <fstream>

template <typename T, std::size_t N> bool read(std::ifstream &from, std::array<T, N> &row)
{
    for (T &v : row) {
        std::int64_t wide;
        if (!from.read(reinterpret_cast<char *>(&wide), 8)) {
            return false;
        }
        v = static_cast<T>(wide);
    }
    return true;
}

template <typename T, std::size_t N> void write(std::ofstream &to, const std::array<T, N> &row)
{
    for (const T v : row) {
        const std::int64_t wide = v;
        to.write(reinterpret_cast<const char *>(&wide), 8);
    }
}

static_assert(NET::inputs == UPPER_INPUTS && NET::outputs == UPPER_OUTPUTS, \"sizes\");

int main()
{
    std::ifstream x(\"x.bin\", std::ios::binary), q(\"q.bin\", std::ios::binary);
    std::ofstream y(\"y.bin\", std::ios::binary), r(\"r.bin\", std::ios::binary);
    std::array<std::int64_t, NET::inputs> codes;
    while (read(x, codes)) {
        write(y, NET::run(codes));
    }
    std::array<std::intBITS_t, NET::inputs> elements;
    while (read(q, elements)) {
        write(r, NET::RUN(elements));
    }
    return y.flush() && r.flush() ? 0 : 1;
}
";
