"""``ensemble``: what averaging the runs' probabilities would give."""

from pathlib import Path

import click

from seedbed.cli.ask.options import from_option, output_options
from seedbed.cli.ask.printing import Format, emit
from seedbed.cli.progress_line import Waiting


@click.command()
@click.argument("sweep", required=False)
@from_option(
    "a CSV with a row per run and example: run, label (true class), one column of probabilities "
    "per class named after it, and optionally example"
)
@output_options
def ensemble(sweep: str | None, from_file: Path | None, level: float, form: Format) -> None:
    """What would an ensemble of the runs score?

    The mean of the runs' probabilities, of any number of runs: of a recorded SWEEP, or of a file.
    """
    from seedbed.analysis.questions.predictions import ensemble as answer

    with Waiting() as progress:
        result = answer(sweep, from_file=from_file, level=level, progress=progress)
    emit(result, form)
