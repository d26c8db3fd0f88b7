"""TensorFlow 1's names that Keras scripts use without building a graph themselves."""

from typing import Any

import numpy as np


class NoSession:
    """What ``tf.Session`` gives: a session without a graph, because everything runs at once."""

    graph = None

    def __init__(self, *_: Any, **__: Any) -> None: ...

    def __enter__(self) -> "NoSession":
        return self

    def __exit__(self, *_: object) -> None: ...

    def as_default(self) -> "NoSession":
        """Usable in ``with``."""
        return self

    def close(self) -> None:
        """Nothing is open."""

    def run(self, fetches: Any, feed_dict: Any = None, **_: Any) -> Any:
        """Values of tensors that exist; an initialiser is None, as everything is initialised.

        Raises:
            RuntimeError: Something is fed, which takes a graph.
        """
        if feed_dict:
            raise RuntimeError(
                "it feeds a graph of TensorFlow 1 (Session.run(feed_dict=…)), and there is none"
            )
        if isinstance(fetches, list | tuple):
            return [self.run(one) for one in fetches]
        return None if fetches is None else np.asarray(fetches)


def restore_tensorflow(tf: Any) -> None:
    """Add the names to TensorFlow 2.

    Args:
        tf: TensorFlow.
    """
    v1 = tf.compat.v1
    names = {
        "Session": NoSession,
        "InteractiveSession": NoSession,
        "ConfigProto": v1.ConfigProto,
        "GPUOptions": v1.GPUOptions,
        "get_default_graph": v1.get_default_graph,
        "reset_default_graph": v1.reset_default_graph,
        "global_variables_initializer": lambda: None,
        "local_variables_initializer": lambda: None,
        "initialize_all_variables": lambda: None,
        "set_random_seed": tf.random.set_seed,
        "random_normal": tf.random.normal,
        "random_uniform": tf.random.uniform,
        "truncated_normal": tf.random.truncated_normal,
        "logging": v1.logging,
        "gfile": v1.gfile,
        "to_float": v1.to_float,
        "to_int32": v1.to_int32,
        "to_int64": v1.to_int64,
        "enable_eager_execution": lambda *_, **__: None,
        "random_crop": tf.image.random_crop,
        "ceil": tf.math.ceil,
        "div": v1.div,
        "is_nan": tf.math.is_nan,
        "count_nonzero": v1.count_nonzero,
        "log": tf.math.log,
    }
    for name, value in names.items():
        if not hasattr(tf, name):
            setattr(tf, name, value)
    for name, value in _optimizers(tf.keras.optimizers.legacy).items():
        if not hasattr(tf.train, name):
            setattr(tf.train, name, value)
    for name in ("Session", "InteractiveSession"):
        setattr(v1, name, NoSession)


def _optimizers(legacy: Any) -> dict[str, Any]:
    """``tf.train``'s optimisers with their own defaults, for ``compile``."""

    def adam(
        learning_rate: Any = 0.001, beta1: float = 0.9, beta2: float = 0.999, epsilon: float = 1e-8,
        **_: Any,
    ) -> Any:  # fmt: skip
        return legacy.Adam(learning_rate, beta1, beta2, epsilon)

    def rmsprop(
        learning_rate: Any, decay: float = 0.9, momentum: float = 0.0, epsilon: float = 1e-10,
        **_: Any,
    ) -> Any:  # fmt: skip
        return legacy.RMSprop(learning_rate, decay, momentum, epsilon)

    def momentum(learning_rate: Any, momentum: float, use_nesterov: bool = False, **_: Any) -> Any:
        return legacy.SGD(learning_rate, momentum, nesterov=use_nesterov)

    def descent(learning_rate: Any, **_: Any) -> Any:
        return legacy.SGD(learning_rate)

    def adagrad(learning_rate: Any, initial_accumulator_value: float = 0.1, **_: Any) -> Any:
        return legacy.Adagrad(learning_rate, initial_accumulator_value)

    return {
        "AdamOptimizer": adam,
        "RMSPropOptimizer": rmsprop,
        "MomentumOptimizer": momentum,
        "GradientDescentOptimizer": descent,
        "AdagradOptimizer": adagrad,
    }
