"""``churn``: which examples change their label from run to run, as numbers and as pictures."""

from functools import partial
from pathlib import Path

import click

from seedbed.analysis.answers.answer import Answer, Format
from seedbed.analysis.answers.churn import churn_of_labels, churn_of_runs, read_labels, read_truth
from seedbed.analysis.answers.recorded_sweep import (
    each,
    read,
)
from seedbed.analysis.findings.configurations import Group
from seedbed.analysis.report.churn_picture import write_churn_picture
from seedbed.cli.ask.options import ListCommand, csv_option, one_way, output_options
from seedbed.cli.ask.printing import emit
from seedbed.system.errors import InputError
from seedbed.system.paths import store_folder


@click.command(cls=ListCommand)
@click.argument("sweep", required=False)
@csv_option("CSV of runs × examples, the label that each run gave, without a row of names")
@click.option(
    "--labels", type=click.Path(path_type=Path), help="With --csv: file of the true labels."
)
@click.option(
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder for the pictures  [default: reports/SWEEP in the store].",
)
@output_options
def churn(
    *,
    sweep: str | None,
    from_csv: Path | None,
    labels: Path | None,
    output: Path | None,
    level: float,
    form: Format,
) -> None:
    """Which test examples change their label between runs: those of SWEEP, with pictures.

    Or those of a CSV file, without.
    """
    one_way(sweep, from_csv, "runs × examples of labels")
    if from_csv is not None:
        if output is not None:
            raise InputError("--output is for the pictures of a sweep: a CSV file has none")
        predicted, names = read_labels(from_csv)
        truth = None
        if labels is not None:
            truth, names = read_truth(labels, names, predicted.shape[1])
        emit(churn_of_labels(predicted, names, truth=truth, level=level), form)
        return
    if labels is not None:
        raise InputError("--labels belongs to --csv: a sweep has recorded its true labels")
    found = read(str(sweep))
    folder = output or store_folder("reports", found.sweep.name)
    files = {group.label: f"churn-{i}.png" for i, group in enumerate(found.groups, start=1)}
    if len(files) == 1:
        files = dict.fromkeys(files, "churn.png")

    def one(group: Group) -> Answer:
        draw = partial(write_churn_picture, found.sweep, folder / files[group.label])
        return churn_of_runs(found, group, draw, level=level)

    emit(each(found, one), form)
