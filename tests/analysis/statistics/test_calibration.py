import numpy as np
import pytest
from scipy import stats

from seedbed.analysis.answers.predictions.calibration import calibration_of_answers
from seedbed.analysis.statistics.answers.calibration import (
    calibration,
    debiased_l2,
    ece_if_calibrated,
    expected_calibration_error,
    overconfidence,
)
from seedbed.system.errors import InputError


def calibrated(rng: np.random.Generator, n: int = 2000) -> tuple[np.ndarray, np.ndarray]:
    """Confidences of a 10-class model that is mostly sure, and answers that match them."""
    confidence = np.clip(rng.beta(4, 1.2, n), 0.1, 1)
    return confidence, rng.random(n) < confidence


def test_ece_by_hand() -> None:
    confidence = np.array([0.95, 0.95, 0.55, 0.55])
    correct = np.array([1, 0, 1, 1])
    exact = expected_calibration_error([0.7] * 1000, [1, 1, 1, 0, 1, 1, 0, 1, 1, 0] * 100)
    assert exact == 0, "not what adding up 1,000 numbers leaves"
    assert expected_calibration_error(confidence, correct, 10) == pytest.approx(
        0.5 * abs(0.5 - 0.95) + 0.5 * abs(1 - 0.55)
    )


def test_ece_of_a_perfect_model_is_far_from_zero_and_the_debiased_l2_is_not() -> None:
    rng = np.random.default_rng(0)
    sets = [calibrated(rng) for _ in range(200)]
    eces = [expected_calibration_error(*one) for one in sets]
    assert np.mean(eces) == pytest.approx(0.022, abs=0.003)
    assert ece_if_calibrated(sets[0][0]) == pytest.approx(np.mean(eces), abs=0.002)
    squares = [np.sign(l2) * l2**2 for l2 in (debiased_l2(*one) for one in sets)]
    assert np.mean(squares) == pytest.approx(0, abs=3 * np.std(squares) / np.sqrt(200))
    assert min(squares) < 0


def test_debiased_l2_finds_a_true_gap() -> None:
    rng = np.random.default_rng(1)
    confidence = rng.uniform(0.6, 0.9, 200_000)
    correct = rng.random(200_000) < confidence - 0.05
    assert debiased_l2(confidence, correct) == pytest.approx(0.05, abs=0.003)


def test_over_runs() -> None:
    rng = np.random.default_rng(2)
    pairs = [calibrated(rng) for _ in range(5)]
    confidence, correct = (np.array(part) for part in zip(*pairs, strict=True))
    found = calibration(confidence, correct)
    assert found.ece.n == found.l2.n == 5
    assert found.ece.low is not None
    one = calibration(confidence[0], correct[0])
    assert (one.ece.low, one.l2.low) == (None, None)
    assert one.ece_if_calibrated == pytest.approx(one.ece.value, abs=0.02)


def test_the_interval_of_an_error_that_is_nearly_none_ends_at_0() -> None:
    rng = np.random.default_rng(4)
    confidence = np.tile(rng.choice([0.0, 1.0], 60), (3, 1))
    correct = confidence.copy()
    correct[0, 0] = 1 - correct[0, 0]
    found = calibration(confidence, correct)
    assert (found.ece.value > 0, found.ece.low) == (True, 0)


def test_bad_input() -> None:
    with pytest.raises(InputError, match="0 to 1"):
        expected_calibration_error([1.2, 0.5], [1, 0])
    with pytest.raises(InputError, match="30 examples"):
        debiased_l2([0.5, 0.6], [1, 0])
    with pytest.raises(InputError, match="must match"):
        calibration(np.zeros((2, 5)), np.zeros((2, 4)))


def test_the_direction_has_an_interval_over_examples() -> None:
    correct = np.tile([1, 1, 1, 0, 1, 1, 0, 1, 1, 0], 5)
    found = overconfidence(np.full(50, 0.7), correct)
    assert found.value == pytest.approx(0.0, abs=1e-12)
    half = stats.t.isf(0.025, 49) * np.std(0.7 - correct, ddof=1) / np.sqrt(50)
    assert (found.low, found.high) == pytest.approx((-half, half))
    text = calibration_of_answers(np.full((1, 50), 0.7), correct[None, :] == 1).sentences[0]
    assert "neither over- nor underconfidence is shown" in text
    sure = calibration_of_answers(np.full((1, 50), 0.95), correct[None, :] == 1).sentences[0]
    assert "overconfident by 25 points (95 % interval 11.84 to 38.16, 50 examples)" in sure


def test_a_test_set_without_an_error_is_not_certain() -> None:
    found = overconfidence(np.full(100, 0.99), np.ones(100))
    assert found.low is not None
    assert found.high is not None
    assert found.low < 0 < found.high


def test_the_interval_of_the_direction_covers() -> None:
    rng = np.random.default_rng(0)
    kept = []
    for _ in range(400):
        found = overconfidence(*calibrated(rng, 300))
        assert found.low is not None
        assert found.high is not None
        kept.append(found.low <= 0 <= found.high)
    assert stats.binomtest(sum(kept), 400, 0.95).pvalue > 0.001


def test_equal_confidences_share_a_bin_whatever_the_order_of_the_examples() -> None:
    right = np.arange(1000) < 700
    in_order = debiased_l2(np.full(1000, 0.7), right)
    assert in_order == pytest.approx(-np.sqrt(0.7 * 0.3 / 999)), "no gap, less the noise"
    rng = np.random.default_rng(1)
    sure = np.concatenate([np.full(300, 1.0), np.full(1, 0.2), rng.integers(5, 9, 299) / 10])
    correct = np.sort(rng.random(600) < sure)[::-1]
    order = rng.permutation(600)
    assert debiased_l2(sure, correct) == pytest.approx(debiased_l2(sure[order], correct[order]))


def test_what_calibrated_runs_say_reads_as_a_sentence() -> None:
    text = calibration_of_answers(np.full((1, 100), 0.7), np.arange(100)[None, :] < 70).sentences
    assert "is shown (confidence minus accuracy: 95 % interval -9.139 to 9.139 points)" in text[0]
