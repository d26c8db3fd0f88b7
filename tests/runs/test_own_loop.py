"""A user's own loop, recorded: what it leaves in MLflow is enough for the questions."""

import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

import seedbed
from seedbed.runs.recording.own_predictions import are_of_classes, predictions_of
from seedbed.runs.recording.process_tags import seeds_seen
from seedbed.sweeps.executors.local_pool import LocalPool
from seedbed.system.errors import InputError, StoreError
from tests.support.cells import in_store

CLASSES = 3


def outputs(seed: int, hidden: int = 0) -> Any:
    """``[example, class]`` logits of a model that is right for most of 200 examples."""
    rng = np.random.default_rng(seed)
    return np.eye(CLASSES)[labels()] * (1 + hidden / 8) + rng.normal(0, 0.7, (200, CLASSES))


def labels() -> Any:
    return np.arange(200) % CLASSES


@pytest.fixture
def uri(store_path: Path) -> str:
    return f"sqlite:///{store_path.parent / 'mlflow.db'}"


def loop(name: str, hidden: int, seed: int) -> None:
    """A loop without Keras, as somebody writes it in a notebook."""
    with seedbed.record(name, seed=seed, hidden=hidden) as run:
        for epoch in range(1, 4):
            run.log(step=epoch, val_loss=1 / epoch)
        run.predictions(labels(), outputs(seed, hidden))


@pytest.mark.usefixtures("uri")
def test_runs_of_a_loop_are_compared_with_their_predictions() -> None:
    for seed in range(4):
        for hidden in (0, 8):
            loop("loop", hidden, seed)
    answer = seedbed.compare("mlflow:loop", by="hidden")
    assert "hidden=8 scores" in answer.answer
    found = answer.to_dict()
    assert found["paired"] is True
    assert found["new_data"] is not None  # only predictions tell of new examples
    spread = seedbed.spread("mlflow:loop").text
    assert "sampling noise of the test set" in spread
    frame = seedbed.read("mlflow:loop").to_frame()
    assert sorted(set(frame["seed"])) == [0, 1, 2, 3]


@pytest.mark.usefixtures("uri")
def test_a_seed_makes_the_loop_draw_the_same() -> None:
    draws = []
    for _ in range(2):
        with seedbed.record("draws", seed=7) as run:
            draws.append((np.random.random(), run.run_id))  # noqa: NPY002 - what a user draws from
    assert draws[0][0] == draws[1][0]
    assert draws[0][1] != draws[1][1]


@pytest.mark.usefixtures("uri")
def test_a_loop_that_raises_leaves_a_failed_run() -> None:
    with pytest.raises(ZeroDivisionError), seedbed.record("broken", seed=1):
        1 / 0  # noqa: B018
    (run,) = seedbed.read("mlflow:broken").given.runs
    assert run.state == "failed"
    assert run.facts["python"]


def test_an_older_keras_has_no_seed_to_tell(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "keras", ModuleType("keras"))
    monkeypatch.setitem(sys.modules, "keras.src.utils.rng_utils", None)
    assert "keras" not in seeds_seen()


def test_an_active_run_of_mlflow_is_filled_and_left_open(uri: str) -> None:
    import mlflow

    mlflow.set_tracking_uri(uri)
    theirs = mlflow.create_experiment("theirs")
    with mlflow.start_run(experiment_id=theirs), seedbed.record("ours", seed=1) as run:
        run.log(accuracy=0.5)
        active = mlflow.active_run()
        assert active is not None
        assert active.info.run_id == run.run_id
    (found,) = seedbed.read("mlflow:theirs").given.runs
    assert found.metrics == {"accuracy": 0.5}


def test_a_record_that_cannot_begin_leaves_no_run_active(uri: str) -> None:
    import mlflow

    mlflow.set_tracking_uri(uri)
    with pytest.raises(StoreError), seedbed.record("refused", **{"a*b": 1}):
        pass
    assert mlflow.active_run() is None
    (run,) = seedbed.read("mlflow:refused").given.runs
    assert run.state == "failed"


def test_another_run_that_the_loop_began_stays_open(uri: str) -> None:
    import mlflow

    mlflow.set_tracking_uri(uri)
    with seedbed.record("first", seed=1) as run:
        mlflow.end_run("KILLED")
        theirs = mlflow.start_run()
    active = mlflow.active_run()
    mlflow.end_run()
    assert active is not None
    assert active.info.run_id == theirs.info.run_id
    states = {one.run_id: one.state for one in seedbed.read("mlflow:first").given.runs}
    assert states[run.run_id] == "finished"


def fitted(uri: str, test_rows: int) -> None:
    import keras
    import mlflow

    from seedbed.keras import Recorder

    os.environ["MLFLOW_TRACKING_URI"] = uri
    mlflow.set_tracking_uri(uri)
    rng = np.random.default_rng(0)
    inputs = rng.normal(size=(120, 4)).astype("float32")
    targets = (inputs[:, 0] > 0).astype("int32")
    for seed in (1, 2):
        for size in (8, 60):
            keras.utils.set_random_seed(seed)
            model = keras.Sequential([keras.layers.Dense(2, activation="softmax")])
            model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
            recorder = Recorder(
                "fits", test=(inputs[:test_rows], targets[:test_rows]), batch_size=size
            )
            model.fit(
                inputs, targets, epochs=2, batch_size=size, verbose=0, callbacks=[recorder],
                validation_split=0.2,
            )  # fmt: skip


