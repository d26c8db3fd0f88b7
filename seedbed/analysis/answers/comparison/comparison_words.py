"""A comparison of two arms in words: the winner first, differences in points."""

from collections.abc import Mapping
from dataclasses import dataclass

from seedbed.analysis.answers.comparison.pair import Pair
from seedbed.analysis.answers.comparison.verdict_words import runs_of
from seedbed.analysis.answers.units import FRACTION, Unit, named_score
from seedbed.analysis.statistics.arms.comparison import RESPLITS, Comparison
from seedbed.analysis.statistics.arms.new_data import TTest
from seedbed.analysis.statistics.arms.prior_sd import PriorSd
from seedbed.analysis.statistics.checks import Floats
from seedbed.analysis.statistics.estimate import Estimate, Verdict
from seedbed.analysis.statistics.stopping.looks import looks_in_words
from seedbed.analysis.wording import count, listed, p_value
from seedbed.system.text.sentence_case import sentence_case

OF_RESPLITS = (
    "Intervals and p are those of the corrected resampled t (Nadeau–Bengio), because random "
    "re-splits share training data; they hold for new splits, and so for new data of this kind."
)
NOT_KNOWN_ON_NEW_DATA = "On new data the interval is wider; scores alone cannot say by how much."

RunNames = Mapping[tuple[str, float], str]
"""Arm and score → the name of its run."""


def odd_sentences(
    pair: Pair, found: Comparison, a: Floats, b: Floats, names: RunNames
) -> tuple[str, ...]:
    """Name the runs far from the others in their arm; empty where there are none.

    Args:
        pair: The arms.
        found: Their comparison.
        a: ``[run]`` scores of the runs of A that were compared.
        b: ``[run]`` likewise of B.
        names: Arm and score → the name of its run, where it is known.
    """
    said = []
    for name, scores, odd in ((pair.a, a, found.odd_a), (pair.b, b, found.odd_b)):
        if odd:
            values = [float(scores[place]) for place in odd]
            runs = listed(named_score(pair.unit, one, names.get((name, one))) for one in values)
            lies, it = ("lies", "it") if len(odd) == 1 else ("lie", "them")
            said.append(f"In {name}, {runs} {lies} far from the others: look at {it} first.")
    return tuple(said)


def failed_sentence(pair: Pair, found: Comparison) -> str | None:
    """How many runs failed, and what that does to the verdict; None where none failed."""
    if not found.failed:
        return None
    who = [(pair.a, found.failed_a, found.n_a), (pair.b, found.failed_b, found.n_b)]
    said = listed(f"{count(lost, 'run')} of {name}" for name, lost, _ in who if lost)
    start = f"{said} failed"
    if found.verdict.verdict == "different":
        return f"{start}: the verdict holds whatever {_they(found)} would have scored."
    more = [name for name, lost, done in who if lost > done]
    if more:
        of = f"of {listed(more)} " if min(found.failed_a, found.failed_b) else ""
        return f"{start}, {of}more than finished: find out why, and run them again."
    return f"{start}, and no verdict is given that {_they(found)} could overturn."


def _they(found: Comparison) -> str:
    return "it" if found.failed == 1 else "they"


def comparison_sentences(
    pair: Pair, found: Comparison, verdict: Verdict, beside: "Beside", odd: tuple[str, ...] = ()
) -> tuple[str, ...]:
    """Everything that a comparison of two arms says: the verdict, then what holds on new data.

    Args:
        pair: The arms.
        found: Their comparison.
        verdict: Its verdict in words.
        beside: What else is known of them.
        odd: The odd runs, as ``odd_sentences`` names them.
    """
    lines = [pair.sentence(verdict.reason)]
    if beside.new_data is not None:
        lines.append(new_data_sentence(pair, beside.new_data, p_of(beside.new_data)))
    elif found.decided_by == RESPLITS:
        lines.append(OF_RESPLITS)
    elif found.decisive_p is not None:
        lines.append(NOT_KNOWN_ON_NEW_DATA)
    lines += odd
    if found.looks is not None:
        looks = looks_in_words(found.looks, found.difference.level)
        lines.append(f"Its looks decide the verdict: {looks}.")
    failed = failed_sentence(pair, found)
    if failed is not None:
        lines.append(failed)
    if found.p_superior is not None:
        lines.append(_superior(pair, found.p_superior, paired=found.paired))
    if found.cannot_reach is not None and found.p is not None:
        lines.append(
            f"With {runs_of(found)} a distribution-free test cannot go below p = "
            f"{found.smallest_p:.3g}, so {found.consequence}."
        )
    if found.few_runs is not None:
        lines.append(f"{found.few_runs}.")
    if verdict.settles is not None:
        lines.append(f"To settle it: {verdict.settles}.")
    if beside.mcnemar is not None:
        lines.append(_two_models(pair, beside.mcnemar, found.difference.level))
    return tuple(lines)


@dataclass(frozen=True)
class Beside:
    """What is known of two arms beside the comparison on this test set.

    Attributes:
        new_data: The comparison on new data, where predictions allow it.
        resplits: The corrected comparison over random re-splits, where that is the design.
        mcnemar: P of McNemar's test, where each arm is one trained model.
    """

    new_data: TTest | None = None
    resplits: TTest | None = None
    mcnemar: float | None = None


def p_of(test: TTest) -> str:
    """The p of a test: ``p = 0.012``."""
    return p_value(test.p)


def new_data_sentence(pair: Pair, found: TTest, p: str) -> str:
    """What to expect on new data: the winner there, and whether it is shown."""
    value = found.difference
    numbers = f"({pair.interval(value)}, {p})"
    covers_zero = value.low is None or value.high is None or value.low <= 0 <= value.high
    if covers_zero:
        return f"On new data no difference is shown: {pair.higher(value.value)} {numbers}."
    return f"Expected to hold on new data too: {pair.higher(value.value)} {numbers}."


def _superior(pair: Pair, share: Estimate, *, paired: bool) -> str:
    """The chance that a run of the better arm beats one of the other."""
    sign = 1 if share.value >= 0.5 else -1
    first, second = pair.ordered(sign)
    shown = share if sign > 0 else share.complement()
    if paired:
        return (
            f"{first} won {round(shown.value * share.n)} of {count(share.n, 'pair')} in which the "
            f"scores differ (probability to win: {FRACTION.interval(shown)} %)."
        )
    return (
        f"A run of {first} beats a run of {second} with a probability of "
        f"{FRACTION.level(shown.value)} ({FRACTION.interval(shown)})."
    )


def _two_models(pair: Pair, p: float, level: float) -> str:
    told = "differ" if p < 1 - level else "have not been shown to differ"
    return (
        f"These two trained models {told} on such examples (McNemar, {p_value(p)}); other seeds of "
        f"{pair.a} and {pair.b} may behave differently."
    )


def prior_sentence(prior: PriorSd, unit: Unit, used: int, comparisons: int) -> str:
    """What the prior did: in how many comparisons it counted, and with which sd.

    Args:
        prior: The prior.
        unit: How scores are written.
        used: Comparisons in which it counted.
        comparisons: All of them.
    """
    sd = f"the prior sd of {unit.difference(prior.sd)} ({prior.source}, {prior.df:g} df)"
    if not used:
        return (
            f"{sentence_case(sd)} was not used: these runs vary more than it says, the arms "
            "have unequal numbers of runs, or another test than t decides."
        )
    part = "" if used == comparisons else f" in {used} of {comparisons} comparisons"
    return f"The variance of these runs was moved towards {sd}{part}."
