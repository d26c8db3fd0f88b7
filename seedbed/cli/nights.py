"""``schedule`` and ``nights``: sweeps every night, and what came of them."""

import logging
import os
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import click

from seedbed.system.errors import InputError

ALARM = 3
"""Exit status where the last night of a series raised an alarm."""
Flag = tuple[str, str]
PASSED_ON: tuple[Flag, ...] = (
    ("workers", "--workers"),
    ("cluster", "--cluster"),
    ("memory_limit", "--memory-limit"),
    ("time_limit", "--time-limit"),
)
"""Options of ``sweeps run`` that a schedule hands to every night."""


def logs() -> None:
    """What the scheduler says, on the error stream, with the time."""
    logging.basicConfig(
        level=logging.INFO,
        stream=sys.stderr,
        format="%(asctime)s %(levelname)-7s %(message)s",
        force=True,
    )
    logging.getLogger("apscheduler").setLevel(logging.WARNING)


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--cron", metavar="TIMES", help="In place of the files', e.g. '0 2 * * *'.")
@click.option("--timezone", metavar="ZONE", help="In place of the files', e.g. Europe/Zurich.")
@click.option(
    "--now",
    is_flag=True,
    help="Run a night of each file at once, say what came of it and end.",
)
@click.option(
    "--grace",
    type=click.FloatRange(min=0),
    default=60.0,
    show_default=True,
    metavar="SECONDS",
    help="For the runs under way, once it is asked to end.",
)
@click.option("--workers", type=click.IntRange(min=1, max=1024), help="Runs at once.")
@click.option("--cluster", metavar="ADDRESS", help="Train on a Dask cluster.")
@click.option("--ledger", envvar="SEEDBED_LEDGER", metavar="URL", help="postgresql://…")
@click.option("--memory-limit", metavar="SIZE", help="Of one run's process, e.g. 3G.")
@click.option("--time-limit", metavar="SECONDS", help="Of one run.")
def schedule(
    files: tuple[Path, ...],
    cron: str | None,
    timezone: str | None,
    now: bool,
    grace: float,
    **passed: Any,
) -> None:
    """Run the sweeps of FILES night after night, and say when something changed.

    Ends with Ctrl-C or SIGTERM; what was interrupted goes on at the next start. With --now: exit
    status 0 for nothing new, 3 for an alarm.
    """
    from seedbed.sweeps.nightly.alerts.webhook import check_settings
    from seedbed.sweeps.nightly.due_nights import read_plan
    from seedbed.sweeps.nightly.night_log import NightLog
    from seedbed.sweeps.nightly.night_process import NightProcess
    from seedbed.sweeps.nightly.scheduler import Scheduler, ShutdownGrace, holder, only_one
    from seedbed.sweeps.nightly.series import all_series

    series = all_series(files, cron, timezone, timed=not now)
    check_settings(series)
    logs()
    if ledger := passed.pop("ledger"):
        os.environ["SEEDBED_LEDGER"] = ledger  # the nights' command lines show in ps, this does not
    book = NightLog()
    scheduler = Scheduler(
        series,
        book,
        lambda step, arguments, log: NightProcess(arguments, log, secrets=step != "run"),
        more=_more(passed),
        patience=ShutdownGrace(grace=grace),
    )
    with ExitStack() as stack:
        if now and holder(book):
            unknown = [one.name for one in series if one.name not in read_plan(book.plan)]
            if unknown:
                raise InputError(
                    f"The scheduler of this store must know the series, but {holder(book)}"
                    f" and does not know {unknown[0]!r}: stop it, or give it that file as well."
                )
            for entry in scheduler.now():
                click.echo(f"{entry.sweep} waits: {holder(book)} the work here.")
            return
        stack.enter_context(only_one(book))
        if not now:
            scheduler.schedule()
            for name, moment in (scheduler.plan.next if scheduler.plan else {}).items():
                logging.getLogger("seedbed.nightly").info(
                    "%s: next at %s", name, f"{moment:%F %R} UTC"
                )
            scheduler.run()
            return
        mine = scheduler.now()
        scheduler.adopt()
        if not scheduler.run(until=lambda busy: not busy):
            raise click.Abort
    _end_of_now(book, mine)


def _end_of_now(book: Any, mine: Sequence[Any]) -> None:
    """Say what came of the nights that were just run, and end with their exit status."""
    wanted = {(one.series, one.night) for one in mine}
    found = [one for one in book.entries() if (one.series, one.night) in wanted]
    for one in found:
        click.echo(f"{one.sweep}: {one.outcome or 'not judged'}")
        if one.text:
            click.echo(one.text)
    if any(one.outcome == "alarm" for one in found):
        click.get_current_context().exit(ALARM)
    if any(not one.outcome for one in found):
        click.get_current_context().exit(1)


def _more(passed: dict[str, Any]) -> list[str]:
    more: list[str] = []
    for key, flag in PASSED_ON:
        if passed[key] is not None:
            more += [flag, str(passed[key])]
    return more


@click.command()
@click.option("--series", multiple=True, metavar="NAME", help="Only these series.")
@click.option("--last", type=click.IntRange(min=1), default=14, show_default=True, help="Nights.")
@click.option(
    "--check",
    "look",
    is_flag=True,
    help="Judge what ended and send what waits first; exit status 3 where the last night of a "
    "series raised an alarm.",
)
@click.option(
    "--accept",
    metavar="NAME",
    help="Take the level of this series since its alarm for the new normal.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON, for programs.")
def nights(
    series: tuple[str, ...], last: int, look: bool, accept: str | None, as_json: bool
) -> None:
    """Past and next nights, and what came of them."""
    from seedbed.sweeps.nightly import listing
    from seedbed.sweeps.nightly.night_log import NightLog

    book = NightLog()
    _known(book, (*series, *([accept] if accept else [])))
    if accept is not None:
        from seedbed.sweeps.nightly.judge_nights import accept as take

        click.echo(f"{accept}: the level since {take(accept)} is the new normal.")
        return
    code = 0
    if look:
        from seedbed.sweeps.nightly.judge_nights import check

        logs()
        code = ALARM if check(book, series).alarm else 0
    entries = [one for one in book.entries() if not series or one.series in series]
    moment = listing.utc_now()
    if as_json:
        click.echo(listing.as_json(book, entries, series, moment))
    else:
        click.echo(listing.show(book, entries, series, last, moment))
    click.get_current_context().exit(code)


def _known(book: Any, wanted: Sequence[str]) -> None:
    """Refuse a series of which there is neither a night nor a plan."""
    from seedbed.sweeps.nightly.due_nights import read_plan

    known = {one.series for one in book.entries()} | set(read_plan(book.plan))
    for name in wanted:
        if name not in known:
            there = ", ".join(sorted(known)) or "none yet"
            raise InputError(
                f"There is no series {name!r}; they are: {there}. seedbed schedule FILE makes one."
            )
