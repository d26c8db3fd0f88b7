"""The answer in words: a headline, the numbers behind it and what would settle it."""

from collections.abc import Sequence
from dataclasses import dataclass

from seedbed.analysis.findings.arm_findings import Arm, PairwiseComparison
from seedbed.analysis.findings.deciding_number import TEST_ACCURACY, DecidingNumber
from seedbed.analysis.findings.findings import Answer
from seedbed.analysis.findings.run_findings import Counts
from seedbed.analysis.findings.wording.split_words import _split_overview, split_sentences
from seedbed.analysis.findings.wording.winner_first import winner_first
from seedbed.analysis.statistics.search import SearchSummary
from seedbed.analysis.wording import (
    count,
    listed,
    p_value,
    percent,
    points,
    signed,
    span,
    width,
)

FEW = 4
"""Configurations up to which each is spoken of."""


@dataclass(frozen=True)
class Words:
    """An answer in words.

    Attributes:
        answer: Its kind.
        headline: One sentence.
        detail: The numbers behind it.
        settles: What would settle it; None where it is settled.
        caveats: What a reader of the comparison must know.
        spread: What the spread of each configuration is made of.
    """

    answer: Answer
    headline: str
    detail: tuple[str, ...]
    settles: str | None
    caveats: tuple[str, ...] = ()
    spread: tuple[str, ...] = ()


def answer(
    arms: Sequence[Arm],
    duels: Sequence[PairwiseComparison],
    tally: Counts,
    experiment: str,
    search: SearchSummary | None,
) -> Words:
    """Put what the runs say into words.

    Args:
        arms: The configurations.
        duels: Their comparisons.
        tally: The states of the cells.
        experiment: Name of the experiment.
        search: The winner and its luck, where there are three configurations or more.
    """
    having = [arm for arm in arms if arm.dots]
    if not having:
        return _nothing(tally)
    if len(having) == 1:
        return _one(having[0], len(arms), experiment)
    if len(having) == 2:
        return _two(duels[0], having)
    return _many(having, duels, search)


def _nothing(tally: Counts) -> Words:
    if tally.finished:
        headline = "No answer: no finished run recorded an accuracy."
    elif not tally.failed + tally.killed + tally.stopped:
        headline = f"No answer yet: none of the {tally.planned} cells has finished."
    else:
        headline = f"No answer: none of the {tally.planned} cells gave a result."
    settles = "Look at the reasons listed with the runs, then run again."
    if not tally.failed + tally.killed + tally.stopped + tally.finished:
        settles = "Let the sweep run on; it starts where it stopped."
    return Words("none", headline, (), settles)


def _one(arm: Arm, configurations: int, experiment: str) -> Words:
    spread = arm.spread
    if spread is None:
        raise ValueError(f"{arm.label} has no runs")
    of = experiment if configurations == 1 else arm.label
    mean = percent(spread.mean.value)
    n = len(arm.dots)
    detail: tuple[str, ...] = ()
    settles = None
    if n == 1:
        headline = f"One run of {of} scored {mean}; one run says nothing about the spread."
        settles = "Run at least two more seeds."
    elif arm.bit_identical:
        headline = f"All {n} runs of {of} are bit-identical: {mean}, no spread to estimate."
        settles = "Vary the seeds if a spread was expected: what varied did not reach the weights."
    elif spread.sd is None or spread.identical:
        headline = f"All {n} runs of {of} scored exactly {mean}: no spread to estimate."
    else:
        headline = (
            f"Runs of {of} score {mean} on average and scatter with a standard deviation of "
            f"{width(spread.sd.value)} (n = {n})."
        )
        detail = (
            f"Mean: 95 % interval {span(spread.mean)} %. The next run will land between "
            f"{span(spread.next_run).replace(' to ', ' and ')} % with 95 % probability.",
        )
    if configurations > 1:
        others = configurations - 1
        detail = (
            f"{count(others, 'other configuration')} gave no result, so nothing can be compared.",
            *detail,
        )
    return Words("spread", headline, detail, settles, (), split_sentences([arm]))


