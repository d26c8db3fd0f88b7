"""True labels and predictions that a script hands to a metric of scikit-learn."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from seedbed.runs.script.hooks.record.observations import MOST_VALUES, Prediction

MOST_CLASSES = 1000
SUMS_TO_ONE = 1e-3
HOW = "scikit-learn's metrics"

Table = npt.NDArray[np.generic]


@dataclass(frozen=True)
class Compared:
    """Labels and predictions of one call.

    Attributes:
        true: ``[example]``, the true classes, numbers or names.
        given: ``[example]`` the predicted classes, or probabilities: ``[example]`` of the second
            of two classes, or ``[example, class]``.
        place: The script's line, in words; empty if it is not known.
    """

    true: Table
    given: Table
    place: str

    @property
    def are_classes(self) -> bool:
        """Whether the predictions are classes, as ``predict`` gives them, not probabilities."""
        return self.given.ndim == 1 and self.given.dtype.kind != "f"


def compared(true: object, given: object, place: str) -> Compared | None:
    """What a metric compares; None unless these are classes, and classes or probabilities.

    Args:
        true: The first argument of the metric.
        given: The second one.
        place: The script's line, in words.
    """
    labels, table = _table(true), _table(given)
    if labels is None or table is None or labels.ndim != 1 or len(labels) != len(table):
        return None
    if labels.dtype.kind == "f" or not len(labels):
        return None
    if table.dtype.kind == "f" and not _are_probabilities(table):
        return None
    if table.ndim == 2 and table.dtype.kind != "f":
        return None
    return Compared(labels.copy(), table.copy(), place)


def _table(values: object) -> Table | None:
    """An array of classes (whole numbers or names) or of other numbers; None of anything else."""
    try:
        table = np.asarray(values)
    except (TypeError, ValueError):
        return None
    if table.ndim == 2 and table.shape[1] == 1:
        table = table[:, 0]
    if table.ndim not in (1, 2) or table.size > MOST_VALUES or table.dtype.kind not in "iubfUSO":
        return None
    if table.dtype.kind == "O":
        names = [isinstance(one, str) for one in table.ravel()]
        return table.astype(str) if names and all(names) else None
    if table.dtype.kind == "f" and table.ndim == 1 and _are_whole(table):
        return table.astype(np.int64)
    return table


def _are_whole(table: Table) -> bool:
    return bool(np.all(np.isfinite(table)) and np.all(table == np.floor(table)))


def _are_probabilities(table: Table) -> bool:
    if not np.all(np.isfinite(table)) or table.min() < 0 or table.max() > 1:
        return False
    return table.ndim == 1 or bool(np.abs(table.sum(axis=1) - 1).max() <= SUMS_TO_ONE)


def prediction_of(every: Iterable[Compared], share: float | None) -> Prediction | None:
    """The predictions of a run: the last ones with this share of right answers.

    Args:
        every: What the script compared, in its order.
        share: The run's number, of which predictions tell; None for any.

    Returns:
        Probabilities of the same answers if a metric took them, else a 1 for the class.
    """
    chosen: Prediction | None = None
    for one in every:
        made = _prediction(one)
        if made is None or made.labels is None:
            continue
        answers = _answers(made)
        right = float(np.mean(answers == made.labels))
        if share is not None and abs(right - share) > 0.5 / len(answers):
            continue
        if chosen is None or not one.are_classes or not _are_alike(chosen, made):
            chosen = made
    return chosen


def _are_alike(chosen: Prediction, made: Prediction) -> bool:
    """Whether both give the same answers on the same labels; the first may be probabilities."""
    if chosen.labels is None or made.labels is None:
        return False
    same = np.array_equal(chosen.labels, made.labels)
    return same and np.array_equal(_answers(chosen), _answers(made))


def _answers(one: Prediction) -> npt.NDArray[np.int64]:
    if one.outputs.shape[1] == 1:
        return np.asarray(one.outputs[:, 0] > 0.5, np.int64)
    return np.asarray(one.outputs.argmax(axis=1), np.int64)


def _prediction(one: Compared) -> Prediction | None:
    """Labels as numbers, and a row for each example."""
    values = np.concatenate([one.true, one.given]) if one.are_classes else one.true
    is_number = values.dtype.kind in "iub"
    if is_number and values.min() >= 0 and values.max() < MOST_CLASSES:
        classes = np.arange(max(int(values.max()) + 1, 2))
    else:
        classes = np.unique(values)
    if not one.are_classes and one.given.ndim == 2 and one.given.shape[1] != len(classes):
        return None
    if not one.are_classes and one.given.ndim == 1 and len(classes) != 2:
        return None
    if not 2 <= len(classes) < MOST_CLASSES or len(one.true) * len(classes) > MOST_VALUES:
        return None
    labels = np.searchsorted(classes, one.true).astype(np.int64)
    if one.are_classes:
        outputs = np.zeros((len(labels), len(classes)), np.float32)
        outputs[np.arange(len(labels)), np.searchsorted(classes, one.given)] = 1
    else:
        outputs = one.given.reshape(len(labels), -1).astype(np.float32)
    names = tuple(str(name) for name in classes)
    return Prediction(outputs, labels, HOW, place=one.place, classes=names)
