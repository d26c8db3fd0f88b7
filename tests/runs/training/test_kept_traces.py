"""What one run traced serves the next of its configuration, and changes no bit."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from seedbed.runs.training.trace_files import MOST_KEPT, KeptTrace, TraceFiles
from seedbed.sweeps.executors.local_pool import LocalPool
from tests.support.cells import SHORT, folder_of, in_store

OWN = '''"""A network whose changes to images depend on the seed."""

import keras
import numpy as np

from seedbed.api import RunOptions, splits_from_arrays

Options = RunOptions


def load(options, seeds):
    images = np.random.default_rng(0).random((300, 8, 8, 1), np.float32)
    labels = np.arange(300) % 10
    names = [str(label) for label in range(10)]
    return splits_from_arrays(images, labels, classes=names, split_seed=seeds.split)


def build(options, splits):
    model = keras.Sequential(
        [
            keras.Input((8, 8, 1)),
            keras.layers.Flatten(),
            keras.layers.Dense(10, activation="softmax"),
        ]
    )
    model.compile("sgd", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


def augment(options, inputs, numbers):
    return inputs * (1.0 + options.seed)
'''

LAYER = """
class Mine(keras.layers.Dense):
    pass

"""


def _train(experiment: str, given: Mapping[str, Any], parent: Path) -> tuple[int, str, bytes]:
    """How often Python ran the training step, the weights' fingerprint, the predictions; a fork."""
    import keras

    from seedbed.runs.execution.cell import run_cell

    traced: list[int] = []
    step = keras.Model.train_step

    def counted(model: Any, data: Any) -> Any:
        traced.append(1)
        return step(model, data)

    keras.Model.train_step = counted
    folder = folder_of(experiment, parent, given)
    outcome = run_cell(experiment, dict(given), folder)
    assert outcome.state == "finished", outcome.reason
    found = sorted(Path(folder).rglob("*.npz"))
    return len(traced), str(outcome.fingerprint), b"".join(path.read_bytes() for path in found)


def _runs(
    pool: LocalPool, parent: Path, experiment: str, *options: Mapping[str, Any]
) -> list[tuple[int, str, bytes]]:
    store = str(parent / "store")
    return [
        pool.submit(in_store, store, _train, experiment, given, parent).result()
        for given in options
    ]


def _states(store_path: Path) -> list[str]:
    files = TraceFiles()
    kept = [files.read(path.name) for path in (store_path / "cache" / "traces").iterdir()]
    return sorted(one.state for one in kept if one is not None)


def test_the_third_run_traces_nothing_and_has_the_bits_of_the_first(
    pool: LocalPool, store_path: Path, tmp_path: Path
) -> None:
    """The learning rate is a tensor as well; another batch size is another loop."""
    given = [{**SHORT, "seed": seed} for seed in (1, 2, 1)]
    faster = {**SHORT, "seed": 1, "learning_rate": 0.01}
    first, second, third, rate = _runs(pool, tmp_path, "mnist_cnn", *given, faster)
    assert [one[0] > 0 for one in (first, second, third, rate)] == [True, True, False, False]
    assert first[1:] == third[1:] != second[1:]
    assert rate[1] != first[1]
    assert _states(store_path) == ["confirmed", "confirmed"]
    (other,) = _runs(pool, tmp_path, "mnist_cnn", {**SHORT, "seed": 1, "batch_size": 50})
    assert other[0] > 0


def test_a_trace_that_depends_on_the_seed_is_never_used(
    pool: LocalPool, store_path: Path, tmp_path: Path
) -> None:
    path = tmp_path / "my_cnn.py"
    path.write_text(OWN)
    given = [{"epochs": 1, "seed": seed} for seed in (1, 2, 1)]
    found = _runs(pool, tmp_path, str(path), *given)
    assert all(traced for traced, *_ in found)
    assert found[0] == found[2]
    assert _states(store_path) == ["confirmed", "varies"]


