"""Puts the clock and the order of files on streams of their own.

Only where a line of the script makes a seed of the time, or takes files in the order in which the
system lists them; everywhere else both are as they were. Changes this process for good.
"""

import datetime
import os
import random
import sys
import time
from collections.abc import Callable, Iterable
from functools import wraps
from pathlib import Path
from types import FrameType
from typing import Any

from seedbed.runs.script.hooks.traces.scanned_entries import Entries
from seedbed.runs.script.randomness.draw_sources import LISTING
from seedbed.runs.script.randomness.outside_lines import (
    clock_seed_lines,
    has_date_seed,
    identity_seed_lines,
    listing_lines,
)
from seedbed.runs.script.randomness.random_streams import RandomStreams

DRAWING = ("/random.py", "/secrets.py")
"""Files of the standard library that ask the system for entropy on behalf of the script."""
IDENTITY = "/uuid.py"

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
    import tensorflow as tf

    for files in (tf.io.gfile, tf.compat.v1.gfile):
        for name in ("listdir", "glob", "ListDirectory", "Glob"):
            if hasattr(files, name):
                setattr(files, name, _listing(getattr(files, name), lines, streams))


def seed_by_clock(streams: RandomStreams, folder: Path, sources: Iterable[str]) -> None:
    """Let times that become seeds, and the system's entropy, come from ``streams``.

    Args:
        streams: The streams of this run.
        folder: Holds the copy of the script; frames of files in it are its own.
        sources: The text of the script, and of the files beside it that it imports.
    """
    lines = _ScriptLines(str(folder) + os.sep)
    for name in ("time", "perf_counter", "monotonic", "process_time"):
        seconds = _clock(getattr(time, name), lines, streams.clock)
        count = _clock(getattr(time, f"{name}_ns"), lines, lambda: int(streams.clock() * CLOCK_NS))
        setattr(time, name, seconds)
        setattr(time, f"{name}_ns", count)
    if any(has_date_seed(source) for source in sources):
        datetime.datetime = _dates(datetime.datetime, lines, streams.clock)  # type: ignore[misc]
    entropy = _entropy(os.urandom, lines, streams)
    os.urandom = entropy
    system_entropy_of_random(entropy)


def system_entropy_of_random(entropy: Callable[[int], bytes]) -> None:
    """Let ``SystemRandom``, and so ``secrets`` and NumPy's unseeded generators, ask ``entropy``.

    ``random`` keeps ``os.urandom`` under a name of its own (``random._urandom``).
    """
    setattr(random, "_urandom", entropy)  # noqa: B010 (private)


class _ScriptLines:
    """Knows which lines of the script's files make a seed of the time, or list files."""

    def __init__(self, folder: str) -> None:
        self._folder = folder
        self._known: dict[str, tuple[frozenset[int], ...]] = {}

    def makes_seed(self) -> bool:
        frame = sys._getframe(2)
        return self._is_own(frame) and frame.f_lineno in self._of(frame)[0]

    def lists(self) -> bool:
        frame, _ = self._asking(LISTING)
        return frame is not None and frame.f_lineno in self._of(frame)[1]

    def asks_for_entropy(self) -> bool:
        """Whether the script draws from the system; an identity counts if it becomes a seed."""
        frame, is_identity = self._asking((*DRAWING, IDENTITY))
        return frame is not None and (not is_identity or frame.f_lineno in self._of(frame)[2])

    def _asking(self, through: tuple[str, ...]) -> tuple[FrameType | None, bool]:
        """The script's frame that asks, with nothing between but these files.

        Returns:
            The frame, or None; and whether it asks for an identity.
        """
        frame: FrameType | None = sys._getframe(3)
        is_identity = False
        while frame is not None and not self._is_own(frame):
            name = frame.f_code.co_filename
            if not name.endswith(through) and OURS not in name:
                return None, False
            is_identity = is_identity or name.endswith(IDENTITY)
            frame = frame.f_back
        return frame, is_identity

    def _is_own(self, frame: FrameType) -> bool:
        return frame.f_code.co_filename.startswith(self._folder)

    def _of(self, frame: FrameType) -> tuple[frozenset[int], ...]:
        name = frame.f_code.co_filename
        if name not in self._known:
            text = Path(name).read_bytes()
            self._known[name] = (
                clock_seed_lines(text),
                listing_lines(text),
                identity_seed_lines(text),
            )
        return self._known[name]


def _clock(
    original: Callable[[], object], lines: _ScriptLines, drawn: Callable[[], object]
) -> Callable[[], object]:
    @wraps(original)
    def now() -> Any:
        return drawn() if lines.makes_seed() else original()

    return now


def _dates(original: Any, lines: _ScriptLines, drawn: Callable[[], float]) -> Any:
    """The class ``datetime`` whose ``now`` follows the stream in lines that make a seed of it."""

    class Kind(type):
        def __instancecheck__(cls, instance: object) -> bool:
            return isinstance(instance, original)

        def __subclasscheck__(cls, other: type) -> bool:
            return issubclass(other, original)

        def __getattr__(cls, name: str) -> Any:
            return getattr(original, name)

    class Dates(metaclass=Kind):
        __doc__ = original.__doc__

        def __new__(cls, *arguments: Any, **named: Any) -> Any:
            return original(*arguments, **named)

        @staticmethod
        def now(tz: Any = None) -> Any:
            is_seed = lines.makes_seed()
            return original.fromtimestamp(drawn(), tz) if is_seed else original.now(tz)

        @staticmethod
        def today() -> Any:
            return original.fromtimestamp(drawn()) if lines.makes_seed() else original.today()

        @staticmethod
        def utcnow() -> Any:
            moment = drawn() if lines.makes_seed() else time.time()
            return original.fromtimestamp(moment, datetime.UTC).replace(tzinfo=None)

    return Dates


def _entropy(
    original: Callable[[int], bytes], lines: _ScriptLines, streams: RandomStreams
) -> Callable[[int], bytes]:
    @wraps(original)
    def urandom(size: int) -> bytes:
        if not streams.asks_system or not lines.asks_for_entropy():
            return original(size)
        drawn: bytes = streams.system("urandom").bytes(size)
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
            return Entries(found)
        order = streams.file_order([os.fsdecode(entry.name) for entry in found])
        return Entries([found[place] for place in order])

    return scandir
