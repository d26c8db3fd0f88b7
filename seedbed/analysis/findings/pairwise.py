"""Compare every pair of configurations, by common seeds where there are enough."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from math import nan

import numpy as np

from seedbed.analysis.findings.arm_findings import Arm, PairwiseComparison
from seedbed.analysis.findings.predictions.stacked_predictions import Stack
from seedbed.analysis.findings.run_findings import Seeds
from seedbed.analysis.findings.seed_matching import match_seeds, seed_keys
from seedbed.analysis.findings.wording.settle_words import ALPHA, reason_in_words, settle
from seedbed.analysis.statistics.arms.comparison import (
    Comparison,
)
from seedbed.analysis.statistics.arms.equal_weights import own_models, settles_stuck
from seedbed.analysis.statistics.arms.failures import compare_tried
from seedbed.analysis.statistics.arms.many import holm
from seedbed.analysis.statistics.arms.new_data import compare_on_new_data
from seedbed.analysis.statistics.arms.verdict import decide
from seedbed.analysis.statistics.checks import Floats
from seedbed.analysis.statistics.estimate import Estimate, Verdict
from seedbed.analysis.statistics.stopping.looks import (
    LookPlan,
    at_look,
    p_at_look,
    with_looks,
)
from seedbed.system.text.sentence_case import sentence_case

MOST_ON_NEW_DATA = 20
"""Comparisons, smallest p first, that are also made for new data."""


@dataclass(frozen=True)
class Match:
    """The runs of two configurations that are set against each other.

    Attributes:
        paired: By common seeds.
        seeds: ``[pair]`` the common seeds; empty when unpaired.
        a: Indices into the dots of the one.
        b: Indices into the dots of the other; same order of seeds when paired.
        lost_a: What else is compared, None for a run that failed; when paired, the pairs with one.
        lost_b: Likewise of the other.
    """

    paired: bool
    seeds: tuple[tuple[object, ...], ...]
    a: tuple[int, ...]
    b: tuple[int, ...]
    lost_a: tuple[int | None, ...] = ()
    lost_b: tuple[int | None, ...] = ()


def match_arms(arms: Sequence[Arm]) -> list[Match]:
    """The runs of every two configurations, matched as ``compare`` matches them.

    All configurations are compared in pairs, of the seeds that every one of them tried, or none is.
    Of the runs of one configuration with the same weights, the first counts.
    """
    done, failed = {}, {}
    for arm in arms:
        keys = seed_keys([*(dot.seeds for dot in arm.dots), *arm.failed], arm.label)
        own = own_models([dot.fingerprint for dot in arm.dots], [dot.accuracy for dot in arm.dots])
        done[arm.label] = {keys[place]: place for place, is_own in enumerate(own) if is_own}
        failed[arm.label] = keys[len(arm.dots) :]
    pairs = list(combinations(done, 2))
    if not pairs or not match_seeds(done, failed, failed, None).paired:
        every = {name: tuple(places.values()) for name, places in done.items()}
        lost = {name: (None,) * len(keys) for name, keys in failed.items()}
        return [Match(False, (), every[a], every[b], lost[a], lost[b]) for a, b in pairs]
    first = arms[0].label
    tried = [
        key
        for key in (*done[first], *failed[first])
        if all(key in done[name] or key in failed[name] for name in done)
    ]
    return [_pairs(tried, done[a], done[b]) for a, b in pairs]


def _pairs(
    tried: Sequence[Seeds], first: Mapping[Seeds, int], second: Mapping[Seeds, int]
) -> Match:
    both = tuple(key for key in tried if key in first and key in second)
    lost = [key for key in tried if key not in both]
    return Match(
        True,
        both,
        tuple(first[key] for key in both),
        tuple(second[key] for key in both),
        tuple(first.get(key) for key in lost),
        tuple(second.get(key) for key in lost),
    )


def compare_arms(
    arms: Sequence[Arm], stacks: Mapping[str, Stack], looks: LookPlan | None = None
) -> tuple[PairwiseComparison, ...]:
    """Compare all pairs of configurations that have runs, Holm over all of them.

    Args:
        arms: The configurations.
        stacks: Label → predictions, for the difference on new data.
        looks: How often they are looked at; None for this once.

    Returns:
        Smallest adjusted p first; those without a p last.
    """
    having = [arm for arm in arms if arm.dots]
    pairs = list(combinations(having, 2))
    matches = match_arms(having)
    singles = [_compare(a, b, found) for (a, b), found in zip(pairs, matches, strict=True)]
    singles = [
        with_looks(one, _differences(a, b, found), looks)
        for one, (a, b), found in zip(singles, pairs, matches, strict=True)
    ]
    if len(pairs) > 1:
        adjusted = holm([p_at_look(one) for one in singles])
        singles = [at_look(one, p) for one, p in zip(singles, adjusted, strict=True)]
    else:
        adjusted = [one.decisive_p for one in singles]
    equivalent = holm([one.equivalence for one in singles])
    order = sorted(range(len(pairs)), key=lambda i: _rank(adjusted[i], singles[i]))
    duels = []
    for place, i in enumerate(order):
        (a, b), found, single = pairs[i], matches[i], singles[i]
        duel = _duel((a, b), found, single, p=adjusted[i], q=equivalent[i], family=len(pairs))
        if place < MOST_ON_NEW_DATA:
            duel = replace(duel, new_data=on_new_data(a, b, found, stacks))
        duels.append(duel)
    return tuple(duels)


def _rank(p: float | None, single: Comparison) -> tuple[float, float]:
    return (2.0 if p is None else p, -abs(single.difference.value))


def _scores(arm: Arm, indices: Sequence[int | None]) -> list[float]:
    """The scores of runs; nan for one that failed."""
    return [nan if index is None else arm.dots[index].accuracy for index in indices]


def _compare(a: Arm, b: Arm, found: Match) -> Comparison:
    return compare_tried(
        _scores(a, (*found.a, *found.lost_a)),
        _scores(b, (*found.b, *found.lost_b)),
        paired=found.paired,
        level=1 - ALPHA,
        test_size=a.examples if a.examples == b.examples else None,
        same_bits=found.paired and _same_weights(a, b, found),
    )


def _differences(a: Arm, b: Arm, found: Match) -> Floats:
    """``[pair]`` A − B in the order of the design; empty when unpaired."""
    if not found.paired:
        return np.empty(0)
    first, second = np.array(_scores(a, found.a)), np.array(_scores(b, found.b))
    return np.asarray(first - second, dtype=np.float64)


def _same_weights(a: Arm, b: Arm, found: Match) -> bool:
    """Whether the runs of each pair ended with the same weights, by their fingerprints."""
    pairs = [
        (a.dots[i].fingerprint, b.dots[j].fingerprint)
        for i, j in zip(found.a, found.b, strict=True)
    ]
    return all(one is not None and one == other for one, other in pairs)


def _duel(
    arms: tuple[Arm, Arm],
    found: Match,
    single: Comparison,
    *,
    p: float | None,
    q: float | None,
    family: int,
) -> PairwiseComparison:
    """One comparison with its verdict, which is on the adjusted p."""
    a, b = arms
    decided = decide(single, p, q, ALPHA)
    differences = tuple(_differences(a, b, found).tolist())
    more, settles = (None, None)
    if decided.verdict == "undecided":
        more, settles = settle(single, differences, family)
        stuck = [arm.label for arm in arms if arm.bit_identical]
        if stuck and min(single.n_a, single.n_b) < 2:
            said = settles_stuck(stuck)
            settles = f"{sentence_case(said)}."
    return PairwiseComparison(
        a=a.label,
        b=b.label,
        seeds=found.seeds,
        differences=differences,
        comparison=single,
        p_adjusted=p,
        equivalence_adjusted=q,
        new_data=None,
        verdict=Verdict(
            decided.verdict, reason_in_words(decided.verdict, single, p, q, family), settles
        ),
        more_seeds=more,
    )


def on_new_data(a: Arm, b: Arm, found: Match, stacks: Mapping[str, Stack]) -> Estimate | None:
    """Accuracy of a minus accuracy of b to expect with new seeds on new examples.

    None unless both arms have predictions of two or more of these runs on the same examples.
    """
    first, second = stacks.get(a.label), stacks.get(b.label)
    if first is None or second is None:
        return None
    if not np.array_equal(first.example_ids, second.example_ids):
        return None
    rows_a = {index: row for row, index in enumerate(first.positions)}
    rows_b = {index: row for row, index in enumerate(second.positions)}
    if found.paired:
        both = [
            (rows_a[i], rows_b[j])
            for i, j in zip(found.a, found.b, strict=True)
            if i in rows_a and j in rows_b
        ]
        chosen_a, chosen_b = [i for i, _ in both], [j for _, j in both]
    else:
        chosen_a = [row for index, row in rows_a.items() if index in found.a]
        chosen_b = [row for index, row in rows_b.items() if index in found.b]
    if min(len(chosen_a), len(chosen_b)) < 2:
        return None
    errors = compare_on_new_data(
        first.errors[chosen_a], second.errors[chosen_b], paired=found.paired, level=1 - ALPHA
    ).difference
    method = errors.method.replace("errors A − B", "accuracy A − B")
    return replace(errors.negated(), method=method)
