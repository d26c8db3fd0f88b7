"""Files that run code: what reading one does to the random state of the script."""

import pickle
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import joblib
import numpy as np
import pandas as pd

FILES = 10


class Program:
    """What a pickle may hold instead of data: a call, here one that seeds NumPy."""

    def __reduce__(self) -> tuple[Any, ...]:
        """The call that takes place when the file is read."""
        return np.random.seed, (0,)


def files_that_seed() -> None:
    """Read such a file by each loader, and look at NumPy's random state before and after."""
    readers: dict[str, Callable[[Path], object]] = {
        "pickle.load": lambda path: pickle.loads(path.read_bytes()),  # noqa: S301
        "joblib.load": joblib.load,
        "pd.read_pickle": pd.read_pickle,
        "np.load(allow_pickle=True)": lambda path: np.load(path, allow_pickle=True),
        "np.load": np.load,
    }
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "faces.pkl"
        path.write_bytes(pickle.dumps(Program()))
        for name, read in readers.items():
            changed = sum(_changes_the_state(read, path, seed) for seed in range(1, FILES + 1))
            print(f"SB601 {name}: another random state after {changed}, n={FILES} readings")


def _changes_the_state(read: Callable[[Path], object], path: Path, seed: int) -> bool:
    np.random.seed(seed)  # noqa: NPY002  (the state that scripts share)
    expected = np.random.RandomState(seed).random_sample()
    with suppress(ValueError):  # NumPy refuses files with objects
        read(path)
    return bool(np.random.random_sample() != expected)  # noqa: NPY002
