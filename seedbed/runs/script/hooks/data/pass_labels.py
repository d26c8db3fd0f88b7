"""The labels that come with a data set, in the order in which ``predict`` goes through it."""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from seedbed.runs.script.hooks.calls.arguments import as_labels

SOURCE = "the labels that came with its data"


@dataclass
class PassLabels:
    """Labels by batch, as they passed."""

    _batches: dict[int, npt.NDArray[np.generic]] = field(default_factory=dict)

    def note(self, number: int, y: object) -> None:
        """Take the labels of a batch."""
        if y is not None:
            self._batches[number] = np.array(y)

    def labels(self, examples: int) -> npt.NDArray[np.int64] | None:
        """``[example]``, of the first so many examples; None where they are not all known."""
        numbers = sorted(self._batches)
        if not numbers or numbers != list(range(len(numbers))):
            return None
        try:
            found = as_labels(np.concatenate([self._batches[number] for number in numbers]))
        except ValueError:
            return None
        return None if found is None or len(found) < examples else found[:examples]
