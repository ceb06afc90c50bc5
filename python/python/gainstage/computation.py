"""What a plan computes, in integers, and its model in real numbers, as far as it is known."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gainstage import _arrays, _command, _native, project
from gainstage.errors import InputError, InputTypeError

__all__ = ["Computation", "decided", "typed"]


class Computation:
    """A plan on arrays: the part of a ``Circuit`` that computes."""

    def __init__(
        self,
        plan: str,
        *,
        model: str | None = None,
        classes: ArrayLike | None = None,
        samples: project.Samples | None = None,
        quantize: dict[str, Any] | None = None,
        place: str = "plan",
        flat: bool | None = None,
        ports: str | None = None,
        columns: list[str] | None = None,
    ) -> None:
        if not isinstance(plan, str):
            raise InputTypeError(f"plan is a {type(plan).__name__}: give the text of a plan.json, or use gainstage.convert")
        self._engine = _native.Engine(plan, place)
        self._plan, self._model, self._samples = plan, model, samples
        self._quantize = dict(quantize or {})
        self._ports, self._columns = ports, columns
        self._codes = None if ports is None else _native.Ports(ports)
        self._flat = self._engine.outputs == 1 if flat is None else flat
        names = self._engine.classes
        self.classes_ = None if classes is None else np.asarray(classes)
        if self.classes_ is None and names:
            self.classes_ = typed(names)

    # What it is.

    @property
    def name(self) -> str:
        """Name of the design, and of its top module."""
        return self._engine.name

    @property
    def n_inputs(self) -> int:
        """Inputs of a sample."""
        return self._engine.inputs

    @property
    def n_outputs(self) -> int:
        """Outputs of a sample; 1 where a class comes out."""
        return self._engine.outputs

    @property
    def input_formats(self) -> list[str]:
        """Formats of the input ports, such as ``s16.12``."""
        return self._engine.input_formats

    @property
    def output_formats(self) -> list[str]:
        """Formats of the output ports."""
        return self._engine.output_formats

    @property
    def plan(self) -> str:
        """The text of plan.json, which decides every bit."""
        return self._plan

    @property
    def model(self) -> str | None:
        """The text of model.json: the network in real numbers, if it is known."""
        return self._model

    def __repr__(self) -> str:
        ports = f"{', '.join(self.input_formats)} to {', '.join(self.output_formats)}"
        return f"<gainstage.{type(self).__name__} {self.name}: {ports if len(ports) < 120 else f'{self.n_inputs} inputs'}>"

    def __getstate__(self) -> dict[str, Any]:
        return {k: v for k, v in self.__dict__.items() if k not in ("_engine", "_samples", "_codes")}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self._samples = None
        self._engine = _native.Engine(self._plan, "plan")
        self._codes = None if self._ports is None else _native.Ports(self._ports)

    # What it computes.

    def predict(self, X: ArrayLike) -> NDArray[Any]:
        """What the circuit gives: values, or the best class. A row a sample; one dimension where there is one output.

        Inputs are rounded to the ports, half up, and saturate there, as all values do; the sums are integers. Values of a
        quantized ONNX file are rounded and scaled as the file says.
        """
        y = self._values(self._inputs(X))
        if self._engine.decides or self._engine.probabilities:
            found = self._best(y)
            return found if self.classes_ is None else self.classes_[found]
        return y[:, 0] if self._flat else y

    def predict_top(self, X: ArrayLike) -> NDArray[Any]:
        """The classes that the circuit gives, the best first: a row a sample, as many columns as the plan's ``top``."""
        if not self._engine.decides:
            raise InputError(f"{self.name}: it gives no classes, or their probabilities: leave out softmax")
        found = self._values(self._inputs(X))[:, : self._engine.top].astype(np.intp)
        return found if self.classes_ is None else self.classes_[found]

    def predict_proba(self, X: ArrayLike) -> NDArray[np.float64]:
        """The probability of each class, a row a sample. Needs a circuit with ``softmax``."""
        if not self._engine.probabilities:
            raise InputError(f"{self.name}: it gives no probabilities: convert with softmax=8, for 8 bits each")
        return self._values(self._inputs(X))

    def margin(self, X: ArrayLike) -> NDArray[np.float64]:
        """By how much the score of the first class is above the next, a number a sample. Needs a plan with ``margin``."""
        if not self._engine.margin:
            raise InputError(f"{self.name}: it gives no margin: convert with margin=True")
        return self._values(self._inputs(X))[:, -1]

    def predict_codes(self, X: ArrayLike) -> NDArray[np.int64]:
        """The integers at the output ports, a row a sample: what ``gainstage eval --codes`` writes."""
        return self._engine.codes(self._inputs(X))

    def run(self, codes: ArrayLike) -> NDArray[np.int64]:
        """The integers at the output ports for integers at the input ports."""
        array = np.asarray(codes)
        if array.dtype.kind == "u" and array.size and int(array.max()) > np.iinfo(np.int64).max:
            raise InputError(f"codes has {array.max()}: no port is so wide")
        if array.dtype.kind not in "iu":
            raise InputError(f"codes has the type {array.dtype}: give integers")
        if array.ndim != 2:
            raise InputError(f"codes has {array.ndim} dimensions, where 2 are expected: give rows of inputs")
        return self._engine.run(np.ascontiguousarray(array, dtype=np.int64))

    def predict_float(self, X: ArrayLike) -> NDArray[Any]:
        """What the network gives in real numbers: values, or scores of classes. Needs the model."""
        y = _native.evaluate(self._known_model(), self._table(X))
        return y[:, 0] if self._flat and y.shape[1] == 1 else y

    def error(self, X: ArrayLike, y: ArrayLike) -> dict[str, Any]:
        """How far outputs are from targets: ``mae``, ``rmse``, ``sd``, ``max``; of classes ``accuracy`` and ``confusion``."""
        samples = self._judging(X, y)
        if self._codes is not None and samples.y is not None:
            found = _native.figures(self._values(samples.x), samples.y)
            return {"samples": len(samples.x), **dict(zip(("mae", "rmse", "max", "sd"), found, strict=True))}
        with tempfile.TemporaryDirectory(prefix="gainstage-") as work:
            plan, data = Path(work, "plan.json"), Path(work, "samples.csv")
            plan.write_text(self._plan, encoding="utf-8")
            samples.write(data)
            out = Path(work, "out.csv")
            json = _command.run("eval", plan, "--data", data, "-o", out, "--json", named={str(data): "X"}).json
        return {k: v for k, v in json.items() if k not in ("ok", "output", "outputs")}

    # How.

    def _table(self, X: ArrayLike) -> _arrays.Floats:
        return _arrays.samples(X, self.n_inputs, columns=self._columns)

    def _inputs(self, X: ArrayLike) -> _arrays.Floats:
        """Samples as values of the ports."""
        x = self._table(X)
        return x if self._codes is None else self._codes.encode(x)

    def _values(self, x: _arrays.Floats) -> _arrays.Floats:
        """Outputs for values of the ports."""
        y = self._engine.values(x)
        return y if self._codes is None or self._engine.decides else self._codes.decode(y)

    def _best(self, y: _arrays.Floats) -> NDArray[np.intp]:
        """The classes that outputs stand for: those that come out first, or have the largest probability."""
        return y.argmax(axis=1) if self._engine.probabilities else y[:, 0].astype(np.intp)

    def _known_model(self) -> str:
        if self._model is None:
            raise InputError(f"{self.name}: the network in real numbers is not known: it was made from a plan alone")
        return self._model

    def _judging(self, X: ArrayLike, y: ArrayLike) -> project.Samples:
        x = self._inputs(X)
        if self.classes_ is not None:
            names = self._engine.classes or _arrays.class_names(self.classes_)
            return project.Samples(x, labels=_arrays.labels(y, self.classes_, len(x)), classes=names)
        return project.Samples(x, _arrays.targets(y, len(x), self.n_outputs))


def typed(names: list[str]) -> NDArray[Any]:
    """Classes of a plan, which knows their names only: numbers and truth values are these again."""
    if set(names) <= {"False", "True"}:
        return np.asarray([name == "True" for name in names])
    for kind in (int, float):
        try:
            values = np.asarray([kind(name) for name in names])
        except (ValueError, OverflowError):
            continue
        if [str(v) for v in values.tolist()] == names:
            return values
    return np.asarray(names)


def decided(scores: NDArray[np.float64]) -> list[int]:
    """The class that scores decide: the first of the largest; of a single score, whether it is above 0."""
    found = scores[:, 0] > 0 if scores.shape[1] == 1 else scores.argmax(axis=1)
    return [int(k) for k in found]
