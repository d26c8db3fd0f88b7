"""Checks for tests: fail, with the verdict as the failure's text, if runs are worse than before.

from seedbed.testing import assert_not_worse

def test_the_new_loss_is_not_worse():
    assert_not_worse(new_scores, baseline_scores, margin="0.5points")
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from seedbed.analysis.answers.comparison.comparison_answer import Terms, compare_scores
from seedbed.analysis.answers.inputs.imported.runs import Runs
from seedbed.analysis.answers.inputs.recorded_sweep import imported
from seedbed.analysis.answers.units import PLAIN, Unit, margin_in, unit_of_numbers
from seedbed.analysis.questions.inputs import Numbers, as_numbers
from seedbed.analysis.questions.results.result import Result
from seedbed.analysis.statistics.checks import Floats, check_level
from seedbed.system.errors import InputError


def assert_not_worse(
    runs: Numbers | Runs,
    baseline: Numbers | Runs,
    *,
    margin: float | str | None = None,
    paired: bool = False,
    lower_is_better: bool | None = None,
    level: float = 0.95,
) -> Result:
    """Fail if the runs are worse than a baseline.

    Without a margin it fails if the runs are shown to be worse; few runs show little. With a margin
    it fails unless the runs are shown not to be worse by as much (non-inferiority: the one-sided
    bound of the difference at ``level`` lies within the margin).

    Args:
        runs: Scores, one per run, or runs of one configuration that ``seedbed.read`` returned.
        baseline: Those to compare with, in the same unit.
        margin: Largest loss that is acceptable, in the unit of the scores, or points as text
            (``"0.5points"``).
        paired: Whether both have the same seeds, in order.
        lower_is_better: Whether lower scores are better, as of a loss; None: as the name of the
            runs' metric says, and not of numbers.
        level: Confidence level.

    Returns:
        The comparison; ``runs`` are A, the baseline is B.

    Raises:
        AssertionError: They are worse, or not shown not to be; its text is the verdict.
        InputError: Numbers that make no sense, or a margin that is not above 0.
    """
    (a, unit_a), (b, unit_b) = _scores(runs, "runs"), _scores(baseline, "baseline")
    unit = unit_a or unit_b or (PLAIN if lower_is_better else _unit(a, b))
    lower = unit.lower_is_better if lower_is_better is None else lower_is_better
    if unit.is_accuracy:
        unit = _unit(a, b)
    unit = replace(unit, lower_is_better=lower)
    loss = margin_in(unit, margin, "the margin")
    if loss is not None and not loss > 0:
        raise InputError(f"the margin must be a number above 0, got {margin}")
    both_sides = level if loss is None else 2 * level - 1
    check_level(both_sides)
    result = Result(compare_scores(a, b, Terms(paired, level=both_sides, unit=unit)))
    difference = result.to_dict()["difference"]
    assert isinstance(difference, dict)  # noqa: S101 - an estimate's fields
    sign = -1 if lower else 1
    gain = sign * difference["value"]
    bounds = [sign * difference[end] for end in ("low", "high") if difference[end] is not None]
    if loss is None:
        if result.verdict == "different" and gain < 0:
            raise AssertionError(f"The runs (A) are worse than the baseline (B): {result.text}")
        return result
    if not bounds:
        raise AssertionError(f"One run shows nothing about a margin of {margin}: {result.text}")
    if min(bounds) <= -loss:
        raise AssertionError(
            f"The runs (A) are not shown to be within {margin} of the baseline (B): they may be "
            f"worse by up to {-min(bounds):.4g}. {result.text}"
        )
    return result


def _unit(a: Floats, b: Floats) -> Unit:
    return unit_of_numbers(np.concatenate([a, b]))


def _scores(given: Numbers | Runs, name: str) -> tuple[Floats, Unit | None]:
    """Scores, one per run, and their unit where a metric tells it."""
    if not isinstance(given, Runs):
        return as_numbers(given, f"the scores of the {name}"), None
    found = imported(given)
    if len(found.having) > 1:
        labels = ", ".join(group.label for group in found.having)
        raise InputError(
            f"the {name} must be of one configuration, got {labels}: choose one with "
            "seedbed.read(…, where=…)"
        )
    return found.having[0].scores, found.unit


def over_seeds(train: Callable[[int], float], seeds: int | Sequence[int] = 5) -> list[float]:
    """The scores of a function under several seeds.

    Args:
        train: Takes a seed, and returns a score. Python, NumPy and, where they are imported, Keras,
            TensorFlow and PyTorch are seeded before each call.
        seeds: How many (0, 1, 2 …), or which.

    Returns:
        One score per seed, for ``assert_not_worse``.
    """
    from seedbed.runs.settings.set_seeds import set_seeds

    scores = []
    for seed in range(seeds) if isinstance(seeds, int) else seeds:
        set_seeds(seed)
        scores.append(float(train(seed)))
    return scores
