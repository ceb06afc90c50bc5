"""Modules of PyTorch, through the ONNX file that PyTorch itself writes."""

from __future__ import annotations

import inspect
import io
from typing import Any

from gainstage.errors import InputError, UnsupportedModel


def to_onnx(module: Any, inputs: int | None) -> bytes:
    """The ONNX file of a module that takes ``inputs`` numbers; None: as many as its first weights have columns."""
    import torch

    parameters = [p for p in module.parameters() if p.ndim == 2]
    if inputs is None:
        if not parameters:
            raise InputError("model: the module does not say how many inputs it has: give data=X")
        inputs = int(parameters[0].shape[1])
    some = next(module.parameters(), None)
    like = {} if some is None else {"dtype": some.dtype, "device": some.device}
    training, file = module.training, io.BytesIO()
    module.eval()
    try:
        example = torch.zeros((1, inputs), **like)
        # The exporter that needs nothing else installed; before PyTorch 2.5 there was no other to choose.
        how = {"dynamo": False} if "dynamo" in inspect.signature(torch.onnx.export).parameters else {}
        axes = {"x": {0: "n"}, "y": {0: "n"}}
        torch.onnx.export(module, (example,), file, input_names=["x"], output_names=["y"], dynamic_axes=axes, **how)
    except Exception as fault:
        raise UnsupportedModel(f"model: PyTorch cannot export this module to ONNX: {fault}") from fault
    finally:
        module.train(training)
    return file.getvalue()
