"""Whether the runs trained equally long: by the lengths of their curves, and by parameters."""

import re
from collections.abc import Mapping, Sequence

from seedbed.analysis.answers.inputs.imported.best_epochs import RESTORED
from seedbed.analysis.answers.inputs.imported.imported_sweep import ImportedSweep
from seedbed.analysis.wording import listed, one_line
from seedbed.tracking.importing.imported_runs import ImportedRun
from seedbed.tracking.importing.score_names import words_of
from seedbed.tracking.records import RunRecord

EPOCHS = {"epochs", "epoch", "steps", "iterations"}
BESIDE = {"n", "nb", "no", "num", "number", "of", "max", "total", "train", "training", "fit"}
"""Words beside those of ``EPOCHS``; with others a parameter is none: ``warmup_steps``."""
MOST_NAMED = 4
"""Arms whose lengths a sentence names."""

Span = tuple[int, int]


def is_length_name(name: str) -> bool:
    """Whether a parameter of this name says how long a run trained: ``epochs``, ``max_steps``."""
    words = set(words_of(re.split(r"[./:]", name)[-1]))
    return bool(words & EPOCHS) and words <= EPOCHS | BESIDE


def length_warnings(found: ImportedSweep, arms: Mapping[str, Sequence[RunRecord]]) -> list[str]:
    """What to say if the runs that count trained for different lengths.

    Nothing if the user asks about the length, or it is all that differs between the arms.

    Args:
        found: The runs.
        arms: Arm → its runs that count.
    """
    names = found.by or found.sweep.varied
    of_arms = [name for name in names if is_length_name(name)]
    beside = any(is_length_name(name) for name in set(found.columns.varied).difference(names))
    if beside or (of_arms and (found.by or len(of_arms) == len(names))):
        return []  # a setting that differs beside the arms is told as such
    members = {arm: [found.runs[run.run_id] for run in runs] for arm, runs in arms.items()}
    metric = _compared_curve([run for runs in members.values() for run in runs], found.metric)
    spans = {} if metric is None else _spans(members, metric)
    if metric is not None and len({end for span in spans.values() for end in span}) > 1:
        return [_sentence(spans, one_line(metric, 40))]
    if not of_arms:
        return []
    return [
        f"The arms trained for different lengths: {listed(of_arms)} varies beside "
        f"{listed(one_line(name, 24) for name in names if name not in of_arms)}, so a difference "
        "may come from either."
    ]


def _compared_curve(runs: Sequence[ImportedRun], score: str) -> str | None:
    """The metric whose curve tells how long runs trained: the score's, else the shortest one."""
    having = [run.curves for run in runs if run.curves]
    if not having:
        return None
    common = set(having[0]).intersection(*having[1:])
    longest = {name: max(curves[name].length for curves in having) for name in common}
    curved = {
        name: length
        for name, length in longest.items()
        if length > 1 or having[0][name].least is None
    }
    if score in curved:
        return score
    return min(curved, key=lambda name: (curved[name], name), default=None)


def _spans(members: dict[str, list[ImportedRun]], metric: str) -> dict[str, Span]:
    """Arm → the shortest and the longest curve of its runs, in values."""
    ends: dict[str, tuple[ImportedRun, ImportedRun]] = {}
    for arm, runs in members.items():
        having = sorted(
            (run for run in runs if metric in run.curves), key=lambda run: run.curves[metric].length
        )
        if having:
            ends[arm] = having[0], having[-1]
    known = {arm: tuple(run.curves[metric].length for run in pair) for arm, pair in ends.items()}
    if len({length for pair in known.values() for length in pair}) < 2:
        return {}
    first = next(iter(ends.values()))[0]
    if first.curves[metric].least is None:  # only last steps are known: count a few curves
        few = dict(sorted(ends.items(), key=lambda item: known[item[0]]))
        if len(few) > MOST_NAMED:
            arms = list(few)
            few = {arm: few[arm] for arm in (arms[0], arms[-1])}
        known = {arm: tuple(_counted(run, metric) for run in pair) for arm, pair in few.items()}
    return {arm: (min(pair), max(pair)) for arm, pair in known.items()}


def _counted(run: ImportedRun, metric: str) -> int:
    """The number of a curve's values, without the one that is logged after restored weights."""
    if run.load_curve is None:
        return run.curves[metric].length
    return len(run.load_curve(metric)) - (RESTORED in run.metrics)


def _sentence(spans: dict[str, Span], metric: str) -> str:
    of_arms = ""
    if 1 < len(spans) <= MOST_NAMED:
        of_arms = f" ({', '.join(f'{arm}: {_span(span)}' for arm, span in spans.items())})"
    whole = _span((min(low for low, _ in spans.values()), max(high for _, high in spans.values())))
    if all(low == high for low, high in spans.values()):
        return (
            f"The arms trained for different lengths: the curves of {metric} have {whole} "
            f"values{of_arms}, so a difference may come from the length."
        )
    return (
        f"The runs did not train equally long: the curves of {metric} have {whole} values"
        f"{of_arms}. Early stopping does that; otherwise a difference may come from the length."
    )


def _span(span: Span) -> str:
    low, high = span
    return f"{low:,}" if low == high else f"{low:,} to {high:,}"
