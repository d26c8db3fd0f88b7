"""What is checked of every run's data and network before it trains."""

from typing import TYPE_CHECKING

import numpy as np

from seedbed.runs.data.splits import Examples, Splits
from seedbed.system.errors import InputError

if TYPE_CHECKING:
    import keras

TEST_EXAMPLES = 100
"""With fewer test examples one of them is more than a point of accuracy."""


def check_splits(splits: object) -> None:
    """Refuse splits that cannot be trained on or scored.

    Raises:
        InputError: An empty part, inputs or labels of unequal length, inputs that are not finite,
            labels out of range or not whole numbers, one class only, or inputs of other shapes.
    """
    if not isinstance(splits, Splits):
        raise InputError(
            f"load must return Splits, got {type(splits).__name__}: "
            "see docs/guides/own-experiment.md."
        )
    parts = {"training": splits.train, "validation": splits.validation, "test": splits.test}
    for name, part in parts.items():
        _check_part(name, part, len(splits.classes))
        if part.inputs.shape[1:] != splits.train.inputs.shape[1:]:
            raise InputError(
                f"Training and {name} inputs must have one shape, got "
                f"{splits.train.inputs.shape[1:]} and {part.inputs.shape[1:]}: bring them to one."
            )
    present = np.unique(splits.train.labels)
    if len(present) < 2:
        raise InputError(
            f"The training examples must be of two classes or more, got only "
            f"{splits.classes[int(present[0])]}: there is nothing to tell apart."
        )
    unknown = np.setdiff1d(splits.test.labels, present)
    if len(unknown):
        raise InputError(
            f"Each class of the test examples must be among the training examples, but "
            f"{splits.classes[int(unknown[0])]} is not: add some of it."
        )


def _check_part(name: str, part: Examples, classes: int) -> None:
    lengths = {len(part.inputs), len(part.labels), len(part.ids)}
    if len(lengths) != 1:
        raise InputError(
            f"The {name} inputs, labels and ids must be of one length, got {len(part.inputs)}, "
            f"{len(part.labels)} and {len(part.ids)}: bring them to one."
        )
    if len(part) == 0:
        raise InputError(f"There must be {name} examples, got none: give more data.")
    if not np.issubdtype(part.labels.dtype, np.integer):
        raise InputError(
            f"The {name} labels must be whole numbers, got {part.labels.dtype}: convert them."
        )
    low, high = int(part.labels.min()), int(part.labels.max())
    if low < 0 or high >= classes:
        raise InputError(
            f"The {name} labels must be from 0 to {classes - 1}, for {classes} classes, got "
            f"{low if low < 0 else high}: name every class, or mend the labels."
        )
    with np.errstate(over="ignore", invalid="ignore"):
        total = part.inputs.sum()
    if not np.isfinite(total):
        rows = np.isfinite(part.inputs.reshape(len(part), -1)).all(axis=1)
        broken = np.flatnonzero(~rows)
        if len(broken):
            raise InputError(
                f"The {name} inputs must be finite, but {len(broken)} of {len(part)} hold NaN or "
                f"infinity, the first is number {broken[0]}: leave them out or fill them in."
            )


def check_model(model: "keras.Model", splits: Splits) -> None:
    """Refuse a network that does not fit the data.

    Raises:
        InputError: It is not compiled, takes another shape, or has too few outputs.
    """
    if not getattr(model, "compiled", False):
        raise InputError("build must return a compiled network: call model.compile(…) in it.")
    wanted, given = model.input_shape[1:], splits.train.inputs.shape[1:]
    fits = len(wanted) == len(given) and all(
        mine in (None, theirs) for mine, theirs in zip(wanted, given, strict=True)
    )
    if not fits:
        raise InputError(
            f"The network must take what the data hold, but it takes {wanted} and the data are "
            f"{given}: mend its Input."
        )
    outputs, classes = model.output_shape[-1], len(splits.classes)
    if len(model.output_shape) != 2 or outputs != classes:
        raise InputError(
            f"The network must have one output per class, got {outputs} outputs for {classes} "
            f"classes: make its last layer Dense({classes}, activation='softmax')."
        )


def warnings_of(splits: Splits) -> tuple[str, ...]:
    """What the user should know of the data before reading the score, in sentences."""
    examples = len(splits.test)
    if examples >= TEST_EXAMPLES:
        return ()
    needed = round(1.96**2 * 0.09 / 0.01**2)
    return (
        f"The test set has {examples} examples, so one of them is {100 / examples:.1f} points and "
        f"a change of 1 point cannot show; at 90 % accuracy about {needed:,} examples make chance "
        "smaller than 1 point (binomial, 95 %).",
    )
