"""How good the winner of a search looks, and how much of that is luck."""

from collections.abc import Sequence

from seedbed.analysis.answers.inputs.imported.runs import Runs
from seedbed.analysis.answers.inputs.read_inputs import same_unit
from seedbed.analysis.answers.inputs.recorded_sweep import read
from seedbed.analysis.answers.search import search_of_numbers, search_of_sweep, search_of_table
from seedbed.analysis.questions.inputs import (
    File,
    RunsOrNumbers,
    as_numbers,
    as_path,
    is_frame,
    of_frame,
    regrouped,
)
from seedbed.analysis.questions.results.result import Result
from seedbed.analysis.statistics.checks import check_level
from seedbed.system.errors import InputError
from seedbed.system.progress import Progress, silent


def search(
    scores: RunsOrNumbers | None = None,
    *,
    from_file: File | None = None,
    by: Sequence[str] = (),
    metric: str | None = None,
    noise_sd: float | str | None = None,
    level: float = 0.95,
    progress: Progress = silent,
) -> Result:
    """Answer: how lucky was the winner of a search?

    Args:
        scores: A recorded sweep's name, runs of another tool (``mlflow:my-experiment``), or one
            score per configuration, higher is better.
        from_file: In their place a CSV file with a row per run.
        by: The file's columns of options.
        metric: The file's column of scores.
        noise_sd: Sd of a run over seeds, where known from elsewhere: a number in the unit of the
            scores, or points (``"0.4points"``).
        level: Confidence level of the means on fresh seeds.
        progress: Called while a sweep's files are read.

    Raises:
        InputError: Fewer than two configurations, or input that makes no sense.
        StoreError: The store cannot be reached.
    """
    check_level(level)
    path = as_path(from_file)
    if path is not None:
        if scores is not None or not by or metric is None:
            raise InputError("--from needs --by and --metric, its columns, and nothing beside it")
        return Result(search_of_table(path, by, metric, noise_sd))
    if is_frame(scores):
        scores = of_frame(scores)
    if isinstance(scores, (str, Runs)):
        runs = regrouped(scores, by=by, metric=metric, progress=progress)
        return Result(search_of_sweep(read(runs, progress, whole=True), level=level))
    values = as_numbers(scores, "scores")
    same_unit(values, name="scores")
    return Result(search_of_numbers(values, noise_sd))
