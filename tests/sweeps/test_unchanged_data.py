"""A sweep does not go on after its data has changed: its runs would be of two populations."""

import os
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from seedbed.cli.main import main
from seedbed.sweeps.executors.local_pool import LocalPool

EXPERIMENT = """
from pathlib import Path
import keras
import numpy as np
from seedbed.api import RunOptions, splits_from_arrays

Options = RunOptions

def load(options, seeds):
    rows = np.loadtxt(Path(__file__).parent / "rows.csv", delimiter=",")
    return splits_from_arrays(rows, np.arange(len(rows)) % 2, split_seed=seeds.split)

def build(options, splits):
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(2, activation="softmax")])
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model
"""
SCRIPT = """
import csv, random, sys
value = float(open("data.csv").read())
print("test accuracy:", value + 0.1 * random.random())
"""


def run(*words: object) -> Result:
    return CliRunner().invoke(main, [*map(str, words), "--no-report"])


@pytest.mark.long
def test_experiment_whose_file_changed_is_refused_before_it_trains(
    pool: LocalPool,  # noqa: ARG001 (starts the server that runs are forked from)
    store_path: Path,
    tmp_path: Path,
) -> None:
    (tmp_path / "own.py").write_text(EXPERIMENT)
    data = tmp_path / "rows.csv"
    rows = [f"{number},{number % 7}" for number in range(80)]
    data.write_text("\n".join(rows))
    words = ["sweep", tmp_path / "own.py", "--name", "own", "--set", "epochs=1", "--seeds"]
    first = run(*words, 1)
    assert first.exit_code == 0, first.output
    data.write_text("\n".join([*rows[:-1], "0,0"]))
    before = sorted(store_path.glob("runs/*"))
    refused = run(*words, 2)
    assert refused.exit_code == 2
    assert "A sweep's runs must train on the same data, but what own.py loads has" in refused.stderr
    assert "under another name (--name)" in refused.stderr
    assert sorted(store_path.glob("runs/*")) == before
    data.write_text("\n".join(rows))
    assert run(*words, 2).exit_code == 0
    data.write_text("\n".join([*rows[:-1], "0,0"]))
    (tmp_path / "own.py").write_text(f"{EXPERIMENT}# edited")
    assert run(*words, 1).exit_code == 0, "an edited experiment trains every cell again"


@pytest.mark.long
def test_script_whose_file_changed_is_refused_and_names_it(
    store_path: Path,
    tmp_path: Path,
) -> None:
    folder = tmp_path / "work"
    folder.mkdir()
    (folder / "train.py").write_text(SCRIPT)
    data, other = folder / "data.csv", folder / "other.csv"
    data.write_text("half")
    other.write_text("1")
    words = ["repeat", folder / "train.py", "--name", "read", "--seeds"]
    assert run(*words, 2).exit_code == 1
    data.write_text("0.5")
    assert run(*words, 2).exit_code == 0, "no run has finished with other data"
    data.write_text("0.8")
    before = sorted(store_path.glob("runs/*"))
    refused = run(*words, 3)
    assert refused.exit_code == 2
    assert f"must train on the same data, but {data} has changed" in refused.stderr
    assert sorted(store_path.glob("runs/*")) == before
    data.write_text("0.5")  # newer, but the same
    os.utime(data, (1, 1))
    same = run(*words, 3)
    assert same.exit_code == 0
    assert "has changed" not in same.output
    other.write_text("2")
    warned = run(*words, 4)
    assert warned.exit_code == 0
    assert "other.csv has changed since the first runs of this sweep" in " ".join(
        warned.output.split()
    )
