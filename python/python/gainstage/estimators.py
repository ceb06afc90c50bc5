"""Estimators of scikit-learn that train for a circuit and predict as it computes."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin
from sklearn.utils import check_random_state
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_is_fitted, column_or_1d, validate_data

from gainstage import _arrays, _command, project
from gainstage.circuit import Circuit
from gainstage.conversion import quantize
from gainstage.errors import InputError

__all__ = ["GainstageClassifier", "GainstageRegressor"]

#: Seeds that a project file holds, on every platform.
_SEEDS = 2**31 - 1

#: Steps of all restarts together where the number of epochs is left open, and the ends of what they come to.
_STEPS, _LEAST, _MOST = 600_000, 20, 2000


class _Gainstage(BaseEstimator):
    """What both share. Training is that of ``gainstage train``, widths are those of ``gainstage quantize``."""

    def __init__(
        self,
        hidden: Sequence[Any] | str = (16,),
        activation: str = "tanh",
        *,
        bits: int | str = "auto",
        epochs: int | str = "auto",
        restarts: int = 4,
        minutes: float = 0.5,
        max_luts: int | None = None,
        train: Mapping[str, Any] | None = None,
        quantize: Mapping[str, Any] | None = None,
        random_state: Any = None,
        verbose: bool = False,
    ) -> None:
        self.hidden = hidden
        self.activation = activation
        self.bits = bits
        self.epochs = epochs
        self.restarts = restarts
        self.minutes = minutes
        self.max_luts = max_luts
        self.train = train
        self.quantize = quantize
        self.random_state = random_state
        self.verbose = verbose

    def _fit(self, samples: project.Samples, classes: Any, flat: bool | None) -> None:
        seed = int(check_random_state(self.random_state).randint(_SEEDS))
        with tempfile.TemporaryDirectory(prefix="gainstage-") as work:
            if isinstance(self.hidden, str):
                self.circuit_ = self._learned_edges(Path(work), samples, seed, classes, flat)
            else:
                self.circuit_ = self._neurons(Path(work), samples, seed, classes, flat)

    def _neurons(self, work: Path, samples: project.Samples, seed: int, classes: Any, flat: bool | None) -> Circuit:
        for name, given in (("train", self.train), ("quantize", self.quantize)):
            if given is not None and not isinstance(given, Mapping):
                raise InputError(f"{name} is {given!r}: give a mapping of its entries, or None")
        train = {"seed": seed, "epochs": self._epochs(len(samples.x)), "restarts": self.restarts, **(self.train or {})}
        # One size is one layer, as in scikit-learn.
        hidden = self.hidden if isinstance(self.hidden, Sequence) else [self.hidden]
        tables = {"network": {"hidden": [self._layer(given) for given in hidden]}, "train": train}
        project.write(work, "net", samples, tables)
        model = work / "model.json"
        ran = _command.run("train", work, "-o", model, verbose=self.verbose, quiet=True)
        self.training_ = ran.json["training"]
        how = {"bits": self.bits, **(self.quantize or {})}
        text = model.read_text(encoding="utf-8")
        classes = _in_order(classes, samples, json.loads(text).get("classes", []))
        return quantize(text, samples, how, classes, flat, [], self.verbose, quiet=not self.verbose)

    def _learned_edges(self, work: Path, samples: project.Samples, seed: int, classes: Any, flat: bool | None) -> Circuit:
        if self.hidden != "learned":
            raise InputError(f"hidden is {self.hidden!r}: give sizes of layers, such as (16,), or 'learned'")
        network = {"edges": "learned", "minutes": float(self.minutes), "max-luts": self.max_luts}
        project.write(work, "net", samples, {"network": network, "verify": {"seed": seed}})
        _command.run("build", work, "-o", work / "build", verbose=self.verbose, quiet=not self.verbose)
        plan = (work / "build" / "plan.json").read_text(encoding="utf-8")
        circuit = Circuit(plan, flat=flat)
        circuit.classes_ = _in_order(classes, samples, circuit._engine.classes)
        return circuit

    def _layer(self, given: Any) -> dict[str, Any]:
        if isinstance(given, Mapping):
            return {"activation": self.activation, **given}
        if isinstance(given, (int, np.integer)) and not isinstance(given, bool):
            return {"ordinary": int(given), "activation": self.activation}
        raise InputError(f"hidden has {given!r}: give numbers of neurons, or such as {{'ordinary': 4, 'amplifying': 2}}")

    def _epochs(self, rows: int) -> int:
        if self.epochs == "auto":
            return int(np.clip(_STEPS // (max(rows, 1) * max(self.restarts, 1)), _LEAST, _MOST))
        if isinstance(self.epochs, (int, np.integer)) and self.epochs > 0:
            return int(self.epochs)
        raise InputError(f"epochs is {self.epochs!r}: give a whole number above 0, or 'auto'")

    def _known(self, X: Any) -> Any:
        check_is_fitted(self)
        return validate_data(self, X, reset=False, dtype=np.float64, order="C")

    def predict(self, X: Any) -> Any:
        """What the circuit gives for samples."""
        X = self._known(X)
        return self.circuit_.predict(X)


def _in_order(classes: Any, samples: project.Samples, names: list[str]) -> Any:
    """The classes in the order of their names in a file, which is that of a circuit's indices."""
    return None if classes is None else classes[[samples.classes.index(name) for name in names]]


