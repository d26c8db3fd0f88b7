"""A against B on one test set: different, equivalent or undecided, and what would settle it."""

from dataclasses import dataclass
from math import comb, sqrt

import numpy as np
import numpy.typing as npt
from scipy import stats

from seedbed.analysis.statistics.checks import Floats, as_scores, check_level, check_margin
from seedbed.analysis.statistics.estimate import Estimate, Verdict
from seedbed.analysis.statistics.permutation import sign_flip_p
from seedbed.analysis.statistics.plan import runs_needed
from seedbed.analysis.statistics.superiority import rank_p, superiority_paired, superiority_unpaired
from seedbed.analysis.statistics.verdict import decide
from seedbed.system.errors import InputError


@dataclass(frozen=True)
class Comparison:
    """A against B, as A − B.

    Attributes:
        paired: Same seeds in both arms.
        n_a: Runs in A.
        n_b: Runs in B.
        difference: Mean of A minus mean of B.
        t: Student's (paired) or Welch's t; None without spread.
        df: Its degrees of freedom.
        p: Two-sided p of t.
        p_sign_flip: Exact sign-flip p of the pairs; None when unpaired.
        p_rank: Mann–Whitney p; None when paired.
        p_superior: Chance that a run of A beats one of B, ties left out when paired.
        margin: Largest difference that counts as equivalent.
        equivalence: p of the two one-sided tests against the margin; None without spread.
        run_sd: Sd of one run within its arm; None where no arm has two runs.
        smallest_p: Smallest p that the distribution-free test can reach with so few runs.
        cannot_reach: What it cannot reach, in words; None where it can.
        runs_for_margin: Pairs (or runs per arm) to find a difference of the margin, power 80 %.
        runs_for_observed: Likewise for a difference as large as the one seen.
        verdict: The answer.
    """

    paired: bool
    n_a: int
    n_b: int
    difference: Estimate
    t: float | None
    df: float | None
    p: float | None
    p_sign_flip: float | None
    p_rank: float | None
    p_superior: Estimate | None
    margin: float | None
    equivalence: float | None
    run_sd: float | None
    smallest_p: float
    cannot_reach: str | None
    runs_for_margin: int | None
    runs_for_observed: int | None
    verdict: Verdict


def pooled_sd(a: Floats, b: Floats) -> float | None:
    """Sd of one run within its arm, pooled over two arms; None where neither has two runs."""
    df = a.size + b.size - 2
    if df < 1:
        return None
    squares = float(((a - a.mean()) ** 2).sum() + ((b - b.mean()) ** 2).sum())
    return sqrt(squares / df)


def compare_paired(
    a: npt.ArrayLike, b: npt.ArrayLike, *, margin: float | None = None, level: float = 0.95
) -> Comparison:
    """Compare two arms run with the same seeds, pair by pair.

    Paired t with its interval decides "different"; two one-sided t tests against the margin
    decide "equivalent". A margin left at one sd of a run is itself an estimate.

    Args:
        a: ``[pair]`` scores of A.
        b: ``[pair]`` scores of B, same order of seeds.
        margin: Largest difference that counts as equivalent; None is one sd of a run.
        level: Confidence level; 1 − level is the two-sided error.

    Raises:
        InputError: Arms of different length, empty, or numbers that are not finite.

    Source: Student (1908); Schuirmann (1987), two one-sided tests.
    """
    first, second = _arms(a, b, margin, level)
    if first.size != second.size:
        raise InputError(
            f"paired arms need one score per seed in both, got {first.size} in A and "
            f"{second.size} in B: leave out the unmatched seeds or compare unpaired"
        )
    diff = first - second
    n = diff.size
    run_sd = pooled_sd(first, second)
    smallest = 2.0 ** (1 - n)
    se = float(diff.std(ddof=1)) / sqrt(n) if n > 1 and _varies(diff, first, second) else None
    return _assemble(
        paired=True,
        arms=(first, second),
        se=se,
        df=float(n - 1),
        p_sign_flip=sign_flip_p(diff) if np.any(diff) else None,
        p_rank=None,
        p_superior=superiority_paired(diff, level),
        margin=run_sd if margin is None else margin,
        run_sd=run_sd,
        sd_for_power=float(diff.std(ddof=1)) if se else None,
        smallest=smallest,
        alpha=1 - level,
    )


