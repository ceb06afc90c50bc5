#!/usr/bin/env python3
"""Random ONNX graphs and damaged ones through `gainstage import`, against onnxruntime.

Usage: onnx_graphs.py OUT GAINSTAGE [--graphs 320] [--damaged 100] [--circuits 40] [--seed 1]. `gainstage eval` of an imported model must
give what onnxruntime gives within 1e-5 of the largest value of the same output; classes must agree where the two best scores differ. What
is refused is counted by reason. Of so many graphs a circuit is made and proved with `gainstage verify`. The exit code is 0 only if nothing
is wrong.
"""

import argparse
import json
import re
import shlex
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto

from onnx_random import Graph, samples

onnxruntime.set_default_logger_severity(4)


class Tool:
    def __init__(self, command, out):
        self.command, self.out = shlex.split(command), out

    def __call__(self, *args, limit=60):
        return subprocess.run([*self.command, *map(str, args)], capture_output=True, text=True, timeout=limit, cwd=None)

    def imported(self, path, x):
        """The values of the imported model and its classes, or why there are none."""
        model, table, values = (self.out / name for name in ("model.json", "x.csv", "y.csv"))
        for file in (model, values):
            file.unlink(missing_ok=True)
        said = self("import", path, "-o", model)
        if said.returncode == 2 and not model.exists():
            return None, said.stderr.strip()
        if said.returncode:
            return None, f"WRONG: exit code {said.returncode}: {said.stderr.strip()}"
        flat = x.reshape(len(x), -1).astype(float)
        header = ",".join(f"x{i}" for i in range(flat.shape[1]))
        np.savetxt(table, flat, fmt="%.17g", delimiter=",", header=header, comments="")
        said = self("eval", model, "--data", table, "-o", values)
        if said.returncode:
            return None, f"WRONG: eval: {said.stderr.strip()}"
        rows = [line.split(",") for line in values.read_text().splitlines()[1:]]
        return (np.array(rows, dtype=float), json.loads(model.read_text()).get("classes") or []), ""


def computed(path, x):
    """What onnxruntime gives for all samples, one row each; `None` and why if it refuses the file."""
    try:
        session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
        given, *others = session.get_inputs()
        fixed = isinstance(given.shape[0], int) and len(given.shape) > 1
        size, first = given.shape[0] if fixed else len(x), given.shape[1] if others else None
        feed = {given.name: x[:, :first]} | {other.name: x[:, first:] for other in others}
        parts = [session.run(None, {n: v[k : k + size] for n, v in feed.items()}) for k in range(0, len(x) - size + 1, size)]
        outputs = [np.concatenate([p[k].reshape(size, -1) for p in parts]) for k in range(len(parts[0]))]
        return outputs, ""
    except Exception as e:  # onnxruntime has many kinds of errors, and all say that there is no answer
        return None, str(e)


def near(found, told):
    """Whether values agree, where both are finite, relative to the largest of the same column."""
    if found.shape != told.shape:
        return f"the shape {found.shape}, not {told.shape}"
    both = np.isfinite(found) & np.isfinite(told)
    scale = np.maximum(np.where(both, np.abs(told), 0).max(axis=0), 1e-3)
    off = (np.where(both, np.abs(found - told), 0) / scale).max(initial=0)
    return "" if off < 1e-5 else f"off by {off:.1e}"


