#!/usr/bin/env python3
"""What a newcomer's data come to: `gainstage new --csv` and `gainstage build`, no key changed, beside scikit-learn.

Usage: own_data.py OUT GAINSTAGE. Breast cancer, wine and iris are those of scikit-learn, in raw units, a fifth as test part by class
(random_state 42). Dry bean and the sensors are read from $GAINSTAGE_DATA (default ../shared/data), if they are there. The test
part takes no part in training, selection, or the split that the report shows. MLP: StandardScaler and MLPClassifier or MLPRegressor with
one hidden layer of 8, mean of 5 seeds, real numbers. LUT: the report's estimate.
"""

import json
import os
import re
import shlex
import subprocess
import sys
import time
import warnings
from pathlib import Path

import numpy as np
from sklearn.datasets import load_breast_cancer, load_iris, load_wine
from sklearn.model_selection import train_test_split
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

SETS = {"breast_cancer": load_breast_cancer, "wine": load_wine, "iris": load_iris}
SENSORS = {"ntc": ["y0"], "mag": ["y0", "y1"], "baro": ["y0"]}


def write(path, header, rows):
    path.write_text("\n".join(",".join(map(str, row)) for row in [header, *rows]) + "\n")


def make(out, data):
    """Writes OUT/NAME.{train,test}.csv; gives names and targets."""
    made = {}
    for name, load in SETS.items():
        found = load()
        header = [*(n.replace(",", " ") for n in found.feature_names), "target"]
        rows = [[*row, found.target_names[t]] for row, t in zip(found.data, found.target)]
        parts = train_test_split(rows, test_size=0.2, random_state=42, stratify=found.target)
        for part, rows in zip(("train", "test"), parts):
            write(out / f"{name}.{part}.csv", header, rows)
        made[name] = ["target"]
    files = {"bean": ("drybean/{}.csv", ["Class"])}
    files.update({name: ("sensors/" + name + "_{}.csv", targets) for name, targets in SENSORS.items()})
    for name, (pattern, targets) in files.items():
        if not (data / pattern.format("train")).is_file():
            print(f"{name}: skipped, {data} has no {pattern.format('train')}", file=sys.stderr)
            continue
        for part in ("train", "test"):
            (out / f"{name}.{part}.csv").write_text((data / pattern.format(part)).read_text())
        made[name] = targets
    return made


def read(path, targets):
    lines = [line.split(",") for line in path.read_text().splitlines()]
    at = [lines[0].index(t) for t in targets]
    x = [[float(v) for i, v in enumerate(row) if i not in at] for row in lines[1:]]
    y = [[row[i] for i in at] for row in lines[1:]]
    return np.array(x), np.array(y)


def peer(out, name, targets):
    """The test figure of scikit-learn's network: accuracy, or mean absolute error."""
    (x, y), (test_x, test_y) = (read(out / f"{name}.{part}.csv", targets) for part in ("train", "test"))
    values = name in SENSORS
    figures = []
    for seed in range(5):
        kind = MLPRegressor if values else MLPClassifier
        network = make_pipeline(StandardScaler(), kind(hidden_layer_sizes=(8,), max_iter=3000, random_state=seed))
        if not values:
            figures.append(network.fit(x, y[:, 0]).score(test_x, test_y[:, 0]))
            continue
        goal = StandardScaler().fit(y.astype(float))
        network.fit(x, goal.transform(y.astype(float)).squeeze())
        found = network.predict(test_x).reshape(len(test_y), -1) * goal.scale_ + goal.mean_
        figures.append(np.abs(found - test_y.astype(float)).mean())
    return float(np.mean(figures))


def main():
    out, gainstage = Path(sys.argv[1]), shlex.split(sys.argv[2])
    warnings.filterwarnings("ignore")
    out.mkdir(parents=True, exist_ok=True)
    data = Path(os.environ.get("GAINSTAGE_DATA", "../shared/data"))
    for name, targets in make(out, data).items():
        project = out / name
        (project / "gainstage.toml").unlink(missing_ok=True)
        csv = out / f"{name}.train.csv"
        new = ["new", project, "--csv", csv, "--target", ",".join(targets)]
        subprocess.run([*gainstage, *new], check=True, capture_output=True)
        begun = time.monotonic()
        built = subprocess.run([*gainstage, "build", project, "--json"], capture_output=True, text=True)
        seconds = time.monotonic() - begun
        report = json.loads(built.stdout)
        test = out / f"{name}.test.csv"
        told = ["eval", project / "build/plan.json", "--data", test, "-o", out / "outputs.csv"]
        said = subprocess.run([*gainstage, *told], check=True, capture_output=True, text=True)
        figure = re.search(r"MAE [0-9.]+|accuracy [0-9.]+ %", said.stdout + said.stderr).group()
        figures = report["errors"]["held_out"]["integer"]
        held = f"{100 * figures['accuracy']:.2f} %" if "accuracy" in figures else f"{figures['mae']:.6g}"
        mlp = peer(out, name, targets)
        mlp = f"{mlp:.6g}" if name in SENSORS else f"{100 * mlp:.2f} %"
        print(
            f"{name:14} {report['lut_estimate']:5} LUT  held out {held:>10}  test {figure:>18}  MLP {mlp:>9}  "
            f"{report['mismatches']} mismatches  {seconds:.0f} s",
            flush=True,
        )


if __name__ == "__main__":
    main()
