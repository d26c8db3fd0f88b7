"""What became of a script's number where it took another course, run by run."""

from collections.abc import Sequence

import numpy as np

from seedbed.analysis.answers.answer import Answer
from seedbed.analysis.answers.chosen_number import choose_number
from seedbed.analysis.answers.script.asked import AskedOfScript
from seedbed.analysis.answers.units import Unit
from seedbed.analysis.findings.counts_and_warnings import score_of
from seedbed.analysis.findings.script.script_runs import Told
from seedbed.analysis.statistics.arms.compare import compare_paired
from seedbed.analysis.statistics.checks import Floats
from seedbed.analysis.statistics.spread import describe
from seedbed.analysis.wording import count
from seedbed.system.errors import InputError
from seedbed.tracking.records import RunRecord, SweepRecord

LEAST = 2
"""Runs on each course."""

WORDS = {
    "rebuild": "Built anew before {line}",
    "reseed": "With every generator seeded alike before each round of {line}",
    "validation": "With the epoch chosen on a fifth of the training rows, not on those of {line},",
}


def alternative_answer(
    before: SweepRecord, after: SweepRecord, told: Told, asked: AskedOfScript, level: float = 0.95
) -> Answer:
    """Compare the number of a script with that of its other course, on common seeds.

    Args:
        before: The script as it is.
        after: The script on its other course.
        told: The sentence that the other course tests.
        asked: The number that is asked about.
        level: Confidence level.

    Raises:
        InputError: Fewer than two seeds gave the number on both courses.
    """
    if len(after.finished) < LEAST:
        raise _too_few(len(after.finished))
    before, number = choose_number(before, asked.metric)
    after, _ = choose_number(after, number.metric if asked.metric is None else asked.metric)
    if told.alternative == "reseed" and (table := _rounds_of(before, after)):
        return _of_rounds(table, told, number.unit, level)
    first, second = (
        {run.options.get("seed"): score_of(run, number.metric) for run in sweep.finished}
        for sweep in (before, after)
    )
    pairs = [
        (one, first[seed])
        for seed, one in second.items()
        if one is not None and first.get(seed) is not None
    ]
    if len(pairs) < LEAST:
        raise _too_few(len(pairs))
    changed, was = np.array(pairs, np.float64).T
    unit = number.unit
    spread = describe(changed, level).within(*unit.limits)
    found = compare_paired(changed, was, level=level)
    gap = found.difference
    way = "higher" if gap.value > 0 else "lower"
    start = WORDS[told.alternative].format(line=told.line or "that fit")
    lead = (
        f"{start} it ends at {unit.level(spread.mean.value)} ({unit.interval(spread.mean)}, n = "
        f"{len(changed)}), not at {unit.level(float(was.mean()))}: "
        f"{unit.difference(abs(gap.value))} {way} "
        f"({unit.interval(gap, sign=1 if gap.value >= 0 else -1)}, {count(len(changed), 'pair')})."
    )
    fields = {
        "alternative": told.alternative,
        "line": told.line,
        "mean": spread.mean,
        "was": float(was.mean()),
        "difference": gap,
    }
    return Answer((lead,), fields, (("mean", spread.mean), ("difference", gap)))


def _rounds_of(before: SweepRecord, after: SweepRecord) -> list[tuple[Floats, Floats]]:
    """The rounds of each seed, on the other course and as the script is; empty without."""
    own, other = (
        {run.options.get("seed"): run for run in sweep.finished} for sweep in (before, after)
    )
    pairs = [(_rounds(run), _rounds(own[seed])) for seed, run in other.items() if seed in own]
    return [(one, two) for one, two in pairs if len(one) == len(two) > 1]


def _rounds(run: RunRecord) -> Floats:
    return np.array(run.script.get("rounds", ()), np.float64)


def _sd(rounds: Floats) -> float:
    """Standard deviation of a run's rounds; exactly 0 where they are equal."""
    return float(rounds.std(ddof=1)) if np.ptp(rounds) > 0 else 0.0


def _of_rounds(
    table: Sequence[tuple[Floats, Floats]],
    told: Told,
    unit: Unit,
    level: float,
) -> Answer:
    """Say how far the rounds of a run scatter on both courses.

    Raises:
        InputError: Fewer than two seeds have rounds on both courses.
    """
    if len(table) < LEAST:
        raise _too_few(len(table))
    after, was = (np.array([_sd(pair[place]) for pair in table], np.float64) for place in (0, 1))
    rounds, n = len(table[0][0]), len(table)
    start = WORDS["reseed"].format(line=told.line or "the loop")
    scattered = unit.difference(float(was.mean()))
    fields: dict[str, object] = {
        "alternative": told.alternative,
        "line": told.line,
        "sd_of_rounds": float(after.mean()),
        "sd_was": float(was.mean()),
    }
    if not after.any():
        lead = (
            f"{start}, all {rounds} rounds of a run give one number, where they scatter with "
            f"a standard deviation of {scattered} (n = {n}): the generator that goes on is all "
            "that tells them apart."
        )
        return Answer((lead,), fields, ())
    gap = compare_paired(after, was, level=level).difference
    way = "more" if gap.value > 0 else "less"
    lead = (
        f"{start}, the {rounds} rounds of a run scatter with a standard deviation of "
        f"{unit.difference(float(after.mean()))}, not {scattered}: "
        f"{unit.difference(abs(gap.value))} {way} "
        f"({unit.interval(gap, sign=1 if gap.value >= 0 else -1)}, {count(n, 'pair')}); what is "
        "left comes from the data of each round."
    )
    return Answer((lead,), {**fields, "difference": gap}, (("difference", gap),))


def _too_few(runs: int) -> InputError:
    return InputError(
        f"--try needs two runs on both courses, got {runs}: give more --seeds, or see above why "
        "runs failed."
    )
