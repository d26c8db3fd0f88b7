from itertools import combinations

import numpy as np
import pytest

from seedbed.analysis.statistics.answers.churn import (
    churn,
    disagreement_by_example,
    pairwise_disagreement,
    votes,
)
from seedbed.system.errors import InputError

LABELS = np.random.default_rng(0).integers(0, 4, size=(6, 60))


def test_churn_is_the_mean_over_pairs() -> None:
    pairs = [float((LABELS[a] != LABELS[b]).mean()) for a, b in combinations(range(6), 2)]
    found = churn(LABELS, 4)
    assert found.value == pytest.approx(np.mean(pairs))
    assert disagreement_by_example(LABELS, 4).mean() == pytest.approx(found.value)
    matrix = pairwise_disagreement(LABELS, 4)
    assert matrix[np.triu_indices(6, 1)] == pytest.approx(pairs)
    assert np.all(np.diag(matrix) == 0)


def test_churns_interval_is_the_jackknife() -> None:
    found = churn(LABELS, 4)
    left_out = np.array([churn(np.delete(LABELS, r, axis=0), 4).value for r in range(6)])
    se = np.sqrt(5 / 6 * ((left_out - left_out.mean()) ** 2).sum())
    assert found.high is not None
    assert (found.high - found.value) / 2.570582 == pytest.approx(se, rel=1e-6)


def test_two_runs_have_one_pair_and_no_interval() -> None:
    found = churn(LABELS[:2], 4)
    assert (found.low, found.high, found.n) == (None, None, 2)


def test_votes_count_every_run() -> None:
    counts = votes(LABELS, 4)
    assert np.all(counts.sum(axis=1) == 6)
    assert counts[7, 2] == (LABELS[:, 7] == 2).sum()


def test_labels_outside_the_classes() -> None:
    with pytest.raises(InputError, match="from 0 to 2, got 3"):
        votes(LABELS, 3)
    with pytest.raises(InputError, match="integers"):
        votes(LABELS.astype(float), 4)
