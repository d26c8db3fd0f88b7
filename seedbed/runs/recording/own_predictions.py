"""Predictions of a user's own loop, brought into the form that the analysis reads."""

from pathlib import Path

import numpy as np
import numpy.typing as npt

from seedbed.system.errors import InputError
from seedbed.tracking import schema
from seedbed.tracking.digests import digests_of
from seedbed.tracking.records import Predictions


def as_classes(labels: npt.ArrayLike) -> npt.NDArray[np.int64] | None:
    """``[example]`` classes from labels or one-hot rows; None if they are no classes."""
    values = np.asarray(labels)
    if values.ndim == 2 and values.shape[1] > 1:
        return np.asarray(values.argmax(axis=1), dtype=np.int64)
    values = values.reshape(-1)
    if values.dtype.kind not in "biuf" or not np.all(np.isfinite(values)):
        return None
    if values.size == 0 or np.any(values != np.floor(values)) or values.min() < 0:
        return None
    return np.asarray(values, dtype=np.int64)


def are_of_classes(labels: npt.ArrayLike, outputs: object) -> bool:
    """Whether a model's outputs are predictions of these labels, and all of them are numbers.

    Whole numbers beside one output may be the target of a regression: only 0 and 1 are classes.
    """
    truth = as_classes(labels)
    shape: tuple[int, ...] = getattr(outputs, "shape", ())
    if truth is None or len(shape) != 2 or shape[0] != truth.size:
        return False
    return bool(truth.max() < max(2, shape[1]) and np.isfinite(np.asarray(outputs)).all())


def predictions_of(
    labels: npt.ArrayLike, outputs: npt.ArrayLike, example_ids: npt.ArrayLike | None = None
) -> Predictions:
    """Predictions of one run on one test set.

    Args:
        labels: ``[example]`` classes from 0, or one-hot ``[example, class]``.
        outputs: ``[example, class]`` probabilities or logits, ``[example]`` or ``[example, 1]``
            those of class 1.
        example_ids: ``[example]`` numbers that join runs; the rows' own unless given.

    Raises:
        InputError: The labels are no classes, or the arrays do not fit.
    """
    truth = as_classes(labels)
    if truth is None:
        raise InputError("labels must be classes, numbered from 0, to record predictions of them")
    given = np.asarray(outputs, dtype=np.float64)
    if given.ndim == 1 or (given.ndim == 2 and given.shape[1] == 1):
        flat = given.reshape(-1)
        if flat.size and np.isfinite(flat).all() and (flat.min() < 0 or flat.max() > 1):
            flat = 1 / (1 + np.exp(-np.clip(flat, -500, 500)))  # logits
        given = np.stack([1 - flat, flat], axis=1)
    if given.ndim != 2 or given.shape[0] != truth.size:
        raise InputError(
            f"outputs must have a row for each of the {truth.size} labels and a column per class, "
            f"got an array of shape {np.asarray(outputs).shape}"
        )
    if not np.isfinite(given).all():
        raise InputError("outputs must be finite numbers, but some are NaN or infinite")
    probabilities = _as_probabilities(given).astype(np.float16)
    ids = np.arange(truth.size) if example_ids is None else np.asarray(example_ids)
    found = Predictions(
        example_ids=ids.astype(np.int64),
        labels=truth,
        probabilities=probabilities,
        probabilities_last=probabilities,
        labels_by_epoch=given.argmax(axis=1)[None, :].astype(np.uint16),
    )
    if found.misfit is not None:
        raise InputError(f"labels and outputs must fit one another, but {found.misfit}")
    return found


def _as_probabilities(given: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Rows that sum to 1 as they are; others are logits."""
    if given.min() >= 0 and np.allclose(given.sum(axis=1), 1, atol=1e-2):
        return given
    powers = np.exp(given - given.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True), dtype=np.float64)


def write_predictions(found: Predictions, folder: Path) -> dict[str, str]:
    """Write ``predictions.npz`` to an empty folder; return the tag that announces it."""
    np.savez_compressed(
        folder / schema.PREDICTIONS,
        example_ids=found.example_ids,
        labels=found.labels,
        probabilities=found.probabilities,
        probabilities_last=found.probabilities_last,
        labels_by_epoch=found.labels_by_epoch,
        classes=np.arange(found.probabilities.shape[1]),
    )
    return {schema.TAG_DIGESTS: digests_of(folder)}
