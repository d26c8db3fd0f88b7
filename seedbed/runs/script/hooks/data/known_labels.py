"""Which labels belong to which inputs, as far as a script's own calls tell."""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from seedbed.runs.script.hooks.calls.arguments import as_labels

Labels = npt.NDArray[np.int64]
"""Class of each example, ``[example]``."""


@dataclass
class KnownLabels:
    """Labels of arrays of inputs, by which array it is and by its length."""

    _by_array: dict[int, tuple[Labels, str]] = field(default_factory=dict)
    _by_length: dict[int, tuple[Labels, str]] = field(default_factory=dict)
    _kept: list[object] = field(default_factory=list)

    def remember(self, x: object, y: object, whose: str) -> None:
        """Take the labels of some inputs; those that are not classes are left out.

        Args:
            x: Inputs, as the script passed them.
            y: Labels, as the script passed them.
            whose: Where they were passed, in words.
        """
        labels = as_labels(y)
        if labels is None:
            return
        self._kept.append(x)  # so that its identity is not given to another array
        self._by_array[id(x)] = (labels, whose)
        self._by_length.setdefault(len(labels), (labels, whose))

    def has(self, x: object) -> bool:
        """Whether the labels of this very array are known."""
        return id(x) in self._by_array

    def of(self, x: object, examples: int) -> tuple[Labels | None, str]:
        """Labels of inputs and where they are from; of another array of that length if need be."""
        if self.has(x):
            return self._by_array[id(x)]
        labels, whose = self._by_length.get(examples, (None, ""))
        return labels, f"{whose} (of the same length)" if whose else ""
