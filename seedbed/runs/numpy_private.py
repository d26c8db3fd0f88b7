"""What Seedbed uses of NumPy and SciPy beyond their public interface.

SciPy and scikit-learn draw from NumPy's own generator where they are given no seed. They hold it as
``np.random.mtrand._rand``; SciPy's distributions took it when they were made.
tests/runs/test_numpy_private.py fails when a version of either moves it.
"""

import sys

import numpy as np


def global_generator() -> np.random.RandomState:
    """The generator that libraries draw from where they are given no seed."""
    held: np.random.RandomState = np.random.mtrand._rand
    return held


def replace_global_generator(generator: np.random.RandomState) -> np.random.RandomState:
    """Have libraries draw from another one; changes this process for good.

    Returns:
        The generator that they had.
    """
    held = global_generator()
    np.random.mtrand._rand = generator
    stats = sys.modules.get("scipy.stats")
    for one in vars(stats).values() if stats else ():
        if getattr(one, "_random_state", None) is held:
            one._random_state = generator
    return held
