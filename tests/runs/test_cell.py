"""One cell: the same bits wherever it runs, a complete record, and a true state."""

import json
import os
import signal
import time
from pathlib import Path

import numpy as np
import pytest

from seedbed.runs.execution.cell import run_cell
from seedbed.sweeps.executors.local_pool import LocalPool
from seedbed.sweeps.executors.stoppable import ProcessDiedError
from seedbed.tracking import schema
from seedbed.tracking.run_states import State
from seedbed.tracking.writing.run_folder import Epoch, RunFolder
from tests.support.cells import SHORT, new_folder
from tests.support.networks import network


@pytest.fixture(scope="module")
def record(
    pool: LocalPool, tmp_path_factory: pytest.TempPathFactory, datasets_cache: Path
) -> RunFolder:
    """A finished run of three epochs."""
    parent = tmp_path_factory.mktemp("record")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SEEDBED_STORE", str(datasets_cache.parents[1]))
        given = {**SHORT, "epochs": 3, "seed": 7}
        path = new_folder(parent, **given)
        assert pool.submit(run_in_store, str(datasets_cache.parents[1]), given, path).result()
    return RunFolder(Path(path))


def run_in_store(store: str, given: dict[str, object], path: str) -> object:
    """Run a cell with the store set in the process that runs it."""
    os.environ["SEEDBED_STORE"] = store
    return run_cell("mnist_cnn", given, path)


def test_every_artifact_and_metric_of_the_schema_is_there(record: RunFolder) -> None:
    files = {str(p.relative_to(record.artifacts)) for p in record.artifacts.rglob("*.*")}
    of_scripts = {name.key for name in schema.RUN_ARTIFACTS if name.meaning.startswith("script")}
    of_some_runs = {schema.TRACEBACK, f"{schema.MODEL_FOLDER}/"}
    everything = {name.key for name in schema.RUN_ARTIFACTS}
    assert files == everything - of_scripts - of_some_runs
    end = record.ended()
    assert end is not None
    assert set(end.metrics) == {name.key for name in schema.FINAL_METRICS}
    epochs = [event for event in record.events() if isinstance(event, Epoch)]
    assert [event.epoch for event in epochs] == [1, 2, 3]
    assert set(epochs[0].metrics) == {name.key for name in schema.EPOCH_METRICS}
    assert len(end.metrics) + len(epochs[0].metrics) <= 25


def test_predictions_metrics_and_confusion_agree(record: RunFolder) -> None:
    end = record.ended()
    assert end is not None
    with np.load(record.artifacts / schema.PREDICTIONS) as arrays:
        stored = dict(arrays)
    assert stored["probabilities"].shape == (600, 10)
    assert stored["probabilities"].dtype == np.float16
    assert stored["labels_by_epoch"].shape == (3, 600)
    assert stored["labels_by_epoch"].dtype == np.uint8
    best = int(end.metrics["best_epoch"]) - 1
    right = stored["labels_by_epoch"] == stored["labels"]
    assert right[best].mean() == pytest.approx(end.metrics["test_accuracy"])
    assert right[-1].mean() == pytest.approx(end.metrics["test_accuracy_last"])
    confusion = json.loads((record.artifacts / schema.CONFUSION_JSON).read_text())
    counts = np.array(confusion["counts"])
    assert counts.sum() == 600
    assert counts.trace() / 600 == pytest.approx(end.metrics["test_accuracy"])
    assert counts.sum(axis=1).tolist() == np.bincount(stored["labels"]).tolist()


def test_the_epoch_is_chosen_on_validation(record: RunFolder) -> None:
    end = record.ended()
    assert end is not None
    epochs = [event for event in record.events() if isinstance(event, Epoch)]
    best = max(epochs, key=lambda e: (e.metrics["val_accuracy"], -e.metrics["val_loss"]))
    assert end.metrics["best_epoch"] == best.epoch


def test_the_environment_is_recorded(record: RunFolder) -> None:
    environment = json.loads((record.artifacts / schema.ENVIRONMENT).read_text())
    assert environment["threads"] == "1"
    assert environment["op_determinism"] == "true"
    assert environment["onednn"] == "true"
    assert environment["tensorflow"].startswith("2.")
    assert len(environment["data_sha256"]) == 64
    assert set(environment["git_commit"]) <= set("0123456789abcdef")
    assert environment["processor"]


def reload_scores(folder: str) -> tuple[float, float]:
    """Test accuracy of both checkpoints; runs in a fork."""
    import keras

    from seedbed.runs.data import datasets
    from seedbed.runs.training.metrics import accuracy

    test = datasets.load("digits", "all", 0).test
    best, last = (
        accuracy(np.asarray(keras.models.load_model(Path(folder) / name)(test.inputs)), test.labels)
        for name in (schema.CHECKPOINT_BEST, schema.CHECKPOINT_LAST)
    )
    return best, last


