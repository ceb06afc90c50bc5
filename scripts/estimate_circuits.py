"""The circuits of scripts/bench_estimate.py: networks of 1 to 784 inputs and what they are built for.

Networks are trained for a moment on random data: what a circuit takes is a matter of its shape and of weights that look like
weights, not of what it has learned.
"""

import random
from dataclasses import dataclass


@dataclass(frozen=True)
class Net:
    """What a project says of a network; without hidden layers its edges are learned."""

    inputs: int
    outputs: int
    hidden: str = ""
    classes: bool = False
    bias: str = "all"


NETS = {
    "n1": Net(1, 1, '{ ordinary = 3, activation = "tanh" }'),
    "n2": Net(2, 1, '{ ordinary = 4, activation = "sigmoid" }, { ordinary = 3, activation = "none" }'),
    "amplify": Net(3, 2, '{ ordinary = 1, amplifying = 3, activation = "none" }'),
    "attenuate": Net(2, 1, '{ ordinary = 2, attenuating = 2, activation = "none" }'),
    "kinds": Net(2, 1, '{ repeat = 2, linear = 1, ordinary = 2, amplifying = 1, attenuating = 1, activation = "psoftplus(0.3)" }'),
    "deep": Net(4, 2, '{ repeat = 3, ordinary = 6, activation = "relu" }'),
    "elu": Net(6, 3, '{ ordinary = 5, activation = "elu" }', classes=True),
    "jets": Net(16, 5, '{ ordinary = 16, activation = "relu" }, { ordinary = 8, activation = "relu" }', classes=True),
    "wide": Net(32, 4, '{ ordinary = 12, activation = "relu" }', classes=True),
    "digits": Net(64, 10, '{ ordinary = 16, activation = "relu" }', classes=True),
    "digits64": Net(64, 10, '{ ordinary = 64, activation = "relu" }', classes=True),
    "tanh100": Net(100, 1, '{ ordinary = 8, activation = "tanh" }'),
    "pixels4": Net(784, 10, '{ ordinary = 4, activation = "relu" }', classes=True),
    "pixels16": Net(784, 10, '{ ordinary = 16, activation = "relu" }', classes=True),
    "curve": Net(1, 1),
    "edges2": Net(2, 1),
    "edges": Net(8, 3, classes=True),
}