class GainstageRegressor(RegressorMixin, _Gainstage):
    """Values, from a network of neurons or of learned edges, computed in integers.

    Parameters
    ----------
    hidden : sizes of the hidden layers; a layer may be a mapping with ``ordinary``, ``amplifying``, ``attenuating``, ``linear``,
        ``activation`` and ``b``, as in ``[network]`` of a project. ``"learned"``: learned edges, whose shape is found in
        ``minutes`` and at most ``max_luts`` look-up tables; that circuit is simulated before ``fit`` ends (Verilator).
    activation : of the neurons, such as ``"tanh"``, ``"relu"``, ``"psoftplus(0.3)"``.
    bits : total width, or ``"auto"``: the smallest, layer by layer, that lose little.
    epochs, restarts : of the training; ``"auto"`` bounds its steps.
    train, quantize : further entries of ``[train]`` of a project, and further arguments of ``gainstage.convert``.
    random_state : seed of everything random.
    verbose : shows progress, and warnings of the training.

    Attributes
    ----------
    circuit_ : the ``gainstage.Circuit``; ``training_`` : the record of the training.
    """

    def fit(self, X: Any, y: Any) -> GainstageRegressor:
        """Trains, and makes the circuit."""
        X, y = validate_data(self, X, y, dtype=np.float64, order="C", multi_output=True, y_numeric=True, ensure_min_samples=2)
        y = np.asarray(y, dtype=np.float64)
        self._fit(project.Samples(X, y.reshape(len(X), -1)), None, y.ndim == 1)
        return self

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.target_tags.multi_output = True
        return tags


class GainstageClassifier(ClassifierMixin, _Gainstage):
    """Classes, from a network of neurons or of learned edges, decided in integers.

    Parameters and attributes are those of ``GainstageRegressor``; ``classes_`` are the classes.
    """

    def fit(self, X: Any, y: Any) -> GainstageClassifier:
        """Trains, and makes the circuit."""
        X, y = validate_data(self, X, y, dtype=np.float64, order="C", ensure_min_samples=2)
        check_classification_targets(y)
        y = column_or_1d(y, warn=True)
        self.classes_, labels = np.unique(y, return_inverse=True)
        if len(self.classes_) < 2:
            raise InputError(f"y has one class, {self.classes_[0]!r}: give samples of two classes or more")
        names = _arrays.class_names(self.classes_)
        self._fit(project.Samples(X, labels=labels.tolist(), classes=names), self.classes_, None)
        return self
