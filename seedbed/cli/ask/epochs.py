"""``epochs``: how optimistic choosing the best epoch on the test set would have been."""

from dataclasses import replace
from pathlib import Path

import click

from seedbed.analysis.answers.answer import Format
from seedbed.analysis.answers.epochs import OTHER_RUNS, epochs_of_curves, epochs_of_runs
from seedbed.analysis.answers.read_inputs import read_matrix
from seedbed.analysis.answers.recorded_sweep import (
    each,
    read,
)
from seedbed.cli.ask.options import ListCommand, csv_option, one_way, output_options
from seedbed.cli.ask.printing import emit


@click.command(cls=ListCommand)
@click.argument("sweep", required=False)
@csv_option("CSV of runs × epochs, test accuracy")
@output_options
def epochs(sweep: str | None, from_csv: Path | None, level: float, form: Format) -> None:
    """How optimistic choosing the best epoch on the test set would have been.

    Of SWEEP's runs, from their predictions by epoch; or, as a lower bound, from a CSV file of test
    accuracy, a row per run and a column per epoch.
    """
    one_way(sweep, from_csv, "runs × epochs of test accuracy")
    if from_csv is not None:
        _, curves = read_matrix(from_csv)
        answer = epochs_of_curves(curves, level=level)
        emit(replace(answer, sentences=(*answer.sentences, OTHER_RUNS)), form)
        return
    found = read(str(sweep))
    emit(each(found, lambda group: epochs_of_runs(found, group, level=level)), form)
