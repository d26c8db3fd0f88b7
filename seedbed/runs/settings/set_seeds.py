"""Seed every generator of this process that is imported."""

import random
import sys

import numpy as np

from seedbed.system.errors import InputError


def set_seeds(seed: int) -> None:
    """Seed every generator of a process that is imported.

    Raises:
        InputError: The seed is not a whole number from 0 to 2³² − 1.
    """
    if isinstance(seed, bool) or not isinstance(seed, (int, np.integer)) or not 0 <= seed < 2**32:
        raise InputError(f"a seed must be a whole number from 0 to 4294967295, got {seed!r}")
    random.seed(int(seed))
    np.random.seed(int(seed))  # noqa: NPY002 - what a user's loop draws from
    if "keras" in sys.modules or "tensorflow" in sys.modules:
        import keras

        keras.utils.set_random_seed(int(seed))
    if "torch" in sys.modules:
        sys.modules["torch"].manual_seed(int(seed))
