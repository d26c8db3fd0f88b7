"""A against B on one test set: different, equivalent or undecided, and what would settle it."""

from dataclasses import replace
from math import comb, isfinite, sqrt

import numpy.typing as npt
from scipy import stats

from seedbed.analysis.statistics.arms.comparison import (
    NO_SPREAD,
    PAIRED,
    RANKS,
    RESPLITS,
    SIGNS,
    WELCH,
    Comparison,
)
from seedbed.analysis.statistics.arms.constant_scores import (
    constant_arms,
    constant_pairs,
    is_shifted,
    runs_without_spread,
    unless_rounding_alone,
)
from seedbed.analysis.statistics.arms.evidence import (
    Arms,
    Evidence,
    checked_arms,
    pooled_sd,
    varies,
)
from seedbed.analysis.statistics.arms.permutation import sign_flip_p, sign_p_of
from seedbed.analysis.statistics.arms.resolution import (
    common_step,
    largest_hidden_sd,
    rounding_variance,
)
from seedbed.analysis.statistics.arms.shift import share_above, shift_paired, shift_unpaired
from seedbed.analysis.statistics.arms.superiority import (
    rank_method,
    rank_p,
    superiority_paired,
    superiority_unpaired,
)
from seedbed.analysis.statistics.arms.verdict import decide
from seedbed.analysis.statistics.estimate import Estimate, Verdict
from seedbed.analysis.statistics.stopping.plan import runs_for_ranks, runs_needed
from seedbed.system.errors import InputError

HIDDEN = "with the largest sd that the numbers' step can hide"


def compare_paired(
    a: npt.ArrayLike,
    b: npt.ArrayLike,
    *,
    margin: float | None = None,
    level: float = 0.95,
    test_size: int | None = None,
    same_bits: bool = False,
    resplits: tuple[int, int] | None = None,
) -> Comparison:
    """Compare two arms run with the same seeds, pair by pair.

    Paired t with its interval decides "different"; over random re-splits or folds the corrected
    resampled t; if a run collapsed, the sign test. Two one-sided t tests against a margin
    decide "equivalent", only where the user gave one.

    Args:
        a: ``[pair]`` scores of A.
        b: ``[pair]`` scores of B, same order of seeds.
        margin: Largest difference that counts as equivalent.
        level: Confidence level; 1 − level is the two-sided error.
        test_size: Examples in the test set, where known: scores are then counts, not rounded.
        same_bits: The answers or weights of both arms are known to be equal.
        resplits: Examples trained on and tested on, where the pairs are random re-splits.

    Raises:
        InputError: Arms of different length, empty, or numbers that are not finite.

    Source: Student (1908); Schuirmann (1987), two one-sided tests; Nadeau & Bengio (2003),
    "Inference for the generalization error", section 3: variance s²·(1/J + n_test/n_train);
    Thompson (1936), limits of a median.
    """
    arms = checked_arms(a, b, margin, level, test_size, same_bits=same_bits)
    if arms.a.size != arms.b.size:
        raise InputError(
            f"paired arms need one score per seed in both, got {arms.a.size} in A and "
            f"{arms.b.size} in B: leave out the unmatched seeds or compare unpaired"
        )
    diff = arms.a - arms.b
    smallest = 2.0 ** (1 - diff.size)
    lasting = 0.0 if resplits is None else _share_tested(*resplits)
    if is_shifted(arms, diff):
        arms = replace(arms, step=arms.step or common_step(arms.a, arms.b))
        least = 2 * rounding_variance(arms.step)
    elif diff.size > 1 and varies(diff, arms.a, arms.b):
        least = 2 * rounding_variance(arms.step)
    elif resplits is None or diff.size < 2 or not arms.step:
        constant = constant_pairs(arms, diff)
        if resplits is not None:  # permutations need runs that share no examples
            constant = Evidence(constant.gap, None, 0.0, NO_SPREAD)
        return _assemble(arms, constant, paired=True, smallest=smallest)
    else:
        least = (2 * largest_hidden_sd(arms.step, diff.size)) ** 2
    variance = max(float(diff.var(ddof=1)), least)
    collapsed = arms.collapsed and resplits is None
    evidence = Evidence(
        gap=float(diff.mean()),
        se=sqrt(variance * (1 / diff.size + lasting)),
        df=diff.size - 1.0,
        method=SIGNS if collapsed else PAIRED if resplits is None else RESPLITS,
        p_sign_flip=sign_flip_p(diff) if resplits is None else None,
        p_rank=sign_p_of(diff) if collapsed else None,
        rank_method="exact" if collapsed else None,
        shift=shift_paired(diff, level) if collapsed else None,
        above=share_above(diff) if collapsed else None,
        p_superior=superiority_paired(diff, level) if resplits is None else None,
        sd_for_power=sqrt(variance),
        lasting=lasting,
    )
    if evidence.method == PAIRED:
        evidence = unless_rounding_alone(arms, evidence)
    return _assemble(arms, evidence, paired=True, smallest=smallest)


