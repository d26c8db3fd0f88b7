"""The line of the script from which a watched call comes."""

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType

DEEPEST = 400
"""Frames that are looked at."""

GENERATED = "__autograph_generated_file"
"""Start of the names of files that TensorFlow writes beside the script's copy."""
CALLS_GENERATED = "converted_call"
"""TensorFlow's function that calls a function of such a file, with the map of its lines."""


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
            name, line = frame.f_code.co_filename, frame.f_lineno
            if GENERATED in name:
                name, line = _as_written(frame)
            if name.startswith(self._folder):
                yield self._words(name, line)
            frame = frame.f_back


def _as_written(frame: FrameType) -> tuple[str, int]:
    """File and line of what TensorFlow rewrote; no file where TensorFlow does not tell."""
    here = (frame.f_code.co_filename, frame.f_lineno)
    caller = frame.f_back
    for _ in range(DEEPEST):
        if caller is None:
            break
        if caller.f_code.co_name == CALLS_GENERATED:
            lines = getattr(caller.f_locals.get("converted_f"), "ag_source_map", {})
            origin = lines.get(here)
            return (origin.loc.filename, origin.loc.lineno) if origin is not None else ("", 0)
        caller = caller.f_back
    return "", 0
