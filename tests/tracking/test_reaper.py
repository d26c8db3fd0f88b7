"""What a vanished process left is closed as killed; what lives is left alone."""

import json
import shutil
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from seedbed.system.processes.process_identity import Owner
from seedbed.tracking.store import Store
from seedbed.tracking.writing.deliver import deliver
from seedbed.tracking.writing.reaper import REASON, Reaped, reap
from seedbed.tracking.writing.run_folder import Epoch, RunFolder
from tests.support.waiting import HEADER, a_finished_folder

GONE = replace(Owner.this(), started=-1).asdict()


def test_a_folder_without_an_owner_is_closed_and_delivered(store: Store, tmp_path: Path) -> None:
    folder = RunFolder.create(tmp_path, replace(HEADER, owner=GONE))
    folder.epoch(1, {"val_accuracy": 0.5})
    assert reap(tmp_path, store).closed == 1
    (run,) = store.runs("tags.kind = 'run'")
    assert (run.info.status, run.data.tags["state"]) == ("KILLED", "killed")
    assert run.data.tags["reason"] == REASON
    assert run.data.metrics["val_accuracy"] == 0.5
    assert reap(tmp_path, store).closed == 0


def test_a_running_run_whose_folder_is_lost_is_closed(store: Store, tmp_path: Path) -> None:
    made = store.client.create_run(
        store.experiment_id("mnist_cnn"),
        tags={"kind": "run", "state": "running", "owner": json.dumps(GONE)},
    )
    assert reap(tmp_path, store).closed == 1
    assert store.client.get_run(made.info.run_id).info.status == "KILLED"


def test_a_delivered_run_stays_finished_though_the_removal_of_its_folder_was_interrupted(
    store: Store, tmp_path: Path
) -> None:
    folder = a_finished_folder(tmp_path / "runs", replace(HEADER, owner=GONE))
    kept = tmp_path / "kept"
    shutil.copytree(folder.path, kept)
    assert deliver(folder, store)
    (run,) = store.runs("tags.kind = 'run'")
    shutil.copytree(kept, folder.path)
    (tmp_path / "runs" / ".killed-0.lock").touch()
    (folder.path / "events.jsonl").unlink()
    delivered = {"run_id": run.info.run_id, "epochs": 2, "artifacts": True, "ended": True}
    (folder.path / "delivered.json").write_text(json.dumps(delivered))
    reap(tmp_path / "runs", store)
    (run,) = store.runs("tags.kind = 'run'")
    assert (run.info.status, run.data.tags["state"]) == ("FINISHED", "finished")
    assert list((tmp_path / "runs").iterdir()) == []


@pytest.mark.parametrize("note", [None, "", "[]", "nonsense"])
def test_a_lost_note_of_delivery_makes_no_second_run(
    note: str | None, store: Store, tmp_path: Path
) -> None:
    folder = RunFolder.create(tmp_path / "runs", replace(HEADER, owner=GONE))
    folder.epoch(1, {"val_accuracy": 0.5})
    assert not deliver(folder, store)
    (folder.path / "delivered.json").unlink()
    if note is not None:
        (folder.path / "delivered.json").write_text(note)
    assert reap(tmp_path / "runs", store).closed == 1
    (run,) = store.runs("tags.kind = 'run'")
    assert run.info.status == "KILLED"


def test_what_lives_is_left_alone(store: Store, tmp_path: Path) -> None:
    folder = RunFolder.create(tmp_path, HEADER)
    assert reap(tmp_path, store).closed == 0
    assert folder.ended() is None
    (run,) = store.runs("tags.kind = 'run'")
    assert run.info.status == "RUNNING"


