"""What a sweep prints with ``--format json``: one event a line, each of a kind defined here.

docs/json.md documents every kind; a test holds the two together.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import ClassVar


@dataclass(frozen=True)
class Event:
    """One line. ``kind`` stands in it as ``event``."""

    kind: ClassVar[str]

    def line(self) -> str:
        """The event as one line of JSON; NaN and infinity are ``null``."""
        from seedbed.analysis.answers.answer import plain  # imports SciPy: completion is quick

        named = {one.name: getattr(self, one.name) for one in fields(self)}
        return json.dumps(plain({"event": self.kind, **named}), allow_nan=False)


@dataclass(frozen=True)
class SweepStarted(Event):
    """The sweep's runs begin.

    Attributes:
        sweep: Its name.
        cells: How many it plans.
        done: How many of them finished before.
    """

    kind: ClassVar[str] = "start"
    sweep: str
    cells: int
    done: int


@dataclass(frozen=True)
class CellEnded(Event):
    """A run of a cell ended.

    Attributes:
        name: The cell's options and seeds.
        state: ``finished``, ``failed``, ``stopped``, ``killed`` or ``pruned``.
        reason: Why it ended so; empty where it finished.
        test_accuracy: A fraction; None where the run has no such number.
        fingerprint: Of the weights, SHA-256 in hex; None where there are none.
        seconds: From its start to its end.
        done: Finished cells of the sweep so far.
        cells: Planned cells.
    """

    kind: ClassVar[str] = "cell"
    name: str
    state: str
    reason: str | None
    test_accuracy: float | None
    fingerprint: str | None
    seconds: float
    done: int
    cells: int


@dataclass(frozen=True)
class Warned(Event):
    """Something to know that stops nothing; ``text`` is the sentence."""

    kind: ClassVar[str] = "warning"
    text: str


@dataclass(frozen=True)
class Concluded(Event):
    """A search, or a stop rule, ended; ``text`` says with what."""

    kind: ClassVar[str] = "conclusion"
    text: str


@dataclass(frozen=True)
class NumbersKnown(Event):
    """How much each number of a script varies; ``numbers`` has the keys of the verb ``numbers``."""

    kind: ClassVar[str] = "numbers"
    numbers: Mapping[str, object]


@dataclass(frozen=True)
class Reported(Event):
    """The report is written.

    Attributes:
        text: What the terminal would show: the verdict and its numbers.
        html: Path of the page.
    """

    kind: ClassVar[str] = "report"
    text: str
    html: str


@dataclass(frozen=True)
class Examined(Event):
    """The doctor read the scripts; ``report`` is what ``seedbed doctor --format json`` prints."""

    kind: ClassVar[str] = "doctor"
    report: Mapping[str, object]


EVENTS = (SweepStarted, CellEnded, Warned, Concluded, NumbersKnown, Reported, Examined)
