"""``seedbed resume SWEEP``: finish a sweep that was stopped."""

import click

from seedbed.cli.completion import complete_sweep
from seedbed.cli.sweep.run_and_report import run_and_report
from seedbed.cli.sweep.training_options import TrainingOptions, training_options
from seedbed.sweeps.driver.find_sweep import design_of_sweep


@click.command()
@click.argument("sweep", shell_complete=complete_sweep)
@training_options
def resume(sweep: str, training: TrainingOptions) -> None:
    """Resume SWEEP by name.

    Several drivers may run one sweep: start this on each host, with the same --ledger.
    """
    run_and_report(design_of_sweep(sweep, training.ledger), training)
