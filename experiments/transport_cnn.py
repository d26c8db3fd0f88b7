"""Which way does someone travel: walk, bike, bus, car or train? A CNN on windows of movement.

    seedbed run transport_cnn --seed 7
    seedbed run transport_cnn --seed 7 --data windows.npz

Two convolutions 1×3 with 32 filters, dense softmax; Adam. A window is (1, T, 4): speed,
acceleration, jerk and bearing rate at T moments. ``--data`` takes a .npz with the arrays inputs
and labels, or a pickle of (inputs, labels) from Python 2 or 3; without it trajectories are
simulated (seedbed/runs/data/simulated_trajectories.py), which every output says.
"""

import hashlib
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import numpy as np
import numpy.typing as npt
from pydantic import Field

from seedbed.api import (
    Arrays,
    InputError,
    RunOptions,
    Seeds,
    Splits,
    check_splits,
    derive,
    divided,
    kept,
    safe_pickle,
    simulated_trajectories,
    splits_from_arrays,
)

if TYPE_CHECKING:
    import keras

CHANNELS = 4
SIMULATED = "simulated"
CLASSES = tuple(mode.name for mode in simulated_trajectories.MODES)
POOL_PER_TEST = 4
"""Windows to train and validate on, for each test window."""
DRAW = 2018
"""Seed of the simulation: part of the data set's definition, not a source of change."""
SMALLEST_VARIANCE = 1e-12
"""Relative to the mean square: below it a channel is constant but for rounding."""
TABLE = True
PAIRS = (("inputs", "labels"), ("X", "y"), ("x", "y"), ("arr_0", "arr_1"))


@dataclass(frozen=True, kw_only=True)
class Options(RunOptions):
    """Options of this experiment beside those that every experiment takes."""

    batch_size: Annotated[int, Field(ge=1, description="training windows per step")] = 64
    epochs: Annotated[int, Field(ge=1, description="passes over the training set")] = 62
    data: Annotated[
        str, Field(description="a .npz or pickle of windows; simulated: generated trajectories")
    ] = SIMULATED
    length: Annotated[
        int, Field(ge=3, le=2000, description="T, time steps of a simulated window, 2 s apart")
    ] = 200


def check(options: Options) -> None:
    """Refuse data that are not there or cannot be trained on, before anything is trained."""
    if options.data == SIMULATED:
        return
    if not Path(options.data).is_file():
        raise InputError(
            f"data must be an existing .npz or pickle, or {SIMULATED}, got {options.data}: "
            "mend the path."
        )
    check_splits(load(options, derive(options)))


def load(options: Options, seeds: Seeds) -> Splits:
    """Windows and their mode; each channel scaled by mean and sd of the training windows."""
    if options.data == SIMULATED:
        windows = simulated(options.length)
        splits = divided(
            windows["inputs"],
            windows["labels"],
            windows["test"],
            CLASSES,
            split_seed=seeds.split,
            train_size=options.train_size,
            data="simulated trajectories",
            sha256=str(windows["sha256"]),
        )
        return scaled(splits, windows["sums"][splits.train.ids])
    path = Path(options.data)
    inputs, labels, test = read(path)
    known = np.issubdtype(labels.dtype, np.number) and np.max(labels, initial=0) < len(CLASSES)
    splits = splits_from_arrays(
        inputs,
        labels,
        classes=CLASSES if known else None,
        test=test,
        split_seed=seeds.split,
        train_size=options.train_size,
        data=path.name,
    )
    return scaled(splits, sums(splits.train.inputs))


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


def simulated(length: int) -> Arrays:
    """Inputs, labels, which are test windows, and their ``sums``; made once and cached."""
    code = hashlib.sha256(Path(simulated_trajectories.__file__).read_bytes()).hexdigest()[:8]
    return kept(f"trajectories-{length}-{code}", lambda: _simulate(length))


def _simulate(length: int) -> Arrays:
    windows, modes, tests = [], [], []
    for label, mode in enumerate(simulated_trajectories.MODES):
        count = mode.test_windows * (1 + POOL_PER_TEST)
        rng = np.random.default_rng([DRAW, label])
        windows.append(
            simulated_trajectories.features(
                *simulated_trajectories.simulate(mode, count, length + 4, rng)
            )
        )
        modes.append(np.full(count, label, np.int32))
        tests.append(np.arange(count) < mode.test_windows)
    inputs, labels, test = np.concatenate(windows), np.concatenate(modes), np.concatenate(tests)
    digest = hashlib.sha256(inputs.tobytes() + labels.tobytes() + test.tobytes()).hexdigest()
    arrays = {"inputs": inputs, "labels": labels, "test": test, "sums": sums(inputs)}
    return {**arrays, "sha256": np.array(digest)}


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


def sums(inputs: npt.NDArray[np.float32]) -> npt.NDArray[np.float64]:
    """Sum and sum of squares of each channel of each window.

    Args:
        inputs: ``[window, 1, moment, channel]``.

    Returns:
        ``[window, 2, channel]``.
    """
    exact = inputs[:, 0].astype(np.float64)
    return np.stack([exact.sum(axis=1), np.square(exact).sum(axis=1)], axis=1)


def scaled(splits: Splits, train_sums: npt.NDArray[np.float64]) -> Splits:
    """Each channel with mean 0 and sd 1 over the training windows.

    Args:
        splits: Changed in place, for they are large, and returned.
        train_sums: ``sums`` of the training windows.
    """
    moments = splits.train.inputs.shape[2]
    mean, square = train_sums.mean(axis=0) / moments
    variance = square - mean**2
    variance[variance <= SMALLEST_VARIANCE * square] = 1
    # A row as long as a window: over four channels at a time NumPy would take four times as long.
    shift, scale = (
        np.tile(value.astype(np.float32), moments) for value in (mean, np.sqrt(variance))
    )
    for part in (splits.train, splits.validation, splits.test):
        rows = part.inputs.reshape(len(part), -1)
        rows -= shift
        rows /= scale
    return splits
