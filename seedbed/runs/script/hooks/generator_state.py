"""The state of every generator of this process, put back after Seedbed drew from it."""

import random
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np

from seedbed.runs.keras_private import keras_2_generator
from seedbed.runs.tensorflow_private import eager_generator


@contextmanager
def generators_kept() -> Iterator[None]:
    """Python's, NumPy's, TensorFlow's and Keras 2's generators are afterwards as before."""
    python, arrays = random.getstate(), np.random.get_state()  # noqa: NPY002
    tensorflow = eager_generator()
    eager = tensorflow.getstate() if tensorflow is not None else None
    keras_2 = keras_2_generator()
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
