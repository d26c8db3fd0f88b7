"""``epochs``: how much choosing the best epoch on the test set adds."""

from pathlib import Path

import click

from seedbed.cli.ask.options import from_option, output_options
from seedbed.cli.ask.printing import Format, emit
from seedbed.cli.progress_line import Waiting


@click.command()
@click.argument("sweep", required=False)
@from_option("a CSV of runs × epochs: test accuracy")
@output_options
def epochs(sweep: str | None, from_file: Path | None, level: float, form: Format) -> None:
    """How much does choosing the best epoch on test data add?

    Of a recorded SWEEP, from its runs' predictions by epoch; or, as a lower bound, of a file of
    test accuracies.
    """
    from seedbed.analysis.questions.predictions import epochs as answer

    with Waiting() as progress:
        result = answer(sweep, from_file=from_file, level=level, progress=progress)
    emit(result, form)
