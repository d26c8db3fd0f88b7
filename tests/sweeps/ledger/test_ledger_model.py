"""A model of the ledger: whatever drivers do and suffer, each cell has one owner and one result.

Hypothesis tries sequences of what several drivers on several hosts can meet: claims, results that
arrive once, twice or too late, failures, crashes, suspended drivers, clocks that jump, a driver
that joins, a retry by hand. A model in plain Python says what must be true after each step.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from unittest import mock

import pytest
from hypothesis import HealthCheck, settings, strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    invariant,
    multiple,
    precondition,
    rule,
    run_state_machine_as_test,
)

from seedbed.sweeps.design.design import Design, load
from seedbed.sweeps.ledger.leases import LEASE_S, UNMARKED_S
from seedbed.sweeps.ledger.ledger import MAX_TRIES, Claim, Ledger
from seedbed.sweeps.ledger.reader import LedgerReader
from seedbed.sweeps.ledger.storages import journal_record
from seedbed.sweeps.ledger.storages.open_record import open_record
from seedbed.sweeps.ledger.storages.open_storage import open_storage
from seedbed.sweeps.ledger.storages.tally import tally_of
from seedbed.sweeps.ledger.storages.trial_state import TrialState
from seedbed.sweeps.ledger.trial_attributes import OWNER
from seedbed.system.processes.process_identity import Owner
from tests.support.tallies import told

Write = Callable[..., Path]
CELLS = 4
MOST_DRIVERS = 8
"""A database takes so many connections and no more."""


@dataclass
class Driver:
    """A process on a host of its own, whose clock the test moves."""

    owner: Owner
    ledger: Ledger
    held: dict[int, Claim] = field(default_factory=dict)


@dataclass
class Taken:
    """A claim, and who made it."""

    driver: Driver
    claim: Claim


class LedgerMachine(RuleBasedStateMachine):
    """Drivers of one sweep. ``design`` and ``url`` are set by the test."""

    design: Design
    url: str | None
    sweeps = 0

    drivers = Bundle("drivers")
    claims = Bundle("claims")

    def __init__(self) -> None:
        super().__init__()
        LedgerMachine.sweeps += 1
        self.name = f"model{LedgerMachine.sweeps}"
        self.now = 0.0
        self.started = 0
        self.opened: list[Ledger] = []
        self.running: dict[str, int] = {}
        """Cell → the try that the model holds to be running."""
        self.results: dict[str, float] = {}
        self.tries: Counter[str] = Counter()

    def teardown(self) -> None:
        """Run what is left, as a driver that lives to the end does: nothing may be lost."""
        try:
            self._run_what_is_left()
        finally:
            for ledger in self.opened:
                ledger.close()

    def _run_what_is_left(self) -> None:
        last = self._new_driver()
        for _ in range(10):  # a cell may be tried again and again until nobody holds it
            self._advance(2 * LEASE_S)
            with self._as(last):
                self._give_back(last)
                self._advance(2 * LEASE_S)
                self._give_back(last)
                while (claim := last.ledger.claim()) is not None:
                    self._claimed(claim)
                    self._ends(claim)
                    assert last.ledger.done(claim.trial_id, 0.5)
                    self._has_result(claim, 0.5)
        self.each_cell_is_where_the_model_says()
        standings = last.ledger.standings()
        assert set(standings.values()) <= {"done", "failed"}, standings

    # Drivers

    @precondition(lambda self: len(self.opened) < MOST_DRIVERS)
    @rule(target=drivers)
    def join(self) -> Driver:
        """A driver starts, or one that was killed is started again."""
        return self._new_driver()

    @rule(driver=consumes(drivers))
    def crash(self, driver: Driver) -> None:
        """A driver vanishes with its host; nobody is told."""

    @rule(seconds=st.sampled_from([1.0, UNMARKED_S + 1, LEASE_S + 1, 86_400.0]))
    def time_passes(self, seconds: float) -> None:
        """Also while a driver is suspended or a virtual machine is frozen."""
        self._advance(seconds)

    @rule(driver=drivers)
    def renew(self, driver: Driver) -> None:
        """A driver shows that it lives."""
        with self._as(driver):
            driver.ledger.leases.renew()

    @rule(driver=drivers)
    def take_back(self, driver: Driver) -> None:
        """A driver looks for claims whose owners let their lease expire."""
        with self._as(driver):
            self._give_back(driver)

    # Cells

    @rule(target=claims, driver=drivers)
    def claim(self, driver: Driver) -> object:
        """A driver takes the next cell."""
        with self._as(driver):
            driver.ledger.leases.renew()
            claim = driver.ledger.claim()
        if claim is None:
            return multiple()
        self._claimed(claim)
        return Taken(driver, claim)

    @rule(target=claims, driver=drivers)
    def crash_between_claim_and_mark(self, driver: Driver) -> object:
        """The driver dies before it noted whose claim it is."""

        class Killed(BaseException):
            pass

        def killed(*_: object) -> None:
            raise Killed

        storage = driver.ledger._filled.storage
        with self._as(driver), mock.patch.object(storage, "set_trial_user_attr", killed):
            try:
                claim = driver.ledger.claim()
            except Killed:
                found = [
                    t for t in driver.ledger.trials(TrialState.RUNNING) if OWNER not in t.attrs
                ]
                for trial in found:
                    self.running.setdefault(trial.attrs["cell"], trial.trial_id)
            else:
                if claim is not None:  # PostgreSQL claims and marks in one statement
                    self._claimed(claim)
                    return Taken(driver, claim)
        return multiple()

    @rule(taken=claims, score=st.sampled_from([0.25, 0.75]), times=st.integers(1, 3))
    def deliver(self, taken: Taken, score: float, times: int) -> None:
        """A result arrives, once or several times, in time or after the claim was lost."""
        claim = taken.claim
        for _ in range(times):
            with self._as(taken.driver):
                counted = taken.driver.ledger.done(claim.trial_id, score, "0" * 64)
            if self.running.get(claim.cell.id) == claim.trial_id:
                assert counted, "the owner of a claim must be able to record its result"
                self._ends(claim)
                self._has_result(claim, score)
            elif counted:
                assert self.results.get(claim.cell.id) == score, "only what is recorded may count"

    @rule(taken=claims, again=st.booleans())
    def fail(self, taken: Taken, again: bool) -> None:
        """A try fails; its failure may be reported twice or too late."""
        claim = taken.claim
        with self._as(taken.driver):
            counted = taken.driver.ledger.failed(claim.trial_id, "it failed", again)
        owns = self.running.get(claim.cell.id) == claim.trial_id
        assert counted == owns
        if owns:
            self._ends(claim)
            self.tries[claim.cell.id] += 1

    @rule(taken=claims)
    def give_back(self, taken: Taken) -> None:
        """A driver is stopped on request."""
        with self._as(taken.driver):
            counted = taken.driver.ledger.returned(taken.claim.trial_id, "stopped")
        assert counted == (self.running.get(taken.claim.cell.id) == taken.claim.trial_id)
        if counted:
            self._ends(taken.claim)

    @rule(driver=drivers)
    def retry_failed(self, driver: Driver) -> None:
        """Somebody calls ``seedbed retry``."""
        with self._as(driver):
            again = driver.ledger.retry_failed()
        assert not set(again) & (set(self.results) | set(self.running))

    # What must be true

    @invariant()
    def each_cell_is_where_the_model_says(self) -> None:
        """Nothing is lost, doubled or forgotten, by either way of reading."""
        if not self.opened:
            return
        ledger = self.opened[-1]
        trials = ledger.trials()
        complete = Counter(t.attrs["cell"] for t in trials if t.state == TrialState.COMPLETE)
        running = Counter(t.attrs["cell"] for t in trials if t.state == TrialState.RUNNING)
        waiting = Counter(t.attrs["cell"] for t in trials if t.state == TrialState.WAITING)
        assert ledger.scores() == self.results
        assert all(count == 1 for count in complete.values()), "a cell was recorded twice"
        assert running == Counter(dict.fromkeys(self.running, 1))
        assert not set(running) & set(complete), "a cell that is done runs"
        assert all(count == 1 for count in waiting.values()), "a cell waits twice"
        assert not set(waiting) & (set(complete) | set(running)), "a cell waits that has an owner"
        assert len(ledger.standings()) == CELLS
        with (
            mock.patch.object(journal_record, "KEEP_FROM", 3),
            closing(LedgerReader(open_record(self.name, self.url))) as quick,
        ):
            assert told(quick.tally()) == told(tally_of(trials))
            assert quick.trials() == trials
            assert quick.notes.every() == ledger.notes.every()
        assert told(ledger.tally()) == told(tally_of(trials))

    # Helpers

    def _new_driver(self) -> Driver:
        self.started += 1
        owner = Owner(f"host{self.started}", "boot", 100 + self.started, 1, f"m{self.started}")
        storage = open_storage(self.name, self.url)
        ledger = Ledger.of(self.design, storage)
        ledger.leases._clock = lambda: self.now
        ledger.queue(self.design.cells)
        self.opened.append(ledger)
        return Driver(owner, ledger)

    @contextmanager
    def _as(self, driver: Driver) -> Iterator[None]:
        with mock.patch.object(Owner, "this", classmethod(lambda _: driver.owner)):
            yield

    def _advance(self, seconds: float) -> None:
        self.now += seconds

    def _give_back(self, driver: Driver) -> None:
        for trial in driver.ledger.leases.abandoned():
            cell = trial.attrs["cell"]
            assert trial.attrs.get(OWNER) != driver.owner.asdict(), "a driver took from itself"
            if driver.ledger.lost(trial.trial_id, "its driver is away"):
                assert self.running.pop(cell) == trial.trial_id

    def _claimed(self, claim: Claim) -> None:
        assert claim.cell.id not in self.running, "a cell was claimed twice"
        assert claim.cell.id not in self.results, "a cell that is done was claimed"
        assert claim.tries < MAX_TRIES
        self.running[claim.cell.id] = claim.trial_id

    def _ends(self, claim: Claim) -> None:
        assert self.running.pop(claim.cell.id) == claim.trial_id

    def _has_result(self, claim: Claim, score: float) -> None:
        assert claim.cell.id not in self.results
        self.results[claim.cell.id] = score


def _check(design: Design, url: str | None, examples: int, steps: int) -> None:
    LedgerMachine.design, LedgerMachine.url = design, url
    run_state_machine_as_test(
        LedgerMachine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.fixture
def design(write_design: Write) -> Design:
    return load(write_design(seeds=CELLS))


def test_the_ledger_keeps_to_its_model(design: Design, ledger_url: str | None) -> None:
    _check(design, ledger_url, examples=5, steps=20)


@pytest.mark.long
@pytest.mark.timeout(900)
def test_the_ledger_keeps_to_its_model_at_length(design: Design, ledger_url: str | None) -> None:
    examples = 100 if ledger_url is None else 30  # opening a database takes more time than a file
    _check(design, ledger_url, examples=examples, steps=50)
