"""A comparison of two arms in words: the winner first, differences in points."""

from dataclasses import dataclass

from seedbed.analysis.answers.units import FRACTION, Unit
from seedbed.analysis.statistics.arms.comparison import (
    NO_SPREAD,
    PAIRED,
    RANKS_FAILED,
    RESPLITS,
    SIGNS_FAILED,
    WELCH,
    Comparison,
)
from seedbed.analysis.statistics.arms.new_data import TTest
from seedbed.analysis.statistics.arms.prior_sd import PriorSd
from seedbed.analysis.statistics.checks import Floats
from seedbed.analysis.statistics.estimate import Estimate, Verdict
from seedbed.analysis.statistics.stopping.looks import looks_in_words
from seedbed.analysis.wording import count, listed, p_value

NOT_KNOWN_ON_NEW_DATA = "On new data the interval is wider; scores alone cannot say by how much."


@dataclass(frozen=True)
class Pair:
    """Two arms by name, and the unit of their scores.

    Attributes:
        a: Name of A.
        b: Name of B.
        unit: How scores are written.
    """

    a: str
    b: str
    unit: Unit

    def ordered(self, gap: float) -> tuple[str, str]:
        """The better arm, then the other; ``gap`` is A − B."""
        a_is_better = gap <= 0 if self.unit.lower_is_better else gap >= 0
        return (self.a, self.b) if a_is_better else (self.b, self.a)

    @property
    def better(self) -> str:
        """What a better score is: ``higher``, or ``lower`` as of a loss."""
        return "lower" if self.unit.lower_is_better else "higher"

    def higher(self, gap: float) -> str:
        """Which arm is better, and by how much; ``gap`` is A − B."""
        if gap == 0:
            return f"{self.a} and {self.b} score the same on average"
        first, second = self.ordered(gap)
        return f"{first} scores {self.unit.difference(abs(gap))} {self.better} than {second}"

    def sentence(self, reason: str) -> str:
        """A reason as a sentence; a name at its start stays unchanged."""
        named = reason.startswith((f"{self.a} ", f"{self.b} "))
        return f"{reason}." if named else f"{reason[0].upper()}{reason[1:]}."

    def interval(self, found: Estimate) -> str:
        """The interval of a difference, the winner minus the other."""
        return self.unit.interval(found, sign=1 if found.value >= 0 else -1)


def verdict_of(
    pair: Pair, found: Comparison, p: float | None, equivalence: float | None, how: str = ""
) -> Verdict:
    """Put a comparison's verdict in words with units.

    Args:
        pair: The arms.
        found: Their comparison; its verdict may be on adjusted values of p.
        p: The p that decides that the arms differ.
        equivalence: The p that decides that they are equivalent.
        how: How these are adjusted, such as ``after Holm``.
    """
    name, gap, margin = found.verdict.verdict, found.difference.value, found.margin
    runs = runs_of(found)
    adjusted = f" {how}" if how else ""
    if p is None:
        reason = _without_spread(pair, found)
        return Verdict(name, reason, found.verdict.settles)
    numbers = f"{pair.interval(found.difference)}, {runs}, {_test_of(found)}{p_value(p)}{adjusted}"
    if name == "different":
        return Verdict(name, f"{pair.higher(gap)} on this test set ({numbers})", None)
    if name == "equivalent":
        reason = (
            f"{pair.a} and {pair.b} score alike on this test set: the difference, "
            f"{pair.unit.difference(abs(gap))}, lies within ±{pair.unit.difference(margin or 0)} "
            f"({runs}, {p_value(equivalence)}{adjusted})"
        )
        return Verdict(name, reason, None)
    which = "which can be chance"
    if gap == 0:
        which = "and the interval says how far apart they may truly be"
    if found.decided_by in (SIGNS_FAILED, RANKS_FAILED):
        which = "which can be chance, or come from the runs that failed"
    elif found.looks is not None:
        which = f"which the looks do not call a difference yet: {found.looks.text}"
    reason = (
        f"it is undecided whether {pair.a} or {pair.b} scores {pair.better}: "
        f"{pair.higher(gap)} here, {which} ({numbers})"
    )
    if margin and equivalence is not None:
        beyond = pair.unit.difference(margin)
        reason += f", and a difference beyond ±{beyond} cannot be ruled out"
    return Verdict(name, reason, settles(pair, found))


def _test_of(found: Comparison) -> str:
    """The test's name before its p, where it is not t or a test of runs without spread."""
    return (
        "" if found.decided_by in (PAIRED, WELCH, NO_SPREAD, RESPLITS) else f"{found.decided_by}, "
    )


