"""Models of Keras whose layers branch and meet again: as an ONNX graph, which becomes layers as any other file does."""

from __future__ import annotations

import re
from typing import Any

import numpy as np

from gainstage.errors import UnsupportedModel
from gainstage.readers import keras
from gainstage.readers.network import Affine
from gainstage.readers.onnx_file import Graph

_OPERATORS = {"relu": "Relu", "elu": "Elu", "softplus": "Softplus", "sigmoid": "Sigmoid", "tanh": "Tanh"}
#: Layers of several inputs, elementwise.
_MERGES = {"Add": "Add", "Subtract": "Sub", "Multiply": "Mul", "Maximum": "Max", "Minimum": "Min", "Average": "Add"}


class _Chain:
    """What ``keras.layer`` adds to, one operator after the other."""

    def __init__(self, graph: Graph, tensor: str, name: str) -> None:
        self.graph, self.tensor, self.name = graph, tensor, name

    def dense(self, weights: Any, bias: Any) -> None:
        self.tensor = self.graph.node("MatMul", [self.tensor, self.graph.constant(weights)], self.name)
        if bias is not None:
            self.tensor = self.graph.node("Add", [self.tensor, self.graph.constant(bias)], self.name)

    def affine(self, affine: Affine) -> None:
        scale, shift = self.graph.constant(affine.scale), self.graph.constant(affine.shift)
        self.tensor = self.graph.node("Add", [self.graph.node("Mul", [self.tensor, scale], self.name), shift], self.name)

    def activation(self, name: str) -> None:
        slope = re.fullmatch(r"leaky-relu\((.*)\)", name)
        if slope:
            self.tensor = self.graph.node("LeakyRelu", [self.tensor], self.name, alpha=float(slope[1]))
        elif name != "none":
            self.tensor = self.graph.node(_OPERATORS[name], [self.tensor], self.name)

    def decide(self) -> None:
        self.graph.decides = True
        self.tensor = self.graph.node("Softmax", [self.tensor], self.name, axis=1)


def to_onnx(model: Any) -> tuple[bytes, bool, int]:
    """The ONNX file of a functional model of one input and one output, both rows of numbers; whether it ends with a softmax,
    and how many outputs it has.
    """
    if len(model.inputs) != 1 or len(model.outputs) != 1:
        raise UnsupportedModel(
            f"model: {len(model.inputs)} inputs and {len(model.outputs)} outputs: give a model of one input, whose columns are "
            "taken apart, and of one output, such as a Concatenate of several"
        )
    graph = Graph(_columns(model.inputs[0], "the input"))
    tensors = {id(model.inputs[0]): graph.input}
    output = model.outputs[0]
    for depth in sorted(model._nodes_by_depth, reverse=True):
        for node in model._nodes_by_depth[depth]:
            if type(node.operation).__name__ == "InputLayer":
                continue
            inputs = [tensors[id(t)] for t in node.input_tensors]
            tensors[id(node.outputs[0])] = _layer(graph, node, inputs, node.outputs[0] is output)
    columns = _columns(output, "the output")
    return graph.file(tensors[id(output)], columns), graph.decides, columns


def _columns(tensor: Any, what: str) -> int:
    if len(tensor.shape) != 2 or tensor.shape[1] is None:
        raise UnsupportedModel(f"model: {what} has the shape {tuple(tensor.shape)}: a circuit takes rows of numbers")
    return int(tensor.shape[1])


def _layer(graph: Graph, node: Any, inputs: list[str], last: bool) -> str:
    layer = node.operation
    kind = type(layer).__name__
    _columns(node.outputs[0], f"the layer {layer.name!r}")
    if kind == "Concatenate":
        if layer.axis not in (-1, 1):
            raise UnsupportedModel(f"model: the layer {layer.name!r} joins along the axis {layer.axis}: a circuit joins columns")
        return graph.node("Concat", inputs, layer.name, axis=1)
    if kind in _MERGES:
        total = inputs[0]
        for other in inputs[1:]:
            total = graph.node(_MERGES[kind], [total, other], layer.name)
        if kind == "Average":
            total = graph.node("Mul", [total, graph.constant(np.array(1.0 / len(inputs)))], layer.name)
        return total
    if len(inputs) != 1:
        raise UnsupportedModel(f"model: no circuit has a layer {layer.name!r} of the kind {kind}, of {len(inputs)} inputs")
    chain = _Chain(graph, inputs[0], layer.name)
    parts = keras.chain(layer) if hasattr(layer, "layers") else [layer]
    for at, part in enumerate(parts):
        keras.layer(chain, part, last=last and at + 1 == len(parts))
    return chain.tensor
