"""Contracts of ``seedbed.runs.numpy_private``: where libraries hold NumPy's own generator."""

import numpy as np
from scipy import stats
from scipy._lib._util import check_random_state
from sklearn.utils import check_random_state as of_sklearn

from seedbed.runs.numpy_private import global_generator, replace_global_generator


def test_libraries_draw_from_one_generator_and_from_what_replaces_it() -> None:
    held, other = global_generator(), np.random.RandomState(5)
    assert check_random_state(None) is of_sklearn(None) is held
    assert replace_global_generator(other) is held
    try:
        assert check_random_state(None) is of_sklearn(None) is other
        assert stats.norm.rvs() == np.random.RandomState(5).normal()
    finally:
        replace_global_generator(held)
    assert getattr(stats.norm, "_random_state") is held  # noqa: B009 (the stubs lack it)
