"""The notebook runs, and shows what it says."""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import needs_verilator

NOTEBOOK = Path(__file__).parent.parent / "examples" / "pipeline.ipynb"


@needs_verilator
def test_the_notebook_runs():
    nbformat, nbclient = pytest.importorskip("nbformat"), pytest.importorskip("nbclient")
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    nbclient.NotebookClient(notebook, timeout=300).execute()
    outputs = [output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs]
    text = "".join(output.get("text", "") for output in outputs)
    assert text.count("proven True of") == 2
    pages = [output.data["text/html"] for output in outputs if "text/html" in output.get("data", {})]
    assert len(pages) == 1 and "<iframe srcdoc=" in pages[0] and "product" in pages[0]
