"""``spread``: how much the runs vary, and how much of that is the finite test set."""

import shlex
from collections.abc import Sequence
from dataclasses import replace
from functools import partial

import numpy.typing as npt

from seedbed.analysis.answers.answer import Answer
from seedbed.analysis.answers.configuration_answers import with_repeats, with_unread
from seedbed.analysis.answers.inputs.read_inputs import same_unit
from seedbed.analysis.answers.inputs.recorded_sweep import Recorded
from seedbed.analysis.answers.units import FRACTION, Unit, named_score, unit_of
from seedbed.analysis.findings.configurations import Group
from seedbed.analysis.statistics.arms.new_data import SeedGap, two_seeds
from seedbed.analysis.statistics.checks import Floats, as_matrix
from seedbed.analysis.statistics.spread import EQUAL, IDENTICAL, Spread, describe
from seedbed.analysis.statistics.variance.decompose import Split, bounded_split, split
from seedbed.analysis.wording import listed, one_line, p_value
from seedbed.system.text.sentence_case import sentence_case
from seedbed.tracking.records import RunRecord
from seedbed.tracking.schema import SCORE

NO_PROOF = "no spread to estimate; equal scores do not prove equal models"
LONGEST_NAME = 60
MOST_SPLIT = 1000
"""Runs of a sweep up to which the answers of all are read."""
FEW_SPLIT = 200
"""Runs of a larger sweep whose answers are read: enough for a split, and quick."""


def spread_of_scores(
    scores: Floats,
    *,
    test_size: int | None = None,
    between: tuple[float, float] | None = None,
    level: float = 0.95,
) -> Answer:
    """Describe accuracies.

    Args:
        scores: ``[run]``, all percent or all fractions.
        test_size: Examples in the test set, where known.
        between: Two runs whose gap is in question.
        level: Confidence level.
    """
    scale = same_unit(scores)
    found = describe(scores, level, test_size).within(0, scale)
    parts = None
    if test_size is not None and found.n > 1:
        parts = bounded_split(scores, test_size, scale=scale, level=level)
    gap = None
    if between is not None:
        same_unit(scores, *between)
        gap = two_seeds(*between, scores, level)
    answer = _answer(found, parts, gap, unit_of(scores))
    return replace(answer, scores={"runs": scores})


def spread_of_correct(correct: npt.ArrayLike, *, level: float = 0.95) -> Answer:
    """Describe runs by their answers, and split the spread.

    Args:
        correct: ``[run, example]`` of 0/1, 1 is right.
        level: Confidence level.
    """
    matrix = as_matrix(correct, "answers")
    scores = matrix.mean(axis=1)
    found = describe(scores, level, matrix.shape[1]).within(0, 1)
    return replace(_answer(found, split(matrix, level), None, FRACTION), scores={"runs": scores})


def spread_of_runs(
    found: Recorded,
    group: Group,
    *,
    test_size: int | None = None,
    between: tuple[float, float] | None = None,
    level: float = 0.95,
) -> Answer:
    """Describe the recorded runs of one configuration, and split their spread by their answers.

    Args:
        found: The sweep.
        group: The configuration.
        test_size: Examples in the test set, for runs that recorded no predictions.
        between: Two runs' accuracies whose gap is in question, as fractions.
        level: Confidence level.
    """
    answer = with_repeats(_spread_of_group(found, group, test_size, between, level), group)
    return replace(answer, scores={"runs": group.models})


def _spread_of_group(
    found: Recorded,
    group: Group,
    test_size: int | None,
    between: tuple[float, float] | None,
    level: float,
) -> Answer:
    unit = found.unit
    spread = describe(group.models, level, test_size).within(*unit.limits)
    gap = two_seeds(*between, group.models, level) if between is not None else None
    if group.bit_identical:
        runs = len(group.every) + group.repeats
        mean = unit.level(spread.mean.value)
        line = f"All {runs} runs have one set of weights and scored {mean}: "
        answer = _answer(replace(spread, identical=True, note=IDENTICAL), None, gap, unit)
        return replace(answer, sentences=(f"{line}{IDENTICAL}.",))
    if spread.identical:
        if found.is_imported:
            return _answer(spread, None, gap, unit)
        differ = len({run.fingerprint for run in group.every if run.fingerprint}) > 1
        though = ", though their weights differ" if differ else ""
        note = f"all score exactly the same{though}: no spread to estimate"
        return _answer(replace(spread, note=note), None, gap, unit)
    if spread.n < 2:
        return _answer(spread, None, gap, unit)
    most = None if sum(len(one.runs) for one in found.groups) <= MOST_SPLIT else _few(found)
    stack, said = found.stack(group, most) if found.predictions_give_score else (None, [])
    parts = None
    if stack is not None and len(stack.positions) > 1:
        parts = split(stack.errors, level)
        if len(stack.positions) < spread.n:
            said.append(f"the split uses the predictions of {len(stack.positions)} runs")
    elif unit.perfect is None or not (found.is_imported or found.metric == SCORE):
        return _answer(spread, None, gap, unit)
    elif test_size is not None:
        parts = bounded_split(group.models, test_size, scale=unit.perfect, level=level)
    elif not said or any("recorded no predictions" in one for one in said):
        said.append(f"{_test_size_words(found)} tells sampling noise from change of the model")
    return with_unread(_answer(spread, parts, gap, unit, group.model_runs), said)


