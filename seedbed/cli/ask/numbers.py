"""``numbers``: the spread of every number that a sweep's runs recorded."""

from dataclasses import replace

import click

from seedbed.analysis.answers.answer import Format
from seedbed.analysis.answers.numbers import numbers_of_runs
from seedbed.analysis.answers.recorded_sweep import read
from seedbed.cli.ask.options import output_options
from seedbed.cli.ask.printing import emit


@click.command()
@click.argument("sweep")
@output_options
def numbers(sweep: str, level: float, form: Format) -> None:
    """How much each number varies that the runs of SWEEP recorded, not the accuracy alone."""
    found = read(sweep)
    answer = numbers_of_runs(found, level=level)
    if form != "text":  # the others have a table of their own
        said = f"The numbers of {found.sweep.name}."
        answer = replace(answer, sentences=(said, *found.first, *found.notes))
    emit(answer, form)
