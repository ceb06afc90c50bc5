#!/usr/bin/env python3
"""Synthesises, places and routes the arithmetic units and two networks on an ECP5-85, speed 8, and prints them beside others'.

Usage: bench_units.py [NAME ...]; without names everything. Environment: GAINSTAGE (the command), SEEDS (default "1 2 3"; networks,
which take minutes to an hour each, are placed with the first one),
YOSYS, NEXTPNR_ECP5 (as place_ecp5.py takes them), GAINSTAGE_REFERENCE (where net_b.json is). Leaves every circuit and
result.json in build/bench-units.
"""

import csv
import json
import os
import shlex
import subprocess
import sys
from pathlib import Path

from place_ecp5 import NETWORK, UNIT, place

HERE = Path(__file__).resolve().parent
OUT = Path("build/bench-units")
SEEDS = os.environ.get("SEEDS", "1 2 3").split()
SIGMOID, SOFTPLUS, ATTENUATED = "sigmoid", "softplus", "none*attenuating(1)"


def table(function, width, frac, *more):
    """`generate unit table` from [-8, 8) to `frac` fraction bits."""
    formats = [f"s{width}.{width - 4}", f"s{width}.{frac}"]
    return ["unit", "table", "--function", function, "--from", formats[0], "--to", formats[1], *more]


def fixed(kind, width, frac, *more):
    return ["unit", kind, "--from", f"s{width}.{width - 4}", "--to", f"s{width}.{frac}", *more]


def clock(mhz):
    return ["--clock", str(mhz)]


SMALL = ["--minimise", "bits", "--thorough", "--clock", "100"]

# Name, peers' name, arguments of `generate`, goals. The smallest table and the fastest unit may be two designs.
UNITS = [
    ("sig12-small", "sig12", table(SIGMOID, 12, 11, *SMALL), {"bits": 350, "ulp": 1}),
    ("sig16-small", "sig16", table(SIGMOID, 16, 15, *SMALL), {"bits": 1200, "ulp": 1}),
    ("sp16-small", "sp16", table(SOFTPLUS, 16, 12, *SMALL), {"bits": 600, "ulp": 1}),
    ("xb12-small", "xb12", table(ATTENUATED, 12, 11, *SMALL), {"bits": 1000, "ulp": 1}),
    ("xb16-small", "xb16", table(ATTENUATED, 16, 15, *SMALL), {"bits": 2500, "ulp": 1}),
    ("sig16-fast", "sig16", table(SIGMOID, 16, 15, *clock(180)), {"lut": 200, "dsp": 2, "mhz": 220, "ulp": 1}),
    ("sp16-fast", "sp16", table(SOFTPLUS, 16, 12, *clock(180)), {"ulp": 1}),
    (
        "xb16-fast",
        "xb16",
        table(ATTENUATED, 16, 15, "--degree", "2", *clock(180)),
        {"lut": 250, "dsp": 2, "mhz": 200, "stages": 9, "ulp": 1},
    ),
    ("sig16-nodsp", "sig16-nodsp", table(SIGMOID, 16, 15, "--dsp", "off", *clock(160)), {"lut": 500, "dsp": 0, "ulp": 1}),
    ("square16", None, fixed("squarer", 16, 8, *clock(200)), {}),
    ("square18", None, fixed("squarer", 18, 10, *clock(200)), {}),
    ("square25", None, fixed("squarer", 25, 18, *clock(200)), {}),
    ("square16-nodsp", None, fixed("squarer", 16, 8, "--dsp", "off", *clock(150)), {}),
    ("divider12", None, fixed("divider", 12, 11, *clock(160)), {}),
    ("divider16", None, fixed("divider", 16, 15, *clock(160)), {"lut": 800, "stages": 12, "mhz": 180}),
    ("divider18", None, fixed("divider", 18, 17, *clock(160)), {}),
]
NETWORKS = [
    ("network-b", "network-b", clock(150), {"lut": 26868, "dsp": 45, "mhz": 150}),
    ("network-5", None, clock(148), {"lut": 41820, "mhz": 150}),
]
# MHz that nextpnr is asked for: a little more than the goal of a network, more than any unit reaches.
ASKED = {"network-b": 160, "network-5": 160}
# Reached if at least, instead of at most.
AT_LEAST = {"mhz"}


def run(command, **options):
    done = subprocess.run(command, text=True, stdout=subprocess.PIPE, **options)
    if done.returncode:
        sys.exit(f"{shlex.join(map(str, command))} ended with {done.returncode}")
    return done.stdout


