"""``stop``, ``cancel`` and ``retry``: orders to the drivers of a sweep, through its ledger."""

import click

from seedbed.cli.completion import complete_sweep
from seedbed.cli.sweep.training_options import LEDGER
from seedbed.sweeps.driver import orders
from seedbed.system.text.printing import print_text


@click.command()
@click.argument("sweep", shell_complete=complete_sweep)
@LEDGER
def stop(sweep: str, ledger: str | None) -> None:
    """Let current runs finish, start no more.

    It reaches every driver of SWEEP, on every host.
    """
    print_text(orders.stop(sweep, ledger))


@click.command()
@click.argument("sweep", shell_complete=complete_sweep)
@LEDGER
def cancel(sweep: str, ledger: str | None) -> None:
    """Stop current runs now.

    It reaches every driver of SWEEP, on every host. A run that is stopped continues from its last
    checkpoint when the sweep is resumed.
    """
    print_text(orders.cancel(sweep, ledger))


@click.command()
@click.argument("sweep", shell_complete=complete_sweep)
@click.option("--failed", is_flag=True, required=True, help="The cells that failed for good.")
@LEDGER
def retry(sweep: str, failed: bool, ledger: str | None) -> None:  # noqa: ARG001 (says which cells)
    """Queue failed runs again.

    Drivers of SWEEP that are running take them; otherwise seedbed resume SWEEP does.
    """
    print_text(orders.retry(sweep, ledger))
