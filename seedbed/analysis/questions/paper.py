"""The runs at hand against one published number."""

from dataclasses import replace

from seedbed.analysis.answers.configuration_answers import each_by_models
from seedbed.analysis.answers.inputs.imported.runs import Runs
from seedbed.analysis.answers.inputs.recorded_sweep import read
from seedbed.analysis.answers.paper import (
    Published,
    paper_of_correct,
    paper_of_runs,
    paper_of_scores,
)
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


def paper(
    runs: RunsOrNumbers | None = None,
    *,
    published: float,
    published_runs: int = 1,
    correct: Right | None = None,
    test_size: int | None = None,
    different_test_set: bool = False,
    published_test_size: int | None = None,
    margin: float | str | None = None,
    level: float = 0.95,
    progress: Progress = silent,
) -> Result:
    """Answer: is a published number consistent with these runs?

    Args:
        runs: A recorded sweep's name, runs of another tool (``mlflow:my-experiment``), or
            accuracies, one per run.
        published: The published number, in the same unit; of a sweep above 1 it is percent.
        published_runs: How many runs it is the mean of.
        correct: In place of accuracies, ``[run, example]`` of 1 (right) and 0 (wrong), or a CSV
            file of it: tells what other test examples add.
        test_size: Examples in the test set here.
        different_test_set: Whether the paper was scored on other examples.
        published_test_size: How many; as many as here unless given.
        margin: Largest difference that counts as equivalent, in the unit of the scores, or points
            as text (``"0.5points"``); without it, nothing is called equivalent.
        level: Confidence level of the intervals.
        progress: Called while a sweep's files are read.

    Raises:
        InputError: Numbers that make no sense, or no such sweep.
        StoreError: The store cannot be reached.
    """
    if published_test_size is not None and not different_test_set:
        raise InputError("--published-test-size needs --different-test-set beside it")
    asked = Published(
        published, published_runs, different_test_set, published_test_size, margin, level
    )
    if correct is not None:
        if runs is not None or test_size is not None:
            raise InputError("--correct holds everything: leave out the numbers beside it")
        return Result(paper_of_correct(as_right(correct), asked))
    if is_frame(runs):
        runs = of_frame(runs)
    if not isinstance(runs, (str, Runs)):
        return Result(paper_of_scores(as_numbers(runs), asked, test_size))
    found = read(runs, progress)
    answer = each_by_models(found, lambda group: paper_of_runs(found, group, asked, test_size))
    return Result(replace(answer, marked=published))
