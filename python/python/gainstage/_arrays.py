"""Arrays of the user's, made what Rust takes; what cannot be made so is refused by the argument's name."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from gainstage.errors import InputError, InputTypeError

Floats = NDArray[np.float64]


def numbers(value: Any, name: str) -> Floats:
    """An array of finite ``float64``, row by row, of whatever shape."""
    if value is None:
        raise InputTypeError(f"{name} is None: give numbers")
    try:
        array = np.asarray(value)
    except (ValueError, TypeError) as fault:
        raise InputError(f"{name} is no array: {fault}; give rows of equal length") from None
    if array.dtype == object:
        try:
            array = array.astype(np.float64)
        except (TypeError, ValueError) as fault:
            raise InputTypeError(f"{name} has objects that are no numbers: {fault}") from None
    if array.dtype.kind not in "fiub":
        raise InputTypeError(f"{name} has the type {array.dtype}: give real numbers")
    array = np.ascontiguousarray(array, dtype=np.float64) if array.ndim else array.astype(np.float64)
    # A sum is quick, and no finite one hides what is not finite; one that is not may come of large numbers.
    with np.errstate(over="ignore", invalid="ignore"):
        suspicious = not np.isfinite(array.sum())
    if suspicious and not np.isfinite(array).all():
        at = tuple(int(i) for i in np.argwhere(~np.isfinite(array))[0])
        place = f"[{', '.join(map(str, at))}]" if at else ""
        raise InputError(f"{name}{place} is {array[at]}: give finite numbers, leave such samples out")
    return array


def samples(value: Any, inputs: int | None = None, name: str = "X", columns: list[str] | None = None) -> Floats:
    """Samples: an array with a row for each, and a column for each input; of a table these are ``columns``, if they are known."""
    must_be_called(value, columns, name)
    array = numbers(value, name)
    if array.ndim != 2:
        cure = f"use {name}.reshape(-1, 1) if it holds one input" if array.ndim == 1 else "give rows of inputs"
        raise InputError(f"{name} has {array.ndim} dimensions, where 2 are expected: {cure}")
    if inputs is not None and array.shape[1] != inputs:
        raise InputError(f"{name} has {array.shape[1]} columns, but the circuit has {inputs} inputs")
    return array


def must_be_called(value: Any, columns: list[str] | None, name: str) -> None:
    """Refuses a table whose columns are others, or in another order; arrays and unknown names pass."""
    given = column_names(value)
    if columns is not None and given is not None and given != columns:
        order = "in this order" if sorted(given) == sorted(columns) else "and no others"
        raise InputError(f"{name} has the columns {_short(given)}: the model was fitted with {_short(columns)}, {order}")


def column_names(value: Any) -> list[str] | None:
    """The names of the columns of a table, where all are texts."""
    names = list(getattr(value, "columns", []))
    return names if names and all(isinstance(n, str) for n in names) else None


def _short(names: list[str]) -> str:
    return ", ".join(names[:8]) + (", ..." if len(names) > 8 else "")


def targets(value: Any, rows: int, outputs: int, name: str = "y") -> Floats:
    """Values to compare with: a row for each sample, a column for each output."""
    array = numbers(value, name)
    if array.ndim == 1:
        array = array.reshape(-1, 1)
    if array.shape != (rows, outputs):
        raise InputError(f"{name} has the shape {array.shape}, but {rows} samples of {outputs} outputs are expected")
    return array


def labels(value: Any, classes: NDArray[Any], rows: int, name: str = "y") -> list[int]:
    """The index of the class of each sample."""
    array = np.asarray(value)
    if array.ndim == 2 and array.shape[1] == 1:
        array = array.ravel()
    if array.shape != (rows,):
        raise InputError(f"{name} has the shape {array.shape}, but a label for each of {rows} samples is expected")
    known = {c: k for k, c in enumerate(classes.tolist())}
    found = [known.get(c, -1) for c in array.tolist()]
    if -1 in found:
        at = found.index(-1)
        raise InputError(f"{name}[{at}] is {array[at]!r}, which is none of the classes {', '.join(map(str, known))}")
    return found


def class_names(classes: NDArray[Any]) -> list[str]:
    """Names of classes as files may hold them: their own where possible, else ``class0``, ..."""
    names = [str(c) for c in classes.tolist()]
    plain = all(n.strip() == n and 0 < len(n) <= 64 and n.isprintable() and not set(n) & set(",;\t\"'") for n in names)
    odd = {"na", "n/a", "#n/a", "nan", "null", "none", "?", "-", "missing"}
    numeric = sum(_is_number(n) for n in names)
    if plain and len(set(names)) == len(names) and not odd & {n.lower() for n in names} and numeric in (0, len(names)):
        return names
    return [f"class{k}" for k in range(len(names))]


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
