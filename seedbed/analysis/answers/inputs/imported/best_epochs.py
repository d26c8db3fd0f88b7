"""Whether the score is the best epoch of each run: by its name, and by the runs' curves."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import isclose, isfinite

from seedbed.analysis.answers.inputs.imported.imported_sweep import ImportedSweep
from seedbed.analysis.wording import count, listed, one_line
from seedbed.tracking.importing.curve_summary import CurveSummary, summary_of
from seedbed.tracking.importing.imported_runs import ImportedRun
from seedbed.tracking.importing.score_names import is_score_name, words_of
from seedbed.tracking.records import RunRecord

BEST = {"best", "max", "maximum", "min", "minimum", "top"}
OF_CLASSES = re.compile(r"top[_\W]*(k|\d)|max[_\W]*error", re.IGNORECASE)
"""Metrics with such a word that are no best epoch: top-k accuracy, the largest error."""
HELD_OUT = {"val", "valid", "validation", "dev", "test", "eval"}
RESTORED = "restored_epoch"
"""Metric that MLflow's autologging adds if early stopping restored the weights of an epoch."""
MOST_RUNS, MOST_ARMS, MOST_CURVES = 12, 6, 4
"""Runs, arms and curves of a run that are read from a store; files are read anyway."""
LEAST_DIGITS = 3
"""Decimals from which a score may be a rounded value of a curve."""

OWN, REPEATED, AUTOLOGGED = "\0own", "\0repeated", "\0autologged"
FINAL, OTHER, UNKNOWN = "\0final", "", "\0unknown"
"""How a score relates to its run's curves, if not by the name of one."""


@dataclass(frozen=True)
class _Arm:
    """What the curves of an arm's runs say.

    Attributes:
        label: The arm.
        kind: How its scores are the best epoch: a constant, or the name of a curve; empty if they
            are not.
        best: Number of its runs whose score is the best epoch.
        looked_at: Number of its runs whose curves were compared with the score.
        final: Number of its runs whose score is the last epoch, which was not the best.
    """

    label: str
    kind: str
    best: int
    looked_at: int
    final: int


def best_epoch_warnings(found: ImportedSweep, arms: Mapping[str, Sequence[RunRecord]]) -> list[str]:
    """What to say if the score is the best epoch of each run, chosen on the scored data.

    Args:
        found: The runs.
        arms: Arm → its runs that count.
    """
    lower = found.unit.lower_is_better
    side = "lower" if lower else "higher"
    end = (
        f"Chosen on the data that it is scored on, it is {side} than a final score and not "
        "comparable with one."
    )
    if set(words_of(OF_CLASSES.sub("", found.metric))) & BEST:
        return [f"{one_line(found.metric, 40)} is the best epoch of each run by its name. {end}"]
    shown = list(arms.items())[: _most_arms(found)]
    judged = [_arm(found, name, runs, len(shown)) for name, runs in shown]
    best = [arm for arm in judged if arm.kind]
    if not best:
        return []
    extreme = "lowest" if lower else "highest"
    final = [arm for arm in judged if not arm.kind and 2 * arm.final > arm.looked_at]
    beside = (
        f" In {listed(arm.label for arm in final)} it is that of the last epoch." if final else ""
    )
    what = "the best epoch of a run, not its last,"
    if best[0].kind == AUTOLOGGED:
        what = "that of an earlier epoch than a run's last"
        end = "Chosen on validation data, it is not comparable with a final score."
    return [
        f"{one_line(found.metric, 40)} is {what} in {listed(_share(arm, judged) for arm in best)}: "
        f"{_how(best[0].kind, extreme)}.{beside} {end}"
    ]


def _share(arm: _Arm, arms: Sequence[_Arm]) -> str:
    whose = f" of {arm.label}" if len(arms) > 1 else ""
    return f"{arm.best} of {count(arm.looked_at, 'run')}{whose}"


def _how(kind: str, extreme: str) -> str:
    if kind == OWN:
        return f"it equals the {extreme} value of its own curve, and the last epoch's differs"
    if kind == REPEATED:
        return f"the curve ends by repeating its {extreme} value, as after restored weights"
    if kind == AUTOLOGGED:
        return "early stopping restored its weights"
    curve = one_line(kind, 40)
    return f"it equals the {extreme} value of {curve}, and the last epoch's differs"


