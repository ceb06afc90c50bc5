"""Exceptions, one class for each exit code of the command, and warnings."""

from __future__ import annotations

from typing import Any

__all__ = [
    "CheckFailed",
    "GainstageError",
    "InputError",
    "InputTypeError",
    "InternalError",
    "LossWarning",
    "MissingTool",
    "TooMuchLost",
    "UnsupportedModel",
]


class GainstageError(Exception):
    """What gainstage refuses or finds wrong.

    ``code`` is the exit code that the command would give, ``result`` what it would print with ``--json``, if a command ran, and
    ``fault`` the code of the fault, such as ``GS0405``, which ``gainstage explain`` explains; none where it has none.
    """

    code = 2

    def __init__(self, message: str = "", result: dict[str, Any] | None = None, fault: str | None = None) -> None:
        super().__init__(message)
        self.result = result
        self.fault = fault if fault is not None else (result or {}).get("code")


class CheckFailed(GainstageError):
    """A check failed: a mismatch, a file that contradicts the plan, Verilog that a tool refuses."""

    code = 1


class InputError(GainstageError, ValueError):
    """Wrong use, bad input, or a file or place that is missing or cannot be read or written."""

    code = 2


class InputTypeError(InputError, TypeError):
    """An argument of the wrong type."""


class UnsupportedModel(InputError):
    """A model that has what no network of neurons has."""


class MissingTool(GainstageError):
    """An outside tool is missing or broken: ``python -m gainstage doctor`` says which."""

    code = 3


class TooMuchLost(GainstageError):
    """The circuit is proven, but its integers lose more than is allowed against the real-valued network."""

    code = 4


class InternalError(GainstageError, RuntimeError):
    """An error in gainstage itself."""

    code = 70


class LossWarning(UserWarning):
    """The integers of a circuit are much worse than the model it was made from."""


BY_CODE: dict[int, type[GainstageError]] = {
    1: CheckFailed,
    2: InputError,
    3: MissingTool,
    4: TooMuchLost,
}
