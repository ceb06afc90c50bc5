#!/usr/bin/env python3
"""What `gainstage export --format onnx` writes, computed by onnxruntime, against `gainstage eval`.

Usage: onnx_export.py OUT GAINSTAGE [--models 60] [--plans 60] [--units 200] [--seed 1]. Models, of random graphs and of every activation
with every kind: 32-bit values within 1e-5 of the largest of the same output, also after a way back through `gainstage import`. Plans: every code, and every value with --values, equal, on corner
codes, random codes, ties and values beyond the formats. Plans are quantized from random graphs, single tables of those on every code of up to
12 bits, drawn without tables in formats of every kind, found by `gainstage pareto`, and the released one. The exit code is 0 only if nothing differs.
"""

import argparse
import itertools
import json
import sys
from collections import Counter
from pathlib import Path

import numpy as np
import onnxruntime

from onnx_graphs import Tool, near, reason, table
from onnx_random import Graph, samples

ROOT = Path(__file__).resolve().parent.parent


def run(path, x):
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    return session.run(None, {"x": x})[0]


def evaluated(tool, file, x, *more):
    """What `gainstage eval` gives, as texts in rows; `None` and why if it refuses."""
    data, out = tool.out / "ex.csv", tool.out / "ey.csv"
    lines = [",".join(f"x{i}" for i in range(x.shape[1]))] + [",".join(repr(float(v)) for v in row) for row in x]
    data.write_text("\n".join(lines) + "\n")
    said = tool("eval", file, "--data", data, "-o", out, *more)
    if said.returncode:
        return None, said.stderr.strip()
    return [line.split(",") for line in out.read_text().splitlines()[1:]], ""


def exported(tool, file, *more):
    path = tool.out / "export.onnx"
    said = tool("export", file, "--format", "onnx", "-o", path, "--force", *more)
    if said.returncode:
        raise RuntimeError(f"export: {said.stderr.strip()}")
    return path


def model(tool, file, x):
    """The model's file against the model, and the model that is read back from it."""
    x = x.reshape(len(x), -1).astype(np.float32)
    rows, why = evaluated(tool, file, x)
    if rows is None:
        return f"WRONG: eval: {why}"
    expected = np.array(rows, dtype=float)
    path = exported(tool, file)
    wrong = near(run(path, x).astype(float), expected)
    if wrong:
        return f"WRONG: {wrong}"
    back = tool.out / "back.json"
    said = tool("import", path, "-o", back)
    if said.returncode:
        return f"right, not read back: {reason(said.stderr)}"
    again = np.array(evaluated(tool, back, x)[0], dtype=float)
    if json.loads(back.read_text()).get("classes"):
        return "right, read back as classes"
    wrong = near(again, expected)
    return f"WRONG: read back: {wrong}" if wrong else "right, read back"


def functions(chance):
    """Models of one input whose outputs are one activation with each kind; of learned ones and formulas too."""
    nodes = sorted({float(v) for v in chance.integers(-24, 24, size=7) / 8})
    learned = [{"nodes": nodes, "ordinates": [float(v) for v in chance.normal(size=len(nodes))], "interpolation": i} for i in ("constant", "linear", "monotone-cubic")]
    written = ["exp(-x^2)", "ln(1+x^2)", "log2(2+x^2)", "log10(3+abs(x))", "sqrt(abs(x))", "sin(x)*cos(x)", "tan(x/4)", "asin(x/8)",
               "acos(x/8)", "atan(x)", "sinh(x)", "cosh(x)", "tanh(x)", "(x+1)^3/(2+x^2)-x", "2^x", "-x^2", "e-pi"]  # fmt: skip
    formulas = [{"f": f} for f in written] + [{"f": "x^2-x", "domain": [-1.0, 1.5]}]
    plain = ["none", "relu", "elu", "softplus", "sigmoid", "tanh", {"leaky-relu": {"slope": 0.3}}, {"parametric-softplus": {"a": 0.3}}]
    for activation in [*plain, *({"learned": v} for v in learned), *({"formula": v} for v in formulas)]:
        neurons = [{"activation": activation, "kind": kind} for kind in ("ordinary", "amplifying", {"attenuating": {"b": 0.75}})]
        layer = {"inputs": 1, "neurons": neurons, "weights": [1.0, 1.0, 1.0]}
        yield activation, {"schema": 1, "name": "one", "network": {"layers": [layer]}}


