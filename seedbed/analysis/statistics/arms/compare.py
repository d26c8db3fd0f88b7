"""A against B on one test set: different, equivalent or undecided, and what would settle it."""

from dataclasses import dataclass, replace
from math import comb, isfinite, sqrt

import numpy as np
import numpy.typing as npt
from scipy import stats

from seedbed.analysis.statistics.arms.comparison import (
    NO_SPREAD,
    PAIRED,
    RANKS,
    RESPLITS,
    SIGNED_RANKS,
    WELCH,
    Comparison,
    Test,
)
from seedbed.analysis.statistics.arms.permutation import sign_flip_p, signed_rank_p
from seedbed.analysis.statistics.arms.resolution import (
    in_single_precision,
    largest_hidden_sd,
    resolution,
    rounding_variance,
)
from seedbed.analysis.statistics.arms.shift import shift_paired, shift_unpaired
from seedbed.analysis.statistics.arms.superiority import (
    rank_p,
    superiority_paired,
    superiority_unpaired,
)
from seedbed.analysis.statistics.arms.verdict import decide
from seedbed.analysis.statistics.checks import Floats, as_scores, check_level, check_margin
from seedbed.analysis.statistics.estimate import Estimate, Verdict
from seedbed.analysis.statistics.odd_runs import odd_runs
from seedbed.analysis.statistics.stopping.plan import runs_needed
from seedbed.system.errors import InputError

FAR = 1000
HIDDEN = "with the largest sd that the numbers' step can hide"


def pooled_sd(a: Floats, b: Floats) -> float | None:
    """Sd of one run within its arm, pooled over two arms; None where neither has two runs."""
    df = a.size + b.size - 2
    if df < 1:
        return None
    squares = float(((a - a.mean()) ** 2).sum() + ((b - b.mean()) ** 2).sum())
    return sqrt(squares / df)


@dataclass(frozen=True)
class _Arms:
    """Two arms, and what is known of their numbers.

    Attributes:
        a: ``[run]`` scores of A.
        b: ``[run]`` scores of B.
        margin: Largest difference that counts as equivalent.
        level: Confidence level.
        step: Resolution of the numbers; 0 where unknown.
        rounded: The step is that of digits, so that a number stands for others near it.
        same_bits: Answers or weights are equal.
        odd_a: Odd runs of A.
        odd_b: Odd runs of B.
        collapsed: Some runs, but no whole arm, do not belong to all runs together.
    """

    a: Floats
    b: Floats
    margin: float | None
    level: float
    step: float
    rounded: bool
    same_bits: bool
    odd_a: tuple[int, ...]
    odd_b: tuple[int, ...]
    collapsed: bool


