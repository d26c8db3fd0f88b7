"""``ensemble``: what averaging the runs' probabilities would give."""

import click

from analysis.commands.options import output_options
from analysis.commands.output import Answer, Format, emit, interval, number
from analysis.commands.recorded import Recorded, each, no_predictions, read
from analysis.report.grouping import Group
from analysis.statistics.ensemble import ensemble as average
from analysis.statistics.ensemble import group_accuracy
from tracking.errors import InputError

SIZES = (1, 2, 3, 5, 10, 20)


def ensemble_of_runs(found: Recorded, group: Group, *, level: float = 0.95) -> Answer:
    """Brier score and accuracy of ensembles of the runs of one configuration.

    Args:
        found: The sweep.
        group: The configuration.
        level: Confidence level.

    Raises:
        InputError: Predictions of fewer than two runs.
    """
    stack, said = found.stack(group)
    if stack is None:
        raise no_predictions(group, said, "an ensemble")
    runs = len(stack.positions)
    if runs < 2:
        raise InputError(f"an ensemble needs predictions of 2 runs or more, {group.label} has 1")
    if group.bit_identical:
        raise InputError("all runs have one set of weights: bit-identical, nothing to average")
    sizes = sorted({*SIZES, runs})
    result = average(stack.probabilities, stack.labels, sizes, level)
    half = group_accuracy(stack.probabilities, stack.labels, max(runs // 2, 1), level)
    gain = result.accuracy - result.member_accuracy.value
    lines = [
        f"Averaging all {runs} runs scores {number(result.accuracy)}, {number(gain)} above the "
        f"mean of a single run ({number(result.member_accuracy.value)}, "
        f"{interval(result.member_accuracy)}).",
        f"The Brier score falls from {number(result.member.value)} to "
        f"{number(result.brier[sizes.index(runs)].value)}; endlessly many runs would reach "
        f"{number(result.limit.value)} ({interval(result.limit)}).",
    ]
    if half.size > 1 and half.sd is not None:
        lines.append(
            f"{half.groups} ensembles of {half.size} runs score {number(half.mean.value)} on "
            f"average, with an sd of {number(half.sd.value)}."
        )
    fields = {
        "n": runs,
        "accuracy": result.accuracy,
        "member_accuracy": result.member_accuracy,
        "member": result.member,
        "ambiguity": result.ambiguity,
        "sizes": result.sizes,
        "brier": result.brier,
        "limit": result.limit,
        "groups": half,
    }
    rows: list[tuple[str, object]] = [
        ("accuracy", result.accuracy),
        ("member_accuracy", result.member_accuracy),
    ]
    rows += [
        (f"Brier score of {size} runs", value)
        for size, value in zip(result.sizes, result.brier, strict=True)
    ]
    return Answer(tuple(lines), fields, (*rows, ("limit", result.limit)))


@click.command()
@click.argument("sweep")
@output_options
def ensemble(sweep: str, level: float, form: Format) -> None:
    """What averaging the runs of SWEEP would give, at any size."""
    found = read(sweep)
    emit(each(found, lambda group: ensemble_of_runs(found, group, level=level)), form)
