"""Bounds of a YAML file, checked event by event before any value is built.

A file may come from anybody. Without bounds, twenty lines of aliases grow to gigabytes, a number of
a million digits takes minutes to read, and a text can hold codes that a terminal obeys.
"""

import re

from ruamel.yaml.events import (
    AliasEvent,
    Event,
    MappingStartEvent,
    ScalarEvent,
    SequenceStartEvent,
)
from ruamel.yaml.parser import Parser, RoundTripParser

from seedbed.system.text.terminal_escape import ACTING, inert

LARGEST = 100_000
"""Characters of a file; ruamel reads about 50,000 a second."""

DEEPEST = 20
"""Lists and mappings inside each other."""

MOST = 20_000
"""Values, those of aliases counted each time."""

LONGEST = 20_000
"""Characters of one value."""

LONGEST_NUMBER = 40
"""Digits of a number; Python reads no more than 4,300, and a float holds 17."""

NUMBER = re.compile(r"[-+]?(0x[0-9A-Fa-f_]+|0[ob][0-7_]+|[0-9_.]+([eE][-+]?[0-9_]+)?)")

MERGES = 100
"""Mappings that take in others (``<<``); ruamel's time grows with the square of their number."""


class BoundsError(Exception):
    """A file breaks a bound.

    Args:
        sentence: The rule, the value and the fix.
        line: Line of the value, from 1.
        column: Column of the value, from 1.
    """

    def __init__(self, sentence: str, line: int, column: int) -> None:
        super().__init__(sentence)
        self.line = line
        self.column = column


class BoundedParser(Parser):
    """Ruamel's parser, which refuses an event that breaks a bound."""

    def __init__(self, loader: object) -> None:
        super().__init__(loader)
        self._open: list[tuple[str | None, int]] = []
        """Anchor of each list or mapping that is open, and how many values came before it."""
        self._sizes: dict[str, int] = {}
        self._values = self._merges = 0

    def get_event(self) -> Event:
        """The next event.

        Raises:
            BoundsError: The event breaks a bound.
        """
        event: Event = super().get_event()
        if isinstance(event, ScalarEvent):
            self._check_scalar(event)
            self._count(event, 1)
            self._note(event.anchor, 1)
        elif isinstance(event, MappingStartEvent | SequenceStartEvent):
            self._count(event, 1)
            self._open.append((event.anchor, self._values - 1))
            if len(self._open) > DEEPEST:
                raise _error(event, f"values must not nest deeper than {DEEPEST}: make it flatter")
        elif isinstance(event, AliasEvent):
            self._count(event, self._size_of(event))
        elif type(event).__name__ in ("MappingEndEvent", "SequenceEndEvent"):
            anchor, before = self._open.pop()
            self._note(anchor, self._values - before)
        return event

    def _count(self, event: Event, values: int) -> None:
        self._values += values
        if self._values > MOST:
            raise _error(
                event, f"a file must hold at most {MOST:,} values, aliases counted: hold fewer"
            )

    def _note(self, anchor: str | None, size: int) -> None:
        if anchor is not None:
            self._sizes[anchor] = size

    def _size_of(self, event: AliasEvent) -> int:
        if any(anchor == event.anchor for anchor, _ in self._open):
            raise _error(event, f"the alias *{inert(event.anchor)[:60]} must not hold itself")
        return self._sizes.get(event.anchor, 1)

    def _check_scalar(self, event: ScalarEvent) -> None:
        text = event.value
        self._merges += event.style is None and text == "<<"
        if self._merges > MERGES:
            raise _error(event, f"a file must merge at most {MERGES} mappings (<<): write them out")
        if len(text) > LONGEST:
            raise _error(
                event,
                f"a value must have at most {LONGEST:,} characters, got {len(text):,}: shorten it",
            )
        if event.style is None and len(text) > LONGEST_NUMBER and NUMBER.fullmatch(text):
            raise _error(
                event,
                f"a number must have at most {LONGEST_NUMBER} digits, got {len(text):,}: put "
                "quotes around it if it is a text",
            )
        if found := ACTING.search(text):
            shown = inert(text[max(0, found.start() - 10) : found.start() + 10])
            raise _error(
                event, f"a text must hold no control characters, got '{shown}': leave them out"
            )


class BoundedRoundTripParser(BoundedParser, RoundTripParser):
    """The same for a text whose lines and columns are kept."""


def _error(event: Event, sentence: str) -> BoundsError:
    mark = event.start_mark
    return BoundsError(sentence, mark.line + 1, mark.column + 1)
