"""A folder that is removed, a driver that is suspended: one cell is tried again, nothing else."""

import os
import shutil
import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Literal

import pytest

from seedbed.runs.recording.outcome import Outcome
from seedbed.sweeps.design.design import Design, load
from seedbed.sweeps.driver.loop.driver import LOST_CLAIM, Driver
from seedbed.sweeps.driver.loop.outcome_of_future import REMOVED, outcome_of_future
from seedbed.sweeps.driver.loop.running_cell import EndedCell, Limits
from seedbed.sweeps.executors.local_pool import LocalPool
from seedbed.sweeps.ledger.leases import LEASE_S
from seedbed.sweeps.ledger.ledger import Ledger
from seedbed.sweeps.ledger.recovery import lost_deliveries, recover
from seedbed.sweeps.ledger.storages.open_storage import open_storage
from seedbed.system.processes.process_identity import Owner
from seedbed.tracking.store import Store
from seedbed.tracking.writing.background_delivery import Deliverer
from seedbed.tracking.writing.reaper import reap
from seedbed.tracking.writing.run_folder import RunFolder
from tests.support.waiting import HEADER, a_finished_folder

Write = Callable[..., Path]


def test_a_run_folder_that_is_removed_costs_its_cell_one_try(
    write_design: Write, store: Store, store_path: Path, pool: LocalPool
) -> None:
    design = load(write_design(seeds=3, epochs=3))
    ledger, ended = Ledger.open(design), list[EndedCell]()
    removed: list[Path] = []

    def watch(items: list[EndedCell]) -> None:
        ended.extend(items)
        folders = [cell.folder.path for cell in driver.running.values() if cell.epochs()]
        if folders and not removed:
            removed.append(folders[0])
            while folders[0].exists():  # its run may write a file while it is being removed
                shutil.rmtree(folders[0], ignore_errors=True)

    deliverer = Deliverer(store, every_s=0.1)
    driver = Driver(
        design, ledger, pool, deliverer, parent_run_id="0" * 32, limits=Limits(lambda: 2)
    )
    with closing(ledger):
        assert driver.run(watch)
        assert deliverer.close() == []
        assert Counter(ledger.standings().values()) == {"done": 3}
        reap(
            store_path / "runs",
            store,
            lost_deliveries(ledger),
            sweep=design.name,
            parent_run_id="0" * 32,
        )
    failed = [item.outcome for item in ended if item.outcome.state == "failed"]
    assert [outcome.reason for outcome in failed] == [REMOVED]
    runs = list(store.runs("tags.kind = 'run'"))
    assert Counter(run.info.status for run in runs) == {"FINISHED": 3, "KILLED": 1}
    (killed,) = [run for run in runs if run.info.status == "KILLED"]
    assert killed.data.tags["reason"] == REMOVED


@pytest.mark.parametrize("state", ["failed", "finished"])
def test_a_run_that_failed_is_not_tried_again_because_it_was_delivered_quickly(
    state: Literal["failed", "finished"], tmp_path: Path
) -> None:
    folder = RunFolder.create(tmp_path, HEADER)
    task: Future[Outcome] = Future()
    task.set_result(Outcome(state, {}, reason="bad luck"))
    shutil.rmtree(folder.path)
    end = outcome_of_future(task, folder)
    said = {"failed": ("bad luck", False), "finished": (REMOVED, True)}
    assert (end.outcome.reason, end.outcome.may_pass) == said[state]


CLAIM_AND_WAIT = """
import sys
from pathlib import Path
from seedbed.sweeps.design.design import load
from seedbed.sweeps.ledger.ledger import Ledger
ledger = Ledger.open(load(Path(sys.argv[1])), sys.argv[2] or None)
ledger.leases.renew()
claim = ledger.claim()
print(claim.trial_id, flush=True)
sys.stdin.readline()
print(ledger.leases.lost([claim.trial_id]) == {claim.trial_id}, flush=True)
print(ledger.done(claim.trial_id, 0.9), flush=True)
"""


