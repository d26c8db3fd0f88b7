"""``spread``: how much the runs vary, and how much of that is the finite test set."""

from pathlib import Path

import click

from seedbed.analysis.answers.answer import Format
from seedbed.analysis.answers.read_inputs import accuracies, read_correct
from seedbed.analysis.answers.recorded_sweep import each, read, sweep_name
from seedbed.analysis.answers.spread import spread_of_correct, spread_of_runs, spread_of_scores
from seedbed.cli.ask.options import output_options
from seedbed.cli.ask.printing import emit
from seedbed.system.errors import InputError


@click.command()
@click.argument("values", nargs=-1)
@click.option("--test-size", type=click.IntRange(min=1), help="Examples in the test set.")
@click.option(
    "--correct",
    type=click.Path(path_type=Path),
    help="CSV of runs × examples, 1 where the run is right and 0 where it is wrong.",
)
@click.option(
    "--between", type=float, nargs=2, help="Two runs' accuracies: is their gap more than chance?"
)
@output_options
def spread(
    *,
    values: tuple[str, ...],
    test_size: int | None,
    correct: Path | None,
    between: tuple[float, float] | None,
    level: float,
    form: Format,
) -> None:
    """How much the runs vary: a SWEEP's name, or accuracies, all percent or all fractions."""
    if correct is not None:
        if values or test_size is not None or between is not None:
            raise InputError("--correct holds everything: leave out the numbers beside it")
        emit(spread_of_correct(read_correct(correct), level=level), form)
        return
    name = sweep_name(values)
    if name is not None:
        found = read(name)
        answer = each(
            found,
            lambda group: spread_of_runs(
                found, group, test_size=test_size, between=between, level=level
            ),
        )
        emit(answer, form)
        return
    scores = accuracies(values)
    emit(spread_of_scores(scores, test_size=test_size, between=between, level=level), form)
