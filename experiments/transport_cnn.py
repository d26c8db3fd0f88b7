"""Which way does someone travel: walk, bike, bus, car or train? A CNN on windows of movement.

    python -m experiments transport_cnn --seed 7
    python -m experiments transport_cnn --seed 7 --data windows.npz

Two convolutions 1×3 with 32 filters, dense softmax; Adam. A window is (1, T, 4): speed,
acceleration, jerk and bearing rate at T moments. ``--data`` takes a .npz with the arrays inputs
and labels, or a pickle of (inputs, labels) from Python 2 or 3; without it trajectories are
simulated (experiments/trajectories.py), which every output says.
"""

import hashlib
import os
import zipfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import numpy as np
import numpy.typing as npt
from pydantic import Field

from experiments import safe_pickle, trajectories
from experiments.arrays import splits_from_arrays
from experiments.options import RunOptions
from experiments.seeds import Seeds
from experiments.splits import Examples, Splits
from tracking.errors import InputError
from tracking.places import store_folder

if TYPE_CHECKING:
    import keras

CHANNELS = 4
SIMULATED = "simulated"
CLASSES = tuple(mode.name for mode in trajectories.MODES)
POOL_PER_TEST = 4
"""Windows to train and validate on, for each test window."""
DRAW = 2018
"""Seed of the simulation: part of the data set's definition, not a source of change."""
TABLE = True
PAIRS = (("inputs", "labels"), ("X", "y"), ("x", "y"), ("arr_0", "arr_1"))


@dataclass(frozen=True, kw_only=True)
class Options(RunOptions):
    """Options of this experiment beside those that every experiment takes."""

    batch_size: Annotated[int, Field(ge=1, description="training windows per step")] = 64
    epochs: Annotated[int, Field(ge=1, description="passes over the training set")] = 62
    data: Annotated[
        str, Field(description="a .npz or pickle of windows; simulated: trajectories made here")
    ] = SIMULATED
    length: Annotated[
        int, Field(ge=3, le=2000, description="T, moments of a simulated window, 2 s apart")
    ] = 200


def check(options: Options) -> None:
    """Refuse data that are not there, before anything is trained."""
    if options.data != SIMULATED and not Path(options.data).is_file():
        raise InputError(
            f"data must be a .npz or a pickle that is there, or {SIMULATED}, got {options.data}: "
            "mend the path."
        )


def load(options: Options, seeds: Seeds) -> Splits:
    """Windows and their mode; each channel scaled by mean and sd of the training windows."""
    test: npt.NDArray[np.bool_] | None
    if options.data == SIMULATED:
        inputs, labels, test = simulated(options.length)
        names: tuple[str, ...] | None = CLASSES
        what = "simulated trajectories"
    else:
        path = Path(options.data)
        inputs, labels, test = read(path)
        names = CLASSES if np.max(labels, initial=0) < len(CLASSES) else None
        what = path.name
    splits = splits_from_arrays(
        inputs,
        labels,
        classes=names,
        test=test,
        split_seed=seeds.split,
        train_size=options.train_size,
        data=what,
    )
    return scaled(splits)


def build(options: Options, splits: Splits) -> "keras.Model":
    """The compiled network; its first weights come from the init seed, set by the caller."""
    import keras

    model = keras.Sequential(
        [
            keras.Input(splits.train.inputs.shape[1:]),
            keras.layers.Conv2D(32, (1, 3), padding="same", activation="relu"),
            keras.layers.Conv2D(32, (1, 3), padding="same", activation="relu"),
            keras.layers.Flatten(),
            keras.layers.Dense(len(splits.classes), activation="softmax"),
        ]
    )
    model.compile(
        optimizer=keras.optimizers.Adam(options.learning_rate),
        loss="sparse_categorical_crossentropy",
        metrics=["accuracy"],
    )
    return model


