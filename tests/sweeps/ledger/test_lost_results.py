"""A counted result whose folder is damaged before MLflow has it: its cell is queued again."""

import json
import logging
import uuid
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from seedbed.sweeps.design.design import Design, load
from seedbed.sweeps.driver import run_sweep as driver_module
from seedbed.sweeps.driver.parent_run import open_parent
from seedbed.sweeps.driver.settings import SweepSettings
from seedbed.sweeps.ledger.ledger import Ledger
from seedbed.sweeps.ledger.reader import LedgerReader
from seedbed.sweeps.ledger.recovery import lost_deliveries
from seedbed.sweeps.ledger.repair import set_folders_aside
from seedbed.sweeps.ledger.standings import RESULT_LOST
from seedbed.sweeps.ledger.status import read_status
from seedbed.sweeps.ledger.storages.open_record import open_record
from seedbed.sweeps.ledger.storages.open_storage import open_storage
from seedbed.sweeps.strategies.protocol import FixedDesign, SweepState
from seedbed.system.processes.process_identity import Owner
from seedbed.tracking.store import Store
from seedbed.tracking.writing.deliver import deliver
from seedbed.tracking.writing.run_folder import RunFolder
from tests.faults.tiny_sweep import tiny_executor
from tests.support.waiting import HEADER, a_finished_folder

Write = Callable[..., Path]
GONE = replace(Owner.this(), started=1)


@pytest.fixture
def design(write_design: Write) -> Design:
    return load(write_design(seeds=2))


def counted_folder(design: Design, store: Store, runs: Path, owner: Owner = GONE) -> RunFolder:
    """The folder of a run whose result the ledger took, and that MLflow knows to be running."""
    with (
        closing(Ledger.open(design)) as ledger,
        closing(open_storage(design.name, None)) as opened,
    ):
        parent = open_parent(design, ledger, store, runs, reachable=True)
        claim = ledger.claim()
        assert claim is not None
        delivery = uuid.uuid4().hex
        ledger.starts(claim, delivery)
        opened.storage.set_trial_user_attr(claim.trial_id, "owner", owner.asdict())
        header = replace(
            HEADER,
            cell=claim.cell.id,
            delivery=delivery,
            sweep=design.name,
            owner=owner.asdict(),
            parent_run_id=parent.run_id,
        )
        folder = a_finished_folder(runs, header)
        assert not deliver(folder, store), "its end waits until it is counted"
        assert ledger.done(claim.trial_id, 0.9, "ff")
        folder.count(True)
    return folder


def resume(design: Design, store: Store, runs: Path) -> tuple[Counter[str], dict[str, str]]:
    """What a driver finds: where the cells stand, and which deliveries are lost."""
    with closing(Ledger.open(design)) as ledger:
        open_parent(design, ledger, store, runs, reachable=True)
        return Counter(ledger.standings().values()), lost_deliveries(ledger)


def read(design: Design, runs: Path) -> tuple[int, int]:
    """How many cells are left and done, as ``status`` says."""
    with closing(LedgerReader(open_record(design.name, None), runs)) as reader:
        found = read_status(reader)
    assert found.failed == ()
    return found.left, found.done


def no_end(folder: RunFolder) -> None:
    (folder.path / "events.jsonl").write_text('{"epoch": 1, "metr\n')


def no_events(folder: RunFolder) -> None:
    (folder.path / "events.jsonl").unlink()


def half_a_header(folder: RunFolder) -> None:
    (folder.path / "run.json").write_text('{"experiment": "mni')


def no_header(folder: RunFolder) -> None:
    (folder.path / "run.json").unlink()


def repaired(folder: RunFolder) -> None:
    (folder.path / "run.json").write_bytes(b"\0" * 100)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("seedbed.sweeps.ledger.repair.RESTS_S", -1.0)
        assert len(set_folders_aside(folder.path.parent)) == 1