def _two(duel: PairwiseComparison, arms: Sequence[Arm]) -> Words:
    duel = winner_first(duel)
    verdict = duel.verdict
    gap = duel.comparison.difference.value
    if verdict.verdict == "different":
        higher = f"{duel.a} scores {width(gap)} higher than {duel.b} on this test set."
        headline = f"{higher} {_holds_on_new_data(duel)}"
    elif verdict.verdict == "equivalent":
        headline = f"{duel.a} and {duel.b} score alike on this test set."
    else:
        headline = f"It is undecided whether {duel.a} or {duel.b} scores higher."
    detail = (f"{duel.a} minus {duel.b}: {verdict.reason}.", *_new_data(duel))
    settles = verdict.settles
    if settles and any(dot.unusual for arm in arms for dot in arm.dots):
        settles = f"First find out why a run lies far from the others. {settles}"
    return Words(
        verdict.verdict, headline, detail, settles, _caveats([duel]), split_sentences(arms)
    )


def _caveats(duels: Sequence[PairwiseComparison]) -> tuple[str, ...]:
    """What the comparisons rest on, and who took no part in them."""
    said = []
    fewest = min(duels, key=lambda duel: min(duel.comparison.n_a, duel.comparison.n_b)).comparison
    if fewest.cannot_reach and fewest.p is not None:
        pairs = f"{fewest.n_a} pairs" if fewest.paired else f"{fewest.n_a} and {fewest.n_b} runs"
        said.append(
            f"With {pairs} a distribution-free test cannot go below p = {fewest.smallest_p:.3g}, "
            f"so {fewest.consequence}."
        )
    uneven = {duel.comparison.few_runs: None for duel in duels}
    said += [f"{sentence}." for sentence in uneven if sentence is not None]
    unpaired = sum(not duel.comparison.paired for duel in duels)
    if unpaired:
        of = "" if unpaired == len(duels) else f"{unpaired} of {count(len(duels), 'comparison')}: "
        said.append(f"{of}too few seeds in common to pair runs, so two groups are compared.")
    return tuple(said)


def _holds_on_new_data(duel: PairwiseComparison) -> str:
    """Whether a difference holds on new data, beside the verdict on this test set."""
    found = duel.new_data
    if found is None or found.low is None or found.high is None:
        return "These runs do not tell whether that holds on new data."
    if found.low <= 0 <= found.high:
        return "It is not shown to hold on new data."
    return "It is expected to hold on new data too."


def _new_data(duel: PairwiseComparison) -> list[str]:
    found = duel.new_data
    if found is None or found.low is None or found.high is None:
        return []
    said = f"{points(found.value)} (95 % interval {signed(found.low)} to {signed(found.high)})"
    covers, different = found.low <= 0 <= found.high, duel.verdict.verdict == "different"
    if different:
        start = "Not shown to hold on new data" if covers else "Expected to hold on new data too"
        return [f"{start}: {said}."]
    tail = "" if covers else "; the seeds alone do not confirm it"
    return [f"Expected on new data: {said}{tail}."]


