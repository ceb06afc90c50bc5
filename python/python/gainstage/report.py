"""What a build came to."""

from __future__ import annotations

import html
import os
from pathlib import Path
from typing import Any

__all__ = ["Report"]


class Report:
    """The report of a build: a page, shown in a notebook, and all its figures.

    ``figures`` is what ``report.json`` holds, ``ok`` says whether the simulated circuit computed every output as the plan
    says, and ``held`` also that quantization loses no more than is allowed.
    """

    def __init__(self, page: str, text: str, figures: dict[str, Any], ok: bool, held: bool) -> None:
        self.page = page
        self.text = text
        self.figures = figures
        self.ok = ok
        self.held = held

    def save(self, path: str | os.PathLike[str]) -> None:
        """Writes the page."""
        Path(path).write_text(self.page, encoding="utf-8")

    def _repr_html_(self) -> str:
        page = html.escape(self.page, quote=True)
        return f'<iframe srcdoc="{page}" style="width: 100%; height: 60em; border: 0" title="gainstage report"></iframe>'

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        return f"<gainstage.Report ok={self.ok} held={self.held}>"
