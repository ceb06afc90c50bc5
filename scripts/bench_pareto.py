#!/usr/bin/env python3
"""Fronts of circuits beside what peers reach on the same data (scripts/peers_pareto.csv).

Usage: bench_pareto.py SETS OUT GAINSTAGE-COMMAND. SETS holds a project for each set. TRIALS (default 24) a set; ONLY="bean
letter" for some of the sets; SYNTHESIZE=1 lets yosys count, in place of estimates.

For every row of a peer: the best circuit, by samples of the training part that were held out, of at most half the peer's
look-up tables, and its accuracy on the test part, which took no part in training or selection."""

import csv
import os
import shlex
import subprocess
import sys
import time
from pathlib import Path

HEADS = ["set", "peer", "network", "accuracy", "LUT", "trained, s", "half: LUT", "accuracy", "difference", "best: LUT", "accuracy"]


def front(project, out, command):
    arguments = ["pareto", str(project), "-o", str(out), "--trials", os.environ.get("TRIALS", "24")]
    synthesize = os.environ.get("SYNTHESIZE") == "1"
    arguments += ["--synthesize"] if synthesize else []
    begun = time.time()
    subprocess.run([*command, *arguments], check=True, stdout=subprocess.DEVNULL)
    seconds = time.time() - begun
    with open(out / "front.csv") as file:
        rows = [row for row in csv.DictReader(file) if row["lut_estimate"]]
    count = "lut" if synthesize else "lut_estimate"
    # From small to good: later rows are better.
    return [(int(row[count]), float(row["test_accuracy"])) for row in rows], seconds


def beside(name, peers, circuits):
    """A row for each peer's."""
    best = circuits[-1]
    for peer in peers:
        half = [c for c in circuits if c[0] <= int(peer["lut"]) / 2]
        ours = half[-1] if half else None
        accuracy = float(peer["accuracy"])
        yield [
            name,
            peer["tool"],
            f"{peer['network']}, {peer['price']}" if peer["price"] else peer["network"],
            f"{accuracy:.2f} %",
            f"{peer['lut']}{' (estimate)' if peer['counted'] == 'estimate' else ''}",
            peer["seconds"] or "-",
            str(ours[0]) if ours else "-",
            f"{100 * ours[1]:.2f} %" if ours else "-",
            f"{100 * ours[1] - accuracy:+.2f}" if ours else "-",
            str(best[0]),
            f"{100 * best[1]:.2f} %",
        ]


def main():
    sets, out, command = Path(sys.argv[1]), Path(sys.argv[2]), shlex.split(sys.argv[3])
    with open(Path(__file__).parent / "peers_pareto.csv") as file:
        peers = list(csv.DictReader(line for line in file if not line.startswith("#")))
    names = list(dict.fromkeys(peer["set"] for peer in peers))
    wanted = os.environ.get("ONLY", "").split() or names
    if unknown := [name for name in wanted if name not in names]:
        sys.exit(f"ONLY: no peer's figures for {', '.join(unknown)}; there are {', '.join(names)}")
    print("| " + " | ".join(HEADS) + " |\n|" + "---|" * len(HEADS))
    for name in (n for n in names if n in wanted and (sets / n).is_dir()):
        circuits, seconds = front(sets / name, out / name, command)
        for row in beside(name, [p for p in peers if p["set"] == name], circuits):
            print("| " + " | ".join(row) + " |", flush=True)
        print(f"{name}: {len(circuits)} circuits in {seconds:.0f} s", file=sys.stderr)


if __name__ == "__main__":
    main()
