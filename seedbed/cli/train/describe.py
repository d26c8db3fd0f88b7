"""``seedbed describe NAME``: where each random number of a network comes from."""

import click

from seedbed.cli.train.experiment_command import ExperimentGroup
from seedbed.runs.execution.catalog import Experiment
from seedbed.runs.settings.options import RunOptions
from seedbed.system.text.printing import print_lines, print_text


def print_random_sources(experiment: Experiment, options: RunOptions) -> int:
    """Print where the network's random numbers come from."""
    from seedbed.runs.reproduce import random_sources

    seeds, rows = random_sources.describe(experiment, options)
    words = ", ".join(f"{source} {seed}" for source, seed in seeds.asdict().items())
    print_text(f"{experiment.name}, the seed of each source: {words}\n")
    print_lines(random_sources.table(rows))
    text = (
        "The order of the training examples in epoch e follows from the order seed and e alone; "
        "the split seed decides which examples train and which validate."
    )
    print_text(f"\n{text}")
    return 0


class _Description(ExperimentGroup):
    act = staticmethod(print_random_sources)


@click.group(name="describe", cls=_Description)
def describe() -> None:
    """Show which seed each layer, mask and shuffle gets.

    NAME is one of these experiments, or the path of a file of your own.
    """
