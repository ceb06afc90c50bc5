#!/usr/bin/env python3
"""How long commands take for large CSV files, and how much memory: a network of 15 inputs, 8 hidden neurons and one output.

Usage: bench_csv.py OUT COMMAND...; COMMAND is gainstage. Environment: ROWS (1000000), LIMIT (seconds for each command, 300). Writes
files of random numbers with 6 decimals into OUT, 16 columns each, unless they are there. "reading alone" is a training that the
last line of its file ends with an error. Prints a table; the exit code is 1 if a command failed otherwise, or reading alone took
more than 2 s or 400 MiB for 1,000,000 rows.
"""

import os
import random
import shlex
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

ROWS = int(os.environ.get("ROWS", "1000000"))
LIMIT = float(os.environ.get("LIMIT", "300"))
INPUTS = 15
# What reading 1,000,000 rows may take.
SECONDS, MEBIBYTES = 2.0, 400

PROJECT = """name = "many"

[data]
csv = "{csv}"

[network]
hidden = [{{ ordinary = 8, activation = "tanh" }}]

[train]
epochs = {epochs}
restarts = 1
"""


def write(path, rows, label, end=""):
    """Products and sums of random numbers, or whether they are above 0."""
    if path.exists():
        return
    part = path.with_suffix(".part")
    numbers = random.Random(1)
    with open(part, "w", encoding="utf-8") as out:
        out.write(",".join(f"x{i}" for i in range(INPUTS)) + (",label\n" if label else ",y0\n"))
        for _ in range(rows):
            x = [numbers.uniform(-1, 1) for _ in range(INPUTS)]
            y = x[0] * x[1] + 0.5 * x[2]
            last = ("above" if y > 0 else "below") if label else f"{y:.6f}"
            out.write(",".join(f"{v:.6f}" for v in x) + f",{last}\n")
        out.write(end)
    part.rename(path)


def run(command, log):
    """Seconds, those of processors, peak memory in MiB and the exit code."""
    start = time.monotonic()
    with open(log, "w", encoding="utf-8") as err:
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=err, start_new_session=True)
        timer = threading.Timer(LIMIT, os.killpg, (process.pid, signal.SIGKILL))
        timer.start()
        try:
            _, status, usage = os.wait4(process.pid, 0)
        except KeyboardInterrupt:
            os.killpg(process.pid, signal.SIGKILL)
            raise
        finally:
            timer.cancel()
    process.returncode = os.waitstatus_to_exitcode(status)
    processor = usage.ru_utime + usage.ru_stime
    return time.monotonic() - start, processor, usage.ru_maxrss / 1024, process.returncode


def project(out, name, csv, epochs):
    place = out / name
    place.mkdir(exist_ok=True)
    (place / "gainstage.toml").write_text(PROJECT.format(csv=csv.resolve(), epochs=epochs), encoding="utf-8")
    return place


def main():
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    out, gainstage = Path(sys.argv[1]), shlex.split(" ".join(sys.argv[2:]))
    out.mkdir(parents=True, exist_ok=True)
    values, labels = out / f"values-{ROWS}.csv", out / f"labels-{ROWS}.csv"
    faulty, few = out / f"faulty-{ROWS}.csv", out / "few.csv"
    write(values, ROWS, False)
    write(labels, ROWS, True)
    write(faulty, ROWS, False, "x" + ",0" * INPUTS + "\n")
    write(few, 2000, False)
    model, plan, net, log = out / "model.json", out / "plan.json", out / "net", out / "log"
    quantize = ["quantize", model, "--bits", "10", "--formats", "layer"]
    # What the measured commands work with; the first also compiles, where that is to be done.
    for command in [
        ["train", project(out, "small", few, 20), "-o", model],
        [*quantize, "--data", few, "-o", plan],
        ["generate", plan, "-o", net, "--force"],
    ]:
        if run([*gainstage, *command], log)[3] != 0:
            sys.exit(log.read_text(encoding="utf-8"))
    for name in ["new-values", "new-labels"]:
        (out / name / "gainstage.toml").unlink(missing_ok=True)
    commands = [
        ("reading alone", ["train", project(out, "faulty", faulty, 1), "-o", out / "large.json"], 2),
        ("new --csv, values", ["new", out / "new-values", "--csv", values], 0),
        ("new --csv, labels", ["new", out / "new-labels", "--csv", labels], 0),
        ("train --epochs 1", ["train", project(out, "large", values, 1), "-o", out / "large.json"], 0),
        ("quantize --method ptq", [*quantize, "--method", "ptq", "--data", values, "-o", out / "large-plan.json"], 0),
        ("quantize", [*quantize, "--data", values, "-o", out / "large-plan.json"], 0),
        ("eval model.json", ["eval", model, "--data", values, "-o", out / "y.csv"], 0),
        ("eval plan.json", ["eval", plan, "--data", values, "-o", out / "y.csv"], 0),
        ("verify --data", ["verify", net, "--no-second", "--vectors", "1000", "--data", values], 0),
    ]
    print(f"{ROWS:,} rows, {INPUTS + 1} columns, {values.stat().st_size / 1e6:.0f} MB\n")
    print(f"{'command':<24}{'seconds':>9}{'processor':>11}{'MiB':>8}")
    failed = False
    for name, command, code in commands:
        seconds, processor, mebibytes, found = run([*gainstage, *map(str, command)], log)
        limits = name == "reading alone" and ROWS <= 1_000_000 and (seconds > SECONDS or mebibytes > MEBIBYTES)
        said = "" if found == code else f"  exit code {found}: {log.read_text(encoding='utf-8').strip()[-200:]}"
        failed |= limits or found != code
        print(f"{name:<24}{seconds:>9.2f}{processor:>11.2f}{mebibytes:>8.0f}{said}{'  too much' if limits else ''}", flush=True)
    sys.exit(failed)


if __name__ == "__main__":
    main()
