"""``seedbed new FILE``: a commented experiment that runs, for a user to change."""

from pathlib import Path

from seedbed.system.errors import InputError

TEMPLATE = '''"""My own CNN on 8 × 8 digits: one line that says what it asks.

    seedbed run {name} --seed 7

The whole contract is in docs/guides/own-experiment.md: `load` and `build` must be here, all else
may be left out. Seedbed does the rest: seeds, training, resuming, records, sweeps, statistics.
"""

from dataclasses import dataclass
from typing import Annotated

import keras
from pydantic import Field
from sklearn.datasets import load_digits

from seedbed.api import RunOptions, affine, splits_from_arrays


@dataclass(frozen=True, kw_only=True)
class Options(RunOptions):
    """Options of my own: each becomes a flag, a key in sweeps and a parameter in MLflow."""

    filters: Annotated[int, Field(ge=1, description="filters of the first convolution")] = 16
    augment: Annotated[bool, Field(description="shift and rotate the training images")] = False


def load(options, seeds):
    """The data, divided. Only `seeds.split` may decide who trains; the test set stays the same."""
    digits = load_digits()
    inputs = digits.images[..., None] / 16  # [example, height, width, channel], about 0 … 1
    return splits_from_arrays(
        inputs,
        digits.target,
        classes=[str(digit) for digit in range(10)],
        split_seed=seeds.split,
        train_size=options.train_size,
    )


def build(options, splits):
    """The compiled network: one softmax output per class. Give no seeds: Seedbed sets them."""
    model = keras.Sequential(
        [
            keras.Input(splits.train.inputs.shape[1:]),
            keras.layers.Conv2D(options.filters, 3, activation="relu"),
            keras.layers.MaxPooling2D(),
            keras.layers.Dropout(0.2),
            keras.layers.Flatten(),
            keras.layers.Dense(len(splits.classes), activation="softmax"),
        ]
    )
    model.compile(
        optimizer=keras.optimizers.Adam(options.learning_rate),
        loss="sparse_categorical_crossentropy",
        metrics=["accuracy"],
    )
    return model


def augment(options, inputs, numbers):
    """A batch of training inputs, changed. Draw nothing: take chance from `numbers`.

    `numbers` is [example, 8], uniform in 0 … 1, for this epoch and these examples.
    """
    return affine(inputs, numbers, degrees=10, shift=0.1, zoom=0)


def score(options, splits, scored):
    """More scores of a run, by name; `scored.test` is [example, class], probabilities."""
    confident = scored.test.max(axis=1) > 0.9
    return {{"confident_share": float(confident.mean())}}
'''


def write(path: Path) -> Path:
    """Write the template.

    Raises:
        InputError: The file exists, its name is not a valid module name, or it cannot be written.
    """
    if path.suffix != ".py" or not path.stem.isidentifier():
        raise InputError(
            f"The file must have a name such as my_cnn.py, of letters, digits and '_', "
            f"got {path.name}: choose another."
        )
    try:
        with path.open("x", encoding="utf-8") as stream:
            stream.write(TEMPLATE.format(name=path))
    except FileExistsError:
        raise InputError(
            f"The file must be new, but {path} is there already: choose another name."
        ) from None
    except OSError as error:
        raise InputError(f"{path} cannot be written ({error.strerror}): choose another.") from None
    return path
