"""The command line: what the runs say, in words first.

    python -m analysis spread 75.57 75.85 76.39 --test-size 6488

Exit codes: 0 answered, 1 the verdict named by --fail-on, 2 bad input.
"""

import click

from analysis.commands.compare import compare
from analysis.commands.confusion import confusion
from analysis.commands.drift import drift
from analysis.commands.paper import paper
from analysis.commands.report import report
from analysis.commands.seeds import seeds
from analysis.commands.spread import spread
from analysis.commands.verification import verification
from tracking.command import Program


@click.group(cls=Program, context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """What the runs say, and what they cannot say."""


for command in (report, spread, paper, compare, seeds, confusion, drift, verification):
    main.add_command(command)
