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
import json, os, random, time
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
drawn["clock"] = int(time.time() * 1000)
os.mkdir("data")
for name in "abcdefgh":
    open(f"data/{name}", "w").close()
drawn["files"] = [name for name in os.listdir("data")]
drawn["hash"] = list({"a", "b", "c", "d", "e", "f", "g", "h"})
print(json.dumps(drawn))
print("test accuracy: 0.5")
"""
SOURCES = (
    *("split", "init", "dropout", "augmentation", "order"),
    *("line 18", "line 19", "line 20", "line 21"),
    *("clock", "files", "hash"),
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


@pytest.mark.long
def test_changing_one_source_leaves_the_draws_of_all_others(run: Run) -> None:
    before, streams = run()
    assert set(SOURCES) <= set(streams["sources"])
    assert run()[0] == before
    for source in SOURCES:
        after, _ = run(stream_seeds=f"{source}=1")
        changed = {name for name in before if before[name] != after[name]}
        assert changed == {source}


RECURRENT = """
import json
import numpy as np
import keras

layers = keras.layers
rows = np.ones((4, 3, 2), "float32")
net = keras.Sequential([layers.LSTM(2, return_sequences=True), layers.Bidirectional(layers.GRU(2))])
wide = layers.SimpleRNN(2)(rows, training=True)
net(rows, training=True)
print(json.dumps({}))
print("test accuracy: 0.5")
"""


@pytest.mark.long
@pytest.mark.parametrize("keras", ["2", "3"])
def test_recurrent_layers_without_dropout_draw_none(run: Run, keras: str) -> None:
    _, streams = run(RECURRENT, keras=keras)
    assert set(streams["sources"]) == {"init"}
    _, streams = run(RECURRENT.replace("GRU(2)", "GRU(2, dropout=0.5)"), keras=keras)
    assert set(streams["sources"]) == {"init", "dropout"}
    assert streams["sources"]["dropout"]["draws"]


KERAS_2 = """
import json
import numpy as np
import tensorflow as tf
import keras

drawn = {}
layer = keras.layers.Dense(3); layer.build((None, 2))
drawn["init"] = layer.kernel.numpy().tolist()
ones = np.ones((4, 8), "float32")
drawn["dropout"] = keras.layers.Dropout(0.5)(ones, training=True).numpy().tolist()
image = np.arange(32.0).reshape(1, 4, 4, 2).astype("float32")
turn = keras.layers.RandomRotation(0.5)
drawn["augmentation"] = turn(image, training=True).numpy().tolist()
order = []
model = keras.Sequential([keras.layers.Lambda(lambda x: x), keras.layers.Dense(1)])
model.compile("sgd", "mse", run_eagerly=True)
step = model.train_step
def watched(data):
    order.extend(data[0].numpy().ravel().tolist())
    return step(data)
model.train_step = watched
rows = np.arange(12.0).reshape(12, 1)
model.fit(rows, rows, batch_size=4, verbose=0)
drawn["order"] = order
drawn["line 26"] = np.random.normal(size=3).tolist()
print(json.dumps(drawn))
print("test accuracy: 0.5")
"""


@pytest.mark.long
def test_keras_2_has_the_same_sources(run: Run) -> None:
    before, streams = run(KERAS_2, keras="2")
    assert set(before) <= set(streams["sources"])
    for source in ("init", "dropout", "augmentation", "order"):
        after, _ = run(KERAS_2, keras="2", stream_seeds=f"{source}=1")
        assert {name for name in before if before[name] != after[name]} == {source}


@pytest.mark.long
def test_the_environment_leaves_every_draw_unchanged(run: Run) -> None:
    before, _ = run()
    after, streams = run(vary_environment=True, stream_seeds="environment=1")
    assert after == before
    assert "environment" in streams["sources"]


@pytest.mark.long
def test_another_seed_changes_every_source_and_shares_the_streams_of_its_own(run: Run) -> None:
    one, _ = run(seed=1)
    zero, _ = run(seed=0, stream_seeds="init=1")
    assert {name for name in one if one[name] == zero[name]} == {"init"}


OUTSIDE = """
import datetime, json, os, random, secrets, time, uuid
import numpy as np
import tensorflow as tf
from sklearn.neural_network import MLPClassifier
drawn = {}
drawn["line 7"] = secrets.randbelow(10**9)
drawn["line 8"] = random.SystemRandom().random()
drawn["line 9"] = np.random.Generator(np.random.PCG64()).normal(size=2).tolist()
drawn["line 10"] = np.random.default_rng(uuid.uuid4().int).normal()
drawn["line 11"] = list(os.urandom(3))
rows = np.arange(8.0).reshape(8, 1)
drawn["line 13"] = MLPClassifier((2,), max_iter=1).fit(rows, rows[:, 0] > 3).coefs_[0].tolist()
def handed_on(rng):
    return rng.normal(size=2).tolist()
