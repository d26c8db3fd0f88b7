"""How many runs, before or after the first ones."""

from seedbed.analysis.answers.configuration_answers import each_by_models
from seedbed.analysis.answers.inputs.imported.runs import Runs
from seedbed.analysis.answers.inputs.read_inputs import same_unit
from seedbed.analysis.answers.inputs.recorded_sweep import read
from seedbed.analysis.answers.seeds import Plan, plan_seeds
from seedbed.analysis.questions.inputs import RunsOrNumbers, as_numbers, is_frame, of_frame
from seedbed.analysis.questions.results.result import Result
from seedbed.analysis.statistics.checks import check_level
from seedbed.system.progress import Progress, silent


def seeds(
    runs: RunsOrNumbers | None = None,
    *,
    difference: float | str | None = None,
    sd: float | None = None,
    half_width: float | str | None = None,
    paired: bool = False,
    power: float = 0.8,
    level: float = 0.95,
    progress: Progress = silent,
) -> Result:
    """Answer: how many runs would settle it?

    Args:
        runs: The runs so far: a recorded sweep's name, runs of another tool, or accuracies.
            None before the first run.
        difference: Difference to detect, in the unit of the runs, or points (``"0.5points"``).
        sd: Sd of one run; of the difference within a pair when paired.
        half_width: Half-width to reach for the mean's interval, likewise.
        paired: Whether both arms use the same seeds.
        power: Probability of detecting the difference.
        level: Confidence level of the intervals.
        progress: Called while a sweep's files are read.

    Raises:
        InputError: Numbers that make no sense, or no such sweep.
        StoreError: The store cannot be reached.
    """
    check_level(level)
    plan = Plan(difference, sd, half_width, paired, power, level)
    if is_frame(runs):
        runs = of_frame(runs)
    if isinstance(runs, (str, Runs)):
        found = read(runs, progress)
        return Result(
            each_by_models(found, lambda group: plan_seeds(group.models, plan, found.unit))
        )
    if runs is None:
        return Result(plan_seeds(None, plan))
    scores = as_numbers(runs)
    same_unit(scores)
    return Result(plan_seeds(scores, plan))
