"""Data given as arrays: checked, and divided into training, validation and test examples."""

import hashlib
from collections.abc import Sequence
from typing import Literal

import numpy as np
import numpy.typing as npt

from seedbed.runs.data.array_cache import AnyArray
from seedbed.runs.data.splits import Examples, Splits, check_train_size, divide, room_for_training
from seedbed.system.errors import InputError

TEST_DRAW = 1998
"""Seed of the fixed draw of a test set; not a source of change."""

TEST_SHARE = 0.2


def splits_from_arrays(
    inputs: npt.ArrayLike,
    labels: npt.ArrayLike,
    *,
    split_seed: int,
    classes: Sequence[str] | None = None,
    test: npt.ArrayLike | None = None,
    train_size: int | Literal["all"] = "all",
    data: str = "",
) -> Splits:
    """Splits of a data set that fits in memory.

    Args:
        inputs: ``[example, …]`` numbers.
        labels: ``[example]`` whole numbers from 0, the class of each.
        split_seed: Divides what is not test data into training and validation.
        classes: Name of each class; default the numbers.
        test: ``[example]`` bool, True for test examples; default a fifth of each class, the same
            in every run.
        train_size: How many to train on.
        data: What the data are, for titles.

    Raises:
        InputError: The arrays break a rule; see ``checked``.
    """
    x, y = checked(inputs, labels)
    names = tuple(classes) if classes is not None else tuple(map(str, range(int(y.max()) + 1)))
    check_labels(y, len(names))
    is_test = fixed_test_set(y) if test is None else np.asarray(test, dtype=bool)
    if is_test.shape != y.shape:
        raise InputError(
            f"test must have one value per example, got {is_test.size} for {len(y)} examples."
        )
    digest = hashlib.sha256(x.tobytes() + y.tobytes() + is_test.tobytes()).hexdigest()
    return divided(
        x, y, is_test, names, split_seed=split_seed, train_size=train_size, data=data, sha256=digest
    )


def divided(
    inputs: npt.NDArray[np.float32],
    labels: npt.NDArray[np.int32],
    test: npt.NDArray[np.bool_],
    classes: tuple[str, ...],
    *,
    split_seed: int,
    train_size: int | Literal["all"],
    data: str,
    sha256: str,
) -> Splits:
    """As ``splits_from_arrays``, of arrays that are known to be right, with their digest.

    Raises:
        InputError: ``train_size`` does not fit.
    """
    pool = np.flatnonzero(~test)
    check_train_size(train_size, room_for_training(len(pool)), len(classes))
    train, validation = divide(labels[pool], train_size, split_seed)

    def part(index: npt.NDArray[np.intp]) -> Examples:
        return Examples(inputs[index], labels[index], index.astype(np.int64))

    return Splits(
        train=part(pool[train]),
        validation=part(pool[validation]),
        test=part(np.flatnonzero(test)),
        classes=classes,
        sha256=sha256,
        data=data,
    )


def fixed_test_set(labels: npt.NDArray[np.int32]) -> npt.NDArray[np.bool_]:
    """A fifth of each class, by a draw that no seed touches.

    Raises:
        InputError: A class has fewer than five examples.
    """
    from sklearn.model_selection import train_test_split

    counts = np.bincount(labels)
    rare = np.flatnonzero((counts > 0) & (counts < 5))
    if len(rare):
        raise InputError(
            f"Each class must have 5 examples or more for a test set to be drawn, but class "
            f"{rare[0]} has {counts[rare[0]]}: leave that class out or give test examples yourself."
        )
    _, chosen = train_test_split(
        np.arange(len(labels)), test_size=TEST_SHARE, stratify=labels, random_state=TEST_DRAW
    )
    test = np.zeros(len(labels), dtype=np.bool_)
    test[chosen] = True
    return test


def checked(
    inputs: npt.ArrayLike, labels: npt.ArrayLike
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.int32]]:
    """Inputs and labels as the network takes them.

    Raises:
        InputError: They are not numbers, not finite, not of one length, too few, or of one class.
    """
    x, y = np.asarray(inputs), np.asarray(labels)
    if not np.issubdtype(x.dtype, np.number) or np.iscomplexobj(x):
        raise InputError(
            f"inputs must be numbers, got the type {x.dtype}: convert them to float32."
        )
    if y.ndim == 2 and y.shape[1] == 1:
        y = y[:, 0]
    if y.ndim != 1:
        raise InputError(
            f"labels must be one whole number per example, got the shape {y.shape}: "
            "of one-hot labels take argmax(axis=1)."
        )
    if x.ndim < 2 or len(x) != len(y):
        raise InputError(
            f"inputs and labels must have one entry per example, got inputs of shape {x.shape} and "
            f"{len(y)} labels: bring them to one length."
        )
    if len(y) == 0:
        raise InputError("inputs and labels must hold examples, got none: give more data.")
    x = np.ascontiguousarray(x, dtype=np.float32)
    broken = np.flatnonzero(~np.isfinite(x.reshape(len(x), -1)).all(axis=1))
    if len(broken):
        raise InputError(
            f"inputs must be finite, but {len(broken)} of {len(x)} examples hold NaN or infinity, "
            f"the first is example {broken[0]}: leave them out or fill them in."
        )
    return x, _whole(y)


def _whole(labels: AnyArray) -> npt.NDArray[np.int32]:
    if not (np.issubdtype(labels.dtype, np.number) or labels.dtype == bool):
        raise InputError(
            f"labels must be whole numbers from 0, got the type {labels.dtype}: number the classes."
        )
    wrong = np.flatnonzero(~np.isfinite(labels) | (labels != np.floor(labels)) | (labels < 0))
    if len(wrong):
        raise InputError(
            f"labels must be whole numbers from 0, got {labels[wrong[0]]} for example {wrong[0]}: "
            "number the classes 0, 1, 2, …"
        )
    if len(np.unique(labels)) < 2:
        raise InputError(
            f"labels must name two classes or more, got only {labels[0]:g}: "
            "there is nothing to tell apart."
        )
    return labels.astype(np.int32)


def check_labels(labels: npt.NDArray[np.int32], classes: int) -> None:
    """Refuse labels beyond the classes.

    Raises:
        InputError: A label is as large as the number of classes, or larger.
    """
    wrong = np.flatnonzero(labels >= classes)
    if len(wrong):
        raise InputError(
            f"labels must be from 0 to {classes - 1}, for {classes} classes, got "
            f"{labels[wrong[0]]} for example {wrong[0]}: name every class, or mend the labels."
        )
