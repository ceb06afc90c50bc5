//! A test in Python for cocotb 2.

use super::{Samples, units};
use crate::emit::SourceFile;
use crate::wrap::manifest::{Load, Manifest, Port};

/// `test_TOP.py` and the vectors it reads, in a directory where the circuit's files lie too. `python3 test_TOP.py`
/// builds and runs it in Icarus Verilog (or the simulator that the variable `SIM` names) and exits with 0 if it passed.
///
/// # Panics
/// If the samples are no whole rows of the manifest's ports.
pub fn cocotb_test(m: &Manifest, samples: Samples<'_>) -> Vec<SourceFile> {
    samples.rows(m);
    let last = |f: &String| f.rsplit('/').next().unwrap_or(f).to_owned();
    let sources: Vec<String> = m.files.verilog.iter().map(last).collect();
    let text = TEST
        .replace("@load@", &m.load.as_ref().map_or(String::new(), loading))
        .replace("@units@", units(m, "   ").trim_end())
        .replace("@top@", &m.top)
        .replace("@clock@", &m.clock)
        .replace("@reset@", &m.reset)
        .replace("@in_valid@", &m.in_valid)
        .replace("@out_valid@", &m.out_valid)
        .replace("@in_ready@", &m.in_ready.as_ref().map_or("None".into(), |name| format!("\"{name}\"")))
        .replace("@latency@", &m.latency.to_string())
        .replace("@interval@", &m.interval.to_string())
        .replace("@inputs@", &list(m.inputs.iter().map(|p| p.name.clone())))
        .replace("@outputs@", &list(m.outputs.iter().map(|p| p.name.clone())))
        .replace("@signed@", &list(m.outputs.iter().filter(|p| p.format.signed).map(|p| p.name.clone())))
        .replace("@sources@", &list(sources));
    vec![
        SourceFile { path: format!("test_{}.py", m.top), text },
        SourceFile { path: format!("{}_vectors.csv", m.top), text: vectors(m, samples) },
    ]
}

/// The weights go in before the reset ends.
fn loading(load: &Load) -> String {
    let file = load.file.rsplit('/').next().unwrap_or(&load.file);
    LOADING
        .replace("@file@", file)
        .replace("@start@", &load.start)
        .replace("@valid@", &load.valid)
        .replace("@data@", &load.data)
        .replace("@loaded@", &load.loaded)
}

const LOADING: &str = r#"    dut.@start@.value = 1
    dut.@valid@.value = 0
    await FallingEdge(dut.@clock@)
    dut.@start@.value = 0
    dut.@valid@.value = 1
    for word in (HERE / "@file@").read_text().split():
        dut.@data@.value = int(word, 16)
        await FallingEdge(dut.@clock@)
    dut.@valid@.value = 0
    assert str(dut.@loaded@.value) == "1", "not all weights are there"
"#;

/// A Python list of strings. Names are identifiers and file names of letters, digits, `_`, `-` and `.`.
fn list(names: impl IntoIterator<Item = String>) -> String {
    let quoted: Vec<String> = names.into_iter().map(|n| format!("\"{n}\"")).collect();
    format!("[{}]", quoted.join(", "))
}

/// Decimal codes with a header of port names.
fn vectors(m: &Manifest, samples: Samples<'_>) -> String {
    let row = |values: Vec<String>| values.join(",") + "\n";
    let ports: Vec<&Port> = m.inputs.iter().chain(&m.outputs).collect();
    let mut text = row(ports.iter().map(|p| p.name.clone()).collect());
    for (x, y) in samples.inputs.chunks(m.inputs.len()).zip(samples.outputs.chunks(m.outputs.len())) {
        text.push_str(&row(x.iter().chain(y).map(ToString::to_string).collect()));
    }
    text
}

const TEST: &str = r#""""Test of @top@ with cocotb 2: every sample in @top@_vectors.csv, out_valid in every cycle.

@units@

Run it with `python3 test_@top@.py`; the variable SIM names another simulator than Icarus Verilog.
"""

import csv
import os
import sys
from collections import deque
from pathlib import Path

import cocotb
from cocotb.clock import Clock
from cocotb.triggers import FallingEdge, ReadOnly

HERE = Path(__file__).resolve().parent
LATENCY = @latency@
INTERVAL = @interval@
READY = @in_ready@
INPUTS = @inputs@
OUTPUTS = @outputs@
SIGNED = @signed@
SOURCES = @sources@


def vectors():
    with open(HERE / "@top@_vectors.csv", newline="") as file:
        return [{name: int(code) for name, code in row.items()} for row in csv.DictReader(file)]


def code(dut, name):
    value = getattr(dut, name).value
    return value.to_signed() if name in SIGNED else value.to_unsigned()


@cocotb.test()
async def every_sample_is_right(dut):
    rows = vectors()
    assert rows, "there are no vectors"
    cocotb.start_soon(Clock(dut.@clock@, 10, unit="ns").start())
    dut.@reset@.value = 1
    dut.@in_valid@.value = 0
    for name in INPUTS:
        getattr(dut, name).value = 0
    for _ in range(4):
        await FallingEdge(dut.@clock@)
@load@    dut.@reset@.value = 0

    # What must come out: LATENCY cycles from now stands last.
    due = deque([None] * (LATENCY + 1), maxlen=LATENCY + 1)
    waiting = 0
    pending = deque(enumerate(rows))
    for cycle in range(2 * len(rows) * INTERVAL + LATENCY + INTERVAL + 8):
        await FallingEdge(dut.@clock@)
        sample = None
        # After half of the samples every third cycle stays empty.
        gap = 2 * len(pending) < len(rows) and cycle % 3 == 0
        if pending and waiting == 0 and not gap:
            sample = pending.popleft()
            for name in INPUTS:
                getattr(dut, name).value = sample[1][name]
            waiting = INTERVAL
        dut.@in_valid@.value = int(sample is not None)
        waiting = max(0, waiting - 1)
        due.append(sample)
        await ReadOnly()
        now = due[0]
        if sample is not None and READY is not None:
            assert str(getattr(dut, READY).value) == "1", f"cycle {cycle}: not taken, the interval is {INTERVAL}"
        valid = str(dut.@out_valid@.value)
        assert valid == str(int(now is not None)), f"cycle {cycle}: out_valid is {valid}, the latency is {LATENCY}"
        if now is not None:
            index, row = now
            for name in OUTPUTS:
                found = code(dut, name)
                assert found == row[name], f"sample {index}, {name}: expected {row[name]}, got {found}"
    assert not pending and all(d is None for d in due), "not every sample came out"


def main():
    from cocotb_tools.check_results import get_results
    from cocotb_tools.runner import get_runner

    runner = get_runner(os.environ.get("SIM", "icarus"))
    runner.build(
        sources=[HERE / source for source in SOURCES],
        hdl_toplevel="@top@",
        build_dir=HERE / "sim_build",
        timescale=("1ns", "1ps"),
        always=True,
    )
    # The circuit reads its memory files from the working directory.
    results = runner.test(hdl_toplevel="@top@", test_module="test_@top@", build_dir=HERE / "sim_build", test_dir=HERE)
    tests, failed = get_results(results)
    print(f"{tests} tests, {failed} failed")
    return 0 if tests > 0 and failed == 0 else 1


if __name__ == "__main__":
    sys.exit(main())
"#;
