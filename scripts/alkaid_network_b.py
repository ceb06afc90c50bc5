"""Times alkaid's own integer inference of network (b), beside which our engine is measured (make bench-engine).

    python3 alkaid_network_b.py net_b.json     # PyPI alkaid 0.8.2; prints samples/s on one thread

The outputs are compared with plain integer arithmetic in numpy, so that both sides are known to compute the same."""
import json
import sys
import time

import numpy as np
from alkaid.trace import FVArrayInput, trace

SAMPLES, RUNS = 1 << 17, 5


def rounded(v, frac):
    """Half up by `frac` bits, saturated to 16 bits."""
    return np.clip((v + (1 << (frac - 1))) >> frac, -(1 << 15), (1 << 15) - 1)


def main():
    net = json.load(open(sys.argv[1]))
    frac, last = net["frac"], len(net["W"]) - 1
    layers = [(np.array(w), np.array(b)) for w, b in zip(net["W"], net["b"])]

    inputs = FVArrayInput((1,)).quantize(1, 15 - frac, frac)
    values = inputs
    for l, (w, b) in enumerate(layers):
        values = (values @ (w / 2**frac) + b / 2**frac).quantize(1, 15 - frac, frac, "SAT", "RND")
        if l < last:
            values = (values * values).quantize(1, 15 - frac, frac, "SAT", "RND")
    graph = trace(inputs, values)

    codes = np.random.default_rng(1).integers(-(1 << 15), 1 << 15, (SAMPLES, 1))
    data, seconds = codes / 2**frac, []
    for _ in range(RUNS):
        start = time.perf_counter()
        outputs = graph.predict(data, 1)
        seconds.append(time.perf_counter() - start)

    expected = codes
    for l, (w, b) in enumerate(layers):
        expected = rounded(expected @ w + (b << frac), frac)
        if l < last:
            expected = rounded(expected * expected, frac)
    wrong = int((np.rint(outputs * 2**frac).astype(np.int64) != expected).sum())
    print(f"network (b), alkaid's predict {SAMPLES / min(seconds):>14.0f} samples/s, {wrong} differ from numpy")


main()