def codes(formats, chance, random=400):
    """Corner codes of all inputs, then random ones."""
    ends = [(-(1 << f["width"] - 1), (1 << f["width"] - 1) - 1) if f["signed"] else (0, (1 << f["width"]) - 1) for f in formats]
    few = [(lo, hi, 0, min(1, hi), max(-1, lo)) for lo, hi in ends]
    corners = list(itertools.islice(itertools.product(*few), 200)) if len(few) < 4 else [[chance.choice(f) for f in few] for _ in range(200)]
    corners += [[lo for lo, _ in ends], [hi for _, hi in ends]]
    drawn = [[int(chance.integers(lo, hi, endpoint=True)) for lo, hi in ends] for _ in range(random)]
    return np.array([*corners, *drawn], dtype=np.int64), ends


def tables(tool, file):
    """Writes each table of a plan alone, and gives its codes: every code of its argument up to 12 bits, else none."""
    for at, found in enumerate(json.loads(file.read_text())["tables"]):
        z = found["input"]
        neuron = {"weight": {"signed": True, "width": 2, "frac": 0}, "weights": [1], "bias": 0, "stage": {"fused": {"z": z, "table": 0}}}
        alone = {"schema": 1, "name": "alone", "inputs": [z], "layers": [{"neurons": [neuron]}], "tables": [found]}
        (tool.out / "alone.json").write_text(json.dumps(alone))
        lo = -(1 << z["width"] - 1) if z["signed"] else 0
        every = np.arange(lo, lo + (1 << z["width"]))[:, None] if z["width"] <= 12 else None
        yield at, every


def plan(tool, file, chance, x=None):
    """Codes and values of a plan's files against the plan."""
    formats = json.loads(file.read_text())["inputs"]
    drawn_, ends = codes(formats, chance)
    x = drawn_ if x is None else x
    unit = np.array([2.0 ** -f["frac"] for f in formats])
    rows, why = evaluated(tool, file, x * unit, "--codes")
    if rows is None:
        return f"refused: {reason(why)}"
    found = run(exported(tool, file), x)
    wrong = sum([str(v) for v in row] != told for row, told in zip(found, rows))
    if wrong:
        return f"WRONG: {wrong} of {len(rows)} samples, codes"
    # Ties, neighbours of ties, and values beyond the formats.
    ties = (x[:200] + 0.5) * unit
    beyond = np.array([[chance.uniform(2 * lo - 3, 2 * hi + 3) for lo, hi in ends] for _ in range(200)]) * unit
    values = np.concatenate([ties, np.nextafter(ties, -np.inf), np.nextafter(ties, np.inf), beyond])
    rows, why = evaluated(tool, file, values)
    if rows is None:
        return f"WRONG: eval: {why}"
    found = run(exported(tool, file, "--values"), values)
    wrong = int((found != np.array(rows, dtype=float)).any(axis=1).sum())
    return f"WRONG: {wrong} of {len(rows)} samples, values" if wrong else "equal"


def drawn(chance):
    """A plan without tables, in formats that lie far from each other."""
    pick = lambda *of: of[int(chance.integers(len(of)))]

    def form(width=12, frac=(-4, 16)):
        signed = bool(chance.random() < 0.8)
        return {"signed": signed, "width": int(chance.integers(2, width + 1)), "frac": int(chance.integers(*frac))}

    def code(f):
        lo, hi = (-(1 << f["width"] - 1), (1 << f["width"] - 1) - 1) if f["signed"] else (0, (1 << f["width"]) - 1)
        return int(chance.integers(lo, hi, endpoint=True))

    far = pick((-4, 16), (-4, 16), (-30, 30))
    inputs = [form() for _ in range(int(chance.integers(1, 5)))]
    layers, before = [], inputs
    for last in [False] * int(chance.integers(1, 3)) + [True]:
        neurons, after = [], []
        for _ in range(int(chance.integers(1, 5))):
            weight, y, h = form(8), form(14, far), form(10, far)
            tail = pick("ordinary", "amplifying", {"attenuating": {"b": int(chance.integers(1, 1 << int(chance.integers(1, 20))))}})
            stage = {"activated": {"z": form(12, far) if chance.random() < 0.5 else h, "h": h, "tail": tail, "y": y}}
            if last or chance.random() < 0.2:
                stage = {"linear": {"y": y}}
            bias = int(chance.integers(-(1 << 20), 1 << 20))
            neurons.append({"weight": weight, "weights": [code(weight) for _ in before], "bias": bias, "stage": stage})
            after.append(y)
        layers.append({"neurons": neurons})
        before = after
    made = {"schema": 1, "name": "drawn", "inputs": inputs, "layers": layers, "tables": []}
    if chance.random() < 0.4:
        made["argmax"] = {}
    return made


