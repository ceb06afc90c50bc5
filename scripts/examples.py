#!/usr/bin/env python3
"""Builds the examples that have a README with figures, and prints these as a table; OUT/NAME.svg is the picture.

Usage: scripts/examples.py OUT GAINSTAGE [NAME ...]. Each search takes the minutes of its project on all cores, or less where nothing is
left to try. Errors are on samples held out. The estimate counts look-up tables of six inputs, without block RAM. LUT, FF, DSP, block RAM: what
yosys counts of the circuit as it is built for an ECP5 (a carry cell of two bits is two look-up tables); without yosys they are left out. A circuit
that is not proven ends the script with 1.
"""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

from examples_figure import angles, figure

ROOT = Path(__file__).resolve().parent.parent
EXAMPLES = ["thermistor", "thermocouple", "heading", "battery", "motor", "wine", "digits"]
HEADS = ["example", "error held out", "LUT estimate", "LUT", "FF", "DSP", "block RAM", "latency", "clock", "search"]


def build(name, out, gainstage):
    """The report of a build."""
    command = [*gainstage, "build", f"examples/{name}", "-o", str(out / name), "--force", "--json"]
    made = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    if made.returncode != 0:
        sys.exit(f"{shlex.join(command)}: exit code {made.returncode}\n{made.stderr.strip()}")
    return json.loads(made.stdout)


def error(report):
    """The circuit's error on samples held out, as the report has it."""
    part = report["errors"]["held_out"]
    found, outputs = part["integer"], report["columns"]["outputs"]
    if "accuracy" in found:
        return f"accuracy {100 * found['accuracy']:.1f} % of {part['samples']}"
    if [o["name"] for o in outputs] == ["cos heading", "sin heading"]:
        off = [abs(e) for _, e in angles(report["drawn"])]
        return f"heading: mean {sum(off) / len(off):.2f}°, largest {max(off):.2f}°"
    unit = next((f" {o['unit']}" for o in outputs if o["unit"]), "")
    return f"MAE {found['mae']:.3g}, RMSE {found['rmse']:.3g}, largest {found['max']:.3g}{unit}"


def counted(directory):
    """Look-up tables, flip-flops, multipliers and block RAMs of an ECP5."""
    if not shutil.which(os.environ.get("YOSYS", "yosys")):
        return "-", "-", "-", "-"
    run = subprocess.run([ROOT / "scripts/synth.sh", directory, "ecp5"], capture_output=True, text=True)
    if run.returncode != 0:
        sys.exit(f"scripts/synth.sh {directory} ecp5: exit code {run.returncode}\n{run.stderr.strip()}")
    # The last statistics are those of the whole design.
    whole = run.stdout.rsplit("Number of cells", 1)[-1]
    cells = {kind: int(n) for kind, n in re.findall(r"^\s+(\w+)\s+(\d+)$", whole, re.MULTILINE)}
    kinds = ("TRELLIS_FF", "MULT18X18D", "DP16KD")
    found = [cells.get("LUT4", 0) + 2 * cells.get("CCU2C", 0), *(cells.get(kind, 0) for kind in kinds)]
    return [str(n) for n in found]


def row(name, out, report):
    if not report["ok"]:
        sys.exit(f"{name}: the circuit is not what the plan says: see {out / name}/report.html")
    (out / f"{name}.svg").write_text(figure(report), encoding="utf-8")
    clocks = f"{report['latency']} clocks"
    return [name, error(report), str(report["lut_estimate"]), *counted(out / name), clocks, f"{report['clock_mhz']:g} MHz",
            f"{report['seconds']['search']:.0f} s"]


def main():
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    out, gainstage, names = Path(sys.argv[1]).resolve(), shlex.split(sys.argv[2]), sys.argv[3:] or EXAMPLES
    if unknown := [n for n in names if n not in EXAMPLES]:
        sys.exit(f"there is no example {unknown[0]!r} with figures: use one of {', '.join(EXAMPLES)}")
    out.mkdir(parents=True, exist_ok=True)
    print("| " + " | ".join(HEADS) + " |\n|" + "---|" * len(HEADS), flush=True)
    for name in names:
        print("| " + " | ".join(row(name, out, build(name, out, gainstage))) + " |", flush=True)


if __name__ == "__main__":
    main()
