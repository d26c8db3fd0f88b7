"""One seed per source of change, all derived from one where not given."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from seedbed.runs.settings.options import CellOptions, RunOptions

SOURCES = ("init", "order", "augmentation", "dropout", "split")
"""The order is part of every derived seed: append new sources, never reorder."""


@dataclass(frozen=True)
class Seeds:
    """The seed of each source, as used.

    Attributes:
        init: The first weights.
        order: The order of the training examples in each epoch.
        augmentation: Random changes to the training images.
        dropout: Dropout masks.
        split: Which examples train and which validate.
    """

    init: int
    order: int
    augmentation: int
    dropout: int
    split: int

    def asdict(self) -> dict[str, int]:
        """Source → seed."""
        return {source: getattr(self, source) for source in SOURCES}


def derive(options: RunOptions) -> Seeds:
    """The seeds of a run: those given, and the rest from ``options.seed``.

    Source ``i`` gets the first word of child ``i`` of ``numpy.random.SeedSequence(seed)``
    (O'Neill 2015, ``seed_seq_fe``), so that neighbouring seeds give unrelated streams.
    """
    values = {}
    for source, derived in zip(SOURCES, _derived(options.seed), strict=True):
        own = getattr(options, f"{source}_seed")
        values[source] = derived if own == "auto" else int(own)
    return Seeds(**values)


@lru_cache(maxsize=10_000)
def _derived(seed: int) -> tuple[int, ...]:
    """The seed of each source; many configurations have one seed in common."""
    children = np.random.SeedSequence(seed).spawn(len(SOURCES))
    return tuple(int(child.generate_state(1)[0]) for child in children)


def seeds_of(options: CellOptions) -> dict[str, int]:
    """The seeds that a cell's record names: of each source, or those of a script.

    A script names its seed and the sources that have another one.
    """
    if isinstance(options, RunOptions):
        return derive(options).asdict()
    return {"seed": options.seed, **options.own_seeds}


def order_of_epoch(order_seed: int, epoch: int, examples: int) -> npt.NDArray[np.int32]:
    """Order of the training examples in one epoch: a function of (order seed, epoch) alone.

    Args:
        order_seed: Seed of the order.
        epoch: The epoch, counted from 1.
        examples: Number of training examples.

    Returns:
        ``[examples]`` int32, a permutation of 0 … examples - 1.
    """
    generator = np.random.default_rng([order_seed, epoch])
    return generator.permutation(examples).astype(np.int32)
