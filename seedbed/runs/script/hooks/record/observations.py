"""What is seen of a script's training: fits, evaluations and predictions."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from seedbed.runs.script.hooks.record.seed_calls import SeedCall
from seedbed.runs.script.hooks.record.weight_log import Origin, Start

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
        place: The script's line, in words; empty if it is not known.
        network: Number of the network, from 1, in the order in which they were fitted first.
        start: The weights that it began with.
        settings: What tells one training from another: batch size, optimiser, layers, ….
        optimiser_steps: Steps that the optimiser had made before.
        printed: Bytes that the script had printed when it ended.
        chosen_by: Callbacks that choose among its epochs, each with what it watches.
        steps: Steps that the optimiser made in it.
        seeds: The seeds that the script set since the fit before.
        validated: Digest of the rows that it was validated on, in any order; empty if they are
            not known.
        callers: The script's lines from which its own line was reached, the nearest first.
    """

    history: dict[str, list[float]] = field(default_factory=dict)
    interrupted: bool = False
    place: str = ""
    network: int = 0
    start: Start = field(default_factory=Start)
    settings: dict[str, object] = field(default_factory=dict)
    optimiser_steps: int = 0
    printed: int = 0
    chosen_by: list[tuple[str, str]] = field(default_factory=list)
    steps: int = 0
    seeds: list[SeedCall] = field(default_factory=list)
    validated: str = ""
    callers: list[str] = field(default_factory=list)

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
        place: The script's line, in words; empty if it is not known.
        network: Number of the network; 0 if it was never fitted.
        fits: Fits before it.
        rows: Digest of the rows; empty if they are not known.
        seen: Share of the rows that a ``fit`` trained on before.
        chosen_on: Share of the rows that a callback of a ``fit`` watched.
        origin: Whose weights the network has.
        optimism: How much the best epoch's accuracy is too high; None where it is not known.
        not_accuracy: Metrics that are called an accuracy and are none here, each with the reason.
        loaded: Whether the script loaded weights since the last fit.
    """

    metrics: dict[str, float]
    examples: int | None = None
    on_training_data: bool = False
    place: str = ""
    network: int = 0
    fits: int = 0
    rows: str = ""
    seen: float = 0.0
    chosen_on: float = 0.0
    origin: Origin = field(default_factory=Origin)
    optimism: float | None = None
    not_accuracy: dict[str, str] = field(default_factory=dict)
    loaded: bool = False


@dataclass(frozen=True)
class LibraryScore:
    """What a metric of scikit-learn returned, beside the accuracy.

    Attributes:
        name: The function, such as ``f1_score``.
        value: The number.
        place: The script's line, in words; empty if it is not known.
        fits: Fits before it.
    """

    name: str
    value: float
    place: str
    fits: int


@dataclass(frozen=True)
class Search:
    """What a search of scikit-learn for the best settings ended with.

    Attributes:
        name: Its class, such as ``GridSearchCV``.
        value: Its ``best_score_``.
        place: The script's line, in words; empty if it is not known.
        accuracy: Whether that is an accuracy.
        scores_before: Evaluations and accuracies until it ended.
        picked: The settings that it picks, such as ``optimizer=Adam``; empty if it has none.
    """

    name: str
    value: float
    place: str
    accuracy: bool
    scores_before: int
    picked: str = ""


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
        place: The script's line, in words; empty if it is not known.
        network: Number of the network; 0 if it was never fitted.
        own_labels: ``[example]``, the labels that came with the inputs in the order of the pass.
        chosen_on: Share of the rows that a callback of a ``fit`` watched.
        origin: Whose weights the network has.
        optimism: How much the best epoch's accuracy is too high; None where it is not known.
        loaded: Whether the script loaded weights since the last fit.
        seen: Share of the rows that a ``fit`` trained on before.
        classes: Names of the classes; empty if they are their numbers.
    """

    outputs: npt.NDArray[Any]
    labels: npt.NDArray[np.int64] | None
    how: str
    data: str = ""
    evaluated: int = 0
    on_training_data: bool = False
    place: str = ""
    network: int = 0
    own_labels: npt.NDArray[np.int64] | None = None
    chosen_on: float = 0.0
    origin: Origin = field(default_factory=Origin)
    optimism: float | None = None
    loaded: bool = False
    seen: float = 0.0
    classes: tuple[str, ...] = ()
