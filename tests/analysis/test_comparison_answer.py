"""The headline, the numbers and the verdict of one comparison say the same."""

import numpy as np
import pytest
from scipy import stats

from seedbed.analysis.answers.compare import compare_sweep
from seedbed.analysis.answers.comparison.comparison_answer import Known, Terms, compare_scores
from seedbed.analysis.answers.inputs.recorded_sweep import recorded
from seedbed.analysis.answers.units import PERCENT
from seedbed.analysis.findings.collect import collect
from seedbed.analysis.statistics.arms.shift import share_above
from seedbed.analysis.statistics.stopping.plan import runs_for_ranks
from tests.analysis.fake_sweep import Fake, Truth


def test_pairs_with_equal_weights_are_said_to_be_equal() -> None:
    scores = np.array([0.9, 0.91, 0.92])
    found = compare_scores(
        scores, scores, Terms(paired=True), known=Known(same_bits=lambda _a, _b: True)
    )
    assert found.verdicts == ("equivalent",)
    assert found.sentences[0] == "Every pair is equal bit for bit: check that A and B do differ."


A = np.array([0.98, 0.981, 0.10, 0.982, 0.979])
B = np.array([0.97, 0.971, 0.972, 0.969, 0.973])


def test_runs_that_collapsed_ask_for_as_many_as_their_order_needs() -> None:
    found = compare_scores(A, B, Terms(paired=False))
    needed = (stats.norm.isf(0.025) + stats.norm.ppf(0.8)) ** 2 / (6 * (0.8 - 0.5) ** 2)
    assert found.fields["runs_for_observed"] == np.ceil(needed) == 15
    assert found.fields["runs_for_margin"] is None
    assert "about 10 more runs in each arm (15 in all)" in found.sentences[-1]
    paired = compare_scores(A, B, Terms(paired=True))
    assert share_above(A - B) == pytest.approx(0.8)
    assert "(22 in all) for runs that win as often as these" in paired.sentences[-1]


def test_the_number_of_runs_by_ranks_has_the_power_that_it_promises() -> None:
    rng = np.random.default_rng(5)
    above = float(stats.norm.cdf(0.5 / np.sqrt(2)))  # of two arms half an sd apart
    n = runs_for_ranks(above, paired=False)
    assert n is not None
    a, b = rng.normal(size=(2, 2000, n))
    found = stats.mannwhitneyu(a + 0.5, b, axis=1, method="asymptotic").pvalue < 0.05
    assert found.mean() == pytest.approx(0.8, abs=0.04)
    assert runs_for_ranks(0.5) is None


def test_what_few_runs_cannot_reach_is_that_of_the_test_that_decides() -> None:
    found = compare_scores(np.append(A[3:], np.nan), np.append(B[3:], 0.97), Terms(paired=True))
    assert found.fields["decided_by"] == "sign test, failed runs at their worst"
    assert "these runs cannot show any difference" in str(found.fields["cannot_reach"])
    assert "normality" not in str(found.fields["cannot_reach"])


def test_a_gap_below_the_sd_of_a_run_is_not_distinguishable_from_a_reseed() -> None:
    a, b = np.array([75.1, 75.3, 75.2, 75.0, 75.25]), np.array([75.05, 75.32, 75.22, 75.08, 75.2])
    reseed = "not distinguishable from a reseed (sd of a run 0.1153 points)"
    found = compare_scores(a, b, Terms(paired=True, unit=PERCENT))
    assert found.verdicts == ("undecided",)
    assert reseed in found.sentences[0]
    assert np.sqrt((a.var(ddof=1) + b.var(ddof=1)) / 2) == pytest.approx(0.1153, abs=5e-5)
    asked = compare_scores(a, b, Terms(paired=True, unit=PERCENT, margin="0.05points"))
    assert "reseed" not in asked.sentences[0], "the margin says what matters"


def test_runs_with_the_same_weights_are_one_run_as_in_the_report() -> None:
    sweep = Fake(configurations={"32": Truth(0.045), "256": Truth(0.06)}, identical=True).build()
    found = compare_sweep(recorded(sweep), Terms())
    assert found.verdicts == ("undecided",) == (collect(sweep).answer,)
    assert "one run in an arm gives no interval" in found.sentences[0]
    said = " ".join(found.sentences)
    assert "The runs of each arm have the same weights, so they count once." in said
    assert "McNemar" in said


def test_an_interval_names_its_level_with_its_digits() -> None:
    found = compare_scores(B + 0.01, B, Terms(paired=False, level=0.999))
    assert "(99.9 % interval" in found.sentences[0]