def test_a_suspended_driver_of_this_host_loses_its_claim_after_the_lease_and_notices(
    write_design: Write, ledger_url: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 0.0
    file = write_design(seeds=1)
    process = subprocess.Popen(
        [sys.executable, "-c", CLAIM_AND_WAIT, str(file), ledger_url or ""],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    trial_id = int(process.stdout.readline())
    process.send_signal(signal.SIGSTOP)
    with closing(Ledger.open(load(file), ledger_url)) as ledger:
        monkeypatch.setattr(ledger.leases, "_clock", lambda: now)
        assert ledger.leases.abandoned() == []
        now += LEASE_S + 1
        assert [trial.trial_id for trial in ledger.leases.abandoned()] == [trial_id]
        recover(ledger, Path(os.environ["SEEDBED_STORE"]) / "runs", "short")
        claim = ledger.claim()
        assert claim is not None
        process.send_signal(signal.SIGCONT)
        noticed, counted = process.communicate("\n")[0].split()
        assert (noticed, counted) == ("True", "False")
        assert ledger.done(claim.trial_id, 0.5)
        assert ledger.scores() == {claim.cell.id: 0.5}


def test_a_driver_that_lost_its_claim_ends_the_run_and_goes_on(
    write_design: Write, store: Store, pool: LocalPool
) -> None:
    design = load(write_design(seeds=1, epochs=100_000))
    ledger, ended = Ledger.open(design), list[EndedCell]()
    other = Ledger.open(design)

    def watch(items: list[EndedCell]) -> None:
        ended.extend(items)
        if driver.running and not ended:
            (running,) = driver.running.values()
            other.lost(running.claim.trial_id, "its lease expired")
            claim = other.claim()
            if claim is not None:
                threading.Timer(0, other.done, [claim.trial_id, 0.5]).start()

    deliverer = Deliverer(store, every_s=0.1)
    driver = Driver(
        design, ledger, pool, deliverer, parent_run_id="0" * 32, limits=Limits(lambda: 1)
    )
    with closing(ledger):
        assert driver.run(watch)
    deliverer.close()
    assert [item.outcome.reason for item in ended] == [LOST_CLAIM]
    (run,) = store.runs("tags.kind = 'run'")
    assert run.data.tags["state"] == "stopped"


def left_folder(design: Design, runs: Path, ledger: Ledger, owner: Owner) -> RunFolder:
    """A claim whose driver cannot be asked, with a folder that holds its result."""
    claim = ledger.claim()
    assert claim is not None
    storage = open_storage(design.name, None).storage
    storage.set_trial_user_attr(claim.trial_id, "owner", owner.asdict())
    ledger.starts(claim, HEADER.delivery)
    return a_finished_folder(
        runs,
        replace(HEADER, cell=claim.cell.id, sweep=design.name, owner=owner.asdict()),
    )


def test_a_driver_in_a_container_of_the_same_name_is_not_declared_dead(
    write_design: Write, store_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 0.0
    design = load(write_design(seeds=1))
    contained = replace(Owner.this(), pid_namespace="pid:[1]", pid=1, started=1)
    with closing(Ledger.open(design)) as ledger:
        monkeypatch.setattr(ledger.leases, "_clock", lambda: now)
        folder = left_folder(design, store_path / "runs", ledger, contained)
        assert recover(ledger, store_path / "runs", design.name) == []
        assert ledger.scores() == {}
        assert folder.counted() is None
        now += LEASE_S + 1
        (orphan,) = recover(ledger, store_path / "runs", design.name)
        assert orphan.path == folder.path
        assert list(ledger.scores().values()) == [0.9], "its result counts once its lease is over"


def test_what_was_finished_before_a_reboot_counts_and_is_delivered(
    write_design: Write, store_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 0.0
    design = load(write_design(seeds=1))
    with closing(Ledger.open(design)) as ledger:
        monkeypatch.setattr(ledger.leases, "_clock", lambda: now)
        before = replace(Owner.this(), boot="before")
        folder = left_folder(design, store_path / "runs", ledger, before)
        recover(ledger, store_path / "runs", design.name)
        now += LEASE_S + 1
        (orphan,) = recover(ledger, store_path / "runs", design.name)
        assert orphan.path == folder.path
        assert folder.counted() is True
