"""The first sentence of an answer about a script: what it did, if that decides; else the spread."""

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import PurePath
from typing import TypedDict, cast

import numpy as np
from scipy import stats

from seedbed.analysis.answers.answer import Answer
from seedbed.analysis.answers.chosen_number import Number
from seedbed.analysis.answers.inputs.recorded_sweep import Recorded
from seedbed.analysis.findings.script.script_runs import (
    Told,
    other_order,
    rows_change,
    told_by_runs,
)
from seedbed.analysis.statistics.checks import Floats
from seedbed.analysis.wording import count, listed
from seedbed.system.text.sentence_case import sentence_case
from seedbed.tracking.records import RunRecord, SweepRecord
from seedbed.tracking.schema import RANK_CAUSE, RANK_CHOSEN

LEVEL, SHARE = 0.95, "95 %"


class _Pair(TypedDict):
    """A pair among the ``comparisons`` of an answer, as far as it is read here."""

    a: str
    b: str
    verdict: Mapping[str, str]


def first_sentence(sweep: SweepRecord, found: Recorded, number: Number, answer: Answer) -> str:
    """The sentence that answers "why is it different each time?", or "which one is better?".

    Args:
        sweep: The sweep, arms not yet parted.
        found: The sweep as it is compared.
        number: What the answer is about.
        answer: The comparison or the spread.
    """
    runs = sweep.finished
    orders = other_order(runs)
    told = [*([orders] if orders else []), *told_by_runs(runs)]
    told = [one for one in told if one.rank and 2 * one.runs > len(runs)]
    decisive = min(
        (one for one in told if one.rank <= RANK_CHOSEN), key=lambda one: one.rank, default=None
    )
    if len(found.having) > 2:
        return _after(decisive, _by(number, _of_many(found, number, answer)))
    if len(found.groups) > 1:
        return _after(decisive, _by(number, of_its_rows(answer.sentences[0], runs, number)))
    if decisive is not None:
        return f"{decisive.text}; {_lower(_level(sweep, found, number))}."
    rounds = [run.script["rounds"] for run in runs if len(run.script.get("rounds", ())) > 1]
    are_folds = all(run.script.get("are_folds") for run in runs)
    if len(rounds) == len(runs) and len({len(one) for one in rounds}) == 1 and not are_folds:
        return _of_rounds(runs, np.array(rounds, np.float64), number)
    cause = next((one for one in told if one.rank == RANK_CAUSE), None)
    causes = [_lower(cause.text)] if cause is not None else []
    causes += [f"the rows that score it {changes}"] if (changes := rows_change(runs)) else []
    because = f": {'; and '.join(causes)}" if causes and _varies(found) else ""
    return f"{_level(sweep, found, number)}{_picked(runs)}{because}."


def _of_many(found: Recorded, number: Number, answer: Answer) -> str:
    """Which of three or more arms is at the top, and how many others it is shown to beat."""
    groups = found.having
    sign = -1 if number.unit.lower_is_better else 1
    best = max(groups, key=lambda group: sign * float(group.scores.mean()))
    pairs = cast("Sequence[_Pair]", answer.fields["comparisons"])
    beaten = sum(
        best.label in (pair["a"], pair["b"]) and pair["verdict"]["verdict"] == "different"
        for pair in pairs
    )
    others = len(groups) - 1
    end = "lowest" if number.unit.lower_is_better else "highest"
    mean = number.unit.level(float(best.scores.mean()))
    said = f"{best.label} scores {end}, {mean} on average over {count(len(best.scores), 'run')}"
    if not beaten:
        return f"{said}, but none of the {others} others is shown to be worse: it can be chance."
    return f"{said}, and is shown to be better than {beaten} of the {others} others (Holm)."


def of_its_rows(verdict: str, runs: Sequence[RunRecord], number: Number) -> str:
    """The verdict, which names the rows that it is about as what they are."""
    rows = {str(run.script.get("test_rows")) for run in runs if run.script.get("test_rows")}
    if len(rows) > 1:
        return verdict.replace("on this test set", "on test sets that change from run to run", 1)
    if number.words.startswith("last val_") or number.metric.startswith("val_"):
        return verdict.replace("on this test set", "on this validation set", 1)
    return verdict


def _by(number: Number, verdict: str) -> str:
    """A verdict that names its number, unless that is the accuracy."""
    return verdict if number.is_score else f"By {number.words}, {_lower(verdict)}"


def _picked(runs: Sequence[RunRecord]) -> str:
    """What a search in the script picks, and in how many runs; empty without a search."""
    picked = Counter(one for run in runs if (one := str(run.script.get("picked", ""))))
    if not picked:
        return ""
    (first, most), *others = picked.most_common()
    if not others:
        return f", and its search picks {first} in every run"
    told = [f"{first} in {most} of {len(runs)} runs", *(f"{one} in {n}" for one, n in others[:2])]
    more = f" and others in {sum(n for _, n in others[2:])}" if len(others) > 2 else ""
    return f", and its search picks {listed(told) if not more else ', '.join(told) + more}"


def _after(decisive: Told | None, verdict: str) -> str:
    """A verdict, with what spoils it."""
    if decisive is None:
        return verdict
    return f"{verdict.removesuffix('.')}, but {_lower(decisive.text)}."


