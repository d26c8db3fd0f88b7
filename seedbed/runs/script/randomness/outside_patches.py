"""Puts the clock and the order of files on streams of their own.

Only where a line of the script makes a seed of the time, or takes files in the order in which the
system lists them; everywhere else both are as they were. Changes this process for good.
"""

import os
import sys
import time
from collections.abc import Callable, Iterator
from functools import wraps
from pathlib import Path
from types import FrameType
from typing import Any

from seedbed.runs.script.randomness.outside_lines import clock_seed_lines, listing_lines
from seedbed.runs.script.randomness.random_streams import RandomStreams

THROUGH = ("glob.py", "pathlib.py", "os.py", "fnmatch.py")
"""Files of the standard library that list folders on behalf of the script."""

OURS = "/seedbed/runs/"
CLOCK_NS = 1_000_000_000


def order_files(streams: RandomStreams, folder: Path) -> None:
    """Let the order in which the script gets the files of a folder come from ``streams``.

    Args:
        streams: The streams of this run.
        folder: Holds the copy of the script; frames of files in it are its own.
    """
    lines = _ScriptLines(str(folder) + os.sep)
    os.listdir = _listing(os.listdir, lines, streams)
    setattr(os, "scandir", _scanning(os.scandir, lines, streams))  # noqa: B010 (it is a function)


def seed_by_clock(streams: RandomStreams, folder: Path) -> None:
    """Let times that become seeds, and the system's entropy, come from ``streams``; as above."""
    lines = _ScriptLines(str(folder) + os.sep)
    time.time = _clock(time.time, lines, streams.clock)
    time.time_ns = _clock(time.time_ns, lines, lambda: int(streams.clock() * CLOCK_NS))
    os.urandom = _entropy(os.urandom, streams)


class _ScriptLines:
    """Knows which lines of the script's files make a seed of the time, or list files."""

    def __init__(self, folder: str) -> None:
        self._folder = folder
        self._known: dict[str, tuple[frozenset[int], frozenset[int]]] = {}

    def makes_seed(self) -> bool:
        frame = sys._getframe(2)
        return self._is_own(frame) and frame.f_lineno in self._of(frame)[0]

    def lists(self) -> bool:
        frame: FrameType | None = sys._getframe(2)
        while frame is not None and not self._is_own(frame):
            name = frame.f_code.co_filename
            if not name.endswith(THROUGH) and OURS not in name:
                return False
            frame = frame.f_back
        return frame is not None and frame.f_lineno in self._of(frame)[1]

    def _is_own(self, frame: FrameType) -> bool:
        return frame.f_code.co_filename.startswith(self._folder)

    def _of(self, frame: FrameType) -> tuple[frozenset[int], frozenset[int]]:
        name = frame.f_code.co_filename
        if name not in self._known:
            text = Path(name).read_bytes()
            self._known[name] = clock_seed_lines(text), listing_lines(text)
        return self._known[name]


def _clock(
    original: Callable[[], Any], lines: _ScriptLines, drawn: Callable[[], Any]
) -> Callable[[], Any]:
    @wraps(original)
    def now() -> Any:
        return drawn() if lines.makes_seed() else original()

    return now


def _entropy(original: Callable[[int], bytes], streams: RandomStreams) -> Callable[[int], bytes]:
    @wraps(original)
    def urandom(size: int) -> bytes:
        if not streams.is_script():
            return original(size)
        drawn: bytes = streams.numpy("urandom").bytes(size)
        return drawn

    return urandom


def _listing(
    original: Callable[..., Any], lines: _ScriptLines, streams: RandomStreams
) -> Callable[..., Any]:
    @wraps(original)
    def listdir(*arguments: Any, **named: Any) -> Any:
        found = original(*arguments, **named)
        if len(found) < 2 or not lines.lists():
            return found
        names = sorted(found)
        return [names[place] for place in streams.file_order([os.fsdecode(one) for one in names])]

    return listdir


def _scanning(
    original: Callable[..., Any], lines: _ScriptLines, streams: RandomStreams
) -> Callable[..., Any]:
    @wraps(original)
    def scandir(*arguments: Any, **named: Any) -> Any:
        if not lines.lists():
            return original(*arguments, **named)
        with original(*arguments, **named) as entries:
            found = sorted(entries, key=lambda entry: entry.name)
        if len(found) < 2:
            return _Entries(found)
        order = streams.file_order([os.fsdecode(entry.name) for entry in found])
        return _Entries([found[place] for place in order])

    return scandir


class _Entries:
    """What ``os.scandir`` returns: an iterator that can be closed."""

    def __init__(self, entries: list[Any]) -> None:
        self._left = iter(entries)

    def __iter__(self) -> Iterator[Any]:
        return self._left

    def __next__(self) -> Any:
        return next(self._left)

    def __enter__(self) -> "_Entries":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Nothing is held open."""
