"""Training, validation and test examples, and how a data set is divided into them."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from seedbed.runs.data.array_cache import AnyArray
from seedbed.system.errors import InputError

Shares = tuple[float, ...]
"""Share of each class among the training examples."""

LONGEST_CLASS = 100
"""Characters of a class's name."""
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
        data: What the data are, for the titles of pictures; empty where the classes say it.
        subjects: ``[example]``, who each test example shows, or None where nobody knows.
    """

    train: Examples
    validation: Examples
    test: Examples
    classes: tuple[str, ...]
    sha256: str
    data: str = ""
    subjects: npt.NDArray[np.str_] | None = None

    def __post_init__(self) -> None:
        check_classes(self.classes)


def check_classes(classes: Sequence[str]) -> None:
    """Refuse names of classes that tables, pictures and terminals could not show as they are.

    Raises:
        InputError: A name is empty, long, of several lines, or has control characters; or two
            classes have one name.
    """
    for name in classes:
        if not (name.strip() and name.isprintable() and len(name) <= LONGEST_CLASS):
            raise InputError(
                "The name of a class must be text on one line without control characters, from 1 "
                f"to {LONGEST_CLASS} characters, got {name[:40]!a} of {len(name)}: rename the "
                "class, or its folder."
            )
    twice = [name for name, times in Counter(classes).items() if times > 1]
    if twice:
        raise InputError(
            f"Each class must have a name of its own, but two are called {twice[0]!r}: rename one."
        )


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
    labels: AnyArray,
    train_size: int | Literal["all"],
    split_seed: int,
    *,
    stratify: bool = True,
    class_balance: Shares | None = None,
) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """Divide non-test examples into training and validation.

    Args:
        labels: ``[example]``, the class of each.
        train_size: How many to train on, or all that are left beside validation.
        split_seed: Seed of the draw.
        stratify: Keep the shares of the classes in both parts; else leave them to chance.
        class_balance: Share of each class among the training examples; None leaves them as they
            come. The validation set is not touched by it.

    Returns:
        Two index arrays: training, validation. A smaller ``train_size`` with the same seed keeps
        the validation set as it is.

    Raises:
        InputError: ``class_balance`` asks for more examples of a class than there are.
    """
    from sklearn.model_selection import train_test_split

    everything = np.arange(len(labels))
    room = room_for_training(len(labels))
    train, validation = train_test_split(
        everything,
        train_size=room,
        stratify=labels if stratify else None,
        random_state=split_seed,
    )
    if class_balance is not None:
        train = _imbalanced(train, labels, train_size, class_balance, split_seed)
    elif train_size != "all" and train_size < room:
        train, _ = train_test_split(
            train,
            train_size=train_size,
            stratify=labels[train] if stratify else None,
            random_state=split_seed,
        )
    return train, validation


def read_shares(text: str, classes: int) -> Shares | None:
    """The shares that ``--class-balance`` names, or None for ``as_is``.

    Args:
        text: ``as_is``, or one share per class, such as ``0.8,0.2``.
        classes: Number of classes.

    Raises:
        InputError: They are not numbers above 0, one per class, of sum 1.
    """
    if text == "as_is":
        return None
    try:
        shares = tuple(float(part) for part in text.split(","))
    except ValueError:
        shares = ()
    if len(shares) == classes and min(shares) > 0 and abs(sum(shares) - 1) < 1e-3:
        return shares
    what = f", {len(shares)} of sum {sum(shares):g}" if shares else ""
    raise InputError(
        f"class_balance must be {classes} shares above 0, one per class, of sum 1, "
        f"got {text!r}{what}: give --class-balance {classes} numbers with commas between them, "
        "or as_is."
    )


def balanced_counts(
    shares: Shares, train_size: int | Literal["all"], available: npt.NDArray[np.integer]
) -> npt.NDArray[np.int64]:
    """How many training examples of each class make up the given shares.

    Args:
        shares: Share of each class.
        train_size: Their total; all: the largest total that the classes allow.
        available: ``[class]``, how many there are.

    Returns:
        ``[class]`` counts of the wished total, by largest remainders (Hamilton).

    Raises:
        InputError: A class has too few examples, or would get none.
    """
    wished = np.asarray(shares) / sum(shares)
    total = int(np.min(available / wished)) if train_size == "all" else train_size
    exact = wished * total
    counts = np.floor(exact + 1e-9).astype(np.int64)
    order = np.argsort(counts - exact, kind="stable")
    counts[order[: total - int(counts.sum())]] += 1
    short = np.flatnonzero((counts > available) | (counts == 0))
    if len(short):
        at = int(short[0])
        raise InputError(
            f"class_balance must leave each class from 1 to as many examples as there are, but "
            f"{counts[at]} of {total} are asked of class {at}, which has {available[at]}: "
            "give another --train-size or other shares."
        )
    return counts


def _imbalanced(
    train: npt.NDArray[np.intp],
    labels: AnyArray,
    train_size: int | Literal["all"],
    shares: Shares,
    split_seed: int,
) -> npt.NDArray[np.intp]:
    """The first examples of each class, in the order that the split seed put them in."""
    available = np.bincount(labels[train], minlength=len(shares))
    counts = balanced_counts(shares, train_size, available)
    parts = [train[labels[train] == label][:count] for label, count in enumerate(counts)]
    chosen = np.concatenate(parts)
    return np.asarray(np.random.default_rng(split_seed).permutation(chosen))