def compare_unpaired(
    a: npt.ArrayLike,
    b: npt.ArrayLike,
    *,
    margin: float | None = None,
    level: float = 0.95,
    test_size: int | None = None,
    same_bits: bool = False,
) -> Comparison:
    """Compare two arms whose runs are not matched: Welch's t, and equivalence likewise.

    If a run collapsed, the Mann–Whitney test decides: one such run takes t's power away.

    Args:
        a: ``[run]`` scores of A.
        b: ``[run]`` scores of B; the numbers of runs may differ.
        margin: Largest difference that counts as equivalent.
        level: Confidence level; 1 − level is the two-sided error.
        test_size: Examples in the test set, where known: scores are then counts, not rounded.
        same_bits: The answers or weights of both arms are known to be equal.

    Raises:
        InputError: An empty arm, or numbers that are not finite.

    Source: Welch (1947); Mann & Whitney (1947); Schuirmann (1987).
    """
    arms = checked_arms(a, b, margin, level, test_size, same_bits=same_bits)
    n, m = arms.a.size, arms.b.size
    smallest = min(2 / comb(n + m, n), 1.0)
    if min(n, m) < 2 or not (varies(arms.a) or varies(arms.b)):
        return _assemble(arms, constant_arms(arms), paired=False, smallest=smallest)
    least = rounding_variance(arms.step)
    va, vb = (max(float(arm.var(ddof=1)), least) / arm.size for arm in (arms.a, arms.b))
    superior = superiority_unpaired(arms.a, arms.b, level)
    evidence = Evidence(
        gap=float(arms.a.mean() - arms.b.mean()),
        se=sqrt(va + vb),
        df=(va + vb) ** 2 / (va**2 / (n - 1) + vb**2 / (m - 1)),
        method=RANKS if arms.collapsed else WELCH,
        p_rank=rank_p(arms.a, arms.b),
        rank_method=rank_method(arms.a, arms.b),
        shift=shift_unpaired(arms.a, arms.b, level) if arms.collapsed else None,
        p_superior=superior,
        above=superior.value if superior is not None and arms.collapsed else None,
        sd_for_power=sqrt(((n - 1) * n * va + (m - 1) * m * vb) / (n + m - 2)),
    )
    if evidence.method == WELCH:
        evidence = unless_rounding_alone(arms, evidence)
    return _assemble(arms, evidence, paired=False, smallest=smallest)


def _share_tested(train_size: int, test_size: int) -> float:
    if train_size < 1 or test_size < 1:
        raise InputError(f"splits need examples, got {train_size} to train and {test_size} to test")
    return test_size / train_size


def _assemble(arms: Arms, evidence: Evidence, *, paired: bool, smallest: float) -> Comparison:
    """Turn a standard error and its degrees of freedom into the whole answer."""
    alpha = 1 - arms.level
    gap, se, df, method = evidence.gap, evidence.se, evidence.df, evidence.method
    t = low = high = equivalence = None
    p = evidence.p
    if se is not None:
        half = float(stats.t.isf(alpha / 2, df)) * se
        hidden = arms.step if method == NO_SPREAD and arms.rounded else 0.0
        low, high = gap - half - hidden, gap + half + hidden
        if method == NO_SPREAD and gap and p is not None and p >= alpha and low * high > 0:
            low = high = None  # too few runs for the order of the runs to bear out the interval
        if method != NO_SPREAD:
            t = gap / se
            p = float(2 * stats.t.sf(abs(t), df))
        if arms.margin:
            equivalence = float(stats.t.sf((arms.margin - abs(gap) - hidden) / se, df))
    run_sd = pooled_sd(arms.a, arms.b)
    found = Comparison(
        paired=paired,
        n_a=arms.a.size,
        n_b=arms.b.size,
        difference=evidence.shift
        or Estimate(
            gap,
            low,
            high,
            min(arms.a.size, arms.b.size),
            f"difference A − B, {HIDDEN if method == NO_SPREAD else method}",
            arms.level,
        ),
        t=t,
        df=df if t is not None else None,
        p=p,
        p_sign_flip=evidence.p_sign_flip,
        p_rank=evidence.p_rank,
        rank_method=evidence.rank_method,
        p_superior=evidence.p_superior,
        margin=arms.margin,
        equivalence=equivalence,
        run_sd=run_sd,
        smallest_p=smallest,
        cannot_reach=None,
        runs_for_margin=_runs(arms.margin or run_sd, evidence, alpha, paired=paired),
        runs_for_observed=_runs_for_observed(arms, evidence, alpha, paired=paired),
        decided_by=method,
        step=arms.step,
        odd_a=arms.odd_a,
        odd_b=arms.odd_b,
        same_bits=arms.same_bits,
        verdict=Verdict("undecided", "", None),
    )
    found = replace(found, cannot_reach=cannot_reach(found, alpha))
    return replace(found, verdict=decide(found, found.decisive_p, equivalence, alpha))


def _runs(size: float | None, evidence: Evidence, alpha: float, *, paired: bool) -> int | None:
    """Pairs, or runs per arm, that would find a difference of this size with power 80 %.

    None by ranks: the sd of runs that collapsed says nothing about their order.
    """
    sd = evidence.sd_for_power
    if evidence.above is not None or not sd or not size or not isfinite(size):
        return None
    return runs_needed(size, sd, paired=paired, alpha=alpha, lasting=evidence.lasting)


def _runs_for_observed(arms: Arms, evidence: Evidence, alpha: float, *, paired: bool) -> int | None:
    if evidence.method == NO_SPREAD:
        return runs_without_spread(arms, alpha)
    if evidence.above is not None:
        return runs_for_ranks(evidence.above, paired=paired, alpha=alpha)
    return _runs(evidence.gap, evidence, alpha, paired=paired)


def cannot_reach(found: Comparison, alpha: float) -> str | None:
    """What a test free of assumptions cannot reach with so few runs."""
    if found.smallest_p <= alpha or found.decided_by == RESPLITS:
        return None
    if found.decided_by == NO_SPREAD and (found.p is None or found.p < found.smallest_p):
        return None  # pairs of which neither arm varies are also judged as unpaired runs
    test = "sign-flip test" if found.paired else "Mann–Whitney test"
    return (
        f"with {found.amount} the {test} cannot go below p = {found.smallest_p:.4g}, "
        f"so {found.consequence}"
    )
