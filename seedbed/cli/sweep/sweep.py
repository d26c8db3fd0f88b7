"""``seedbed sweep FILE``: run a sweep."""

from pathlib import Path

import click

from seedbed.cli.sweep.find_sweep import sweep_name
from seedbed.cli.sweep.run_and_report import run_and_report
from seedbed.cli.sweep.training_options import TrainingOptions, training_options


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--name", help="Name of the sweep  [default: the file's `name`, or its file name].")
@training_options
def sweep(file: Path, name: str | None, training: TrainingOptions) -> None:
    """Run the sweep that FILE describes; finished runs are kept."""
    from seedbed.sweeps.design.design import load

    run_and_report(load(file, None if name is None else sweep_name(name, "--name")), training)
