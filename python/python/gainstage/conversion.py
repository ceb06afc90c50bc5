"""From a model of whatever library to a circuit."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gainstage import _arrays, _command, _native, project, sources
from gainstage.circuit import Circuit
from gainstage.computation import decided
from gainstage.errors import InputError, InputTypeError

__all__ = ["convert"]

#: Where there are no targets: what the integers may differ from the network, as a share of its outputs' deviation, or of the
#: samples whose class differs.
_FAR, _FAR_CLASSES = 0.05, 0.01

#: Random inputs that stand for samples where there are none.
_RANDOM = 2000


def convert(
    model: Any,
    *,
    bits: int | str = "auto",
    data: ArrayLike | None = None,
    y: ArrayLike | None = None,
    input_range: tuple[float, float] | Sequence[tuple[float, float]] | None = None,
    name: str | None = None,
    formats: str | None = None,
    method: str | None = None,
    refine: bool = False,
    kinds: str | None = None,
    tables: str | None = None,
    max_ulp: float | None = None,
    guard_bits: int | None = None,
    top: int | None = None,
    margin: bool = False,
    softmax: int | None = None,
    input_format: str | None = None,
    as_real: bool = False,
    verbose: bool = False,
) -> Circuit:
    """Turns a trained model into an integer circuit.

    ``model`` is one of:

    - a fitted estimator of scikit-learn: perceptrons, linear models, and pipelines of scalers and these; others through
      skl2onnx, if it is installed;
    - an ONNX model: a path, the bytes of a file, or a ``ModelProto``; one that is quantized (QONNX, or QuantizeLinear and
      DequantizeLinear) becomes a circuit with its codes, so ``data`` and ``bits`` are left out. ``input_format`` is the format
      of inputs that it takes unrounded, such as ``"s8.4"``; ``as_real=True`` takes its real-valued network instead;
    - a PyTorch module; a Keras model, its layers in a chain or branching;
    - a model of HGQ2, a chain of ``QDense``: its bit widths are taken as they are, so ``data`` and ``bits`` are left out;
    - a list of layers ``(W, b, activation)``, for ``activation(x @ W + b)``: ``"relu"``, ``"leaky-relu(0.1)"``, ``"elu"``,
      ``"softplus"``, ``"psoftplus(0.3)"``, ``"sigmoid"``, ``"tanh"``, ``"none"``, a formula such as ``"{x*exp(-x^2)}"``, and with a
      kind ``"tanh*amplifying"`` or ``"tanh*attenuating(1)"``;
    - the path of a model.json, or of a plan.json, which is taken as it is.

    ``data`` are samples of the inputs: they say what range every value needs. With targets ``y`` they also choose widths
    (``bits="auto"``: the smallest, layer by layer, that lose little; 18 without ``y``) and tune codes. Without samples give
    ``input_range``, one (lo, hi) for all inputs or one each. Of a classifier ``top`` classes come out, the best first, and with
    ``margin`` by how much the first leads; with ``softmax=8`` the probabilities of all classes, in 8 bits each. The other options are those of ``gainstage quantize``.

    A circuit that is much worse than the model on ``data`` is warned of (``LossWarning``).
    """
    for switch, given in (("refine", refine), ("as_real", as_real), ("margin", margin)):
        if not isinstance(given, (bool, np.bool_)):
            raise InputTypeError(f"{switch} is {given!r}: give True or False")
    options = {
        "bits": _bits(bits), "formats": formats, "method": method, "refine": refine or None, "kinds": kinds,
        "tables": tables, "max_ulp": max_ulp, "guard_bits": guard_bits, "top": top, "margin": margin or None, "softmax": softmax,
    }  # fmt: skip
    options = {k: v for k, v in options.items() if v is not None}
    x = None if data is None else _arrays.samples(data, name="data")
    if name is not None and not isinstance(name, str):
        raise InputTypeError(f"name is {name!r}: give a text, or leave it out")
    source = sources.read(model, name or "net", None if x is None else x.shape[1], sources.Onnx(input_format, as_real))
    if isinstance(source, Circuit):
        if x is not None or y is not None or input_range is not None or len(options) > 1 or options["bits"] != "auto":
            raise InputError("model: it is quantized already: leave out data, y, input_range, bits and other options")
        return source
    inputs, outputs, classes, _ = _native.read_model(source.text, "model")
    source.columns = source.columns or _arrays.column_names(data)
    if x is not None and x.shape[1] != inputs:
        raise InputError(f"data has {x.shape[1]} columns, but the model has {inputs} inputs")
    if classes and source.classes is None:
        source.classes = np.asarray(classes)
    if x is not None:
        _arrays.must_be_called(data, source.columns, "data")
    if x is not None and len(x) == 0:
        raise InputError("data has no samples: give some, or input_range in place of data")
    samples = None if x is None else _samples(source, x, y, outputs)
    if samples is None and y is not None:
        raise InputError("y is given without data: give both")
    ranges = _ranges(input_range, x, source, inputs)
    circuit = quantize(source.text, samples, options, source.classes, source.flat, ranges, verbose)
    circuit._columns = source.columns
    if samples is None:
        _far(circuit, _within(input_range, source, inputs), "random inputs of the ranges")
    return circuit


def quantize(
    model: str,
    samples: project.Samples | None,
    options: dict[str, Any],
    classes: NDArray[Any] | None,
    flat: bool | None,
    ranges: list[str],
    verbose: bool,
    quiet: bool = False,
) -> Circuit:
    """The circuit of a model's text, by ``gainstage quantize``; ``quiet`` about all but too great a loss."""
    with tempfile.TemporaryDirectory(prefix="gainstage-") as work:
        file, plan, data = (Path(work, n) for n in ("model.json", "plan.json", "data.csv"))
        file.write_text(model, encoding="utf-8")
        flags = list(ranges)
        if samples is not None:
            samples.write(data)
            flags.append(f"--data={data}")
        for key, value in options.items():
            flags.append(f"--{key}" if value is True else f"--{key.replace('_', '-')}={value}")
        ran = _command.run("quantize", file, "-o", plan, *flags, verbose=verbose, quiet=quiet)
        text = plan.read_text(encoding="utf-8")
    table = {k: v for k, v in options.items() if k != "softmax"}
    if "softmax" in options:
        table |= {"argmax": False, "softmax": True, "softmax_bits": options["softmax"]}
    circuit = Circuit(text, model=model, classes=classes, samples=samples, quantize=table, flat=flat)
    loss = ran.json.get("loss")
    if loss is not None and not loss["held"]:
        _command.lost(ran.text.strip().split("\n\n")[0])
    elif loss is None and samples is not None:
        _far(circuit, samples.x, "the samples")
    return circuit


