"""``ensemble``: what averaging the runs' probabilities would give."""

from pathlib import Path

import numpy as np
import numpy.typing as npt

from seedbed.analysis.answers.answer import Answer, interval, number
from seedbed.analysis.answers.configuration_answers import no_predictions, with_unread
from seedbed.analysis.answers.inputs.read_inputs import cell_number, read_table
from seedbed.analysis.answers.inputs.recorded_sweep import Recorded
from seedbed.analysis.answers.units import FRACTION
from seedbed.analysis.findings.configurations import Group
from seedbed.analysis.statistics.answers.ensemble import ensemble as average, group_accuracy
from seedbed.analysis.statistics.checks import Floats
from seedbed.system.errors import InputError

SIZES = (1, 2, 3, 5, 10, 20)
SUM_TOLERANCE = 0.01
"""Rounding that the probabilities of a row may have."""


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
    answer = ensemble_of_probabilities(stack.probabilities, stack.labels, level=level)
    return with_unread(answer, said)


def ensemble_of_probabilities(
    probabilities: npt.NDArray[np.floating], labels: npt.NDArray[np.int64], *, level: float = 0.95
) -> Answer:
    """Brier score and accuracy of ensembles.

    Args:
        probabilities: ``[run, example, class]``, two runs or more.
        labels: ``[example]`` true classes.
        level: Confidence level.
    """
    runs = len(probabilities)
    sizes = sorted({*SIZES, runs})
    result = average(probabilities, labels, sizes, level)
    half = group_accuracy(probabilities, labels, max(runs // 2, 1), level)
    gain = result.accuracy - result.member_accuracy.value
    lines = [
        f"An ensemble of all {runs} runs scores {FRACTION.level(result.accuracy)}, "
        f"{FRACTION.difference(abs(gain))} {'above' if gain >= 0 else 'below'} the mean of a "
        f"single run ({FRACTION.level(result.member_accuracy.value)}, "
        f"{FRACTION.interval(result.member_accuracy)}).",
        f"The Brier score falls from {number(result.member.value)} to "
        f"{number(result.brier[sizes.index(runs)].value)}; infinitely many runs would reach "
        f"{number(result.limit.value)} ({interval(result.limit)}).",
    ]
    if half.size > 1 and half.sd is not None:
        lines.append(
            f"{half.groups} ensembles of {half.size} runs score "
            f"{FRACTION.level(half.mean.value)} on average, with an sd of "
            f"{FRACTION.difference(half.sd.value)}."
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


def read_probabilities(path: Path) -> tuple[Floats, npt.NDArray[np.int64]]:
    """Read a CSV file of columns run, label and one per class; a row per run and example.

    With a column example the rows are matched by it, else by their order within each run.

    Returns:
        ``[run, example, class]`` probabilities and ``[example]`` true classes.

    Raises:
        InputError: A missing column, a number or label that makes no sense (with its line), one run
            only, or runs that were not tested on the same examples.
    """
    lines, cells = read_table(path, ["run", "label"])
    names = [name for name in cells if name not in ("run", "label", "example")]
    if len(names) < 2:
        raise InputError(
            f"{path} must have a column of probabilities for each of 2 classes or more, named as "
            f"in the column label, got {', '.join(names) or 'none'}"
        )
    runs: dict[str, dict[str, tuple[int, list[float]]]] = {}
    for index, line in enumerate(lines):
        run = runs.setdefault(cells["run"][index], {})
        example = cells["example"][index] if "example" in cells else str(len(run))
        if example in run:
            raise InputError(f"{path}, line {line}: example {example} occurs twice in one run")
        row = {name: column[index] for name, column in cells.items()}
        run[example] = _row(path, line, names, row)
    first, *others = runs.values()
    if not others:
        raise InputError(f"{path} holds one run only, and an ensemble needs 2 or more")
    for name, run in runs.items():
        if set(run) != set(first) or any(run[key][0] != first[key][0] for key in first):
            raise InputError(
                f"{path}: all runs need the same examples with the same labels, but run {name} "
                "differs from the first one"
            )
    cube = np.array([[run[key][1] for key in first] for run in runs.values()])
    return cube, np.array([label for label, _ in first.values()], dtype=np.int64)


def _row(path: Path, line: int, names: list[str], cells: dict[str, str]) -> tuple[int, list[float]]:
    """True class and probabilities of one row."""
    if cells["label"] not in names:
        raise InputError(
            f"{path}, line {line}: label must be one of the columns {', '.join(names)}, got "
            f"{cells['label']!r}"
        )
    values = [cell_number(path, line, name, cells[name]) for name in names]
    if min(values) < 0 or abs(sum(values) - 1) > SUM_TOLERANCE:
        raise InputError(
            f"{path}, line {line}: probabilities must be 0 or more and add up to 1, got "
            f"{sum(values):g} in all"
        )
    return names.index(cells["label"]), values
