"""What ``why`` prints to pin a source pins it, and leaves each other source as it was."""

from pathlib import Path

import pytest

from seedbed.analysis.answers.inputs.recorded_sweep import read
from seedbed.analysis.answers.why.recorded_streams import recorded_streams
from seedbed.analysis.answers.why.source import free_sources, seed_of_all, varying_source
from seedbed.analysis.statistics.variance.sources import SourceShare
from seedbed.sweeps.driver.run_sweep import run_sweep
from seedbed.sweeps.driver.settings import SweepSettings
from seedbed.sweeps.repeat.why_targets import ScriptTarget
from seedbed.tracking.random_records import RandomDraws

SCRIPT = """
import os
import random
import time
import numpy as np
import tensorflow as tf
import keras
from sklearn.model_selection import train_test_split

names = os.listdir(".")
words = {"red", "green", "blue"}
index = {word: n for n, word in enumerate(words)}
x = np.random.normal(size=(40, 4)) + index["red"] + len(names)
x = x + random.random()
x = x + np.random.default_rng().normal(size=x.shape)
x = x + np.random.default_rng(int(time.time())).normal(size=x.shape)
y = (x.sum(axis=1) > x.sum(axis=1).mean()).astype(int)
x, x_test, y, y_test = train_test_split(x, y)
data = tf.data.Dataset.from_tensor_slices((x, y)).shuffle(40).batch(10)
model = keras.Sequential([
    keras.Input((4,)), keras.layers.GaussianNoise(0.1), keras.layers.Dense(2, "softmax")])
model.compile("sgd", "sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(data, epochs=1, verbose=0)
print("test accuracy:", model.evaluate(x_test, y_test, verbose=0)[1])
"""
EVERY = {
    *("files", "hash", "line 13", "line 14", "line 15", "clock", "split", "order", "dropout"),
    "init",
}
SEED_ALL = "keras.utils.set_random_seed(7)"


def free(folder: Path, text: str) -> set[str]:
    """The sources that vary in two runs of the script."""
    script = folder / "train.py"
    script.write_text(text)
    design = ScriptTarget(script).varied(2)
    assert not run_sweep(design, 2, SweepSettings(style="quiet")).failed
    return set(free_sources(recorded_streams(read(design.name, arms=False).sweep)))


@pytest.mark.long
@pytest.mark.parametrize(
    ("source", "line", "pinned"),
    [
        ("files", "names = os.listdir", "names = sorted(os.listdir('.')) #"),
        ("hash", "enumerate(words)", "enumerate(sorted(words))"),
        ("line 15", "default_rng().normal", "default_rng(7).normal"),
        ("clock", "int(time.time())", "1234"),
        ("split", "train_test_split(x, y)", "train_test_split(x, y, random_state=7)"),
        ("order", ".shuffle(40)", ".shuffle(40, seed=7)"),
        ("dropout", "GaussianNoise(0.1)", "GaussianNoise(0.1, seed=7)"),
    ],
)
def test_a_seed_of_its_own_pins_a_source_alone(
    store_path: Path,  # noqa: ARG001 (sets the environment)
    tmp_path: Path,
    source: str,
    line: str,
    pinned: str,
) -> None:
    folder = tmp_path / "scripts"
    folder.mkdir()
    (folder / "beside.txt").touch()
    assert free(folder, SCRIPT.replace(line, pinned)) == EVERY - {source}


@pytest.mark.long
@pytest.mark.parametrize(
    ("line", "seed", "left"),
    [
        ("x = np.random", "np.random.seed(7); ", EVERY - {"line 13", "split"}),
        ("x = x + random", "random.seed(7); ", EVERY - {"line 14", "init", "dropout"}),
        ("data = ", f"{SEED_ALL}; ", EVERY - {"order", "init", "dropout"}),
        ("model = ", f"{SEED_ALL}; ", EVERY - {"init", "dropout"}),
        ("model.fit", f"{SEED_ALL}; ", EVERY),
    ],
)
def test_a_seed_of_a_whole_generator_pins_what_is_drawn_after_it(
    store_path: Path,  # noqa: ARG001
    tmp_path: Path,
    line: str,
    seed: str,
    left: set[str],
) -> None:
    folder = tmp_path / "scripts"
    folder.mkdir()
    (folder / "beside.txt").touch()
    assert free(folder, SCRIPT.replace(line, f"{seed}{line}", 1)) == left


