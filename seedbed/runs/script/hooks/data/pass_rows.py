"""The rows of a generator or data set, by fingerprint, as Keras goes through it."""

from dataclasses import dataclass, field

import numpy as np

from seedbed.runs.script.hooks.data.row_prints import Prints, row_prints

MOST_ROWS = 2_000_000


@dataclass
class PassRows:
    """Rows as they passed, until the first pass has ended.

    Attributes:
        ended: Whether a pass has ended: later ones hold the same rows, or random changes of them.
    """

    ended: bool = False
    _batches: list[Prints] = field(default_factory=list)
    _rows: int = 0
    _unknown: bool = False

    def note(self, number: int, inputs: object, labels: object) -> None:
        """Take a batch's inputs."""
        del number, labels
        if self.ended or self._rows > MOST_ROWS:
            return
        found = row_prints(inputs)
        if found is None:
            self._unknown = True
        else:
            self._batches.append(found)
            self._rows += len(found)

    @property
    def rows(self) -> Prints | None:
        """``[row]``, each once; None if they are not known, or not all of them."""
        if not self._batches or self._unknown or self._rows > MOST_ROWS:
            return None
        return np.unique(np.concatenate(self._batches))
