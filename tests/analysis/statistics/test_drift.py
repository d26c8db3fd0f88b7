import numpy as np
import pytest
from scipy import stats

from seedbed.analysis.statistics.control_chart import ewma_limit, q_statistic
from seedbed.analysis.statistics.drift import drift, drift_charts
from seedbed.system.errors import InputError


def integral_run_length(weight: float, width: float, nodes: int = 200) -> float:
    """Crowder (1987): the integral equation of the run length, on Gauss–Legendre nodes."""
    points, weights = np.polynomial.legendre.leggauss(nodes)
    edge = width * np.sqrt(weight / (2 - weight))
    y = edge * points
    kernel = stats.norm.pdf((y[None, :] - (1 - weight) * y[:, None]) / weight) / weight
    lengths = np.linalg.solve(np.eye(nodes) - kernel * edge * weights, np.ones(nodes))
    return float(1 + (stats.norm.pdf(y / weight) / weight * edge * weights) @ lengths)


@pytest.mark.parametrize(
    ("weight", "width", "nights"), [(0.2, 2.962, 499.5), (0.1, 2.814, 499.1), (0.2, 2.86, 371.0)]
)
def test_average_run_lengths(weight: float, width: float, nights: float) -> None:
    assert integral_run_length(weight, width) == pytest.approx(nights, abs=0.5)


def test_q_is_the_formula() -> None:
    values = np.array([75.6, 75.9, 75.4, 76.0])
    before = values[:3]
    t = (76.0 - before.mean()) / (before.std(ddof=1) * np.sqrt(1 + 1 / 3))
    assert q_statistic(76.0, before) == pytest.approx(stats.norm.ppf(stats.t.cdf(t, 2)))
    assert np.isfinite(q_statistic(1e9, before))


def test_q_is_standard_normal_and_independent_when_stable() -> None:
    rng = np.random.default_rng(0)
    q = np.array([drift(rng.normal(75, 0.4, 10), width=9).q for _ in range(800)], dtype=float)
    assert stats.kstest(q.ravel(), "norm").pvalue > 0.01
    lagged = np.corrcoef(q[:, :-1].ravel(), q[:, 1:].ravel())[0, 1]
    assert lagged == pytest.approx(0, abs=0.05)


def test_a_jump_is_found_and_the_baseline_freezes() -> None:
    rng = np.random.default_rng(1)
    values = np.concatenate([rng.normal(75, 0.3, 15), rng.normal(74, 0.3, 15)])
    found = drift(values)
    assert found.alarm is not None
    assert 15 < found.alarm <= 20
    assert found.baseline == found.alarm - 1
    assert "down" in found.verdict.reason
    assert found.verdict.verdict == "different"
    last = found.q[-1]
    assert last == pytest.approx(q_statistic(values[-1], values[: found.baseline]))
    assert found.nights == tuple(range(3, 31))
    assert len(found.q) == len(found.ewma) == len(found.limit) == 28


def test_ewma_and_limits() -> None:
    found = drift([75.6, 75.9, 75.4, 76.0, 75.7])
    z = 0.0
    for step, (q, ewma, limit) in enumerate(zip(found.q, found.ewma, found.limit, strict=True), 1):
        assert q is not None
        z = 0.8 * z + 0.2 * q
        assert ewma == pytest.approx(z)
        assert limit == ewma_limit(step)
    assert ewma_limit(1) == pytest.approx(2.86 * 0.2)
    assert ewma_limit(10_000) == pytest.approx(2.86 * np.sqrt(0.2 / 1.8))
    assert found.verdict.verdict == "undecided"
    assert found.verdict.reason.startswith("no drift seen in 3 nights (")
    assert drift([75.6, 75.9, 75.4]).verdict.reason.startswith("no drift seen in 1 night (")


def test_baseline_nights_are_not_charted() -> None:
    values = [75.6, 75.9, 75.4, 76.0, 75.7, 75.5, 75.8]
    assert drift(values, baseline=5).nights == (6, 7)
    assert drift(values, baseline=5).q == pytest.approx(drift(values).q[-2:])


@pytest.mark.long
def test_several_charts_share_one_false_alarm_rate() -> None:
    rng = np.random.default_rng(2)
    alarms = {1: 0, 5: 0}
    for _ in range(120):
        series = {str(i): rng.normal(size=32) for i in range(5)}
        alarms[1] += drift(series["0"]).alarm is not None
        alarms[5] += any(chart.alarm for chart in drift_charts(series).values())
    assert alarms[1] / 120 < 0.16
    assert alarms[5] / 120 < 0.16  # without Holm about 1 − .92⁵ = .34


def test_bit_identical_nights() -> None:
    found = drift([75.6] * 6, same_bits=True)
    assert found.identical
    assert "bit-identical" in found.verdict.reason
    assert found.alarm is None
    assert set(found.q) == {None}
    changed = drift([75.6] * 6 + [75.61], same_bits=True)
    assert changed.alarm == 7
    assert "any change is real" in changed.verdict.reason
    chance = drift([75.6, 75.6, 75.9, 75.5])
    assert chance.alarm is None
    assert chance.q[0] is None


def test_equal_means_are_not_taken_for_equal_bits() -> None:
    changed = drift([75.6] * 6 + [75.61])
    assert changed.alarm is None
    assert "bit-identical" not in drift([75.6] * 6).verdict.reason


def test_false_alarms_of_a_small_test_set_keep_the_promise() -> None:
    rng = np.random.default_rng(8)
    nights = rng.binomial(100, 0.95, size=(150, 35)) / 100
    alarms = np.mean([drift(one, baseline=5).alarm is not None for one in nights])
    assert alarms < 0.083 + 0.01 + 2 * np.sqrt(0.083 * 0.917 / 150)  # .16 when ties were bits


def test_too_few_nights() -> None:
    found = drift([75.6, 75.9])
    assert (found.nights, found.q) == ((), ())
    assert found.verdict.settles == "1 more nights"


def test_bad_input() -> None:
    with pytest.raises(InputError, match="at least 2 nights"):
        drift([1.0, 2.0], baseline=1)
    with pytest.raises(InputError, match="same nights"):
        drift_charts({"a": [1.0], "b": [1.0, 2.0]})
    with pytest.raises(InputError, match="number 2"):
        drift([1.0, float("nan")])
    with pytest.raises(InputError, match="no spread"):
        q_statistic(1.0, [2.0, 2.0])
