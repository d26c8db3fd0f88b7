"""``sources``: which source of change makes the runs differ."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from seedbed.cli.ask.imported import import_options, imported
from seedbed.cli.ask.options import PATH, from_option, output_options
from seedbed.cli.ask.printing import Format, emit
from seedbed.cli.progress_line import Waiting

if TYPE_CHECKING:
    from seedbed.analysis.answers.inputs.imported.selection import Selection


@click.command()
@click.argument("sweep", required=False)
@from_option("a CSV with a row per run: the seed of each source")
@click.option(
    "--by",
    multiple=True,
    help="With --from: column of a source; of runs of another tool: what makes the arms.",
)
@click.option("--metric", help="Column or metric that is the score.")
@click.option(
    "--labels",
    type=PATH,
    help="With --from: CSV of runs × examples, the label that each run gave; tells far more than "
    "scores.",
)
@import_options("seed")
@output_options
def sources(
    *,
    sweep: str | None,
    from_file: Path | None,
    by: tuple[str, ...],
    metric: str | None,
    labels: Path | None,
    asked: "Selection",
    level: float,
    form: Format,
) -> None:
    """Which source makes the runs differ?

    The sources are init, order, augmentation, dropout and split, of a recorded SWEEP or of a file.
    """
    from seedbed.analysis.questions.sources import sources as answer

    with Waiting() as progress:
        given = imported(sweep, asked, progress)
        result = answer(
            given,
            from_file=from_file,
            by=by,
            metric=metric,
            labels=labels,
            level=level,
            progress=progress,
        )
    emit(result, form)
