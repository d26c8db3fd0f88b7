import numpy as np
import pytest
from sklearn.metrics import f1_score, precision_recall_fscore_support
from statsmodels.stats.proportion import proportion_confint

from seedbed.analysis.statistics.answers.classification import (
    class_scores,
    confusion_spread,
    f1_by_class,
    macro_f1,
    macro_f1_bootstrap,
)
from seedbed.analysis.statistics.proportions import wilson
from seedbed.system.errors import InputError

MATRIX = np.array([[45, 3, 2], [4, 24, 2], [2, 3, 15]])


def unrolled(matrix: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    cells = [(i, j) for i, j in np.ndindex(matrix.shape) for _ in range(matrix[i, j])]
    true, predicted = np.array(cells).T
    return true, predicted


def test_known_matrix() -> None:
    found = class_scores(MATRIX)
    assert found.macro_f1.value == pytest.approx(0.820107, abs=5e-7)
    recall = found.recall[0]
    assert recall is not None
    assert (recall.low, recall.high) == pytest.approx((0.78640, 0.95652), abs=5e-6)
    assert found.accuracy.value == pytest.approx(0.84)
    assert (found.n, found.runs) == (100, 1)


def test_scores_are_scikit_learns() -> None:
    true, predicted = unrolled(MATRIX)
    precision, recall, f1, _ = precision_recall_fscore_support(true, predicted)
    found = class_scores(MATRIX)
    assert [r.value for r in found.recall if r] == pytest.approx(list(recall))
    assert [p.value for p in found.precision if p] == pytest.approx(list(precision))
    assert found.f1 == pytest.approx(list(f1))
    assert found.macro_f1.value == pytest.approx(f1_score(true, predicted, average="macro"))


def test_delta_is_a_numerical_gradient() -> None:
    share = MATRIX / 100

    def score(p: np.ndarray) -> float:
        return float((2 * np.diag(p) / (p.sum(axis=0) + p.sum(axis=1))).mean())

    gradient = np.zeros((3, 3))
    for cell in np.ndindex(3, 3):
        step = np.zeros((3, 3))
        step[cell] = 1e-6
        gradient[cell] = (score(share + step) - score(share - step)) / 2e-6
    variance = ((share * gradient**2).sum() - (share * gradient).sum() ** 2) / 100
    found = macro_f1(MATRIX)
    size = found.value * (1 - found.value) / variance
    assert (found.low, found.high) == pytest.approx(
        proportion_confint(found.value * size, size, method="wilson"), abs=1e-6
    )


def test_an_f1_without_an_error_is_not_certain() -> None:
    found = macro_f1([[40, 0], [0, 10]])  # as 4 / (1/40 + 1/10) = 32 examples
    assert (found.low, found.high) == pytest.approx((1 / (1 + 1.959964**2 / 32), 1.0))


def test_an_f1_near_one_is_covered() -> None:
    rng = np.random.default_rng(0)
    share = np.full((3, 3), 0.01) + np.diag([0.97] * 3) - np.diag([0.01] * 3)
    share = share / share.sum()
    kept = []
    for _ in range(400):
        found = macro_f1(rng.multinomial(100, share.ravel()).reshape(3, 3))
        assert found.low is not None
        assert found.high is not None
        kept.append(found.low <= np.diag(share).sum() <= found.high)
    assert np.mean(kept) >= 0.92


def test_delta_and_bootstrap_agree() -> None:
    delta, boot = macro_f1(MATRIX * 10), macro_f1_bootstrap(MATRIX * 10)
    assert boot.value == pytest.approx(delta.value)
    assert (boot.low, boot.high) == pytest.approx((delta.low, delta.high), abs=2e-3)
    assert macro_f1_bootstrap(MATRIX) == macro_f1_bootstrap(MATRIX)
    assert macro_f1_bootstrap(MATRIX) != macro_f1_bootstrap(MATRIX, seed=1)


def test_over_runs_is_t() -> None:
    from seedbed.analysis.statistics.spread import mean_interval

    runs = np.array([MATRIX, MATRIX.T, MATRIX + np.eye(3, dtype=int)])
    found = class_scores(runs)
    assert found.runs == 3
    assert found.accuracy == mean_interval([0.84, 0.84, 87 / 103])
    assert found.macro_f1.value == pytest.approx(np.mean([macro_f1(m).value for m in runs]))
    spread = confusion_spread(runs)
    assert spread.mean.sum(axis=1) == pytest.approx(1)
    first = [m[0, 0] / m[0].sum() for m in runs]
    assert spread.sd[0, 0] == pytest.approx(np.std(first, ddof=1))


def test_no_share_over_runs_has_an_interval_beyond_0_and_1() -> None:
    runs = np.array([[[9, 1], [9, 1]], [[10, 0], [6, 4]], [[10, 0], [10, 0]]])
    found = class_scores(runs)
    low = found.recall[1]
    assert low is not None
    assert low.low == 0
    high = found.recall[0]
    assert high is not None
    assert high.high == 1


def test_classes_that_do_not_occur_have_no_scores() -> None:
    found = class_scores([[5, 1, 0], [1, 5, 0], [0, 0, 0]])
    assert (found.recall[2], found.precision[2], found.f1[2]) == (None, None, None)
    assert found.macro_f1.value == pytest.approx(5 / 6)
    never = class_scores([[5, 0], [3, 0]])
    assert never.precision[1] is None
    assert np.isnan(f1_by_class([[5, 0, 0], [0, 3, 0], [0, 0, 0]])[2])


def test_wilson_at_the_edges() -> None:
    assert wilson(0, 10).low == pytest.approx(0, abs=1e-12)
    assert wilson(10, 10).high == pytest.approx(1)


@pytest.mark.parametrize(
    "matrix",
    [
        [[1, 2]],
        [[1, -1], [0, 1]],
        [[0.5, 1], [1, 1]],
        [[0, 0], [0, 0]],
        [[1.0]],
        [[1e20, 1], [1, 1]],
    ],
)
def test_not_a_confusion_matrix(matrix: list[list[float]]) -> None:
    with pytest.raises(InputError, match="confusion matrix"):
        class_scores(matrix)


def test_not_a_proportion() -> None:
    with pytest.raises(InputError, match="got 3 of 2"):
        wilson(3, 2)
