"""Times inference in integers from numpy, on one thread: the Rust engine, the package's predict, alkaid's predict (make bench-predict).

    python3 bench_predict.py net_b.json

Two networks: (b), 1-9-9-9-9-9-1 with squares, 16 bits, published weights; and 16-64-32-32-5 with ReLU, 6-bit weights, 8-bit values, seeded
weights. All sides get the same samples, in turns, and the best of several turns counts; every code is compared with plain integer
arithmetic in numpy."""
import json
import os
import sys
import time

for threads in ("RAYON_NUM_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ[threads] = "1"

import gainstage
import numpy as np
from alkaid.trace import FVArrayInput, trace

SAMPLES, TURNS = 1 << 16, 15
LEAST_BY_ALKAID, MOST_BELOW_ENGINE = 3.0, 0.10


class Form:
    """A format of k + i + f bits: sign, integer bits, fraction bits."""

    def __init__(self, signed, width, frac):
        self.signed, self.width, self.frac = signed, width, frac
        self.least = -(1 << (width - 1)) if signed else 0
        self.most = (1 << (width - signed)) - 1
        self.kif = (int(signed), width - frac - signed, frac)
        self.json = {"signed": signed, "width": width, "frac": frac}

    def rounded(self, v, frac):
        """v at `frac` fraction bits, half up, saturated."""
        by = frac - self.frac
        return np.clip((v + (1 << (by - 1))) >> by, self.least, self.most)


class Net:
    """Layers of integers: weights, biases at the point of the weights, squares or plain rounding behind hidden sums."""

    def __init__(self, name, inputs, weight, hidden, output, squares, layers):
        self.name, self.inputs, self.weight, self.hidden, self.output = name, inputs, weight, hidden, output
        self.squares, self.layers = squares, layers

    def forms(self):
        """Of each layer what comes in and what goes out."""
        last = len(self.layers) - 1
        come = [self.inputs] + [self.hidden] * last
        return zip(self.layers, come, [self.hidden] * last + [self.output], [self.squares] * last + [False])

    def plan(self):
        layers = []
        for (w, b), come, go, squared in self.forms():
            stage = {"linear": {"y": go.json}}
            if squared:
                stage = {"activated": {"z": go.json, "h": go.json, "tail": "amplifying", "y": go.json}}
            rows = [
                {"weight": self.weight.json, "weights": column, "bias": bias << come.frac, "stage": stage}
                for column, bias in zip(w.T.tolist(), b.tolist())
            ]
            layers.append({"neurons": rows})
        inputs = [self.inputs.json] * self.layers[0][0].shape[0]
        return json.dumps({"schema": 1, "name": "net", "inputs": inputs, "layers": layers})

    def alkaid(self):
        inputs = FVArrayInput((self.layers[0][0].shape[0],)).quantize(*self.inputs.kif)
        values = inputs
        scale = 2.0**self.weight.frac
        for (w, b), _, go, squared in self.forms():
            values = (values @ (w / scale) + b / scale).quantize(*go.kif, "SAT", "RND")
            if squared:
                values = (values * values).quantize(*go.kif, "SAT", "RND")
        return trace(inputs, values)

    def plain(self, codes):
        for (w, b), come, go, squared in self.forms():
            codes = go.rounded(codes @ w + (b << come.frac), come.frac + self.weight.frac)
            if squared:
                codes = go.rounded(codes * codes, 2 * go.frac)
        return codes


def network_b(path):
    net = json.load(open(path))
    form = Form(True, 16, net["frac"])
    layers = [(np.array(w), np.array(b)) for w, b in zip(net["W"], net["b"])]
    return Net("network (b)", form, form, form, form, True, layers)


def relu():
    """Unsigned values behind hidden layers: what is below 0 saturates there."""
    rng = np.random.default_rng(1)
    sizes = [16, 64, 32, 32, 5]
    layers = [(rng.integers(-31, 32, (m, n)), rng.integers(-31, 32, n)) for m, n in zip(sizes, sizes[1:])]
    return Net("16-64-32-32-5", Form(True, 8, 5), Form(True, 6, 6), Form(False, 8, 5), Form(True, 12, 6), False, layers)


def measure(net):
    circuit, graph = gainstage.Circuit(net.plan()), net.alkaid()
    rng = np.random.default_rng(2)
    codes = rng.integers(net.inputs.least, net.inputs.most + 1, (SAMPLES, circuit.n_inputs))
    values, expected = codes / 2.0**net.inputs.frac, net.plain(codes)
    scale = 2.0**net.output.frac
    sides = {
        "engine": (circuit.run, codes, lambda y: y),
        "predict": (circuit.predict, values, lambda y: np.rint(y * scale).astype(np.int64).reshape(expected.shape)),
        "alkaid": (lambda x: graph.predict(x, 1), values, lambda y: np.rint(y * scale).astype(np.int64)),
    }
    seconds = {side: [] for side in sides}
    wrong = {}
    for turn in range(TURNS):
        for side, (run, x, as_codes) in sides.items():
            start = time.perf_counter()
            y = run(x)
            seconds[side].append(time.perf_counter() - start)
            if turn == 0:
                wrong[side] = int((as_codes(y) != expected).sum())
    rate = {side: SAMPLES / min(times) for side, times in seconds.items()}
    for side in sides:
        print(f"{net.name:<16}{side:<10}{rate[side]:>14.0f} samples/s  {wrong[side]} codes differ from numpy")
    below, times = 1 - rate["predict"] / rate["engine"], rate["predict"] / rate["alkaid"]
    held = not any(wrong.values()) and below <= MOST_BELOW_ENGINE and times >= LEAST_BY_ALKAID
    print(f"{net.name:<16}predict is {100 * below:.1f} % below the engine, {times:.1f} times alkaid: {'met' if held else 'missed'}")
    return held


if __name__ == "__main__":
    sys.exit(0 if all([measure(network_b(sys.argv[1])), measure(relu())]) else 1)
