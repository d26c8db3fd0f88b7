"""Which rows a script's networks were trained on, and which chose among the epochs."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from seedbed.analysis.wording import percent
from seedbed.runs.script.hooks.data.row_prints import Prints, digest, row_prints, share_seen
from seedbed.runs.script.hooks.record.observations import MOST_FITS

ALL = 0.995
"""Share of rows from which all of them are meant."""

NONE = np.zeros(0, np.uint64)


@dataclass(frozen=True)
class RowsOf:
    """The rows of an evaluation.

    Attributes:
        digest: Of the rows in their order; empty if they are not known.
        trained: Share of them that a ``fit`` of this network trained on before.
        chosen: Share of them on which a callback chose an epoch.
        validated: Share of them that were validation data of a ``fit`` of this network.
        elsewhere: Share of them that any ``fit`` trained on or validated with before.
        known: How many they are; 0 if they are not known.
    """

    digest: str = ""
    trained: float = 0.0
    chosen: float = 0.0
    validated: float = 0.0
    elsewhere: float = 0.0
    known: int = 0

    @property
    def words(self) -> str:
        """Which rows they are; empty if they are not known."""
        if not self.known:
            return ""
        if self.trained >= ALL:
            return "rows trained on before"
        if self.validated >= ALL:
            return "the validation rows of a fit"
        if max(self.trained, self.validated) < 1 - ALL:
            own = "its own fits have not" if self.elsewhere > 1 - ALL else "no fit has"
            return f"rows that {own} seen"
        share = max(self.trained, self.validated)
        return f"{percent(share, 0)} of them in an earlier fit"


@dataclass(frozen=True)
class _FitRows:
    """The rows of a ``fit``: those it trained on, validated with and chose an epoch by."""

    trained: Prints = field(default_factory=lambda: NONE)
    validated: Prints = field(default_factory=lambda: NONE)
    chosen: Prints = field(default_factory=lambda: NONE)


class DataRows:
    """Remembers rows by their fingerprints; each array is read once."""

    def __init__(self) -> None:
        self._known: dict[int, tuple[Any, Prints | None]] = {}
        self._count = 0
        self._fits: dict[int, _FitRows] = {}
        self._every = _FitRows()
        self._named: dict[str, Prints] = {}
        self._by_call: dict[tuple[int, object, bool], _FitRows] = {}

    def trained(
        self,
        x: Any,
        validation: Any,
        split: Any,
        chooses: bool,
        passed: tuple[Prints | None, Prints | None] = (None, None),
    ) -> str:
        """Note the rows of the next ``fit``.

        Args:
            x: What it trained on.
            validation: Its ``validation_data``, or None.
            split: Its ``validation_split``, or None: the last share of ``x``.
            chooses: Whether a callback chooses an epoch by what it measures.
            passed: The rows of ``x`` and of ``validation`` as they passed, where these are no
                arrays.

        Returns:
            Digest of the rows that it is validated on, in any order; empty if they are not known.
        """
        self._count += 1
        call = (id(x), id(validation) if validation is not None else split, chooses)
        found = self._by_call.get(call)
        if found is None:
            found = self._of_fit(x, validation, split, chooses, passed)
            self._every = _joined([self._every, found])
            self._by_call[call] = found if self._count <= MOST_FITS else _FitRows()
        if self._count <= MOST_FITS:
            self._fits[self._count] = found
        return digest(np.sort(found.validated)) if len(found.validated) else ""

    def _of_fit(
        self,
        x: Any,
        validation: Any,
        split: Any,
        chooses: bool,
        passed: tuple[Prints | None, Prints | None],
    ) -> _FitRows:
        rows, held = passed
        rows = self.prints(x) if rows is None else rows
        if held is None and isinstance(validation, tuple | list) and len(validation) > 1:
            held = self.prints(validation[0])
            self._known[id(validation)] = (validation, None)  # its identity stays its own
        elif rows is not None and split:
            first = int(len(rows) * (1 - float(split)))
            rows, held = rows[:first], rows[first:]
        held = NONE if held is None else held
        return _FitRows(NONE if rows is None else rows, held, held if chooses else NONE)

    def of(
        self, x: Any, passed: Prints | None = None, fits: Collection[int] | None = None
    ) -> RowsOf:
        """What is known of the rows of an evaluation.

        Args:
            x: What was scored.
            passed: Its rows as they passed, where it is no array.
            fits: Numbers of the fits that the network went through; None if they are not known,
                which may be any.
        """
        rows = self.prints(x) if passed is None else passed
        if rows is None:
            return RowsOf()
        own = every = self._every
        if fits is not None and self._fits.keys() >= set(fits):
            own = _joined([self._fits[fit] for fit in fits])
        trained, chosen, validated = (
            share_seen(rows, of) for of in (own.trained, own.chosen, own.validated)
        )
        elsewhere = share_seen(rows, np.concatenate([every.trained, every.validated]))
        whole = digest(rows) if passed is None else ""
        self.name(whole, x)
        return RowsOf(whole, trained, chosen, validated, elsewhere, len(rows))

    def of_fit(self, number: int) -> tuple[Prints, Prints]:
        """The rows that a fit trained on, and those that it was validated on.

        Args:
            number: Of the fit, from 1.
        """
        found = self._fits.get(number, _FitRows())
        return found.trained, found.validated

    def name(self, digest: str, x: Any) -> None:
        """Let ``named`` find the rows of ``x`` under a digest; an empty one names none."""
        rows = self.prints(x) if digest else None
        if rows is not None:
            self._named[digest] = rows

    def named(self, digest: str) -> Prints:
        """The rows under a digest; none if they are not known."""
        return self._named.get(digest, NONE)

    def prints(self, x: object) -> Prints | None:
        """``[row]``, a fingerprint of each row of ``x``; None for anything but arrays."""
        if x is None:
            return None
        if id(x) not in self._known:
            self._known[id(x)] = (x, row_prints(x))
        return self._known[id(x)][1]


def _joined(fits: Sequence[_FitRows]) -> _FitRows:
    """The rows of several fits, each once."""
    if len(fits) == 1:
        return fits[0]
    parts = []
    for name in ("trained", "validated", "chosen"):
        arrays = {id(rows): rows for rows in (getattr(one, name) for one in fits)}
        parts.append(np.unique(np.concatenate(list(arrays.values()))) if arrays else NONE)
    return _FitRows(*parts)
