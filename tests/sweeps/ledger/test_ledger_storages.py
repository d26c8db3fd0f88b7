"""The ledger on a journal file and on PostgreSQL: the same contract on both."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest
import sqlalchemy

from seedbed.sweeps.design.design import Cell, Design, load
from seedbed.sweeps.ledger import cell_queue, leases, ledger as ledger_module
from seedbed.sweeps.ledger.leases import LEASE_S
from seedbed.sweeps.ledger.ledger import Ledger
from seedbed.sweeps.ledger.storages.open_storage import open_storage
from seedbed.sweeps.ledger.storages.postgres_storage import MANY
from seedbed.sweeps.ledger.storages.storage import LedgerStorage
from seedbed.sweeps.ledger.storages.trial_state import TrialState
from seedbed.sweeps.ledger.study_notes import StudyNotes
from seedbed.sweeps.strategies.protocol import FixedDesign, SweepState
from seedbed.system.errors import InputError, StoreError
from seedbed.system.processes.process_identity import Owner

Write = Callable[..., Path]


@pytest.fixture(autouse=True)
def close_ledgers(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Closes at its end whatever the test opened."""
    opened: list[LedgerStorage] = []

    def open_and_note(*args: Any, **given: Any) -> LedgerStorage:
        opened.append(open_storage(*args, **given))
        return opened[-1]

    monkeypatch.setattr(ledger_module, "open_storage", open_and_note)
    yield
    for storage in opened:
        storage.close()


@pytest.fixture
def design(write_design: Write) -> Design:
    return load(write_design(seeds=4))


CLAIM_ALL = """
import sys, json
from pathlib import Path
from seedbed.sweeps.design.design import load
from seedbed.sweeps.ledger.ledger import Ledger
ledger = Ledger.open(load(Path(sys.argv[1])), sys.argv[2] or None)
print("ready", flush=True)
sys.stdin.readline()
mine = []
while (claim := ledger.claim()) is not None:
    mine.append(claim.cell.id)
    ledger.done(claim.trial_id, 0.5)
print(json.dumps(mine))
"""


@pytest.mark.long
def test_processes_that_open_fill_and_claim_at_once_get_each_cell_once(
    write_design: Write, ledger_url: str | None
) -> None:
    file = write_design(seeds=200)
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", CLAIM_ALL, str(file), ledger_url or ""],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(4)
    ]
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    outputs = [process.communicate()[0] for process in processes]
    shares = [json.loads(output) for output in outputs]
    cells = [cell for share in shares for cell in share]
    assert sorted(cells) == sorted(cell.id for cell in load(file).cells)
    assert sum(bool(share) for share in shares) > 1, "one process claimed all: nothing was tested"


def test_a_result_that_arrives_twice_counts_once(design: Design, ledger_url: str | None) -> None:
    ledger = Ledger.open(design, ledger_url)
    first = ledger.claim()
    assert first is not None
    assert ledger.lost(first.trial_id, "its lease expired")
    second = next(c for c in iter(ledger.claim, None) if c.cell.id == first.cell.id)
    assert second.lost == 1
    assert not ledger.done(first.trial_id, 0.1)
    assert ledger.done(second.trial_id, 0.9)
    assert not ledger.done(second.trial_id, 0.2)
    assert ledger.done(second.trial_id, 0.9), "told again, because the answer was lost"
    assert ledger.scores() == {first.cell.id: 0.9}


def test_a_result_that_is_lost_counts_no_longer_and_its_cell_waits_once(
    design: Design, ledger_url: str | None
) -> None:
    ledger = Ledger.open(design, ledger_url)
    first, second = ledger.claim(), ledger.claim()
    assert first is not None
    assert second is not None
    assert ledger.done(first.trial_id, 0.1, "aa")
    assert ledger.done(second.trial_id, 0.2, "bb")
    (trial,) = [t for t in ledger.trials() if t.trial_id == first.trial_id]
    ledger.notes.lose_result(trial.number)
    assert ledger.queue(()) == 0, "no new cell, but a try"
    ledger.queue(())
    assert ledger.scores() == {second.cell.id: 0.2}
    assert ledger.sweep_state().weights == {second.cell.id: "bb"}
    again = [claim for claim in iter(ledger.claim, None) if claim.cell.id == first.cell.id]
    assert [(claim.tries, claim.lost) for claim in again] == [(0, 1)]
    assert ledger.done(again[0].trial_id, 0.3)
    assert ledger.scores() == {second.cell.id: 0.2, first.cell.id: 0.3}


