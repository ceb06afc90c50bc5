"""ONNX files, written without the package onnx: for models that are graphs, which the reader of ONNX takes apart."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

_DOUBLE, _INT64 = 11, 7


def _varint(value: int) -> bytes:
    value &= (1 << 64) - 1
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*out, value])


def _number(field: int, value: int) -> bytes:
    return _varint(field << 3) + _varint(value)


def _part(field: int, value: bytes | str) -> bytes:
    content = value.encode() if isinstance(value, str) else value
    return _varint(field << 3 | 2) + _varint(len(content)) + content


def _tensor(name: str, array: Any) -> bytes:
    array = np.asarray(array)
    kind = _INT64 if array.dtype.kind == "i" else _DOUBLE
    raw = array.astype("<i8" if kind == _INT64 else "<f8").tobytes()
    dims = b"".join(_number(1, d) for d in array.shape)
    return dims + _number(2, kind) + _part(8, name) + _part(9, raw)


def _attribute(name: str, value: float | int) -> bytes:
    if isinstance(value, int):
        return _part(1, name) + _number(3, value) + _number(20, 2)
    raw = np.float32(value).tobytes()
    return _part(1, name) + _varint(2 << 3 | 5) + raw + _number(20, 1)


def _value(name: str, columns: int) -> bytes:
    shape = _part(1, _part(2, "n")) + _part(1, _number(1, columns))
    return _part(1, name) + _part(2, _part(1, _number(1, _DOUBLE) + _part(2, shape)))


class Graph:
    """A graph of operators on tensors of ``float64`` with a row for each sample; tensors are names."""

    def __init__(self, inputs: int) -> None:
        self.input, self._inputs = "x", inputs
        #: Whether the outputs are there to be chosen from.
        self.decides = False
        self._nodes: list[bytes] = []
        self._constants: list[bytes] = []

    def constant(self, value: Any) -> str:
        """A tensor of numbers."""
        name = f"c{len(self._constants)}"
        self._constants.append(_tensor(name, value))
        return name

    def node(self, operator: str, inputs: Iterable[str], name: str = "", **attributes: float | int) -> str:
        """The output of an operator; ``name`` is what faults call it."""
        output = f"t{len(self._nodes)}"
        node = b"".join(_part(1, i) for i in inputs) + _part(2, output) + _part(3, name or output) + _part(4, operator)
        node += b"".join(_part(5, _attribute(k, v)) for k, v in attributes.items())
        self._nodes.append(node)
        return output

    def file(self, output: str, columns: int) -> bytes:
        """The file of the graph up to a tensor."""
        graph = b"".join(_part(1, n) for n in self._nodes) + _part(2, "model")
        graph += b"".join(_part(5, c) for c in self._constants)
        graph += _part(11, _value(self.input, self._inputs)) + _part(12, _value(output, columns))
        return _number(1, 8) + _part(2, "gainstage") + _part(7, graph) + _part(8, _number(2, 17))
