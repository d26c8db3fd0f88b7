"""``stop``, ``cancel`` and ``retry``: orders to the drivers of a sweep, through its ledger."""

from contextlib import closing

import click

from seedbed.cli.completion import complete_sweep
from seedbed.cli.sweep.find_sweep import fillable_ledger, ledger_of_sweep
from seedbed.cli.sweep.training_options import LEDGER


@click.command()
@click.argument("sweep", shell_complete=complete_sweep)
@LEDGER
def stop(sweep: str, ledger: str | None) -> None:
    """Let current runs finish, start no more.

    It reaches every driver of SWEEP, on every host.
    """
    with closing(ledger_of_sweep(sweep, ledger)) as opened:
        opened.order("stop")
    click.echo(f"{sweep}: current runs finish, no more start. seedbed resume {sweep} continues it.")


@click.command()
@click.argument("sweep", shell_complete=complete_sweep)
@LEDGER
def cancel(sweep: str, ledger: str | None) -> None:
    """Stop current runs now.

    It reaches every driver of SWEEP, on every host. A run that is stopped continues from its last
    checkpoint when the sweep is resumed.
    """
    with closing(ledger_of_sweep(sweep, ledger)) as opened:
        opened.order("cancel")
    click.echo(f"{sweep}: current runs stop now. seedbed resume {sweep} continues it.")


@click.command()
@click.argument("sweep", shell_complete=complete_sweep)
@click.option("--failed", is_flag=True, required=True, help="The cells that failed for good.")
@LEDGER
def retry(sweep: str, failed: bool, ledger: str | None) -> None:  # noqa: ARG001 (says which cells)
    """Queue failed runs again.

    Drivers of SWEEP that are running take them; otherwise seedbed resume SWEEP does.
    """
    with closing(fillable_ledger(sweep, ledger)) as opened:
        again = opened.retry_failed()
    cells = "1 cell waits" if len(again) == 1 else f"{len(again)} cells wait"
    click.echo(f"{sweep}: {cells} again. seedbed resume {sweep} runs what waits.")