def compare_unpaired(
    a: npt.ArrayLike, b: npt.ArrayLike, *, margin: float | None = None, level: float = 0.95
) -> Comparison:
    """Compare two arms whose runs are not matched: Welch's t, and equivalence likewise.

    Args:
        a: ``[run]`` scores of A.
        b: ``[run]`` scores of B; the numbers of runs may differ.
        margin: Largest difference that counts as equivalent; None is one sd of a run.
        level: Confidence level; 1 − level is the two-sided error.

    Raises:
        InputError: An empty arm, or numbers that are not finite.

    Source: Welch (1947); Mann & Whitney (1947); Schuirmann (1987).
    """
    first, second = _arms(a, b, margin, level)
    run_sd = pooled_sd(first, second)
    enough = min(first.size, second.size) > 1
    va = float(first.var(ddof=1)) / first.size if enough else 0.0
    vb = float(second.var(ddof=1)) / second.size if enough else 0.0
    varies = enough and (_varies(first) or _varies(second))
    se = sqrt(va + vb) if varies else None
    df = (va + vb) ** 2 / (va**2 / (first.size - 1) + vb**2 / (second.size - 1)) if se else 0.0
    return _assemble(
        paired=False,
        arms=(first, second),
        se=se,
        df=df,
        p_sign_flip=None,
        p_rank=rank_p(first, second) if run_sd and enough else None,
        p_superior=superiority_unpaired(first, second, level),
        margin=run_sd if margin is None else margin,
        run_sd=run_sd,
        sd_for_power=run_sd,
        smallest=min(2 / comb(first.size + second.size, first.size), 1.0),
        alpha=1 - level,
    )


def _varies(values: Floats, *of: Floats) -> bool:
    """Whether values differ by more than the rounding of the numbers that they came from."""
    largest = max(float(np.abs(part).max()) for part in (of or (values,)))
    return bool(np.ptp(values) > 8 * np.finfo(float).eps * largest)


def _arms(
    a: npt.ArrayLike, b: npt.ArrayLike, margin: float | None, level: float
) -> tuple[Floats, Floats]:
    check_level(level)
    check_margin(margin)
    return as_scores(a, "scores of A"), as_scores(b, "scores of B")


def _assemble(
    *,
    paired: bool,
    arms: tuple[Floats, Floats],
    se: float | None,
    df: float,
    p_sign_flip: float | None,
    p_rank: float | None,
    p_superior: Estimate | None,
    margin: float | None,
    run_sd: float | None,
    sd_for_power: float | None,
    smallest: float,
    alpha: float,
) -> Comparison:
    """Turn a standard error and its degrees of freedom into the whole answer."""
    first, second = arms
    n = min(first.size, second.size)
    gap = float((first - second).mean()) if paired else float(first.mean() - second.mean())
    method = "paired t" if paired else "Welch's t"
    if paired and se is None:
        gap = float(np.median(first - second))
    t = p = equivalence = low = high = None
    if se is not None:
        t = gap / se
        p = float(2 * stats.t.sf(abs(t), df))
        half = float(stats.t.isf(alpha / 2, df)) * se
        low, high = gap - half, gap + half
        if margin:
            equivalence = float(stats.t.sf((margin - abs(gap)) / se, df))
    needed_margin = needed_seen = None
    if sd_for_power and margin:
        needed_margin = runs_needed(margin, sd_for_power, paired=paired, alpha=alpha)
    if sd_for_power and gap:
        needed_seen = runs_needed(gap, sd_for_power, paired=paired, alpha=alpha)
    test = "sign-flip test" if paired else "Mann–Whitney test"
    cannot = None
    if smallest > alpha:
        size = f"{n} pairs" if paired else f"{first.size} against {second.size} runs"
        cannot = f"cannot reach {alpha:.0%} with so few seeds: the smallest p of the {test} "
        cannot += f"with {size} is {smallest:.4g}"
    verdict = decide(
        (first, second),
        gap,
        paired=paired,
        p=p,
        equivalence=equivalence,
        margin=margin,
        needed=(needed_margin, needed_seen),
        alpha=alpha,
    )
    return Comparison(
        paired=paired,
        n_a=first.size,
        n_b=second.size,
        difference=Estimate(gap, low, high, n, f"difference A − B, {method}", 1 - alpha),
        t=t,
        df=df if se is not None else None,
        p=p,
        p_sign_flip=p_sign_flip,
        p_rank=p_rank,
        p_superior=p_superior,
        margin=margin,
        equivalence=equivalence,
        run_sd=run_sd,
        smallest_p=smallest,
        cannot_reach=cannot,
        runs_for_margin=needed_margin,
        runs_for_observed=needed_seen,
        verdict=verdict,
    )
