"""What the measurements share: the digits, a small network, its score and its fingerprint."""

import os

os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import hashlib
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from keras import layers
from sklearn.datasets import load_digits

tf.config.threading.set_intra_op_parallelism_threads(1)
tf.config.threading.set_inter_op_parallelism_threads(1)

Array = np.ndarray[Any, Any]


def digits() -> tuple[Array, Array]:
    """All images [example, 8, 8, 1] in 0..1 and their labels, in a fixed random order."""
    x, y = load_digits(return_X_y=True)
    order = np.random.default_rng(0).permutation(len(x))
    return (x[order].reshape(-1, 8, 8, 1) / 16).astype("float32"), y[order]


X, Y = digits()
TRAIN, TEST, FRESH = slice(0, 600), slice(600, 900), slice(900, None)


def build(loss: Any = "sparse_categorical_crossentropy", activation: str | None = "softmax") -> Any:
    """A small convolutional network, compiled."""
    model = keras.Sequential(
        [
            keras.Input((8, 8, 1)),
            layers.Conv2D(16, 3, activation="relu"),
            layers.Flatten(),
            layers.Dense(10, activation=activation),
        ]
    )
    model.compile("adam", loss)
    return model


def accuracy(model: Any, rows: slice) -> float:
    """Accuracy in points."""
    return 100 * float(np.mean(np.argmax(model(X[rows], training=False), -1) == Y[rows]))


def fit(model: Any, epochs: int, rows: slice = TRAIN) -> None:
    """Train quietly."""
    model.fit(X[rows], Y[rows], epochs=epochs, batch_size=32, verbose=0)


def fingerprint(model: Any) -> str:
    """Hash of the weights."""
    return hashlib.sha256(b"".join(w.tobytes() for w in model.get_weights())).hexdigest()


def summary(values: Any) -> str:
    """Mean and standard deviation."""
    values = np.asarray(values, float)
    return f"mean {values.mean():+.2f}, sd {values.std(ddof=1):.2f}, n={len(values)}"