def _far(circuit: Circuit, x: NDArray[np.float64], what: str) -> None:
    """Warns of integers that are far from the network where there are no targets to judge both."""
    real = _native.evaluate(circuit._known_model(), x)
    if circuit.classes_ is not None:
        share = float(np.mean(circuit._best(circuit._engine.values(x)) != np.asarray(decided(real))))
        if share > _FAR_CLASSES:
            _command.lost(f"the circuit finds another class than the model for {share:.1%} of {what}: give more bits")
        return
    error = np.sqrt(np.mean((circuit._engine.values(x) - real) ** 2, axis=0))
    deviation = real.std(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        # Outputs that do not vary but for rounding errors are no measure.
        varies = deviation > 1e-9 * np.abs(real).max(axis=0)
        share = float(np.max(np.where(varies, error / deviation, 0.0)))
    if share > _FAR:
        _command.lost(
            f"the circuit's outputs are off by {share:.1%} of what they vary (root mean square, {what}): give more bits, or data "
            "and y, so that codes are tuned"
        )


def _bits(bits: int | str) -> int | str:
    if isinstance(bits, (int, np.integer)) and not isinstance(bits, bool) and 2 <= bits <= 48:
        return int(bits)
    if isinstance(bits, str) and bits == "auto":
        return bits
    raise InputError(f"bits is {bits!r}: give 2 to 48, or 'auto'")


def _ranges(given: Any, x: Any, source: sources.Source, inputs: int) -> list[str]:
    if given is None:
        if x is None and not json.loads(source.text).get("input_ranges"):
            raise InputError("data: the model does not say what range its inputs have: give data=X or input_range=(lo, hi)")
        return []
    if x is not None:
        raise InputError("input_range and data are both given: the samples say the ranges, leave input_range out")
    array = np.atleast_2d(_arrays.numbers(given, "input_range"))
    if array.ndim != 2 or array.shape[1] != 2 or len(array) not in (1, inputs):
        raise InputError(f"input_range has the shape {array.shape}: give (lo, hi), or one for each of {inputs} inputs")
    if not (array[:, 0] < array[:, 1]).all():
        raise InputError("input_range: lo is not below hi")
    return [f"--input-range={lo!r}:{hi!r}" for lo, hi in array.tolist()]


def _within(given: Any, source: sources.Source, inputs: int) -> NDArray[np.float64]:
    """Random inputs within the ranges that were given, or that the model says."""
    ranges = json.loads(source.text).get("input_ranges") if given is None else given
    lo, hi = np.broadcast_to(np.atleast_2d(np.asarray(ranges, dtype=np.float64)), (inputs, 2)).T
    return np.random.default_rng(1).uniform(lo, hi, (_RANDOM, inputs))


def _samples(source: sources.Source, x: NDArray[np.float64], y: Any, outputs: int) -> project.Samples:
    if y is None:
        return project.Samples(x)
    if source.classes is None:
        return project.Samples(x, _arrays.targets(y, len(x), outputs))
    names = json.loads(source.text)["classes"]
    return project.Samples(x, labels=_arrays.labels(y, source.classes, len(x)), classes=names)
