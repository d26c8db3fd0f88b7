"""``seedbed repair``: a damaged journal is whole again, and nothing that was recorded is lost."""

import os
import time
import uuid
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from seedbed.cli.main import main
from seedbed.sweeps.design.design import Design, load
from seedbed.sweeps.driver.parent_run import open_parent
from seedbed.sweeps.ledger.ledger import Ledger
from seedbed.sweeps.ledger.reader import LedgerReader
from seedbed.sweeps.ledger.storages.open_storage import open_storage
from seedbed.system.errors import StoreError
from seedbed.system.processes.process_identity import Owner
from seedbed.tracking.store import Store
from seedbed.tracking.writing.deliver import deliver
from tests.support.waiting import HEADER, a_finished_folder

Write = Callable[..., Path]
CELLS = 5
GONE = replace(Owner.this(), started=1).asdict()


@pytest.fixture
def design(write_design: Write) -> Design:
    return load(write_design(seeds=CELLS))


def run_cells(design: Design, store: Store, runs: Path, count: int, url: str | None = None) -> None:
    """Give so many cells a result, in the ledger and in MLflow."""
    with (
        closing(Ledger.open(design, url)) as ledger,
        closing(open_storage(design.name, url)) as opened,
    ):
        parent = open_parent(design, ledger, store, runs, reachable=True)
        for _ in range(count):
            claim = ledger.claim()
            assert claim is not None
            delivery = uuid.uuid4().hex
            ledger.starts(claim, delivery)
            opened.storage.set_trial_user_attr(claim.trial_id, "owner", GONE)
            header = replace(HEADER, cell=claim.cell.id, delivery=delivery, sweep=design.name)
            folder = a_finished_folder(runs, replace(header, parent_run_id=parent.run_id))
            assert ledger.done(claim.trial_id, 0.9, "ff")
            folder.count(True)
            assert deliver(folder, store)


def call(*words: str) -> Result:
    return CliRunner().invoke(main, words)


def standings(url: str | None = None) -> Counter[str]:
    with closing(LedgerReader(open_storage("short", url, create=False))) as ledger:
        return Counter(ledger.standings().values())


def journal(store_path: Path) -> Path:
    return store_path / "ledgers" / "short.journal"


def test_a_damaged_journal_is_read_refused_to_drivers_and_repaired(
    design: Design, store: Store, store_path: Path
) -> None:
    run_cells(design, store, store_path / "runs", CELLS - 1)
    path = journal(store_path)
    lines = path.read_bytes().splitlines(keepends=True)
    result = min(n for n, line in enumerate(lines) if b'"state":1' in line)
    queued = max(n for n, line in enumerate(lines) if b'"op_code":4' in line)
    lines[result] = lines[queued] = b"\0" * 50 + b"\n"
    path.write_bytes(b"".join(lines) + b'edited by hand\n{"half a line')
    damaged = path.read_bytes()
    assert call("status", "short").exit_code == 0
    with pytest.raises(StoreError, match="seedbed repair short mends it"):
        Ledger.open(design)

    foreign = store_path / "runs" / "foreign"
    foreign.mkdir(parents=True)
    (foreign / "run.json").write_text("nonsense")
    (store_path / "runs" / "newer").mkdir()
    (store_path / "runs" / "newer" / "run.json").write_text('{"from 2031": 1}')
    for path_of in (foreign, foreign / "run.json"):
        os.utime(path_of, (time.time() - 120, time.time() - 120))

    done = call("repair", "short")
    assert done.exit_code == 0, done.output
    assert f"line {result + 1} was not an entry and was removed" in done.stdout
    assert "entries lost: 2" in done.stdout
    assert "results that the ledger had lost, taken from MLflow: 1" in done.stdout
    assert standings() == {"done": CELLS - 1, "waiting": 1}
    (copy,) = path.parent.glob("short.journal.before-*")
    assert copy.read_bytes() == damaged
    (moved,) = (store_path / "set-aside").iterdir()
    assert (moved / "run.json").read_text() == "nonsense"
    assert (store_path / "runs" / "newer" / "run.json").exists()
    Ledger.open(design).close()
    again = call("repair", "short")
    assert again.stdout == "short: nothing is damaged.\n"


