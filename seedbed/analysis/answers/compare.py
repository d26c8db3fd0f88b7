"""``compare``: A against B, or many configurations."""

from collections.abc import Mapping, Sequence
from functools import partial
from itertools import combinations
from pathlib import Path

import numpy as np
import numpy.typing as npt

from seedbed.analysis.answers.answer import Answer
from seedbed.analysis.answers.arms_from_csv import Arms, read_arms
from seedbed.analysis.answers.arms_from_sweep import sweep_arms
from seedbed.analysis.answers.comparison_answer import compare_configurations, compare_scores
from seedbed.analysis.answers.read_inputs import numbers, read_correct, same_unit
from seedbed.analysis.answers.recorded_sweep import Recorded, told
from seedbed.analysis.statistics.compare import compare_paired
from seedbed.analysis.statistics.new_data import (
    TTest,
    compare_on_new_data,
    compare_resplits,
    mcnemar,
)
from seedbed.system.errors import InputError

Matrix = npt.NDArray[np.uint8]


def compare_answers(
    correct: Mapping[str, Matrix],
    *,
    paired: bool,
    control: str | None = None,
    clusters: Sequence[str] | None = None,
    margin: float | None = None,
    level: float = 0.95,
) -> Answer:
    """Compare arms by their answers: on this test set and on new data.

    Args:
        correct: Name → ``[run, example]`` of 0/1, the same examples in every arm; the same seeds in
            the same rows when paired.
        paired: Whether they are.
        control: Name of the arm that the others are compared with.
        clusters: ``[example]`` subject of each example.
        margin: Largest difference in accuracy (a fraction) that counts as equivalent.
        level: Confidence level.

    Raises:
        InputError: Arms of different examples, or not one subject per example.
    """
    _check_examples(correct)

    def new_data(a: str, b: str) -> TTest | None:
        first, second = correct[a], correct[b]
        if min(len(first), len(second)) < 2:
            return None
        # Right answers A − B: the comparison of errors is the same but for its sign.
        return compare_on_new_data(first, second, paired=paired, clusters=clusters, level=level)

    def two_models(a: str, b: str) -> float | None:
        first, second = correct[a], correct[b]
        return mcnemar(1 - first[0], 1 - second[0]) if len(first) == len(second) == 1 else None

    return compare_configurations(
        {name: matrix.mean(axis=1) for name, matrix in correct.items()},
        paired=paired,
        control=control,
        margin=margin,
        level=level,
        new_data=new_data,
        mcnemar=two_models,
    )


def _check_examples(correct: Mapping[str, Matrix]) -> None:
    for (a, first), (b, second) in combinations(correct.items(), 2):
        if first.shape[1] != second.shape[1]:
            raise InputError(
                f"all arms need the same examples, got {first.shape[1]} in {a} and "
                f"{second.shape[1]} in {b}"
            )


def compare_sweep(
    found: Recorded,
    *,
    by: str | None = None,
    control: str | None = None,
    paired: bool | None = None,
    margin: float | None = None,
    level: float = 0.95,
) -> Answer:
    """Compare the configurations of a recorded sweep.

    Args:
        found: The sweep.
        by: Option whose values are compared; the one that varies, or else every configuration.
        control: Value (or name) of the configuration that the others are compared with.
        paired: As in ``sweep_arms``.
        margin: Largest difference in accuracy (a fraction) that counts as equivalent.
        level: Confidence level.

    Raises:
        InputError: Nothing to compare, or no such option or control.
    """
    arms = sweep_arms(found, by, paired)
    named = next((name for name in arms.runs if control and name.split("=", 1)[-1] == control), "")
    answer = compare_configurations(
        arms.scores,
        paired=arms.paired,
        control=named or control,
        margin=margin,
        level=level,
        notes=arms.notes,
        new_data=partial(arms.on_new_data, level=level),
        mcnemar=arms.two_models,
    )
    return told(found, answer)


def answers_by_arm(names: Sequence[str]) -> dict[str, Matrix]:
    """File's name without its ending → answers, of each arm."""
    if len(names) < 2:
        raise InputError(f"a comparison needs a file per arm, got {names[0]} only")
    found: dict[str, Matrix] = {}
    for name in names:
        path = Path(name)
        stem = path.stem if path.stem not in found else str(path)
        if stem in found:
            raise InputError(f"each arm needs a file of its own, got {name} twice")
        found[stem] = read_correct(path, least_runs=1)
    return found


def arms_of_table(
    path: Path, by: str | None, metric: str | None, seed: str | None, paired: bool | None
) -> Arms:
    """Read the arms of a table whose columns are named."""
    if by is None or metric is None:
        raise InputError("--csv needs --by and --metric, the columns of configuration and score")
    return read_arms(path, by=by, metric=metric, seed=seed, paired=paired)


def compare_numbers(
    a: Sequence[str],
    b: Sequence[str],
    *,
    paired: bool,
    margin: float | None,
    level: float,
    sizes: tuple[int | None, int | None],
) -> Answer:
    """Compare two lists of numbers; ``sizes`` are those of random re-splits."""
    for name, words in (("A", a), ("B", b)):
        if not words:
            raise InputError(f"arm {name} is empty: give its runs with --{name.lower()}")
    first, second = numbers(a, "scores of A"), numbers(b, "scores of B")
    same_unit(np.concatenate([first, second]))
    resplits = None
    if sizes != (None, None):
        train, test = sizes
        if train is None or test is None or not paired:
            raise InputError("re-splits need --train-size, --test-size and --paired together")
        if first.size != second.size:
            compare_paired(first, second)  # says which arm is longer
        resplits = compare_resplits(first - second, train, test, level)
    return compare_scores(
        first, second, paired=paired, margin=margin, level=level, resplits=resplits
    )