def simulated(length: int) -> tuple[npt.NDArray[Any], npt.NDArray[Any], npt.NDArray[np.bool_]]:
    """Inputs, labels and which are test windows; made once and kept in the store's cache."""
    code = hashlib.sha256(Path(trajectories.__file__).read_bytes()).hexdigest()[:8]
    path = store_folder("cache", "datasets") / f"trajectories-{length}-{code}.npz"
    if not path.exists():
        partial = path.with_name(f"{path.stem}.{os.getpid()}.part.npz")
        inputs, labels, test = _simulate(length)
        np.savez(partial, inputs=inputs, labels=labels, test=test)
        partial.replace(path)
    with np.load(path) as stored:
        return stored["inputs"], stored["labels"], stored["test"]


def _simulate(length: int) -> tuple[npt.NDArray[Any], npt.NDArray[Any], npt.NDArray[np.bool_]]:
    inputs, labels, test = [], [], []
    for label, mode in enumerate(trajectories.MODES):
        windows = mode.test_windows * (1 + POOL_PER_TEST)
        rng = np.random.default_rng([DRAW, label])
        inputs.append(trajectories.features(*trajectories.simulate(mode, windows, length + 4, rng)))
        labels.append(np.full(windows, label, np.int32))
        test.append(np.arange(windows) < mode.test_windows)
    return np.concatenate(inputs), np.concatenate(labels), np.concatenate(test)


def read(path: Path) -> tuple[npt.NDArray[Any], npt.NDArray[Any], npt.NDArray[np.bool_] | None]:
    """Inputs, labels and, where the file has it, which are test windows.

    Raises:
        InputError: The file is not of this form; a pickle with anything but arrays is refused.
    """
    content = _npz(path) if path.suffix == ".npz" else safe_pickle.load(path)
    test = None
    if isinstance(content, dict):
        names = next((pair for pair in PAIRS if content.keys() >= set(pair)), None)
        if names is None:
            found = ", ".join(map(str, content)) or "nothing"
            raise InputError(
                f"{path.name} must hold the arrays inputs and labels, got {found}: "
                "save it with numpy.savez(file, inputs=…, labels=…)."
            )
        test = content.get("test")
        content = [content[name] for name in names]
    if not isinstance(content, (list, tuple)) or len(content) != 2:
        raise InputError(
            f"{path.name} must hold (inputs, labels), got {type(content).__name__}: "
            "save the pair of arrays."
        )
    try:
        inputs, labels = (np.asarray(part) for part in content)
    except ValueError:
        raise InputError(
            f"The windows in {path.name} must all have one length: cut or pad them to T moments."
        ) from None
    if inputs.ndim == 3:
        inputs = inputs[:, np.newaxis]
    if inputs.ndim != 4 or inputs.shape[1] != 1 or inputs.shape[3] != CHANNELS:
        raise InputError(
            f"Windows must have the shape (1, T, {CHANNELS}): speed, acceleration, jerk and "
            f"bearing rate, got {inputs.shape[1:]} in {path.name}: bring them to that shape."
        )
    return inputs, labels, test


def _npz(path: Path) -> dict[str, npt.NDArray[Any]]:
    try:
        with np.load(path, allow_pickle=False) as stored:
            return dict(stored)
    except (OSError, ValueError, EOFError, zipfile.BadZipFile) as error:
        raise InputError(
            f"{path.name} must be a whole .npz of plain arrays, but it cannot be read ({error}): "
            "save it again with numpy.savez."
        ) from None


def scaled(splits: Splits) -> Splits:
    """Each channel with mean 0 and sd 1 over the training windows."""
    train = splits.train.inputs
    axes = tuple(range(train.ndim - 1))
    mean = train.mean(axis=axes, dtype=np.float64).astype(np.float32)
    sd = train.std(axis=axes, dtype=np.float64).astype(np.float32)
    sd[sd == 0] = 1

    def part(examples: Examples) -> Examples:
        return replace(examples, inputs=(examples.inputs - mean) / sd)

    return replace(
        splits,
        train=part(splits.train),
        validation=part(splits.validation),
        test=part(splits.test),
    )