def softmax(v):
    e = np.exp(v - v.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def judged(found, classes, told):
    """Nothing if the outputs of the imported model are those of the file, else what is wrong."""
    told = [np.asarray(t, dtype=float) for t in told]
    values = np.concatenate(told, axis=1)
    # With a fixed batch the last samples may not fill one.
    found = found[: len(values)]
    if not classes:
        return near(found, values)
    scores = found if found.shape[1] > 1 else np.concatenate([-found / 2, found / 2], axis=1)
    best = np.sort(scores, axis=1)
    sure = best[:, -1] - best[:, -2] > 1e-5 * np.abs(scores).max(axis=1)
    wrong = []
    for t in told:
        shares = softmax(scores)
        shown = [scores, found, shares, np.log(shares), shares[:, 1:] if len(classes) == 2 else shares, 1 / (1 + np.exp(-found))]
        index = t.shape[1] == 1 and np.array_equal(t[sure, 0], scores.argmax(axis=1)[sure])
        if not index and all(near(s, t) for s in shown):
            wrong.append(f"{t.shape[1]} values of an output are not those of the scores ({near(shares, t)})")
    return "; ".join(wrong)


def reason(text):
    """A refusal without names and numbers, so that equal ones count together."""
    text = re.split(r"error(?:\[GS\d+\])?: ", text)[-1].splitlines()[0] if text else "nothing said"
    text = re.sub(r"^[^:]*\.onnx: ", "", text)
    text = re.sub(r"node (\"[^\"]*\"|\d+, which makes \"[^\"]*\")", "a node", text)
    text = re.sub(r"\"[^\"]*\"", "...", text)
    return re.sub(r"-?\d[\d.e+-]*", "#", text)[:110]


def outside(model, directory, name):
    """Moves the real weights into a file beside the model; onnxruntime wants whole numbers, such as shapes, inside."""
    content = b""
    for tensor in model.graph.initializer:
        if tensor.data_type in (TensorProto.FLOAT, TensorProto.DOUBLE):
            place = {"location": name, "offset": len(content), "length": len(tensor.raw_data)}
            content += tensor.raw_data
            tensor.ClearField("raw_data")
            tensor.data_location = TensorProto.EXTERNAL
            for key, value in place.items():
                tensor.external_data.add(key=key, value=str(value))
    (directory / name).write_bytes(content)


def fitting(path, x):
    """The samples, or random ones of the shape that a damaged file has for its input."""
    try:
        inputs = onnx.load(path, load_external_data=False).graph.input
        shape = [d.dim_value for d in inputs[0].type.tensor_type.shape.dim]
        if len(inputs) == 2:
            shape[1] += inputs[1].type.tensor_type.shape.dim[1].dim_value
    except Exception:  # no file for onnx: whatever its samples are
        return x
    rest = [max(1, n) for n in shape[1:]] if len(shape) > 1 else [max(1, shape[0])] if shape else []
    if list(x.shape[1:]) == rest or np.prod(rest) > 1000:
        return x
    return np.random.default_rng(1).normal(size=(60, *rest)).astype(x.dtype)


def damaged(model, chance):
    """A file with one or two faults: in its messages, or in its bytes."""
    model = onnx.ModelProto.FromString(model.SerializeToString())
    graph = model.graph
    for _ in range(int(chance.integers(1, 3))):
        node = graph.node[int(chance.integers(len(graph.node)))]
        kind = int(chance.integers(12))
        if kind == 0:
            node.op_type = str(chance.choice(["Relu", "Tanh", "Add", "Sub", "Max", "Gemm", "Softmax", "Concat", "Neg", "Mul", "Abs"]))
        elif kind == 1 and node.attribute:
            a = node.attribute[int(chance.integers(len(node.attribute)))]
            a.i += int(chance.integers(-2, 3))
            a.f *= float(chance.choice([-1, 0, 2]))
            if a.ints:
                a.ints[int(chance.integers(len(a.ints)))] += int(chance.integers(-2, 3))
        elif kind == 2 and node.attribute:
            del node.attribute[int(chance.integers(len(node.attribute)))]
        elif kind == 3 and node.input:
            del node.input[int(chance.integers(len(node.input)))]
        elif kind == 4 and len(node.input) > 1:
            node.input[0], node.input[1] = node.input[1], node.input[0]
        elif kind == 5 and node.input:
            node.input.append(str(node.input[0]))
        elif kind == 6 and graph.initializer:
            t = graph.initializer[int(chance.integers(len(graph.initializer)))]
            if t.dims:
                t.dims[int(chance.integers(len(t.dims)))] += int(chance.integers(-1, 2))
        elif kind == 7 and graph.initializer:
            t = graph.initializer[int(chance.integers(len(graph.initializer)))]
            if len(t.dims) == 2:
                t.dims[0], t.dims[1] = t.dims[1], t.dims[0]
        elif kind == 8:
            model.opset_import[0].version = int(chance.integers(6, 26))
        elif kind == 9:
            first = graph.input[0].type.tensor_type.shape.dim
            first[int(chance.integers(len(first)))].dim_value = int(chance.integers(1, 6))
        elif kind == 10 and graph.initializer:
            t = graph.initializer[int(chance.integers(len(graph.initializer)))]
            t.data_type = int(chance.choice([TensorProto.FLOAT, TensorProto.INT64, TensorProto.DOUBLE, TensorProto.INT32, TensorProto.FLOAT16]))
        else:
            node.input[:] = [n if chance.random() < 0.7 else graph.node[int(chance.integers(len(graph.node)))].output[0] for n in node.input]
    content = bytearray(model.SerializeToString())
    if chance.random() < 0.3:
        for _ in range(int(chance.integers(1, 4))):
            content[int(chance.integers(len(content)))] ^= 1 << int(chance.integers(8))
    return bytes(content)


def one(tool, path, x):
    """`right`, `refused: WHY`, `no answer: WHY` where onnxruntime refuses what was imported, or `WRONG: WHAT`."""
    result, why = tool.imported(path, x)
    if result is None:
        return why if why.startswith("WRONG") else f"refused: {reason(why)}"
    told, why = computed(path, x)
    if told is None:
        return f"no answer: {reason(why)}"
    wrong = judged(*result, told)
    return f"WRONG: {wrong}" if wrong else "right"


def circuit(tool):
    """A circuit of the model that was imported last, proved."""
    plan, directory = tool.out / "plan.json", tool.out / "circuit"
    shutil.rmtree(directory, ignore_errors=True)
    for step in (
        ["quantize", tool.out / "model.json", "--data", tool.out / "x.csv", "-o", plan],
        ["generate", plan, "-o", directory],
        ["verify", directory, "--vectors", 2000],
    ):
        said = tool(*step, limit=600)
        if said.returncode:
            return f"WRONG: {said.stdout} {said.stderr}" if step[0] == "verify" else f"refused by {step[0]}: {reason(said.stderr)}"
    return "proved"


def table(title, results):
    for result, count in sorted(Counter(results).items(), key=lambda p: (p[0].split(":")[0], -p[1])):
        print(f"{title:<10}{count:>5}  {result}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("out", type=Path)
    parser.add_argument("gainstage")
    for name, default in (("--graphs", 320), ("--damaged", 100), ("--circuits", 40), ("--seed", 1)):
        parser.add_argument(name, type=int, default=default)
    parser.add_argument("--keep", action="store_true", help="keep the files of what is wrong")
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    tool = Tool(args.gainstage, args.out)
    results, broken, circuits = [], [], []
    for k in range(args.graphs):
        graph = Graph([args.seed, k])
        model, x = graph.model(), samples(graph)
        path = args.out / "graph.onnx"
        (args.out / "graph.bin").unlink(missing_ok=True)
        if k % 8 == 0:
            outside(model, args.out, "graph.bin")
            path.write_bytes(model.SerializeToString())
        else:
            path.write_bytes(model.SerializeToString())
        result = one(tool, path, x)
        results.append(result)
        if result.startswith(("WRONG", "no answer")):
            print(f"graph {k} of seed {args.seed}, opset {graph.opset}: {result}", flush=True)
            if args.keep:
                path.rename(args.out / f"wrong_{k}.onnx")
        if result == "right" and circuits.count("proved") < args.circuits:
            circuits.append(circuit(tool))
            print(f"circuit of graph {k}: {circuits[-1][:100]}", file=sys.stderr, flush=True)
            if circuits[-1].startswith("WRONG"):
                print(f"circuit of graph {k} of seed {args.seed}: {circuits[-1]}", flush=True)
    chance = np.random.default_rng([args.seed, 1 << 20])
    for k in range(args.damaged):
        graph = Graph([args.seed, k])
        model, x = graph.model(), samples(graph)
        path = args.out / "damaged.onnx"
        path.write_bytes(damaged(model, chance))
        result = one(tool, path, fitting(path, x))
        broken.append(result)
        if result.startswith("WRONG"):
            print(f"damaged {k} of seed {args.seed}: {result}", flush=True)
            if args.keep:
                path.rename(args.out / f"damaged_{k}.onnx")
    table("graphs", results)
    table("damaged", broken)
    table("circuits", circuits)
    wrong = sum(r.startswith("WRONG") for r in [*results, *broken, *circuits])
    unanswered = sum(r.startswith("no answer") for r in results)
    few = circuits.count("proved") < args.circuits
    print(f"{len(results)} graphs, {len(broken)} damaged files, {circuits.count('proved')} circuits proved: {wrong} wrong")
    sys.exit(wrong > 0 or unanswered > 0 or few)


if __name__ == "__main__":
    main()
