"""Children look for modules where this process does, not in the user's current folder."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

SAFE_PATH = "PYTHONSAFEPATH"
MARK = "seedbed"
"""Value of the variable that says who set it; any value keeps the current folder off the path."""


def python() -> list[str]:
    """The command that starts Python as this process was started."""
    return [sys.executable, *([] if _looks_in_current_folder() else ["-P"])]


@contextmanager
def started_like_this() -> Iterator[None]:
    """Within it, Python starts children without the current folder on their path.

    If this process itself imports from the current folder, they keep it: ``python -m seedbed`` in
    a clone. A child calls ``forget`` so that what it starts is not changed.
    """
    if SAFE_PATH in os.environ or _looks_in_current_folder():
        yield
        return
    os.environ[SAFE_PATH] = MARK
    try:
        yield
    finally:
        forget()


def forget() -> None:
    """Take the variable away if it was set here."""
    if os.environ.get(SAFE_PATH) == MARK:
        del os.environ[SAFE_PATH]


def _looks_in_current_folder() -> bool:
    return not {"", os.getcwd()}.isdisjoint(sys.path)  # noqa: PTH109 (as Python writes it there)
