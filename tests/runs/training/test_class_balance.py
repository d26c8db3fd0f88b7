"""Imbalanced training sets, stratification and class weights."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, strategies as st
from sklearn.utils.class_weight import compute_class_weight

from seedbed.runs.data.splits import balanced_counts, divide, read_shares
from seedbed.runs.execution.catalog import find
from seedbed.runs.execution.seeded import build_seeded
from seedbed.runs.settings import tensorflow_setup
from seedbed.runs.settings.options import parse
from seedbed.runs.settings.seeds import derive, order_of_epoch
from seedbed.runs.training.epoch_loop import class_weights
from seedbed.runs.training.train import train
from seedbed.runs.training.weights import fingerprint
from seedbed.sweeps.executors.local_pool import LocalPool
from seedbed.system.errors import InputError
from tests.support.cells import in_store

LABELS = np.repeat(np.arange(3), [600, 300, 100])


@given(
    st.lists(st.integers(1, 50), min_size=2, max_size=6),
    st.integers(100, 2000),
)
def test_counts_have_the_total_and_are_within_one_of_the_shares(
    weights: list[int], total: int
) -> None:
    shares = tuple(weight / sum(weights) for weight in weights)
    available = np.full(len(shares), 3000)
    if min(shares) * total < 1:
        return
    counts = balanced_counts(shares, total, available)
    assert counts.sum() == total
    assert (np.abs(counts - np.array(shares) * total) < 1).all()


def test_all_takes_the_largest_total_that_the_classes_allow() -> None:
    assert balanced_counts((0.5, 0.5), "all", np.array([600, 100])).tolist() == [100, 100]
    assert balanced_counts((0.8, 0.2), "all", np.array([600, 600])).tolist() == [600, 150]


def test_the_validation_set_is_untouched_by_shares() -> None:
    train_ids, validation = divide(LABELS, 100, 4, class_balance=(0.1, 0.1, 0.8))
    _, untouched = divide(LABELS, "all", 4)
    assert np.array_equal(validation, untouched)
    assert not set(train_ids) & set(validation)


def test_shares_of_a_draw() -> None:
    train_ids, _ = divide(LABELS, 80, 4, class_balance=(0.1, 0.2, 0.7))
    assert np.bincount(LABELS[train_ids]).tolist() == [8, 16, 56]
    assert len(set(train_ids.tolist())) == 80
    other, _ = divide(LABELS, 80, 5, class_balance=(0.1, 0.2, 0.7))
    assert set(other.tolist()) != set(train_ids.tolist())


def test_without_stratify_the_shares_are_left_to_chance() -> None:
    def validation_shares(stratify: bool) -> set[tuple[int, ...]]:
        parts = [divide(LABELS, "all", seed, stratify=stratify)[1] for seed in range(8)]
        return {tuple(np.bincount(LABELS[part])) for part in parts}

    assert len(validation_shares(True)) == 1
    assert len(validation_shares(False)) > 4


@pytest.mark.parametrize(
    ("text", "received"),
    [
        ("0.5,0.6", "2 of sum 1.1"),
        ("0.5,0.5,0", "3 of sum 1"),
        ("1", "1 of sum 1"),
        ("a,b", "'a,b'"),
        ("", "''"),
        ("nan,0.5", "2 of sum nan"),
    ],
)
def test_wrong_shares_are_refused_with_what_was_received(text: str, received: str) -> None:
    with pytest.raises(InputError, match=r"class_balance must be 2 shares above 0") as refusal:
        read_shares(text, 2)
    assert received in str(refusal.value)


def test_a_class_without_enough_examples_is_named() -> None:
    with pytest.raises(InputError, match=r"160 of 200 are asked of class 2, which has 83"):
        divide(LABELS, 200, 4, class_balance=(0.1, 0.1, 0.8))
    with pytest.raises(InputError, match=r"0 of 3 are asked of class 0"):
        balanced_counts((0.01, 0.99), 3, np.array([5, 5]))


@given(st.lists(st.integers(0, 4), min_size=1, max_size=200))
def test_balanced_weights_are_those_of_scikit_learn(labels: list[int]) -> None:
    present = np.unique(labels)
    oracle = compute_class_weight("balanced", classes=present, y=labels)
    assert class_weights(np.array(labels))[present] == pytest.approx(oracle, rel=1e-6)


def weighted_training() -> tuple[str, str, str]:
    """Fingerprints of our loop with class weights, and of fit with and without; in a fork."""
    experiment = find("mnist_cnn")
    options = parse(
        experiment.options,
        {
            "dataset": "digits",
            "train_size": 100,
            "epochs": 1,
            "class_weight": "balanced",
            "class_balance": "0.5,0.1,0.1,0.05,0.05,0.04,0.04,0.04,0.04,0.04",
        },
    )
    tensorflow_setup.apply(options)
    seeds = derive(options)
    splits = experiment.load(options, seeds)
    order = order_of_epoch(seeds.order, 1, len(splits.train))
    weights = dict(enumerate(class_weights(splits.train.labels).tolist()))
    prints = []
    for class_weight in (weights, None):
        model: Any = build_seeded(experiment, options, seeds, splits)
        model.fit(
            splits.train.inputs[order],
            splits.train.labels[order],
            batch_size=options.batch_size,
            shuffle=False,
            verbose=0,
            class_weight=class_weight,
        )
        prints.append(fingerprint(model))
    model = build_seeded(experiment, options, seeds, splits)
    train(model, splits, options, seeds, lambda *_: None)
    return fingerprint(model), prints[0], prints[1]


def test_training_with_class_weights_is_that_of_fit(pool: LocalPool, datasets_cache: Path) -> None:
    store = str(datasets_cache.parents[1])
    ours, weighted, plain = pool.submit(in_store, store, weighted_training).result()
    assert ours == weighted
    assert ours != plain
