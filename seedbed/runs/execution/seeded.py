"""Data and network of a cell, each drawing from its own seed."""

import random
from typing import TYPE_CHECKING

import numpy as np

from seedbed.runs.data.splits import Splits
from seedbed.runs.execution.catalog import Experiment
from seedbed.runs.keras_private import layers_within, seed_generators
from seedbed.runs.settings.options import RunOptions
from seedbed.runs.settings.seeds import Seeds

if TYPE_CHECKING:
    import keras


def load_seeded(experiment: Experiment, options: RunOptions, seeds: Seeds) -> Splits:
    """The data; what draws from NumPy's or Python's global generator follows the split seed."""
    random.seed(seeds.split)
    np.random.seed(seeds.split)  # noqa: NPY002
    return experiment.load(options, seeds)


def build_seeded(
    experiment: Experiment, options: RunOptions, seeds: Seeds, splits: Splits
) -> "keras.Model":
    """The network with its first weights from the init seed and masks from the dropout seed.

    Keras layers without a seed of their own draw one from Python's generator when they are built.
    The generators that draw while training are set again afterwards, so that neither seed moves
    the other: those of augmentation layers from the augmentation seed, all others (dropout, noise)
    from the dropout seed.
    """
    import keras

    keras.utils.set_random_seed(seeds.init)
    model = experiment.build(options, splits)
    kinds = {True: seeds.augmentation, False: seeds.dropout}
    streams = {kind: np.random.SeedSequence(seed) for kind, seed in kinds.items()}
    for layer, generator in generators(model):
        (child,) = streams[is_augmentation(layer)].spawn(1)
        generator.state.assign(child.generate_state(2).astype("int64") % 2**31)
    return model


def generators(model: "keras.Model") -> list[tuple["keras.Layer", "keras.Variable"]]:
    """Each layer's random generators, as (layer, generator) pairs in the model's order."""
    return [
        (layer, generator) for layer in layers_within(model) for generator in seed_generators(layer)
    ]


def is_augmentation(layer: "keras.Layer") -> bool:
    """Whether a layer changes inputs at random, like ``keras.layers.RandomFlip``."""
    return "preprocessing" in type(layer).__module__
