#!/usr/bin/env python3
"""How the steps behind training grow: networks of 1,000 to 25,000 weights, from a plan to Verilog, to ROMs and to a proof.

Usage: bench_scale.py OUT COMMAND...; COMMAND is gainstage. Environment: ONLY ("64x16 784x32"; all without it), LIMIT (seconds for
each step, 120), BITS (10), CLOCK (MHz, 24), SYNTHESIZE=1 (also yosys: look-up tables, carries, flip-flops and block RAMs of the
sequential circuit). Prints a table and leaves everything in OUT: seconds, those of processors in parentheses. A step that runs out
of time, or that is refused, says so in its cell; the table always ends. The exit code is 1 if a step failed otherwise.
"""

import json
import os
import random
import re
import shlex
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

# Inputs and hidden neurons; ten classes behind them.
NETWORKS = ["64x16", "64x64", "64x256", "784x16", "784x32"]
CLASSES = 10
ROWS = 400
LIMIT = float(os.environ.get("LIMIT", "120"))
BITS = os.environ.get("BITS", "10")
CLOCK = os.environ.get("CLOCK", "24")
# Vectors of a proof: what a sequential circuit of 25,000 weights simulates within the limit.
VECTORS = "200"


class Run:
    """A command with its seconds and its peak memory, ended after the limit."""

    # Of commands that ended by themselves, those that failed.
    faults = 0

    def __init__(self, command, log):
        start = time.monotonic()
        with open(log, "w", encoding="utf-8") as err:
            self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=err, text=True, start_new_session=True)
            # With its children: what they hold open would be waited for.
            timer = threading.Timer(LIMIT, os.killpg, (self.process.pid, signal.SIGKILL))
            timer.start()
            try:
                self.out = self.process.stdout.read()
                _, status, usage = os.wait4(self.process.pid, 0)
            except KeyboardInterrupt:
                os.killpg(self.process.pid, signal.SIGKILL)
                raise
            finally:
                timer.cancel()
        self.seconds = time.monotonic() - start
        self.process.returncode = os.waitstatus_to_exitcode(status)
        self.processor = usage.ru_utime + usage.ru_stime
        self.megabytes = usage.ru_maxrss / 1024
        self.late = self.seconds >= LIMIT
        self.ok = self.process.returncode == 0
        Run.faults += not self.ok and not self.late
        self.error = Path(log).read_text(encoding="utf-8", errors="replace")

    def cell(self):
        if self.late:
            return f"over {LIMIT:.0f} s"
        seconds = f"{self.seconds:.1f} s ({self.processor:.1f})"
        return seconds if self.ok else f"failed ({self.process.returncode})"


def write_project(folder, inputs, hidden):
    """Classes with a centre each, and noise around it: whole numbers of 8 bits, as pixels are."""
    rng = random.Random(inputs * 1000 + hidden)
    centres = [[rng.randrange(256) for _ in range(inputs)] for _ in range(CLASSES)]
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / "samples.csv", "w", encoding="utf-8") as file:
        file.write(",".join(f"p{i}" for i in range(inputs)) + ",class\n")
        for row in range(ROWS):
            pixels = (min(255, max(0, int(rng.gauss(c, 60)))) for c in centres[row % CLASSES])
            file.write(",".join(map(str, pixels)) + f",c{row % CLASSES}\n")
    (folder / "gainstage.toml").write_text(
        f"""name = "net"

[data]
csv = "samples.csv"
label = "class"

[network]
hidden = [{{ ordinary = {hidden}, activation = "relu" }}]

[train]
cost = "softmax"
epochs = 10
restarts = 1
batch = 20
""",
        encoding="utf-8",
    )


def blocks(run):
    """Block RAMs of a circuit, or what a refusal says of them."""
    if run.ok:
        return str(json.loads(run.out).get("estimate", {}).get("bram", "-"))
    found = re.search(r"take (\d+) block RAMs", run.error + run.out)
    return f"refused: {found[1]}" if found else run.cell()