def test_checkpoints_score_what_the_record_says(
    record: RunFolder, pool: LocalPool, store_path: Path
) -> None:
    del store_path
    end = record.ended()
    assert end is not None
    best, last = pool.submit(reload_scores, str(record.artifacts)).result()
    assert best == pytest.approx(end.metrics["test_accuracy"])
    assert last == pytest.approx(end.metrics["test_accuracy_last"])


def test_the_same_cell_gives_the_same_bits_and_another_seed_does_not(
    record: RunFolder, pool: LocalPool, tmp_path: Path, datasets_cache: Path
) -> None:
    store = str(datasets_cache.parents[1])
    runs = [{**SHORT, "epochs": 3, "seed": seed} for seed in (7, 8)]
    folders = [new_folder(tmp_path, **given) for given in runs]
    again, other = [
        pool.submit(run_in_store, store, given, folder)
        for given, folder in zip(runs, folders, strict=True)
    ]
    end = record.ended()
    assert end is not None
    assert again.result().fingerprint == end.fingerprint
    assert other.result().fingerprint != end.fingerprint


@pytest.mark.parametrize(("number", "state"), [(signal.SIGTERM, "stopped"), (signal.SIGKILL, None)])
def test_the_state_is_true_after_a_signal(
    pool: LocalPool,
    tmp_path: Path,
    datasets_cache: Path,
    number: signal.Signals,
    state: str | None,
) -> None:
    given = {**SHORT, "epochs": 500}
    path = new_folder(tmp_path, **given)
    folder = RunFolder(Path(path))
    future = pool.submit(run_in_store, str(datasets_cache.parents[1]), given, path)
    deadline = time.monotonic() + 60
    while not any(True for _ in folder.events()):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    (process,) = pool._running.values()
    assert process.pid is not None
    os.kill(process.pid, number)
    if state is None:
        with pytest.raises(ProcessDiedError, match="SIGKILL"):
            future.result(timeout=60)
        assert folder.ended() is None
    else:
        assert future.result(timeout=60).state == state
        end = folder.ended()
        assert end is not None
        assert end.state == state


def lose_the_stop(store: str, given: dict[str, object], path: str) -> object:
    """Run a cell whose network is built for as long as nobody stops it, and loses that it was."""
    mnist_cnn = network("mnist_cnn")

    def build(*_: object) -> None:
        (Path(path) / "builds").touch()
        try:
            time.sleep(120)
        except BaseException:
            raise SystemError("bad argument to internal function") from None

    mnist_cnn.build = build
    return run_in_store(store, given, path)


@pytest.mark.parametrize("asked", [None, ("pruned", "it is hopeless")])
def test_a_run_that_was_asked_to_stop_does_not_fail_by_what_a_library_makes_of_it(
    pool: LocalPool, tmp_path: Path, datasets_cache: Path, asked: tuple[State, str] | None
) -> None:
    path = Path(new_folder(tmp_path, **SHORT))
    future = pool.submit(lose_the_stop, str(datasets_cache.parents[1]), {**SHORT}, str(path))
    deadline = time.monotonic() + 60
    while not (path / "builds").exists():
        assert time.monotonic() < deadline
        time.sleep(0.05)
    if asked:
        RunFolder(path).ask(*asked)
    (process,) = pool._running.values()
    assert process.pid is not None
    os.kill(process.pid, signal.SIGTERM)
    outcome = future.result(timeout=60)
    expected = asked or ("stopped", "it was asked to stop (Ctrl-C or SIGTERM)")
    assert (outcome.state, outcome.reason) == expected


def test_an_exception_in_the_network_is_recorded_with_its_place(
    pool: LocalPool, tmp_path: Path, datasets_cache: Path
) -> None:
    given = {**SHORT}
    path = new_folder(tmp_path, **given)
    outcome = pool.submit(fail_while_building, str(datasets_cache.parents[1]), given, path).result()
    assert (outcome.state, outcome.reason) == ("failed", "RuntimeError: no such layer")
    end = RunFolder(Path(path)).ended()
    assert end is not None
    assert end.state == "failed"
    text = (Path(path) / "artifacts" / schema.TRACEBACK).read_text()
    assert "fail_while_building" not in text.splitlines()[-1]
    assert "no such layer" in text


def fail_while_building(store: str, given: dict[str, object], path: str) -> object:
    """Run a cell whose network raises; in a fork, so nothing else sees the change."""
    mnist_cnn = network("mnist_cnn")

    def build(*_: object) -> None:
        raise RuntimeError("no such layer")

    mnist_cnn.build = build
    return run_in_store(store, given, path)
