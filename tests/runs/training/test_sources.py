"""Each source of change has a seed of its own: changing one leaves the others' draws untouched."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from seedbed.runs.custom import template
from seedbed.runs.data.augmentation import numbers_of_epoch
from seedbed.runs.execution.catalog import NAMES, find
from seedbed.runs.execution.seeded import build_seeded, generators, is_augmentation
from seedbed.runs.settings import tensorflow_setup
from seedbed.runs.settings.options import parse
from seedbed.runs.settings.seeds import SOURCES, derive, order_of_epoch
from seedbed.sweeps.executors.local_pool import LocalPool
from tests.support.cells import in_store

Draws = dict[tuple[str, str | None], dict[str, bytes]]

OWN = "my_cnn"
"""A user's own file: the template that ``new`` writes."""

SMALL: dict[str, dict[str, Any]] = {
    "mnist_cnn": {"dataset": "digits", "train_size": 80, "augment": True},
    "mnist_deep_cnn": {"dataset": "digits", "train_size": 80, "augment": True, "batch_norm": True},
    "transport_cnn": {"length": 10, "train_size": 80},
    "verification_cnn": {"divide": "images", "augment": True},
    OWN: {"train_size": 80, "augment": True},
}
"""Options with which an experiment is quick and has as many sources as it can."""

WITHOUT = {"mnist_cnn": {"dropout"}, "transport_cnn": {"dropout", "augmentation"}}
"""Sources that an experiment has not."""


def drawn(reference: str, changed: str | None) -> dict[str, bytes]:
    """What each source draws, as bytes, when all seeds are 7 but that of ``changed``; in a fork."""
    import keras

    experiment = find(reference)
    name = experiment.name
    options = parse(experiment.options, {**SMALL[name], "seed": 7})
    tensorflow_setup.apply(options)
    seeds = derive(options)
    if changed:
        seeds = replace(seeds, **{changed: 8})
    splits = experiment.load(options, seeds)
    model = build_seeded(experiment, options, seeds, splits)
    masks = [
        np.asarray(keras.random.dropout(np.ones(500, np.float32), 0.5, seed=generator)).tobytes()
        for layer, generator in generators(model)
        if not is_augmentation(layer)
    ]
    assert bool(masks) == ("dropout" not in WITHOUT.get(name, ()))
    augment = experiment.augmentation(options)
    if augment is None:
        augment = no_change
    ids = np.arange(40)
    rng = np.random.default_rng(1)
    picture = rng.random((40, *splits.train.inputs.shape[1:])).astype(np.float32)
    warped = [
        np.asarray(augment(picture, numbers_of_epoch(seeds.augmentation, epoch, ids))).tobytes()
        for epoch in (1, 2)
    ]
    changes = "augmentation" not in WITHOUT.get(name, ())
    assert (warped[0] != warped[1]) == changes, "every epoch has changes of its own"
    return {
        "init": fingerprint_of_trainable(model),
        "order": order_of_epoch(seeds.order, 1, len(splits.train)).tobytes(),
        "augmentation": b"".join(warped),
        "dropout": b"".join(masks),
        "split": splits.train.ids.tobytes() + splits.validation.ids.tobytes(),
    }


def no_change(inputs: Any, _numbers: Any) -> Any:
    return inputs


def fingerprint_of_trainable(model: Any) -> bytes:
    return b"".join(np.asarray(weight).tobytes() for weight in model.trainable_variables)


@pytest.fixture(scope="module")
def draws(pool: LocalPool, datasets_cache: Path, tmp_path_factory: pytest.TempPathFactory) -> Draws:
    """What every experiment draws, with each of its seeds changed in turn."""
    store = str(datasets_cache.parents[1])
    own = template.write(tmp_path_factory.mktemp("own") / f"{OWN}.py")
    references = {**{name: name for name in NAMES}, OWN: str(own)}
    futures = {
        (name, changed): pool.submit(in_store, store, drawn, reference, changed)
        for name, reference in references.items()
        for changed in (None, *SOURCES)
    }
    return {key: future.result() for key, future in futures.items()}


@pytest.mark.parametrize("name", [*NAMES, OWN])
@pytest.mark.parametrize("changed", SOURCES)
def test_a_seed_moves_its_own_source_and_no_other(draws: Draws, name: str, changed: str) -> None:
    before, after = draws[name, None], draws[name, changed]
    for source in SOURCES:
        idle = source in WITHOUT.get(name, ())
        moved = before[source] != after[source]
        assert moved == (source == changed and not idle), f"{changed} → {source}"


def generator_states(changes: dict[str, int]) -> list[list[int]]:
    """Of a network with an augmentation and a dropout layer; in a fork."""
    import keras

    class Flipping:
        @staticmethod
        def build(_options: Any, _splits: Any) -> Any:
            return keras.Sequential(
                [keras.Input((8, 8, 1)), keras.layers.RandomFlip(), keras.layers.Dropout(0.5)]
            )

    seeds = replace(derive(parse(find("mnist_cnn").options, {"seed": 7})), **changes)
    model = build_seeded(Flipping, None, seeds, None)  # type: ignore[arg-type]
    return [generator.state.numpy().tolist() for _, generator in generators(model)]


def test_keras_augmentation_layers_follow_the_augmentation_seed(pool: LocalPool) -> None:
    cases: list[dict[str, int]] = [{}, {"augmentation": 1}, {"dropout": 1}, {"init": 1}]
    plain, augmented, dropped, other = [
        pool.submit(generator_states, case).result() for case in cases
    ]
    assert augmented[0] != plain[0]
    assert augmented[1] == plain[1]
    assert dropped[0] == plain[0]
    assert dropped[1] != plain[1]
    assert other == plain


def deep_networks() -> dict[str, Any]:
    """What batch normalisation does in the deep network; in a fork."""
    import keras

    from seedbed.runs.training.train import train
    from seedbed.runs.training.weights import fingerprint

    experiment = find("mnist_deep_cnn")
    options = parse(
        experiment.options, {**SMALL["mnist_deep_cnn"], "epochs": 1, "augment": False, "seed": 1}
    )
    seeds = derive(options)
    splits = experiment.load(options, seeds)
    model = build_seeded(experiment, options, seeds, splits)
    again = fingerprint(build_seeded(experiment, options, seeds, splits))
    norms = [n for n in model.layers if isinstance(n, keras.layers.BatchNormalization)]
    convolutions = [n for n in model.layers if isinstance(n, keras.layers.Conv2D)]
    before = [norm.moving_mean.numpy() for norm in norms]
    first = fingerprint(model)
    train(model, splits, options, seeds, lambda *_: None)
    plain = experiment.build(parse(experiment.options, {"dataset": "digits"}), splits)
    return {
        "norms": len(norms),
        "convolutions": len(convolutions),
        "biases": sum(layer.use_bias for layer in convolutions),
        "moved": [
            float(np.abs(norm.moving_mean.numpy() - mean).max())
            for norm, mean in zip(norms, before, strict=True)
        ],
        "norms_by_default": sum(
            isinstance(n, keras.layers.BatchNormalization) for n in plain.layers
        ),
        "same_again": first == again,
    }


def test_batch_normalisation_is_there_on_request_and_learns(
    pool: LocalPool, datasets_cache: Path
) -> None:
    found = pool.submit(in_store, str(datasets_cache.parents[1]), deep_networks).result()
    assert (found["norms"], found["convolutions"], found["biases"]) == (5, 5, 0)
    assert min(found["moved"]) > 0
    assert found["norms_by_default"] == 0
    assert found["same_again"]
