"""Data sets of ``keras.datasets`` on a machine that cannot fetch them: those that Seedbed has."""

import os
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from seedbed.runs.data import array_cache, datasets
from seedbed.system.errors import InputError
from seedbed.system.paths import user_home

FLAG = "--offline-data"
FETCH_FAILED = "URL fetch failure"
"""Begin of Keras' own error."""
ORDER = 5_000
"""Of the rows of a data set that is sorted by class; any fixed number does."""


@dataclass(frozen=True)
class Substitute:
    """A data set of Seedbed's for one of Keras'.

    Attributes:
        name: Its name in Seedbed.
        words: Its name in sentences.
        files: Files of Keras' cache that hold the real one.
        by_class: Whether Seedbed has it in the order of the classes, as no data set of Keras is.
    """

    name: str
    words: str
    files: tuple[str, ...]
    by_class: bool = False


SUBSTITUTES = {
    "mnist": Substitute("mnist5k", "MNIST's 5,000 digits", ("mnist.npz",), by_class=True),
    "fashion_mnist": Substitute(
        "fashion_mnist",
        "Fashion-MNIST as installed here",
        tuple(
            f"fashion-mnist/{part}-ubyte.gz"
            for part in (
                *("train-labels-idx1", "train-images-idx3"),
                *("t10k-labels-idx1", "t10k-images-idx3"),
            )
        ),
    ),
}
"""Module of ``keras.datasets`` → what takes its place."""


@dataclass
class OfflineData:
    """Gives a script Seedbed's data sets where Keras' cache lacks the real ones.

    Attributes:
        warn: Called with a sentence about each data set that was replaced; it names the line.
        used: What was given, in words.
    """

    warn: Callable[[str], None]
    used: dict[str, None] = field(default_factory=dict)
    _loaded: dict[str, datasets.Images] = field(default_factory=dict)

    def begin(self, keras: Any, text: str) -> None:
        """Replace ``load_data`` where the cache lacks the data.

        Args:
            keras: The Keras that the script runs on.
            text: The script, and the files beside it that it imports.
        """
        for module in _named(text):
            one = SUBSTITUTES[module]
            if not is_cached(one):
                self._loaded[module] = datasets.cached(one.name)
                getattr(keras.datasets, module).load_data = partial(self._load, module)

    def _load(self, module: str, path: str = "") -> object:
        del path
        one = SUBSTITUTES[module]
        data = self._loaded[module]
        images, labels, test = data.images[..., 0], data.labels, data.test
        if one.by_class:  # x_train[:1000] is to hold every class
            order = np.random.Generator(np.random.PCG64(ORDER)).permutation(len(labels))
            images, labels, test = images[order], labels[order], test[order]
        self.used[one.words] = None
        self.warn(
            f"gets {one.words} in place of keras.datasets.{module}, which is not in Keras' cache: "
            f"{(~test).sum():,} training and {test.sum():,} test images ({FLAG})"
        )
        return (images[~test], labels[~test]), (images[test], labels[test])

    def words(self) -> str:
        """``, on MNIST's 5,000 digits (--offline-data)`` for a number's name; empty if unused."""
        return f", on {' and '.join(self.used)} ({FLAG})" if self.used else ""


def check(text: str) -> None:
    """Make the data sets ready that a script names, before the first run.

    Args:
        text: The script, and the files beside it that it imports.

    Raises:
        InputError: It names none, or one cannot be had here either.
    """
    if not _named(text):
        raise InputError(
            f"{FLAG} must be given for a script that loads keras.datasets.mnist or fashion_mnist, "
            "but this one loads neither: leave it out."
        )
    for module in _named(text):
        one = SUBSTITUTES[module]
        if not is_cached(one) and not array_cache.is_kept(one.name):
            datasets.cached(one.name)


def _named(text: str) -> list[str]:
    return [module for module in SUBSTITUTES if re.search(rf"\b{module}\b", text)]


def is_cached(one: Substitute) -> bool:
    """Whether Keras' cache has the real data set."""
    home = Path(os.environ.get("KERAS_HOME") or (user_home() or Path("/")) / ".keras")
    return all((home / "datasets" / name).exists() for name in one.files)


def hint(text: str) -> str:
    """What to do about an error of Keras' that it could not fetch a file; empty for others."""
    if FETCH_FAILED not in text:
        return ""
    for module, one in SUBSTITUTES.items():
        if any(Path(name).name in text for name in one.files):
            return (
                f"keras.datasets.{module} cannot be fetched from here: connect this machine once, "
                f"or give {FLAG}, which takes {one.words}"
            )
    return "it cannot be fetched from here: connect this machine once, or put it into ~/.keras"
