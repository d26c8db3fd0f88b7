"""``confusion``: which classes are confused, in one run or over runs."""

from collections.abc import Sequence
from pathlib import Path

import click

from seedbed.cli.ask.options import PATH, output_options
from seedbed.cli.ask.printing import Format, emit
from seedbed.cli.progress_line import Waiting


def names_a_sweep(files: Sequence[Path]) -> bool:
    """Whether what was given is one word that names no file and does not look like one."""
    if len(files) != 1 or files[0].exists():
        return False
    return len(files[0].parts) == 1 and files[0].suffix.lower() not in (".csv", ".txt")


@click.command()
@click.argument("files", nargs=-1, type=PATH, metavar="SWEEP | FILE…")
@output_options
def confusion(files: tuple[Path, ...], level: float, form: Format) -> None:
    """Which classes are confused, and how stably?

    Of a recorded SWEEP, or of CSV files of counts, one per run, true classes as rows.
    """
    from seedbed.analysis.questions.predictions import confusion as answer

    with Waiting() as progress:
        if names_a_sweep(files):
            result = answer(str(files[0]), level=level, progress=progress)
        else:
            result = answer(from_file=files, level=level)
    emit(result, form)
