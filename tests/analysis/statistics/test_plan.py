import numpy as np
import pytest
from scipy import stats

from seedbed.analysis.statistics.stopping.anytime import e_value
from seedbed.analysis.statistics.stopping.look_steps import LOOKS
from seedbed.analysis.statistics.stopping.plan import (
    half_width,
    power,
    runs_for_half_width,
    runs_needed,
    stein_runs,
    upper_sd,
)
from seedbed.analysis.statistics.stopping.sequential import (
    boundaries,
    nominal_levels,
    sequential_decision,
)
from seedbed.analysis.statistics.stopping.spending import SPENT, Spending, pocock_spent
from seedbed.system.errors import InputError


@pytest.mark.parametrize(
    ("difference", "paired", "n"),
    [(1, True, 10), (1, False, 17), (0.5, True, 34), (0.5, False, 64)],
)
def test_fixed_n(difference: float, paired: bool, n: int) -> None:
    assert runs_needed(difference, 1.0, paired=paired) == n
    assert power(difference, 1.0, n, paired=paired) >= 0.8
    assert power(difference, 1.0, n - 1, paired=paired) < 0.8


def test_large_and_tiny_effects() -> None:
    assert runs_needed(1000.0, 1.0) == 2
    assert runs_needed(1e-5, 1.0) is None


def test_obrien_fleming_boundaries() -> None:
    found = boundaries(spending="obrien_fleming")
    assert found == pytest.approx((4.3326, 2.9631, 2.3590, 2.0141), abs=5e-5)
    levels = nominal_levels(spending="obrien_fleming")
    assert levels[0] == pytest.approx(1.5e-5, abs=5e-7)
    assert levels[1:] == pytest.approx((0.00305, 0.0183, 0.0440), abs=5e-5)


def test_boundaries_of_pocock_type_are_those_of_ldbounds() -> None:
    # R: ldBounds(t = 1:4 / 4, iuse = 2, alpha = .05, sides = 2)
    found = boundaries(spending="pocock", for_t=False)
    assert found == pytest.approx((2.3683, 2.3675, 2.3582, 2.3500), abs=1e-4)
    assert pocock_spent(1.0) == pytest.approx(0.05)
    # an even share of .0125 at the first look
    assert boundaries(spending="linear", for_t=False)[0] == pytest.approx(stats.norm.isf(0.00625))


def test_early_spending_reaches_a_verdict_sooner() -> None:
    levels = {name: nominal_levels(spending=name) for name in SPENT}
    assert levels["pocock"][0] > levels["linear"][0] > levels["obrien_fleming"][0]
    assert levels["pocock"][-1] < levels["linear"][-1] < levels["obrien_fleming"][-1]
    pairs = np.array([1.0, 2.5, 1.5, 2.0, 0.5])  # p = .013
    assert sequential_decision(pairs).action == "stop: different"
    late = sequential_decision(pairs, spending="obrien_fleming")
    assert (late.action, late.next_look) == ("go on", 10)


def test_a_spending_that_there_is_not_is_refused() -> None:
    with pytest.raises(InputError, match="spending must be pocock, linear, obrien_fleming, got"):
        boundaries(spending="all at once")  # type: ignore[arg-type]


@pytest.mark.parametrize("spending", list(SPENT))
def test_one_look_is_the_plain_test_and_spending_adds_up(spending: Spending) -> None:
    assert boundaries((7,), spending=spending) == pytest.approx((1.959964,), abs=1e-6)
    rng = np.random.default_rng(0)
    z = rng.standard_normal((400_000, 3)).cumsum(axis=1) / np.sqrt([1, 2, 3])
    edges = np.array(boundaries((4, 8, 12), spending=spending, for_t=False))
    crossed = (np.abs(z) >= edges).any(axis=1)
    assert crossed.mean() == pytest.approx(0.05, abs=0.0015)


