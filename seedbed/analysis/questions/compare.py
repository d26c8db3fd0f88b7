"""Two configurations compared, or many."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from seedbed.analysis.answers.answer import Answer
from seedbed.analysis.answers.compare import (
    Matrix,
    compare_answers,
    compare_numbers,
    compare_sweep,
    compare_table,
)
from seedbed.analysis.answers.comparison.comparison_answer import Terms
from seedbed.analysis.answers.inputs.imported.runs import Runs
from seedbed.analysis.answers.inputs.read_inputs import read_names
from seedbed.analysis.answers.inputs.recorded_sweep import read
from seedbed.analysis.questions.inputs import (
    File,
    Numbers,
    Right,
    Sweep,
    as_names,
    as_numbers,
    as_right,
    regrouped,
)
from seedbed.analysis.questions.results.result import Result
from seedbed.analysis.statistics.checks import Floats, check_level
from seedbed.system.errors import InputError
from seedbed.system.progress import Progress, silent

Arms = Mapping[str, Right] | Sequence[File]


def compare(
    sweep: Sweep | None = None,
    *,
    a: Numbers | None = None,
    b: Numbers | None = None,
    correct: Arms | None = None,
    from_file: File | None = None,
    by: str | None = None,
    metric: str | None = None,
    seed: str | None = None,
    control: str | None = None,
    paired: bool | None = None,
    margin: float | str | None = None,
    subjects: File | None = None,
    train_size: int | None = None,
    test_size: int | None = None,
    level: float = 0.95,
    shared_variance: bool = False,
    prior_sd: float | str | None = None,
    progress: Progress = silent,
) -> Result:
    """Answer: does A score higher than B?

    Give the runs one way: a sweep, ``a`` and ``b``, ``correct``, or ``from_file``.

    Args:
        sweep: A recorded sweep's name, or runs of another tool (``mlflow:my-experiment``).
        a: Scores of A, one per run; nan for a run that failed.
        b: Scores of B likewise; the same order of seeds when paired.
        correct: One CSV file per arm, or name → ``[run, example]`` of 1 (right) and 0 (wrong).
        from_file: CSV file with a row per run.
        by: Option of the sweep, or column of the file, whose values are compared.
        metric: The column of scores, of a file or of another tool's runs.
        seed: The column of seeds likewise; runs of equal seeds are paired.
        control: Configuration to compare the others with.
        paired: Whether the arms' runs share seeds, in order; None: as the seeds say.
        margin: Largest difference that counts as equivalent, in the unit of the scores, or points
            as text (``"0.5points"``); without it, nothing is called equivalent.
        subjects: With ``correct``, a file with the subject of each example.
        train_size: Examples trained on, where the runs are random re-splits.
        test_size: Examples tested on; both of ``a`` and ``b``, or of a file's rows.
        level: Confidence level of the intervals.
        shared_variance: Whether three or more unpaired arms may be taken for equal in their spread.
        prior_sd: Sd of a run of earlier sweeps, for unpaired runs: a number in the unit of the
            scores (or ``"0.4points"``), and of a sweep also an earlier sweep's name, or ``"auto"``
            for every earlier one of the same experiment and data set.
        progress: Called while a sweep's files are read.

    Raises:
        InputError: Numbers or files that make no sense, or no such sweep.
        StoreError: The store cannot be reached.
    """
    check_level(level)
    numbers = a is not None or b is not None
    if sum((numbers, correct is not None, from_file is not None, sweep is not None)) != 1:
        raise InputError(
            "give the runs one way: a sweep's name, --a and --b, --correct with a file per arm, "
            "or --from FILE"
        )
    if subjects is not None and correct is None:
        raise InputError("--subjects needs --correct: scores alone do not tell examples apart")
    scores_alone = numbers or from_file is not None
    if (train_size is not None or test_size is not None) and not scores_alone:
        raise InputError(
            "--train-size and --test-size need the scores of --a and --b or of --from FILE: "
            "answers and recorded runs have their test set"
        )
    terms = Terms(paired, control, margin, level, share_variance=shared_variance)
    if sweep is not None:
        runs = regrouped(
            sweep, by=as_names(by), metric=metric, seed=as_names(seed), progress=progress
        )
        return Result(_of_sweep(runs, terms, by, prior_sd, progress))
    if from_file is not None:
        return Result(
            compare_table(
                Path(from_file),
                terms,
                by=by,
                metric=metric,
                seed=seed,
                sizes=(train_size, test_size),
                prior_sd=prior_sd,
            )
        )
    if correct is not None and prior_sd is not None:
        raise InputError("--prior-sd needs scores or a sweep, got answers of --correct")
    if correct is not None:
        clusters = None if subjects is None else read_names(Path(subjects))
        return Result(compare_answers(_answers_by_arm(correct), terms, clusters))
    first, second = (_scores(name, values) for name, values in (("A", a), ("B", b)))
    return Result(compare_numbers(first, second, terms, (train_size, test_size), prior_sd))


def _of_sweep(
    runs: str | Runs, terms: Terms, by: str | None, prior_sd: float | str | None, progress: Progress
) -> Answer:
    if isinstance(runs, str):
        return compare_sweep(read(runs, progress, headline=True), terms, by=by, prior_sd=prior_sd)
    arms = runs.asked.by[0] if len(runs.asked.by) == 1 else None
    return compare_sweep(
        read(runs, progress, apart=arms is not None), terms, by=arms, prior_sd=prior_sd
    )


def _scores(name: str, values: Numbers | None) -> Floats:
    if values is None or np.size(values) == 0:
        arm = name.lower()
        raise InputError(
            f"arm {name} is empty: give a score per run, as --{arm} 74.8 75.1, or "
            f"in Python {arm}=[74.8, 75.1]"
        )
    return as_numbers(values, f"scores of {name}", failed=True)


def _answers_by_arm(correct: Arms) -> dict[str, Matrix]:
    """Name → answers; a file's name without its ending names its arm."""
    if len(correct) < 2:
        raise InputError(f"a comparison needs a file per arm, got {next(iter(correct))} only")
    if isinstance(correct, Mapping):
        return {name: as_right(matrix, least_runs=1) for name, matrix in correct.items()}
    found: dict[str, Matrix] = {}
    for name in correct:
        path = Path(name)
        stem = path.stem if path.stem not in found else str(path)
        if stem in found:
            raise InputError(f"each arm needs a file of its own, got {name} twice")
        found[stem] = as_right(path, least_runs=1)
    return found
