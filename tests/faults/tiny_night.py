"""A night of tiny runs: a real scheduler, night log, sweep and judgement, in forked processes."""

import os
import signal
import traceback
from collections.abc import Callable, Sequence
from multiprocessing import util
from pathlib import Path

from seedbed.sweeps.nightly.judge_nights import check
from seedbed.sweeps.nightly.night_log import NightLog
from seedbed.sweeps.nightly.night_process import Child
from seedbed.sweeps.nightly.runner import Step
from seedbed.sweeps.nightly.scheduler import Scheduler, ShutdownGrace, only_one
from seedbed.sweeps.nightly.series import all_series
from seedbed.system.processes.process_identity import Owner
from tests.faults.tiny_sweep import damage, run

SERIES = "nightly"


class Forked:
    """A fork of this process that does something; what it prints is in a log."""

    def __init__(self, work: Callable[[], int], log: Path) -> None:
        self._code: int | None = None
        pid = os.fork()
        if pid == 0:
            try:
                os.closerange(3, 256)  # such as the scheduler's lock
                with log.open("a") as said:
                    os.dup2(said.fileno(), 2)
                    code = work()
                    util._exit_function()  # type: ignore[attr-defined]  # as a process of its own
                    os._exit(code)
            except BaseException:
                traceback.print_exc()
                os._exit(1)
        self.owner = Owner.of(pid)

    def poll(self) -> int | None:
        """Its exit status; None while it runs."""
        if self._code is None:
            ended, status = os.waitpid(self.owner.pid, os.WNOHANG)
            self._code = os.waitstatus_to_exitcode(status) if ended else None
        return self._code

    def send(self, number: int) -> None:
        """Send it a signal."""
        os.kill(self.owner.pid, number)


def write_series(folder: Path, seeds: int) -> Path:
    """The file of the nights."""
    path = folder / f"{SERIES}.yaml"
    path.write_text(
        f"name: {SERIES}-{{date}}\nquestion: q?\nexperiment: mnist_cnn\n"
        f"options: {{dataset: digits, epochs: 2}}\nseeds: {seeds}\n"
        'schedule: {cron: "0 2 * * *", fresh: 1}\n'
    )
    return path


def night(file: Path) -> None:
    """Run a night now, or go on with one that was begun, until it is judged."""

    def start(step: Step, arguments: Sequence[str], log: Path) -> Child:
        if step == "run":
            return Forked(lambda: _sweep(Path(arguments[1])), log)
        return Forked(_judge, log)

    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    nights = NightLog()
    series = all_series([file], None, None, timed=False)
    scheduler = Scheduler(series, nights, start, patience=ShutdownGrace(tick=0.01))
    with only_one(nights):
        if not nights.entries():
            scheduler.now()
        scheduler.adopt()
        scheduler.run(until=lambda busy: not busy)


def _sweep(file: Path) -> int:
    """Exit status of a sweep."""
    result = run(file)
    return 130 if result.stopped else 1 if result.failed or result.undelivered else 0


def _judge() -> int:
    check(NightLog(), (SERIES,))
    return 0


def night_damage(store_path: Path) -> list[str]:
    """What is not as it must be after the night, once its sweep was gone on with.

    A sweep that an error ends is not begun again by itself: its night raises an alarm.
    """
    entries = NightLog().entries()
    if len(entries) != 1:
        return [f"nights: {[(one.sweep, one.standing) for one in entries]}"]
    entry = entries[0]
    found = [] if entry.outcome else [f"{entry.sweep} is {entry.standing} and not judged"]
    if entry.code and entry.outcome != "alarm":
        found.append(f"no alarm although {entry.reason}")
    file = NightLog().path(entry, ".yaml")
    if entry.code:
        run(file)
    return found + damage(file, store_path)
