"""``why``: which source makes a script's numbers vary, by how much, and how to pin it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import sqrt
from typing import Any

import numpy as np

from seedbed.analysis.answers.answer import Answer
from seedbed.analysis.answers.inputs.recorded_sweep import METRIC, Recorded
from seedbed.analysis.answers.sources import sources_of_runs
from seedbed.analysis.findings.attribution_parts import plan_parts
from seedbed.analysis.findings.configurations import Group
from seedbed.analysis.findings.counts_and_warnings import score_of
from seedbed.analysis.statistics.decompose import Split, split
from seedbed.analysis.statistics.estimate import Estimate
from seedbed.analysis.statistics.sources import SourceShare
from seedbed.system.errors import InputError

CLOSE = 0.1
"""A share is known when its interval reaches no further than this to either side."""

_WORDS = {
    "init": "the first weights",
    "order": "the order of the examples",
    "dropout": "dropout",
    "augmentation": "augmentation",
    "split": "the split",
    "other": "draws that no line of the script asks for",
}
_PLURAL = frozenset({"init", "other"})
_PIN = {
    "init": "keras.utils.set_random_seed(7) before the model is built",
    "order": "keras.utils.set_random_seed(7) before fit",
    "dropout": "keras.layers.Dropout(rate, seed=7), or keras.utils.set_random_seed(7)",
    "augmentation": "seed=7 in each random layer or flow(…)",
    "split": "random_state=7, or np.random.seed(7) before it",
}


@dataclass(frozen=True)
class WhySource:
    """One source of a script.

    Attributes:
        source: Its name, such as ``init`` or ``line 14``.
        share: Share of the variation that is left if it alone varies; None where unknown.
        removed: Share that is gone if it alone is pinned; None where unknown.
        sd: Standard deviation of the score that it makes alone, in points; None where unknown.
        resolved: Whether the share is known to ``CLOSE``.
        lines: Lines of the script that draw.
        pin: What to write to pin it.
        pinned_by: The script's own seed that pins it, such as ``np.random.seed (line 3)``.
    """

    source: str
    share: Estimate | None
    removed: Estimate | None
    sd: float | None
    resolved: bool
    lines: tuple[str, ...]
    pin: str
    pinned_by: str | None = None


def free_sources(streams: Mapping[str, Any]) -> list[str]:
    """Sources that drew random numbers which no seed of the script pins."""
    return [name for name, found in streams["sources"].items() if found["draws"]]


def why_of_runs(
    found: Recorded, group: Group, streams: Mapping[str, Any], *, level: float = 0.95
) -> Answer:
    """Attribute the variation of one script to its sources.

    Args:
        found: The sweep.
        group: Its configuration.
        streams: What drew random numbers, of one run.
        level: Confidence level.

    Raises:
        InputError: No run has a number.
    """
    scores = [score for run in group.every if (score := score_of(run, METRIC)) is not None]
    if not scores:
        raise InputError("why needs a number from the script, but no run of it gave one")
    pinned = _pinned(streams)
    if group.bit_identical or len(set(scores)) == 1 or not free_sources(streams):
        return _nothing_varies(group, scores, pinned, streams)
    answer = sources_of_runs(found, group, level=level)
    measure = str(answer.fields["measure"])
    sd = float(np.std(scores, ddof=1)) * 100
    parts = _finite(found, group)
    same = _same(found, answer)
    varying = _sources(answer, streams, sd)
    sentences = [
        _headline(varying, measure),
        *_others(varying),
        _spread(scores, sd, parts),
        *_pins(pinned),
        *_bits(same, has_weights=answer.fields.get("identical") is not None),
        *_unresolved(varying),
    ]
    fields = {
        "metric": METRIC,
        "n": len(scores),
        "measure": measure,
        "sd": sd / 100,
        "split": parts,
        "sources": [*varying, *pinned],
        "identical": same,
        "notes": answer.fields.get("notes", []),
    }
    rows = [(one.source, one.share) for one in varying if one.share is not None]
    return Answer(tuple(sentences), fields, tuple(rows))


def is_settled(answer: Answer) -> bool:
    """Whether every source's share is known to ``CLOSE``."""
    sources: Any = answer.fields["sources"]
    return all(one.resolved or one.pinned_by for one in sources)


def words(source: str) -> str:
    """A source in words, such as ``the first weights`` or ``what line 14 draws``."""
    return _WORDS.get(source, f"what {source} draws")


def table(answer: Answer) -> list[str]:
    """The sources as lines of a table: share, sd, lines, how to pin."""
    sources: Any = answer.fields["sources"]
    if not sources:
        return []
    head = ("source", "share", "sd", "lines", "to pin it")
    rows = [head]
    for one in sources:
        share = "pinned" if one.pinned_by else _percent(one.share) if one.share else "unknown"
        sd = f"{one.sd:.2f} points" if one.sd is not None else ""
        rows.append((one.source, share, sd, ", ".join(one.lines), one.pinned_by or one.pin))
    widths = [max(len(row[at]) for row in rows) for at in range(len(head) - 1)]
    return [
        "  ".join([*(cell.ljust(width) for cell, width in zip(row, widths, strict=False)), row[-1]])
        for row in rows
    ]


def _sources(answer: Answer, streams: Mapping[str, Any], sd: float) -> list[WhySource]:
    shares: Any = answer.fields["sources"]
    found = [_source(share, streams, sd) for share in shares]
    return sorted(found, key=lambda one: -(one.share.value if one.share else -1))


