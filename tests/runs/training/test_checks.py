"""Data that cannot be trained on are refused before training, in one sentence."""

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from seedbed.runs.data.arrays import splits_from_arrays
from seedbed.runs.data.splits import Examples, Splits
from seedbed.runs.training.preconditions import check_model, check_splits, warnings_of
from seedbed.system.errors import InputError


def good(examples: int = 60) -> Splits:
    labels = np.arange(examples) % 3
    return splits_from_arrays(np.ones((examples, 4)), labels, split_seed=1)


def with_train(**changes: Any) -> Splits:
    splits = good()
    return replace(splits, train=replace(splits.train, **changes))


TRAIN = good().train
NAN = TRAIN.inputs.copy()
NAN[3, 1] = np.nan
INF = TRAIN.inputs.copy()
INF[[2, 5], 0] = np.inf


@pytest.mark.parametrize(
    ("splits", "sentence"),
    [
        (with_train(inputs=NAN), "1 of 40 hold NaN or infinity, the first is number 3"),
        (with_train(inputs=INF), "2 of 40 hold NaN or infinity, the first is number 2"),
        (with_train(labels=TRAIN.labels + 1), "from 0 to 2, for 3 classes, got 3"),
        (with_train(labels=TRAIN.labels - 1), "from 0 to 2, for 3 classes, got -1"),
        (with_train(labels=TRAIN.labels * 1.0), "must be whole numbers, got float64"),
        (with_train(labels=TRAIN.labels * 0), "two classes or more, got only 0"),
        (with_train(labels=TRAIN.labels % 2), "but 2 is not: add some of it"),
        (with_train(labels=TRAIN.labels[1:]), "of one length, got 40, 39 and 40"),
        (with_train(inputs=TRAIN.inputs[:, 1:]), r"must have one shape, got \(3,\) and \(4,\)"),
        (
            replace(good(), test=Examples(*(part[:0] for part in vars(good().test).values()))),
            "There must be test examples, got none",
        ),
        ({"x": 1}, "load must return Splits, got dict"),
    ],
)
def test_bad_splits_are_one_sentence(splits: Any, sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        check_splits(splits)


def test_good_splits_pass_also_where_their_sum_overflows() -> None:
    check_splits(good())
    check_splits(with_train(inputs=np.full_like(TRAIN.inputs, 3e38)))


def network(**changes: Any) -> Any:
    fields = {"compiled": True, "input_shape": (None, 4), "output_shape": (None, 3), **changes}
    return SimpleNamespace(**fields)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"compiled": False}, "must return a compiled network"),
        ({"input_shape": (None, 5)}, r"it takes \(5,\) and the data are \(4,\)"),
        ({"input_shape": (None, 4, 1)}, r"it takes \(4, 1\)"),
        ({"output_shape": (None, 2)}, "got 2 outputs for 3 classes"),
        ({"output_shape": (None, 4)}, "got 4 outputs for 3 classes"),
        ({"output_shape": (None, 4, 3)}, "one output per class"),
    ],
)
def test_a_network_that_does_not_fit_is_one_sentence(
    changes: dict[str, Any], sentence: str
) -> None:
    check_model(network(), good())
    check_model(network(input_shape=(None, None)), good())
    with pytest.raises(InputError, match=sentence):
        check_model(network(**changes), good())


def test_a_test_set_too_small_for_a_point_is_warned_about_with_the_numbers() -> None:
    (sentence,) = warnings_of(good(60))
    assert "has 12 examples, so one of them is 8.3 points" in sentence
    assert "about 3,457 examples" in sentence
    assert warnings_of(good(600)) == ()


def test_a_test_mark_and_the_split_seed_divide_arrays() -> None:
    inputs, labels = np.arange(40.0).reshape(20, 2), np.arange(20) % 2
    test = np.arange(20) >= 16
    splits = splits_from_arrays(inputs, labels, split_seed=3, test=test)
    assert splits.test.ids.tolist() == [16, 17, 18, 19]
    everyone = np.concatenate([p.ids for p in (splits.train, splits.validation, splits.test)])
    assert sorted(everyone.tolist()) == list(range(20))
    other = splits_from_arrays(inputs, labels, split_seed=4, test=test)
    assert other.test.ids.tolist() == splits.test.ids.tolist()
    assert other.validation.ids.tolist() != splits.validation.ids.tolist()
    assert other.sha256 == splits.sha256
    with pytest.raises(InputError, match="one value per example, got 3 for 20"):
        splits_from_arrays(inputs, labels, split_seed=3, test=test[:3])
    with pytest.raises(InputError, match="from 0 to 0, for 1 classes, got 1"):
        splits_from_arrays(inputs, labels, split_seed=3, classes=["a"])