@dataclass(frozen=True)
class _Evidence:
    """What one test says: the standard error behind the interval, and the p values."""

    gap: float
    se: float | None
    df: float
    method: Test
    p: float | None = None
    p_sign_flip: float | None = None
    p_rank: float | None = None
    p_superior: Estimate | None = None
    sd_for_power: float | None = None
    lasting: float = 0.0
    shift: Estimate | None = None


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
    resampled t; if a run collapsed, Wilcoxon's signed ranks. Two one-sided t tests against a margin
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
    Wilcoxon (1945).
    """
    arms = _checked(a, b, margin, level, test_size, same_bits=same_bits)
    if arms.a.size != arms.b.size:
        raise InputError(
            f"paired arms need one score per seed in both, got {arms.a.size} in A and "
            f"{arms.b.size} in B: leave out the unmatched seeds or compare unpaired"
        )
    diff = arms.a - arms.b
    smallest = 2.0 ** (1 - diff.size)
    if diff.size < 2 or not _varies(diff, arms.a, arms.b):
        return _assemble(arms, _constant_pairs(arms, diff), paired=True, smallest=smallest)
    variance = max(float(diff.var(ddof=1)), 2 * rounding_variance(arms.step))
    lasting = 0.0 if resplits is None else _share_tested(*resplits)
    collapsed = arms.collapsed and resplits is None
    evidence = _Evidence(
        gap=float(diff.mean()),
        se=sqrt(variance * (1 / diff.size + lasting)),
        df=diff.size - 1.0,
        method=SIGNED_RANKS if collapsed else PAIRED if resplits is None else RESPLITS,
        p_sign_flip=sign_flip_p(diff) if resplits is None else None,
        p_rank=signed_rank_p(diff) if collapsed else None,
        shift=shift_paired(diff, level) if collapsed else None,
        p_superior=superiority_paired(diff, level) if resplits is None else None,
        sd_for_power=sqrt(variance),
        lasting=lasting,
    )
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
    arms = _checked(a, b, margin, level, test_size, same_bits=same_bits)
    n, m = arms.a.size, arms.b.size
    smallest = min(2 / comb(n + m, n), 1.0)
    if min(n, m) < 2 or not (_varies(arms.a) or _varies(arms.b)):
        return _assemble(arms, _constant_arms(arms), paired=False, smallest=smallest)
    least = rounding_variance(arms.step)
    va, vb = (max(float(arm.var(ddof=1)), least) / arm.size for arm in (arms.a, arms.b))
    evidence = _Evidence(
        gap=float(arms.a.mean() - arms.b.mean()),
        se=sqrt(va + vb),
        df=(va + vb) ** 2 / (va**2 / (n - 1) + vb**2 / (m - 1)),
        method=RANKS if arms.collapsed else WELCH,
        p_rank=rank_p(arms.a, arms.b),
        shift=shift_unpaired(arms.a, arms.b, level) if arms.collapsed else None,
        p_superior=superiority_unpaired(arms.a, arms.b, level),
        sd_for_power=pooled_sd(arms.a, arms.b),
    )
    return _assemble(arms, evidence, paired=False, smallest=smallest)


def _share_tested(train_size: int, test_size: int) -> float:
    if train_size < 1 or test_size < 1:
        raise InputError(f"splits need examples, got {train_size} to train and {test_size} to test")
    return test_size / train_size


def _checked(
    a: npt.ArrayLike,
    b: npt.ArrayLike,
    margin: float | None,
    level: float,
    test_size: int | None,
    *,
    same_bits: bool,
) -> _Arms:
    check_level(level)
    check_margin(margin)
    first, second = as_scores(a, "scores of A"), as_scores(b, "scores of B")
    both = np.concatenate([first, second])
    odd = odd_runs(both, test_size)
    in_a = sum(place < first.size for place in odd)
    whole_arm = in_a == first.size or len(odd) - in_a == second.size
    scale = 1.0 if np.abs(both).max() <= 1 else 100.0
    step = resolution(both) if test_size is None else scale / test_size
    return _Arms(
        a=first,
        b=second,
        margin=margin,
        level=level,
        step=step,
        rounded=test_size is None,
        same_bits=same_bits,
        odd_a=odd_runs(first, test_size),
        odd_b=odd_runs(second, test_size),
        collapsed=bool(odd) and not whole_arm,
    )


def _varies(values: Floats, *of: Floats) -> bool:
    """Whether values differ by more than the rounding of the numbers that they came from.

    Numbers that are all float32, as Keras' ``evaluate`` gives them, are rounded as float32.
    """
    parts = of or (values,)
    largest = max(float(np.abs(part).max()) for part in parts)
    kind = np.float32 if in_single_precision(np.concatenate(parts)) else np.float64
    return bool(np.ptp(values) > 8 * float(np.finfo(kind).eps) * largest)


def _constant_arms(arms: _Arms) -> _Evidence:
    """Arms that do not vary: how rare is this order of the runs, and what can rounding hide?"""
    n, m = arms.a.size, arms.b.size
    gap = float(arms.a.mean() - arms.b.mean())
    if min(n, m) < 2:
        return _Evidence(gap, None, 0.0, NO_SPREAD)
    rarest = min(2 / comb(n + m, n), 1.0)
    hidden = [largest_hidden_sd(arms.step, size) / sqrt(size) for size in (n, m)]
    se = sqrt(hidden[0] ** 2 + hidden[1] ** 2)
    p = max(rarest, _p_beyond_rounding(gap, se, n + m - 2.0, arms))
    return _Evidence(gap, se or None, n + m - 2.0, NO_SPREAD, p=p if gap else None)


def _constant_pairs(arms: _Arms, diff: Floats) -> _Evidence:
    """Pairs that all differ by the same: likewise."""
    if diff.size < 2:
        return _Evidence(float(diff[0]), None, 0.0, NO_SPREAD)
    if not (_varies(arms.a) or _varies(arms.b)):
        return _constant_arms(arms)
    gap = float(np.median(diff))
    gap = 0.0 if abs(gap) < 8 * np.finfo(float).eps * float(np.abs(arms.a).max()) else gap
    se = 2 * largest_hidden_sd(arms.step, diff.size) / sqrt(diff.size)
    flips = 2.0 ** (1 - diff.size)
    beyond = _p_beyond_rounding(gap, se, diff.size - 1.0, arms)
    p = max(beyond, flips if se == 0 else 0.0) if gap else None
    sign_flip = flips if gap else None
    return _Evidence(gap, se or None, diff.size - 1.0, NO_SPREAD, p=p, p_sign_flip=sign_flip)


def _p_beyond_rounding(gap: float, se: float, df: float, arms: _Arms) -> float:
    """P of t for the part of the gap that rounding cannot explain, at the largest hidden sd."""
    beyond = max(abs(gap) - (arms.step if arms.rounded else 0.0), 0.0)
    if beyond <= 1e-9 * abs(gap):
        return 1.0
    return float(2 * stats.t.sf(beyond / se, df)) if se else 0.0


def _assemble(arms: _Arms, evidence: _Evidence, *, paired: bool, smallest: float) -> Comparison:
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
        p_superior=evidence.p_superior,
        margin=arms.margin,
        equivalence=equivalence,
        run_sd=run_sd,
        smallest_p=smallest,
        cannot_reach=None,
        runs_for_margin=_runs(arms.margin or run_sd, evidence, alpha, paired=paired),
        runs_for_observed=_runs_without_spread(arms, alpha, paired=paired)
        if method == NO_SPREAD
        else _runs(gap, evidence, alpha, paired=paired),
        decided_by=method,
        step=arms.step,
        odd_a=arms.odd_a,
        odd_b=arms.odd_b,
        same_bits=arms.same_bits,
        verdict=Verdict("undecided", "", None),
    )
    found = replace(found, cannot_reach=_cannot_reach(found, alpha))
    return replace(found, verdict=decide(found, found.decisive_p, equivalence, alpha))


def _runs(size: float | None, evidence: _Evidence, alpha: float, *, paired: bool) -> int | None:
    """Pairs, or runs per arm, that would find a difference of this size with power 80 %."""
    sd = evidence.sd_for_power
    if not sd or not size or not isfinite(size):
        return None
    return runs_needed(size, sd, paired=paired, alpha=alpha, lasting=evidence.lasting)


def _runs_without_spread(arms: _Arms, alpha: float, *, paired: bool) -> int | None:
    """Runs (or pairs) at which arms that still do not vary would be different.

    None where no number would, because the numbers' step explains the difference.
    """
    gap = abs(float(arms.a.mean() - arms.b.mean()))
    if gap <= arms.step * (2 if arms.rounded else 1):
        return None
    for n in range(2, FAR):
        hidden = 2 * largest_hidden_sd(arms.step, n) / sqrt(n)
        beyond = _p_beyond_rounding(gap, hidden / sqrt(2), 2 * n - 2.0, arms)
        rarest = 2.0 ** (1 - n) if paired else 2 / comb(2 * n, n)
        if max(rarest, beyond) < alpha:
            return n
    return None


def _cannot_reach(found: Comparison, alpha: float) -> str | None:
    """What a test free of assumptions cannot reach with so few runs."""
    if found.smallest_p <= alpha or found.decided_by in (RESPLITS, NO_SPREAD):
        return None
    test = "sign-flip test" if found.paired else "Mann–Whitney test"
    return (
        f"with {found.amount} the {test} cannot go below p = {found.smallest_p:.4g}, "
        f"so {found.consequence}"
    )