def _source(share: SourceShare, streams: Mapping[str, Any], sd: float) -> WhySource:
    left = share.left
    known = left is not None and left.low is not None and left.high is not None
    close = known and left is not None and (left.high or 0) - (left.low or 0) <= 2 * CLOSE
    drawn = streams["sources"].get(share.source, {})
    lines = tuple(drawn.get("lines", ()))
    return WhySource(
        source=share.source,
        share=left,
        removed=share.removed,
        sd=sqrt(max(left.value, 0.0)) * sd if left is not None else None,
        resolved=bool(close),
        lines=lines,
        pin=_PIN.get(share.source, f"a seed for the generator in {share.source}"),
    )


def _pinned(streams: Mapping[str, Any]) -> list[WhySource]:
    return [
        WhySource(
            name,
            None,
            None,
            None,
            resolved=True,
            lines=tuple(found["lines"]),
            pin="",
            pinned_by=f"{found['pins'][0]['call']}({found['pins'][0]['value']}), "
            f"{found['pins'][0]['line']}",
        )
        for name, found in streams["sources"].items()
        if not found["draws"] and found["pins"]
    ]


def _nothing_varies(
    group: Group, scores: Sequence[float], pinned: list[WhySource], streams: Mapping[str, Any]
) -> Answer:
    runs = len(group.every) + group.repeats
    if group.bit_identical:
        first = f"Nothing varies: all {runs} runs end with the same weights, bit for bit."
    elif not free_sources(streams):
        first = f"Nothing that this script draws varies: all of it is pinned ({runs} runs)."
    else:
        first = f"The score does not vary: all {runs} runs give {scores[0]:.2%}."
    fields = {
        "metric": METRIC,
        "n": len(scores),
        "measure": None,
        "sd": 0.0,
        "split": None,
        "sources": pinned,
        "identical": group.bit_identical,
        "notes": [],
    }
    return Answer((first, *_pins(pinned)), fields, ())


def _finite(found: Recorded, group: Group) -> Split | None:
    stack, _ = found.stack(group, None)
    if stack is None or len(stack.positions) < 2:
        return None
    return split(stack.errors)


def _headline(varying: Sequence[WhySource], measure: str) -> str:
    what = (
        "the variance of test accuracy"
        if measure == "accuracy"
        else "the disagreement between runs on single examples"
    )
    first = varying[0] if varying else None
    if first is None or first.share is None:
        return f"Unresolved: these runs cannot say which source makes {what}."
    others = [one.share for one in varying[1:] if one.share is not None]
    stands_out = first.share.low is not None and all(
        other.high is not None and other.high < first.share.low for other in others
    )
    name = words(first.source)
    verb = "make" if first.source in _PLURAL else "makes"
    if stands_out:
        return (
            f"{name[0].upper()}{name[1:]} {verb} most of the difference: alone, "
            f"{'they leave' if verb == 'make' else 'it leaves'} {_percent(first.share)} of {what}."
        )
    if not others:
        return f"{name[0].upper()}{name[1:]} {verb} all of the difference that this script shows."
    return (
        f"No source stands out: {name} {verb} the most, {_percent(first.share)} of {what}, but "
        "the intervals overlap."
    )


def _others(varying: Sequence[WhySource]) -> list[str]:
    told = [f"{words(one.source)} {_percent(one.share)}" for one in varying[1:] if one.share]
    if not told:
        return []
    text = ", ".join(told)
    return [f"By itself: {text}. Shares overlap, so they need not add up to 100 %."]


def _spread(scores: Sequence[float], sd: float, parts: Split | None) -> str:
    mean = float(np.mean(scores))
    said = (
        f"A run scores {mean:.2%} on average and moves by {sd:.2f} points (sd, {len(scores)} runs)"
    )
    if parts is None or parts.identical:
        return f"{said}."
    return (
        f"{said}; {parts.finite_test_set * 100:.2f} of it is sampling noise of the finite test set."
    )


def _pins(pinned: Sequence[WhySource]) -> list[str]:
    return [
        f"{words(one.source)[0].upper()}{words(one.source)[1:]} "
        f"{'are' if one.source in _PLURAL else 'is'} fixed by {one.pinned_by}."
        for one in pinned
    ]


def _same(found: Recorded, answer: Answer) -> bool | None:
    """Whether two runs with equal seeds agree: in their weights, else in their score."""
    known = answer.fields.get("identical")
    by_weights = known if isinstance(known, bool) else None
    parts = plan_parts(found.sweep, found.sweep.runs)
    if by_weights is not None or parts is None or parts.identical is None:
        return by_weights
    one, two = (score_of(run, METRIC) for run in parts.identical)
    return one == two


def _bits(same: bool | None, *, has_weights: bool) -> list[str]:
    if same is None:
        return []
    what = "identical bit for bit" if has_weights else "equal in their score"
    if same:
        return [f"With all of them pinned, runs are {what}."]
    return [f"Even with equal seeds, two runs are not {what}: something else varies."]


def _unresolved(varying: Sequence[WhySource]) -> list[str]:
    open_ = [one.source for one in varying if not one.resolved]
    if not open_:
        return []
    return [
        f"Not known to ±{CLOSE * 100:.0f} points yet: {', '.join(open_)}. More runs would tell: "
        "--runs."
    ]


def _percent(estimate: Estimate | None) -> str:
    if estimate is None:
        return "unknown"
    value = f"{min(max(estimate.value, 0.0), 1.0) * 100:.0f} %"
    if estimate.low is None or estimate.high is None:
        return value
    low, high = (min(max(end, 0.0), 1.0) * 100 for end in (estimate.low, estimate.high))
    return f"{value} ({low:.0f} to {high:.0f} %)"


def with_table(answer: Answer) -> Answer:
    """The answer with its table below the sentences."""
    lines = table(answer)
    return replace(answer, sentences=(*answer.sentences, "", *lines)) if lines else answer