def additions(file):
    """Adders and subtracters of a module of sums."""
    lines = (line.split("//")[0] for line in file.read_text(encoding="utf-8").splitlines())
    return sum(len(re.findall(r" [+-] ", line)) for line in lines)


def synthesised(folder, log):
    """Cells of the sequential circuit as yosys counts them."""
    # Memory files are named relative to the Verilog's folder.
    rtl = folder / "sequential" / "rtl"
    files = " ".join(sorted(f.name for f in rtl.glob("*.v")))
    script = f"read_verilog {files}; synth_ice40 -device u -dsp -top net; tee -o {log} stat"
    run = Run(["sh", "-c", f"cd {shlex.quote(str(rtl))} && exec yosys -q -p {shlex.quote(script)}"], folder / "yosys.log")
    if not run.ok:
        return run.cell()
    text = Path(log).read_text(encoding="utf-8")
    count = lambda cell: sum(int(n) for n in re.findall(rf"\s{cell}\w*\s+(\d+)", text))
    return f"{count('SB_LUT4')} LUT, {count('SB_CARRY')} carry, {count('SB_DFF')} FF, {count('SB_RAM40')} EBR"


def measure(name, out, gainstage):
    inputs, hidden = map(int, name.split("x"))
    folder = out / name
    write_project(folder, inputs, hidden)
    model, plan = folder / "model.json", folder / "plan.json"
    log = lambda step: folder / f"{step}.log"
    train = Run([*gainstage, "train", folder, "-o", model], log("train"))
    quantize = [*gainstage, "quantize", model, "--project", folder, "--bits", BITS, "--method", "ptq", "-o", plan]
    quantize = Run(quantize, log("quantize")) if train.ok else train
    row = [name, str(inputs * hidden + hidden * CLASSES), train.cell(), quantize.cell()]
    if not quantize.ok:
        return row + ["-"] * 6
    generate = [*gainstage, "generate", plan, "--json", "-o"]
    parallel = Run([*generate, folder / "parallel"], log("parallel"))
    adders = str(sum(map(additions, (folder / "parallel" / "rtl").glob("*_sums.v")))) if parallel.ok else "-"
    memory = f"{parallel.megabytes:.0f} MB"
    means = ["--arch", "sequential", "--target", "ice40up", "--clock", CLOCK]
    sequential = Run([*generate, folder / "sequential", *means], log("sequential"))
    taken = blocks(sequential)
    # A part that is too small is no fault.
    refused = taken.startswith("refused")
    Run.faults -= refused
    row += [parallel.cell(), memory, adders, "-" if refused else sequential.cell(), taken]
    if not sequential.ok:
        return row + ["-"]
    verify = Run([*gainstage, "verify", folder / "sequential", "--vectors", VECTORS, "--no-second"], log("verify"))
    if os.environ.get("SYNTHESIZE"):
        row.append(f"{verify.cell()}; {synthesised(folder, log('cells').resolve())}")
    else:
        row.append(verify.cell())
    return row


def main():
    out, gainstage = Path(sys.argv[1]), shlex.split(" ".join(sys.argv[2:]))
    # The command may be `cargo run`: what it compiles is no part of the first step.
    subprocess.run([*gainstage, "--version"], check=True, stdout=subprocess.DEVNULL)
    only = os.environ.get("ONLY", "").split() or NETWORKS
    head = ["network", "weights", "train", "quantize", "parallel", "memory", "adders", "sequential", "blocks, iCE40UP5K", "verify"]
    print("| " + " | ".join(head) + " |\n|" + "---|" * len(head), flush=True)
    for name in only:
        print("| " + " | ".join(measure(name, out, gainstage)) + " |", flush=True)
    return f"{Run.faults} steps failed: see the .log files in {out}" if Run.faults else 0


sys.exit(main())
