"""``ensemble``: what averaging the runs' probabilities would give."""

from pathlib import Path

import click

from seedbed.analysis.answers.answer import Format
from seedbed.analysis.answers.ensemble import (
    ensemble_of_probabilities,
    ensemble_of_runs,
    read_probabilities,
)
from seedbed.analysis.answers.recorded_sweep import (
    each,
    read,
)
from seedbed.cli.ask.options import ListCommand, csv_option, one_way, output_options
from seedbed.cli.ask.printing import emit


@click.command(cls=ListCommand)
@click.argument("sweep", required=False)
@csv_option(
    "CSV with a row per run and example: run, label (true class), one column of probabilities per "
    "class named after it, and perhaps example"
)
@output_options
def ensemble(sweep: str | None, from_csv: Path | None, level: float, form: Format) -> None:
    """What averaging the runs of SWEEP, or of a CSV file, would give, at any size."""
    one_way(sweep, from_csv, "run, label and the probability of each class")
    if from_csv is not None:
        emit(ensemble_of_probabilities(*read_probabilities(from_csv), level=level), form)
        return
    found = read(str(sweep))
    emit(each(found, lambda group: ensemble_of_runs(found, group, level=level)), form)
