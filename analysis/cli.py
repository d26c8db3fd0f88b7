"""The command line: what the runs say, in words first."""

import click

from analysis.commands.report import report
from tracking.command import run_command


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def analysis() -> None:
    """What the runs say, and what they cannot say."""


def main() -> None:
    """Run the command line."""
    run_command(analysis, "python -m analysis")


for command in (report,):
    analysis.add_command(command)
