"""``drift``: has the mean moved from night to night?"""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from seedbed.cli.ask.imported import import_options, runs_given
from seedbed.cli.ask.options import fail_option, form_options, from_option
from seedbed.cli.ask.printing import Format, emit
from seedbed.cli.progress_line import Waiting

if TYPE_CHECKING:
    from seedbed.analysis.answers.inputs.imported.selection import Selection


@click.command()
@click.argument("values", nargs=-1, metavar="SWEEP | mlflow:EXPERIMENT | MEAN…")
@from_option("a CSV with a column per chart and a row per night, in place of numbers")
@click.option(
    "--baseline", type=int, default=2, show_default=True, help="Nights before charting begins."
)
@click.option(
    "--weight", type=float, default=0.2, show_default=True, help="λ of the moving mean (EWMA)."
)
@click.option(
    "--width", type=float, default=2.86, show_default=True, help="L, in sd of the moving mean."
)
@click.option(
    "--bit-identical",
    is_flag=True,
    help="Nights with equal means are known to be equal bit for bit, as with fixed seeds: any "
    "change is real.",
)
@import_options("by", "seed", "metric")
@fail_option
@form_options
def drift(
    *,
    values: tuple[str, ...],
    from_file: Path | None,
    baseline: int,
    weight: float,
    width: float,
    bit_identical: bool,
    asked: "Selection",
    fail_on: tuple[str, ...],
    badge: Path | None,
    form: Format,
) -> None:
    """Did last night differ from the nights before?

    Of a SWEEP that runs every night (all recorded sweeps of that name), of runs of another tool (a
    night is the day on which they started), or of nightly means, oldest first.
    """
    from seedbed.analysis.questions.drift import drift as answer

    with Waiting() as progress:
        result = answer(
            runs_given(values, asked, progress, "nights"),
            from_file=from_file,
            baseline=baseline,
            weight=weight,
            width=width,
            bit_identical=bit_identical,
            progress=progress,
        )
    emit(result, form, fail_on, badge)
