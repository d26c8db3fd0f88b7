"""``epochs``: how optimistic choosing the best epoch on the test set would have been."""

import click

from analysis.commands.options import output_options
from analysis.commands.output import Answer, Format, emit, interval, number
from analysis.commands.recorded import Recorded, each, no_predictions, read
from analysis.report.grouping import Group
from analysis.statistics.epochs import cross_fit
from tracking.errors import InputError

FOLDS = 10


def epochs_of_runs(found: Recorded, group: Group, *, level: float = 0.95) -> Answer:
    """Cross-fitted optimism of the best epoch of one configuration.

    Args:
        found: The sweep.
        group: The configuration.
        level: Confidence level.

    Raises:
        InputError: No predictions by epoch, one epoch only, or fewer examples than folds.
    """
    stack, said = found.stack(group)
    if stack is None:
        raise no_predictions(group, said, "the optimism of the best epoch")
    if any(table.shape[0] < 2 for table in stack.by_epoch):
        raise InputError(f"choosing an epoch needs 2 or more of them, {group.label} ran for one")
    result = cross_fit((table == stack.labels for table in stack.by_epoch), FOLDS, level=level)
    first, last = min(result.epochs) + 1, max(result.epochs) + 1
    lines = (
        f"Choosing the best epoch on the test set would have flattered a run by "
        f"{number(result.optimism.value)} ({interval(result.optimism)}).",
        f"Its best epoch scores {number(result.best.value)}, which is worth "
        f"{number(result.honest.value)} (chosen on 9/10 of the examples, scored on the other "
        "tenth).",
        f"The epoch that looks best lies between {first} and {last} over {len(result.epochs)} "
        "runs.",
    )
    fields = {
        "n": len(result.epochs),
        "best": result.best,
        "honest": result.honest,
        "optimism": result.optimism,
        "epochs": [epoch + 1 for epoch in result.epochs],
        "lower_bound": result.lower_bound,
    }
    return Answer(
        lines, fields, tuple((key, fields[key]) for key in ("best", "honest", "optimism"))
    )


@click.command()
@click.argument("sweep")
@output_options
def epochs(sweep: str, level: float, form: Format) -> None:
    """How optimistic choosing the best epoch of SWEEP's runs on the test set would have been."""
    found = read(sweep)
    emit(each(found, lambda group: epochs_of_runs(found, group, level=level)), form)
