"""What Seedbed uses of Keras and tf-keras beyond their public interfaces, each in one place.

Neither library offers these things publicly: the class that defines ``fit`` (to watch a script's
calls), the generators of a network's layers and where an initialiser's seed comes from (to say and
to set which source draws what), and two faults of theirs to work round. Every function names what
it reaches for; tests/runs/test_keras_private.py fails when a version of the library moves it.
"""

import sys
from functools import cache
from typing import Any


def trainer_classes(version: int, graph: bool = False) -> tuple[Any, Any]:
    """Return the class that defines ``fit``, private in Keras 3, and ``History``.

    Args:
        version: Of the Keras.
        graph: Whether Keras 2 builds graphs: its models are of another class then
            (``training_v1.Model``).
    """
    if version == 2:
        from tf_keras import Model
        from tf_keras.callbacks import History

        if graph:
            from tf_keras.src.engine import training_v1

            return training_v1.Model, History
        return Model, History
    from keras.callbacks import History as HistoryOf3

    if is_on_jax(version):
        from keras.src.backend.jax.trainer import JAXTrainer

        return JAXTrainer, HistoryOf3
    from keras.src.backend.tensorflow.trainer import TensorFlowTrainer

    return TensorFlowTrainer, HistoryOf3


def is_on_jax(version: int) -> bool:
    """Whether this version of Keras computes with JAX in this process."""
    if version == 2:
        return False
    import keras

    return bool(keras.backend.backend() == "jax")


def layer_class(version: int, graph: bool = False) -> Any:
    """The base class of layers that has their ``__init__`` and ``add_weight``.

    Args:
        version: Of the Keras.
        graph: Whether Keras 2 builds graphs: its layers are of another class then
            (``base_layer_v1.Layer``).
    """
    if version == 2:
        if graph:
            from tf_keras.src.engine import base_layer_v1

            return base_layer_v1.Layer
        from tf_keras.layers import Layer
    else:
        from keras.layers import Layer
    return Layer


def metric_class(version: int) -> Any:
    """The base class of metrics; public, here beside its relatives."""
    if version == 2:
        from tf_keras.metrics import Metric
    else:
        from keras.metrics import Metric
    return Metric


def callback_list(version: int) -> Any:
    """The class through which a Keras tells callbacks; public, here beside its relatives."""
    if version == 2:
        from tf_keras.callbacks import CallbackList
    else:
        from keras.callbacks import CallbackList
    return CallbackList


def layers_within(model: Any) -> list[Any]:
    """The network itself and every layer in it, nested ones too, in the order of building.

    ``model.layers`` stops at a nested network, whose layers draw as well (``_flatten_layers``).
    """
    return list(model._flatten_layers())


def seed_generators(layer: Any) -> list[Any]:
    """The ``SeedGenerator``s that a layer itself draws from while it trains, without its parts'.

    The public ``layer.non_trainable_variables`` has their states, but mixed with the parts'
    (``_seed_generators``).
    """
    return list(layer._seed_generators)


def own_variables(layer: Any) -> list[Any]:
    """The weights and statistics of a layer itself, without those of layers inside it.

    The public lists gather the layers inside too (``_trainable_variables``).
    """
    return [*layer._trainable_variables, *layer._non_trainable_variables]


def initialiser_seed(initialiser: Any) -> tuple[bool, bool]:
    """Whether an initialiser draws at random, and whether its seed stands in the code.

    In Keras 3 ``initialiser.seed`` is a number in both cases; only ``_init_seed`` tells a given one
    from one that Keras drew. In Keras 2 only ``_random_generator`` tells one that draws.
    """
    if hasattr(initialiser, "_random_generator"):
        return True, initialiser.seed is not None
    missing = object()
    given = getattr(initialiser, "_init_seed", missing)
    return given is not missing, given is not missing and given is not None


def seeded_classes(version: int) -> list[Any]:
    """Classes whose first argument is the ``seed`` of a layer or an initialiser.

    Layers of Keras 3 make a public ``SeedGenerator``; initialisers share a private base class. In
    Keras 2 both make a private ``RandomGenerator``.
    """
    if version == 2:
        from tf_keras.src import backend

        return [backend.RandomGenerator]
    import keras

    bases = keras.initializers.RandomNormal.__mro__
    return [
        keras.random.SeedGenerator,
        *(one for one in bases if one.__name__ == "RandomInitializer"),
    ]


@cache
def remember_unsaved_attributes() -> None:
    """Have Keras ask once for each kind of object which attributes are not to be saved.

    Keras 3.15 keeps the answer under one name and looks it up under another
    (``saving_lib.get_attr_skipset``), so it makes an object for comparison each time, a third of
    the time that saving takes. Where Keras has mended it, remembering once more changes nothing.
    """
    from keras.src.saving import saving_lib

    if hasattr(saving_lib, "get_attr_skipset"):
        saving_lib.get_attr_skipset = cache(saving_lib.get_attr_skipset)


def keras_2_generator() -> Any:
    """Where tf-keras' layers take their seeds from; None unless its own seed is set."""
    backend = sys.modules.get("tf_keras.src.backend")
    return getattr(getattr(backend, "_SEED_GENERATOR", None), "generator", None)


def functional_class() -> Any:
    """What tf-keras' ``Model(inputs, outputs)`` makes, which no public name reaches."""
    from tf_keras.src.engine import functional

    return functional.Functional


def global_seed() -> int | None:
    """The seed that ``keras.utils.set_random_seed`` set in this process; None if none was set.

    Keras 3 offers no public way to ask (``rng_utils.get_random_seed``); None, too, of a user's own
    Keras that does not have it.
    """
    try:
        from keras.src.utils.rng_utils import get_random_seed
    except ImportError:
        return None
    seed: int | None = get_random_seed()
    return seed
