"""Augmentation: what it does to an image, to which images, and what it depends on."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, strategies as st
from scipy import ndimage

from seedbed.runs.data.augmentation import NUMBERS, affine, numbers_of_epoch
from seedbed.runs.execution.catalog import find
from seedbed.runs.execution.seeded import build_seeded
from seedbed.runs.settings.options import parse
from seedbed.runs.settings.seeds import derive
from seedbed.runs.training.train import train
from seedbed.sweeps.executors.local_pool import LocalPool
from tests.support.cells import in_store


@given(st.integers(0, 2**32 - 1), st.integers(1, 100), st.lists(st.integers(0, 300), min_size=1))
def test_the_numbers_follow_from_seed_epoch_and_example_alone(
    seed: int, epoch: int, ids: list[int]
) -> None:
    numbers = numbers_of_epoch(seed, epoch, np.array(ids))
    assert numbers.shape == (len(ids), NUMBERS)
    everything = numbers_of_epoch(seed, epoch, np.arange(400))
    assert (numbers == everything[ids]).all()
    assert ((numbers >= 0) & (numbers < 1)).all()


def test_another_epoch_or_seed_gives_other_numbers() -> None:
    ids = np.arange(50)
    first = numbers_of_epoch(3, 1, ids)
    assert (first != numbers_of_epoch(3, 2, ids)).all()
    assert (first != numbers_of_epoch(4, 1, ids)).all()


def image(seed: int, size: int = 12) -> Any:
    rng = np.random.default_rng(seed)
    return ndimage.gaussian_filter(rng.random((size, size)), 1).astype(np.float32)


def changed(picture: Any, angle: float, right: float, down: float, zoom: float) -> Any:
    """The picture after ``affine`` with the given share (−1 … 1) of each largest change."""
    numbers = np.full((1, NUMBERS), 0.5, np.float32)
    numbers[0, :4] = (np.array([angle, right, down, zoom]) + 1) / 2
    return np.asarray(affine(picture[np.newaxis, :, :, np.newaxis], numbers))[0, :, :, 0]


CHANGES = [(0, 0, 0, 0), (1, 0, 0, 0), (0, 1, -0.5, 0), (0, 0, 0, -1), (-0.7, 0.3, 0.9, 0.6)]


def all_changed(picture: Any) -> list[Any]:
    """The picture after each of the changes; in a fork."""
    return [changed(picture, *change) for change in CHANGES]


def test_affine_agrees_with_scipy(pool: LocalPool) -> None:
    picture = image(5)
    results = pool.submit(all_changed, picture).result()
    for (angle, right, down, zoom), result in zip(CHANGES, results, strict=True):
        size, turn = 1 + 0.1 * zoom, np.deg2rad(10 * angle)
        # rows and columns: SciPy maps a place of the result to a place of the image
        matrix = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]]) / size
        middle = np.array([5.5, 5.5])
        moved = middle + 1.2 * np.array([down, right])
        oracle = ndimage.affine_transform(
            picture.astype(float),
            matrix,
            offset=middle - matrix @ moved,
            order=1,
            mode="grid-constant",
        )
        assert np.abs(result - oracle).max() < 1e-4
        if any((angle, right, down, zoom)):
            assert np.abs(result - picture).max() > 0.01


def losses(augment: bool) -> dict[str, list[float]]:
    """Of an epoch that does not move the weights; in a fork."""
    experiment = find("mnist_cnn")
    given = {"dataset": "digits", "epochs": 1, "learning_rate": 1e-12, "augment": augment}
    options = parse(experiment.options, given)
    seeds = derive(options)
    splits = experiment.load(options, seeds)
    model = build_seeded(experiment, options, seeds, splits)
    change = experiment.augmentation(options)
    return train(model, splits, options, seeds, lambda *_: None, augment=change).history


def test_only_training_images_are_changed(pool: LocalPool, datasets_cache: Path) -> None:
    store = str(datasets_cache.parents[1])
    plain, augmented = [
        pool.submit(in_store, store, losses, flag).result() for flag in (False, True)
    ]
    assert augmented["val_loss"][0] == pytest.approx(plain["val_loss"][0], abs=1e-6)
    assert abs(augmented["train_loss"][0] - plain["train_loss"][0]) > 1e-3
