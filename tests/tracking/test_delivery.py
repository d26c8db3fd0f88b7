"""From folders to a real MLflow store: whole, in order, once, and again after a failure."""

import json
import shutil
import sqlite3
import threading
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from seedbed.system.errors import StoreError
from seedbed.tracking.reading.sweep_reader import read_sweep
from seedbed.tracking.records import PublishedFigure
from seedbed.tracking.store import Store
from seedbed.tracking.writing import background_delivery
from seedbed.tracking.writing.background_delivery import Deliverer
from seedbed.tracking.writing.deliver import deliver, deliver_all, run_id_of
from seedbed.tracking.writing.run_folder import RunFolder
from tests.support.waiting import HEADER, a_finished_folder


def wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 120
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def all_runs(store: Store) -> list[object]:
    return list(store.runs("attributes.status != ''"))


def test_a_whole_run_arrives_and_its_folder_goes(store: Store, tmp_path: Path) -> None:
    folder = a_finished_folder(tmp_path / "runs")
    assert deliver(folder, store)
    assert not folder.path.exists()
    assert list((tmp_path / "runs").iterdir()) == []
    (run,) = store.runs("tags.kind = 'run'")
    assert run.info.status == "FINISHED"
    assert run.info.start_time == HEADER.started_ms
    assert run.data.params == {"seed": "7", "learning_rate": "0.001"}
    assert run.data.tags["state"] == "finished"
    assert run.data.tags["fingerprint"] == "ff"
    assert run.data.metrics["test_accuracy"] == 0.9
    points = store.client.get_metric_history(run.info.run_id, "val_accuracy")
    assert [(p.step, p.value) for p in points] == [(1, 0.5), (2, 0.75)]
    assert [f.path for f in store.client.list_artifacts(run.info.run_id)] == ["hello.txt"]


@pytest.mark.parametrize(
    ("params", "environment", "expected"),
    [
        ({"dataset": "digits"}, {"data_sha256": "ab" * 32}, ("digits", ("ab" * 32)[:36])),
        ({}, {"data_sha256": "cd" * 32}, ("mnist_cnn", ("cd" * 32)[:36])),
        ({"script": "train.py"}, {"data_sha256": "cd" * 32}, ("train.py", ("cd" * 32)[:36])),
        ({"dataset": "digits"}, {"data_sha256": ""}, None),
        ({"dataset": "digits"}, ["of somebody else"], None),
    ],
)
def test_its_data_set_is_an_input_of_the_run_once(
    store: Store,
    tmp_path: Path,
    params: dict[str, str],
    environment: object,
    expected: tuple[str, str] | None,
) -> None:
    header = replace(HEADER, experiment="mnist_cnn", params=params)
    folder = RunFolder.create(tmp_path / "runs", header)
    (folder.artifacts / "environment.json").write_text(json.dumps(environment))
    folder.end("failed", "it was to fail")
    note = folder.path / "delivered.json"
    assert not deliver(RunFolder.create(tmp_path / "other", HEADER), store)
    kept = tmp_path / "kept"
    shutil.copytree(folder.path, kept)
    assert deliver(folder, store)
    shutil.copytree(kept, folder.path)  # a delivery that was killed before it could note its end
    note.unlink(missing_ok=True)
    assert deliver(folder, store)
    (run,) = store.runs("tags.state = 'failed'")
    assert run.inputs is not None
    found = [(i.dataset.name, i.dataset.digest) for i in run.inputs.dataset_inputs]
    assert found == ([expected] if expected else [])


