"""The notebooks run, and show what they say."""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import needs_verilator

EXAMPLES = Path(__file__).parent.parent / "examples"


def executed(name):
    """The outputs of a notebook's cells, and all their text."""
    nbformat, nbclient = pytest.importorskip("nbformat"), pytest.importorskip("nbclient")
    notebook = nbformat.read(EXAMPLES / name, as_version=4)
    nbclient.NotebookClient(notebook, timeout=300).execute()
    outputs = [output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs]
    return outputs, "".join(output.get("text", "") for output in outputs)


@needs_verilator
def test_a_pipeline_goes_to_an_ecp5_and_an_ice40():
    outputs, text = executed("pipeline.ipynb")
    assert text.count("proven True of") == 2
    pages = [output.data["text/html"] for output in outputs if "text/html" in output.get("data", {})]
    assert len(pages) == 1 and "<iframe srcdoc=" in pages[0] and "product" in pages[0]


@needs_verilator
def test_keras_goes_to_an_ice40(monkeypatch):
    pytest.importorskip("keras")
    # Its process is another one: what the other tests ask of Keras stays here.
    monkeypatch.setenv("KERAS_BACKEND", "jax")
    _, text = executed("keras.ipynb")
    assert "proven True of" in text
    accuracy = float(text.split("accuracy of the circuit ")[1].split()[0])
    assert accuracy > 0.95 and float(text.split("same class as the network ")[1].split()[0]) > 0.97


@needs_verilator
def test_qonnx_goes_to_verilog():
    pytest.importorskip("qonnx")
    _, text = executed("qonnx.ipynb")
    assert "values that differ from qonnx's 0 of 900" in text and "proven True of" in text
    assert float(text.split("accuracy of the circuit ")[1].split()[0]) > 0.95
