"""Circuits for small FPGAs out of trained networks: integers, Verilog, proven bit for bit.

::

    import gainstage
    circuit = gainstage.convert(model, bits=16, data=X)   # scikit-learn, ONNX, PyTorch, Keras, layers, files
    circuit.predict(X)                                     # what the circuit computes, in integers
    circuit.write_verilog("net", board="ulx3s-85f")
    circuit.verify("net")                                  # the files, simulated, against the integers

What is here does what the command does (``python -m gainstage``): its exit codes are the exceptions of ``gainstage.errors``.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from gainstage._native import __version__
from gainstage.errors import (
    CheckFailed,
    GainstageError,
    InputError,
    InputTypeError,
    InternalError,
    LossWarning,
    MissingTool,
    TooMuchLost,
    UnsupportedModel,
)

if TYPE_CHECKING:
    from gainstage.circuit import Circuit
    from gainstage.conversion import convert
    from gainstage.estimators import GainstageClassifier, GainstageRegressor
    from gainstage.report import Report
    from gainstage.tables import Table, table

__all__ = [
    "CheckFailed",
    "Circuit",
    "GainstageClassifier",
    "GainstageError",
    "GainstageRegressor",
    "InputError",
    "InputTypeError",
    "InternalError",
    "LossWarning",
    "MissingTool",
    "Report",
    "Table",
    "TooMuchLost",
    "UnsupportedModel",
    "__version__",
    "convert",
    "table",
]

# Where names are that need numpy or scikit-learn: those are imported when they are asked for.
_LATER = {
    "Circuit": "gainstage.circuit",
    "GainstageClassifier": "gainstage.estimators",
    "GainstageRegressor": "gainstage.estimators",
    "Report": "gainstage.report",
    "Table": "gainstage.tables",
    "convert": "gainstage.conversion",
    "table": "gainstage.tables",
}


def __getattr__(name: str) -> Any:
    if name not in _LATER:
        raise AttributeError(f"module 'gainstage' has no attribute {name!r}")
    value = getattr(import_module(_LATER[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(set(globals()) | set(__all__))