@pytest.mark.parametrize("looks", [LOOKS, (3, 6, 9, 12), tuple(range(3, 21))])
def test_looks_on_t_keep_to_their_error(looks: tuple[int, ...]) -> None:
    values = np.random.default_rng(1).normal(size=(60_000, looks[-1]))
    levels = nominal_levels(looks)
    crossed = np.zeros(len(values), dtype=bool)
    for look, level in zip(looks, levels, strict=True):
        part = values[:, :look]
        t = part.mean(axis=1) / (part.std(axis=1, ddof=1) / np.sqrt(look))
        crossed |= 2 * stats.t.sf(np.abs(t), look - 1) <= level
    assert crossed.mean() <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / len(values))


def test_sequential_rule_goes_look_by_look() -> None:
    rng = np.random.default_rng(1)
    huge = rng.normal(20, 1, 20)
    assert sequential_decision(huge).look == 5
    assert sequential_decision(huge[:4]).action == "go on"
    assert sequential_decision(huge[:4]).next_look == 5
    null = np.array([1.0, -1.0] * 10)
    assert sequential_decision(null).action == "stop: futile"
    assert sequential_decision(null).look == 10
    assert sequential_decision(null, futility=False).action == "stop: undecided"
    medium = np.array([0.9, -0.5] * 5)
    waiting = sequential_decision(medium)
    assert (waiting.action, waiting.look, waiting.next_look) == ("go on", 10, 15)
    assert waiting.p == pytest.approx(stats.ttest_1samp(medium, 0).pvalue)


def test_bit_identical_pairs_stop_for_futility() -> None:
    found = sequential_decision(np.zeros(10))
    assert (found.action, found.p) == ("stop: futile", None)


def test_e_value_is_the_bayes_factor_of_a_normal_prior() -> None:
    from scipy.integrate import quad

    values = np.random.default_rng(2).normal(0.8, 1, 7)
    n = 7
    t = values.mean() / (values.std(ddof=1) / np.sqrt(n))

    def weighted(delta: float) -> float:
        return float(stats.nct.pdf(t, n - 1, delta * np.sqrt(n)) * stats.norm.pdf(delta))

    expected = quad(weighted, -8, 8)[0] / stats.t.pdf(t, n - 1)
    assert e_value(values) == pytest.approx(expected, rel=1e-6)
    assert e_value(values[:1]) == 1.0
    assert e_value(np.ones(3)) == np.inf


def test_half_widths() -> None:
    n = runs_for_half_width(0.2, 0.4)
    assert n is not None
    assert half_width(n, 0.4) <= 0.2 < half_width(n - 1, 0.4)


def test_stein() -> None:
    pilot = np.random.default_rng(3).normal(75, 0.5, 10)
    s = pilot.std(ddof=1)
    assert stein_runs(pilot, 0.1) == int(np.ceil((stats.t.ppf(0.975, 9) * s / 0.1) ** 2))
    assert stein_runs(pilot, 10.0) == 10


def test_bad_plans() -> None:
    with pytest.raises(InputError, match="sd must be"):
        runs_needed(1.0, 0.0)
    with pytest.raises(InputError, match="power must lie"):
        runs_needed(1.0, 1.0, power_wanted=80)
    with pytest.raises(InputError, match="increase"):
        boundaries((5, 5))


def test_a_plan_from_a_pilot_has_its_power_in_four_of_five_pilots() -> None:
    rng = np.random.default_rng(0)
    for runs in (3, 10):
        sds = rng.normal(size=(20_000, runs)).std(axis=1, ddof=1)
        limits = np.array([upper_sd(sd, runs) for sd in sds[:2000]])
        assert limits == pytest.approx(sds[:2000] * upper_sd(1.0, runs))
        assert (sds * upper_sd(1.0, runs) > 1).mean() == pytest.approx(0.8, abs=0.01)
    assert upper_sd(1.0, 10) == pytest.approx(np.sqrt(9 / 5.380053), abs=1e-6)
