"""Models of Keras: chains of layers, read from their weights; others go through ``keras_graph``."""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np

from gainstage.errors import UnsupportedModel
from gainstage.readers.network import Affine, Network

#: Layers that do nothing once a model is trained.
NOTHING = {
    "InputLayer",
    "Dropout",
    "GaussianNoise",
    "GaussianDropout",
    "AlphaDropout",
    "ActivityRegularization",
    "Identity",
}
_ACTIVATIONS = {
    "linear": "none", "relu": "relu", "elu": "elu", "softplus": "softplus", "sigmoid": "sigmoid", "tanh": "tanh",
}  # fmt: skip


class Target(Protocol):
    """What layers are added to: a network, or a graph."""

    def dense(self, weights: Any, bias: Any) -> None: ...
    def affine(self, affine: Affine) -> None: ...
    def activation(self, name: str) -> None: ...
    def decide(self) -> None: ...


def read(model: Any) -> Network | None:
    """The network of a Sequential or functional model whose layers stand one behind the other; None if they branch."""
    if branches(model):
        return None
    network = Network()
    layers = chain(model)
    for at, each in enumerate(layers):
        layer(network, each, last=at + 1 == len(layers))
    network.flat = False
    return network


def branches(model: Any) -> bool:
    """Whether some layer takes something else than what the layer before it gives, and that alone."""
    layers = [layer for layer in model.layers if type(layer).__name__ != "InputLayer"]
    if type(model).__name__ != "Sequential":
        if len(model.inputs) != 1 or len(model.outputs) != 1:
            return True
        tensor = model.inputs[0]
        for each in layers:
            nodes = each._inbound_nodes
            if len(nodes) != 1 or nodes[0].input_tensors != [tensor]:
                return True
            tensor = nodes[0].outputs[0]
    return any(branches(each) for each in layers if hasattr(each, "layers"))


def chain(model: Any) -> list[Any]:
    """The layers of a model, those of models within it too."""
    if type(model).__name__ != "Sequential" and branches(model):
        raise UnsupportedModel(f"model: the model {model.name!r} within it branches: put its layers into the outer model")
    layers = [each for each in model.layers if type(each).__name__ != "InputLayer"]
    return [inner for each in layers for inner in (chain(each) if hasattr(each, "layers") else [each])]


def layer(network: Target, layer: Any, last: bool) -> None:
    kind = type(layer).__name__
    if kind in NOTHING or (kind == "Flatten" and len(layer.input.shape) == 2):
        return
    if kind == "Dense":
        weights = [np.asarray(w, dtype=float) for w in layer.get_weights()]
        network.dense(weights[0], weights[1] if layer.use_bias else None)
        _function(network, layer, last)
    elif kind == "Activation":
        _function(network, layer, last)
    elif kind in ("ReLU", "LeakyReLU", "ELU", "Softmax"):
        _own(network, layer, kind, last)
    elif kind == "BatchNormalization":
        network.affine(_batch(layer))
    elif kind == "Normalization":
        mean, deviation = np.ravel(np.asarray(layer.mean)), np.sqrt(np.ravel(np.asarray(layer.variance)))
        deviation = np.maximum(deviation, 1e-7)
        network.affine(Affine(deviation, mean) if layer.invert else Affine(1 / deviation, -mean / deviation))
    elif kind == "Rescaling":
        network.affine(Affine(layer.scale, layer.offset))
    else:
        raise UnsupportedModel(f"model: no circuit has a layer {layer.name!r} of the kind {kind}")


def _function(network: Target, layer: Any, last: bool) -> None:
    name = getattr(layer.activation, "__name__", type(layer.activation).__name__)
    if name == "softmax":
        _classes(network, layer, last)
    elif name == "leaky_relu":
        network.activation("leaky-relu(0.2)")
    elif name in _ACTIVATIONS:
        network.activation(_ACTIVATIONS[name])
    else:
        raise UnsupportedModel(f"model: no circuit has the activation {name!r} of the layer {layer.name!r}")


def _own(network: Target, layer: Any, kind: str, last: bool) -> None:
    if kind == "Softmax":
        _classes(network, layer, last)
    elif kind == "LeakyReLU":
        network.activation(f"leaky-relu({float(layer.negative_slope)})")
    elif kind == "ELU" and float(layer.alpha) == 1.0:
        network.activation("elu")
    elif kind == "ReLU" and layer.max_value is None and not layer.threshold:
        slope = float(layer.negative_slope or 0.0)
        network.activation(f"leaky-relu({slope})" if slope else "relu")
    else:
        raise UnsupportedModel(f"model: the layer {layer.name!r} ({kind}) has settings that no circuit has")


def _classes(network: Target, layer: Any, last: bool) -> None:
    if not last:
        raise UnsupportedModel(f"model: {layer.name!r} has a softmax before the end: no circuit divides by a sum")
    network.decide()


def _batch(layer: Any) -> Affine:
    weights = [np.asarray(w, dtype=float) for w in layer.get_weights()]
    mean, variance = weights[-2:]
    gamma = weights[0] if layer.scale else np.ones_like(mean)
    beta = weights[1 if layer.scale else 0] if layer.center else np.zeros_like(mean)
    scale = gamma / np.sqrt(variance + layer.epsilon)
    return Affine(scale, beta - mean * scale)