def test_a_network_that_keras_does_not_describe_is_always_traced(
    pool: LocalPool, store_path: Path, tmp_path: Path
) -> None:
    path = tmp_path / "my_cnn.py"
    text = OWN.replace("\ndef load", f"{LAYER}\ndef load").replace(
        "keras.layers.Dense(10", "Mine(10"
    )
    path.write_text(text)
    found = _runs(pool, tmp_path, str(path), *({"epochs": 1, "seed": seed} for seed in (1, 2, 3)))
    assert all(traced for traced, *_ in found)
    assert _states(store_path) == []


KEPT = KeptTrace("seen", "{}", "f_0", 1, (0, 2), ("conv2d",), b"operations")


def test_a_trace_is_read_as_it_was_written(store_path: Path) -> None:
    del store_path
    files = TraceFiles()
    assert files.read("a") is None
    files.write("a", KEPT)
    assert files.read("a") == KEPT
    assert KEPT.is_same_function(replace(KEPT, state="confirmed", seeds="others"))
    assert not KEPT.is_same_function(replace(KEPT, library=b"others"))


@pytest.mark.parametrize("content", [b"", b"\n", b"[]\nx", b"{}\nx", b"\xff\n", b'{"sha256": 1}\n'])
def test_a_trace_that_is_not_whole_is_none(store_path: Path, content: bytes) -> None:
    files = TraceFiles()
    files.write("a", KEPT)
    path = store_path / "cache" / "traces" / "a"
    path.write_bytes(content or path.read_bytes()[:-1])
    assert files.read("a") is None


def test_the_traces_that_were_not_used_for_longest_go(store_path: Path) -> None:
    files = TraceFiles()
    for number in range(MOST_KEPT + 3):
        files.write(f"{number:03}", KEPT)
    left = sorted(path.name for path in (store_path / "cache" / "traces").iterdir())
    assert left == [f"{number:03}" for number in range(3, MOST_KEPT + 3)]


def _bound_elsewhere(library: bytes, name: str, places: tuple[int, ...]) -> list[float]:
    """In a process that did not trace it, with other tensors; a fork."""
    import tensorflow as tf

    from seedbed.runs.tensorflow_private import bindable, loaded

    own = [tf.Variable(3.0), tf.constant(np.arange(200, dtype=np.float32))]
    call = loaded(library, name, [bindable(own[place]) for place in places], 1)
    return [float(call(tf.constant(2.0))), float(own[0])]


def _traced_here(others: int) -> tuple[bytes, str, tuple[int, ...] | None, tuple[int, ...] | None]:
    import tensorflow as tf

    from seedbed.runs.tensorflow_private import captures, library_of

    variable, table = tf.Variable(1.0), tf.zeros(200)
    for _ in range(others):  # TensorFlow numbers functions, also in the names of loops' arguments
        tf.function(tf.sin).get_concrete_function(tf.TensorSpec((), tf.float32))

    @tf.function  # type: ignore[untyped-decorator]
    def add(x: Any) -> Any:
        total = variable.assign_add(x) * tf.reduce_sum(table)
        return tf.while_loop(lambda step, _: step < 1, lambda step, y: (step + 1, y), [0, total])[1]

    traced = add.get_concrete_function(tf.TensorSpec((), tf.float32))
    library, name = library_of(traced, "mine")
    return library, name, captures(traced, [variable, table]), captures(traced, [variable])


def test_a_traced_function_is_bound_to_the_tensors_of_another_process(pool: LocalPool) -> None:
    """A contract with TensorFlow: what is bound, and loading without Python's graphs."""
    library, name, places, too_few = pool.submit(_traced_here, 0).result()
    assert places == (0, 1)
    assert too_few is None
    assert pool.submit(_traced_here, 3).result()[0] == library
    assert pool.submit(_bound_elsewhere, library, name, places).result() == [5.0 * 19900, 5.0]
