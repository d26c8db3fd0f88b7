"""``calibration``: whether 80 % sure means right 8 times in 10."""

from pathlib import Path

import click

from seedbed.cli.ask.options import from_option, output_options
from seedbed.cli.ask.printing import Format, emit
from seedbed.cli.progress_line import Waiting


@click.command()
@click.argument("sweep", required=False)
@from_option(
    "a CSV with a row per prediction: confidence, correct (1 or 0) and, of several runs, run"
)
@output_options
def calibration(sweep: str | None, from_file: Path | None, level: float, form: Format) -> None:
    """Do the probabilities mean what they say?

    Those of a recorded SWEEP's runs, or those of a file.
    """
    from seedbed.analysis.questions.predictions import calibration as answer

    with Waiting() as progress:
        result = answer(sweep, from_file=from_file, level=level, progress=progress)
    emit(result, form)
