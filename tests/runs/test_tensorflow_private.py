"""What Seedbed relies on in TensorFlow beyond its public interface; fails when that changes.

Each check runs in a process of the pool, as no test may load TensorFlow into its own.
"""

from collections.abc import Callable
from typing import Any

from seedbed.runs.tensorflow_private import SeedPair, ask_for_seeds, eager_generator
from seedbed.sweeps.executors.local_pool import LocalPool


def _draws_follow_the_generator() -> None:
    import tensorflow as tf

    tf.random.set_seed(3)
    state = eager_generator().getstate()
    first = tf.random.uniform((4,)).numpy()
    assert eager_generator().getstate() != state
    tf.random.set_seed(3)
    eager_generator().setstate(state)
    assert (tf.random.uniform((4,)).numpy() == first).all()


def test_operations_take_their_seeds_from_the_generator_of_the_context(pool: LocalPool) -> None:
    pool.submit(_draws_follow_the_generator).result()


def _every_draw_asks() -> None:
    import tensorflow as tf

    asked: list[int] = []

    def answer() -> SeedPair:
        asked.append(1)
        return 11, len(asked)

    tf.random.set_seed(1)
    ask_for_seeds(answer)
    draws: dict[str, Callable[[], Any]] = {
        "uniform": lambda: tf.random.uniform((2,)),
        "normal": lambda: tf.random.normal((2,)),
        "truncated": lambda: tf.random.truncated_normal((2,)),
        "shuffle": lambda: tf.random.shuffle([1, 2, 3]),
        "categorical": lambda: tf.random.categorical([[0.0, 0.0]], 2),
        "gamma": lambda: tf.random.gamma((2,), 1.0),
        "poisson": lambda: tf.random.poisson((2,), 1.0),
        "data set": lambda: next(iter(tf.data.Dataset.range(3).shuffle(3))),
        "dropout": lambda: tf.nn.dropout(tf.ones((4,)), 0.5),
    }
    for name, draw in draws.items():
        before = len(asked)
        draw()
        assert len(asked) == before + 1, (name, len(asked) - before)
    before = len(asked)
    tf.random.uniform((2,), seed=7)
    assert len(asked) == before, "an operation with a seed of its own asked"


def test_every_stateful_operation_asks_the_one_function_for_its_seeds(pool: LocalPool) -> None:
    pool.submit(_every_draw_asks).result()
