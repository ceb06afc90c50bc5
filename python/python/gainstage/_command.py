"""Commands, with their exit codes as exceptions, their warnings as Python's, and their progress shown."""

from __future__ import annotations

import json
import logging
import os
import re
import sys
import warnings
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from gainstage import _native
from gainstage.errors import BY_CODE, GainstageError, LossWarning

_log = logging.getLogger("gainstage")
_WARNING = "warning: "
#: Flags without a value: arguments that are true or false.
_SWITCHES = {"force", "as-real", "refine", "lint", "values"}


class Ran(NamedTuple):
    """What a command came to."""

    code: int
    text: str
    json: dict[str, Any]


def run(
    *args: str | os.PathLike[str],
    verbose: bool = False,
    allowed: Iterable[int] = (),
    quiet: bool = False,
    named: Mapping[str, str] | None = None,
) -> Ran:
    """Runs a command; an exit code that is neither 0 nor ``allowed`` is raised as its exception.

    ``named`` are the arguments that its files stand for, by the files' paths.

    Notes of the command go to the logger ``gainstage``, its warnings to ``warnings``, unless ``quiet``.
    """
    show = _Bars() if verbose else None
    try:
        code, text, printed, notes = _native.run([os.fspath(a) for a in args], show)
    finally:
        if show is not None:
            show.close()

    def told(text: str) -> str:
        for path, name in (named or {}).items():
            text = text.replace(path, name)
        return in_python(text)

    for note in notes:
        if note.startswith(_WARNING) and not quiet:
            warnings.warn(told(note.removeprefix(_WARNING)), UserWarning, stacklevel=3)
        else:
            _log.info(note)
    result = json.loads(printed)
    if code and code not in tuple(allowed):
        raise BY_CODE.get(code, GainstageError)(told(text.strip()), result)
    return Ran(code, text, result)


def in_python(text: str) -> str:
    """A message of the command with its flags as arguments: ``--force`` is ``force=True``, ``--input-format`` ``input_format``."""

    def argument(match: re.Match[str]) -> str:
        name = match.group(1)
        return name.replace("-", "_") + ("=True" if name in _SWITCHES else "")

    return re.sub(r"(?<![\w-])--([a-z]+(?:-[a-z]+)*)", argument, text)


def lost(text: str, stacklevel: int = 3) -> None:
    """Warns of a circuit that is much worse than its model."""
    warnings.warn(text, LossWarning, stacklevel=stacklevel + 1)


class _Bars:
    """Shows what is under way: with tqdm, if it is there, else in one line of standard error that changes."""

    def __init__(self) -> None:
        self._bar: Any = None
        self._what: str | None = None
        self._width = 0
        self._tqdm: Callable[..., Any] | None = None
        try:
            from tqdm.auto import tqdm

            self._tqdm = tqdm
        except ImportError:
            pass

    def __call__(self, tasks: list[tuple[str, int, int]]) -> None:
        if not tasks:
            return
        what, done, total = tasks[0]
        if self._tqdm is None:
            share = f" {100 * done // total} %" if total else ""
            line = f"{what}{share}"
            sys.stderr.write("\r" + line.ljust(self._width))
            sys.stderr.flush()
            self._width = len(line)
            return
        if what != self._what:
            self.close()
            self._what, self._bar = what, self._tqdm(total=total or None, desc=what, leave=False)
        self._bar.update(min(done, total or done) - self._bar.n)

    def close(self) -> None:
        """Takes away what is shown."""
        if self._bar is not None:
            self._bar.close()
        elif self._width:
            sys.stderr.write("\r" + " " * self._width + "\r")
        self._bar, self._what, self._width = None, None, 0
