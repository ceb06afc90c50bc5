//! The exported C program computes what the integer model computes, wherever it runs.

mod common;

use common::{HEADS, have, headed, random_plan};
use gainstage_golden::net::{RandomShape, random_network};
use gainstage_golden::num::Format;
use gainstage_golden::plan::{Plan, Tail};
use gainstage_golden::quant::{Calibration, Granularity, QuantOptions, quantize_network};
use gainstage_sim::check::PlanModel;
use gainstage_sim::native::{Machine, Program};
use gainstage_sim::vectors::Vectors;
use std::collections::BTreeSet;

/// Corners and random codes through the program; the samples compared.
fn check(plan: Plan, machine: Machine, random: u64) -> u64 {
    let name = plan.name.clone();
    let vectors = Vectors::new(plan.inputs.clone()).corners(1).random(random, 1);
    let program = Program::build(&plan, machine).unwrap_or_else(|e| panic!("{name}: {e}"));
    if let (Machine::Host, Some(stack)) = (machine, program.measured_stack) {
        assert!(
            stack <= program.stated_stack,
            "{name}: {stack} bytes of stack, stated {}",
            program.stated_stack
        );
    }
    let tally = program.verify(&PlanModel::new(plan), &vectors).unwrap_or_else(|e| panic!("{name}: {e}"));
    assert_eq!(tally.first, None, "{name}, {machine:?}: {} of {}", tally.mismatches, tally.samples);
    tally.samples
}

/// A plan of up to four inputs, outputs and layers.
fn network(seed: u64, bits: u32) -> Option<Plan> {
    let network = random_network(seed, RandomShape::default());
    let options = QuantOptions {
        name: format!("net{seed}"),
        bits,
        granularity: if seed.is_multiple_of(2) { Granularity::Neuron } else { Granularity::Layer },
        layers: Vec::new(),
        demand: Default::default(),
        kinds: Default::default(),
    };
    let ranges = vec![(-2.0, 2.0); network.layers[0].inputs];
    quantize_network(&network, &Calibration::from_box(&ranges), &options).ok()
}

#[test]
fn random_networks_agree_on_this_machine() {
    if !Machine::Host.tools().iter().all(|&t| have(t)) {
        return;
    }
    let plans: Vec<Plan> = (0..16).filter_map(|seed| network(seed, 5 + seed as u32 % 12)).collect();
    assert!(plans.len() >= 12, "only {} of 16 random networks have a plan", plans.len());
    let samples: u64 = plans.into_iter().map(|plan| check(plan, Machine::Host, 20_000)).sum();
    assert!(samples > 240_000);
}

#[test]
fn decided_classes_agree() {
    if !Machine::Sanitized.tools().iter().all(|&t| have(t)) {
        return;
    }
    let mut scores = BTreeSet::new();
    for seed in 0..24 {
        let plan = network(seed, 6 + seed as u32 % 8).and_then(|plan| headed(seed / 2, plan));
        let Some(plan) = plan else { continue };
        scores.insert((plan.score_formats().len().min(2), seed / 2 % HEADS));
        check(plan, Machine::Sanitized, 5_000);
    }
    let kinds = scores.iter().filter(|(count, _)| *count > 1).count() as u64;
    assert!(
        kinds == HEADS && scores.iter().any(|(count, _)| *count == 1),
        "one score and several: {scores:?}"
    );
}

#[test]
fn no_undefined_behaviour_is_left() {
    if !Machine::Sanitized.tools().iter().all(|&t| have(t)) {
        return;
    }
    for seed in 20..26 {
        if let Some(plan) = network(seed, 6 + seed as u32 % 13) {
            check(plan, Machine::Sanitized, 5_000);
        }
    }
}

