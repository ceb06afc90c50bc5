#!/usr/bin/env python3
"""Quantized ONNX files through `gainstage import`, against qonnx's executor and onnxruntime.

Usage: onnx_codes.py OUT GAINSTAGE [--graphs 80] [--other 40] [--damaged 60] [--circuits 12] [--seed 1]. Of each kind (QONNX, Brevitas,
QuantizeLinear/DequantizeLinear) so many random graphs with scales that are powers of two, and so many with other scales; every code of
`gainstage eval` must be the file's. Then files with one byte changed, which must be refused or right, and what onnxruntime's
`quantize_static` writes. Of so many graphs a circuit is made and proved with `gainstage verify`. The exit code is 0 only if no code differs.
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
from onnx import TensorProto, helper, numpy_helper

from onnx_codes_random import Brevitas, Pairs, Qonnx, samples

onnxruntime.set_default_logger_severity(4)


class Tool:
    def __init__(self, command, out):
        self.command, self.out = shlex.split(command), out

    def __call__(self, *args, limit=120):
        return subprocess.run([*self.command, *map(str, args)], capture_output=True, text=True, timeout=limit)

    def imported(self, path, *options):
        """The plan of a file, or why there is none."""
        plan = self.out / "plan.json"
        plan.unlink(missing_ok=True)
        said = self("import", path, "-o", plan, *options)
        if said.returncode == 2 and not plan.exists():
            return None, said.stderr.strip()
        if said.returncode:
            return None, f"WRONG: exit code {said.returncode}: {said.stderr.strip()}"
        return json.loads(plan.read_text()), said.stderr

    def codes(self, plan, x):
        """The plan's output codes for input codes."""
        table, values = self.out / "x.csv", self.out / "y.csv"
        ulps = np.array([2.0 ** -f["frac"] for f in plan["inputs"]])
        header = ",".join(f"x{i}" for i in range(x.shape[1]))
        np.savetxt(table, x * ulps, fmt="%.17g", delimiter=",", header=header, comments="")
        said = self("eval", self.out / "plan.json", "--data", table, "--codes", "-o", values)
        if said.returncode:
            raise RuntimeError(said.stderr)
        return np.array([line.split(",") for line in values.read_text().splitlines()[1:]], dtype=float)


def steps(plan, said, what):
    """What codes stand for: the format's value, or what a note of the import says."""
    formats = plan["inputs"] if what == "input" else [format_of(plan, n) for n in plan["layers"][-1]["neurons"]]
    found = [(2.0 ** -f["frac"], 0.0) for f in formats]
    pattern = rf"A code of {what} (\S+) stands for (\S+) times the code(?:, plus (\S+))?, not"
    names = plan["names"]["inputs" if what == "input" else "outputs"]
    for name, step, zero in re.findall(pattern, said):
        found[names.index(name)] = (float(step), float(zero or 0))
    return np.array(found)


def format_of(plan, neuron):
    (kind, stage), = neuron["stage"].items()
    return plan["tables"][stage["table"]]["output"] if kind == "fused" else stage["y"]


def executed(model, x):
    """What the file says: by qonnx's executor where it has operators of QONNX, else by onnxruntime; then what that makes of it optimised."""
    if any(n.domain for n in model.graph.node):
        from qonnx.core.modelwrapper import ModelWrapper
        from qonnx.core.onnx_exec import execute_onnx
        from qonnx.transformation.infer_shapes import InferShapes

        fixed = onnx.ModelProto()
        fixed.CopyFrom(model)
        for port in (*fixed.graph.input, *fixed.graph.output):
            port.type.tensor_type.shape.dim[0].dim_value = len(x)
        for node in fixed.graph.node:
            node.domain = "qonnx.custom_op.general" if node.domain else ""
        wrapper = ModelWrapper(fixed).transform(InferShapes())
        return [execute_onnx(wrapper, {"x": x})["y"]]
    results = []
    levels = onnxruntime.GraphOptimizationLevel
    for level in (levels.ORT_DISABLE_ALL, levels.ORT_ENABLE_ALL):
        options = onnxruntime.SessionOptions()
        options.graph_optimization_level = level
        session = onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
        results.append(session.run(None, {session.get_inputs()[0].name: x})[0])
    return results


