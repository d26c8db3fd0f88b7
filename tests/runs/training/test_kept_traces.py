"""What one run traced serves the next of its configuration, and changes no bit."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from seedbed.runs.training.trace_files import KeptTrace, TraceFiles
from seedbed.sweeps.executors.local_pool import LocalPool
from seedbed.system.paths import store_folder
from tests.support.cells import SHORT, folder_of, in_store

OWN = '''"""A network of Keras' own layers."""

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
'''

AUGMENT = """

def augment(options, inputs, numbers):
    return inputs * (1.0 + options.seed)
"""

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


def _all_kept(store_path: Path) -> list[KeptTrace]:
    files = TraceFiles()
    kept = [files.read(path.name) for path in (store_path / "cache" / "traces").iterdir()]
    return [one for one in kept if one is not None]


def _states(store_path: Path) -> list[str]:
    return sorted(one.state for one in _all_kept(store_path))


@pytest.mark.long
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
    assert all(kept.rewritten for kept in _all_kept(store_path))
    (other,) = _runs(pool, tmp_path, "mnist_cnn", {**SHORT, "seed": 1, "batch_size": 50})
    assert other[0] > 0


@pytest.mark.long
def test_a_loop_that_holds_numbers_of_its_run_is_always_traced(
    pool: LocalPool, store_path: Path, tmp_path: Path
) -> None:
    """A user's own ``augment`` computes what it likes; weights of classes are numbers."""
    path = tmp_path / "my_cnn.py"
    path.write_text(OWN + AUGMENT)
    given = [{"epochs": 1, "seed": seed} for seed in (1, 2, 1)]
    found = _runs(pool, tmp_path, str(path), *given)
    path.write_text(OWN)
    found += _runs(
        pool, tmp_path, str(path), *({**one, "class_weight": "balanced"} for one in given)
    )
    assert all(traced for traced, *_ in found)
    assert found[0] == found[2]
    assert _states(store_path) == []
    found = _runs(pool, tmp_path, str(path), *given)
    assert [traced > 0 for traced, *_ in found] == [True, True, False]


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


@pytest.mark.long
def test_a_source_with_one_seed_so_far_is_compared_when_it_gets_another(
    pool: LocalPool, store_path: Path, tmp_path: Path
) -> None:
    own = [{"seed": 1}, {"seed": 1, "init_seed": 5}, {"seed": 1, "init_seed": 6}, {"seed": 2}]
    given = [{**SHORT, **one} for one in [*own, {"seed": 3}]]
    found = _runs(pool, tmp_path, "mnist_cnn", *given)
    assert [traced > 0 for traced, *_ in found] == [True, True, False, True, False]
    assert _states(store_path) == ["confirmed", "confirmed"]


def _kept() -> tuple[str, KeptTrace]:
    """The key and the trace of the only function in the store."""
    (path,) = store_folder("cache", "traces").iterdir()
    kept = TraceFiles().read(path.name)
    assert kept is not None
    return path.name, kept


class _OneNetwork:
    """A network whose loop runs ask for one after another; in a fork.

    Args:
        change: What is unlike the plain network.
    """

    def __init__(self, change: str = "") -> None:
        import keras
        import tensorflow as tf

        if change == "epsilon":
            keras.config.set_epsilon(1e-3)
        if change == "rewriting":
            tf.config.optimizer.set_experimental_options({"remapping": False})
        if change == "jit":
            tf.config.optimizer.set_jit(True)
        layer = keras.layers.Dense(3, dtype="float64" if change == "dtype" else "float32")
        self.model = keras.Sequential([keras.Input((5 if change == "shape" else 4,)), layer])
        self.model.compile("sgd", "sparse_categorical_crossentropy")
        self.model.optimizer.build(self.model.trainable_variables)
        if change == "trainable":
            layer.kernel.trainable = False

    def run(self, seed: int, kind: str = "float32") -> KeptTrace:
        """Ask for the loop, which takes numbers of a kind; gives the trace in the store."""
        import tensorflow as tf

        from seedbed.runs.settings.options import RunOptions
        from seedbed.runs.settings.seeds import derive
        from seedbed.runs.training.kept_traces import KeptTraces

        options = RunOptions(seed=seed)
        traces = KeptTraces(self.model, options, derive(options), "")
        loop = tf.function(lambda x: x * 2)
        trace = partial(loop.get_concrete_function, tf.TensorSpec((), kind))
        traces.function("loop", trace, (), {})
        return _kept()[1]


def _serialised() -> list[tuple[str, int, int]]:
    """State, sources that varied and functions serialised so far, after each of four runs."""
    from seedbed.runs import tensorflow_private

    library_of, times = tensorflow_private.library_of, []

    def counted(traced: Any, name: str) -> tuple[bytes, str] | None:
        times.append(name)
        return library_of(traced, name)

    tensorflow_private.library_of = counted
    network = _OneNetwork()
    found: list[tuple[str, int, int]] = []
    for seed in (1, 1, 2, 3):
        kept = network.run(seed)
        found.append((kept.state, len(kept.varied), len(times)))
    return found


def test_a_trace_is_confirmed_by_another_seed_and_serialised_only_to_compare(
    pool: LocalPool, store_path: Path
) -> None:
    found = pool.submit(in_store, str(store_path), _serialised).result()
    assert found == [("seen", 0, 1), ("seen", 0, 1), ("confirmed", 6, 2), ("confirmed", 6, 2)]


def _states_after(given: list[tuple[int, str]], damage: bytes = b"") -> list[str]:
    """State of a trace after each run of a seed and kind; ``damage`` replaces the last library."""
    network = _OneNetwork()
    states: list[str] = []
    for place, (seed, kind) in enumerate(given):
        states.append(network.run(seed, kind).state)
        if damage and place == len(given) - 2:
            key, kept = _kept()
            TraceFiles().write(key, replace(kept, library=damage))
    return states


def test_a_trace_that_varies_between_runs_is_never_used(pool: LocalPool, store_path: Path) -> None:
    given = [(1, "float32"), (2, "float64"), (3, "float32")]
    states = pool.submit(in_store, str(store_path), _states_after, given).result()
    assert states == ["seen", "unusable", "unusable"]


def test_a_library_that_tensorflow_refuses_is_traced_anew(
    pool: LocalPool, store_path: Path
) -> None:
    given = [(seed, "float32") for seed in (1, 2, 3, 4)]
    done = pool.submit(in_store, str(store_path), _states_after, given, b"no operations")
    assert done.result() == ["seen", "confirmed", "confirmed", "unusable"]


def _key(change: str) -> str:
    _OneNetwork(change).run(1)
    return _kept()[0]


def test_the_key_holds_what_keras_does_not_describe(pool: LocalPool, tmp_path: Path) -> None:
    changes = ["", "epsilon", "rewriting", "jit", "dtype", "shape", "trainable", ""]
    keys = [
        pool.submit(in_store, str(tmp_path / str(place)), _key, change).result()
        for place, change in enumerate(changes)
    ]
    assert keys[0] == keys[-1]
    assert len(set(keys)) == len(changes) - 1


def _asked_when() -> list[int]:
    """How often a loop has asked for its trace: made, after one epoch, after two; a fork."""
    from seedbed.runs.data.splits import Examples
    from seedbed.runs.settings.options import RunOptions
    from seedbed.runs.settings.seeds import derive
    from seedbed.runs.training.epoch_loop import Loop
    from seedbed.runs.training.kept_traces import KeptTraces

    asked: list[int] = []

    class Counted(KeptTraces):
        def function(self, *given: Any) -> Any:
            asked.append(1)
            return super().function(*given)

    options = RunOptions()
    network, seeds = _OneNetwork().model, derive(options)
    data = Examples(np.zeros((8, 4), np.float32), np.zeros(8, np.int32), np.arange(8))
    loop = Loop(network, data, options, seeds, traces=Counted(network, options, seeds, ""))
    found = [len(asked)]
    for epoch in (1, 2):
        loop.run(epoch)
        found.append(len(asked))
    return found


def test_a_loop_asks_for_its_trace_when_training_begins(pool: LocalPool, store_path: Path) -> None:
    """Callbacks may change the network before."""
    assert pool.submit(in_store, str(store_path), _asked_when).result() == [0, 1, 1]