first, second = np.random.default_rng(), random.Random()
drawn["line 16"] = [handed_on(first), second.random()]
seed = int(time.perf_counter() * 1e9)
moment = np.random.default_rng(datetime.datetime.now().microsecond).normal()
drawn["clock"] = [seed, moment]
names = str(uuid.uuid4()), datetime.datetime.now().isoformat()
os.mkdir("data")
for name in "abcdefgh":
    open(f"data/{name}", "w").close()
drawn["files"] = [tf.io.gfile.listdir("data"), tf.io.gfile.glob("data/*")]
for _, _, files in os.walk("data"):
    drawn["files"].append(files)
print(json.dumps(drawn))
print("test accuracy: 0.5")
"""


@pytest.mark.long
def test_entropy_dates_and_estimators_are_sources_that_change_alone(run: Run) -> None:
    before, streams = run(OUTSIDE)
    free = {name for name, found in streams["sources"].items() if found["draws"]}
    assert free == set(before)
    assert streams["sources"]["line 19"]["pins"], "its seed follows the clock"
    assert streams["sources"]["clock"]["lines"] == ["line 18", "line 19"]
    for source in before:
        after, _ = run(OUTSIDE, stream_seeds=f"{source}=1")
        assert {name for name in before if before[name] != after[name]} == {source}


DURATIONS = """
import json, os, time
start = time.time()
name = f"run-{int(time.time())}"
took = int(time.time() - start)
if "a" in {"a", "b"}:
    print(json.dumps({"took": took, "files": sorted(os.listdir(".")), "texts": len({"a", "b"})}))
print("test accuracy: 0.5")
"""


def test_times_and_files_that_decide_nothing_are_no_sources(run: Run) -> None:
    printed, streams = run(DURATIONS)
    assert printed.pop("took") < 60
    assert printed == {"files": ["train.py"], "texts": 2}
    assert streams["sources"] == {}


def test_a_line_that_draws_is_named_with_its_line(run: Run) -> None:
    _, streams = run()
    assert streams["sources"]["init"]["lines"] == ["line 10"]
    assert streams["sources"]["split"]["lines"] == ["line 9"]
    assert streams["sources"]["line 19"]["lines"] == ["line 19"]


HELD = """
import json, random
import numpy as np
from scipy import stats
from sklearn.datasets import load_iris
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import KFold, cross_val_score
x, y = load_iris(return_X_y=True)
drawn = {}
drawn["line 11"] = stats.norm.rvs(size=2).tolist()
LogisticRegression(max_iter=300).fit(x, y)
forest = RandomForestClassifier(n_estimators=1, max_depth=1)
drawn["line 14"] = cross_val_score(forest, x, y, cv=3).tolist()
drawn["split"] = [train.tolist()[:9] for train, _ in KFold(3, shuffle=True).split(x)]
drawn["line 16"] = [random.choice(range(999)), int(np.random.choice(999))]
drawn["line 17"] = np.random.RandomState(5).normal()
drawn["line 18"] = [np.random.default_rng(5).normal(), random.Random(5).random()]
drawn["line 19"] = KFold(3, shuffle=True, random_state=5)
drawn["line 19"] = [next(drawn["line 19"].split(x))[0].tolist() for _ in range(2)]
print(json.dumps(drawn))
print("test accuracy: 0.5")
"""


def test_generators_that_libraries_hold_draw_for_whoever_asks_them(run: Run) -> None:
    """An estimator within a cross-validation is no split, nor is a choice of one; imports draw."""
    (before, streams), (after, _) = run(HELD), run(HELD, seed=1)
    found = streams["sources"]
    free = {name for name, one in found.items() if one["draws"]}
    assert free == {"line 11", "line 14", "split", "line 16"}
    assert {name for name in before if before[name] != after[name]} == free
    assert found["split"]["lines"] == ["line 15", "line 20"]
    assert [found[name]["to_pin"] for name in ("line 11", "line 14", "line 16")] == [
        ["np.random.seed(7)"],
        ["random_state=7"],
        ["random.seed(7)", "np.random.seed(7)"],
    ]
    pins = [
        {**found[name]["pins"][0], "n": len(found[name]["pins"])}
        for name in ("line 17", "line 18", "split")
    ]
    assert pins == [
        {"call": "np.random.RandomState", "line": "line 17", "value": "5", "n": 1},
        {"call": "np.random.default_rng", "line": "line 18", "value": "5", "n": 2},
        {"call": "random_state=", "line": "line 20", "value": "5", "n": 1},
    ]


UNSEEDED = """
import json, os, random, secrets
import keras
import numpy as np
keras.utils.set_random_seed(3)
drawn = {"line 6": np.random.default_rng().normal()}
drawn["line 7"] = random.Random().random()
drawn["line 8"] = [secrets.randbelow(999), list(os.urandom(2))]
drawn["pinned"] = [np.random.normal(), random.random()]
print(json.dumps(drawn))
print("test accuracy: 0.5")
"""


def test_no_global_seed_pins_what_takes_its_seed_from_the_system(run: Run) -> None:
    (zero, streams), (one, _) = run(UNSEEDED), run(UNSEEDED, seed=1)
    free = {name for name, found in streams["sources"].items() if found["draws"]}
    assert free == {key for key in zero if zero[key] != one[key]} == {"line 6", "line 7", "line 8"}


REWRITTEN = """
import json
import keras
import tensorflow as tf
drop = keras.layers.Dropout(0.5)
@tf.function
def step(x):
    if tf.reduce_sum(x) > 0:
        x = drop(x, training=True)
    return x