SHORT = """
import tensorflow as tf
import numpy
from sklearn.model_selection import train_test_split
from tensorflow.keras.layers import Dense, Dropout, Input

x = numpy.random.normal(size=(40, 4))
y = (x.sum(axis=1) > 0).astype(int)
x, x_test, y, y_test = train_test_split(x, y)
model = tf.keras.Sequential([Input((4,)), Dropout(0.3), Dense(2, "softmax")])
model.compile("sgd", "sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(x, y, epochs=1, verbose=0)
print("test accuracy:", model.evaluate(x_test, y_test, verbose=0)[1])
"""


@pytest.mark.long
def test_what_is_advised_runs_in_a_script_that_never_imports_keras(
    store_path: Path,  # noqa: ARG001
    tmp_path: Path,
) -> None:
    script = tmp_path / "train.py"
    script.write_text(SHORT)
    design = ScriptTarget(script).varied(2)
    assert not run_sweep(design, 2, SweepSettings(style="quiet")).failed
    streams = recorded_streams(read(design.name).sweep)
    pins = {name: pin_of(name, streams) for name in free_sources(streams)}
    assert pins["line 7"] == "numpy.random.seed(7) before it"
    assert pins["init"] == "tf.keras.utils.set_random_seed(7) before the model is built"
    assert pins["order"] == "tf.keras.utils.set_random_seed(7) before line 12"
    varying = [varying_source(share(name), streams, None) for name in free_sources(streams)]
    line = seed_of_all(varying, streams)
    assert line == "tf.keras.utils.set_random_seed(7)"
    assert free(tmp_path, SHORT.replace("x = numpy", f"{line}\nx = numpy")) == set()


def pin_of(name: str, streams: RandomDraws) -> str:
    return varying_source(share(name), streams, None).pin


def share(name: str) -> SourceShare:
    return SourceShare(name, None, None, 0, 0, resolved=False, note=None)


@pytest.mark.parametrize(
    ("to_pin", "call"),
    [
        ({"init": ["random.seed(7)"], "split": ["random_state=7"]}, "keras.seed(7)"),
        ({"init": ["random.seed(7)"], "line 3": ["np.random.default_rng(7)"]}, None),
        ({"init": ["random.seed(7)"], "hash": []}, None),
        ({"init": ["random.seed(7)"]}, None),
        ({"line 3": ["random_state=7"], "split": ["random_state=7"]}, "numpy.seed(7)"),
        ({"line 3": ["np.random.seed(7)"], "split": ["random_state=7"]}, "numpy.seed(7)"),
        ({"init": ["torch.manual_seed(7)"], "order": ["torch.manual_seed(7)"]}, "torch.seed(7)"),
        ({"init": ["torch.manual_seed(7)"], "split": ["random_state=7"]}, None),
    ],
)
def test_one_seed_pins_all_only_if_all_draw_from_global_generators(
    to_pin: dict[str, list[str]], call: str | None
) -> None:
    calls = {"np.random.seed": "numpy.seed", "torch.manual_seed": "torch.seed"}
    streams: RandomDraws = {
        "sources": {
            name: {"draws": 1, "lines": [], "pins": [], "to_pin": words, "calls": calls}
            for name, words in to_pin.items()
        },
        "pins": [],
        "seed_all": "keras.seed(7)",
    }
    varying = [varying_source(share(name), streams, None) for name in to_pin]
    assert seed_of_all(varying, streams) == call
