"""What a script did, step by step, and its other courses; one training each."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from seedbed.runs.execution.cell import run_cell
from seedbed.runs.script.hooks.alternatives import Arguments, validated_apart
from seedbed.sweeps.executors.local_pool import LocalPool
from seedbed.tracking import schema
from seedbed.tracking.writing.run_folder import RunFolder
from tests.support.cells import folder_of, in_store

SCRIPT = """
import numpy as np
import keras
from keras.callbacks import ModelCheckpoint

np.random.seed(7)
x = np.random.normal(size=(60, 4)).astype('float32')
y = (x.sum(axis=1) > 0).astype(int)
model = keras.Sequential([keras.layers.Input((4,)), keras.layers.Dense(2, 'softmax')])
model.compile(keras.optimizers.Adam(0.01), 'sparse_categorical_crossentropy', metrics=['accuracy'])
best = ModelCheckpoint('best.weights.h5', 'val_accuracy', save_best_only=True,
                       save_weights_only=True)
model.fit(x[:40], y[:40], epochs=3, verbose=0, validation_data=(x[40:], y[40:]), callbacks=[best])
loss, accuracy = model.evaluate(x[40:], y[40:], verbose=0)
print('test loss, test acc:', [loss, accuracy])
model.load_weights('best.weights.h5')
model.evaluate(x[40:], y[40:], verbose=0)
model.predict(x[:40], verbose=0)
model.fit(x[:40], y[:40], epochs=1, batch_size=8, verbose=0)
model.compile('sgd', 'sparse_categorical_crossentropy', metrics=['accuracy'])
for turn in range(2):
    model.fit(x[:40], y[:40], epochs=1, verbose=0, shuffle=False)
print('final acc:', model.evaluate(x[40:], y[40:], verbose=0)[1])
"""

LOOP = """
import numpy as np
import keras

x = np.random.RandomState(0).normal(size=(60, 4)).astype('float32')
y = (x.sum(axis=1) > 0).astype(int)
for turn in range(3):
    model = keras.Sequential([keras.layers.Input((4,)), keras.layers.Dense(8, 'relu'),
                              keras.layers.Dropout(0.3), keras.layers.Dense(1)])
    model.compile('sgd', 'mse')
    model.fit(x[:40], y[:40], epochs=2, batch_size=8, verbose=0)
    print('loss:', model.evaluate(x[40:], y[40:], verbose=0))
