"""What is seen of a script's training: fits, evaluations and predictions."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

MOST_FITS = 50
"""Fits, and evaluations, that are recorded one by one; a script that loops further is told so."""

MOST_VALUES = 50_000_000
"""Numbers in an array up to which its predictions are asked for and kept."""


@dataclass
class Fit:
    """One ``fit``.

    Attributes:
        history: Metric → value per epoch, as Keras names them.
        interrupted: Whether it raised.
    """

    history: dict[str, list[float]] = field(default_factory=dict)
    interrupted: bool = False

    @property
    def epochs(self) -> int:
        """Epochs that it finished."""
        return max((len(values) for values in self.history.values()), default=0)


@dataclass
class Evaluation:
    """One ``evaluate``.

    Attributes:
        metrics: Metric → value, as Keras names them.
        examples: Size of the data, where it can be told.
        on_training_data: Whether it was the array that a ``fit`` trained on.
    """

    metrics: dict[str, float]
    examples: int | None = None
    on_training_data: bool = False


@dataclass
class Prediction:
    """Outputs of a model for some inputs, with their labels where these are known.

    Attributes:
        outputs: ``[example, class]``, or ``[example, 1]``.
        labels: ``[example]``, or None.
        how: Where the labels are from, in words; empty without.
        data: Digest of the inputs; empty if they are not arrays.
        evaluated: Number of the evaluation that it belongs to, from 1; 0 for a ``predict``.
        on_training_data: Whether it was the array that a ``fit`` trained on.
    """

    outputs: npt.NDArray[Any]
    labels: npt.NDArray[np.int64] | None
    how: str
    data: str = ""
    evaluated: int = 0
    on_training_data: bool = False
