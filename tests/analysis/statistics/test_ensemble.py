from itertools import combinations

import numpy as np
import pytest

from seedbed.analysis.statistics.answers.ensemble import ensemble, group_accuracy
from seedbed.system.errors import InputError

RNG = np.random.default_rng(0)
LABELS = RNG.integers(0, 4, 150)
LOGITS = RNG.normal(size=(6, 150, 4)) + 1.5 * np.eye(4)[LABELS]
PROBABILITIES = np.exp(LOGITS) / np.exp(LOGITS).sum(axis=2, keepdims=True)


def brier(p: np.ndarray) -> float:
    return float(((p - np.eye(4)[LABELS]) ** 2).sum(axis=-1).mean())


def test_krogh_and_vedelsby_at_every_size() -> None:
    found = ensemble(PROBABILITIES, LABELS, sizes=(1, 2, 3, 4, 5, 6))
    for size, estimate in zip(found.sizes, found.brier, strict=True):
        groups = [PROBABILITIES[list(c)].mean(axis=0) for c in combinations(range(6), size)]
        assert estimate.value == pytest.approx(np.mean([brier(group) for group in groups]))


def test_identity_with_all_runs() -> None:
    found = ensemble(PROBABILITIES, LABELS, sizes=(6,))
    mean = PROBABILITIES.mean(axis=0)
    ambiguity = ((PROBABILITIES - mean) ** 2).sum(axis=2).mean()
    assert found.brier[0].value == pytest.approx(found.member.value - ambiguity)
    assert found.ambiguity == pytest.approx(PROBABILITIES.var(axis=0, ddof=1).sum(axis=1).mean())
    assert found.accuracy == (mean.argmax(axis=1) == LABELS).mean()
    assert found.limit.value < found.brier[0].value


def test_intervals_are_the_jackknife() -> None:
    found = ensemble(PROBABILITIES, LABELS, sizes=(3,)).brier[0]
    left_out = np.array(
        [
            ensemble(np.delete(PROBABILITIES, r, axis=0), LABELS, sizes=(3,)).brier[0].value
            for r in range(6)
        ]
    )
    se = np.sqrt(5 / 6 * ((left_out - left_out.mean()) ** 2).sum())
    assert found.high is not None
    assert found.high - found.value == pytest.approx(2.570582 * se, rel=1e-6)


def test_two_runs_have_no_interval() -> None:
    found = ensemble(PROBABILITIES[:2].astype(np.float16), LABELS)
    assert found.limit.low is None
    assert found.brier[0].value == pytest.approx(brier(PROBABILITIES[:2]), abs=1e-3)


def test_disjoint_groups() -> None:
    found = group_accuracy(PROBABILITIES, LABELS, 2)
    scores = [
        (PROBABILITIES[i : i + 2].mean(axis=0).argmax(axis=1) == LABELS).mean() for i in (0, 2, 4)
    ]
    assert (found.groups, found.size) == (3, 2)
    assert found.mean.value == pytest.approx(np.mean(scores))
    assert found.sd is not None
    assert found.sd.value == pytest.approx(np.std(scores, ddof=1))
    assert group_accuracy(PROBABILITIES, LABELS, 4).sd is None


def test_bad_input() -> None:
    with pytest.raises(InputError, match="at least 2 runs"):
        ensemble(PROBABILITIES[:1], LABELS)
    with pytest.raises(InputError, match="one class per example"):
        ensemble(PROBABILITIES, LABELS + 1)
    with pytest.raises(InputError, match="no ensemble of 7"):
        group_accuracy(PROBABILITIES, LABELS, 7)
    with pytest.raises(InputError, match="1 or more"):
        ensemble(PROBABILITIES, LABELS, sizes=(0,))
