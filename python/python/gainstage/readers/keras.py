"""Models of Keras: chains of layers, read from their weights."""

from __future__ import annotations

from typing import Any

import numpy as np

from gainstage.errors import UnsupportedModel
from gainstage.readers.network import Affine, Network

#: Layers that do nothing once a model is trained.
_NOTHING = {
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


def read(model: Any) -> Network:
    """The network of a Sequential or functional model whose layers stand one behind the other."""
    network = Network()
    layers = _chain(model)
    for at, layer in enumerate(layers):
        _layer(network, layer, last=at + 1 == len(layers))
    network.flat = False
    return network


def _chain(model: Any) -> list[Any]:
    layers = [layer for layer in model.layers if type(layer).__name__ != "InputLayer"]
    if type(model).__name__ != "Sequential":
        for before, layer in zip(layers, layers[1:], strict=False):
            if isinstance(layer.input, (list, tuple)) or layer.input is not before.output:
                raise UnsupportedModel(
                    f"model: the layer {layer.name!r} does not take what {before.name!r} gives alone: export the model to "
                    "ONNX (model.export) and convert that"
                )
    return [inner for layer in layers for inner in (_chain(layer) if hasattr(layer, "layers") else [layer])]


def _layer(network: Network, layer: Any, last: bool) -> None:
    kind = type(layer).__name__
    if kind in _NOTHING or (kind == "Flatten" and len(layer.input.shape) == 2):
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


def _function(network: Network, layer: Any, last: bool) -> None:
    name = getattr(layer.activation, "__name__", type(layer.activation).__name__)
    if name == "softmax":
        _classes(network, layer, last)
    elif name == "leaky_relu":
        network.activation("leaky-relu(0.2)")
    elif name in _ACTIVATIONS:
        network.activation(_ACTIVATIONS[name])
    else:
        raise UnsupportedModel(f"model: no circuit has the activation {name!r} of the layer {layer.name!r}")


def _own(network: Network, layer: Any, kind: str, last: bool) -> None:
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


def _classes(network: Network, layer: Any, last: bool) -> None:
    if not last:
        raise UnsupportedModel(f"model: {layer.name!r} has a softmax before the end: no circuit divides by a sum")
    # The scores decide, whatever is made of them.
    network.classes = np.arange(network.layers[-1][0].shape[1])


def _batch(layer: Any) -> Affine:
    weights = [np.asarray(w, dtype=float) for w in layer.get_weights()]
    mean, variance = weights[-2:]
    gamma = weights[0] if layer.scale else np.ones_like(mean)
    beta = weights[1 if layer.scale else 0] if layer.center else np.zeros_like(mean)
    scale = gamma / np.sqrt(variance + layer.epsilon)
    return Affine(scale, beta - mean * scale)