def test_a_running_run_is_brought_up_to_date_step_by_step(store: Store, tmp_path: Path) -> None:
    folder = RunFolder.create(tmp_path, HEADER)
    assert not deliver(folder, store)
    run_id = run_id_of(folder)
    assert run_id is not None
    assert store.client.get_run(run_id).info.status == "RUNNING"
    folder.epoch(1, {"val_accuracy": 0.5})
    deliver(folder, store)
    folder.epoch(2, {"val_accuracy": 0.75})
    deliver(folder, store)
    points = store.client.get_metric_history(run_id, "val_accuracy")
    assert [(p.step, p.value) for p in points] == [(1, 0.5), (2, 0.75)]
    folder.end("killed", "its process was ended by SIGKILL")
    assert deliver(folder, store)
    run = store.client.get_run(run_id)
    assert (run.info.status, run.data.tags["state"]) == ("KILLED", "killed")
    assert run.data.tags["reason"] == "its process was ended by SIGKILL"


@pytest.mark.parametrize("lost", ["run_id", "epochs", "artifacts"])
def test_a_crash_before_the_cursor_was_written_repeats_harmlessly(
    store: Store, tmp_path: Path, lost: str
) -> None:
    folder = RunFolder.create(tmp_path, HEADER)
    folder.epoch(1, {"val_accuracy": 0.5})
    deliver(folder, store)
    cursor = folder.path / "delivered.json"
    content = json.loads(cursor.read_text())
    content.pop(lost, None)
    cursor.write_text(json.dumps(content))
    folder.epoch(2, {"val_accuracy": 0.75})
    folder.end("finished")
    assert deliver(folder, store)
    (run,) = store.runs("tags.kind = 'run'")
    points = store.client.get_metric_history(run.info.run_id, "val_accuracy")
    assert [(p.step, p.value) for p in points] == [(1, 0.5), (2, 0.75)]


def test_a_run_that_mlflow_run_started_is_adopted(store: Store, tmp_path: Path) -> None:
    made = store.client.create_run(store.experiment_id("other"), run_name="clumsy-fox-1")
    store.client.log_param(made.info.run_id, "learning_rate", "1e-3")
    folder = a_finished_folder(tmp_path, replace(HEADER, adopt_run_id=made.info.run_id))
    assert deliver(folder, store)
    (run,) = store.runs("tags.kind = 'run'")
    assert run.info.run_id == made.info.run_id
    assert run.info.run_name == HEADER.name
    assert run.data.params == {"seed": "7", "learning_rate": "1e-3"}


def test_two_deliverers_do_not_meet_in_one_folder(store: Store, tmp_path: Path) -> None:
    from seedbed.tracking.writing.deliver import _locked

    folder = a_finished_folder(tmp_path)
    with _locked(folder.path) as mine:
        assert mine
        assert not deliver(folder, store)
    assert deliver(folder, store)


def test_an_unreachable_store_keeps_the_folder(store_path: Path, tmp_path: Path) -> None:
    del store_path
    away = Store("http://127.0.0.1:9")
    folder = a_finished_folder(tmp_path)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")
        with pytest.raises(StoreError, match=r"127\.0\.0\.1:9 must be reachable"):
            deliver(folder, away)
    assert folder.ended() is not None


def test_what_waits_is_delivered_in_the_order_in_which_it_began(
    store: Store, tmp_path: Path
) -> None:
    for cell, start in (("aa", 30), ("bb", 10), ("cc", 20)):  # folders are named after the cell
        header = replace(HEADER, cell=cell, name=cell, started_ms=start, delivery=32 * cell[0])
        a_finished_folder(tmp_path / "runs", header)
    assert deliver_all(tmp_path / "runs", store) == []
    with closing(sqlite3.connect(store.uri.removeprefix("sqlite:///"))) as database:
        made = [row[0] for row in database.execute("SELECT name FROM runs ORDER BY rowid")]
    assert made == ["bb", "cc", "aa"]


def test_deliver_all_names_what_still_runs(store: Store, tmp_path: Path) -> None:
    a_finished_folder(tmp_path, replace(HEADER, delivery="a" * 32))
    running = RunFolder.create(tmp_path, replace(HEADER, delivery="b" * 32))
    assert [folder.path for folder in deliver_all(tmp_path, store)] == [running.path]


