"""``epochs``: how much choosing the best epoch on the test set adds."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from seedbed.cli.ask.imported import import_options, imported
from seedbed.cli.ask.options import from_option, output_options
from seedbed.cli.ask.printing import Format, emit
from seedbed.cli.progress_line import Waiting

if TYPE_CHECKING:
    from seedbed.analysis.answers.inputs.imported.selection import Selection


@click.command()
@click.argument("sweep", required=False)
@from_option("a CSV of runs × epochs: test accuracy")
@import_options("by", "seed", "metric")
@output_options
def epochs(
    *, sweep: str | None, from_file: Path | None, asked: "Selection", level: float, form: Format
) -> None:
    """How much does choosing the best epoch on test data add?

    Of a recorded SWEEP, from its runs' predictions by epoch; or, as a lower bound, of a file of
    test accuracies.
    """
    from seedbed.analysis.questions.predictions import epochs as answer

    with Waiting() as progress:
        result = answer(
            imported(sweep, asked, progress), from_file=from_file, level=level, progress=progress
        )
    emit(result, form)