STOPPED = """
import keras, numpy as np
from seedbed.keras import Recorder

def stop(*_):
    raise KeyboardInterrupt

def fit(*extra):
    model = keras.Sequential([keras.layers.Dense(2, activation="softmax")])
    model.compile("adam", "sparse_categorical_crossentropy")
    x, y = np.zeros((8, 4), "float32"), np.zeros(8, "int32")
    model.fit(x, y, verbose=0, callbacks=[Recorder("again"), *extra])

stopping = keras.callbacks.LambdaCallback(on_epoch_end=stop)
try:
    fit(stopping)
except KeyboardInterrupt:
    fit()
fit(stopping)
"""


@pytest.mark.long
def test_a_fit_that_was_stopped_is_no_result_and_takes_in_no_other(uri: str) -> None:
    environment = {**os.environ, "MLFLOW_TRACKING_URI": uri}
    done = subprocess.run([sys.executable, "-c", STOPPED], env=environment, check=False)
    assert done.returncode != 0
    runs = seedbed.read("mlflow:again").given.runs
    assert [(run.state, len(run.metrics)) for run in runs] == [
        ("failed", 1), ("finished", 1), ("failed", 1),
    ]  # fmt: skip


@pytest.mark.long
def test_a_keras_callback_records_a_fit(uri: str, store_path: Path, pool: LocalPool) -> None:
    pool.submit(in_store, str(store_path), fitted, uri, 40).result()
    runs = seedbed.read("mlflow:fits").given.runs
    assert [(run.params["seed"], run.params["batch_size"]) for run in runs] == [
        (1, 8), (1, 60), (2, 8), (2, 60),
    ]  # fmt: skip
    first = runs[0]
    assert first.params["optimizer"] == "adam"
    assert first.params["learning_rate"] == 0.001
    assert {"train_loss", "val_accuracy", "test_accuracy", "test_loss"} <= set(first.metrics)
    assert first.load_curve is not None
    assert len(first.load_curve("val_accuracy")) == 2
    assert len({run.fingerprint for run in runs}) == 4
    assert first.load_predictions is not None
    assert first.load_predictions().labels.size == 40
    assert seedbed.compare("mlflow:fits", by="batch_size").to_dict()["n_a"] == 2


def test_outputs_of_every_usual_form_are_read() -> None:
    binary = predictions_of([0, 1, 1], [0.2, 0.9, 0.4])
    assert binary.predicted.tolist() == [0, 1, 0]
    logits = predictions_of([0, 1, 1], [[-2.0], [0.4], [-0.1]])
    assert logits.labels_by_epoch.tolist() == [[0, 1, 0]]
    one_hot = predictions_of(np.eye(3)[[2, 0]], [[0.0, -1.0, 4.0], [9.0, 0.0, 0.0]])
    assert one_hot.labels.tolist() == [2, 0]
    assert one_hot.probabilities.sum(axis=1) == pytest.approx(1, abs=1e-3)


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: predictions_of([0.5, 1.0], [[1, 0], [0, 1]]), "labels must be classes"),
        (lambda: predictions_of([0, 1], [[1, 0]]), "a row for each of the 2 labels"),
        (lambda: predictions_of([0, 1], [[np.nan, 0.0], [0.0, 1.0]]), "must be finite"),
        (lambda: predictions_of([0, 3], [[1, 0], [0, 1]]), "outside the 2 classes"),
        (lambda: seedbed.record("x", seed=-1).__enter__(), "a seed must be a whole number"),
        (lambda: seedbed.record("", seed=1).__enter__(), "must be a line of text"),
    ],
)
def test_what_makes_no_sense_is_told(call: Any, sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        call()


@pytest.mark.usefixtures("uri")
@pytest.mark.parametrize(
    ("labels", "outputs", "expected"),
    [
        ([0, 1, 1], np.full((3, 1), 0.5), True),
        ([0, 2, 1], np.full((3, 3), 1 / 3), True),
        ([0, 2, 1], np.full((3, 1), 0.5), False),  # counts, of a regression
        ([0.5, 1.5, 1], np.full((3, 1), 0.5), False),
        ([0, 1, 1], np.full((3, 2), np.nan), False),  # a model that diverged
        ([0, 1, 1], [np.zeros((3, 2)), np.zeros((3, 1))], False),
        ({"a": [0, 1, 1]}, np.full((3, 2), 0.5), False),
    ],
)
def test_only_outputs_that_predict_classes_are_recorded_as_such(
    labels: Any, outputs: Any, expected: bool
) -> None:
    assert are_of_classes(labels, outputs) is expected


def test_more_metrics_than_one_request_takes_are_logged() -> None:
    with seedbed.record("many") as run:
        run.log(0, **{f"m{number}": float(number) for number in range(1_001)})
    from mlflow import MlflowClient

    assert len(MlflowClient().get_run(run.run_id).data.metrics) == 1_001
