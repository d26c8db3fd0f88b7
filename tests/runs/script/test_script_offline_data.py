"""``--offline-data``: Seedbed's data sets where Keras' cache lacks the real ones."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from seedbed.runs.execution.cell import run_cell
from seedbed.runs.recording.outcome import Outcome
from seedbed.runs.script.offline_data import hint
from seedbed.runs.script.options import Options, check
from seedbed.sweeps.executors.local_pool import LocalPool
from seedbed.system.errors import InputError
from seedbed.tracking import schema
from seedbed.tracking.writing.run_folder import RunFolder
from tests.support.cells import folder_of, in_store

DIGITS = """
import keras
from tensorflow.keras.datasets import mnist
(x, y), (xt, yt) = mnist.load_data()
assert x.shape == (3000, 28, 28) and x.dtype == 'uint8', x.shape
assert set(y[:100]) == set(yt[:100]) == set(range(10)), y[:100]
m = keras.Sequential([keras.layers.Flatten(), keras.layers.Dense(10, activation='softmax')])
m.compile('sgd', 'sparse_categorical_crossentropy', metrics=['accuracy'])
m.fit(x[:64] / 255., y[:64], verbose=0)
m.evaluate(xt[:64] / 255., yt[:64], verbose=0)
"""


def without_keras_cache(store: str, home: str, *rest: Any) -> Outcome:
    """Run a cell where Keras' cache is empty."""
    os.environ["KERAS_HOME"] = home
    outcome: Outcome = in_store(store, *rest)
    return outcome


def test_the_digits_stand_in_and_are_named(
    pool: LocalPool, store_path: Path, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / "digits.py").write_text(DIGITS)
    given = {"folder": str(home), "script": "digits.py", "offline_data": True}
    folder = folder_of("script", store_path, given)
    where = (str(store_path), str(tmp_path / "keras"))
    outcome = pool.submit(without_keras_cache, *where, run_cell, "script", given, folder).result()
    assert outcome.state == "finished", outcome.reason
    (said,) = outcome.warnings
    assert "line 4 gets MNIST's 5,000 digits in place of keras.datasets.mnist" in said
    summary = json.loads((RunFolder(Path(folder)).artifacts / schema.SCRIPT_JSON).read_text())
    assert summary["headline"]["is"].endswith(", on MNIST's 5,000 digits (--offline-data)")


def test_the_flag_without_such_a_data_set_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("import keras\nkeras.datasets.cifar10.load_data()\n")
    with pytest.raises(InputError, match="loads neither"):
        check(Options(folder=str(tmp_path), script="a.py", offline_data=True))


def test_a_failed_download_says_what_to_do() -> None:
    failed = "URL fetch failure on https://storage.example/{}: None -- [Errno -2] Name unknown"
    assert "--offline-data, which takes MNIST's 5,000" in hint(failed.format("mnist.npz"))
    assert "Fashion-MNIST" in hint(failed.format("train-images-idx3-ubyte.gz"))
    assert "put it into ~/.keras" in hint(failed.format("cifar-10-python.tar.gz"))
    assert hint("another error") == ""
