"""``search``: how good the winner looks, how much of that is luck, and which option mattered."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from seedbed.cli.ask.imported import import_options, runs_given
from seedbed.cli.ask.options import from_option, output_options
from seedbed.cli.ask.printing import Format, emit
from seedbed.cli.progress_line import Waiting

if TYPE_CHECKING:
    from seedbed.analysis.answers.inputs.imported.selection import Selection


@click.command()
@click.argument("values", nargs=-1, metavar="SWEEP | mlflow:EXPERIMENT | SCORE…")
@from_option("a CSV with a row per run")
@click.option("--by", multiple=True, help="Column or parameter that is an option; may be repeated.")
@click.option("--metric", help="Column or metric that is the score.")
@click.option(
    "--noise-sd",
    metavar="NUMBER[points]",
    help="For numbers: sd of a run over seeds, if known.",
)
@import_options("seed")
@output_options
def search(
    *,
    values: tuple[str, ...],
    from_file: Path | None,
    by: tuple[str, ...],
    metric: str | None,
    noise_sd: str | None,
    asked: "Selection",
    level: float,
    form: Format,
) -> None:
    """How lucky was the winner of a search?

    Of a recorded SWEEP, of scores (one per configuration, higher is better), or of a file of runs.
    """
    from seedbed.analysis.questions.search import search as answer

    with Waiting() as progress:
        result = answer(
            runs_given(values, asked, progress, "scores"),
            from_file=from_file,
            by=by,
            metric=metric,
            noise_sd=noise_sd,
            level=level,
            progress=progress,
        )
    emit(result, form)
