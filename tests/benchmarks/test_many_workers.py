"""What the benchmark of simulated workers counts, and what it calls a lost record."""

import json
import math
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.many_workers import busy_share, busy_window, faults
from benchmarks.simulated_workers import record
from benchmarks.simulated_workers.outage import Outage
from benchmarks.simulated_workers.sweep_file import write_sweep
from benchmarks.simulated_workers.worker import SleepingPool
from seedbed.sweeps.design.design import load
from seedbed.tracking.store import Store
from seedbed.tracking.writing.deliver import deliver
from seedbed.tracking.writing.run_folder import RunFolder
from tests.support.waiting import HEADER


def test_workers_that_never_wait_are_wholly_busy() -> None:
    spans = [(0.0, 10.0), (1.0, 11.0), (10.0, 20.0), (11.0, 21.0), (20.0, 30.0)]
    window = busy_window(spans, 2)
    assert window == (1.0, 20.0)
    assert busy_share(spans, 2, window) == pytest.approx(1)


def test_a_worker_that_waits_half_of_the_time_halves_its_share() -> None:
    spans = [(0.0, 10.0), (0.0, 5.0), (10.0, 20.0), (10.0, 15.0), (20.0, 30.0)]
    assert busy_share(spans, 2, busy_window(spans, 2)) == pytest.approx(0.75)


def test_a_sweep_without_waiting_cells_has_no_share() -> None:
    spans = [(0.0, 10.0), (1.0, 11.0)]
    window = busy_window(spans, 2)
    assert window == (1.0, 1.0)
    assert math.isnan(busy_share(spans, 2, window))


def test_a_kill_costs_a_worker_its_run_and_its_restart_and_the_others_the_schedulers() -> None:
    outage = Outage(killed=100.0, scheduler=106.0, workers=[(2, 107.0)])
    ended = [(80.0, 99.0), (85.0, 102.0), (90.0, 106.5)]  # of these the second waited 4 s
    in_vain = [95.0, 88.0]
    assert outage.idle(ended, in_vain, (0.0, 200.0)) == 4 + 5 + 12 + 2 * 7
    assert outage.idle(ended, in_vain, (90.0, 105.0)) == 3 + 5 + 10 + 2 * 5


@pytest.fixture
def trained(tmp_path: Path) -> RunFolder:
    """The record of a run as the benchmark's first one leaves it."""
    folder = RunFolder.create(tmp_path / "trained", HEADER)
    folder.epoch(1, {"train_loss": 1.0, "val_accuracy": 0.8})
    folder.epoch(2, {"train_loss": 0.5, "val_accuracy": 0.9})
    (folder.artifacts / "predictions.npz").write_bytes(b"many numbers")
    folder.end("finished", fingerprint="0" * 64, metrics={"test_accuracy": 0.5})
    return folder


def test_a_simulated_run_sleeps_and_leaves_the_whole_record(
    trained: RunFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(record.FOLDER, str(trained.path))
    monkeypatch.setenv(record.SECONDS, "[0.2, 0.3]")
    monkeypatch.setenv(record.LOG, str(tmp_path))
    folder = RunFolder.create(tmp_path / "runs", replace(HEADER, cell="c1", delivery="d" * 32))
    outcome = SleepingPool().submit(len, "mnist_cnn", {}, str(folder.path)).result(timeout=60)
    assert outcome.fingerprint == record.fingerprint_of("c1")
    assert [event.metrics for event in folder.events()][:2] == [
        {"train_loss": 1.0, "val_accuracy": 0.8},
        {"train_loss": 0.5, "val_accuracy": 0.9},
    ]
    assert (folder.artifacts / "predictions.npz").read_bytes() == b"many numbers"
    (note,) = tmp_path.glob("worker-*.jsonl")
    cell, began, ended = json.loads(note.read_text())
    (begun,) = tmp_path.glob("begun-*.jsonl")
    assert cell == "c1"
    assert 0.2 <= ended - began <= 0.3
    assert json.loads(begun.read_text()) == [cell, began]


def delivered(file: Path, trained: RunFolder, store: Store, folders: Path) -> None:
    for number, cell in enumerate(load(file).cells):
        header = replace(
            HEADER,
            cell=cell.id,
            name=cell.name,
            params=cell.params,
            sweep=file.stem,
            parent_run_id="p",
            delivery=f"{number:032x}",
        )
        folder = RunFolder.create(folders, header)
        record.write_record(trained, folder)
        folder.count(True)
        assert deliver(folder, store)


def test_a_lost_run_a_changed_file_and_a_run_twice_are_faults(
    trained: RunFolder, store: Store, tmp_path: Path
) -> None:
    file = write_sweep(tmp_path, "many", "What is lost?", 5)
    delivered(file, trained, store, tmp_path / "runs")
    root = tmp_path / "mlruns"
    assert faults(file, trained, store.uri, root) == []
    first, second, *_ = store.runs("tags.kind = 'run'")
    store.client.set_tag(first.info.run_id, "fingerprint", "another")
    store.client.delete_run(second.info.run_id)
    said = faults(file, trained, store.uri, root)
    assert len(said) == 2
    assert any("another" in one for one in said)
    assert said[-1].endswith("is missing")
