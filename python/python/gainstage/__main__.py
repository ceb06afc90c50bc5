"""The command: ``python -m gainstage``, or ``gainstage`` where pip has put it."""

from __future__ import annotations

import sys

from gainstage import _native


def main() -> int:
    """Runs the command that the arguments of this process name, and gives its exit code."""
    return _native.main(["gainstage", *sys.argv[1:]])


if __name__ == "__main__":
    sys.exit(main())
