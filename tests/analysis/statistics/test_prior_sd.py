"""The sd of earlier sweeps as a prior: its formula, its guard and its error rates."""

import numpy as np
import pytest
from scipy import stats

from benchmarks.simulations.prior_sd import study
from seedbed.analysis.answers.comparison.comparison_answer import Terms, compare_scores
from seedbed.analysis.answers.comparison.configurations_answer import compare_configurations
from seedbed.analysis.answers.units import PERCENT
from seedbed.analysis.statistics.arms.compare import compare_unpaired
from seedbed.analysis.statistics.arms.comparison import PRIOR, WELCH
from seedbed.analysis.statistics.arms.prior_sd import PriorSd, with_prior
from seedbed.system.errors import InputError

A, B = np.array([75.1, 75.6, 75.4]), np.array([76.1, 76.4, 76.0])
STUDIES = 20_000
MOST = 0.06 + 3 * np.sqrt(0.06 * 0.94 / STUDIES)


def test_the_variance_is_moved_towards_the_prior_by_its_formula() -> None:
    found = with_prior(compare_unpaired(A, B), A, B, PriorSd(0.3, 9))
    pooled = (A.var(ddof=1) + B.var(ddof=1)) / 2
    t = (A.mean() - B.mean()) / np.sqrt((4 * 0.09 + 4 * pooled) / 8 * 2 / 3)
    assert found.decided_by == PRIOR
    assert found.t == pytest.approx(t)
    assert found.df == 8
    assert found.p == pytest.approx(2 * stats.t.sf(abs(t), 8))
    assert found.difference.low == pytest.approx(
        A.mean() - B.mean() - stats.t.isf(0.025, 8) * (A.mean() - B.mean()) / t
    )


def test_a_prior_that_the_runs_contradict_is_not_used_and_that_is_said() -> None:
    found = with_prior(compare_unpaired(A, B), A, B, PriorSd(0.1))
    assert found == compare_unpaired(A, B)
    said = compare_scores(A, B, Terms(unit=PERCENT, prior=PriorSd(0.1))).sentences[-1]
    assert said.startswith("The prior sd of 0.1 points (the number given, 10 df) was not used")
    said = compare_scores(A, B, Terms(unit=PERCENT, prior=PriorSd(0.3))).sentences[-1]
    assert said == (
        "The variance of these runs was moved towards the prior sd of 0.3 points (the number "
        "given, 10 df)."
    )


def test_a_family_counts_the_comparisons_that_the_prior_is_in() -> None:
    arms = {"a": A, "b": B, "c": np.array([70.0, 75.0, 80.0])}
    answer = compare_configurations(arms, Terms(unit=PERCENT, prior=PriorSd(0.3)))
    assert "in 1 of 3 comparisons" in " ".join(answer.sentences)


def test_paired_runs_and_a_prior_that_is_no_sd_are_refused() -> None:
    with pytest.raises(InputError, match="prior-sd needs unpaired runs"):
        compare_scores(A, B, Terms(paired=True, unit=PERCENT, prior=PriorSd(0.3)))
    for sd in (0.0, -1.0, float("nan"), float("inf")):
        with pytest.raises(InputError, match="must be a number above 0"):
            PriorSd(sd)


def test_other_tests_than_t_stay() -> None:
    equal = np.array([75.0, 75.0, 75.0])
    kept = with_prior(compare_unpaired(equal, equal + 1), equal, equal + 1, PriorSd(0.3))
    assert kept == compare_unpaired(equal, equal + 1)
    assert compare_unpaired(A, B).decided_by == WELCH


@pytest.mark.parametrize("n", [3, 4, 5])
def test_the_error_rate_holds_when_the_sd_has_drifted(n: int) -> None:
    rng = np.random.default_rng([n, 13])
    assert study(n, 1.0, 0, 9, studies=STUDIES, rng=rng).mean() <= 0.05
    for drift in (1.2, 1.5, 2.0):
        assert study(n, drift, 0, 9, studies=STUDIES, rng=rng).mean() <= MOST


def test_power_grows() -> None:
    rng = np.random.default_rng(13)
    assert study(3, 1.0, 2, 20, studies=STUDIES, rng=rng).mean() > 0.47  # .37 of Welch's t
    assert study(4, 1.0, 2, 20, studies=STUDIES, rng=rng).mean() > 0.65  # .61


@pytest.mark.parametrize("n", [3, 5])
def test_the_guard_holds_where_the_sd_of_one_arm_alone_has_drifted(n: int) -> None:
    hits = study(n, 1.5, 0.0, 9, studies=STUDIES, rng=np.random.default_rng(n), one_arm=True)
    assert hits.mean() <= MOST


def test_arms_of_unequal_numbers_take_no_prior_and_that_is_said() -> None:
    more = np.append(B, [76.2, 76.3])
    found = compare_unpaired(A, more)
    assert with_prior(found, A, more, PriorSd(0.3)) == found
    said = compare_scores(A, more, Terms(unit=PERCENT, prior=PriorSd(0.3))).sentences[-1]
    assert "was not used" in said
    assert "unequal numbers of runs" in said