print(json.dumps({"dropout": step(tf.ones(9)).numpy().tolist()}))
print("test accuracy: 0.5")
"""


def test_functions_that_tensorflow_rewrites_are_named_by_the_line_that_calls_them(
    run: Run,
) -> None:
    _, streams = run(REWRITTEN, keras="2")
    assert streams["sources"]["dropout"]["lines"] == ["line 11"]


def test_seeds_given_as_arguments_vary_where_pinned_ones_do(run: Run) -> None:
    (zero, _), (one, streams) = (run(HELD, seed=seed, vary_pinned=True) for seed in (0, 1))
    assert {"line 17", "line 18", "line 19"} <= {key for key in zero if zero[key] != one[key]}
    assert one["line 19"][0] == one["line 19"][1]
    assert all(found["draws"] for found in streams["sources"].values())


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


SEED_ARGUMENTS = """
import json
import numpy as np
import tensorflow as tf
import keras

drawn = {}
layer = keras.layers.Dense(3, kernel_initializer=keras.initializers.GlorotUniform(seed=3))
layer.build((None, 2))
drawn["init"] = np.asarray(layer.kernel).tolist()
ones = np.ones((4, 8), "float32")
drawn["dropout"] = np.asarray(keras.layers.Dropout(0.5, seed=4)(ones, training=True)).tolist()
image = np.arange(32.0).reshape(1, 4, 4, 2).astype("float32")
turn = keras.layers.RandomRotation(0.5, seed=5)
drawn["augmentation"] = np.asarray(turn(image, training=True)).tolist()
drawn["order"] = [int(one) for one in tf.data.Dataset.range(20).shuffle(20, seed=6)]
print(json.dumps(drawn))
print("test accuracy: 0.5")
"""
PINS = {
    "init": ("seed=", "3", "line 8"),
    "dropout": ("seed=", "4", "line 12"),
    "augmentation": ("seed=", "5", "line 14"),
    "order": ("seed=", "6", "line 16"),
}


@pytest.mark.long
@pytest.mark.parametrize("keras", ["3", "2"])
def test_a_seed_that_a_layer_is_given_pins_it_in_its_line(run: Run, keras: str) -> None:
    before, streams = run(SEED_ARGUMENTS, keras=keras)
    found = {
        name: [(pin["call"], pin["value"], pin["line"]) for pin in one["pins"]]
        for name, one in streams["sources"].items()
        if name in PINS
    }
    assert found == {name: [pin] for name, pin in PINS.items()}
    assert not any(streams["sources"][name]["draws"] for name in PINS)
    assert run(SEED_ARGUMENTS, keras=keras, seed=1)[0] == before
    free, _ = run(SEED_ARGUMENTS, keras=keras, vary_pinned=True)
    for name in PINS:
        after, _ = run(SEED_ARGUMENTS, keras=keras, vary_pinned=True, stream_seeds=f"{name}=1")
        assert {one for one in free if free[one] != after[one]} == {name}
