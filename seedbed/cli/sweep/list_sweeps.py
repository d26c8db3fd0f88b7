"""``seedbed list``: the sweeps of the store."""

import shutil
import sys

import click

from seedbed.cli.format_option import TEXT_OR_JSON
from seedbed.system.text.printing import print_as_is, print_text


@click.command(name="list")
@click.option(
    "--last", type=click.IntRange(min=1), default=30, show_default=True, help="How many, at most."
)
@TEXT_OR_JSON
def list_sweeps(last: int, form: str) -> None:
    """List the sweeps with their state and verdict.

    Newest first; a night is a sweep too (see seedbed nights). A sweep has a verdict once it has a
    report.
    """
    from seedbed.sweeps.ledger import sweep_list
    from seedbed.tracking.store import Store

    sweeps = sweep_list.list_sweeps(Store(), last)
    if form == "json":
        print_as_is(sweep_list.as_json(sweeps))
    elif not sweeps:
        print_text("There are no sweeps yet: seedbed sweep first runs one.")
    else:
        width = shutil.get_terminal_size().columns if sys.stdout.isatty() else None
        print_text(sweep_list.as_table(sweeps, width))
