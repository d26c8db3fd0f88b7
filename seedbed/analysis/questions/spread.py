"""How much the runs vary, and how much of that a finite test set makes."""

from seedbed.analysis.answers.configuration_answers import each
from seedbed.analysis.answers.inputs.imported.runs import Runs
from seedbed.analysis.answers.inputs.recorded_sweep import read
from seedbed.analysis.answers.spread import spread_of_correct, spread_of_runs, spread_of_scores
from seedbed.analysis.questions.inputs import (
    Right,
    RunsOrNumbers,
    as_numbers,
    as_right,
    is_frame,
    of_frame,
)
from seedbed.analysis.questions.results.result import Result
from seedbed.system.errors import InputError
from seedbed.system.progress import Progress, silent


def spread(
    runs: RunsOrNumbers | None = None,
    *,
    correct: Right | None = None,
    test_size: int | None = None,
    between: tuple[float, float] | None = None,
    level: float = 0.95,
    progress: Progress = silent,
) -> Result:
    """Answer: how much do the runs vary, and how wide is the interval?

    Args:
        runs: A recorded sweep's name, runs of another tool (``mlflow:my-experiment``), or
            accuracies, all percent or all fractions.
        correct: In place of accuracies, ``[run, example]`` of 1 (right) and 0 (wrong), or a CSV
            file of it: splits the spread into sampling noise and change of the model.
        test_size: Examples in the test set, which bounds that split where only accuracies are
            known.
        between: Accuracies of two runs: is their gap more than chance?
        level: Confidence level of the intervals.
        progress: Called while a sweep's files are read.

    Raises:
        InputError: Numbers that make no sense, or no such sweep.
        StoreError: The store cannot be reached.
    """
    if correct is not None:
        if runs is not None or test_size is not None or between is not None:
            raise InputError("--correct holds everything: leave out the numbers beside it")
        return Result(spread_of_correct(as_right(correct), level=level))
    if is_frame(runs):
        runs = of_frame(runs)
    if not isinstance(runs, (str, Runs)):
        scores = as_numbers(runs)
        answer = spread_of_scores(scores, test_size=test_size, between=between, level=level)
        return Result(answer)
    found = read(runs, progress, headline=True)
    return Result(
        each(
            found,
            lambda group: spread_of_runs(
                found, group, test_size=test_size, between=between, level=level
            ),
        )
    )
