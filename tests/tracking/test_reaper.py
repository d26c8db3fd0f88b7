"""What a vanished process left is closed as killed; what lives is left alone."""

import json
from dataclasses import replace
from pathlib import Path

from seedbed.system.process_identity import Owner
from seedbed.tracking.store import Store
from seedbed.tracking.writing.reaper import REASON, reap
from seedbed.tracking.writing.run_folder import RunFolder
from tests.support.waiting import HEADER

GONE = replace(Owner.this(), started=-1).asdict()


def test_a_folder_without_an_owner_is_closed_and_delivered(store: Store, tmp_path: Path) -> None:
    folder = RunFolder.create(tmp_path, replace(HEADER, owner=GONE))
    folder.epoch(1, {"val_accuracy": 0.5})
    assert reap(tmp_path, store) == 1
    (run,) = store.runs("tags.kind = 'run'")
    assert (run.info.status, run.data.tags["state"]) == ("KILLED", "killed")
    assert run.data.tags["reason"] == REASON
    assert run.data.metrics["val_accuracy"] == 0.5
    assert reap(tmp_path, store) == 0


def test_a_running_run_whose_folder_is_lost_is_closed(store: Store, tmp_path: Path) -> None:
    made = store.client.create_run(
        store.experiment_id("mnist_cnn"),
        tags={"kind": "run", "state": "running", "owner": json.dumps(GONE)},
    )
    assert reap(tmp_path, store) == 1
    assert store.client.get_run(made.info.run_id).info.status == "KILLED"


def test_what_lives_is_left_alone(store: Store, tmp_path: Path) -> None:
    folder = RunFolder.create(tmp_path, HEADER)
    assert reap(tmp_path, store) == 0
    assert folder.ended() is None
    (run,) = store.runs("tags.kind = 'run'")
    assert run.info.status == "RUNNING"
