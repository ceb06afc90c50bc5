"""A circuit: a plan, and the model and the samples it was made from, as far as they are there."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gainstage import _arrays, _command, _native, project
from gainstage.errors import CheckFailed, InputError
from gainstage.report import Report
from gainstage.tables import Estimate

__all__ = ["Circuit"]

_TOO_MUCH_LOST = 4


class Circuit:
    """An integer circuit. ``gainstage.convert`` and the estimators make it; ``Circuit(text)`` takes a plan's JSON.

    It pickles and copies: plan and model go along, samples do not.
    """

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
    ) -> None:
        self._engine = _native.Engine(plan, place)
        self._plan, self._model, self._samples = plan, model, samples
        self._quantize = dict(quantize or {})
        self._flat = self._engine.outputs == 1 if flat is None else flat
        names = self._engine.classes
        self.classes_ = None if classes is None else np.asarray(classes)
        if self.classes_ is None and names:
            self.classes_ = np.asarray(names)

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
        return f"<gainstage.Circuit {self.name}: {ports if len(ports) < 120 else f'{self.n_inputs} inputs'}>"

    def __getstate__(self) -> dict[str, Any]:
        return {k: v for k, v in self.__dict__.items() if k not in ("_engine", "_samples")}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self._samples = None
        self._engine = _native.Engine(self._plan, "plan")

    # What it computes.

    def predict(self, X: ArrayLike) -> NDArray[Any]:
        """What the circuit gives: values, or the class. A row a sample; one dimension where there is one output.

        Inputs are rounded to the ports, half up, and saturate there, as all values do; the sums are integers.
        """
        y = self._engine.values(_arrays.samples(X, self.n_inputs))
        if self._engine.decides:
            found = y[:, 0].astype(np.intp)
            return found if self.classes_ is None else self.classes_[found]
        return y[:, 0] if self._flat else y

    def predict_codes(self, X: ArrayLike) -> NDArray[np.int64]:
        """The integers at the output ports, a row a sample: what ``gainstage eval --codes`` writes."""
        return self._engine.codes(_arrays.samples(X, self.n_inputs))

    def run(self, codes: ArrayLike) -> NDArray[np.int64]:
        """The integers at the output ports for integers at the input ports."""
        array = np.asarray(codes)
        if array.dtype.kind not in "iu":
            raise InputError(f"codes has the type {array.dtype}: give integers")
        if array.ndim != 2:
            raise InputError(f"codes has {array.ndim} dimensions, where 2 are expected: give rows of inputs")
        return self._engine.run(np.ascontiguousarray(array, dtype=np.int64))

    def predict_float(self, X: ArrayLike) -> NDArray[Any]:
        """What the network gives in real numbers: values, or scores of classes. Needs the model."""
        y = _native.evaluate(self._known_model(), _arrays.samples(X, self.n_inputs))
        return y[:, 0] if self._flat and y.shape[1] == 1 else y

    def error(self, X: ArrayLike, y: ArrayLike) -> dict[str, Any]:
        """How far outputs are from targets: ``mae``, ``rmse``, ``sd``, ``max``; of classes ``accuracy`` and ``confusion``."""
        samples = self._judging(X, y)
        with tempfile.TemporaryDirectory(prefix="gainstage-") as work:
            plan, data = Path(work, "plan.json"), Path(work, "samples.csv")
            plan.write_text(self._plan, encoding="utf-8")
            samples.write(data)
            json = _command.run("eval", plan, "--data", data, "-o", Path(work, "out.csv"), "--json", quiet=True).json
        return {k: v for k, v in json.items() if k not in ("ok", "output", "outputs")}

    # What becomes of it.

    def write_verilog(
        self,
        dir: str | os.PathLike[str],
        *,
        board: str | None = None,
        target: str | None = None,
        clock: float | None = None,
        arch: str | None = None,
        rate: float | None = None,
        interval: int | None = None,
        dsp: bool | None = None,
        force: bool = False,
    ) -> dict[str, Any]:
        """Writes Verilog and memory files, as ``gainstage generate`` does; returns top module, latency, interval, files.

        ``board`` (a name that ``gainstage boards`` lists, or a board file) sets family, clock and the part that must hold it;
        otherwise ``target`` is a family, such as ``"ice40"``, and ``clock`` its MHz.
        """
        flags = _flags(board=board, target=target, clock=clock, arch=arch, rate=rate, interval=interval)
        if dsp is not None:
            flags.append(f"--dsp={'on' if dsp else 'off'}")
        with self._plan_file() as plan:
            return _command.run("generate", plan, "-o", dir, *flags, *(["--force"] if force else [])).json

    def verify(
        self,
        dir: str | os.PathLike[str] | None = None,
        *,
        vectors: int = 100_000,
        seed: int = 1,
        X: ArrayLike | None = None,
        lint: bool = False,
        second: bool = True,
        verbose: bool = False,
    ) -> dict[str, Any]:
        """Simulates the files of a directory (without one, of a fresh one) and compares every output with the plan.

        Raises ``CheckFailed`` if one differs, or if the directory holds another plan's circuit. Verilator must be installed.
        """
        with tempfile.TemporaryDirectory(prefix="gainstage-") as work:
            if dir is None:
                dir = Path(work, "circuit")
                self.write_verilog(dir)
            else:
                self._must_be_in(Path(dir))
            flags = [f"--vectors={vectors}", f"--seed={seed}"]
            if X is not None:
                data = Path(work, "samples.csv")
                project.Samples(_arrays.samples(X, self.n_inputs)).write(data)
                flags.append(f"--data={data}")
            flags += ["--lint"] * lint + ["--no-second"] * (not second)
            return _command.run("verify", dir, *flags, verbose=verbose).json

    def build(
        self,
        dir: str | os.PathLike[str],
        *,
        X: ArrayLike | None = None,
        y: ArrayLike | None = None,
        board: str | None = None,
        target: str | None = None,
        clock: float | None = None,
        arch: str | None = None,
        force: bool = False,
        verbose: bool = False,
    ) -> Report:
        """All of it, as ``gainstage build`` does: Verilog, its proof, ``report.html``; with ``board`` the bitstream too.

        ``X`` and ``y`` are the samples to calibrate on and to judge by: without them, those of ``convert``. Where there are
        no targets, the outputs of the network in real numbers are taken for them.
        """
        model = self._known_model()
        samples = self._for_build(X, y)
        means = {"target": target or (None if board else "generic"), "clock": clock, "arch": arch}
        tables = {"network": {"hidden": []}, "quantize": self._quantize, "build": means}
        with tempfile.TemporaryDirectory(prefix="gainstage-") as work:
            project.write(Path(work), self.name, samples, tables)
            Path(work, "model.json").write_text(model, encoding="utf-8")
            flags = _flags(board=board) + ["--force"] * force
            ran = _command.run(
                "build", work, "--model", Path(work, "model.json"), "-o", dir, *flags,
                verbose=verbose, allowed=(_TOO_MUCH_LOST,), quiet=True,
            )  # fmt: skip
        page = Path(dir, "report.html").read_text(encoding="utf-8")
        if ran.code == _TOO_MUCH_LOST:
            _command.lost(ran.text.strip().split("\n\n")[0])
        if X is None and Path(dir, "plan.json").read_text(encoding="utf-8").strip() != self._plan.strip():
            raise CheckFailed(f"{dir}: the plan that was built is not this circuit's: please report it")
        return Report(page, ran.text, ran.json, ok=True, held=ran.code == 0)

    def report(self, **build: Any) -> Report:
        """The report of a build in a directory that is not kept: a page in a notebook. Arguments are those of ``build``."""
        with tempfile.TemporaryDirectory(prefix="gainstage-") as work:
            return self.build(Path(work, "build"), **build)

    def estimate(
        self, *, board: str | None = None, target: str | None = None, clock: float | list[float] | None = None
    ) -> Estimate:
        """Look-up tables, clock and latency of every architecture, by estimate; a dictionary each."""
        clocks = ",".join(map(str, clock)) if isinstance(clock, (list, tuple)) else clock
        with self._plan_file() as plan:
            ran = _command.run("estimate", plan, *_flags(board=board, target=target, clock=clocks))
        return Estimate(ran.json["circuits"], ran.text)

    def to_c(self, dir: str | os.PathLike[str] | None = None, *, force: bool = False) -> dict[str, str]:
        """The circuit as portable C99: the texts of the files, by name; with ``dir`` they are written there as well."""
        with tempfile.TemporaryDirectory(prefix="gainstage-") as work, self._plan_file() as plan:
            place = Path(work, "c") if dir is None else Path(dir)
            ran = _command.run("export", plan, "--format", "c99", "-o", place, *(["--force"] if force else []))
            files = [Path(f) for f in ran.json["files"]]
            return {f.name: f.read_text(encoding="utf-8") for f in files}

    def save(self, path: str | os.PathLike[str]) -> None:
        """Writes plan.json."""
        Path(path).write_text(self._plan, encoding="utf-8")

    # How.

    def _known_model(self) -> str:
        if self._model is None:
            raise InputError(f"{self.name}: the network in real numbers is not known: it was made from a plan alone")
        return self._model

    def _plan_file(self) -> _File:
        return _File("plan.json", self._plan)

    def _judging(self, X: ArrayLike, y: ArrayLike) -> project.Samples:
        x = _arrays.samples(X, self.n_inputs)
        if self.classes_ is not None:
            names = self._engine.classes or _arrays.class_names(self.classes_)
            return project.Samples(x, labels=_arrays.labels(y, self.classes_, len(x)), classes=names)
        return project.Samples(x, _arrays.targets(y, len(x), self.n_outputs))

    def _for_build(self, X: ArrayLike | None, y: ArrayLike | None) -> project.Samples:
        if X is not None and y is not None:
            return self._judging(X, y)
        if y is not None:
            raise InputError("y is given without X: give both, or neither")
        x = _arrays.samples(X, self.n_inputs) if X is not None else self._samples and self._samples.x
        if x is None:
            raise InputError("X: this circuit has no samples with it: give X, and y if targets are known")
        if X is None and self._samples is not None and self._samples.judges:
            return self._samples
        real = _native.evaluate(self._known_model(), x)
        if self.classes_ is None:
            return project.Samples(x, real)
        return project.Samples(x, labels=decided(real), classes=self._engine.classes)

    def _must_be_in(self, dir: Path) -> None:
        try:
            there = (dir / "plan.json").read_text(encoding="utf-8")
        except OSError as fault:
            raise InputError(f"{dir}: {fault.strerror}: give a directory that write_verilog wrote") from None
        if there.strip() != self._plan.strip():
            raise CheckFailed(f"{dir}: holds the circuit of another plan: write_verilog writes this one's")


def decided(scores: NDArray[np.float64]) -> list[int]:
    """The class that scores decide: the first of the largest; of a single score, whether it is above 0."""
    found = scores[:, 0] > 0 if scores.shape[1] == 1 else scores.argmax(axis=1)
    return [int(k) for k in found]


def _flags(**values: Any) -> list[str]:
    return [f"--{name.replace('_', '-')}={value}" for name, value in values.items() if value is not None]


class _File:
    """A file of a text, for as long as a command needs it."""

    def __init__(self, name: str, text: str) -> None:
        self._name, self._text = name, text

    def __enter__(self) -> Path:
        self._directory = tempfile.TemporaryDirectory(prefix="gainstage-")
        path = Path(self._directory.name, self._name)
        path.write_text(self._text, encoding="utf-8")
        return path

    def __exit__(self, *_: object) -> None:
        self._directory.cleanup()