def test_a_failed_cell_is_tried_up_to_the_limit_then_reported_and_can_be_retried(
    write_design: Write, ledger_url: str | None
) -> None:
    design = load(write_design(seeds=1))
    ledger = Ledger.open(design, ledger_url, max_tries=3)
    for number in range(3):
        claim = ledger.claim()
        assert claim is not None, f"try {number + 1} of 3"
        assert claim.tries == number
        ledger.failed(claim.trial_id, f"reason {number}", again=True)
    assert ledger.claim() is None
    assert list(ledger.standings().values()) == ["failed"]
    assert list(ledger.reasons().values()) == ["reason 2"]
    assert len(ledger.retry_failed()) == 1
    again = ledger.claim()
    assert again is not None
    assert again.tries == 0


def test_a_failure_that_comes_again_is_not_tried_again(
    design: Design, ledger_url: str | None
) -> None:
    ledger = Ledger.open(design, ledger_url)
    claim = ledger.claim()
    assert claim is not None
    ledger.failed(claim.trial_id, "the loss became nan", again=False)
    assert ledger.standings()[claim.cell.id] == "failed"


def test_stopping_and_dying_drivers_do_not_use_up_the_tries(
    write_design: Write, ledger_url: str | None
) -> None:
    ledger = Ledger.open(load(write_design(seeds=1)), ledger_url, max_tries=1)
    for end in (ledger.returned, ledger.lost, ledger.returned, ledger.lost):
        claim = ledger.claim()
        assert claim is not None
        end(claim.trial_id, "for no fault of its own")
    assert list(ledger.standings().values()) == ["waiting"]


