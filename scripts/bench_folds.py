#!/usr/bin/env python3
"""Small sets by cross-validation, with at most half the look-up tables of a peer (scripts/peers_folds.csv).

Usage: bench_folds.py OUT GAINSTAGE-COMMAND. wine: scikit-learn's, 178 samples in raw units. moons: make_moons, 1,000 samples, noise
0.2, random_state 0; the peer's own noise is not published. MINUTES of search a fold (default 0.2), FOLDS (default 10)."""

import csv
import json
import os
import shlex
import subprocess
import sys
from pathlib import Path

from sklearn.datasets import load_wine, make_moons

SETS = {"wine": lambda: load_wine(return_X_y=True), "moons": lambda: make_moons(1000, noise=0.2, random_state=0)}

PROJECT = """name = "{name}"
[data]
csv = "samples.csv"
held-out = 0
[network]
edges = "learned"
minutes = {minutes}
max-luts = {most}
"""


def measured(name, most, out, command):
    folder = out / name
    folder.mkdir(parents=True, exist_ok=True)
    x, y = SETS[name]()
    with open(folder / "samples.csv", "w", newline="") as file:
        lines = csv.writer(file, lineterminator="\n")
        lines.writerow([f"x{i}" for i in range(x.shape[1])] + ["label"])
        lines.writerows([*(f"{v:.10g}" for v in row), f"c{label}"] for row, label in zip(x, y))
    minutes = os.environ.get("MINUTES", "0.2")
    (folder / "gainstage.toml").write_text(PROJECT.format(name=name, minutes=minutes, most=most))
    arguments = ["build", str(folder), "-o", str(folder / "out"), "--force", "--folds", os.environ.get("FOLDS", "10"), "--json"]
    done = subprocess.run([*command, *arguments], stdout=subprocess.PIPE, check=False)
    return json.loads(done.stdout)


def main():
    out, command = Path(sys.argv[1]), shlex.split(sys.argv[2])
    with open(Path(__file__).parent / "peers_folds.csv") as file:
        peers = list(csv.DictReader(line for line in file if not line.startswith("#")))
    print("| set | peer | accuracy, its own claim | LUT | ours at most | accuracy, cross-validated | LUT of the folds, mean | mismatches |")
    print("|---|---|---|---|---|---|---|---|")
    for peer in peers:
        most = int(peer["lut"]) // 2
        report = measured(peer["set"], most, out, command)
        each = report["cross_validation"]["folds"]
        samples = sum(f["samples"] for f in each)
        accuracy = sum(f["figure"] * f["samples"] for f in each) / samples
        luts = sum(f["lut_estimate"] for f in each) / len(each)
        wrong = report["mismatches"]
        print(
            f"| {peer['set']} | {peer['tool']} | {peer['accuracy']} % | {peer['lut']} | {most} | {100 * accuracy:.2f} % | {luts:.0f} | {wrong} |",
            flush=True,
        )


if __name__ == "__main__":
    main()
