"""Every place that says how far a sweep is says the same, in each state of a sweep."""

from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from seedbed.analysis.findings.counts_and_warnings import counts
from seedbed.analysis.page.views.overview import Reader
from seedbed.analysis.page.views.place import Place
from seedbed.analysis.page.views.sweep_view import read_sweep_view
from seedbed.sweeps.design.design import load
from seedbed.sweeps.ledger.ledger import Claim, Ledger
from seedbed.sweeps.ledger.reader import LedgerReader
from seedbed.sweeps.ledger.status import read_status, show
from seedbed.sweeps.ledger.storages.storage import LedgerTrial
from seedbed.sweeps.ledger.storages.tally import Tally
from seedbed.sweeps.ledger.storages.trial_state import TrialState
from seedbed.sweeps.ledger.sweep_list import list_sweeps
from seedbed.tracking.cell_counts import CellCounts
from seedbed.tracking.reading.run_lists import LocalVisitor
from seedbed.tracking.reading.sweep_reader import read_sweep
from seedbed.tracking.run_states import State
from seedbed.tracking.store import Store
from seedbed.tracking.writing.parent_run import ParentRun

Write = Callable[..., Path]
CELLS = 6


class Driver:
    """Does with a ledger and MLflow what a driver does, without training."""

    def __init__(self, store: Store, file: Path) -> None:
        design = load(file)
        self.store = store
        self.ledger = Ledger.open(design)
        self.parent = ParentRun.start(store, "mnist_cnn", design.name, self.ledger.notes.identity)
        self.parent.describe_design(design.described(), design.file.text)
        self.place = Place(store.experiment_id("mnist_cnn"), self.parent.run_id)

    def start(self) -> tuple[Claim, str]:
        claim = self.ledger.claim()
        assert claim is not None
        tags = {"mlflow.parentRunId": self.parent.run_id, "kind": "run", "state": "running"}
        tags |= {"cell": claim.cell.id, "sweep": "short"}
        run = self.store.client.create_run(self.place.experiment_id, tags=tags)
        return claim, run.info.run_id

    def end(self, state: State) -> None:
        claim, run_id = self.start()
        {
            "finished": lambda: self.ledger.done(claim.trial_id, 0.9),
            "failed": lambda: self.ledger.failed(claim.trial_id, "no memory", again=False),
            "stopped": lambda: self.ledger.returned(claim.trial_id, "stopped"),
        }[state]()
        self.store.client.set_tag(run_id, "state", state)
        self.store.client.log_metric(run_id, "test_accuracy", 0.9)
        self.store.client.set_terminated(run_id)


@pytest.mark.parametrize(
    ("done", "failed", "stopped", "running"),
    [(0, 0, 0, 0), (2, 0, 0, 2), (1, 0, 2, 0), (3, 2, 0, 1), (6, 0, 0, 0)],
    ids=["new", "running", "stopped", "failed cells", "done"],
)
def test_status_list_page_and_report_count_alike(
    store: Store,
    store_path: Path,
    write_design: Write,
    done: int,
    failed: int,
    stopped: int,
    running: int,
) -> None:
    driver = Driver(store, write_design(seeds=CELLS))
    for _ in range(done):
        driver.end("finished")
    for _ in range(failed):
        driver.end("failed")
    for _ in range(stopped):
        driver.end("stopped")
    for _ in range(running):
        driver.start()
    said = CellCounts(CELLS, done, running, failed)
    with closing(driver.ledger) as ledger:
        assert ledger.counts() == said
        assert show(read_status(ledger)).startswith(f"short: {said.words()}")
    visitor = LocalVisitor(store)
    view = read_sweep_view(visitor, driver.place)
    assert view is not None
    assert view.progress == said
    assert [one.progress for one in Reader(visitor).read().running] == [said]
    for _ in ("by its ledger", "by its runs"):
        (listed,) = list_sweeps(store, 5)
        assert (listed.done, listed.failed, listed.planned) == (done, failed, CELLS)
        for journal in (store_path / "ledgers").iterdir():
            journal.unlink()
    report = counts(read_sweep("short", store), 0, 0)
    assert (report.finished, report.failed, report.running) == (done, failed, running)
    assert report.stopped + report.killed + report.missing == said.left


def test_a_search_counts_the_rounds_to_come_until_it_ends(
    store: Store, write_design: Write
) -> None:
    driver = Driver(store, write_design(seeds=2))
    with closing(driver.ledger) as ledger:
        ledger.notes.planned = 12
        assert ledger.counts().words() == "0 of 12 done, 12 left"
        driver.end("finished")
        ledger.notes.early_end = "the interval is short enough"
        assert ledger.counts().words() == "1 of 1 done, 0 left"


def test_status_counts_once_and_reads_no_trial_whole(
    store: Store, write_design: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    readings: list[str] = []
    trials, tally = LedgerReader.trials, LedgerReader.tally

    def read(reader: LedgerReader, *states: TrialState) -> list[LedgerTrial]:
        readings.append(f"trials {states}")
        return trials(reader, *states)

    def counted(reader: LedgerReader) -> Tally:
        readings.append("tally")
        return tally(reader)

    monkeypatch.setattr(LedgerReader, "trials", read)
    monkeypatch.setattr(LedgerReader, "tally", counted)
    driver = Driver(store, write_design(seeds=2))
    with closing(driver.ledger) as ledger:
        readings.clear()
        read_status(ledger)
    assert readings == ["tally"]


def test_words() -> None:
    assert CellCounts.of(["done", "failed", "running", "waiting"], 8).words() == (
        "1 of 8 done, 1 running, 1 failed, 5 left"
    )
    assert CellCounts.of_runs(["finished", "killed", "pruned"], 0).words() == (
        "1 of 3 done, 1 pruned, 1 left"
    )
    assert CellCounts.of([]).words() == "0 of ? done, 0 left"
