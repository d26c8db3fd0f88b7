"""Which validation rows a network has right after each epoch, where an epoch is chosen on them."""

import time
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from seedbed.runs.script.hooks.calls.arguments import as_labels, class_count, length_of, size_of
from seedbed.runs.script.hooks.generator_state import generators_kept

MOST_ROWS = 5_000
MOST_INPUTS = 20_000_000
"""Numbers in the validation rows up to which they are computed after each epoch."""

BATCH = 256
SHARE_OF_TIME = 0.03
"""Of a fit's time that this may take; beyond, the answers are given up."""

FIRST_SECONDS = 0.2
"""What the first epoch may take in any case."""


@dataclass
class EpochAnswers:
    """The right answers of one fit, epoch by epoch.

    Attributes:
        x: The validation rows.
        labels: ``[example]`` their classes.
    """

    x: Any
    labels: npt.NDArray[np.int64]
    _right: list[npt.NDArray[np.bool_]] = field(default_factory=list)
    _began: float = field(default_factory=time.monotonic)
    _spent: float = 0.0
    _given_up: bool = False

    @classmethod
    def of(cls, validation: object, monitors: list[str]) -> "EpochAnswers | None":
        """Those of a fit's validation data; None where an accuracy chooses no epoch on classes.

        Args:
            validation: Its ``validation_data``.
            monitors: What its callbacks watch.
        """
        if not any("acc" in one for one in monitors):
            return None
        if not isinstance(validation, tuple | list) or len(validation) < 2:
            return None
        x, labels = validation[0], as_labels(validation[1])
        rows = length_of(x)
        if labels is None or rows is None or not 10 <= rows <= MOST_ROWS or rows != len(labels):
            return None
        return cls(x, labels) if size_of(x) <= MOST_INPUTS else None

    def epoch_ends(self, model: object) -> None:
        """Compute the answers; no generator moves, and no weight changes."""
        if self._given_up:
            return
        with generators_kept():
            outputs = self._outputs(model)
        if outputs is None or outputs.ndim != 2 or len(outputs) != len(self.labels):
            self._given_up = True
            self._right.clear()
            return
        self._right.append(class_count(outputs) == self.labels)

    def _outputs(self, model: Any) -> npt.NDArray[Any] | None:
        """``[example, class]``, batch by batch; None if it takes too long or cannot be computed."""
        found = []
        for first in range(0, len(self.labels), BATCH):
            start = time.monotonic()
            try:
                found.append(np.asarray(model(self.x[first : first + BATCH], training=False)))
            except Exception:  # whatever a network raises here, the script must not see it
                return None
            now = time.monotonic()
            self._spent += now - start
            if self._spent > max(SHARE_OF_TIME * (now - self._began), FIRST_SECONDS):
                return None
        return np.concatenate(found)

    def optimism(self) -> float | None:
        """How much the best epoch's accuracy on these rows is too high; None where unknown.

        Cross-fit: the epoch is chosen on nine tenths of the rows and scored on the others.
        """
        from seedbed.analysis.statistics.epochs import cross_fit

        if len(self._right) < 2:
            return None
        return float(cross_fit([np.stack(self._right)]).optimism.value)
