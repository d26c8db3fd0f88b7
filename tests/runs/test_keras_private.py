"""What Seedbed relies on in Keras beyond its public interface; fails when Keras changes it.

Each check runs in a process of the pool, as no test may load TensorFlow into its own.
"""

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from seedbed.runs import keras_private
from seedbed.runs.keras_private import (
    callback_list,
    initialiser_seed,
    layers_within,
    own_variables,
    seed_generators,
    trainer_classes,
)
from seedbed.sweeps.executors.local_pool import LocalPool


def network() -> Any:
    """A network in a network, with noise in one and dropout in the other."""
    import keras

    layers = keras.layers
    inner = keras.Sequential([layers.Input((4,)), layers.Dense(3), layers.Dropout(0.5)], name="in")
    return keras.Sequential([layers.Input((4,)), layers.GaussianNoise(0.1), inner], name="out")


def layers_of_a_nested_network_are_found_once() -> None:
    found = layers_within(network())
    kinds = [type(layer).__name__ for layer in found]
    assert kinds[0] == "Sequential"
    assert {"Dense", "Dropout", "GaussianNoise"} <= set(kinds), kinds
    assert len({id(layer) for layer in found}) == len(found)


def each_generator_belongs_to_one_layer_and_draws_by_its_state() -> None:
    import keras

    layers = layers_within(network())
    owners = {type(one).__name__: seed_generators(one) for one in layers if seed_generators(one)}
    assert set(owners) == {"GaussianNoise", "Dropout"}, owners
    assert all(len(generators) == 1 for generators in owners.values())
    noise = next(one for one in layers if type(one).__name__ == "GaussianNoise")
    state = owners["GaussianNoise"][0].state
    x = keras.ops.ones((1, 4))
    state.assign([3, 4])
    first = noise(x, training=True).numpy()
    assert (noise(x, training=True).numpy() != first).any()
    state.assign([3, 4])
    assert (noise(x, training=True).numpy() == first).all()


def own_variables_leave_out_those_of_layers_inside() -> None:
    layers = layers_within(network())
    named = [one.path for layer in layers for one in own_variables(layer)]
    assert len(named) == len(set(named)), named
    assert sum("kernel" in path for path in named) == 1, named
    assert own_variables(layers[0]) == []


def a_given_seed_is_told_from_a_drawn_one() -> None:
    from keras.initializers import GlorotUniform, Zeros

    assert initialiser_seed(GlorotUniform()) == (True, False)
    assert initialiser_seed(GlorotUniform(seed=7)) == (True, True)
    assert initialiser_seed(Zeros()) == (False, False)
    assert initialiser_seed(None) == (False, False)


def a_seed_given_to_keras_2_is_told_from_a_drawn_one() -> None:
    from tf_keras.initializers import GlorotUniform, Zeros

    assert initialiser_seed(GlorotUniform()) == (True, False)
    assert initialiser_seed(GlorotUniform(seed=7)) == (True, True)
    assert initialiser_seed(Zeros()) == (False, False)


def fit_of_keras_2_is_defined_by_the_class_named() -> None:
    from tf_keras import Sequential, layers

    _calls_are_seen(2, Sequential([layers.InputLayer((2,)), layers.Dense(1)]))


def fit_of_keras_3_is_defined_by_the_class_named() -> None:
    from keras import Sequential, layers

    _calls_are_seen(3, Sequential([layers.InputLayer((2,)), layers.Dense(1)]))


def _calls_are_seen(version: int, model: Any) -> None:
    trainer, history = trainer_classes(version)
    original, seen = trainer.fit, []

    def fit(self: Any, *arguments: Any, **named: Any) -> Any:
        seen.append("fit")
        return original(self, *arguments, **named)

    trainer.fit = fit
    model.compile("sgd", "mse")
    returned = model.fit(np.array([[0.0, 1.0]]), np.array([[1.0]]), verbose=0)
    assert seen == ["fit"]
    assert isinstance(returned, history)
    assert all(name in vars(trainer) for name in ("evaluate", "predict", "train_on_batch"))
    assert hasattr(callback_list(version), "on_test_end")


def what_is_not_saved_is_asked_once_for_each_kind() -> None:
    import keras
    from keras.src.saving import saving_lib

    keras_private.remember_unsaved_attributes()
    asked, model = saving_lib.get_attr_skipset, network()
    with tempfile.TemporaryDirectory() as folder:
        model.save(Path(folder) / "once.keras")
        before = asked.cache_info().misses
        model.save(Path(folder) / "twice.keras")
        again = keras.saving.load_model(Path(folder) / "twice.keras")
    assert asked.cache_info().misses == before, "Keras does not look up what is remembered"
    assert asked.cache_info().hits > 0
    for one, other in zip(model.weights, again.weights, strict=True):
        assert (one.numpy() == other.numpy()).all()


def layers_of_keras_2_take_their_seeds_from_its_generator() -> None:
    import tf_keras

    tf_keras.utils.set_random_seed(5)
    generator = keras_private.keras_2_generator()
    state = generator.getstate()
    first, second = tf_keras.layers.Dense(2), tf_keras.layers.Dense(2)
    first.build((None, 3))
    assert generator.getstate() != state
    generator.setstate(state)
    second.build((None, 3))
    assert (first.kernel.numpy() == second.kernel.numpy()).all()


def a_functional_network_of_keras_2_is_of_the_class_named() -> None:
    import tf_keras

    inputs = tf_keras.Input((2,))
    model = tf_keras.Model(inputs, tf_keras.layers.Dense(1)(inputs))
    assert type(model) is keras_private.functional_class()


CHECKS = [
    layers_of_a_nested_network_are_found_once,
    each_generator_belongs_to_one_layer_and_draws_by_its_state,
    own_variables_leave_out_those_of_layers_inside,
    a_given_seed_is_told_from_a_drawn_one,
    a_seed_given_to_keras_2_is_told_from_a_drawn_one,
    fit_of_keras_2_is_defined_by_the_class_named,
    fit_of_keras_3_is_defined_by_the_class_named,
    what_is_not_saved_is_asked_once_for_each_kind,
    layers_of_keras_2_take_their_seeds_from_its_generator,
    a_functional_network_of_keras_2_is_of_the_class_named,
]


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_keras_is_as_seedbed_expects(pool: LocalPool, check: Callable[[], None]) -> None:
    pool.submit(check).result()
