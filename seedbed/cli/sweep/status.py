"""``seedbed status SWEEP``: how far a sweep is."""

from contextlib import closing

import click

from seedbed.cli.completion import complete_sweep
from seedbed.cli.format_option import TEXT_OR_JSON
from seedbed.cli.sweep.training_options import LEDGER
from seedbed.sweeps.driver.find_sweep import ledger_of_sweep
from seedbed.system.text.printing import print_as_is, print_lines
from seedbed.system.text.terminal_escape import inert


@click.command()
@click.argument("sweep", shell_complete=complete_sweep)
@LEDGER
@TEXT_OR_JSON
def status(sweep: str, ledger: str | None, form: str) -> None:
    """Show which runs are done, running, failed and left.

    SWEEP is the name of a sweep, or its file. Running: where and since when; failed: why.
    """
    from seedbed.sweeps.ledger.status import read_status, show

    with closing(ledger_of_sweep(sweep, ledger)) as opened:
        found = read_status(opened)
    if form == "json":
        print_as_is(inert(found.as_json()))
    else:
        print_lines(show(found))