def test_each_driver_closes_its_own_sweeps_runs_and_those_by_hand(
    store: Store, tmp_path: Path
) -> None:
    experiment = store.experiment_id("mnist_cnn")
    owner = {"kind": "run", "state": "running", "owner": json.dumps(GONE)}
    runs = {
        name: store.client.create_run(experiment, tags={**owner, **tags}).info.run_id
        for name, tags in {
            "mine": {"mlflow.parentRunId": "a" * 32, "sweep": "s"},
            "theirs": {"mlflow.parentRunId": "b" * 32, "sweep": "s"},
            "by hand": {},
        }.items()
    }
    assert reap(tmp_path, store, sweep="s", parent_run_id="a" * 32).closed == 2
    states = {name: store.client.get_run(run).info.status for name, run in runs.items()}
    assert states == {"mine": "KILLED", "theirs": "RUNNING", "by hand": "KILLED"}


@pytest.mark.parametrize("owner", ["not json", "[]", "{}", '{"host": 1}', "[" * 4000, "null", "1"])
def test_an_unreadable_record_is_skipped_and_counted(
    owner: str, store: Store, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    store.client.create_run(
        store.experiment_id("mnist_cnn"),
        tags={"kind": "run", "state": "running", "owner": owner},
    )
    assert reap(tmp_path, store) == Reaped(closed=0, skipped=1)
    assert "1 unfinished runs of others, or unreadable ones" in caplog.text


def test_a_run_that_this_user_may_not_change_is_skipped_and_counted(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from mlflow.exceptions import MlflowException
    from mlflow.protos.databricks_pb2 import PERMISSION_DENIED

    def forbidden(*_args: object, **_given: object) -> None:
        raise MlflowException("Permission denied", error_code=PERMISSION_DENIED)

    tags = {"kind": "run", "state": "running", "owner": json.dumps(GONE)}
    store.client.create_run(store.experiment_id("mnist_cnn"), tags=tags)
    monkeypatch.setattr(store.client, "set_tag", forbidden)
    assert reap(tmp_path, store) == Reaped(closed=0, skipped=1)


HEADERS = [
    "",
    "nonsense",
    "[]",
    "{}",
    "null",
    "[" * 100_000,
    json.dumps({**asdict(HEADER), "newer": 1}),
    json.dumps({**asdict(HEADER), "owner": {"pid": -1}}),
    json.dumps({**asdict(HEADER), "started_ms": "soon"}),
    json.dumps({**asdict(HEADER), "delivery": "x' OR 1"}),
]


@pytest.mark.parametrize("text", HEADERS)
def test_a_foreign_folder_is_set_aside_with_a_warning(
    text: str, store: Store, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    foreign = tmp_path / "foreign"
    foreign.mkdir()
    (foreign / "run.json").write_text(text)
    RunFolder.create(tmp_path, replace(HEADER, owner=GONE))
    assert reap(tmp_path, store).closed == 1
    assert f"set aside: {foreign / 'run.json'} must be the header of a run" in caplog.text
    assert (foreign / "run.json").read_text() == text


EVENTS = [
    "nonsense",
    "[]",
    "1",
    '{"state": "finished"}',
    '{"epoch": 1, "metrics": 3, "time_ms": 1}',
]


@pytest.mark.parametrize("line", [*EVENTS, '{"state": "odd", "time_ms": 1}', "[" * 100_000])
def test_a_foreign_line_among_the_events_is_no_event(line: str, tmp_path: Path) -> None:
    folder = RunFolder.create(tmp_path, HEADER)
    folder.epoch(1, {"val_accuracy": 0.5})
    with (folder.path / "events.jsonl").open("a") as stream:
        stream.write(line + "\n")
    folder.epoch(2, {"val_accuracy": 0.6})
    assert [event.epoch for event in folder.events() if isinstance(event, Epoch)] == [1, 2]
    assert folder.ended() is None


@pytest.mark.parametrize("text", ["", "[]", "1", '{"state": 3}', '{"taken": "yes"}'])
def test_foreign_notes_in_a_folder_say_nothing(text: str, tmp_path: Path) -> None:
    folder = RunFolder.create(tmp_path, HEADER)
    for name in ("asked.json", "counted.json"):
        (folder.path / name).write_text(text)
    assert folder.asked() is None
    assert folder.counted() is None
