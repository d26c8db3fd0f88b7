"""What the runs' predictions say: classes, confidence, ensembles, epochs."""

from collections.abc import Sequence

import numpy as np

from seedbed.analysis.answers.configuration_answers import each_by_models
from seedbed.analysis.answers.epochs import epochs_of_file, epochs_of_runs
from seedbed.analysis.answers.inputs.imported.runs import Runs
from seedbed.analysis.answers.inputs.recorded_sweep import read
from seedbed.analysis.answers.predictions.calibration import (
    calibration_of_answers,
    calibration_of_runs,
    read_answers,
)
from seedbed.analysis.answers.predictions.confusion import (
    confusion_of_counts,
    confusion_of_runs,
    read_confusion,
)
from seedbed.analysis.answers.predictions.ensemble import (
    ensemble_of_probabilities,
    ensemble_of_runs,
    read_probabilities,
)
from seedbed.analysis.answers.predictions.verification import (
    read_trials,
    verification_of_runs,
    verification_of_trials,
)
from seedbed.analysis.questions.inputs import File, Sweep, as_path, is_frame, of_frame, one_way
from seedbed.analysis.questions.results.result import Result
from seedbed.system.errors import InputError
from seedbed.system.progress import Progress, silent


def confusion(
    sweep: str | Runs | None = None,
    *,
    from_file: File | Sequence[File] | None = None,
    level: float = 0.95,
    progress: Progress = silent,
) -> Result:
    """Answer: which classes are confused, and how stably?

    Args:
        sweep: A recorded sweep's name, or runs of another tool.
        from_file: In its place CSV files of counts, true classes as rows, one file per run.
        level: Confidence level of the intervals.
        progress: Called while a sweep's files are read.

    Raises:
        InputError: No such sweep, no predictions, or files that are not confusion matrices.
        StoreError: The store cannot be reached.
    """
    files = (
        [from_file]
        if isinstance(from_file, str) or not isinstance(from_file, Sequence)
        else [*from_file]
    )
    paths = [path for path in map(as_path, files) if path is not None]
    if sweep is not None:
        one_way(sweep, paths[0] if paths else None, "counts")
        found = read(sweep, progress)
        return Result(
            each_by_models(found, lambda group: confusion_of_runs(found, group, level=level))
        )
    if not paths:
        raise InputError("a confusion matrix is missing: give a CSV file of counts, one per run")
    tables = [read_confusion(path) for path in paths]
    sizes = {values.shape[0] for _, values in tables}
    if len(sizes) > 1:
        raise InputError(f"all runs need the same classes, got {sorted(sizes)} of them")
    stacked = np.stack([values for _, values in tables]) if len(tables) > 1 else tables[0][1]
    return Result(confusion_of_counts(stacked, tables[0][0], level=level))


def calibration(
    sweep: str | Runs | None = None,
    *,
    from_file: File | None = None,
    level: float = 0.95,
    progress: Progress = silent,
) -> Result:
    """Answer: do the probabilities mean what they say?

    Args:
        sweep: A recorded sweep's name, or runs of another tool.
        from_file: In its place a CSV file with a row per prediction: confidence, correct (1 or 0)
            and, of several runs, run.
        level: Confidence level of the intervals.
        progress: Called while a sweep's files are read.

    Raises:
        InputError: No such sweep, no predictions, or a file that makes no sense.
        StoreError: The store cannot be reached.
    """
    path = as_path(from_file)
    one_way(sweep, path, "confidence and correct")
    if path is not None:
        return Result(calibration_of_answers(*read_answers(path), level=level))
    assert sweep is not None  # noqa: S101 - one of the two is given
    found = read(sweep, progress)
    return Result(
        each_by_models(found, lambda group: calibration_of_runs(found, group, level=level))
    )


def verification(
    sweep: str | Runs | None = None,
    *,
    dev: File | None = None,
    test: File | None = None,
    subjects: bool = False,
    level: float = 0.95,
    progress: Progress = silent,
) -> Result:
    """Answer: what are the equal error rate and the half total error rate?

    Args:
        sweep: Name of a recorded sweep of two classes.
        dev: In its place CSV files of scored trials (score, label): those that choose the
            threshold, and
        test: those that are scored.
        subjects: Whether to take the interval from resampling subjects (a column of ``test``).
        level: Confidence level of the intervals.
        progress: Called while a sweep's files are read.

    Raises:
        InputError: No such sweep, or files that make no sense.
        StoreError: The store cannot be reached.
    """
    if sweep is not None:
        if dev is not None or test is not None or subjects:
            raise InputError("give either a sweep's name, or --dev and --test, not both")
        found = read(sweep, progress)
        return Result(
            each_by_models(found, lambda group: verification_of_runs(found, group, level=level))
        )
    chosen, scored = as_path(dev), as_path(test)
    if chosen is None or scored is None:
        raise InputError("--dev and --test belong together: give both, or a sweep's name")
    trials = read_trials(chosen), read_trials(scored)
    return Result(verification_of_trials(*trials, by_subject=subjects, level=level))


def ensemble(
    sweep: str | Runs | None = None,
    *,
    from_file: File | None = None,
    level: float = 0.95,
    progress: Progress = silent,
) -> Result:
    """Answer: what would an ensemble of the runs score?

    Args:
        sweep: A recorded sweep's name, or runs of another tool.
        from_file: In its place a CSV file with a row per run and example: run, label, and the
            probability of each class.
        level: Confidence level of the intervals.
        progress: Called while a sweep's files are read.

    Raises:
        InputError: No such sweep, predictions of one run only, or a file that makes no sense.
        StoreError: The store cannot be reached.
    """
    path = as_path(from_file)
    one_way(sweep, path, "run, label and the probability of each class")
    if path is not None:
        return Result(ensemble_of_probabilities(*read_probabilities(path), level=level))
    assert sweep is not None  # noqa: S101 - one of the two is given
    found = read(sweep, progress)
    return Result(each_by_models(found, lambda group: ensemble_of_runs(found, group, level=level)))


def epochs(
    sweep: Sweep | None = None,
    *,
    from_file: File | None = None,
    level: float = 0.95,
    progress: Progress = silent,
) -> Result:
    """Answer: how much does choosing the best epoch on test data add?

    Args:
        sweep: A recorded sweep's name, or runs of another tool.
        from_file: In its place a CSV file of test accuracy, a row per run and a column per epoch.
        level: Confidence level of the intervals.
        progress: Called while a sweep's files are read.

    Raises:
        InputError: No such sweep, fewer than two runs or epochs, or a file that makes no sense.
        StoreError: The store cannot be reached.
    """
    path = as_path(from_file)
    one_way(sweep, path, "runs × epochs of test accuracy")
    if path is not None:
        return Result(epochs_of_file(path, level=level))
    assert sweep is not None  # noqa: S101 - one of the two is given
    if is_frame(sweep):
        sweep = of_frame(sweep)
    found = read(sweep, progress)
    return Result(each_by_models(found, lambda group: epochs_of_runs(found, group, level=level)))
