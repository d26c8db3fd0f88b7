"""What Seedbed uses of TensorFlow beyond its public interface, each in one place.

TensorFlow tells nobody where its operations take their seeds from, nor lets that be put back after
a draw. tests/runs/test_tensorflow_private.py fails when a version of TensorFlow moves either.
"""

import sys
from collections.abc import Callable
from typing import Any

SeedPair = tuple[int | None, int | None]
"""The global and the operation's seed, as TensorFlow's random operations take them."""


def eager_generator() -> Any:
    """Where TensorFlow's operations take their seeds from; None before a seed is set.

    A ``random.Random`` of the context (``context._rng``). TensorFlow is not imported to ask.
    """
    if "tensorflow" not in sys.modules:
        return None
    from tensorflow.python.eager import context

    return getattr(context.context(), "_rng", None)


def ask_for_seeds(answer: Callable[[], SeedPair]) -> None:
    """Have ``answer`` give the two seeds of every stateful operation that has none of its own.

    All of them ask one function (``random_seed.get_seed``). Changes this process for good.
    """
    from tensorflow.python.framework import random_seed

    original = random_seed.get_seed

    def get_seed(op_seed: int | None) -> SeedPair:
        if op_seed is not None:
            seeds: SeedPair = original(op_seed)
            return seeds
        return answer()

    random_seed.get_seed = get_seed
