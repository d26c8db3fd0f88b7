"""Which rows a script's networks were trained on, and which chose among the epochs."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from seedbed.runs.script.hooks.row_prints import Prints, digest, row_prints, share_seen

ALL = 0.995
"""Share of rows from which all of them are meant."""

NONE = np.zeros(0, np.uint64)


@dataclass(frozen=True)
class RowsOf:
    """The rows of an evaluation.

    Attributes:
        digest: Of the rows in their order; empty if they are not known.
        trained: Share of them that a ``fit`` trained on before.
        chosen: Share of them on which a callback chose an epoch.
        validated: Share of them that were validation data of a ``fit``.
        known: How many they are; 0 if they are not known.
    """

    digest: str = ""
    trained: float = 0.0
    chosen: float = 0.0
    validated: float = 0.0
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
            return "rows that no fit has seen"
        share = max(self.trained, self.validated)
        return f"{share:.0%} of them in an earlier fit".replace("%", " %")


class DataRows:
    """Remembers rows by their fingerprints; each array is read once."""

    def __init__(self) -> None:
        self._known: dict[int, tuple[Any, Prints | None]] = {}
        self._trained = self._chosen = self._validated = NONE
        self._noted: set[tuple[int, object, bool]] = set()

    def trained(
        self,
        x: Any,
        validation: Any,
        split: Any,
        chooses: bool,
        passed: tuple[Prints | None, Prints | None] = (None, None),
    ) -> None:
        """Note the rows of a ``fit``.

        Args:
            x: What it trained on.
            validation: Its ``validation_data``, or None.
            split: Its ``validation_split``, or None: the last share of ``x``.
            chooses: Whether a callback chooses an epoch by what it measures.
            passed: The rows of ``x`` and of ``validation`` as they passed, where these are no
                arrays.
        """
        call = (id(x), id(validation) if validation is not None else split, chooses)
        if call in self._noted:
            return
        self._noted.add(call)
        rows, held = passed
        rows = self._prints(x) if rows is None else rows
        if held is None and isinstance(validation, tuple | list) and len(validation) > 1:
            held = self._prints(validation[0])
            self._known[id(validation)] = (validation, None)  # its identity stays its own
        elif rows is not None and split:
            first = int(len(rows) * (1 - float(split)))
            rows, held = rows[:first], rows[first:]
        if rows is not None:
            self._trained = np.union1d(self._trained, rows)
        if held is not None:
            self._validated = np.union1d(self._validated, held)
            if chooses:
                self._chosen = np.union1d(self._chosen, held)

    def of(self, x: Any, passed: Prints | None = None) -> RowsOf:
        """What is known of the rows of an evaluation.

        Args:
            x: What was scored.
            passed: Its rows as they passed, where it is no array.
        """
        rows = self._prints(x) if passed is None else passed
        if rows is None:
            return RowsOf()
        trained, chosen, validated = (
            share_seen(rows, of) for of in (self._trained, self._chosen, self._validated)
        )
        whole = digest(rows) if passed is None else ""
        return RowsOf(whole, trained, chosen, validated, len(rows))

    def _prints(self, x: Any) -> Prints | None:
        if x is None:
            return None
        if id(x) not in self._known:
            self._known[id(x)] = (x, row_prints(x))
        return self._known[id(x)][1]