@pytest.mark.parametrize("harm", [no_end, no_events, half_a_header, no_header, repaired])
def test_the_cell_waits_again_and_its_run_is_closed_as_killed(
    harm: Callable[[RunFolder], None],
    design: Design,
    store: Store,
    store_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    runs = store_path / "runs"
    folder = counted_folder(design, store, runs)
    delivery = folder.header.delivery
    harm(folder)
    assert read(design, runs) == (2, 0), "already before a driver looks"
    with caplog.at_level(logging.WARNING):
        first = resume(design, store, runs)
    assert "the cell is queued again" in caplog.text
    assert first == (Counter(waiting=2), {delivery: RESULT_LOST})
    assert resume(design, store, runs) == first, "it is queued once"
    (run,) = store.runs("tags.kind = 'run'")
    assert (run.info.status, run.data.tags["state"]) == ("KILLED", "killed")
    assert run.data.tags["reason"] == RESULT_LOST
    with closing(LedgerReader(open_record(design.name, None))) as reader:
        assert (reader.scores(), reader.counts().done, reader.counts().left) == ({}, 0, 2)
        assert reader.sweep_state().scores == {}


def test_a_result_that_its_living_driver_still_delivers_is_not_lost(
    design: Design, store: Store, store_path: Path
) -> None:
    folder = counted_folder(design, store, store_path / "runs", Owner.this())
    half_a_header(folder)
    assert read(design, store_path / "runs") == (1, 1)
    assert resume(design, store, store_path / "runs")[0] == Counter(done=1, waiting=1)
    assert deliver(folder, store), "its driver read the header before"


def test_a_delivered_folder_or_one_of_a_newer_version_is_not_lost(
    design: Design, store: Store, store_path: Path
) -> None:
    delivered = counted_folder(design, store, store_path / "runs")
    (delivered.path / "delivered.json").write_text('{"run_id": "x", "ended": true}')
    no_header(delivered)
    newer = counted_folder(design, store, store_path / "runs")
    header = newer.path / "run.json"
    header.write_text(json.dumps({**json.loads(header.read_text()), "of_tomorrow": 1}))
    assert read(design, store_path / "runs") == (0, 2)
    assert resume(design, store, store_path / "runs")[0] == Counter(done=2)


def test_a_header_that_comes_back_gives_the_cell_no_second_result(
    design: Design, store: Store, store_path: Path
) -> None:
    folder = counted_folder(design, store, store_path / "runs")
    header = folder.path / "run.json"
    text = header.read_text()
    no_header(folder)
    assert resume(design, store, store_path / "runs")[0] == Counter(waiting=2)
    header.write_text(text)
    assert resume(design, store, store_path / "runs")[0] == Counter(waiting=2)
    (run,) = store.runs("tags.kind = 'run'")
    assert run.data.tags["state"] == "stopped"
    assert not folder.path.exists()


class _OneIsEnough(FixedDesign):
    adaptive = True

    def finished(self, state: SweepState) -> str | None:
        return "one result is enough" if state.scores else None


@pytest.mark.parametrize("harm", [no_end, no_header])
def test_a_sweep_that_ended_early_by_a_lost_result_goes_on_at_the_first_resume(
    harm: Callable[[RunFolder], None],
    design: Design,
    store: Store,
    store_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    harm(counted_folder(design, store, store_path / "runs"))
    monkeypatch.setattr(driver_module, "choose_executor", tiny_executor)
    quiet = SweepSettings(style="quiet", patience_s=20)
    result = driver_module.run_sweep(design, 1, quiet, _OneIsEnough())
    assert (result.finished, result.early_end) == (1, "one result is enough")


def test_a_try_that_a_killed_driver_could_not_queue_waits_and_is_queued_once(
    design: Design, monkeypatch: pytest.MonkeyPatch
) -> None:
    with closing(Ledger.open(design)) as ledger:
        claim = ledger.claim()
        assert claim is not None
        with monkeypatch.context() as patch:
            patch.setattr(ledger, "queue", lambda _cells: 0)  # as if it was killed before
            ledger.failed(claim.trial_id, "bad luck", again=True)
        assert read_status(ledger).left == 2
        assert read_status(ledger).failed == ()
        assert len(ledger.trials()) == 2
        ledger.queue(())
        ledger.queue(())
        assert len(ledger.trials()) == 3
        assert read_status(ledger).left == 2