class Trial:
    def __init__(self, tool):
        self.tool, self.counts, self.reasons, self.wrong, self.compared = tool, Counter(), Counter(), [], 0

    def one(self, title, graph, model, path, kind):
        """Imports a file and compares its codes; the plan if it was right."""
        onnx.save(model, path)
        plan, said = self.tool.imported(path)
        if plan is None:
            if said.startswith("WRONG"):
                self.wrong.append(f"{title}: {said}")
            self.counts[kind, "refused"] += 1
            self.reasons[reason(said)] += 1
            return None
        if "layers" not in plan or "inputs" not in plan:
            self.counts[kind, "real-valued"] += 1
            return None
        codes = samples(graph, plan, 300)
        found = self.tool.codes(plan, codes)
        scales = steps(plan, said, "input")
        x = (codes * scales[:, 0]).astype(np.float32)
        if graph.kind != TensorProto.FLOAT:
            x = codes.astype(np.uint8 if graph.kind == TensorProto.UINT8 else np.int8)
        try:
            expected = executed(model, x)
        except Exception as fault:
            self.counts[kind, "not executed"] += 1
            self.reasons["executor: " + str(fault).splitlines()[0][:90]] += 1
            return None
        if not plan.get("argmax"):
            scales = steps(plan, said, "output")
            found = found * scales[:, 0] + scales[:, 1]
        # What onnxruntime computes of a file that it changed before, such as one with two quantizers in a row, is its own affair.
        if any((y != expected[0]).any() for y in expected[1:]):
            self.counts[kind, "onnxruntime optimised differs"] += 1
        for number, y in enumerate(expected[:1]):
            y = y.reshape(len(x), -1).astype(float)
            off = np.abs(found - y)
            step = 1.0 if plan.get("argmax") else np.abs(steps(plan, said, "output")[:, 0])
            if not (off <= 1e-3 * step).all():
                at = np.argwhere(~(off <= 1e-3 * step))[0]
                where = f"sample {at[0]}, output {at[1]}: {found[tuple(at)]} instead of {y[tuple(at)]}"
                self.wrong.append(f"{title}: executor {number}, {int((off > 1e-3 * step).sum())} differ, {where}")
                self.counts[kind, "WRONG"] += 1
                return None
            self.compared += off.size
        self.counts[kind, "equal"] += 1
        return plan


def reason(said):
    text = re.sub(r"^\S*error(\[GS\d+\])?: \S+: ", "", said.splitlines()[-1] if said else "")
    text = re.sub(r"-?\d+(\.\d+)?(e-?\d+)?", "#", re.sub(r'node "[^"]*"|"[^"]*"', "NAME", text))
    return text[:150]


def proved(tool, plan):
    directory = tool.out / "circuit"
    shutil.rmtree(directory, ignore_errors=True)
    for command in (("generate", tool.out / "plan.json", "-o", directory), ("verify", directory, "--vectors", "2000")):
        said = tool(*command, limit=600)
        if said.returncode:
            return f"{command[0]}: {said.stderr.strip()[-300:]}"
    return ""


def static(out, powers):
    """A small MLP after onnxruntime's own quantization, perhaps with its scales made powers of two."""
    from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_static

    chance = np.random.default_rng(7)
    parts = [numpy_helper.from_array(chance.normal(size=s).astype(np.float32), n) for n, s in
             (("w0", (4, 8)), ("b0", (8,)), ("w1", (8, 3)), ("b1", (3,)))]
    nodes = [helper.make_node("Gemm", ["x", "w0", "b0"], ["h"]), helper.make_node("Relu", ["h"], ["r"]),
             helper.make_node("Gemm", ["r", "w1", "b1"], ["y"])]
    ports = [helper.make_tensor_value_info(n, TensorProto.FLOAT, [None, k]) for n, k in (("x", 4), ("y", 3))]
    graph = helper.make_graph(nodes, "mlp", ports[:1], ports[1:], parts)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    onnx.save(model, out / "mlp.onnx")

    class Reader(CalibrationDataReader):
        def __init__(self):
            self.rows = iter([{"x": chance.normal(size=(1, 4)).astype(np.float32)} for _ in range(64)])

        def get_next(self):
            return next(self.rows, None)

    quantize_static(str(out / "mlp.onnx"), str(out / "static.onnx"), Reader(), quant_format=QuantFormat.QDQ,
                    activation_type=QuantType.QInt8, weight_type=QuantType.QInt8,
                    extra_options={"ActivationSymmetric": True, "WeightSymmetric": True})
    model = onnx.load(out / "static.onnx")
    if powers:
        # The nearest powers of two; a bias has the product of two scales as its own.
        for tensor in model.graph.initializer:
            if tensor.name.endswith("_scale") and "bias" not in tensor.name and not tensor.name.startswith("b"):
                values = 2.0 ** np.ceil(np.log2(numpy_helper.to_array(tensor)))
                tensor.CopyFrom(numpy_helper.from_array(values.astype(np.float32), tensor.name))
        scales = {t.name: numpy_helper.to_array(t) for t in model.graph.initializer if t.name.endswith("_scale")}
        for bias, of in (("b0_quantized_scale", ("x_scale", "w0_scale")), ("b1_quantized_scale", ("r_scale", "w1_scale"))):
            for tensor in model.graph.initializer:
                if tensor.name == bias:
                    of = [n if n in scales else n.replace("r_", "h_") for n in of]
                    value = (scales[of[0]] * scales[of[1]]).astype(np.float32)
                    tensor.CopyFrom(numpy_helper.from_array(value.reshape(numpy_helper.to_array(tensor).shape), bias))
    return model


