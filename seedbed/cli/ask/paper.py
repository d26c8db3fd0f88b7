"""``paper``: the runs at hand against one published number."""

from pathlib import Path

import click

from seedbed.analysis.answers.answer import Format
from seedbed.analysis.answers.paper import (
    binomial_extra,
    compare_with_paper,
    paper_of_correct,
    paper_of_runs,
)
from seedbed.analysis.answers.read_inputs import accuracies, read_correct
from seedbed.analysis.answers.recorded_sweep import each, read, sweep_name
from seedbed.cli.ask.options import fail_option, output_options
from seedbed.cli.ask.printing import emit
from seedbed.system.errors import InputError


@click.command()
@click.argument("values", nargs=-1)
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
    type=click.Path(path_type=Path),
    help="CSV of runs × examples, 1 right and 0 wrong, in place of accuracies: tells what other "
    "test examples add.",
)
@click.option("--different-test-set", is_flag=True, help="The paper was scored on other examples.")
@click.option(
    "--published-test-size",
    type=click.IntRange(min=1),
    help="Examples in the paper's test set; as many as here unless given.",
)
@click.option("--margin", type=float, help="Largest difference that counts as equivalent.")
@fail_option
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
    margin: float | None,
    fail_on: tuple[str, ...],
    level: float,
    form: Format,
) -> None:
    """Compare runs with a published number: a SWEEP's name, or accuracies, one per run."""
    extra = 0.0
    if published_test_size is not None and not different_test_set:
        raise InputError("--published-test-size needs --different-test-set beside it")
    if correct is not None:
        if values or test_size is not None:
            raise InputError("--correct holds everything: leave out the numbers beside it")
        answer = paper_of_correct(
            read_correct(correct),
            published,
            published_runs=published_runs,
            other_size=published_test_size,
            different_test_set=different_test_set,
            margin=margin,
            level=level,
        )
        emit(answer, form, fail_on)
        return
    name = sweep_name(values)
    if name is not None:
        found = read(name)
        sizes = (test_size, published_test_size) if different_test_set else None
        answer = each(
            found,
            lambda group: paper_of_runs(
                found,
                group,
                published,
                published_runs=published_runs,
                sizes=sizes,
                margin=margin,
                level=level,
            ),
        )
        emit(answer, form, fail_on)
        return
    scores = accuracies(values, published)
    if different_test_set:
        extra = binomial_extra(scores, published, test_size, published_test_size)
    answer = compare_with_paper(
        scores,
        published,
        published_runs=published_runs,
        test_set_sd=extra,
        margin=margin,
        level=level,
    )
    emit(answer, form, fail_on)
