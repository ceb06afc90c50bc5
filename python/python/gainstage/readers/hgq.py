"""Models of HGQ2: their bit widths are a plan already, taken as they are or refused by the layer's name.

What HGQ2 rounds, the plan rounds, to the same bits. What overflows there wraps, or saturates; in a plan it saturates: values
within the widths that HGQ2 found (``trace_minmax``) come out the same.
"""

from __future__ import annotations

import json
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from gainstage.errors import UnsupportedModel
from gainstage.readers import keras

Floats = NDArray[np.float64]
_MOST_FRACTION, _MOST_WIDTH = 60, 48


class _Form(NamedTuple):
    signed: bool
    width: int
    frac: int

    @property
    def json(self) -> dict[str, Any]:
        return {"signed": self.signed, "width": self.width, "frac": self.frac}


def is_hgq(model: Any) -> bool:
    """Whether a Keras model has layers of HGQ2."""
    return any(c.__module__.split(".")[0] == "hgq" for layer in _all(model) for c in type(layer).__mro__)


def _all(model: Any) -> list[Any]:
    return [inner for layer in model.layers for inner in ([layer, *_all(layer)] if hasattr(layer, "layers") else [layer])]


def plan(model: Any, name: str) -> str:
    """The text of plan.json of a chain of ``QDense``."""
    if keras.branches(model):
        raise UnsupportedModel("model: layers of HGQ2 that branch: only chains of QDense are read")
    layers = [layer for layer in keras.chain(model) if type(layer).__name__ not in keras.NOTHING]
    if not layers:
        raise UnsupportedModel("model: there is no layer with weights")
    for layer in layers:
        _check(layer)
    incoming = [_quantizer(layer) for layer in layers]
    for before, forms in zip(layers, incoming[1:], strict=False):
        if _relu(before):
            # What is below 0 saturates there: that is the ReLU.
            forms[:] = [form and _Form(False, form.width - form.signed, form.frac) for form in forms]
    for layer, forms in zip(layers, incoming, strict=True):
        if layer.iq.quantizer.symmetric and any(form and form.signed for form in forms):
            raise UnsupportedModel(f"model: the layer {layer.name!r} saturates its inputs symmetrically: use SAT or WRAP")
    ports = [[_port(form, layer) for form in forms] for layer, forms in zip(layers, incoming, strict=True)]
    made = []
    for at, layer in enumerate(layers):
        outgoing = list(zip(incoming[at + 1], ports[at + 1], strict=True)) if at + 1 < len(layers) else None
        made.append({"neurons": _neurons(layer, incoming[at], ports[at], outgoing)})
    return json.dumps({"schema": 1, "name": name, "inputs": [p.json for p in ports[0]], "layers": made})


def _check(layer: Any) -> None:
    where = f"model: the layer {layer.name!r}"
    if type(layer).__name__ != "QDense":
        raise UnsupportedModel(f"{where} of the kind {type(layer).__name__}: of HGQ2's layers only QDense is read")
    if not layer.enable_iq or layer.enable_oq:
        raise UnsupportedModel(f"{where} has no quantizer of its inputs, or one of its outputs: leave enable_iq on, enable_oq off")
    if _activation(layer) not in ("linear", "relu"):
        raise UnsupportedModel(f"{where} has the activation {_activation(layer)!r}: only relu is read")
    inner = layer.iq.quantizer
    if not hasattr(inner, "kif"):
        raise UnsupportedModel(f"{where} has inputs that are not fixed-point ({type(inner).__name__})")
    if inner.round_mode != "RND":
        raise UnsupportedModel(f"{where} rounds its inputs by {inner.round_mode}: only RND, half up, is read")
    if layer.iq.scaler is not None or layer.iq.affine is not None:
        raise UnsupportedModel(f"{where} scales what it quantizes: leave out scaler and affine")


def _activation(layer: Any) -> str:
    return getattr(layer.activation, "__name__", "linear") if layer.activation is not None else "linear"


def _relu(layer: Any) -> bool:
    return _activation(layer) == "relu"