def damaged(trial, model, graph, path, chance):
    """A file with one byte changed: refused, or right for what it says now."""
    data = bytearray(model.SerializeToString())
    data[int(chance.integers(len(data)))] = int(chance.integers(256))
    try:
        changed = onnx.load_model_from_string(bytes(data))
        onnx.checker.check_model(changed)
        sound = True
    except Exception:
        sound = False
    path.write_bytes(bytes(data))
    if not sound:
        plan, said = trial.tool.imported(path)
        trial.counts["damaged", "refused" if plan is None else "read, though onnx refuses it"] += 1
        if said.startswith("WRONG"):
            trial.wrong.append(f"damaged: {said}")
        return
    trial.one("damaged", graph, changed, path, "damaged")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("out", type=Path)
    parser.add_argument("gainstage")
    for name, default in (("graphs", 80), ("other", 40), ("damaged", 60), ("circuits", 12), ("seed", 1)):
        parser.add_argument(f"--{name}", type=int, default=default)
    asked = parser.parse_args()
    asked.out.mkdir(parents=True, exist_ok=True)
    tool = Tool(asked.gainstage, asked.out)
    trial, proofs = Trial(tool), 0
    kinds = [("QONNX", Qonnx, True, asked.graphs), ("Brevitas", Brevitas, True, max(4, asked.graphs // 10)),
             ("QDQ", Pairs, True, asked.graphs), ("QONNX, other scales", Qonnx, False, asked.other),
             ("QDQ, other scales", Pairs, False, asked.other)]
    for kind, made, powers, count in kinds:
        for number in range(count):
            graph = made(asked.seed * 1000 + number, powers).whole()
            plan = trial.one(f"{kind} {number}", graph, graph.model(), asked.out / "graph.onnx", kind)
            if plan and proofs < asked.circuits and number % 5 == 0:
                fault = proved(tool, plan)
                trial.wrong += [f"{kind} {number}: {fault}"] if fault else []
                proofs += 1
    for powers in (True, False):
        graph = Graph4(asked.seed)
        trial.one("quantize_static", graph, static(asked.out, powers), asked.out / "graph.onnx",
                  "quantize_static, powers of two" if powers else "quantize_static")
    chance = np.random.default_rng(asked.seed)
    for number in range(asked.damaged):
        graph = (Qonnx if number % 2 else Pairs)(asked.seed * 1000 + number).whole()
        damaged(trial, graph.model(), graph, asked.out / "damaged.onnx", chance)
    for (kind, what), count in sorted(trial.counts.items()):
        print(f"{kind:32}{what:32}{count:6}")
    for text, count in trial.reasons.most_common(20):
        print(f"{count:6}  {text}")
    print(f"{trial.compared} outputs compared, {proofs} circuits proved, {len(trial.wrong)} wrong")
    print("\n".join(trial.wrong))
    sys.exit(1 if trial.wrong else 0)


class Graph4:
    """What `samples` needs of a graph that somebody else made."""

    kind = TensorProto.FLOAT

    def __init__(self, seed):
        self.chance = np.random.default_rng(seed)


if __name__ == "__main__":
    main()
