"""The state of every generator of this process, put back after Seedbed drew from it."""

import random
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np


@contextmanager
def generators_kept() -> Iterator[None]:
    """Python's, NumPy's, TensorFlow's and Keras 2's generators are afterwards as before."""
    python, arrays = random.getstate(), np.random.get_state()  # noqa: NPY002
    tensorflow = _tensorflow_generator()
    eager = tensorflow.getstate() if tensorflow is not None else None
    keras_2 = _keras_2_generator()
    layers = keras_2.getstate() if keras_2 is not None else None
    try:
        yield
    finally:
        random.setstate(python)
        np.random.set_state(arrays)  # noqa: NPY002
        if tensorflow is not None:
            tensorflow.setstate(eager)
        if keras_2 is not None:
            keras_2.setstate(layers)


def _tensorflow_generator() -> Any:
    """Where TensorFlow's operations take their seeds from; None before a seed is set."""
    from tensorflow.python.eager import context

    return getattr(context.context(), "_rng", None)


def _keras_2_generator() -> Any:
    """Where tf-keras' layers take their seeds from; None unless its own seed is set."""
    backend = sys.modules.get("tf_keras.src.backend")
    return getattr(getattr(backend, "_SEED_GENERATOR", None), "generator", None)