def _is_known(run: ImportedRun) -> bool:
    """Whether reading the run told all of its curves."""
    return all(curve.least is not None for curve in run.curves.values())


def _most_arms(found: ImportedSweep) -> int | None:
    return None if all(_is_known(run) for run in found.runs.values()) else MOST_ARMS


def _arm(found: ImportedSweep, name: str, members: Sequence[RunRecord], arms: int) -> _Arm:
    runs = [found.runs[run.run_id] for run in members]
    if not all(_is_known(run) for run in runs):
        runs = runs[: max(2, MOST_RUNS // arms)]
    lower = found.unit.lower_is_better
    said = [kinds for run in runs if (kinds := _kinds(run, found.metric, lower=lower))]
    told = [kinds for kinds in said if UNKNOWN not in kinds]
    counted = Counter(kind for one in told for kind in one if kind not in (FINAL, OTHER))
    kind, best = counted.most_common(1)[0] if counted else ("", 0)
    certain = kind in (OWN, AUTOLOGGED)
    final = sum(FINAL in one for one in told)
    is_best = 2 * best > len(told) and (certain or best > 1)
    return _Arm(name, kind if is_best else "", best, len(told), final)


def _kinds(run: ImportedRun, metric: str, *, lower: bool) -> set[str]:
    """How the score of a run relates to its curves; empty if it has none to compare with.

    ``UNKNOWN`` if the last epoch was the best, so that both are the same.
    """
    score = run.metrics[metric]
    own = _summary(run, metric)
    if own is not None and own.length > 1:
        return _of_own(run, metric, own, lower=lower)
    kinds = set()
    compared = False
    for name, curve in _others(run, metric):
        compared = True
        best = curve.least if lower else curve.greatest
        if best is not None and _agrees(score, best):
            kinds.add(UNKNOWN if _agrees(score, curve.last) else name)
        elif _agrees(score, curve.last):
            kinds.add(FINAL)
    if len(kinds) > 1:
        kinds.discard(UNKNOWN)
    return kinds or ({OTHER} if compared else set())


def _of_own(run: ImportedRun, metric: str, own: CurveSummary, *, lower: bool) -> set[str]:
    """The same of a score that has a curve."""
    score = run.metrics[metric]
    best = own.least if lower else own.greatest
    if best is not None and _agrees(score, best) and own.last != best:
        return {OWN}
    if isfinite(run.metrics.get(RESTORED, float("nan"))):
        return {AUTOLOGGED}
    if own.last == best:
        return {REPEATED if own.ends_in_repeat and _all_repeat(run, metric) else UNKNOWN}
    return {FINAL}


def _all_repeat(run: ImportedRun, metric: str) -> bool:
    """Whether another curve ends so as well: a coarse accuracy repeats by chance, a loss hardly."""
    length = run.curves[metric].length
    others = [name for name in run.curves if name != metric and run.curves[name].length == length]
    if not _is_known(run):
        others = others[:1]
    found = [curve for name in others if (curve := _summary(run, name)) is not None]
    return not found or any(curve.ends_in_repeat for curve in found)


def _others(run: ImportedRun, metric: str) -> Iterator[tuple[str, CurveSummary]]:
    """The curves of scores under other names; a few of them if they are read from a store."""
    names = [name for name in run.curves if name != metric and is_score_name(name)]
    if not _is_known(run):
        names = [name for name in names if run.curves[name].length > 0]
        names = sorted(names, key=lambda name: (not set(words_of(name)) & HELD_OUT, name))
        names = names[:MOST_CURVES]
    for name in names:
        found = _summary(run, name)
        if found is not None and found.length > 1:
            yield name, found


def _summary(run: ImportedRun, name: str) -> CurveSummary | None:
    """The summary of a curve, read from the store if only its end is known."""
    known = run.curves.get(name)
    if known is None or known.least is not None or run.load_curve is None:
        return known
    return summary_of(run.load_curve(name))


def _agrees(score: float, value: float) -> bool:
    """Whether a score is a value, or that value rounded as the score is."""
    if isclose(score, value, rel_tol=1e-9):
        return True
    digits = len(repr(score).partition(".")[2])
    return LEAST_DIGITS <= digits <= 6 and round(value, digits) == score
