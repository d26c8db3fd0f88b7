import numpy as np
import pytest
from hypothesis import given, strategies as st

from seedbed.analysis.statistics.answers.verification import (
    choose_threshold,
    eer_hull,
    eer_interpolated,
    error_rates,
    hter_by_subject,
    hter_sd,
    verify,
)
from seedbed.system.errors import InputError

NEG = [0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.45, 0.6]
POS = [0.4, 0.5, 0.7, 0.8]


def test_known_equal_error_rates() -> None:
    assert eer_interpolated(NEG, POS) == pytest.approx(0.25)
    assert eer_hull(NEG, POS) == pytest.approx(1 / 6)


def test_known_hter() -> None:
    assert hter_sd(0.02, 0.05, 20_000, 500) == pytest.approx(0.00489847, abs=5e-9)
    assert pytest.approx(0.035) == (0.02 + 0.05) / 2


def test_verify_is_the_parts() -> None:
    rng = np.random.default_rng(0)
    dev = (rng.normal(0, 1, 400), rng.normal(2, 1, 100))
    test = (rng.normal(0, 1, 20_000), rng.normal(2, 1, 500))
    found = verify(dev, test)
    far, frr = error_rates(*test, found.threshold)
    assert (found.far.value, found.frr.value) == (far, frr)
    assert found.hter.value == pytest.approx((far + frr) / 2)
    assert found.hter.high is not None
    sd = hter_sd(far, frr, 20_000, 500)
    assert found.hter.high - found.hter.value == pytest.approx(1.959964 * sd, rel=0.1)
    none = verify(dev, (np.full(70, -9.0), np.full(70, 9.0)))
    assert (none.hter.value, none.hter.low) == (0.0, 0.0)
    assert none.hter.high == pytest.approx(none.far.high / np.sqrt(2) if none.far.high else 0)
    assert found.eer == pytest.approx(0.1587, abs=0.02)  # Φ(−1) for unit normals 2 apart
    dev_far, dev_frr = error_rates(*dev, found.threshold)
    candidates = [error_rates(*dev, t) for t in np.concatenate(dev)]
    assert abs(dev_far - dev_frr) == min(abs(a - b) for a, b in candidates)


SCORES = st.lists(st.integers(0, 20).map(lambda i: i / 20), min_size=1, max_size=30)


@given(SCORES, SCORES)
def test_hull_never_exceeds_interpolated_and_threshold_is_usable(
    neg: list[float], pos: list[float]
) -> None:
    low, high = eer_hull(neg, pos), eer_interpolated(neg, pos)
    assert -1e-12 <= low <= high + 1e-12
    assert low <= 0.5 + 1e-12  # accepting all or none by a coin's toss is always possible
    far, frr = error_rates(neg, pos, choose_threshold(neg, pos))
    assert 0 <= far <= 1
    assert 0 <= frr <= 1


@given(SCORES, SCORES)
def test_a_rising_transformation_changes_no_error_rate(neg: list[float], pos: list[float]) -> None:
    for eer in (eer_hull, eer_interpolated):
        assert eer(np.exp(neg), np.exp(pos)) == pytest.approx(eer(neg, pos))


def test_separable_scores() -> None:
    assert eer_interpolated([0.1, 0.2], [0.8, 0.9]) == 0.0
    assert eer_hull([0.1, 0.2], [0.8, 0.9]) == 0.0
    assert error_rates([0.1, 0.2], [0.8, 0.9], choose_threshold([0.1, 0.2], [0.8, 0.9])) == (0, 0)
    reversed_ = choose_threshold([0.9], [0.1])
    assert np.isfinite(reversed_)


def all_pairs(rng: np.random.Generator, subjects: int) -> tuple[np.ndarray, ...]:
    """Eight visits, every claim against every presenter; a subject keeps its offset."""
    offset = rng.normal(0, 0.7, subjects)
    pairs = np.meshgrid(np.arange(subjects), np.arange(subjects))
    claimed, shown = (np.tile(a.ravel(), 8) for a in pairs)
    genuine = claimed == shown
    scores = 2.5 * genuine + offset[claimed] + offset[shown] + rng.normal(size=claimed.size)
    return scores, genuine, claimed, shown


def test_subjects_bootstrap_is_wider_than_the_formula_and_seeded() -> None:
    scores, genuine, claimed, shown = all_pairs(np.random.default_rng(1), 40)
    found = hter_by_subject(scores, genuine, claimed, 1.25, others=shown, resamples=500)
    far, frr = error_rates(scores[~genuine], scores[genuine], 1.25)
    assert found.value == pytest.approx((far + frr) / 2)
    assert found.low is not None
    assert found.high is not None
    naive = 2 * 1.96 * hter_sd(far, frr, int((~genuine).sum()), int(genuine.sum()))
    assert found.high - found.low > 1.3 * naive
    same = hter_by_subject(scores, genuine, claimed, 1.25, others=shown, resamples=500)
    other = hter_by_subject(scores, genuine, claimed, 1.25, others=shown, resamples=500, seed=1)
    assert found == same != other


def test_subjects_bootstrap_of_one_column_is_the_cluster_bootstrap() -> None:
    rng = np.random.default_rng(2)
    subjects = np.repeat([f"s{i}" for i in range(12)], 10)
    genuine = np.tile([True, False] * 5, 12)
    scores = rng.normal(size=120) + 2 * genuine
    found = hter_by_subject(scores, genuine, subjects, 1.0, resamples=4000)
    draws = []
    for _ in range(2000):
        pick = rng.integers(0, 12, 12)
        rows = np.concatenate([np.arange(i * 10, i * 10 + 10) for i in pick])
        s, g = scores[rows], genuine[rows]
        draws.append(((s[g] < 1.0).mean() + (s[~g] >= 1.0).mean()) / 2)
    assert found.low is not None
    half = 2.200985 * np.std(draws, ddof=1) * np.sqrt(12 / 11)
    assert found.value - found.low == pytest.approx(half, rel=0.05)


def test_bad_input() -> None:
    with pytest.raises(InputError, match="impostor scores"):
        eer_hull([], POS)
    with pytest.raises(InputError, match="2 or more subjects"):
        hter_by_subject([0.1, 0.2], [True, False], ["a", "a"], 0.15)
    with pytest.raises(InputError, match="one entry per trial"):
        hter_by_subject([0.1, 0.2], [True, False], ["a"], 0.15)
    with pytest.raises(InputError, match="trials"):
        hter_sd(0.1, 0.1, 0, 10)