def quantized(tool, chance):
    """A plan of the model that was imported last, in random formats."""
    more = ["--bits", int(chance.integers(4, 17)), "--method", "ptq"]
    more += ["--formats", str(chance.choice(["layer", "neuron", "value", "network"]))]
    more += ["--kinds", str(chance.choice(["usual", "exact", "fused"])), "--tables", str(chance.choice(["logic", "block"]))]
    said = tool("quantize", tool.out / "model.json", "--data", tool.out / "x.csv", "-o", tool.out / "plan.json", *more, limit=300)
    return said.stderr.strip() if said.returncode else ""


def found(tool):
    """Plans of learned edges and of curves: a plan for every row of two fronts."""
    for project, more in (("thermistor", []), ("iris", ["--trials", 2])):
        out = tool.out / project
        said = tool("pareto", ROOT / "examples" / project, "-o", out, *more, limit=900)
        if said.returncode:
            raise RuntimeError(f"pareto {project}: {said.stderr.strip()}")
        yield from sorted((out / "plans").glob("*.json"))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("out", type=Path)
    parser.add_argument("gainstage")
    for name, default in (("--models", 60), ("--plans", 60), ("--units", 200), ("--seed", 1)):
        parser.add_argument(name, type=int, default=default)
    parser.add_argument("--no-search", action="store_true", help="leave out what `gainstage pareto` finds")
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    tool, chance = Tool(args.gainstage, args.out), np.random.default_rng([args.seed, 7])
    results = {"models": [], "functions": [], "quantized": [], "tables": [], "drawn": [], "found": [], "released": []}

    def note(kind, name, judge, *of):
        try:
            result = judge(*of)
        except Exception as e:  # whatever onnxruntime does not compute is as wrong as what it computes wrongly
            result = f"WRONG: {str(e)[:300]}"
        results[kind].append(result)
        if result.startswith("WRONG"):
            print(f"{kind} {name} of seed {args.seed}: {result}", flush=True)

    for k in range(max(args.models, args.plans)):
        graph = Graph([args.seed, 1 << 16, k])
        (args.out / "graph.onnx").write_bytes(graph.model().SerializeToString())
        x = samples(graph)
        imported, why = tool.imported(args.out / "graph.onnx", x)
        if imported is None:
            continue
        if k < args.models:
            note("models", k, model, tool, args.out / "model.json", x)
        if k < args.plans:
            why = quantized(tool, chance)
            if why:
                note("quantized", k, lambda: f"refused: {reason(why)}")
                continue
            note("quantized", k, plan, tool, args.out / "plan.json", chance)
            for at, codes_ in tables(tool, args.out / "plan.json"):
                note("tables", f"{at} of {k}", plan, tool, args.out / "alone.json", chance, codes_)
    for name, made in functions(chance):
        (args.out / "one.json").write_text(json.dumps(made))
        note("functions", name, model, tool, args.out / "one.json", np.linspace(-4, 4, 641)[:, None])
    for k in range(args.units):
        (args.out / "drawn.json").write_text(json.dumps(drawn(chance)))
        note("drawn", k, plan, tool, args.out / "drawn.json", chance)
        if results["drawn"][-1].startswith("WRONG"):
            (args.out / "drawn.json").rename(args.out / f"wrong_{k}.json")
    if not args.no_search:
        for file in found(tool):
            note("found", file.stem, plan, tool, file, chance)
    note("released", "plan-1", plan, tool, ROOT / "tools/tests/released/plan-1.json", chance)
    for kind, list_ in results.items():
        table(kind, list_)
    wrong = sum(r.startswith("WRONG") for list_ in results.values() for r in list_)
    equal = Counter(r for list_ in results.values() for r in list_)["equal"]
    models = len(results["models"]) + len(results["functions"])
    print(f"{models} models, {equal} plans equal in every code and value: {wrong} wrong")
    sys.exit(wrong > 0 or equal == 0)


if __name__ == "__main__":
    main()
