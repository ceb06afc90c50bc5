"""What a model is: its library told by its class, its kind of file by its name."""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gainstage import _command, _native
from gainstage.circuit import Circuit
from gainstage.errors import InputError, InputTypeError, UnsupportedModel
from gainstage.readers.network import Network, from_layers

__all__ = ["Source", "plan", "source"]


class Source:
    """A model in real numbers, as model.json, and what is known of it."""

    def __init__(self, text: str, classes: NDArray[Any] | None = None, flat: bool | None = None) -> None:
        self.text, self.classes, self.flat = text, classes, flat


def plan(model: Any, name: str) -> Circuit | None:
    """The circuit of what is quantized already: a path that leads to a plan, or a model of HGQ2."""
    if _is_keras(model):
        from gainstage.readers import hgq

        return Circuit(hgq.plan(model, name)) if hgq.is_hgq(model) else None
    if not isinstance(model, (str, os.PathLike)) or not os.fspath(model).endswith(".json"):
        return None
    text = _read(model)
    try:
        keys = json.loads(text)
    except ValueError:
        # The reader of models tells what is wrong with it.
        return None
    if not isinstance(keys, dict) or not {"tables", "layers"} & keys.keys():
        return None
    _native.Engine(text, os.fspath(model), certify=True)
    return Circuit(text, place=os.fspath(model))


def source(model: Any, name: str, inputs: int | None) -> Source:
    if isinstance(model, (str, os.PathLike)):
        return _file(Path(model), name)
    if isinstance(model, (bytes, bytearray)):
        return _onnx(bytes(model), name)
    if isinstance(model, (list, tuple)):
        return _of(from_layers(model), name)
    bases = {f"{c.__module__.split('.')[0]}.{c.__name__}" for c in type(model).__mro__}
    if "onnx.ModelProto" in bases or (hasattr(model, "SerializeToString") and hasattr(model, "graph")):
        return _onnx(model.SerializeToString(), name)
    if "torch.Module" in bases:
        from gainstage.readers import torch

        return _onnx(torch.to_onnx(model, inputs), name)
    if _is_keras(model):
        from gainstage.readers import keras, keras_graph

        network = keras.read(model)
        return _of(network, name) if network is not None else _graph(*keras_graph.to_onnx(model), name)
    if hasattr(model, "fit") and hasattr(model, "get_params"):
        return _estimator(model, name)
    raise InputTypeError(
        f"model is a {type(model).__name__}: give an estimator of scikit-learn, an ONNX model, a PyTorch module, a Keras model, "
        "a list of layers, or a path"
    )


def _is_keras(model: Any) -> bool:
    roots = {c.__module__.split(".")[0] for c in type(model).__mro__}
    return bool(roots & {"keras", "tf_keras", "tensorflow"}) and hasattr(model, "layers")


def _of(network: Network, name: str) -> Source:
    return Source(network.text(name), network.classes, network.flat)


def _estimator(model: Any, name: str) -> Source:
    from gainstage.readers import sklearn

    network = sklearn.read(model)
    if network is not None:
        source = _of(network, name)
    else:
        try:
            source = _onnx(sklearn.to_onnx(model), name)
        except InputError as fault:
            raise UnsupportedModel(f"{fault} (of the ONNX file of {type(model).__name__})") from None
    if source.classes is None:
        source.classes = getattr(model, "classes_", None)
    return source


def _onnx(model: bytes, name: str, place: str = "model", directory: str = ".") -> Source:
    text, notes, _, _ = _native.from_onnx(model, directory, name, place)
    for note in notes:
        _command._log.info(note)
    return Source(text)


def _graph(model: bytes, decides: bool, columns: int, name: str) -> Source:
    """A graph whose outputs are scores if it decides: a class comes out, as of a chain that ends so."""
    source = _onnx(model, name)
    source.flat = False
    if decides:
        source.classes = np.arange(columns)
        source.text = json.dumps(json.loads(source.text) | {"classes": [str(k) for k in range(columns)]})
    return source


def _file(path: Path, name: str) -> Source:
    if path.suffix.lower() == ".onnx":
        return _onnx(_bytes(path), name, str(path), str(path.parent))
    if path.suffix.lower() == ".json":
        text = _read(path)
        _native.read_model(text, str(path))
        return Source(text)
    if not path.exists():
        raise InputError(f"{path}: no such file: give a model.json, a plan.json, an .onnx or an .mlp file")
    with tempfile.TemporaryDirectory(prefix="gainstage-") as work:
        _command.run("import", path, "-o", Path(work, "model.json"))
        return Source(_read(Path(work, "model.json")))


def _bytes(path: str | os.PathLike[str]) -> bytes:
    try:
        return Path(path).read_bytes()
    except OSError as fault:
        raise InputError(f"{os.fspath(path)}: {fault.strerror}") from None


def _read(path: str | os.PathLike[str]) -> str:
    try:
        return _bytes(path).decode("utf-8")
    except UnicodeDecodeError as fault:
        raise UnsupportedModel(f"{os.fspath(path)}: is no text: {fault}") from None