@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 0.8])
def test_a_journal_that_was_copied_in_part_gets_its_results_from_mlflow(
    share: float, design: Design, store: Store, store_path: Path
) -> None:
    run_cells(design, store, store_path / "runs", 3)
    path = journal(store_path)
    whole = path.read_bytes()
    path.write_bytes(whole[: int(share * len(whole))])
    done = call("repair", str(store_path.parent / "short.yaml"))
    assert done.exit_code == 0, done.output
    assert standings() == {"done": 3, "waiting": CELLS - 3}


def test_an_old_copy_of_a_journal_gets_its_results_back_when_the_sweep_goes_on(
    design: Design, store: Store, store_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    run_cells(design, store, store_path / "runs", 1)
    old = journal(store_path).read_bytes()
    run_cells(design, store, store_path / "runs", 2)
    journal(store_path).write_bytes(old)
    run_cells(design, store, store_path / "runs", 0)
    assert standings() == {"done": 3, "waiting": CELLS - 3}
    assert "short: results that the ledger had lost" in caplog.text


@pytest.mark.parametrize("content", [b"", b"\0" * 100 + b"\n", b"[" * 9000 + b"\n", b"null\n"])
def test_an_emptied_journal_is_refused_until_it_is_repaired(
    content: bytes, design: Design, store: Store, store_path: Path
) -> None:
    run_cells(design, store, store_path / "runs", 2)
    claimed = next(cell for cell in design.cells[2:])
    header = replace(HEADER, cell=claimed.id, delivery="e" * 32, sweep=design.name)
    a_finished_folder(store_path / "runs", header).count(True)  # not delivered yet
    journal(store_path).write_bytes(content)
    with pytest.raises(StoreError, match="lost every entry of 'short': seedbed repair FILE"):
        Ledger.open(design)
    by_name = call("repair", "short")
    assert by_name.exit_code == 2
    assert "has no entry of it: seedbed repair FILE" in by_name.stderr
    done = call("repair", str(store_path.parent / "short.yaml"))
    assert done.exit_code == 0, done.output
    assert "results that the ledger had lost" in done.stdout
    assert standings() == {"done": 3, "waiting": CELLS - 3}
    (copy,) = journal(store_path).parent.glob("short.journal.before-*")
    assert copy.read_bytes() == content


def test_a_result_that_only_mlflow_has_is_counted(
    design: Design, store: Store, store_path: Path, ledger_url: str | None
) -> None:
    run_cells(design, store, store_path / "runs", 2, ledger_url)
    with closing(Ledger.open(design, ledger_url)) as ledger:
        known = ledger.notes.parent_run_id
        waiting = next(c for c in design.cells if ledger.standings()[c.id] == "waiting")
    header = replace(HEADER, cell=waiting.id, delivery="e" * 32, sweep=design.name)
    folder = a_finished_folder(store_path / "runs", replace(header, parent_run_id=known))
    folder.count(True)
    assert deliver(folder, store)
    flags = ["--ledger", ledger_url] if ledger_url else []
    done = call("repair", "short", *flags)
    assert done.exit_code == 0, done.output
    assert standings(ledger_url) == {"done": 3, "waiting": CELLS - 3}


def test_a_ledger_in_use_is_not_repaired(design: Design, store_path: Path) -> None:
    with closing(Ledger.open(design)) as ledger:
        assert ledger.claim() is not None  # this process lives
        with journal(store_path).open("a") as stream:
            stream.write("edited by hand\n")
        before = journal(store_path).read_bytes()
        done = call("repair", "short")
    assert done.exit_code == 2
    assert f"process {os.getpid()} on" in done.stderr
    assert journal(store_path).read_bytes() == before
