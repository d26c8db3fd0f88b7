"""Data sets: real images, fixed test sets, and divisions that follow the split seed alone."""

import shutil
from pathlib import Path

import numpy as np
import pytest

from seedbed.runs.data import datasets
from seedbed.runs.data.splits import divide, room_for_training
from seedbed.system.errors import InputError

SIZES = {"mnist5k": (2_500, 500, 2_000), "digits": (997, 200, 600)}


@pytest.mark.parametrize("name", SIZES)
def test_sizes_and_scale(name: str, store_path: Path) -> None:
    del store_path
    splits = datasets.load(name, "all", split_seed=3)
    assert (len(splits.train), len(splits.validation), len(splits.test)) == SIZES[name]
    assert splits.train.inputs.dtype == np.float32
    assert splits.train.inputs.min() == 0
    assert splits.train.inputs.max() == 1
    assert splits.train.inputs.ndim == 4
    ids = [set(part.ids.tolist()) for part in (splits.train, splits.validation, splits.test)]
    assert sum(map(len, ids)) == len(set.union(*ids))


def test_mnist5k_has_its_digits_upright_and_labelled(store_path: Path) -> None:
    """The mean image of a class is nearer to most of its images than any other class's mean."""
    del store_path
    data = datasets.load("mnist5k", "all", 0).train
    flat = data.inputs.reshape(len(data), -1)
    means = np.stack([flat[data.labels == digit].mean(axis=0) for digit in range(10)])
    nearest = ((flat[:, None] - means[None]) ** 2).sum(axis=2).argmin(axis=1)
    assert np.mean(nearest == data.labels) > 0.75


@pytest.mark.parametrize("name", SIZES)
def test_no_seed_touches_the_test_set(name: str, store_path: Path) -> None:
    del store_path
    first, second = (datasets.load(name, "all", seed) for seed in (1, 2))
    assert np.array_equal(first.test.ids, second.test.ids)
    assert not np.array_equal(np.sort(first.train.ids), np.sort(second.train.ids))


def test_every_class_has_its_share_everywhere() -> None:
    labels = np.repeat(np.arange(10), 300)
    train, validation = divide(labels, "all", split_seed=5)
    assert np.bincount(labels[train]).tolist() == [250] * 10
    assert np.bincount(labels[validation]).tolist() == [50] * 10


def test_a_smaller_training_set_keeps_the_validation_set() -> None:
    labels = np.repeat(np.arange(10), 300)
    all_train, validation = divide(labels, "all", split_seed=5)
    some_train, same = divide(labels, 80, split_seed=5)
    assert np.array_equal(validation, same)
    assert len(some_train) == 80
    assert set(some_train) < set(all_train)


@pytest.mark.parametrize("size", [9, 2_501])
def test_a_training_set_that_does_not_fit_is_refused(size: int, store_path: Path) -> None:
    del store_path
    with pytest.raises(InputError, match=f"from 10 to 2500, got {size}: give --train-size"):
        datasets.check("mnist5k", size)


def test_declared_sizes_are_the_real_ones(store_path: Path) -> None:
    del store_path
    for name in SIZES:
        data = datasets.cached(name)
        source = datasets.SOURCES[name]
        assert (~data.test).sum() == source.training_pool
        assert data.test.sum() == source.test
        assert room_for_training(source.training_pool) == SIZES[name][0]


def test_the_cache_holds_the_same_bits(store_path: Path) -> None:
    path = store_path / "cache" / "datasets" / "digits"
    before = datasets.cached("digits")
    assert path.is_dir()
    shutil.rmtree(path)
    again = datasets.cached("digits")
    assert again.sha256 == before.sha256
    assert np.array_equal(again.test, before.test)
    assert path.exists()


def test_fashion_mnist_from_the_systems_folder(store_path: Path) -> None:
    del store_path
    if not datasets.FASHION_FOLDER.exists():
        pytest.skip("Debian's dataset-fashion-mnist is not installed")
    data = datasets.cached("fashion_mnist")
    assert data.images.shape == (70_000, 28, 28, 1)
    assert np.bincount(data.labels).tolist() == [7_000] * 10
    assert data.test.sum() == 10_000


def test_a_data_set_that_cannot_be_fetched_names_one_that_can(
    store_path: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    del store_path
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "no-keras"))
    for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    with pytest.raises(InputError, match=r"dataset mnist must be fetched .* use --dataset mnist5k"):
        datasets.check("mnist", "all")
