"""``spread``: how much the runs vary, and how much of that is the finite test set."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from seedbed.cli.ask.imported import import_options, runs_given
from seedbed.cli.ask.options import PATH, output_options
from seedbed.cli.ask.printing import Format, emit
from seedbed.cli.progress_line import Waiting

if TYPE_CHECKING:
    from seedbed.analysis.answers.inputs.imported.selection import Selection


@click.command()
@click.argument("values", nargs=-1, metavar="SWEEP | mlflow:EXPERIMENT | ACCURACY…")
@click.option("--test-size", type=click.IntRange(min=1), help="Examples in the test set.")
@click.option(
    "--correct",
    type=PATH,
    help="CSV of runs × examples, 1 where the run is right and 0 where it is wrong.",
)
@click.option(
    "--between", type=float, nargs=2, help="Two runs' accuracies: is their gap more than chance?"
)
@import_options("by", "seed", "metric")
@output_options
def spread(
    *,
    values: tuple[str, ...],
    test_size: int | None,
    correct: Path | None,
    between: tuple[float, float] | None,
    asked: "Selection",
    level: float,
    form: Format,
) -> None:
    """How much do the runs vary, and how wide is the interval?

    Of a recorded SWEEP, or of accuracies, one per run, all percent or all fractions.
    """
    from seedbed.analysis.questions.spread import spread as answer

    with Waiting() as progress:
        result = answer(
            runs_given(values, asked, progress),
            correct=correct,
            test_size=test_size,
            between=between,
            level=level,
            progress=progress,
        )
    emit(result, form)
