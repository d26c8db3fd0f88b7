"""The line of the script from which a watched call comes."""

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType

DEEPEST = 400
"""Frames that are looked at."""


class Places:
    """Finds the innermost frame that is the script's own, or of a file beside it.

    Args:
        folder: Holds the copy of the script; frames of files in it are its own.
        words: File, line → the place as its author knows it, such as ``line 14``.
    """

    def __init__(self, folder: Path, words: Callable[[str, int], str]) -> None:
        self._folder = str(folder) + os.sep
        self._words = words

    def __call__(self) -> str:
        """``line 14``, ``helper.py line 3``; empty outside the script."""
        return next(self._own(sys._getframe(1)), "")

    def callers(self) -> list[str]:
        """The lines from which the innermost one was reached, the nearest first."""
        return list(self._own(sys._getframe(1)))[1:]

    def _own(self, frame: FrameType | None) -> Iterator[str]:
        for _ in range(DEEPEST):
            if frame is None:
                return
            name = frame.f_code.co_filename
            if name.startswith(self._folder):
                yield self._words(name, frame.f_lineno)
            frame = frame.f_back
