"""Puts the streams of ``random_streams`` in the place of the generators that scripts use.

Changes this process for good; it ends with its run.
"""

import random
import sys
from collections.abc import Callable
from functools import wraps
from typing import Any

import numpy as np

from seedbed.runs.keras_private import seeded_classes
from seedbed.runs.numpy_private import global_generator, replace_global_generator
from seedbed.runs.script.randomness.random_streams import (
    LARGEST,
    LIBRARIES,
    Library,
    RandomStreams,
)
from seedbed.runs.tensorflow_private import ask_for_seeds

PYTHON = tuple(
    name
    for name in random.__all__
    if callable(getattr(random, name))
    and name[0].islower()
    and name not in {"seed"}
    and name not in {"getstate", "setstate"}
)
NUMPY = tuple(
    name
    for name in dir(np.random.RandomState)
    if not name.startswith("_")
    and name not in {"seed", "get_state", "set_state"}
    and hasattr(np.random, name)
)
CONSTANT = 0x5EED
"""TensorFlow's global seed; each operation's own two seeds tell the sources apart."""


def begin(streams: RandomStreams, keras_version: int) -> None:
    """Let every draw of this process come from ``streams``.

    Args:
        streams: The generators of this process.
        keras_version: 2 or 3.
    """
    import tensorflow as tf

    tf.random.set_seed(CONSTANT)
    _python(streams)
    _numpy(streams)
    ask_for_seeds(streams.tensorflow)
    _sklearn(streams)
    _seeding_calls(streams)
    for made in seeded_classes(keras_version):
        made.__init__ = _with_seed(made.__init__, 0, streams)
    tf.data.Dataset.shuffle = _with_seed(tf.data.Dataset.shuffle, 1, streams, "order")


def _python(streams: RandomStreams) -> None:
    def stand_in(name: str) -> Callable[..., object]:
        asks = "" if name == "choice" else name  # it takes one, so it puts nothing in order

        def draw(*arguments: Any, **named: Any) -> Any:
            return getattr(streams.python(asks), name)(*arguments, **named)

        draw.__name__, draw.__doc__ = name, getattr(random, name).__doc__
        return draw

    for name in PYTHON:
        setattr(random, name, stand_in(name))
    original = random.Random

    class Unseeded(original):  # type: ignore[misc, valid-type]
        """Python's generator; without a seed, it takes one from the stream of its line."""

        def __init__(self, x: Any = None) -> None:
            follows = streams.is_script()
            super().__init__(streams.generator_seed("random.Random", x) if follows else x)

    Unseeded.__name__ = Unseeded.__qualname__ = "Random"
    random.Random = Unseeded  # type: ignore[misc]


def _numpy(streams: RandomStreams) -> None:
    def stand_in(name: str) -> Callable[..., object]:
        def draw(*arguments: Any, **named: Any) -> Any:
            takes_one = name == "choice" and len(arguments) < 2 and named.get("size") is None
            return getattr(streams.numpy("" if takes_one else name), name)(*arguments, **named)

        draw.__name__, draw.__doc__ = name, getattr(np.random, name).__doc__
        return draw

    for name in NUMPY:
        setattr(np.random, name, stand_in(name))
    make, state = np.random.default_rng, np.random.RandomState

    def default_rng(seed: Any = None) -> Any:
        return make(streams.generator_seed("np.random.default_rng", seed))

    class Kind(type):
        def __instancecheck__(cls, instance: object) -> bool:
            return isinstance(instance, state)

    class RandomState(metaclass=Kind):
        __doc__ = state.__doc__

        def __new__(cls, seed: Any = None) -> Any:
            given = streams.generator_seed("np.random.RandomState", seed)
            streams.asks_system = False  # NumPy asks for entropy that the seed then replaces
            try:
                return state(given)
            finally:
                streams.asks_system = True

    _hold_numpy(streams)
    np.random.default_rng = default_rng
    np.random.RandomState = RandomState  # type: ignore[misc]


