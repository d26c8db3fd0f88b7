"""The sentences of ``why``: the largest source first, then what is left, pinned and open."""

from collections.abc import Sequence

import numpy as np

from seedbed.analysis.answers.chosen_number import Number
from seedbed.analysis.answers.why.source import CLOSE, WhySource
from seedbed.analysis.statistics.estimate import Estimate
from seedbed.analysis.statistics.variance.decompose import Split
from seedbed.analysis.wording import listed
from seedbed.system.text.sentence_case import sentence_case

MOST = 0.5
"""A share above it is most of the difference."""
MOST_RUNS = 1000
"""Runs beyond which more of them are no advice."""
GAP_IN_SD = 2 / np.sqrt(np.pi)
"""Mean distance of two draws of a normal distribution, in its standard deviations."""


def headline(
    varying: Sequence[WhySource], number: Number, measure: str, needed: int | None = None
) -> str:
    """The largest source with its share.

    Args:
        varying: The sources, the largest share first.
        number: What the answer is about.
        measure: What is shared: ``accuracy`` or the disagreement between runs.
        needed: Runs in all that would make the open shares known; None if that is not known.
    """
    what = (
        f"the variance of {number.words}"
        if measure == "accuracy"
        else "the disagreement between runs on single examples"
    )
    first = varying[0] if varying else None
    if first is None or first.share is None:
        return f"Unresolved: these runs cannot say which source makes {what}."
    verb = "make" if first.plural else "makes"
    if len(varying) == 1:
        return f"{sentence_case(first.words)} {verb} all of the difference that this script shows."
    if _stands_out(first, varying[1:]):
        alone = "they leave" if first.plural else "it leaves"
        part = "most" if first.share.value > MOST else "the largest part"
        return (
            f"{sentence_case(first.words)} {verb} {part} of the difference: alone, {alone} "
            f"{percent(first.share)} of {what}."
        )
    unknown = [one.words for one in varying[1:] if _high(one) is None]
    why = f"the share of {listed(unknown)} is unknown" if unknown else "the intervals overlap"
    if not all(one.resolved for one in varying):
        lead = "lead" if first.plural else "leads"
        tells = needed is not None and needed <= MOST_RUNS
        return (
            f"Too few runs to tell: so far {first.words} {lead} with {percent(first.share)} of "
            f"{what}, but {why}{f'; about {needed:,} runs would tell' if tells else ''}."
        )
    return (
        f"No source stands out: {first.words} {verb} the most, {percent(first.share)} of {what}, "
        f"but {why}."
    )


def _stands_out(first: WhySource, others: Sequence[WhySource]) -> bool:
    """Whether the interval of a source lies above that of every other one."""
    low = None if first.share is None else first.share.low
    if low is None:
        return False
    return all((high := _high(one)) is not None and high < low for one in others)


def _high(source: WhySource) -> float | None:
    return None if source.share is None else source.share.high


def other_shares(varying: Sequence[WhySource]) -> list[str]:
    """The shares of the other sources."""
    told = [f"{one.words} {percent(one.share)}" for one in varying[1:] if one.share]
    if not told:
        return []
    return [f"By itself: {', '.join(told)}. Shares overlap, so they need not add up to 100 %."]


def spread(scores: Sequence[float], number: Number, parts: Split | None) -> str:
    """How far runs lie apart, and whether that is the models or the finite test set."""
    unit = number.unit
    if len(scores) < 2:
        return f"The one run that shares no seed gives {unit.level(scores[0])} ({number.words})."
    sd = float(np.std(scores, ddof=1))
    moves = (
        f"A run gives {unit.mean(float(np.mean(scores)))} on average ({number.words}), and two "
        f"runs differ by {unit.difference(GAP_IN_SD * sd)} on average (sd {unit.difference(sd)}, "
        f"{len(scores)} runs in which everything varies)"
    )
    if parts is None or parts.identical:
        return f"{moves}."
    noise = unit.difference(parts.finite_test_set)
    models = "these runs do not show that the models would differ on new data"
    if parts.genuine_variance.low is not None and parts.genuine_variance.low > 0:
        models = "the rest is the models, which would differ on new data too"
    return f"{moves}. {noise} of the sd is sampling noise of the finite test set; {models}."


def pins(pinned: Sequence[WhySource]) -> list[str]:
    """Which sources the script pins itself."""
    return [
        f"{sentence_case(one.words)} {'are' if one.plural else 'is'} fixed by {one.pinned_by}."
        for one in pinned
    ]


def bits(same: bool | None, *, has_weights: bool) -> list[str]:
    """Whether runs with equal seeds are equal."""
    if same is None:
        return []
    what = "identical bit for bit" if has_weights else "equal in their number"
    if same:
        return [f"With all of them pinned, runs are {what}."]
    return [f"Even with equal seeds, two runs are not {what}: something else varies."]


def unresolved(
    varying: Sequence[WhySource], needed: int | None, *, asks_predictions: bool = False
) -> list[str]:
    """Which shares are not known yet, and about how many runs in all would tell.

    Args:
        varying: The sources.
        needed: The runs; None if that is not known.
        asks_predictions: Whether the runs are a script's that records no predictions, which would
            tell more than its score.
    """
    open_ = [one.source for one in varying if not one.resolved]
    if not open_:
        return []
    more = "More runs would tell: --runs"
    if needed is not None and needed > MOST_RUNS:
        more = f"This number cannot tell at a reasonable cost (about {needed:,} runs)"
        if not asks_predictions:
            more += (
                f". Pin {varying[0].words} ({varying[0].pin}) and ask again: the spread that is "
                "left is that of the others"
            )
    elif needed is not None:
        more = f"About {needed:,} runs in all would tell: --runs {needed}"
    told = [f"Unresolved, not known to ±{CLOSE * 100:.0f} points: {', '.join(open_)}. {more}."]
    if asks_predictions:
        told.append(
            "Predictions tell with far fewer runs than a score: have the script end with "
            "model.predict on its test data."
        )
    return told


def one_seed(varying: Sequence[WhySource], call: str | None) -> list[str]:
    """The line that pins every source at once, if there is one."""
    if call is None:
        return []
    return [
        f"One line pins all of them ({', '.join(one.source for one in varying)}): {call} after the "
        "imports, before the data and the model are made."
    ]


def percent(estimate: Estimate | None) -> str:
    """A share with its interval: ``71 % (60 to 80 %)``."""
    if estimate is None:
        return "unknown"
    value = f"{min(max(estimate.value, 0.0), 1.0) * 100:.0f} %"
    if estimate.low is None or estimate.high is None:
        return value
    low, high = (min(max(end, 0.0), 1.0) * 100 for end in (estimate.low, estimate.high))
    return f"{value} ({low:.0f} to {high:.0f} %)"
