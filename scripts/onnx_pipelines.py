#!/usr/bin/env python3
"""Pipelines of scikit-learn, written by skl2onnx, against `gainstage import`.

Usage: onnx_pipelines.py OUT GAINSTAGE. Each is a scaler before an MLPRegressor or MLPClassifier on seeded random data. `gainstage eval` of
the imported model must give onnxruntime's values within 1e-5 of the output's largest, or its classes on every sample whose two best
probabilities differ by more than 1e-6. The exit code is 0 only if none is wrong.
"""

import shlex
import subprocess
import sys
import warnings
from pathlib import Path

import numpy as np
import onnxruntime
from skl2onnx import to_onnx
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler, StandardScaler

ROWS, INPUTS = 200, 4


def data(kind, seed):
    chance = np.random.default_rng(seed)
    x = (chance.normal(size=(ROWS, INPUTS)) * [1, 10, 0.1, 3] + [0, 5, 0, -2]).astype(np.float32)
    score = np.sin(x[:, 0]) + 0.1 * x[:, 1] - x[:, 2]
    if kind == "values":
        return x, np.stack([score, score**2], axis=1)
    classes = 2 if kind == "two classes" else 4
    edges = np.quantile(score, np.linspace(0, 1, classes + 1)[1:-1])
    return x, np.array(["a", "b", "c", "d"])[np.digitize(score, edges)]


def read(path):
    lines = path.read_text().splitlines()
    return np.array([[float(v) for v in line.split(",")] for line in lines[1:]])


def judged(model, x, out, gainstage, classes):
    """Whether the imported model gives what onnxruntime gives."""
    (out / "model.onnx").write_bytes(model.SerializeToString())
    header = ",".join(f"x{i}" for i in range(INPUTS))
    np.savetxt(out / "x.csv", x.astype(float), fmt="%.17g", delimiter=",", header=header, comments="")
    run = lambda *args: subprocess.run([*gainstage, *args], capture_output=True, text=True)
    said = run("import", out / "model.onnx", "-o", out / "model.json")
    if said.returncode:
        return f"refused: {said.stderr.strip()}"
    said = run("eval", out / "model.json", "--data", out / "x.csv", "-o", out / "y.csv")
    if said.returncode:
        return f"eval: {said.stderr.strip()}"
    found = read(out / "y.csv")
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    told = session.run(None, {session.get_inputs()[0].name: x})
    if classes is None:
        # skl2onnx gives several outputs one below the other.
        values = told[0].reshape(found.shape)
        off = np.abs(found - values).max() / np.abs(values).max()
        return "right" if off < 1e-5 else f"WRONG: off by {off:.1e}"
    best = found.argmax(axis=1) if found.shape[1] > 1 else (found[:, 0] > 0).astype(int)
    sorted_ = np.sort(told[1], axis=1)
    sure = sorted_[:, -1] - sorted_[:, -2] > 1e-6
    wrong = int((np.array(classes)[best] != told[0])[sure].sum())
    return "right" if wrong == 0 else f"WRONG: {wrong} of {sure.sum()} classes"


def main():
    out, gainstage = Path(sys.argv[1]), shlex.split(sys.argv[2])
    out.mkdir(parents=True, exist_ok=True)
    warnings.filterwarnings("ignore")
    results = []
    for seed, kind in enumerate(["values", "two classes", "four classes"]):
        for scaler in (StandardScaler, MinMaxScaler):
            for activation in ("identity", "logistic", "tanh", "relu"):
                for opset in (12, 15, 18):
                    x, y = data(kind, seed)
                    network = MLPRegressor if kind == "values" else MLPClassifier
                    network = network(hidden_layer_sizes=(8, 5), activation=activation, max_iter=60, random_state=seed)
                    pipeline = make_pipeline(scaler(), network).fit(x, y)
                    options = None if kind == "values" else {id(pipeline): {"zipmap": False}}
                    model = to_onnx(pipeline, x[:1], target_opset=opset, options=options)
                    classes = None if kind == "values" else list(pipeline.classes_)
                    result = judged(model, x, out, gainstage, classes)
                    results.append(result)
                    if result != "right":
                        print(f"{kind}, {scaler.__name__}, {activation}, opset {opset}: {result}")
    right = results.count("right")
    wrong = sum(r.startswith("WRONG") for r in results)
    print(f"{len(results)} pipelines: {right} right, {wrong} wrong, {len(results) - right - wrong} refused")
    sys.exit(right != len(results))


if __name__ == "__main__":
    main()
