from functools import partial

import numpy as np
import pytest
from scipy import stats
from statsmodels.stats.multitest import multipletests

from seedbed.analysis.statistics.arms.many import compare_many, holm
from seedbed.analysis.statistics.stopping.looks import LookPlan
from seedbed.system.errors import InputError

RNG = np.random.default_rng(0)
ARMS = {name: RNG.normal(mean, 1, 6) for name, mean in (("16", 0), ("32", 0), ("64", 3))}


def test_all_pairs_with_holm() -> None:
    family = compare_many(ARMS, paired=True)
    raw = [stats.ttest_rel(ARMS[r.a], ARMS[r.b]).pvalue for r in family.pairs]
    assert (family.method, len(family.pairs)) == ("holm", 3)
    assert [r.p_adjusted for r in family.pairs] == pytest.approx(
        multipletests(raw, method="holm")[1]
    )
    assert family.expected_false == pytest.approx(0.15)


@pytest.mark.parametrize("paired", [True, False])
def test_against_a_control_is_holm_too(paired: bool) -> None:
    family = compare_many(ARMS, paired=paired, control="32")
    test = stats.ttest_rel if paired else partial(stats.ttest_ind, equal_var=False)
    raw = [test(ARMS[name], ARMS["32"]).pvalue for name in ("16", "64")]
    assert family.method == "holm"
    assert [(r.a, r.b) for r in family.pairs] == [("16", "32"), ("64", "32")]
    assert [r.p_adjusted for r in family.pairs] == pytest.approx(
        multipletests(raw, method="holm")[1]
    )


@pytest.mark.long
def test_an_arm_of_another_sd_does_not_raise_the_familys_error() -> None:
    rng = np.random.default_rng(0)
    wrong = 0
    for _ in range(300):
        arms = {str(i): rng.normal(0, sd, 5) for i, sd in enumerate((3, 1, 1, 1, 1))}
        pairs = compare_many(arms, paired=False, control="0").pairs
        wrong += any(pair.comparison.verdict.verdict == "different" for pair in pairs)
    assert wrong / 300 <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / 300)


def test_verdict_is_on_the_adjusted_p() -> None:
    rng = np.random.default_rng(3)
    for _ in range(200):
        arms = {str(i): rng.normal(size=5) for i in range(8)}
        for result in compare_many(arms, paired=True).pairs:
            assert result.p_adjusted is not None
            assert (result.comparison.verdict.verdict == "different") is (result.p_adjusted < 0.05)
        break


def test_holm_leaves_out_what_has_no_p() -> None:
    assert holm([0.01, None, 0.02]) == pytest.approx([0.02, None, 0.02])
    assert holm([None]) == [None]


def test_bad_families() -> None:
    with pytest.raises(InputError, match="at least 2"):
        compare_many({"a": [1.0]}, paired=True)
    with pytest.raises(InputError, match="'128': there are 16, 32, 64"):
        compare_many(ARMS, paired=True, control="128")


def test_earlier_looks_leave_families_their_e_values() -> None:
    rng = np.random.default_rng(16)
    arms = {name: rng.normal(0.8 + gap, 0.01, 10) for name, gap in (("a", 0), ("b", 0), ("c", 0.2))}
    looked = compare_many(arms, paired=True, looks=LookPlan(spent=(3, 5)))
    verdicts = {(one.a, one.b): one.comparison.verdict.verdict for one in looked.pairs}
    assert verdicts == {
        ("a", "b"): "undecided",
        ("a", "c"): "different",
        ("b", "c"): "different",
    }
    of_c = looked.pairs[1]
    assert of_c.comparison.looks is not None
    assert of_c.comparison.looks.e_value is not None
    assert of_c.p_adjusted is not None
    assert of_c.p_adjusted >= 1 / of_c.comparison.looks.e_value


def test_equal_families_that_are_followed_seldom_differ() -> None:
    rng = np.random.default_rng(17)
    wrong = 0
    for _ in range(200):
        arms = rng.normal(0.8, 0.01, (3, 20))
        wrong += any(
            one.comparison.verdict.verdict == "different"
            for n in (5, 10, 15, 20)
            for one in compare_many(
                dict(zip("abc", arms[:, :n], strict=True)),
                paired=True,
                looks=LookPlan(spent=tuple(range(5, n, 5)), open=n < 20),
            ).pairs
        )
    assert wrong / 200 <= 0.06
