"""``drift``: has the mean moved from night to night?"""

from math import inf
from pathlib import Path

import click

from seedbed.analysis.answers.answer import Format
from seedbed.analysis.answers.drift import drift_of_nights, drift_of_sweeps
from seedbed.analysis.answers.read_inputs import accuracies, read_matrix
from seedbed.analysis.answers.recorded_sweep import read_nights, sweep_name
from seedbed.analysis.statistics.drift import WEIGHT, WIDTH
from seedbed.cli.ask.options import fail_option, format_options
from seedbed.cli.ask.printing import emit
from seedbed.system.errors import InputError


@click.command()
@click.argument("values", nargs=-1)
@click.option(
    "--series",
    type=click.Path(path_type=Path),
    help="CSV with a column per chart and a row per night, in place of numbers.",
)
@click.option(
    "--baseline", type=int, default=2, show_default=True, help="Nights before charting begins."
)
@click.option("--weight", type=float, default=WEIGHT, show_default=True, help="λ of the EWMA.")
@click.option("--width", type=float, default=WIDTH, show_default=True, help="L, in sd of the EWMA.")
@fail_option
@format_options
def drift(
    *,
    values: tuple[str, ...],
    series: Path | None,
    baseline: int,
    weight: float,
    width: float,
    fail_on: tuple[str, ...],
    form: Format,
) -> None:
    """Whether the mean has drifted: a SWEEP run night after night, or nightly means, oldest first.

    The nights of a sweep are all recorded sweeps of that name.
    """
    if not 0 < weight <= 1 or not 0 < width < inf:
        raise InputError(f"--weight must lie in (0, 1] and --width above 0, got {weight}, {width}")
    if series is not None:
        if values:
            raise InputError("give the nights either as numbers or with --series, not both")
        names, matrix = read_matrix(series)
        names = names or [f"column {index + 1}" for index in range(matrix.shape[1])]
        columns = dict(zip(names, matrix.T, strict=True))
    elif name := sweep_name(values, "nights"):
        answer = drift_of_sweeps(read_nights(name), baseline=baseline, weight=weight, width=width)
        emit(answer, form, fail_on)
        return
    else:
        columns = {"the mean": accuracies(values, name="nights")}
    answer = drift_of_nights(columns, baseline=baseline, weight=weight, width=width)
    emit(answer, form, fail_on)
