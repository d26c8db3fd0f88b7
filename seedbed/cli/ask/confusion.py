"""``confusion``: what a confusion matrix says, of one run or over runs."""

from pathlib import Path

import click
import numpy as np

from seedbed.analysis.answers.answer import Format
from seedbed.analysis.answers.confusion import (
    confusion_of_counts,
    confusion_of_runs,
    names_a_sweep,
    read_confusion,
)
from seedbed.analysis.answers.recorded_sweep import (
    each,
    read,
)
from seedbed.cli.ask.options import output_options
from seedbed.cli.ask.printing import emit
from seedbed.system.errors import InputError


@click.command()
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@output_options
def confusion(files: tuple[Path, ...], level: float, form: Format) -> None:
    """What a confusion matrix says: a SWEEP's name, or CSV of counts, one file per run.

    In a file true classes are rows.
    """
    if not files:
        raise InputError("a confusion matrix is missing: give a CSV file of counts, one per run")
    if names_a_sweep(files):
        found = read(str(files[0]))
        emit(each(found, lambda group: confusion_of_runs(found, group, level=level)), form)
        return
    tables = [read_confusion(path) for path in files]
    sizes = {values.shape[0] for _, values in tables}
    if len(sizes) > 1:
        raise InputError(f"all runs need the same classes, got {sorted(sizes)} of them")
    names = tables[0][0]
    stacked = np.stack([values for _, values in tables]) if len(tables) > 1 else tables[0][1]
    emit(confusion_of_counts(stacked, names, level=level), form)
