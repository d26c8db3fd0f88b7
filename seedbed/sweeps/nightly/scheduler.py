"""The scheduler: waits for the next night, runs it, and can be stopped and killed at any time."""

import logging
import signal
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from types import FrameType

from seedbed.sweeps.nightly.due_nights import Due, Plan
from seedbed.sweeps.nightly.night_log import Entry, NightLog
from seedbed.sweeps.nightly.runner import Runner, Start
from seedbed.sweeps.nightly.series import Series, night_key
from seedbed.system.errors import InputError, LockedError
from seedbed.system.files.file_lock import FileLock

LOG = logging.getLogger("seedbed.nightly")
TICK_S = 1.0
LAST_WORDS_S = 20.0
"""Between being asked to stop at once and being killed."""
LISTED = 7
"""Missed nights that are written down one by one."""
LOCK_WAIT_S = 1.0
"""Longer than it takes ``nights`` to see whether a scheduler runs."""
Clock = Callable[[], datetime]


def wall_clock() -> datetime:
    """The time, in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class ShutdownGrace:
    """How long to wait, in seconds.

    Attributes:
        tick: Between two looks at the clock.
        grace: For current runs, once asked to stop.
    """

    tick: float = TICK_S
    grace: float = 60.0


class Scheduler:
    """Nights of several series, one at a time.

    Args:
        series: What is scheduled.
        night_log: Where the nights are kept.
        start: Starts a process.
        more: Further arguments of ``seedbed sweep``.
        clock: The time, in UTC.
        patience: How long to wait.
    """

    def __init__(
        self,
        series: Sequence[Series],
        night_log: NightLog,
        start: Start,
        *,
        more: Sequence[str] = (),
        clock: Clock = wall_clock,
        patience: ShutdownGrace | None = None,
    ) -> None:
        self._series = {one.name: one for one in series}
        self._night_log = night_log
        self._clock = clock
        self._patience = patience or ShutdownGrace()
        self._asked = 0
        self._woken = threading.Event()
        self.runner = Runner(night_log, self._series, start, more, clock)
        self.plan: Plan | None = None

    def schedule(self) -> None:
        """Begin to follow the timetables, and settle what an earlier scheduler left."""
        timed = [one for one in self._series.values() if one.timetable is not None]
        self.plan = Plan(self._night_log.plan, timed, self._clock(), self._known)
        now = self._clock()
        nights = self.plan.next
        self.runner.recover(lambda entry: nights.get(entry.series, now) <= now)

    def adopt(self) -> None:
        """Settle what an earlier scheduler left, without following the timetables."""
        self.runner.recover(lambda _: False)

    def now(self) -> list[Entry]:
        """Have one night of every series run at once."""
        return [self._queue(one, self._clock()) for one in self._series.values()]

    def look(self) -> bool:
        """Look once at the clock and at the running night; True while there is something to do."""
        if self.plan is not None:
            for due in self.plan.due(self._clock()):
                self._take(due)
        return self.runner.look()

    def run(self, until: Callable[[bool], bool] = lambda _: False) -> bool:
        """Look again and again; False when it was asked to stop.

        Args:
            until: Told whether there is something to do; True ends it.
        """
        with self._signals():
            while not self._asked:
                if until(self.look()):
                    return True
                self._woken.wait(self._patience.tick)
            self._stop()
        return False

    # What is due

    def _known(self, series: str, planned: datetime) -> bool:
        return any(one.planned_at == planned for one in self._night_log.entries(series))

    def _take(self, due: Due) -> None:
        skip = due.series.schedule.missed == "skip"
        for planned in due.before[-LISTED:]:
            self._miss(
                due.series, planned, "no scheduler was running, or the clock was set forward"
            )
        under_way = [
            one
            for one in self._night_log.entries(due.series.name)
            if one.standing in ("waiting", "running")
        ]
        if due.late and skip:
            self._miss(due.series, due.planned, "it could not start in time")
        elif under_way and (skip or any(one.standing == "waiting" for one in under_way)):
            self._miss(due.series, due.planned, f"{under_way[-1].sweep} was not finished")
        else:
            self._queue(due.series, due.planned)

    def _queue(self, series: Series, planned: datetime) -> Entry:
        taken = [one.night for one in self._night_log.entries(series.name)]
        night = night_key(series, planned, taken)
        return self._night_log.add(series.name, night, series.sweep(night), series.path, planned)

    def _miss(self, series: Series, planned: datetime, reason: str) -> None:
        taken = [one.night for one in self._night_log.entries(series.name)]
        night = night_key(series, planned, taken)
        LOG.warning("%s is left out: %s", series.sweep(night), reason)
        self._night_log.add(
            series.name,
            night,
            series.sweep(night),
            series.path,
            planned,
            standing="missed",
            reason=reason,
        )

    # The end

    def _stop(self) -> None:
        """Let the running night finish within the grace; else stop it, or kill it."""
        for number, patience in (
            (signal.SIGINT, self._patience.grace),
            (signal.SIGTERM, LAST_WORDS_S),
        ):
            if self.runner.busy:
                LOG.info("stopping: the running night has %s s to finish", f"{patience:g}")
                self.runner.stop(number)
                self._await(patience, at_most=2 if number == signal.SIGINT else 99)
        self.runner.give_up()
        self._await(LAST_WORDS_S, at_most=99)
        self.runner.leave()
        LOG.info("stopped")

    def _await(self, seconds: float, at_most: int) -> None:
        """Wait for the running night, so long or until asked again."""
        end = time.monotonic() + seconds
        while self.runner.ended is None and time.monotonic() < end and self._asked < at_most:
            self._woken.wait(0.1)
            self._woken.clear()

    @contextmanager
    def _signals(self) -> Iterator[None]:
        def stop(_number: int, _frame: FrameType | None) -> None:
            self._asked += 1
            self._woken.set()

        before = {n: signal.signal(n, stop) for n in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


@contextmanager
def only_one(night_log: NightLog) -> Iterator[None]:
    """Hold the lock that says that a scheduler works on this store.

    Raises:
        InputError: Another one does.
        StoreError: The store's file system has no locks.
    """
    with ExitStack() as stack:
        try:
            stack.enter_context(_lock(night_log).held())
        except LockedError:
            raise InputError(
                f"One scheduler at most may work on a store, but {holder(night_log)} works on "
                "this one: stop it, or set SEEDBED_STORE to another folder."
            ) from None
        yield


def holder(night_log: NightLog) -> str:
    """Which scheduler works on this store, in words; empty where none does."""
    return _lock(night_log).holder()


def _lock(night_log: NightLog) -> FileLock:
    return FileLock(night_log.folder / "scheduler.lock", LOCK_WAIT_S)
