"""What Seedbed relies on in TensorFlow beyond its public interface; fails when that changes.

Each check runs in a process of the pool, as no test may load TensorFlow into its own.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from seedbed.runs.tensorflow_private import (
    SeedPair,
    ask_for_seeds,
    bindable,
    captures,
    eager_generator,
    library_of,
    loaded,
)
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


def _bound_elsewhere(library: bytes, name: str, places: tuple[int, ...]) -> list[float]:
    """In a process that did not trace it, with other tensors; a fork."""
    import tensorflow as tf

    own = [tf.Variable(3.0), tf.constant(np.arange(200, dtype=np.float32))]
    bound = [bindable(own[place]) for place in places]
    assert loaded(library.replace(b"AssignAdd", b"AssignBdd"), name, bound, 1) is None
    call = loaded(library, name, bound, 1)
    assert call is not None
    assert loaded(library[:-9], name, bound, 1) is None
    assert loaded(library, "another", bound, 1) is None
    assert loaded(library, name, bound, 2) is None
    assert loaded(library, name, bound[::-1], 1) is None
    return [float(call(tf.constant(2.0))), float(own[0])]


def _traced_here(others: int) -> tuple[bytes, str, tuple[int, ...] | None, tuple[int, ...] | None]:
    import tensorflow as tf

    variable, table = tf.Variable(1.0), tf.zeros(200)
    for _ in range(others):  # TensorFlow numbers functions, also in the names of loops' arguments
        tf.function(tf.sin).get_concrete_function(tf.TensorSpec((), tf.float32))

    @tf.function  # type: ignore[untyped-decorator]
    def add(x: Any) -> Any:
        total = variable.assign_add(x) * tf.reduce_sum(table)
        return tf.while_loop(lambda step, _: step < 1, lambda step, y: (step + 1, y), [0, total])[1]

    traced = add.get_concrete_function(tf.TensorSpec((), tf.float32))
    found = library_of(traced, "mine")
    assert found is not None
    library, name = found
    return library, name, captures(traced, [variable, table]), captures(traced, [variable])


def test_a_traced_function_is_bound_to_the_tensors_of_another_process(pool: LocalPool) -> None:
    """What is bound, and loading without Python's graphs."""
    library, name, places, too_few = pool.submit(_traced_here, 0).result()
    assert places == (0, 1)
    assert too_few is None
    assert pool.submit(_traced_here, 3).result()[0] == library
    assert pool.submit(_bound_elsewhere, library, name, places).result() == [5.0 * 19900, 5.0]


def _of_python() -> list[bool]:
    """Whether functions that call Python can be kept; a fork."""
    import tensorflow as tf

    kept = []
    for call in (
        lambda x: tf.py_function(lambda y: y + 1, [x], tf.float32),
        lambda x: tf.numpy_function(lambda y: y + 1, [x], tf.float32),
        lambda x: tf.numpy_function(lambda y: y + 1, [x], tf.float32, stateful=False),
        lambda x: tf.cond(x > 0, lambda: tf.py_function(abs, [x], tf.float32), lambda: x),
        tf.sin,
    ):
        traced = tf.function(call).get_concrete_function(tf.TensorSpec((), tf.float32))
        kept.append(library_of(traced, "mine") is not None)
    return kept


def test_a_function_that_calls_python_is_not_kept(pool: LocalPool) -> None:
    assert pool.submit(_of_python).result() == [False, False, False, False, True]
