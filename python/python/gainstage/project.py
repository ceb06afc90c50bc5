"""Projects, as the command reads them: a gainstage.toml and its samples in a directory."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from gainstage import _native
from gainstage._arrays import Floats

#: The tables of a project file, by name.
Tables = Mapping[str, Mapping[str, Any]]

_SAMPLES = "samples.csv"


class Samples:
    """Samples with targets: values, or classes by their index; or without."""

    def __init__(
        self, x: Floats, y: Floats | None = None, labels: list[int] | None = None, classes: list[str] | None = None
    ) -> None:
        self.x, self.y, self.labels, self.classes = x, y, labels, classes or []

    def write(self, path: Path, targets: bool = True) -> None:
        """Writes them as a CSV file; the same bits are read back."""
        y, labels = (self.y, self.labels) if targets else (None, None)
        _native.write_samples(path, self.x, y, labels, self.classes if labels is not None else [])

    @property
    def judges(self) -> bool:
        """Whether there are targets."""
        return self.y is not None or self.labels is not None


def write(directory: Path, name: str, samples: Samples, tables: Tables) -> None:
    """Writes a project, all of whose samples are for training: what is held out is held out by whoever calls."""
    samples.write(directory / _SAMPLES)
    data = {"csv": _SAMPLES, "held-out": "0%"}
    if samples.labels is not None:
        data["label"] = "label"
    lines = [f"name = {_toml(name)}"]
    for table, entries in {"data": data, **tables}.items():
        lines.append(f"\n[{table}]")
        lines += [f"{key.replace('_', '-')} = {_toml(value)}" for key, value in entries.items() if value is not None]
    (directory / "gainstage.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")


def _toml(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{k.replace('_', '-')} = {_toml(v)}" for k, v in value.items()) + " }"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(map(_toml, value)) + "]"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return repr(value)
    # Numbers of numpy become Python's; strings of JSON are strings of TOML.
    return repr(value.item()) if hasattr(value, "item") else json.dumps(str(value), ensure_ascii=False)
