"""A circuit: a plan, and what becomes of it."""

from __future__ import annotations

import json
import os
import secrets
import tempfile
import warnings
from pathlib import Path
from typing import Any

from numpy.typing import ArrayLike

from gainstage import _command, _native, project
from gainstage.computation import Computation, decided, typed
from gainstage.errors import CheckFailed, InputError, InputTypeError
from gainstage.report import Report
from gainstage.tables import Estimate

__all__ = ["Circuit"]

_TOO_MUCH_LOST = 4


class Circuit(Computation):
    """An integer circuit. ``gainstage.convert`` and the estimators make it; ``Circuit(text)`` takes a plan's JSON.

    It pickles and copies: plan and model go along, samples do not.
    """

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
        otherwise ``target`` is a family, such as ``"ice40"``, and ``clock`` its MHz. What gainstage wrote into ``dir`` before is
        replaced; ``force`` takes away whatever else is in it.
        """
        flags = _flags(board=board, target=target, clock=clock, arch=arch, rate=rate, interval=interval)
        if dsp not in (None, True, False):
            raise InputError(f"dsp is {dsp!r}: give True or False, or leave it out")
        if dsp is not None:
            flags.append(f"--dsp={'on' if dsp else 'off'}")
        dir = _place(dir, "dir")
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
                self._must_be_in(_place(dir, "dir"))
            flags = [f"--vectors={vectors}", f"--seed={seed}"]
            if X is not None:
                data = Path(work, "samples.csv")
                project.Samples(self._inputs(X)).write(data)
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
        no targets, the outputs of the network in real numbers are taken for them. ``force`` takes away whatever is in ``dir``.
        """
        dir, model = _place(dir, "dir"), self._known_model()
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

    def to_c(self, dir: str | os.PathLike[str] | None = None, *, buffers: str | None = None, force: bool = False) -> dict[str, str]:
        """The circuit as portable C99 with a header for C++: the texts of the files, by name; with ``dir`` they are written there.

        ``buffers="q15"`` or ``"q31"`` adds a function for buffers of ``int16_t`` or ``int32_t`` that span -1 to 1.
        """
        return self._export("c99", dir, force, _flags(buffers=buffers))

    def to_rust(self, dir: str | os.PathLike[str] | None = None, *, force: bool = False) -> dict[str, str]:
        """The circuit as a Rust crate without std, on the crate ``fixed``: as ``to_c``, ``Cargo.toml`` and ``src/lib.rs``."""
        return self._export("rust", dir, force)

    def to_python(self, dir: str | os.PathLike[str] | None = None, *, force: bool = False) -> dict[str, str]:
        """The circuit as a script on numpy, for those who must read what it computes: as ``to_c``."""
        return self._export("python", dir, force)

    def to_onnx(self, path: str | os.PathLike[str] | None = None, *, values: bool = False, force: bool = False) -> bytes:
        """The circuit as an ONNX file: its bytes; with ``path`` they are written there.

        It computes codes from codes, in whole numbers; with ``values`` values from values.
        """
        with tempfile.TemporaryDirectory(prefix="gainstage-") as work, self._plan_file() as plan:
            place = Path(work, "plan.onnx") if path is None else _file(path)
            flags = ["--values"] * values + ["--force"] * force
            ran = _command.run("export", plan, "--format", "onnx", "-o", place, *flags)
            return Path(ran.json["files"][0]).read_bytes()

    def save(self, path: str | os.PathLike[str]) -> None:
        """Writes plan.json; a file that is there is replaced as a whole, or stays as it is.

        Not in a plan are the scales of a quantized ONNX file, and labels that are no plain names or numbers: pickle keeps them.
        """
        kept = []
        if self.classes_ is not None and list(self.classes_) != list(typed(self._engine.classes)):
            shown, named = ", ".join(map(repr, self.classes_[:3].tolist())), self._engine.classes[0]
            kept.append(f"the labels {shown}, ...: it calls them {named}, ...")
        if self._codes is not None:
            kept.append("the scales and roundings of the ONNX file: predict of what is read again takes the formats' values")
        for what in kept:
            warnings.warn(f"{os.fspath(path)} has no place for {what}; pickle keeps them", UserWarning, stacklevel=2)
        _write_atomic(_place(path, "path"), self._plan)

    # How.

    def _plan_file(self) -> _File:
        return _File("plan.json", self._plan)

    def _export(
        self, format: str, dir: str | os.PathLike[str] | None, force: bool, flags: list[str] | None = None
    ) -> dict[str, str]:
        with tempfile.TemporaryDirectory(prefix="gainstage-") as work, self._plan_file() as plan:
            place = Path(work, "out") if dir is None else _place(dir, "dir")
            options = [*(flags or []), *["--force"] * force]
            ran = _command.run("export", plan, "--format", format, "-o", place, *options)
            files = [Path(f) for f in ran.json["files"]]
            return {f.relative_to(place).as_posix(): f.read_text(encoding="utf-8") for f in files}

    def _for_build(self, X: ArrayLike | None, y: ArrayLike | None) -> project.Samples:
        if X is not None and y is not None:
            return self._judging(X, y)
        if y is not None:
            raise InputError("y is given without X: give both, or neither")
        if X is not None:
            x = self._table(X)
        elif self._samples is None:
            raise InputError("X: this circuit has no samples with it: give X, and y if targets are known")
        elif self._samples.judges:
            return self._samples
        else:
            x = self._samples.x
        real = _native.evaluate(self._known_model(), x)
        if self.classes_ is None:
            return project.Samples(x, real)
        return project.Samples(x, labels=decided(real), classes=self._engine.classes)

    def _must_be_in(self, dir: Path) -> None:
        try:
            there = (dir / "plan.json").read_text(encoding="utf-8")
        except OSError as fault:
            raise InputError(f"{dir}: {fault.strerror}: give a directory that write_verilog wrote") from None
        if not _same(there, self._plan):
            raise CheckFailed(f"{dir}: holds the circuit of another plan: write_verilog writes this one's")


def _same(there: str, plan: str) -> bool:
    """Whether both texts are the same plan, however it is laid out."""
    try:
        return bool(json.loads(there) == json.loads(plan))
    except ValueError:
        return False


def _place(path: Any, name: str) -> Path:
    """A path that the user gave."""
    if not isinstance(path, (str, os.PathLike)):
        raise InputTypeError(f"{name} is {path!r}: give a path")
    return Path(path)


def _file(path: Any) -> Path:
    """A file in a directory that is there."""
    place = _place(path, "path")
    if place.is_dir() or not place.parent.is_dir():
        raise InputError(f"{place}: is a directory, or in none that exists: give the path of a file")
    return place


def _flags(**values: Any) -> list[str]:
    return [f"--{name.replace('_', '-')}={value}" for name, value in values.items() if value is not None]


def _write_atomic(path: Path, text: str) -> None:
    """Readers see the old text or the new one: a file beside it, then a rename."""
    path = Path(os.path.realpath(path))
    beside = path.parent / f".{path.name[:40]}.{secrets.token_hex(8)}"
    try:
        # A new file has the permissions that the user's files have.
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666), "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        if path.exists():
            os.chmod(beside, path.stat().st_mode & 0o7777)
        os.replace(beside, path)
    except OSError as fault:
        raise InputError(f"{path}: {fault.strerror}: give a path that can be written") from None
    finally:
        beside.unlink(missing_ok=True)


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
