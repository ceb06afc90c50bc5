#!/usr/bin/env python3
"""Cross-validates learned activations beside scikit-learn's networks of the same size, on the same folds.

Usage: crossval.py GAINSTAGE-COMMAND [DIRECTORY]. Writes the sets that scikit-learn ships as CSV into DIRECTORY
(default build/sets), runs `gainstage crossval` on each, then scikit-learn on the same folds. SEEDS="1 2 3" makes as many divisions
into folds (default: 1).
"""

import json
import os
import shlex
import subprocess
import sys
import warnings
from pathlib import Path

import numpy as np
from sklearn import datasets
from sklearn.compose import TransformedTargetRegressor
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

UNITS = 5
SEEDS = [int(seed) for seed in os.environ.get("SEEDS", "1").split()]


def load(name):
    if name == "diabetes":
        return datasets.load_diabetes(scaled=False)
    return getattr(datasets, "load_" + name)()


def write(path, data):
    columns = [f"x{i}" for i in range(data.data.shape[1])]
    names = getattr(data, "target_names", None)
    columns.append("y0" if names is None else "label")
    with open(path, "w") as file:
        print(",".join(columns), file=file)
        for x, t in zip(data.data, data.target):
            last = repr(float(t)) if names is None else str(names[t])
            print(",".join([repr(float(v)) for v in x] + [last]), file=file)


def scikit(data, classes, folds):
    if classes:
        model = MLPClassifier(hidden_layer_sizes=(UNITS,), max_iter=3000, random_state=0)
    else:
        network = MLPRegressor(hidden_layer_sizes=(UNITS,), max_iter=3000, random_state=0)
        model = TransformedTargetRegressor(network, transformer=StandardScaler())
    model = make_pipeline(StandardScaler(), model)
    scores = []
    for fold in sorted(set(folds)):
        test = np.array(folds) == fold
        model.fit(data.data[~test], data.target[~test])
        found = model.predict(data.data[test])
        truth = data.target[test]
        scores.append(np.mean(found == truth) if classes else np.sqrt(np.mean((found - truth) ** 2)))
    return scores


def main():
    command = shlex.split(sys.argv[1])
    place = Path(sys.argv[2] if len(sys.argv) > 2 else "build/sets")
    place.mkdir(parents=True, exist_ok=True)
    warnings.filterwarnings("ignore")
    print(f"{UNITS} hidden neurons, 8 nodes, 10 folds; mean and deviation over folds")
    print(f"{'set':14}{'measure':10}" + "".join(f"{m:>18}" for m in ("learned", "sigmoid", "online", "scikit-learn")))
    for name in ("iris", "wine", "breast_cancer", "diabetes"):
        data = load(name)
        path = place / f"{name}.csv"
        write(path, data)
        scores, risen = {}, []
        for seed in SEEDS:
            call = [*command, "crossval", str(path), "--hidden", str(UNITS), "--seed", str(seed), "--json"]
            found = json.loads(subprocess.run(call, check=True, stdout=subprocess.PIPE).stdout)
            for method in found["methods"]:
                scores.setdefault(method["method"], []).extend(method["scores"])
            scores.setdefault("scikit-learn", []).extend(scikit(data, found["measure"] == "accuracy", found["folds"]))
            risen.append((found["updates_risen"], found["updates_rejected"], *found["epochs_risen"]))
        cells = [scores[m] for m in ("learned", "sigmoid", "online", "scikit-learn")]
        digits = 4 if found["measure"] == "accuracy" else 2
        row = "".join(f"{np.mean(c):>10.{digits}f} ±{np.std(c, ddof=1):6.{digits - 1}f}" for c in cells)
        block, rejected, learner, champion = 100 * np.mean(risen, axis=0)
        print(f"{name:14}{found['measure']:10}{row}")
        print(f"{'':14}rose: {block:.1f} % of block updates ({rejected:.1f} % taken back), {champion:.1f} % of online epochs (learner {learner:.1f} %)", flush=True)


if __name__ == "__main__":
    main()