def test_the_background_deliverer_delivers_and_empties_itself(store: Store, tmp_path: Path) -> None:
    deliverer = Deliverer(store, every_s=0.05)
    folder = a_finished_folder(tmp_path)
    deliverer.add(folder)
    assert deliverer.close() == []
    assert deliverer.trouble is None
    assert not folder.path.exists()


def test_records_wait_while_the_system_allows_no_more_threads(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_given: object) -> None:
        raise RuntimeError("can't start new thread")

    deliverer = Deliverer(store, every_s=3600)
    folder = a_finished_folder(tmp_path)
    deliverer.add(folder)
    monkeypatch.setattr(background_delivery, "ThreadPoolExecutor", refused)
    assert deliverer.close() == [folder]
    assert deliverer.trouble is not None
    assert deliverer.trouble.startswith("The system must allow another thread")


def test_folders_are_delivered_side_by_side_to_a_server(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    both = threading.Barrier(2, timeout=60)
    monkeypatch.setattr(background_delivery, "deliver", lambda *_: both.wait() >= 0)
    deliverer = Deliverer(Store("http://127.0.0.1:9"), every_s=3600)
    for letter in "ab":
        deliverer.add(a_finished_folder(tmp_path, replace(HEADER, delivery=letter * 32)))
    assert deliverer.close() == []
    assert deliverer.trouble is None


def test_a_folder_is_read_again_only_when_it_has_changed(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[Path] = []

    def counted(folder: RunFolder, to: Store) -> bool:
        read.append(folder.path)
        return deliver(folder, to)

    monkeypatch.setattr(background_delivery, "deliver", counted)
    deliverer = Deliverer(store, every_s=0.01)
    folder = RunFolder.create(tmp_path, HEADER)
    deliverer.add(folder)
    wait_for(lambda: folder.path in deliverer.run_ids)
    still = len(read)
    time.sleep(0.3)
    assert len(read) <= still + 1
    folder.epoch(1, {"loss": 1.0})
    wait_for(lambda: len(read) > still)
    assert deliverer.close() == [folder]


def test_the_end_waits_for_another_driver_that_delivers_a_folder(
    store: Store, tmp_path: Path
) -> None:
    from seedbed.tracking.writing.deliver import _locked

    deliverer = Deliverer(store, every_s=3600)
    folder = a_finished_folder(tmp_path)
    deliverer.add(folder)
    holds, lets_go = threading.Event(), threading.Event()

    def hold() -> None:
        with _locked(folder.path):
            holds.set()
            lets_go.wait(60)

    other = threading.Thread(target=hold)
    other.start()
    assert holds.wait(60)
    threading.Timer(1.0, lets_go.set).start()
    assert deliverer.close() == []
    other.join()
    assert not folder.path.exists()


def test_reading_back_gives_what_was_written(store: Store, tmp_path: Path) -> None:
    from seedbed.tracking.writing.parent_run import ParentRun

    parent = ParentRun.start(store, "mnist_cnn", "first", "an identity")
    parent.describe_design(
        {
            "question": "q?",
            "varied": ["learning_rate"],
            "sources": ["seed"],
            "planned": 3,
            "published": {"value": 0.745, "runs": 1, "test_set": "other"},
        },
        "x: 1",
    )
    header = replace(HEADER, sweep="first", parent_run_id=parent.run_id)
    folder = RunFolder.create(tmp_path, header)
    folder.epoch(1, {"val_accuracy": 0.5})
    folder.end("failed", "the training loss became nan in epoch 2")
    deliver(folder, store)
    sweep = read_sweep("first", store)
    assert (sweep.question, sweep.varied, sweep.planned) == ("q?", ("learning_rate",), 3)
    assert sweep.published == PublishedFigure(0.745, 1, same_test_set=False)
    (run,) = sweep.runs
    assert (run.state, run.reason) == ("failed", "the training loss became nan in epoch 2")
    assert run.options == {"seed": 7, "learning_rate": 0.001}
    assert run.load_history is not None
    assert run.load_history()["val_accuracy"] == [0.5]
    assert sweep.finished == ()