# Network, bits, family, architecture, clock in MHz (0: the family's usual one) and more for `generate`.
CIRCUITS = [
    ("n1", 4, "ice40", "parallel", 0),
    ("n1", 8, "ecp5", "parallel", 0),
    ("n1", 12, "ice40up", "folded", 0),
    ("n1", 16, "xc7", "parallel", 200),
    ("n1", 24, "ecp5", "parallel", 150),
    ("n2", 6, "ice40up", "parallel", 0),
    ("n2", 8, "ice40", "sequential", 0),
    ("n2", 10, "xc7", "folded", 0),
    ("n2", 12, "ecp5", "parallel", 0),
    ("n2", 16, "ice40", "parallel", 0),
    ("n2", 20, "ecp5", "sequential", 0),
    ("amplify", 8, "ice40", "parallel", 80),
    ("amplify", 12, "ice40up", "parallel", 0),
    ("amplify", 18, "ecp5", "folded", 0),
    ("amplify", 24, "xc7", "parallel", 0),
    ("attenuate", 8, "ecp5", "parallel", 0),
    ("attenuate", 12, "ice40", "parallel", 0),
    ("attenuate", 16, "xc7", "parallel", 0),
    ("attenuate", 20, "ice40up", "sequential", 0),
    ("kinds", 8, "ice40up", "folded", 0),
    ("kinds", 10, "xc7", "parallel", 0),
    ("kinds", 12, "ecp5", "parallel", 160),
    ("kinds", 16, "ecp5", "sequential", 0),
    ("kinds", 24, "xc7", "sequential", 0),
    ("deep", 4, "ecp5", "parallel", 0),
    ("deep", 6, "ice40", "parallel", 0),
    ("deep", 8, "xc7", "parallel", 250),
    ("deep", 8, "ecp5", "folded", 0),
    ("deep", 12, "ice40up", "sequential", 0),
    ("deep", 16, "ice40", "folded", 0),
    ("elu", 6, "ice40up", "parallel", 0),
    ("elu", 8, "ice40", "parallel", 0),
    ("elu", 10, "ecp5", "folded", 0),
    ("elu", 12, "xc7", "sequential", 0),
    ("jets", 4, "ice40", "parallel", 0),
    ("jets", 6, "ecp5", "parallel", 0),
    ("jets", 6, "xc7", "parallel", 0),
    ("jets", 8, "ice40up", "sequential", 0),
    ("jets", 8, "ecp5", "folded", 0),
    ("wide", 5, "ice40", "parallel", 0),
    ("wide", 8, "xc7", "folded", 0),
    ("wide", 10, "ice40", "sequential", 0),
    ("wide", 12, "ecp5", "sequential", 150),
    ("digits", 4, "ecp5", "parallel", 0),
    ("digits", 6, "xc7", "parallel", 0),
    ("digits", 8, "ice40up", "sequential", 0),
    ("digits64", 8, "ice40up", "sequential", 0),
    ("digits64", 10, "ecp5", "sequential", 0),
    ("tanh100", 6, "ice40", "sequential", 0),
    ("tanh100", 10, "ecp5", "folded", 0),
    ("tanh100", 5, "xc7", "parallel", 0),
    ("pixels4", 4, "ecp5", "parallel", 0),
    ("pixels4", 6, "xc7", "sequential", 0),
    ("pixels16", 8, "ecp5", "sequential", 0),
    ("curve", 0, "ice40up", "parallel", 0),
    ("curve", 0, "ecp5", "parallel", 0),
    ("edges2", 0, "ice40", "parallel", 0),
    ("edges", 0, "xc7", "parallel", 0),
    ("edges", 0, "ecp5", "parallel", 150),
    ("edges", 0, "ice40", "parallel", 0),
]


def write_project(folder, name):
    """A project of a network and its samples: classes with a centre each and noise around it, or smooth values."""
    net, rng = NETS[name], random.Random(f"{name}")
    folder.mkdir(parents=True, exist_ok=True)
    columns = [f"x{i}" for i in range(net.inputs)]
    centres = [[rng.randrange(256) for _ in columns] for _ in range(net.outputs)]
    weights = [[rng.gauss(0, 1) / net.inputs**0.5 for _ in columns] for _ in range(net.outputs)]
    targets = ["class"] if net.classes else [f"y{i}" for i in range(net.outputs)]
    with open(folder / "samples.csv", "w", encoding="utf-8") as file:
        file.write(",".join(columns + targets) + "\n")
        for row in range(400):
            if net.classes:
                x = [min(255, max(0, int(rng.gauss(c, 60)))) for c in centres[row % net.outputs]]
                y = [f"c{row % net.outputs}"]
            else:
                x = [round(rng.uniform(-2, 2), 4) for _ in columns]
                sums = [sum(a * b for a, b in zip(w, x)) for w in weights]
                y = [round(s * s / 2 - s, 4) for s in sums]
            file.write(",".join(map(str, [*x, *y])) + "\n")
    head = f'name = "{name}"\n\n[data]\ncsv = "samples.csv"\n'
    head += 'label = "class"\n' if net.classes else f"targets = {targets}\n".replace("'", '"')
    if net.hidden:
        head += f'\n[network]\nbias = "{net.bias}"\nhidden = [{net.hidden}]\n\n[train]\nepochs = 10\nrestarts = 1\nbatch = 20\n'
        head += 'cost = "softmax"\n' if net.classes else ""
    (folder / "gainstage.toml").write_text(head, encoding="utf-8")
    return net