def test_a_kill_between_failing_a_try_and_queueing_the_next_loses_nothing(
    design: Design, ledger_url: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        pass

    ledger = Ledger.open(design, ledger_url)
    claim = ledger.claim()
    assert claim is not None

    def killed(_cells: object) -> int:
        raise Killed

    monkeypatch.setattr(ledger, "queue", killed)
    with pytest.raises(Killed):
        ledger.failed(claim.trial_id, "killed", again=True)
    assert ledger.standings()[claim.cell.id] == "waiting", "counted as left, though not queued yet"
    following = Ledger.open(design, ledger_url)
    cells = [one.cell.id for one in iter(following.claim, None)]
    assert cells.count(claim.cell.id) == 1
    assert len(cells) == len(design.cells)


def test_claims_of_another_host_expire_when_its_lease_is_not_renewed(
    design: Design, ledger_url: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 0.0
    here = Owner.this()
    there = Owner("another-host", "boot", 4711, 99)
    remote, local = Ledger.open(design, ledger_url), Ledger.open(design, ledger_url)
    for ledger in (remote, local):
        monkeypatch.setattr(ledger.leases, "_clock", lambda: now)
    monkeypatch.setattr(Owner, "this", classmethod(lambda _: there))
    remote.leases.renew()
    claim = remote.claim()
    assert claim is not None
    monkeypatch.setattr(Owner, "this", classmethod(lambda _: here))
    assert local.leases.abandoned() == []
    now += LEASE_S - 1
    assert local.leases.abandoned() == []
    monkeypatch.setattr(Owner, "this", classmethod(lambda _: there))
    remote.leases.renew()
    monkeypatch.setattr(Owner, "this", classmethod(lambda _: here))
    now += 2
    assert local.leases.abandoned() == [], "it was renewed in between"
    now += LEASE_S + 1
    assert [trial.trial_id for trial in local.leases.abandoned()] == [claim.trial_id]


def test_claims_of_a_dead_process_of_this_host_are_abandoned_at_once(
    design: Design, ledger_url: str | None
) -> None:
    script = CLAIM_ALL.replace("mine = []", "ledger.claim(); import os; os.kill(os.getpid(), 9)")
    ledger = Ledger.open(design, ledger_url)
    path = _file_of(design)
    subprocess.run(
        [sys.executable, "-c", script, str(path), ledger_url or ""],
        input="go\n",
        text=True,
        capture_output=True,
        check=False,
    )
    assert len(ledger.leases.abandoned()) == 1


def _file_of(design: Design) -> Path:
    path = Path(os.environ["SEEDBED_STORE"]) / f"{design.name}.yaml"
    path.write_text(design.file.text)
    return path


class _TwoMore(FixedDesign):
    """Adds two cells once the design's are done, then ends."""

    adaptive = True

    def __init__(self, extra: Design) -> None:
        self.extra = extra

    def more(self, state: SweepState) -> Sequence[Cell]:
        waiting = [s for s in state.standings.values() if s != "done"]
        return () if waiting else self.extra.cells[-2:]

    def finished(self, state: SweepState) -> str | None:
        return "six are enough" if len(state.scores) == 6 else None


def test_a_strategy_adds_cells_once_and_ends_the_sweep(
    write_design: Write, ledger_url: str | None
) -> None:
    design = load(write_design(seeds=4))
    wider = load(write_design(name="wider", seeds=6))
    ledgers = [Ledger.open(design, ledger_url) for _ in range(2)]
    strategy = _TwoMore(wider)
    while (claim := ledgers[0].claim()) is not None:
        ledgers[0].done(claim.trial_id, 0.5)
        for ledger in ledgers:
            ledger.consult(strategy)
    extra = {cell.id for cell in wider.cells[-2:]}
    assert extra < set(ledgers[1].standings())
    assert len(ledgers[1].trials()) == 6
    assert ledgers[1].notes.early_end == "six are enough"


def test_another_process_rebuilds_a_cell_that_a_strategy_added(
    write_design: Write, ledger_url: str | None
) -> None:
    design = load(write_design(seeds=1))
    extra = load(write_design(name="wider", seeds=2)).cells[-1]
    Ledger.open(design, ledger_url).queue([extra])
    other = Ledger.open(design, ledger_url)
    claims = list(iter(other.claim, None))
    assert [claim.cell.options for claim in claims] == [design.cells[0].options, extra.options]
    assert claims[1].cell.seeds == extra.seeds


def test_curves_reach_every_driver(design: Design, ledger_url: str | None) -> None:
    ledger = Ledger.open(design, ledger_url)
    claim = ledger.claim()
    assert claim is not None
    for epoch, value in enumerate((0.25, 0.5), 1):
        ledger.report(claim.trial_id, {epoch: value})
    seen = Ledger.open(design, ledger_url).sweep_state(curves=True)
    assert seen.curves == {claim.cell.id: {1: 0.25, 2: 0.5}}
    assert ledger.pruned(claim.trial_id, "no hope")
    assert ledger.standings()[claim.cell.id] == "pruned"
    ledger.report(claim.trial_id, {3: 0.7})  # too late, and harmless


def test_a_strategy_learns_how_many_examples_every_score_is_a_share_of(
    design: Design, ledger_url: str | None
) -> None:
    ledgers = [Ledger.open(design, ledger_url) for _ in range(2)]
    assert ledgers[0].sweep_state().test_examples is None
    for ledger in ledgers:
        ledger.notes.scored_on(500)
        assert ledgers[1].sweep_state().test_examples == 500
    ledgers[1].notes.scored_on(400)
    ledgers[0].notes.scored_on(500)
    assert ledgers[0].sweep_state().test_examples is None, "two sizes are no one step"


def test_a_sweep_is_resumed_by_its_name(design: Design, ledger_url: str | None) -> None:
    Ledger.open(design, ledger_url)
    with closing(open_storage("short", ledger_url, create=False)) as storage:
        assert StudyNotes(storage).file == design.file.text
    with pytest.raises(InputError, match="There is no sweep 'shrt'"):
        open_storage("shrt", ledger_url, create=False)


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("sqlite:///x.db", "must not be SQLite, because SQLite hands one cell to two processes"),
        ("mysql://me:secret@host/x", r"must be postgresql://.*mysql://\*\*\*@host"),
        ("postgresql://me:secret@host:x/y", r"got postgresql://\*\*\*@host:x/y: PORT is a number"),
    ],
)
def test_other_ledgers_are_refused(design: Design, url: str, sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        Ledger.open(design, url)


def test_a_database_that_is_down_is_one_sentence_without_the_password(design: Design) -> None:
    with pytest.raises(StoreError) as caught:
        Ledger.open(design, "postgresql://me:secret@127.0.0.1:1/x")
    assert "must be a database that can be reached" in str(caught.value)
    assert "secret" not in str(caught.value)


def test_a_line_torn_by_a_kill_is_cut_off(design: Design) -> None:
    ledger = Ledger.open(design)
    with Path(ledger.place).open("a") as stream:
        stream.write('{"op_code": 5, "tri')
    again = Ledger.open(design)
    claim = again.claim()
    assert claim is not None
    again.done(claim.trial_id, 0.5)
    assert Ledger.open(design).scores() == {claim.cell.id: 0.5}


def test_a_large_design_is_queued_in_parts_that_every_driver_goes_on_with(
    design: Design, ledger_url: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cell_queue, "AT_ONCE", 3)
    first = Ledger.open(design, ledger_url)
    assert len(design.cells) > 3
    assert len(first.trials()) == 3
    assert (first.counts().cells, first.counts().left) == (len(design.cells), len(design.cells))
    second = Ledger.open(design, ledger_url)
    assert len(second.trials()) == 3
    claimed: list[str] = []
    while True:
        claims = [ledger.claim() for ledger in (first, second)]
        found = [claim for claim in claims if claim is not None]
        if not found:
            break
        claimed += [claim.cell.id for claim in found]
        assert all(first.done(claim.trial_id, 0.5) for claim in found)
    assert sorted(claimed) == sorted(cell.id for cell in design.cells)
    assert first.counts().done == len(design.cells)
    assert not first.waiting()
    again = Ledger.open(design, ledger_url)
    assert again.claim() is None


def test_a_part_that_could_not_be_queued_is_queued_later(
    design: Design, ledger_url: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cell_queue, "AT_ONCE", 3)
    ledger = Ledger.open(design, ledger_url)
    for _ in range(3):
        assert ledger.claim() is not None
    whole = ledger._filled.add
    monkeypatch.setattr(ledger._filled, "add", Mock(side_effect=OSError("away")))
    with pytest.raises(OSError, match="away"):
        ledger.claim()
    monkeypatch.setattr(ledger._filled, "add", whole)
    assert ledger.claim() is not None


def test_optuna_reads_what_the_ledger_wrote_of_a_try(
    design: Design, ledger_url: str | None
) -> None:
    ledger = Ledger.open(design, ledger_url)
    storage = ledger._filled
    before = datetime.now(UTC)
    done, failed, endless = (ledger.claim() for _ in range(3))
    assert done is not None
    assert failed is not None
    assert endless is not None
    assert ledger.starts(done, "folder")
    running = storage.storage.get_trial(done.trial_id)
    assert running.state.name == "RUNNING"
    assert running.user_attrs["owner"] == Owner.this().asdict()
    assert ledger.done(done.trial_id, 0.5, "aa")
    assert ledger.failed(failed.trial_id, "it broke", again=False)
    assert ledger.done(endless.trial_id, float("inf"))
    trial = storage.storage.get_trial(done.trial_id)
    assert (trial.state.name, trial.values) == ("COMPLETE", [0.5])
    assert {"delivery": "folder", "fingerprint": "aa"}.items() <= trial.user_attrs.items()
    lost = storage.storage.get_trial(failed.trial_id)
    assert (lost.state.name, lost.values) == ("FAIL", None)
    assert lost.user_attrs["reason"] == "it broke"
    assert storage.storage.get_trial(endless.trial_id).values == [float("inf")]
    assert not ledger.starts(done, "another"), "it has ended"
    assert storage.storage.get_trial(done.trial_id).user_attrs == trial.user_attrs
    slack = timedelta(seconds=1)  # a database's clock counts by itself
    for read in ledger.trials():
        if read.trial_id in (done.trial_id, failed.trial_id):
            assert read.started is not None
            assert read.ended is not None
            assert before - slack <= read.started <= read.ended <= datetime.now(UTC) + slack


def test_a_try_is_claimed_ended_and_noted_in_one_statement_each(
    design: Design, postgres_url: str
) -> None:
    ledger = Ledger.open(design, postgres_url)
    first = ledger.claim()  # reads the waiting cells that the next claims take
    assert first is not None
    with asked(ledger) as seen:
        second = ledger.claim()
        assert second is not None
        assert ledger.notes.early_end is None
        assert ledger.starts(second, "folder")
        assert ledger.done(second.trial_id, 0.5, "aa")
    assert len(seen) == 4, seen


def test_waiting_cells_are_looked_for_from_the_first_on_that_waits(
    design: Design, postgres_url: str
) -> None:
    ledger = Ledger.open(design, postgres_url)
    waiting = [trial.trial_id for trial in ledger.trials(TrialState.WAITING)]
    claims = [ledger.claim() for _ in design.cells]
    assert [claim.trial_id for claim in claims if claim] == waiting
    assert ledger.claim() is None
    assert ledger.returned(waiting[0], "it was stopped")
    (again,) = ledger.trials(TrialState.WAITING)
    assert again.trial_id > waiting[-1]
    assert [trial.trial_id for trial in ledger.trials()] == [*waiting, again.trial_id]
    with asked(ledger) as seen:
        assert ledger.waiting()
    assert [given["first"] for _, given in seen] == [again.trial_id]


@contextmanager
def asked(ledger: Ledger) -> Iterator[list[tuple[str, Any]]]:
    """What the database is asked meanwhile: statements and their parameters."""
    seen: list[tuple[str, Any]] = []

    def note(_connection: object, _cursor: object, statement: str, given: Any, *_: object) -> None:
        seen.append((statement, given))

    engine = ledger._filled.storage.engine  # type: ignore[attr-defined]
    sqlalchemy.event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        sqlalchemy.event.remove(engine, "before_cursor_execute", note)


@pytest.mark.long
def test_ten_thousand_cells(write_design: Write, ledger_url: str | None) -> None:
    """Bounds far above what benchmarks/ledger_speed.py measures: a busy machine passes too."""
    design = load(write_design(seeds=2000, batch_size=[16, 32, 64, 128, 256]))
    Ledger.open(design, ledger_url)
    began = time.perf_counter()
    ledger = Ledger.open(design, ledger_url)
    opened = time.perf_counter() - began
    began = time.perf_counter()
    claims = [ledger.claim() for _ in range(20)]
    each = (time.perf_counter() - began) / len(claims)
    assert len({claim.trial_id for claim in claims if claim}) == 20
    assert len(ledger.trials(TrialState.WAITING)) == 9_980
    assert opened < 30
    assert each < 0.5


def test_the_filling_lock_keeps_others_out_and_may_be_nested(
    design: Design, ledger_url: str | None
) -> None:
    first, second = Ledger.open(design, ledger_url), Ledger.open(design, ledger_url)
    with ThreadPoolExecutor(1) as executor:
        with first.filling(), first.filling():
            waiting = executor.submit(second.retry_failed)
            time.sleep(0.3)
            assert not waiting.done()
        assert waiting.result(timeout=120) == []


def test_constants_are_consistent() -> None:
    assert leases.RENEW_S * 3 < LEASE_S


def test_postgresql_knows_how_many_cells_were_just_queued(
    write_design: Write, postgres_url: str
) -> None:
    ledger = Ledger.open(load(write_design(seeds=MANY)), postgres_url)
    asked = "SELECT reltuples FROM pg_class WHERE oid = 'trials'::regclass"
    engine = sqlalchemy.create_engine(postgres_url.replace("postgresql:", "postgresql+psycopg:"))
    with closing(ledger), engine.connect() as connection:
        assert connection.execute(sqlalchemy.text(asked)).scalar_one() == MANY
    engine.dispose()
