"""``calibration``: does 80 % sure mean right 8 times in 10?"""

from pathlib import Path

import click

from seedbed.analysis.answers.answer import Format
from seedbed.analysis.answers.calibration import (
    calibration_of_answers,
    calibration_of_runs,
    read_answers,
)
from seedbed.analysis.answers.recorded_sweep import (
    each,
    read,
)
from seedbed.cli.ask.options import ListCommand, csv_option, one_way, output_options
from seedbed.cli.ask.printing import emit


@click.command(cls=ListCommand)
@click.argument("sweep", required=False)
@csv_option("CSV with a row per answer: confidence, correct (1 or 0) and, of several runs, run")
@output_options
def calibration(sweep: str | None, from_csv: Path | None, level: float, form: Format) -> None:
    """Whether probabilities can be trusted: those of SWEEP's runs, or those of a CSV file."""
    one_way(sweep, from_csv, "confidence and correct")
    if from_csv is not None:
        emit(calibration_of_answers(*read_answers(from_csv), level=level), form)
        return
    found = read(str(sweep))
    emit(each(found, lambda group: calibration_of_runs(found, group, level=level)), form)