def _many(
    arms: Sequence[Arm], duels: Sequence[PairwiseComparison], search: SearchSummary | None
) -> Words:
    kinds = [duel.verdict.verdict for duel in duels]
    different, equivalent = kinds.count("different"), kinds.count("equivalent")
    total = len(duels)
    best = max(arms, key=lambda arm: arm.spread.mean.value if arm.spread else 0)
    mean = best.spread.mean.value if best.spread else 0.0
    kind: Answer
    if different:
        kind = "different"
        headline = (
            f"{different} of {total} pairs of configurations differ on this test set "
            "(Holm, 5 % over all)."
        )
    elif equivalent == total:
        kind = "equivalent"
        headline = f"All {len(arms)} configurations score alike on this test set."
    else:
        kind = "undecided"
        headline = f"No pair of the {len(arms)} configurations has been shown to differ."
    beaten = [
        duel
        for duel in duels
        if duel.verdict.verdict == "different" and best.label in (duel.a, duel.b)
    ]
    detail = [
        f"Of {total} pairs {_are(different, 'differ', 'differs')}, "
        f"{_are(equivalent, 'are equivalent', 'is equivalent')} and "
        f"{_are(total - different - equivalent, 'are undecided', 'is undecided')}.",
        f"The highest mean is that of {best.label}, {percent(mean)}: shown to be higher than "
        f"{len(beaten)} of the {len(arms) - 1} others. {_luck(arms, search)}",
    ]
    undecided = [duel for duel in duels if duel.verdict.verdict == "undecided"]
    near = [duel for duel in undecided if best.label in (duel.a, duel.b)]
    counts = [duel.more_seeds for duel in near if duel.more_seeds]
    settles = None
    if near and counts:
        pairs = (
            f"{len(counts)} of the {count(len(near), 'undecided pair')}"
            if len(near) > 1
            else "the undecided pair"
        )
        each = "each with" if len(counts) > 1 else "with"
        settles = (
            f"{'Up to ' if len(counts) > 1 else ''}{count(max(counts), 'more seed')} per "
            f"configuration would confirm {pairs} with {best.label}, {each} a chance of 80 % and "
            "if the differences seen are the true ones."
        )
    elif undecided:
        settles = undecided[0].verdict.settles
    spread = split_sentences(arms) if len(arms) <= FEW else _split_overview(arms)
    return Words(kind, headline, tuple(detail), settles, _caveats(duels), spread)


def _are(number: int, many: str, one: str) -> str:
    return f"{number} {one if number == 1 else many}"


def _luck(arms: Sequence[Arm], search: SearchSummary | None) -> str:
    """How much the highest mean owes to being the highest."""
    said = f"The highest of {len(arms)} means is optimistic"
    if search is not None and search.optimism is not None:
        said += f", here by about {width(search.optimism)}"
    return f"{said}; confirm it on fresh seeds before quoting it."


def published_sentences(arms: Sequence[Arm]) -> tuple[str, ...]:
    """What the runs say about the published figure, of a few configurations."""
    having = [arm for arm in arms if arm.published is not None]
    return tuple(_published(arm) for arm in having) if len(having) <= FEW else ()


def _published(arm: Arm) -> str:
    found = arm.published
    if found is None:
        raise ValueError(f"{arm.label} was not compared with a published figure")
    figure = f"The published {percent(found.published)}"
    if found.test_set_sd:
        figure += ", scored on other examples,"
    one = "a single run" if found.published_runs == 1 else f"a mean of {found.published_runs} runs"
    if found.p is None:
        return f"{figure} cannot be judged: {arm.label} shows no spread to judge it by."
    if found.verdict.verdict == "different":
        return f"{figure} is not consistent with {one} of {arm.label} ({p_value(found.p)})."
    gap = width(found.exposable_gap or 0.0)
    return (
        f"{figure} is consistent with {one} of {arm.label} ({p_value(found.p)}); "
        f"{count(found.spread.n, 'run')} could only have exposed a gap above {gap}."
    )


def unusual_runs(arms: Sequence[Arm], number: DecidingNumber = TEST_ACCURACY) -> str | None:
    """Name the runs far from the others of their configuration."""
    odd = [
        f"{dot.name} ({number.text(dot.accuracy)})"
        for arm in arms
        for dot in arm.dots
        if dot.unusual
    ]
    if not odd:
        return None
    said = "lies far from the other runs of its configuration and widens every interval"
    if len(odd) > 1:
        said = "lie far from the other runs of their configuration and widen every interval"
    return f"{listed(odd)} {said}: look there first."
