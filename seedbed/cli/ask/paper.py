"""``paper``: the runs at hand against one published number."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from seedbed.cli.ask.imported import import_options, runs_given
from seedbed.cli.ask.options import PATH, fail_option, margin_option, output_options
from seedbed.cli.ask.printing import Format, emit
from seedbed.cli.progress_line import Waiting

if TYPE_CHECKING:
    from seedbed.analysis.answers.inputs.imported.selection import Selection


@click.command()
@click.argument("values", nargs=-1, metavar="SWEEP | mlflow:EXPERIMENT | ACCURACY…")
@click.option("--published", type=float, required=True, help="The published number.")
@click.option(
    "--published-runs",
    type=click.IntRange(min=1),
    default=1,
    show_default=True,
    help="Runs that the published number is the mean of.",
)
@click.option("--test-size", type=click.IntRange(min=1), help="Examples in the test set here.")
@click.option(
    "--correct",
    type=PATH,
    help="CSV of runs × examples, 1 right and 0 wrong, in place of accuracies: tells what other "
    "test examples add.",
)
@click.option("--different-test-set", is_flag=True, help="The paper was scored on other examples.")
@click.option(
    "--published-test-size",
    type=click.IntRange(min=1),
    help="Examples in the paper's test set; as many as here unless given.",
)
@margin_option
@fail_option
@import_options("by", "seed", "metric")
@output_options
def paper(
    *,
    values: tuple[str, ...],
    published: float,
    published_runs: int,
    test_size: int | None,
    correct: Path | None,
    different_test_set: bool,
    published_test_size: int | None,
    margin: str | None,
    fail_on: tuple[str, ...],
    badge: Path | None,
    asked: "Selection",
    level: float,
    form: Format,
) -> None:
    """Is a published number consistent with these runs?

    Of a recorded SWEEP, or of accuracies, one per run, in the unit of the published number.
    """
    from seedbed.analysis.questions.paper import paper as answer

    with Waiting() as progress:
        result = answer(
            runs_given(values, asked, progress),
            published=published,
            published_runs=published_runs,
            correct=correct,
            test_size=test_size,
            different_test_set=different_test_set,
            published_test_size=published_test_size,
            margin=margin,
            level=level,
            progress=progress,
        )
    emit(result, form, fail_on, badge)
