import numpy as np
import pytest
from scipy import stats
from statsmodels.stats.multitest import multipletests

from seedbed.analysis.statistics.many import compare_many, holm
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


def test_against_a_control_is_dunnett() -> None:
    family = compare_many(ARMS, paired=False, control="32")
    theirs = stats.dunnett(ARMS["16"], ARMS["64"], control=ARMS["32"], rng=1).pvalue
    assert family.method == "dunnett"
    assert [(r.a, r.b) for r in family.pairs] == [("16", "32"), ("64", "32")]
    assert [r.p_adjusted for r in family.pairs] == pytest.approx(theirs, abs=2e-4)
    assert [r.comparison.verdict.verdict for r in family.pairs][1] == "different"
    again = compare_many(ARMS, paired=False, control="32")
    assert again == family


def test_pairs_against_a_control_stay_with_holm() -> None:
    assert compare_many(ARMS, paired=True, control="32").method == "holm"


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


def test_identical_arms_fall_back_to_holm() -> None:
    arms = {"a": [1.0, 1.0, 1.0], "b": [1.0, 2.0, 3.0]}
    assert compare_many(arms, paired=False, control="a").method == "holm"


def test_bad_families() -> None:
    with pytest.raises(InputError, match="at least 2"):
        compare_many({"a": [1.0]}, paired=True)
    with pytest.raises(InputError, match="'128': there are 16, 32, 64"):
        compare_many(ARMS, paired=True, control="128")