def _test_size_words(found: Recorded) -> str:
    """What takes the size of the test set: ``seedbed spread``, no other command that says so."""
    if found.is_imported:
        return "--test-size of seedbed spread"
    asked = f"seedbed spread {shlex.quote(found.sweep.name)} --test-size N (its examples)"
    if found.of_scripts:
        asked += ", or accuracy_score(labels, predictions) of scikit-learn in the script,"
    return asked


def _few(found: Recorded) -> int:
    """Runs of each configuration whose answers are read, where there are very many runs."""
    return max(FEW_SPLIT // len(found.groups), 2)


def _answer(
    found: Spread,
    parts: Split | None,
    gap: SeedGap | None,
    unit: Unit,
    runs: Sequence[RunRecord] = (),
) -> Answer:
    sentences = [_first(found, unit)]
    if found.mean.low is not None:
        sentences.append(
            f"The mean is {unit.mean(found.mean.value)} ({unit.interval(found.mean)})."
        )
        low, high = found.next_run.low or 0, found.next_run.high or 0
        sentences.append(
            f"The next run will score between {unit.level(low)} and {unit.level(high)} with "
            f"{100 * found.next_run.level:g} % probability."
        )
    if found.odd_scores and not found.identical:
        sentences.append(_odd(found, unit, runs))
    elif found.note is not None and not found.identical and found.n > 1:
        sentences.append(sentence_case(found.note) + ".")
    if parts is not None and not parts.identical:
        sentences.append(_split_sentence(parts, unit))
    if gap is not None:
        sentences.append(_gap_sentence(gap, unit))
    rows: list[tuple[str, object]] = [("mean", found.mean), ("sd", found.sd)]
    rows.append(("next_run", found.next_run))
    if parts is not None:
        rows += [("genuine", parts.genuine), ("finite_test_set", parts.finite)]
        rows += [("F", parts.F), ("p", parts.p), ("cochran_q", parts.cochran_q)]
    fields = {
        "n": found.n,
        "mean": found.mean,
        "sd": found.sd,
        "next_run": found.next_run,
        "identical": found.identical,
        "outliers": found.outliers,
        "note": found.note,
        "genuine": parts and parts.genuine,
        "genuine_variance": parts and parts.genuine_variance,
        "finite_test_set": parts and parts.finite,
        "F": parts and parts.F,
        "p": parts and parts.p,
        "cochran_q": parts and parts.cochran_q,
        "cochran_p": parts and parts.cochran_p,
        "gap": gap,
    }
    return Answer(tuple(sentences), fields, tuple(rows))


def _odd(found: Spread, unit: Unit, runs: Sequence[RunRecord]) -> str:
    """Which runs lie far from the others, by name and with what runs a script's run again."""
    names = [one_line(runs[at].name, LONGEST_NAME) if runs else "" for at in found.outliers]
    which = listed(map(partial(named_score, unit), found.odd_scores, names))
    one = len(found.odd_scores) == 1
    far = "lies far from the others and widens" if one else "lie far from the others and widen"
    again = next((runs[at] for at in found.outliers if runs and "script" in runs[at].options), None)
    look = f"look at {'it' if one else 'them'}"
    if again is not None:
        look += f" (seedbed repeat --run {again.run_id} runs {'it' if one else 'the first'} again)"
    return f"{which} {far} every interval: {look}."


def _first(found: Spread, unit: Unit) -> str:
    mean = unit.level(found.mean.value)
    if found.sd is None:
        return f"One run scored {mean}: one run says nothing about the spread."
    if found.identical:
        note = NO_PROOF if found.note == EQUAL else found.note
        return f"All {found.n} runs scored {mean}: {note}."
    return (
        f"The runs vary by {unit.difference(found.sd.value)} (sd of {found.n} runs, "
        f"{unit.interval(found.sd)})."
    )


def _split_sentence(parts: Split, unit: Unit) -> str:
    noise, low = unit.difference(parts.finite_test_set), parts.genuine.low
    if parts.F is None:
        if low is not None and low > 0:
            return (
                f"Sampling noise of a test set of this size explains at most {noise}, so the "
                f"models themselves vary, by at least {unit.difference(low)}."
            )
        return (
            f"Sampling noise of a test set of this size alone explains up to {noise}, so "
            "accuracies cannot tell whether the models themselves vary: give each run's answers "
            "with --correct."
        )
    split = f"Of this spread, {noise} is sampling noise of the test set"
    if low is not None and low > 0:
        return (
            f"{split}; the models themselves vary by {unit.difference(parts.genuine.value)} "
            f"({unit.interval(parts.genuine)})."
        )
    most = parts.genuine.high
    bound = "" if most is None else f"; if they do, by at most {unit.difference(max(most, 0.0))}"
    return f"{split}; the runs do not show that the models themselves vary{bound}."


def _gap_sentence(gap: SeedGap, unit: Unit) -> str:
    kind = "more than" if gap.gap > gap.ordinary else "within what"
    return (
        f"A gap of {unit.difference(gap.gap)} between two of these runs is {kind} chance gives "
        f"({unit.difference(gap.ordinary)}, {p_value(gap.p)}): a seed is not a treatment."
    )
