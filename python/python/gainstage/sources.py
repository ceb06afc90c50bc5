"""What a model is: its library told by its class, its kind of file by its name."""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from gainstage import _command, _native
from gainstage.circuit import Circuit
from gainstage.errors import InputError, InputTypeError, UnsupportedModel
from gainstage.readers.network import Network, from_layers

__all__ = ["Source", "read"]


class Source:
    """A model in real numbers, as model.json, and what is known of it."""

    def __init__(
        self, text: str, classes: NDArray[Any] | None = None, flat: bool | None = None, columns: list[str] | None = None
    ) -> None:
        self.text, self.classes, self.flat, self.columns = text, classes, flat, columns


class Onnx(NamedTuple):
    """How quantized ONNX files are taken."""

    input_format: str | None = None
    as_real: bool = False


def read(model: Any, name: str, inputs: int | None, onnx: Onnx) -> Source | Circuit:
    """A model in real numbers, or the circuit of what is quantized already."""
    if isinstance(model, type):
        raise InputTypeError(f"model is the class {model.__name__}: give a trained instance of it")
    if isinstance(model, (str, os.PathLike)):
        return _file(Path(model), name, onnx)
    if isinstance(model, (bytes, bytearray)):
        return _onnx(bytes(model), name, onnx)
    bases = {f"{c.__module__.split('.')[0]}.{c.__name__}" for c in type(model).__mro__}
    if "onnx.ModelProto" in bases or (hasattr(model, "SerializeToString") and hasattr(model, "graph")):
        return _onnx(model.SerializeToString(), name, onnx)
    if "torch.Module" in bases:
        return _module(model, name, inputs, onnx)
    if onnx != Onnx():
        raise InputError("input_format and as_real are about quantized ONNX models: leave them out")
    if isinstance(model, (list, tuple)):
        return _of(from_layers(model), name)
    if _is_keras(model):
        from gainstage.readers import hgq, keras, keras_graph

        if hgq.is_hgq(model):
            return Circuit(hgq.plan(model, name))
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


def _module(model: Any, name: str, inputs: int | None, onnx: Onnx) -> Source | Circuit:
    from gainstage.readers import torch

    file = torch.to_onnx(model, inputs)
    try:
        # As of the module, a row comes out of a sample, also where it has one number.
        return _onnx(file, name, onnx, flat=False)
    except InputError as fault:
        raise UnsupportedModel(f"{fault} (of the ONNX file of {type(model).__name__})", None, fault.fault) from None


def _of(network: Network, name: str) -> Source:
    return Source(network.text(name), network.classes, network.flat)


def _estimator(model: Any, name: str) -> Source:
    from gainstage.readers import sklearn

    network = sklearn.read(model)
    if network is not None:
        source = _of(network, name)
    else:
        try:
            source = _real(sklearn.to_onnx(model), name)
        except InputError as fault:
            raise UnsupportedModel(f"{fault} (of the ONNX file of {type(model).__name__})", None, fault.fault) from None
    if source.classes is None:
        source.classes = getattr(model, "classes_", None)
    names = getattr(model, "feature_names_in_", None)
    source.columns = None if names is None else [str(n) for n in names]
    return source


def _onnx(
    model: bytes, name: str, onnx: Onnx, place: str = "model", directory: str = ".", flat: bool | None = None
) -> Source | Circuit:
    try:
        text, notes, ports = _native.from_onnx(model, directory, name, place, *onnx)
    except InputError as fault:
        raise type(fault)(_command.in_python(str(fault)), None, fault.fault) from None
    for note in notes:
        _command._log.info(note)
    return Source(text, flat=flat) if ports is None else Circuit(text, flat=flat, ports=ports)


def _real(model: bytes, name: str) -> Source:
    """The network of a file that was made of one in real numbers."""
    source = _onnx(model, name, Onnx(as_real=True))
    assert isinstance(source, Source)
    return source


def _graph(model: bytes, decides: bool, columns: int, name: str) -> Source:
    """A graph whose outputs are scores if it decides: a class comes out, as of a chain that ends so."""
    source = _real(model, name)
    source.flat = False
    if decides:
        source.classes = np.arange(columns)
        source.text = json.dumps(json.loads(source.text) | {"classes": [str(k) for k in range(columns)]})
    return source


def _file(path: Path, name: str, onnx: Onnx) -> Source | Circuit:
    if path.suffix.lower() == ".onnx":
        return _onnx(_bytes(path), name, onnx, str(path), str(path.parent))
    if onnx != Onnx():
        raise InputError(f"{path}: is no ONNX file: leave out input_format and as_real")
    if path.suffix.lower() == ".json":
        return _json(path)
    if not path.exists():
        raise InputError(f"{path}: no such file: give a model.json, a plan.json, an .onnx or an .mlp file")
    with tempfile.TemporaryDirectory(prefix="gainstage-") as work:
        _command.run("import", path, "-o", Path(work, "model.json"))
        return Source(_read(Path(work, "model.json")))


def _json(path: Path) -> Source | Circuit:
    text = _read(path)
    try:
        keys = json.loads(text)
    except ValueError:
        # The reader of models tells what is wrong with it.
        keys = {}
    if isinstance(keys, dict) and {"tables", "layers"} & keys.keys():
        _native.Engine(text, str(path), certify=True)
        return Circuit(text, place=str(path))
    _native.read_model(text, str(path))
    return Source(text)


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
