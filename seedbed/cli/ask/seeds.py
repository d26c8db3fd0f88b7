"""``seeds``: how many runs, before or after the first ones."""

from typing import TYPE_CHECKING

import click

from seedbed.cli.ask.imported import import_options, runs_given
from seedbed.cli.ask.options import output_options
from seedbed.cli.ask.printing import Format, emit
from seedbed.cli.progress_line import Waiting

if TYPE_CHECKING:
    from seedbed.analysis.answers.inputs.imported.selection import Selection


@click.command()
@click.argument("values", nargs=-1, metavar="SWEEP | mlflow:EXPERIMENT | ACCURACY…")
@click.option("--difference", metavar="NUMBER[points]", help="Difference to detect.")
@click.option(
    "--sd", type=float, help="Sd of one run; with --paired, sd of the difference within a pair."
)
@click.option(
    "--half-width", metavar="NUMBER[points]", help="Half-width to reach for the mean's interval."
)
@click.option("--paired", is_flag=True, help="Both arms use the same seeds.")
@click.option(
    "--power",
    type=float,
    default=0.8,
    show_default=True,
    help="Probability of detecting the difference.",
)
@import_options("by", "seed", "metric")
@output_options
def seeds(
    *,
    values: tuple[str, ...],
    difference: str | None,
    sd: float | None,
    half_width: str | None,
    paired: bool,
    power: float,
    asked: "Selection",
    level: float,
    form: Format,
) -> None:
    """How many runs would settle it?

    Before the first run: for a --difference, or for a mean within ± --half-width. Later: from the
    runs so far of a SWEEP, or from their accuracies.
    """
    from seedbed.analysis.questions.seeds import seeds as answer

    with Waiting() as progress:
        result = answer(
            runs_given(values, asked, progress),
            difference=difference,
            sd=sd,
            half_width=half_width,
            paired=paired,
            power=power,
            level=level,
            progress=progress,
        )
    emit(result, form)
