"""A against B: every number of one comparison, and the verdict on it."""

from dataclasses import dataclass
from typing import Literal

from seedbed.analysis.statistics.arms.permutation import rarest
from seedbed.analysis.statistics.estimate import Estimate, Verdict

Test = Literal[
    "paired t",
    "Welch's t",
    "moderated t, variance shared between arms",
    "t with the prior sd of earlier runs",
    "corrected resampled t (Nadeau–Bengio)",
    "exact test and rounding, without spread",
    "Mann–Whitney, as a run collapsed",
    "sign test, as a run collapsed",
    "sign test, failed runs at their worst",
    "Mann–Whitney, failed runs at their worst",
]
RankMethod = Literal["exact", "normal approximation"]
PAIRED: Test = "paired t"
WELCH: Test = "Welch's t"
MODERATED: Test = "moderated t, variance shared between arms"
PRIOR: Test = "t with the prior sd of earlier runs"
RESPLITS: Test = "corrected resampled t (Nadeau–Bengio)"
NO_SPREAD: Test = "exact test and rounding, without spread"
RANKS: Test = "Mann–Whitney, as a run collapsed"
SIGNS: Test = "sign test, as a run collapsed"
SIGNS_FAILED: Test = "sign test, failed runs at their worst"
RANKS_FAILED: Test = "Mann–Whitney, failed runs at their worst"


FALSE_ALARMS = {2: 12, 3: 7}
"""Runs of the smaller arm → times in 100 that Welch's t at level .95 calls equal arms different, at
most, where the other arm has more runs (docs/coverage.md)."""
TWO_GROUPS = 14
"""Times in 100 that t at level .95 calls equal arms of two runs each different, at most, where
scores fall into two groups (docs/coverage.md)."""


@dataclass(frozen=True)
class LookState:
    """Where a comparison stands that is looked at more than once.

    Attributes:
        text: In words: ``look 2 of 4: go on to 15 pairs``.
        is_different: This look, or an earlier one, shows a difference.
        p: The p that was held against ``nominal``; None where the e-value decides.
        nominal: The p that it had to reach.
        e_value: Evidence that may be looked at after every pair; None when unpaired.
        alpha: Type I error over all looks: the stop rule's if there is one, else that of the level.
    """

    text: str
    is_different: bool
    p: float | None
    nominal: float | None
    e_value: float | None
    alpha: float


@dataclass(frozen=True)
class Comparison:
    """A against B, as A − B.

    Attributes:
        paired: Same seeds in both arms.
        n_a: Runs in A that finished.
        n_b: Runs in B that finished.
        failed_a: Runs in A that failed.
        failed_b: Runs in B that failed.
        difference: A − B with the interval of the test that decides: of the means, or if a run
            collapsed the Hodges–Lehmann shift, of pairs the median.
        t: Student's (paired), Welch's or Nadeau and Bengio's t; None without spread.
        df: Its degrees of freedom.
        p: Two-sided p of t; without spread, of Barnard's exact test and the numbers' resolution.
        p_sign_flip: Exact sign-flip p of the pairs; None when unpaired or of re-splits.
        p_rank: Mann–Whitney p; when paired the sign test's, if a run collapsed.
        rank_method: How ``p_rank`` was computed; None without it.
        p_superior: Chance that a run of A beats one of B, ties left out when paired.
        margin: Largest difference that counts as equivalent, as the user gave it.
        p_failures: Largest p that the failed runs could leave; None where no run failed.
        equivalence: p of the two one-sided tests against the margin; None without a margin, or with
            a failed run.
        run_sd: Sd of one run within its arm; None where no arm has two runs.
        smallest_p: Smallest p that the distribution-free test can reach with so few runs.
        cannot_reach: What it cannot reach, in words; None where it can.
        runs_for_margin: Pairs (or runs per arm) to find a difference of the margin, or of one sd of
            a run without a margin, power 80 %; None by ranks.
        runs_for_observed: Likewise for a difference as large as the one seen; by ranks, for runs
            that win as often as these.
        decided_by: The test whose p decides.
        step: Resolution of the scores; 0 where it is not known.
        odd_a: Positions of the runs of A that do not belong to its others.
        odd_b: Likewise of B.
        same_bits: The answers or weights of both arms are known to be equal.
        verdict: The answer.
        looks: Where its looks stand, which then decide; None where there is one look.
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
    rank_method: RankMethod | None
    p_superior: Estimate | None
    margin: float | None
    equivalence: float | None
    run_sd: float | None
    smallest_p: float
    cannot_reach: str | None
    runs_for_margin: int | None
    runs_for_observed: int | None
    decided_by: Test
    step: float
    odd_a: tuple[int, ...]
    odd_b: tuple[int, ...]
    same_bits: bool
    verdict: Verdict
    failed_a: int = 0
    failed_b: int = 0
    p_failures: float | None = None
    looks: LookState | None = None

    @property
    def consequence(self) -> str:
        """What it means that a distribution-free test cannot reach the level with these runs."""
        if self.decided_by in (PAIRED, WELCH, MODERATED, PRIOR):
            return "this result relies on the t test's assumption of normality"
        return "these runs cannot show any difference"

    @property
    def few_runs(self) -> str | None:
        """How often a difference like this one is found where there is none; None if at level.

        Welch's t takes too many degrees of freedom from two or three runs against more. Two runs
        against two lie apart by chance where scores have two modes (``rarest``).
        """
        if self.decided_by not in (WELCH, PAIRED) or self.verdict.verdict != "different":
            return None
        few, many = sorted((self.n_a, self.n_b))
        by_chance = rarest(few, many)
        if few == many and by_chance > 1 - self.difference.level:
            runs = f"{few} pairs" if self.paired else f"{few} runs against {many}"
            return (
                f"With {runs}, equal arms are called different up to {TWO_GROUPS} times in 100 if "
                "scores fall into two groups, such as runs that learn and runs that do "
                "not: run more seeds"
            )
        often = FALSE_ALARMS.get(few)
        if self.decided_by != WELCH or few == many or often is None:
            return None
        return (
            f"With {few} runs against {many}, Welch's t calls equal arms different up to {often} "
            f"times in 100: run the arm of {few} on more seeds"
        )

    @property
    def decisive_p(self) -> float | None:
        """The p that decides: of failed runs at their worst, of ranks, or else ``p``."""
        if self.decided_by in (SIGNS_FAILED, RANKS_FAILED):
            return self.p_failures
        return self.p_rank if self.decided_by in (RANKS, SIGNS) else self.p

    @property
    def is_within_a_reseed(self) -> bool:
        """Whether the difference is at most one sd of a run; a collapsed run tells no such sd."""
        if self.run_sd is None or self.decided_by in (RANKS, SIGNS):
            return False
        return abs(self.difference.value) <= self.run_sd

    @property
    def test(self) -> str:
        """The test that decides; of ranks, whether its p is exact."""
        if self.decided_by != RANKS:
            return self.decided_by
        return f"{'exact' if self.rank_method == 'exact' else 'approximate'} {self.decided_by}"

    @property
    def failed(self) -> int:
        """Runs that failed in either arm."""
        return self.failed_a + self.failed_b

    @property
    def amount(self) -> str:
        """How many runs stand behind it, as in ``5 pairs``."""
        if self.decided_by == RESPLITS:
            return f"{self.n_a} re-splits"
        return f"{self.n_a} pairs" if self.paired else f"{self.n_a} against {self.n_b} runs"
