"""Each source of a script draws from a stream of its own: changing one leaves the others alone."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from seedbed.runs.execution.cell import run_cell
from seedbed.sweeps.executors.local_pool import LocalPool
from seedbed.tracking import schema
from seedbed.tracking.writing.run_folder import RunFolder
from tests.support.cells import folder_of, in_store

SCRIPT = """
import json, random
import numpy as np
import tensorflow as tf
import keras
from sklearn.model_selection import train_test_split

drawn = {}
drawn["split"] = np.asarray(train_test_split(np.arange(30))[0]).tolist()
layer = keras.layers.Dense(3); layer.build((None, 2))
drawn["init"] = np.asarray(layer.kernel).tolist()
ones = np.ones((4, 8), "float32")
drawn["dropout"] = np.asarray(keras.layers.Dropout(0.5)(ones, training=True)).tolist()
image = np.arange(32.0).reshape(1, 4, 4, 2).astype("float32")
flip = keras.layers.RandomRotation(0.5)
drawn["augmentation"] = np.asarray(flip(image, training=True)).tolist()
drawn["order"] = [int(one) for one in tf.data.Dataset.range(20).shuffle(20)]
drawn["line 18"] = [random.random(), random.gauss(0, 1)]
drawn["line 19"] = np.random.normal(size=3).tolist()
drawn["line 20"] = np.random.default_rng().normal(size=3).tolist()
drawn["line 21"] = np.asarray(tf.random.normal((3,))).tolist()
print(json.dumps(drawn))
print("test accuracy: 0.5")
"""
SOURCES = (
    *("split", "init", "dropout", "augmentation", "order"),
    *("line 18", "line 19", "line 20", "line 21"),
)
Run = Callable[..., tuple[dict[str, Any], dict[str, Any]]]


@pytest.fixture
def run(pool: LocalPool, store_path: Path, tmp_path: Path) -> Run:
    """Runs a script; returns what it printed and what it recorded of its draws."""
    home = tmp_path / "home"
    home.mkdir()

    def start(script: str = SCRIPT, **given: Any) -> Any:
        (home / "train.py").write_text(script)
        given = {"folder": str(home), "script": "train.py", "separate": True, **given}
        folder = folder_of("script", store_path, given)
        done = pool.submit(in_store, str(store_path), run_cell, "script", given, folder).result()
        assert done.state == "finished", done.reason
        record = RunFolder(Path(folder))
        printed = (record.artifacts / schema.STDOUT).read_text().splitlines()
        streams = json.loads((record.artifacts / schema.RANDOM_STREAMS).read_text())
        return json.loads(printed[0]), streams

    return start


def test_changing_one_source_leaves_the_draws_of_all_others(run: Run) -> None:
    before, streams = run()
    assert set(SOURCES) <= set(streams["sources"])
    assert run()[0] == before
    for source in SOURCES:
        after, _ = run(stream_seeds=f"{source}=1")
        changed = {name for name in before if before[name] != after[name]}
        assert changed == {source}


def test_another_seed_changes_every_source_and_shares_the_streams_of_its_own(run: Run) -> None:
    one, _ = run(seed=1)
    zero, _ = run(seed=0, stream_seeds="init=1")
    assert {name for name in one if one[name] == zero[name]} == {"init"}


def test_a_line_that_draws_is_named_with_its_line(run: Run) -> None:
    _, streams = run()
    assert streams["sources"]["init"]["lines"] == ["line 10"]
    assert streams["sources"]["split"]["lines"] == ["line 9"]
    assert streams["sources"]["line 19"]["lines"] == ["line 19"]


PINNED = """
import json
import numpy as np
np.random.seed(7)
rows = np.random.permutation(10)
import keras
layer = keras.layers.Dense(3); layer.build((None, 2))
print(json.dumps({"split": rows.tolist(), "init": np.asarray(layer.kernel).tolist()}))
print("test accuracy: 0.5")
"""


def test_what_the_script_seeds_stays_unless_it_is_to_vary(run: Run) -> None:
    (zero, streams), (one, _) = run(PINNED, seed=0), run(PINNED, seed=1)
    assert zero["split"] == one["split"]
    assert zero["init"] != one["init"]
    assert streams["sources"]["split"]["pins"] == [
        {"call": "np.random.seed", "line": "line 4", "value": "7"}
    ]
    (zero, _), (one, _) = (run(PINNED, seed=seed, vary_pinned=True) for seed in (0, 1))
    assert zero["split"] != one["split"]


def test_everything_seeded_is_the_same_under_every_seed(run: Run) -> None:
    script = PINNED.replace("np.random.seed(7)", "import keras; keras.utils.set_random_seed(7)")
    (zero, streams), (one, _) = run(script, seed=0), run(script, seed=1)
    assert zero == one
    assert all(not drawn["draws"] for drawn in streams["sources"].values())