def _quantizer(layer: Any) -> list[_Form | None]:
    """The format of every input of a layer; None where it has no bits and is 0."""
    inner, inputs = layer.iq.quantizer, layer.kernel.shape[0]
    k, i, f = (np.asarray(inner.bw_mapper.bw_to_x(v, (1, inputs))).reshape(inputs).astype(int) for v in inner.kif)
    forms: list[_Form | None] = []
    for at in range(inputs):
        width = int(k[at] + i[at] + f[at])
        forms.append(_Form(bool(k[at]), width, int(f[at])) if width > 0 else None)
    return forms


def _port(form: _Form | None, layer: Any) -> _Form:
    """A format that a plan has: two bits at least."""
    if form is None or form.width < 1:
        return _Form(True, 2, 0)
    if form.width == 1 and layer.iq.quantizer.overflow_mode != "WRAP":
        raise UnsupportedModel(f"model: the layer {layer.name!r} saturates an input of one bit, which a plan has not")
    if form.width > _MOST_WIDTH:
        raise UnsupportedModel(f"model: the layer {layer.name!r} has an input of {form.width} bits: at most {_MOST_WIDTH} are read")
    return form._replace(width=max(form.width, 2))


def _neurons(layer: Any, incoming: Any, ports: list[_Form], outgoing: Any) -> list[dict[str, Any]]:
    kernel = np.asarray(layer.qkernel, dtype=float).copy()
    kernel[[form is None or form.width < 1 for form in incoming]] = 0.0
    bias = np.zeros(kernel.shape[1]) if layer.bias is None else np.asarray(layer.qbias, dtype=float)
    return [_neuron(layer, kernel[:, j], float(bias[j]), ports, outgoing and outgoing[j]) for j in range(kernel.shape[1])]


def _neuron(layer: Any, weights: Floats, bias: float, ports: list[_Form], outgoing: Any) -> dict[str, Any]:
    if outgoing is not None and (outgoing[0] is None or outgoing[0].width < 1):
        weights, bias = np.zeros_like(weights), 0.0
    finest = max(port.frac for port in ports)
    frac = max(_fraction(weights, layer), _fraction(np.array([bias]), layer) - finest)
    codes = [int(w) for w in weights * 2.0**frac]
    point = frac + finest
    bits = max(2, max(abs(c) for c in codes).bit_length() + 1)
    form = _Form(True, bits, frac)
    y = outgoing[1] if outgoing is not None else _exact(layer, codes, int(bias * 2.0**point), ports, point)
    return {"weight": form.json, "weights": codes, "bias": int(bias * 2.0**point), "stage": {"linear": {"y": y.json}}}


def _exact(layer: Any, codes: list[int], bias: int, ports: list[_Form], point: int) -> _Form:
    """The format of a last layer's sum, which nothing rounds; a ReLU there saturates at 0."""
    lo = hi = bias
    finest = max(port.frac for port in ports)
    for code, port in zip(codes, ports, strict=True):
        least = -(1 << (port.width - 1)) if port.signed else 0
        ends = [code * v << (finest - port.frac) for v in (least, (1 << (port.width - port.signed)) - 1)]
        lo, hi = lo + min(ends), hi + max(ends)
    signed = not _relu(layer) and lo < 0
    width = max(2, hi.bit_length() + signed, ((-lo - 1).bit_length() + 1) if signed else 0)
    if width > _MOST_WIDTH:
        raise UnsupportedModel(f"model: outputs of the layer {layer.name!r} have {width} bits: at most {_MOST_WIDTH} are read")
    return _Form(signed, width, point)


def _fraction(values: Floats, layer: Any) -> int:
    """The fewest fraction bits that hold all values."""
    for frac in range(-_MOST_FRACTION, _MOST_FRACTION):
        if (values * 2.0**frac == np.floor(values * 2.0**frac)).all():
            # Zero has none.
            return frac if np.any(values) else 0
    raise UnsupportedModel(f"model: the layer {layer.name!r} has weights of more than {_MOST_FRACTION} fraction bits")
