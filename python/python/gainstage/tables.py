"""Tables of functions: piecewise polynomials that compute them in integers."""

from __future__ import annotations

import os
from typing import Any

from gainstage import _command

__all__ = ["Estimate", "Table", "table"]


class Estimate(list[dict[str, Any]]):
    """Circuits by estimate, a dictionary each; printed as the table of the command."""

    def __init__(self, rows: list[dict[str, Any]], text: str) -> None:
        super().__init__(rows)
        self.text = text

    def __str__(self) -> str:
        return self.text


class Table:
    """The tables that would do for a function, the cheapest first: ``candidates``; ``chosen`` is the first of them."""

    def __init__(self, ask: list[str], result: dict[str, Any], text: str) -> None:
        self._ask = ask
        self.text = text
        self.function: str = result["function"]
        self.source: str = result["from"]
        self.target: str = result["to"]
        self.candidates: list[dict[str, Any]] = result["candidates"]

    @property
    def chosen(self) -> dict[str, Any]:
        """Degree, segments, bits, estimated size and worst error (in ulp of the output, over all codes)."""
        return self.candidates[0]

    def write_verilog(self, dir: str | os.PathLike[str], *, force: bool = False) -> dict[str, Any]:
        """Writes the chosen table as a circuit of its own; ``gainstage verify DIR`` proves it."""
        more = ["--force"] if force else []
        return _command.run("generate", "unit", "table", *self._ask, "-o", dir, *more).json

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        return f"<gainstage.Table {self.function} {self.source} to {self.target}, {self.chosen['bits']} bits>"


def table(
    function: str,
    source: str,
    target: str,
    *,
    max_ulp: float = 1.0,
    degree: int | None = None,
    segments: str = "any",
    minimise: str = "circuit",
    thorough: bool = False,
) -> Table:
    """Looks for tables of a function between two formats, and certifies each on every input code.

    ``function`` is an activation such as ``"sigmoid"``, with a kind such as ``"psoftplus(0.3)*amplifying"``, or a formula in
    braces such as ``"{x*exp(-x^2)}"``. Formats are written ``s16.12``: signed, 16 bits, 12 behind the binary point.
    """
    ask = ["--function", str(function), "--from", str(source), "--to", str(target), f"--max-ulp={max_ulp}"]
    ask += [f"--segments={segments}", f"--minimise={minimise}"]
    if degree is not None:
        ask.append(f"--degree={degree}")
    if thorough:
        ask.append("--thorough")
    ran = _command.run("table", "explain", *ask)
    return Table(ask, ran.json, ran.text)
