"""``seedbed run NAME --option …``: one run, trained here and recorded in MLflow."""

import click

from seedbed.cli.train.experiment_command import ExperimentGroup
from seedbed.runs.execution.catalog import Experiment
from seedbed.runs.settings.options import RunOptions


def train(experiment: Experiment, options: RunOptions) -> int:
    """Train one run here; return the exit code."""
    from seedbed.runs.execution.single_run import EXIT_CODES, train_here

    return EXIT_CODES[train_here(experiment, options).state]


class _Training(ExperimentGroup):
    act = staticmethod(train)


@click.group(name="run", cls=_Training)
def run() -> None:
    """Train one network once and record the run.

    NAME is one of these experiments, or the path of a file of your own.
    """
