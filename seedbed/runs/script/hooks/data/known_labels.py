"""Which labels belong to which inputs, as far as a script's own calls tell."""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from seedbed.runs.script.hooks.calls.arguments import as_labels
from seedbed.runs.script.hooks.data.row_prints import Prints

Labels = npt.NDArray[np.int64]
"""Class of each example, ``[example]``."""


@dataclass(frozen=True)
class _Table:
    """Labels of inputs, by the inputs' rows.

    Attributes:
        rows: ``[row]``, fingerprints of the inputs in their order.
        labels: ``[row]``.
        whose: Where they were passed, in words.
    """

    rows: Prints
    labels: Labels
    whose: str

    def of(self, rows: Prints) -> Labels | None:
        """The labels of rows; None if a row is not in the table, or has several labels there."""
        if np.array_equal(rows, self.rows):
            return self.labels
        order = np.argsort(self.rows, kind="stable")
        known, labels = self.rows[order], self.labels[order]
        alike = known[1:] == known[:-1]
        if bool(np.any(alike & (labels[1:] != labels[:-1]))):
            return None
        places = np.minimum(np.searchsorted(known, rows), len(known) - 1)
        return labels[places] if np.array_equal(known[places], rows) else None


@dataclass
class KnownLabels:
    """Labels of arrays of inputs, by which array it is and by its rows."""

    _by_array: dict[int, tuple[Labels, str]] = field(default_factory=dict)
    _tables: list[_Table] = field(default_factory=list)
    _kept: list[object] = field(default_factory=list)

    def remember(self, x: object, y: object, whose: str, rows: Prints | None) -> None:
        """Take the labels of some inputs; those that are not classes are left out.

        Args:
            x: Inputs, as the script passed them.
            y: Labels, as the script passed them.
            whose: Where they were passed, in words.
            rows: ``[row]``, fingerprints of the inputs, or None if they are not known.
        """
        labels = as_labels(y)
        if labels is None:
            return
        is_new = id(x) not in self._by_array
        self._kept.append(x)  # so that its identity is not given to another array
        self._by_array[id(x)] = (labels, whose)
        if is_new and rows is not None and len(rows) == len(labels):
            self._tables.append(_Table(rows, labels, whose))

    def has(self, x: object) -> bool:
        """Whether the labels of this very array are known."""
        return id(x) in self._by_array

    def of(self, x: object, rows: Prints | None) -> tuple[Labels | None, str]:
        """Labels of inputs and where they are from; of another array with these rows if need be.

        Args:
            x: Inputs.
            rows: ``[row]``, their fingerprints in their order, or None if they are not known.
        """
        if self.has(x):
            return self._by_array[id(x)]
        if rows is not None:
            for table in self._tables:
                if (labels := table.of(rows)) is not None:
                    return labels, f"{table.whose} (the same rows)"
        return None, ""
