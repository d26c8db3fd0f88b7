"""``seedbed schedule FILES``: run sweeps every night."""

import logging
import os
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from seedbed.cli.option_groups import grouped
from seedbed.cli.sweep.nightly.nightly_output import ALARM, log_to_stderr
from seedbed.cli.sweep.training_options import MAX_WORKERS
from seedbed.system.errors import InputError
from seedbed.system.text.printing import print_text

if TYPE_CHECKING:
    from seedbed.sweeps.nightly.night_log import Entry, NightLog
    from seedbed.sweeps.nightly.scheduler import Scheduler
    from seedbed.sweeps.nightly.series import Series


@dataclass(frozen=True)
class NightOptions:
    """Options of ``seedbed sweep`` that a schedule passes on to every night; None: not given.

    Attributes:
        workers: Runs at once.
        cluster: Address of a Dask scheduler.
        memory_limit: Size that the process of one run may reach.
        time_limit: Seconds that one run may take.
    """

    workers: int | None
    cluster: str | None
    memory_limit: str | None
    time_limit: str | None

    def arguments(self) -> list[str]:
        """The given ones as words of a command line."""
        flags = {
            "--workers": self.workers,
            "--cluster": self.cluster,
            "--memory-limit": self.memory_limit,
            "--time-limit": self.time_limit,
        }
        given = [(flag, str(value)) for flag, value in flags.items() if value is not None]
        return [word for pair in given for word in pair]


@dataclass(frozen=True)
class Timing:
    """When to run the nights.

    Attributes:
        cron: Times that replace the files', or None.
        timezone: Time zone that replaces the files', or None.
        now: Whether to run one night of each file at once, and end.
        grace: Seconds for current runs after a request to stop.
    """

    cron: str | None
    timezone: str | None
    now: bool
    grace: float


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@grouped(
    Timing,
    "timing",
    click.option("--cron", metavar="TIMES", help="In place of the files' times, e.g. '0 2 * * *'."),
    click.option(
        "--timezone", metavar="ZONE", help="In place of the files' zones, e.g. Europe/Zurich."
    ),
    click.option("--now", is_flag=True, help="Run one night of each file now, report and end."),
    click.option(
        "--grace",
        type=click.FloatRange(min=0),
        default=60.0,
        show_default=True,
        metavar="SECONDS",
        help="Time for current runs to finish after a request to stop.",
    ),
)
@grouped(
    NightOptions,
    "options",
    click.option("--workers", type=click.IntRange(min=1, max=MAX_WORKERS), help="Runs at once."),
    click.option("--cluster", metavar="ADDRESS", help="Train on a Dask cluster."),
    click.option("--memory-limit", metavar="SIZE", help="Memory of one run's process, e.g. 3G."),
    click.option("--time-limit", metavar="SECONDS", help="Limit for one run."),
)
@click.option("--ledger", envvar="SEEDBED_LEDGER", metavar="URL", help="postgresql://…")
def schedule(
    files: tuple[Path, ...], timing: Timing, options: NightOptions, ledger: str | None
) -> None:
    """Run sweeps every night and report what changed.

    FILES are sweep files with a schedule. Ctrl-C or SIGTERM ends it; the next start continues what
    was interrupted. With --now: exit status 0 for nothing new, 3 for an alarm.
    """
    from seedbed.sweeps.nightly.alerts.webhook import check_settings
    from seedbed.sweeps.nightly.night_log import NightLog
    from seedbed.sweeps.nightly.night_process import NightProcess
    from seedbed.sweeps.nightly.scheduler import Scheduler, ShutdownGrace, holder, only_one
    from seedbed.sweeps.nightly.series import all_series

    series = all_series(files, timing.cron, timing.timezone, timed=not timing.now)
    check_settings(series)
    log_to_stderr()
    if ledger:
        os.environ["SEEDBED_LEDGER"] = ledger  # the nights' command lines show in ps, this does not
    nights = NightLog()
    scheduler = Scheduler(
        series,
        nights,
        lambda step, arguments, log: NightProcess(arguments, log, secrets=step != "run"),
        more=options.arguments(),
        patience=ShutdownGrace(grace=timing.grace),
    )
    if timing.now and holder(nights):
        _hand_over(series, nights, scheduler)
        return
    with ExitStack() as stack:
        stack.enter_context(only_one(nights))
        if not timing.now:
            _follow_timetables(scheduler)
            return
        entries = scheduler.now()
        scheduler.adopt()
        if not scheduler.run(until=lambda busy: not busy):
            raise click.Abort
    _report(nights, entries)


def _hand_over(series: "Sequence[Series]", nights: "NightLog", scheduler: "Scheduler") -> None:
    """Leave a night of each series to the scheduler that already works on this store."""
    from seedbed.sweeps.nightly.due_nights import read_plan
    from seedbed.sweeps.nightly.scheduler import holder

    unknown = [one.name for one in series if one.name not in read_plan(nights.plan)]
    if unknown:
        raise InputError(
            f"The scheduler of this store must know the series, but {holder(nights)}"
            f" works on it and does not know {unknown[0]!r}: stop it, or give it that file too."
        )
    for entry in scheduler.now():
        text = f"{entry.sweep} waits for the scheduler of this store, {holder(nights)}."
        print_text(text)


def _follow_timetables(scheduler: "Scheduler") -> None:
    """Run each night at its time, until asked to stop."""
    scheduler.schedule()
    for name, moment in (scheduler.plan.next if scheduler.plan else {}).items():
        logging.getLogger("seedbed.nightly").info("%s: next at %s", name, f"{moment:%F %R} UTC")
    scheduler.run()


def _report(nights: "NightLog", entries: "Sequence[Entry]") -> None:
    """Print the outcome of the nights that just ran, and end with their exit status."""
    wanted = {(entry.series, entry.night) for entry in entries}
    ran = [entry for entry in nights.entries() if (entry.series, entry.night) in wanted]
    for entry in ran:
        print_text(f"{entry.sweep}: {entry.outcome or 'not judged'}")
        if entry.text:
            print_text(entry.text)
    if any(entry.outcome == "alarm" for entry in ran):
        click.get_current_context().exit(ALARM)
    if any(not entry.outcome for entry in ran):
        click.get_current_context().exit(1)