def gainstage(*arguments):
    return json.loads(run([*shlex.split(os.environ.get("GAINSTAGE", "gainstage")), *map(str, arguments), "--json"]))


def unit(name, arguments):
    """Generates a unit; a table's bits and error come from the search that chose it."""
    made = gainstage("generate", *arguments, "--target", "ecp5", "--force", "-o", OUT / name)
    figures = {"stages": made["latency"]}
    if arguments[1] == "table":
        chosen = gainstage("table", "explain", *arguments[2:], "--target", "ecp5")["candidates"][0]
        figures |= {"bits": chosen["bits"], "ulp": chosen["worst_ulp"]}
    return figures


def network_b():
    """The plan of net_b.json; None where the file is missing."""
    path = Path(os.environ.get("GAINSTAGE_REFERENCE", "../shared/reference")) / "net_b.json"
    if not path.exists():
        print(f"skipped: {path}", file=sys.stderr)
        return None
    net = json.loads(path.read_text())
    code = {"signed": True, "width": net["width"], "frac": net["frac"]}

    def neuron(layer, n):
        last = layer == len(net["W"]) - 1
        square = {"activated": {"z": code, "h": code, "tail": "amplifying", "y": code}}
        return {
            "weight": code,
            "weights": [row[n] for row in net["W"][layer]],
            "bias": net["b"][layer][n] << net["frac"],
            "stage": {"linear": {"y": code}} if last else square,
        }

    layers = [{"neurons": [neuron(i, n) for n in range(size)]} for i, size in enumerate(net["dims"][1:])]
    plan = {"schema": 1, "name": "network_b", "inputs": [code] * net["dims"][0], "layers": layers}
    path = OUT / "network-b.plan.json"
    path.write_text(json.dumps(plan))
    return path


def network_5():
    """The network of the demo: Network 5, trained, in 18 bits, with tables for block RAM."""
    project, model, plan = HERE.parent / "examples/eq6", OUT / "eq6" / "model.json", OUT / "network-5.plan.json"
    if not model.exists():
        gainstage("build", project, "-o", OUT / "eq6")
    gainstage("quantize", model, "--project", project, "--tables", "block", "-o", plan)
    return plan


def network(name, arguments):
    plan = network_b() if name == "network-b" else network_5()
    if plan is None:
        return None
    made = gainstage("generate", plan, "--target", "ecp5", *arguments, "--force", "-o", OUT / name)
    return {"stages": made["latency"]}


def verdict(figures, goals):
    """Each goal with what was reached."""
    words = []
    for key, goal in goals.items():
        least = key in AT_LEAST
        met = figures[key] >= goal if least else figures[key] < goal if key == "ulp" else figures[key] <= goal
        sign = ">=" if least else "<" if key == "ulp" else "<="
        words.append(f"{key} {sign} {goal} {'met' if met else 'MISSED'}")
    return ", ".join(words)


COLUMNS = ["bits", "lut", "ff", "dsp", "bram", "mhz", "stages", "ulp"]


def line(name, tool, figures, note=""):
    def cell(key):
        value = figures.get(key)
        return "" if value in (None, "") else f"{float(value):.3f}" if key == "ulp" else f"{float(value):.0f}"

    return f"{name:<15} {tool:<17}" + "".join(f"{cell(key):>7}" for key in COLUMNS) + f"  {note}".rstrip()


def main(wanted):
    OUT.mkdir(parents=True, exist_ok=True)
    with open(HERE / "peers.csv", newline="") as file:
        peers = list(csv.DictReader(row for row in file if not row.startswith("#")))
    known = [row[0] for row in UNITS + NETWORKS]
    if wrong := [name for name in wanted if name not in known]:
        sys.exit(f"there is no unit {wrong[0]}: use {', '.join(known)}")
    print(f"{'unit':<15} {'by':<17}" + "".join(f"{key:>7}" for key in COLUMNS))
    results = {}
    for name, peer, arguments, goals in UNITS + NETWORKS:
        if wanted and name not in wanted:
            continue
        figures = (unit if arguments[0] == "unit" else network)(name, arguments)
        if figures is None:
            continue
        seeds, options = (SEEDS[:1], NETWORK) if name in ASKED else (SEEDS, UNIT)
        figures |= place(OUT / name, seeds, mhz=ASKED.get(name, 300), options=options)
        figures |= {"mhz": max(figures["mhz"]), "seeds": figures["mhz"]}
        results[name] = figures
        print(line(name, "gainstage", figures, verdict(figures, goals)), flush=True)
        for row in (row for row in peers if row["unit"] == peer):
            print(line("", row["tool"], row))
    (OUT / "result.json").write_text(json.dumps(results, indent=2) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