def _hold_numpy(streams: RandomStreams) -> None:
    """NumPy's own generator, which SciPy and scikit-learn hold in place of NumPy's functions."""
    state: Any = np.random.RandomState(CONSTANT).__class__

    class Global(state):  # type: ignore[misc]
        """Draws from the stream of whoever asks; a copy for another process from a new one."""

        def __copy__(self) -> "Global":
            return self

        def __deepcopy__(self, memo: object) -> "Global":
            return self

        def __reduce__(self) -> Any:
            return streams.numpy("").__reduce__()

    for name in NUMPY:
        setattr(Global, name, staticmethod(getattr(np.random, name)))
    held = replace_global_generator(Global(CONSTANT))
    held.seed(streams.seed_of_rest())  # for whatever keeps it all the same


def _sklearn(streams: RandomStreams) -> None:
    """``random_state=None`` means NumPy's global generator, which scikit-learn holds by itself."""
    from sklearn.utils.validation import check_random_state as original

    def check_random_state(seed: object) -> object:
        if seed is None or seed is np.random:
            return global_generator()
        if isinstance(seed, int | np.integer):
            seed = streams.given_seed("random_state=", int(seed))
        return original(seed)

    for name, module in list(sys.modules.items()):
        if name.split(".")[0] == "sklearn" and vars(module).get("check_random_state") is original:
            vars(module)["check_random_state"] = check_random_state


def _seeding_calls(streams: RandomStreams) -> None:
    import keras
    import tensorflow as tf

    everything = LIBRARIES
    calls: tuple[tuple[str, object, str, tuple[Library, ...]], ...] = (
        ("random.seed", random, "seed", ("python",)),
        ("np.random.seed", np.random, "seed", ("numpy",)),
        ("tf.random.set_seed", tf.random, "set_seed", ("tensorflow",)),
        ("tf.random.set_seed", tf.compat.v2.random, "set_seed", ("tensorflow",)),
        ("tf.set_random_seed", tf.compat.v1, "set_random_seed", ("tensorflow",)),
        ("tf.set_random_seed", tf.compat.v1.random, "set_random_seed", ("tensorflow",)),
        ("keras.utils.set_random_seed", keras.utils, "set_random_seed", everything),
        ("keras.utils.set_random_seed", tf.keras.utils, "set_random_seed", everything),
    )

    def stand_in(call: str, libraries: tuple[Library, ...]) -> Callable[..., None]:
        def seed(*arguments: Any, **named: Any) -> None:
            given = arguments[0] if arguments else next(iter(named.values()), None)
            streams.pin(call, given, libraries)

        seed.__name__ = call.rsplit(".", 1)[-1]
        return seed

    for call, owner, attribute, libraries in calls:
        setattr(owner, attribute, stand_in(call, libraries))


def _with_seed(
    original: Any, position: int, streams: RandomStreams, source: str = ""
) -> Callable[..., object]:
    """A method, with the seed that the script gives it noted and, if pinned seeds vary, replaced.

    ``Dropout(0.3, seed=7)`` pins dropout in this line, as ``random_state=7`` pins a split.

    Args:
        original: The method.
        position: Where its seed stands among its arguments, without ``self``.
        streams: The generators of this process.
        source: What it seeds; empty for what the class that takes it draws for.
    """

    def replaced(given: object) -> object:
        if isinstance(given, bool) or not isinstance(given, int | np.integer):
            return given
        seed = streams.given_seed("seed=", int(given), source)
        return seed if seed == given else seed % LARGEST  # Keras 2 takes no larger one

    @wraps(original)
    def method(self: object, *arguments: object, **named: object) -> object:
        given = list(arguments)
        if len(given) > position:
            given[position] = replaced(given[position])
        elif "seed" in named:
            named["seed"] = replaced(named["seed"])
        return original(self, *given, **named)

    return method