def _varies(found: Recorded) -> bool:
    (group,) = found.having
    return bool(np.ptp(group.scores) > 0)


def _lower(text: str) -> str:
    return text[0].lower() + text[1:] if text[1:2].islower() else text


def _name(sweep: SweepRecord) -> str:
    scripts = dict.fromkeys(
        str(run.options["script"]) for run in sweep.runs if "script" in run.options
    )
    return listed(PurePath(one).name for one in scripts) if scripts else sweep.experiment


def _subject(sweep: SweepRecord, number: Number) -> str:
    if number.is_score and not number.words.startswith("last val_"):  # no test set was scored
        return f"Runs of {_name(sweep)} score"
    words = number.words
    words = f"the {words}" if words.startswith(("mean over ", "last ")) else words
    return f"{sentence_case(words)} of {_name(sweep)} is"


def _level(sweep: SweepRecord, found: Recorded, number: Number) -> str:
    """The mean of the runs and their standard deviation."""
    (group,) = found.having
    scores, unit = group.scores, number.unit
    subject = _subject(sweep, number)
    folds = "" if subject.startswith("The mean over ") else _of_folds(sweep)
    mean = f"{unit.level(float(scores.mean()))}{folds}"
    if len(scores) < 2:
        return f"{subject} {mean} in the one run, which says nothing about the spread"
    if not _varies(found):
        return f"{subject} {mean} in all {len(scores)} runs{_of_kept_seeds(sweep)}"
    mean = f"{unit.mean(float(scores.mean()))}{folds}"
    verb = "scatter" if subject.startswith("Runs") else "scatters"
    sd = unit.difference(float(scores.std(ddof=1)))
    return (
        f"{subject} {mean} on average and {verb} with a standard deviation of {sd} "
        f"(n = {len(scores)})"
    )


def keeps_seeds(sweep: SweepRecord) -> bool:
    """Whether the runs kept the seeds that the script sets, so that equal ones are no surprise."""
    runs = sweep.finished
    return bool(runs) and all(run.options.get("keep_seeds") for run in runs)


def _of_kept_seeds(sweep: SweepRecord) -> str:
    """What equal runs mean if they kept the script's seeds; empty if they did not."""
    if not keeps_seeds(sweep):
        return ""
    weights = {run.fingerprint for run in sweep.finished}
    known = (
        ", with the same weights bit for bit" if len(weights) == 1 and None not in weights else ""
    )
    return (
        f"{known}: the runs kept the script's own seeds (--keep-seeds), which pin all that this "
        "number depends on; without --keep-seeds they show how much it varies"
    )


def _of_folds(sweep: SweepRecord) -> str:
    """That the number of a run is a mean over folds, where each run has as many; else empty."""
    folds = {
        (len(run.script.get("rounds", ())), str(run.script.get("kind_of_rounds", "folds")))
        if run.script.get("are_folds")
        else (0, "")
        for run in sweep.finished
    }
    number, kind = next(iter(folds), (0, ""))
    return f" (the mean of {number} {kind})" if len(folds) == 1 and number > 1 else ""


def _of_rounds(runs: Sequence[RunRecord], rounds: Floats, number: Number) -> str:
    """Of rounds that train alike: where one of them lands, and how far two are apart.

    Args:
        runs: The runs.
        rounds: ``[run, round]`` their numbers.
        number: What they are.
    """
    unit, (n, each) = number.unit, rounds.shape
    within = float(np.sqrt(rounds.var(axis=1, ddof=1).mean()))
    means = rounds.mean(axis=1)
    between = float(means.var(ddof=1)) if n > 1 else 0.0
    one = float(np.sqrt(within**2 + max(0.0, between - within**2 / each)))
    mean = float(means.mean())
    trainings = f"{each} trainings in each of {count(n, 'run')}"
    seeded = runs[0].script.get("seeded_rounds", [])
    if len(seeded) == each:
        half = float(stats.t.ppf((1 + LEVEL) / 2, n * (each - 1))) * within * np.sqrt(2)
        return (
            f"The trainings differ in their seed alone ({listed(seeded)}): by chance two seeds of "
            f"this network are {unit.difference(within * 2 / np.sqrt(np.pi))} apart on average, "
            f"and up to {unit.difference(half)} in {SHARE} of pairs ({trainings}), so a gap "
            "like that says nothing of the models."
        )
    gives = "scores" if number.is_score else f"gives ({number.words})"
    said = (
        f"The {each} trainings of a run differ by chance: one {gives} {unit.level(mean)} on "
        f"average with a standard deviation of {unit.difference(one)}"
    )
    if n > 1:
        reach = float(stats.t.ppf((1 + LEVEL) / 2, n - 1)) * one * np.sqrt(1 + 1 / n)
        low, high = max(mean - reach, unit.limits[0]), min(mean + reach, unit.limits[1])
        ends = f"{unit.level(low)} and {unit.level(high)}"
        said += f", so one alone lands between {ends} ({SHARE}; {trainings})"
        sd = unit.difference(between**0.5)
        return f"{said}; the mean of the {each} has a standard deviation of {sd} from run to run."
    return f"{said} ({trainings})."
