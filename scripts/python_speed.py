"""Times the Python package on network (b) on one core, beside the Rust engine (make bench-python).

    python3 python_speed.py net_b.json

Prints samples a second of `run` (codes to codes, as the Rust benchmark), `predict_codes` and `predict` (values to values),
the best of several runs, and the seconds of an import in a process of its own."""
import json
import os
import subprocess
import sys
import time

os.environ["RAYON_NUM_THREADS"] = "1"

import gainstage
import numpy as np

SAMPLES, RUNS = 1 << 16, 30


def plan(net):
    frac = net["frac"]
    form = {"signed": True, "width": 16, "frac": frac}
    last = len(net["W"]) - 1
    layers = []
    for at, (w, b) in enumerate(zip(net["W"], net["b"])):
        stage = {"linear": {"y": form}}
        if at < last:
            stage = {"activated": {"z": form, "h": form, "tail": "amplifying", "y": form}}
        rows = [
            {"weight": form, "weights": list(column), "bias": bias << frac, "stage": stage}
            for column, bias in zip(zip(*w), b)
        ]
        layers.append({"neurons": rows})
    return json.dumps({"schema": 1, "name": "net_b", "inputs": [form], "layers": layers})


def rate(run, x):
    seconds = []
    for _ in range(RUNS):
        start = time.perf_counter()
        run(x)
        seconds.append(time.perf_counter() - start)
    return len(x) / min(seconds)


def import_seconds():
    code = "import time; t = time.perf_counter(); import gainstage; print(time.perf_counter() - t)"
    return min(float(subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout) for _ in range(5))


def main():
    net = json.load(open(sys.argv[1]))
    circuit = gainstage.Circuit(plan(net))
    codes = np.random.default_rng(1).integers(-(1 << 15), 1 << 15, (SAMPLES, 1))
    values = codes / 2.0 ** net["frac"]
    wrong = int((circuit.predict_codes(values) != circuit.run(codes)).sum())
    for name, run, x in (("run", circuit.run, codes), ("predict_codes", circuit.predict_codes, values), ("predict", circuit.predict, values)):
        print(f"network (b), Python's {name:<14}{rate(run, x):>14.0f} samples/s, one core")
    print(f"{wrong} codes differ; import {import_seconds():.3f} s")


main()
