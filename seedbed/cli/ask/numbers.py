"""``numbers``: the spread of every number that a sweep's runs recorded."""

import click

from seedbed.cli.ask.options import output_options
from seedbed.cli.ask.printing import Format, emit
from seedbed.cli.progress_line import Waiting


@click.command()
@click.argument("sweep")
@output_options
def numbers(sweep: str, level: float, form: Format) -> None:
    """Print the numbers that a repeated script gave.

    Of a recorded SWEEP: mean, sd and range of each number that its runs recorded.
    """
    from seedbed.analysis.questions.recorded import numbers as answer

    with Waiting() as progress:
        result = answer(sweep, level=level, progress=progress)
    emit(result, form)
