"""Layers, which all simple models become: ``activation(x @ W + b)`` one after the other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gainstage import _arrays, _native
from gainstage.errors import InputError, UnsupportedModel

Floats = NDArray[np.float64]


class Affine:
    """``x * scale + shift`` for every column: what scalers do, and normalizations once they are trained."""

    def __init__(self, scale: Any, shift: Any) -> None:
        self.scale, self.shift = (np.atleast_1d(_arrays.numbers(v, "a scaler")) for v in (scale, shift))


class Network:
    """Layers under construction; scalers between them become part of the layer before or behind."""

    def __init__(self) -> None:
        self.layers: list[tuple[Floats, Floats, str | list[str]]] = []
        self.classes: NDArray[Any] | None = None
        self.flat: bool | None = None
        self._waiting: list[Affine] = []

    def dense(self, weights: Any, bias: Any, activation: str | list[str] = "none") -> None:
        """Adds a layer; ``weights`` has a row for every input, ``activation`` is one for all neurons or a list."""
        where = f"layers[{len(self.layers)}]"
        w = _arrays.numbers(weights, f"{where}: W")
        if w.ndim != 2 or 0 in w.shape:
            raise InputError(f"{where}: W has the shape {w.shape}: give a row for every input, a column for every neuron")
        b = np.zeros(w.shape[1]) if bias is None else _arrays.numbers(bias, f"{where}: b").ravel()
        if b.shape != (w.shape[1],):
            raise InputError(f"{where}: b has {b.size} numbers for {w.shape[1]} neurons")
        if self.layers and self.layers[-1][0].shape[1] != w.shape[0]:
            raise InputError(f"{where}: W has {w.shape[0]} rows, but {self.layers[-1][0].shape[1]} neurons come before it")
        for affine in reversed(self._waiting):
            b = b + np.broadcast_to(affine.shift, w.shape[:1]) @ w
            w = w * affine.scale[:, None]
        self._waiting = []
        functions = [str(a) for a in activation] if isinstance(activation, (list, tuple)) else str(activation)
        self.layers.append((np.ascontiguousarray(w), b, functions))

    def affine(self, affine: Affine) -> None:
        """Adds a scaler: into the layer before it if that has no activation yet, else into the next one."""
        if self.layers and self.layers[-1][2] == "none" and not self._waiting:
            w, b, _ = self.layers[-1]
            self.layers[-1] = (w * affine.scale, b * affine.scale + affine.shift, "none")
        else:
            self._waiting.append(affine)

    def activation(self, name: str) -> None:
        """Adds an activation of its own: of the layer before it, if that has none."""
        if self.layers and self.layers[-1][2] == "none" and not self._waiting:
            self.layers[-1] = (*self.layers[-1][:2], name)
        elif name != "none":
            size = self.layers[-1][0].shape[1] if self.layers else None
            if size is None:
                raise UnsupportedModel(f"the activation {name} stands before the first layer")
            self.dense(np.eye(size), None, name)

    def decide(self) -> None:
        """Ends with a choice: the scores decide, whatever is made of them."""
        self.classes = np.arange(self.layers[-1][0].shape[1])

    def text(self, name: str) -> str:
        """The text of model.json."""
        if self._waiting:
            if not self.layers:
                raise UnsupportedModel("the model has no layer with weights")
            self.dense(np.eye(self.layers[-1][0].shape[1]), None)
        if not self.layers:
            raise InputError("layers is empty: give (W, b, activation) for each")
        layers = [(np.ascontiguousarray(w.T), b, [a] if isinstance(a, str) else a) for w, b, a in self.layers]
        classes = [] if self.classes is None else _arrays.class_names(self.classes)
        return _native.from_layers(name, layers, classes, [])


def from_layers(layers: Sequence[Any]) -> Network:
    """A network of ``(W, b, activation)`` or ``(W, b)``, one for each layer; ``b`` may be None."""
    network = Network()
    for at, layer in enumerate(layers):
        if not isinstance(layer, (tuple, list)) or not 2 <= len(layer) <= 3:
            raise InputError(f"layers[{at}] is {type(layer).__name__}: give a tuple (W, b, activation)")
        network.dense(*layer)
    return network
