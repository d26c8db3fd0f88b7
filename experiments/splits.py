"""Training, validation and test examples, and how a data set is divided into them."""

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
from sklearn.model_selection import train_test_split

from tracking.errors import InputError

VALIDATION_SHARE = 1 / 6
"""Of the examples that are not test examples."""


@dataclass(frozen=True)
class Examples:
    """Some examples of a data set.

    Attributes:
        inputs: ``[example, …]`` float32, as the network takes them.
        labels: ``[example]`` int32, the class.
        ids: ``[example]`` int64, the example's index in its data set.
    """

    inputs: npt.NDArray[np.float32]
    labels: npt.NDArray[np.int32]
    ids: npt.NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.labels)


@dataclass(frozen=True)
class Splits:
    """What a run trains on, chooses its epoch on, and is scored on.

    Attributes:
        train: Training examples.
        validation: Chooses the epoch.
        test: Scores the chosen epoch; the same for every seed, so that runs can be compared
            example by example.
        classes: Name of each class, in the order of the labels.
        sha256: Of the data set they come from, hex; recorded, so that a change of data shows.
    """

    train: Examples
    validation: Examples
    test: Examples
    classes: tuple[str, ...]
    sha256: str


def room_for_training(examples: int) -> int:
    """How many of ``examples`` non-test examples are left to train on."""
    return examples - round(examples * VALIDATION_SHARE)


def check_train_size(train_size: int | Literal["all"], available: int, classes: int) -> None:
    """Refuse a training set that cannot be drawn.

    Raises:
        InputError: It is larger than the data, or smaller than one example per class.
    """
    if train_size == "all" or classes <= train_size <= available:
        return
    raise InputError(
        f"train_size must leave one example per class and fit the data, from {classes} to "
        f"{available}, got {train_size}: give --train-size a number in that range, or all."
    )


def divide(
    labels: npt.NDArray[Any], train_size: int | Literal["all"], split_seed: int
) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """Divide non-test examples into training and validation, class by class.

    Args:
        labels: ``[example]``, the class of each.
        train_size: How many to train on, or all that are left beside validation.
        split_seed: Seed of the draw.

    Returns:
        Two index arrays: training, validation. A smaller ``train_size`` with the same seed keeps
        the validation set as it is.
    """
    everything = np.arange(len(labels))
    room = room_for_training(len(labels))
    train, validation = train_test_split(
        everything, train_size=room, stratify=labels, random_state=split_seed
    )
    if train_size != "all" and train_size < room:
        train, _ = train_test_split(
            train, train_size=train_size, stratify=labels[train], random_state=split_seed
        )
    return train, validation
