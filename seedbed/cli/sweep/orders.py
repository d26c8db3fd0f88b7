"""``stop``, ``cancel`` and ``retry``: orders to the drivers of a sweep, through its ledger."""

import click

from seedbed.cli.completion import complete_sweep
from seedbed.cli.sweep.training_options import LEDGER
from seedbed.sweeps.driver import orders
from seedbed.system.text.terminal_lines import for_terminal


@click.command()
@click.argument("sweep", shell_complete=complete_sweep)
@LEDGER
def stop(sweep: str, ledger: str | None) -> None:
    """Let current runs finish, start no more.

    It reaches every driver of SWEEP, on every host.
    """
    click.echo(for_terminal(orders.stop(sweep, ledger)))


@click.command()
@click.argument("sweep", shell_complete=complete_sweep)
@LEDGER
def cancel(sweep: str, ledger: str | None) -> None:
    """Stop current runs now.

    It reaches every driver of SWEEP, on every host. A run that is stopped continues from its last
    checkpoint when the sweep is resumed.
    """
    click.echo(for_terminal(orders.cancel(sweep, ledger)))


@click.command()
@click.argument("sweep", shell_complete=complete_sweep)
@click.option("--failed", is_flag=True, required=True, help="The cells that failed for good.")
@LEDGER
def retry(sweep: str, failed: bool, ledger: str | None) -> None:  # noqa: ARG001 (says which cells)
    """Queue failed runs again.

    Drivers of SWEEP that are running take them; otherwise seedbed resume SWEEP does.
    """
    click.echo(for_terminal(orders.retry(sweep, ledger)))