"""

METRICS = (
    LOOP.replace("'mse')", "'mse')\n    noise = np.random.normal(size=(40, 4))")
    .replace("fit(x[:40],", "fit(x[:40] + noise,")
    .replace(
        "    print(",
        """\
    error = keras.metrics.MeanSquaredError()
    rows = 40 + np.random.permutation(20)
    error.update_state(y[rows], model.predict(x[rows], verbose=0)[:, 0])
    print(""",
    )
)
"""A metric after each fit, which is a layer in Keras 2, and draws by hand."""


def summaries(
    home: Path, store: Path, pool: LocalPool, text: str, given: list[dict[str, str]]
) -> list[Any]:
    """``script.json`` of a script under each of these options."""
    (home / "train.py").write_text(text)
    tasks = []
    for one in given:
        options = {"folder": str(home), "script": "train.py", **one}
        folder = folder_of("script", store, options)
        task = pool.submit(in_store, str(store), run_cell, "script", options, folder)
        tasks.append((task, RunFolder(Path(folder)).artifacts / schema.SCRIPT_JSON))
    for task, _ in tasks:
        assert task.result().state == "finished", task.result().reason
    return [json.loads(path.read_text()) for _, path in tasks]


@pytest.fixture(scope="module")
def courses(tmp_path_factory: pytest.TempPathFactory, pool: LocalPool) -> dict[str, Any]:
    """``script.json`` of the script as it is, and on each other course."""
    home, store = tmp_path_factory.mktemp("home"), tmp_path_factory.mktemp("store")
    names = ("none", "rebuild", "validation")
    given = [{"alternative": course} for course in names]
    return dict(zip(names, summaries(home, store, pool, SCRIPT, given), strict=True))


def test_timeline_has_every_step_with_its_line(courses: dict[str, Any]) -> None:
    steps = [(one["place"], one["what"]) for one in courses["none"]["timeline"]]
    generator = "first weights from Keras' generator, which nothing in the script seeds"
    assert steps == [
        ("line 6", "calls np.random.seed(7)"),
        ("line 9", f"builds a network of 1 layer and 10 parameters; {generator}"),
        ("line 10", "compiles it with Adam and sparse_categorical_crossentropy"),
        (
            "line 13",
            "trains on 40 rows, 3 epochs, batches of 32, shuffled, from fresh weights, a new "
            "optimiser, validated on 20 rows, ModelCheckpoint chooses the epoch by val_accuracy",
        ),
        (
            "line 14",
            "evaluates on 20 rows, the validation rows of a fit, with the weights that the fit of "
            "line 13 left",
        ),
        ("line 15", "prints test loss, test acc"),
        ("line 16", steps[6][1]),
        ("line 17", steps[7][1]),
        ("line 18", steps[8][1]),
        ("line 19", steps[9][1]),
        ("line 20", "compiles it with SGD and sparse_categorical_crossentropy"),
        (
            "line 22",
            "trains on 40 rows, 1 epoch, batches of 32, in their order, from the weights that the "
            "fit of line 19 left, a new optimiser",
        ),
        (
            "line 22",
            "trains on 40 rows, 1 epoch, batches of 32, in their order, from the weights that the "
            "fit of line 22 left, the optimiser's state carried on",
        ),
        (
            "line 23",
            "evaluates on 20 rows, the validation rows of a fit, with the weights that the fit of "
            "line 22 left",
        ),
        ("line 23", "prints final acc"),
    ]
    assert steps[6][1].startswith("loads weights from best.weights.h5: with the weights that the")
    assert steps[8][1].startswith("predicts for 40 rows, rows trained on before, with the weights")
    fit = courses["none"]["timeline"][3]["facts"]
    assert (fit["epochs"], fit["steps"]) == (3, 6)


def test_story_names_the_seed_that_does_not_reach_the_weights(courses: dict[str, Any]) -> None:
    told = [one["text"] for one in courses["none"]["summary"]["story"]]
    assert told[-1] == (
        "The first weights are drawn in line 9, when the network is built, from Keras' generator, "
        "which nothing in the script seeds: np.random.seed(7) in line 6 does not reach it; the "
        "order of the rows in line 13 from TensorFlow's, which nothing seeds either"
    )
    chosen = "The best epoch is chosen on the rows that line 17 scores: expect about {points_1}"
    assert any(one.startswith(chosen) for one in told)


def test_rebuilt_network_begins_each_fit_anew(courses: dict[str, Any]) -> None:
    kinds = {name: [fit["start"]["kind"] for fit in one["fits"]] for name, one in courses.items()}
    assert kinds["none"][2:] == ["continued", "continued"]
    assert kinds["rebuild"][2:] == ["fresh", "fresh"]
    steps = [fit["optimiser_steps"] for fit in courses["rebuild"]["fits"]]
    assert steps[2:] == [0, 0]


def test_rounds_that_are_seeded_alike_give_one_number(
    tmp_path_factory: pytest.TempPathFactory, pool: LocalPool
) -> None:
    home, store = tmp_path_factory.mktemp("loop"), tmp_path_factory.mktemp("store")
    given = [
        {"alternative": course, "keras": keras}
        for course, keras in (("none", "3"), ("reseed", "3"), ("reseed", "2"))
    ]
    found = summaries(home, store, pool, LOOP, given)
    (told,) = [one for one in found[0]["summary"]["story"] if one.get("alternative")]
    assert (told["alternative"], told["line"]) == ("reseed", "line 11")
    assert [len(set(one["summary"]["rounds"])) for one in found] == [3, 1, 1]


def test_a_metric_begins_no_round(
    tmp_path_factory: pytest.TempPathFactory, pool: LocalPool
) -> None:
    home, store = tmp_path_factory.mktemp("metrics"), tmp_path_factory.mktemp("store")
    given = [{"alternative": "reseed", "keras": keras} for keras in ("2", "3")]
    found = summaries(home, store, pool, METRICS, given)
    assert [len(one["summary"]["rounds"]) for one in found] == [3, 3]
    assert [len(set(one["summary"]["rounds"])) for one in found] == [1, 1]


def test_other_validation_rows_are_a_fifth_of_the_training_rows(courses: dict[str, Any]) -> None:
    assert courses["validation"]["fits"][0]["settings"]["examples"] == 32
    assert courses["validation"]["evaluations"][0]["chosen_on"] == 0
    assert courses["none"]["evaluations"][0]["chosen_on"] == 1
    assert 0 <= courses["none"]["evaluations"][1]["optimism"] < 0.5


def test_fit_that_chooses_no_epoch_keeps_its_validation_rows() -> None:
    x = np.arange(20.0).reshape(10, 2)
    given = Arguments((x, x[:, 0]), {"validation_data": (x, x[:, 0])})
    assert validated_apart(given) is given