/// Formats far apart: shifts beyond the word, saturation to both sides, products near 63 bits.
#[test]
fn extreme_formats_agree() {
    if !Machine::Sanitized.tools().iter().all(|&t| have(t)) {
        return;
    }
    let f = |signed, width, frac| Format::new(signed, width, frac).expect("a format");
    let units = [
        Plan::of_squarer("far_down", f(true, 31, 60), f(true, 48, -64)),
        Plan::of_squarer("far_up", f(true, 31, -60), f(false, 48, 64)),
        Plan::of_squarer("wide", f(true, 31, 10), f(true, 48, 20)),
        Plan::of_attenuator("divide", 5, f(true, 20, 10), f(true, 20, 18)),
        Plan::of_attenuator("divide_down", 1 << 30, f(false, 16, 30), f(true, 20, -20)),
    ];
    for plan in units {
        plan.validate().unwrap_or_else(|e| panic!("{}: {e}", plan.name));
        check(plan, Machine::Sanitized, 2_000);
    }
    let mut plan = Plan::of_squarer("identity", f(true, 48, 40), f(true, 48, 0));
    let gainstage_golden::plan::Stage::Activated { h, tail, .. } = &mut plan.layers[0].neurons[0].stage
    else {
        unreachable!("a squarer")
    };
    (*h, *tail) = (f(true, 30, 5), Tail::Ordinary);
    plan.validate().expect("a plan");
    check(plan, Machine::Sanitized, 2_000);
}

#[test]
fn an_emulated_arm_agrees() {
    if !Machine::Arm.tools().iter().all(|&t| have(t)) {
        return;
    }
    for (seed, bits) in [(1, 8), (4, 12), (5, 16)] {
        if let Some(plan) = random_plan(seed, bits) {
            check(plan, Machine::Arm, 3_000);
        }
    }
}

#[test]
fn a_simulated_avr_agrees_and_keeps_its_constants_out_of_ram() {
    if !(Machine::Avr { progmem: true }).tools().iter().all(|&t| have(t)) {
        return;
    }
    for (seed, bits) in [(1, 8), (4, 12), (5, 16)] {
        let Some(plan) = random_plan(seed, bits) else { continue };
        let plan = headed(seed, plan.clone()).unwrap_or(plan);
        let vectors = Vectors::new(plan.inputs.clone()).corners(1).random(100, 1);
        let mut ram = Vec::new();
        for progmem in [true, false] {
            let program =
                Program::build(&plan, Machine::Avr { progmem }).unwrap_or_else(|e| panic!("{seed}: {e}"));
            let tally = program
                .verify(&PlanModel::new(plan.clone()), &vectors)
                .unwrap_or_else(|e| panic!("{seed}: {e}"));
            assert!(tally.samples >= 100 && tally.first.is_none(), "{seed}, {progmem}: {tally:?}");
            ram.push(program.constant_ram().expect("it runs").expect("an AVR tells"));
        }
        // The compiler copies what is not said to stay; weights are part of the instructions.
        assert!(ram[0] == 0 && (ram[1] > 0) != plan.tables.is_empty(), "{seed}: {ram:?}");
    }
}

#[test]
fn constants_in_program_memory_change_nothing_elsewhere() {
    if !Machine::HostProgmem.tools().iter().all(|&t| have(t)) {
        return;
    }
    for seed in 30..34 {
        if let Some(plan) = network(seed, 6 + seed as u32 % 11) {
            check(plan, Machine::HostProgmem, 5_000);
        }
    }
}

/// A check that cannot fail is none: one weight off by one shows.
#[test]
fn a_wrong_weight_is_caught() {
    if !Machine::Host.tools().iter().all(|&t| have(t)) {
        return;
    }
    let plan = (0..).find_map(|seed| network(seed, 10)).expect("a plan");
    let program = Program::build(&plan, Machine::Host).expect("it compiles");
    let mut other = plan.clone();
    let last = other.layers.last_mut().expect("a layer");
    last.neurons[0].bias += 1 << 12;
    let vectors = Vectors::new(plan.inputs.clone()).random(1000, 1);
    let tally = program.verify(&PlanModel::new(other), &vectors).expect("it runs");
    assert!(tally.mismatches > 0 && tally.first.is_some(), "{tally:?}");
}
