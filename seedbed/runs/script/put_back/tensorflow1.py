"""TensorFlow 1's names that Keras scripts use without building a graph themselves."""

from functools import wraps
from types import ModuleType
from typing import Any

import numpy as np

PARTS = ("", "train", "nn", "image", "math", "random", "initializers")
"""Modules to which TensorFlow 1's names are added."""

REDUCTIONS = (
    *("reduce_sum", "reduce_mean", "reduce_max", "reduce_min", "reduce_prod", "reduce_all"),
    *("reduce_any", "reduce_logsumexp", "argmax", "argmin", "expand_dims", "squeeze"),
)
LOSSES = (
    *("absolute_difference", "log_loss", "mean_squared_error", "sigmoid_cross_entropy"),
    *("softmax_cross_entropy", "sparse_softmax_cross_entropy", "huber_loss", "hinge_loss"),
)
OLD_ARGUMENTS = {
    *("keep_dims", "reduction_indices", "dimension", "dim", "squeeze_dims", "keep_prob"),
    *("labels", "predictions", "logits", "onehot_labels"),
}
"""Arguments that TensorFlow 1 alone knew."""


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

    def run(self, fetches: object, feed_dict: object = None, **_: object) -> object:
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


def build_graphs(tf: Any, backend: Any) -> None:
    """Have TensorFlow and Keras 2 build graphs and run them in a session, as TensorFlow 1 did.

    Args:
        tf: TensorFlow.
        backend: ``tf_keras.backend``.
    """
    tf.compat.v1.disable_eager_execution()
    original = backend.clear_session

    @wraps(original)
    def clear_session() -> None:
        """The next graph goes on with the seed of the last one."""
        seed = tf.compat.v1.get_default_graph().seed
        original()
        tf.compat.v1.get_default_graph().seed = seed

    backend.clear_session = clear_session
    original()


def restore_tensorflow(tf: Any, graph: bool = False) -> None:
    """Add the names to TensorFlow 2.

    Args:
        tf: TensorFlow.
        graph: Whether it builds graphs: then every name is TensorFlow 1's own.
    """
    v1 = tf.compat.v1
    if graph:
        tf.set_random_seed = v1.set_random_seed
        for part in PARTS:
            _fill(getattr(tf, part) if part else tf, getattr(v1, part) if part else v1)
        return
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
    for part in PARTS:
        _fill(getattr(tf, part) if part else tf, getattr(v1, part) if part else v1)
    for name in REDUCTIONS:
        setattr(tf, name, _by_old_arguments(getattr(tf, name), getattr(v1, name)))
    for name in LOSSES:
        own = getattr(tf.losses, name, None)
        old = getattr(v1.losses, name)
        setattr(tf.losses, name, old if own is None else _by_old_arguments(own, old))
    tf.nn.dropout = _by_old_arguments(tf.nn.dropout, v1.nn.dropout)


def _fill(today: object, before: object) -> None:
    """Add what TensorFlow 1 had under a name that nothing has today."""
    for name in dir(before):
        if not name.startswith("_") and not hasattr(today, name):
            setattr(today, name, getattr(before, name))


def _by_old_arguments(today: Any, before: Any) -> object:
    """Today's function, or TensorFlow 1's where the arguments are those that it alone knew."""

    @wraps(today)
    def call(*args: Any, **named: Any) -> Any:
        return (before if OLD_ARGUMENTS & named.keys() else today)(*args, **named)

    return call


def _counting(optimizer: Any) -> Any:
    """An optimiser whose ``apply_gradients`` counts in ``global_step`` as well."""
    original = optimizer.apply_gradients

    def apply_gradients(
        gradients: object, global_step: Any = None, *rest: object, **named: object
    ) -> object:
        if isinstance(global_step, str):  # Keras gives a name in this place
            rest, global_step = (global_step, *rest), None
        done = original(gradients, *rest, **named)
        if global_step is not None:
            global_step.assign_add(1)
        return done

    optimizer.apply_gradients = apply_gradients
    return optimizer


def _optimizers(legacy: ModuleType) -> dict[str, object]:
    """``tf.train``'s optimisers with their own defaults, for ``compile``."""

    def adam(
        learning_rate: Any = 0.001, beta1: float = 0.9, beta2: float = 0.999, epsilon: float = 1e-8,
        **_: Any,
    ) -> Any:  # fmt: skip
        return _counting(legacy.Adam(learning_rate, beta1, beta2, epsilon))

    def rmsprop(
        learning_rate: Any, decay: float = 0.9, momentum: float = 0.0, epsilon: float = 1e-10,
        **_: Any,
    ) -> Any:  # fmt: skip
        return _counting(legacy.RMSprop(learning_rate, decay, momentum, epsilon))

    def momentum(learning_rate: Any, momentum: float, use_nesterov: bool = False, **_: Any) -> Any:
        return _counting(legacy.SGD(learning_rate, momentum, nesterov=use_nesterov))

    def descent(learning_rate: Any, **_: Any) -> Any:
        return _counting(legacy.SGD(learning_rate))

    def adagrad(learning_rate: Any, initial_accumulator_value: float = 0.1, **_: Any) -> Any:
        return _counting(legacy.Adagrad(learning_rate, initial_accumulator_value))

    return {
        "AdamOptimizer": adam,
        "RMSPropOptimizer": rmsprop,
        "MomentumOptimizer": momentum,
        "GradientDescentOptimizer": descent,
        "AdagradOptimizer": adagrad,
    }