def odd_sentences(pair: Pair, found: Comparison, a: Floats, b: Floats) -> tuple[str, ...]:
    """Name the runs far from the others in their arm; empty where there are none.

    Args:
        pair: The arms.
        found: Their comparison.
        a: ``[run]`` scores of the runs of A that were compared.
        b: ``[run]`` likewise of B.
    """
    said = []
    for name, scores, odd in ((pair.a, a, found.odd_a), (pair.b, b, found.odd_b)):
        if odd:
            runs = listed(pair.unit.level(float(scores[place])) for place in odd)
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


def runs_of(found: Comparison) -> str:
    """How many runs a comparison has: ``5 pairs``, ``8 re-splits``, ``5 against 4 runs``."""
    if found.decided_by == RESPLITS:
        return count(found.n_a, "re-split")
    return count(found.n_a, "pair") if found.paired else f"{found.n_a} against {found.n_b} runs"


def _without_spread(pair: Pair, found: Comparison) -> str:
    gap = found.difference.value
    if min(found.n_a, found.n_b) < 2:
        return f"{pair.higher(gap)}, but one run in an arm gives no interval"
    if gap == 0:
        every = "every pair" if found.paired else "every run"
        return (
            f"{every} scored exactly the same, but equal scores do not prove that {pair.a} and "
            f"{pair.b} are equal models"
        )
    if found.paired:
        return f"{pair.higher(gap)} in every pair; scores without spread cannot be tested"
    same = "with bit-identical runs in each arm"
    return f"{pair.higher(gap)}, {same}; scores without spread cannot be tested"


def settles(pair: Pair, found: Comparison) -> str:
    """How many more runs would settle an undecided comparison."""
    if found.decided_by in (SIGNS_FAILED, RANKS_FAILED):
        again = "the failed run" if found.failed == 1 else f"the {found.failed} failed runs"
        return f"a result of {again}; and if these runs can only fail, more seeds"
    have, unit = min(found.n_a, found.n_b), "pairs" if found.paired else "runs in each arm"
    if found.decided_by == NO_SPREAD:
        return _settles_without_spread(found, have, unit)
    if found.decided_by == RESPLITS:
        unit = "re-splits"
    parts = []
    gap = abs(found.difference.value)
    for size, needed in ((found.margin, found.runs_for_margin), (gap, found.runs_for_observed)):
        if not size:
            continue
        of = f"a difference of {pair.unit.difference(size)}"
        if needed is None:
            most = "no number of" if found.decided_by == RESPLITS else "more than a million"
            parts.append(f"{most} {unit} for {of}")
        elif needed <= have:
            parts.append(f"{have} {unit} already suffice for {of}")
        else:
            parts.append(f"{needed - have} more {unit} ({needed} in all) for {of}")
    if not parts:
        return "a --margin: runs cannot show that two arms are exactly equal"
    return f"{'; '.join(parts)} (power 80 %)"


def _settles_without_spread(found: Comparison, have: int, unit: str) -> str:
    """The same for runs that do not vary: more runs, or more digits."""
    needed = found.runs_for_observed
    if have < 2 or (needed is not None and needed > have):
        least = max(needed or 2, 2)
        one = f"{unit[:-1]}" if found.paired else "run in each arm"
        more = f"1 more {one}" if least - have == 1 else f"{least - have} more {unit}"
        return f"{more} ({least} in all), if those do not vary either"
    return "scores with more digits, because rounding can hide a difference as large as this one"


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
    elif found.decisive_p is not None:
        lines.append(NOT_KNOWN_ON_NEW_DATA)
    lines += odd
    if found.looks is not None:
        lines.append(f"Its looks decide the verdict: {looks_in_words(found.looks)}.")
    failed = failed_sentence(pair, found)
    if failed is not None:
        lines.append(failed)
    if found.decided_by == RESPLITS:
        lines.append(
            "The interval and p are those of the corrected resampled t (Nadeau–Bengio): random "
            "re-splits share training data."
        )
    if found.p_superior is not None:
        lines.append(_superior(pair, found.p_superior, paired=found.paired))
    if found.cannot_reach is not None and found.p is not None:
        lines.append(
            f"With {runs_of(found)} a distribution-free test cannot go below p = "
            f"{found.smallest_p:.3g}, so {found.consequence}."
        )
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
            f"{sd[0].upper()}{sd[1:]} was not used: these runs vary more than it says, or another "
            "test than t decides."
        )
    part = "" if used == comparisons else f" in {used} of {comparisons} comparisons"
    return f"The variance of these runs was moved towards {sd}{part}."
