"""``seedbed nights``: past and next nights."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from seedbed.cli.format_option import TEXT_OR_JSON
from seedbed.cli.sweep.nightly.nightly_output import ALARM, log_to_stderr
from seedbed.system.errors import InputError
from seedbed.system.text.printing import print_as_is, print_text

if TYPE_CHECKING:
    from seedbed.sweeps.nightly.night_log import NightLog


@click.command()
@click.option("--series", multiple=True, metavar="NAME", help="Only these series.")
@click.option(
    "--last",
    type=click.IntRange(min=1),
    default=14,
    show_default=True,
    help="How many nights, at most.",
)
@click.option(
    "--check",
    "judge",
    is_flag=True,
    help="Judge ended nights and send waiting alarms first; exit status 3 if the last night of a "
    "series raised an alarm.",
)
@click.option("--accept", metavar="NAME", help="Accept the level of this series since its alarm.")
@TEXT_OR_JSON
def nights(series: tuple[str, ...], last: int, judge: bool, accept: str | None, form: str) -> None:
    """Show past and next nights, or accept a change."""
    from seedbed.sweeps.nightly import listing
    from seedbed.sweeps.nightly.night_log import NightLog

    log = NightLog(only_read=not judge)
    _check_known(log, (*series, *([accept] if accept else [])))
    if accept is not None:
        from seedbed.sweeps.nightly.judge_nights import accept as accept_level

        text = f"{accept}: the level since {accept_level(accept)} is the new normal."
        print_text(text)
        return
    code = 0
    if judge:
        from seedbed.sweeps.nightly.judge_nights import check

        log_to_stderr()
        code = ALARM if check(log, series).alarm else 0
    entries = [entry for entry in log.entries() if not series or entry.series in series]
    moment = listing.utc_now()
    if form == "json":
        print_as_is(listing.as_json(log, entries, series, moment))
    else:
        print_text(listing.show(log, entries, series, last, moment))
    click.get_current_context().exit(code)


def _check_known(log: "NightLog", wanted: Sequence[str]) -> None:
    """Refuse a series that has neither a night nor a plan."""
    from seedbed.sweeps.nightly.due_nights import read_plan

    known = {entry.series for entry in log.entries()} | set(read_plan(log.plan))
    for name in wanted:
        if name not in known:
            there = ", ".join(sorted(known)) or "none yet"
            raise InputError(
                f"There is no series {name!r}; they are: {there}. seedbed schedule FILE makes one."
            )
