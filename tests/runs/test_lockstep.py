"""Two runs side by side: the first tensor that differs, and the setting that removes it."""

from pathlib import Path
from typing import Any

import pytest

from seedbed.runs.reproduce.lockstep import first_difference, in_lockstep
from seedbed.runs.script.hooks.traces.tensor_trace import Traced
from seedbed.runs.script.options import Options
from seedbed.runs.settings.options import parse
from seedbed.sweeps.executors.local_pool import LocalPool

SCRIPT = """
import os
import numpy as np
import keras
import tensorflow as tf

class Odd(keras.layers.Layer):
    def call(self, x):
        SUMS
        return tf.ensure_shape(x + tf.stop_gradient(tf.reduce_mean(sums)) * 1e-6, (None, 400))

keras.utils.set_random_seed(7)
x = np.random.normal(size=(4000, 400)).astype("float32") * 1e3
y = (x.sum(axis=1) > 0).astype(int)
data = tf.data.Dataset.from_tensor_slices((x, y)).batch(500)
DATA
model = keras.Sequential([
    keras.layers.Input((400,)), keras.layers.Dense(400), Odd(name="odd"),
    keras.layers.Dense(2, "softmax")])
model.compile("adam", "sparse_categorical_crossentropy", jit_compile=False)
model.fit(data, epochs=2, verbose=0)
print("loss:", model.evaluate(data, verbose=0))
"""
SUMS = {
    "threads": (
        "flat = tf.reshape(x, [-1]); at = tf.cast(tf.range(tf.size(flat)) % 16, tf.int32); "
        "sums = tf.math.bincount(at, weights=flat, minlength=16, maxlength=16)"
    ),
    "entropy": (
        "sums = tf.numpy_function(lambda: np.frombuffer(os.urandom(4), np.uint8)"
        ".astype('float32'), [], tf.float32)"
    ),
    "nothing": "sums = tf.zeros(1)",
}
SHUFFLED = "data = data.map(lambda x, y: (x + float(np.frombuffer(os.urandom(1), np.uint8)[0]), y))"
"""Traced once in each run, so each run gets other data."""


FAILS_ON_KERAS_3 = ("Input((400,))", "Dense(400, batch_input_shape=(None, 400))")


def compared(
    folder: Path,
    sums: str,
    data: str = "",
    keras: str = "auto",
    changed: tuple[str, str] = ("", ""),
) -> Any:
    text = SCRIPT.replace("SUMS", SUMS[sums]).replace("DATA", data).replace(*changed)
    (folder / "train.py").write_text(text)
    free = {"op_determinism": False, "threads": 4}
    asked = {"folder": str(folder), "script": "train.py", "keras": keras}
    given = {**asked, "keep_seeds": True, **free}
    options = parse(Options, given)
    return in_lockstep([options, options], fits=1)


@pytest.mark.long
def test_sum_whose_order_threads_decide_is_named_with_the_setting_that_removes_it(
    pool: LocalPool,  # noqa: ARG001 (starts the server that runs are forked from)
    tmp_path: Path,
) -> None:
    found = compared(tmp_path, "threads")
    assert (found.difference.kind, found.difference.name) == ("output", "odd (Odd)")
    # TensorFlow's determinism does not reach this sum: two pairs may agree by chance, or not.
    assert found.removed_by in {"op_determinism", "threads"}


@pytest.mark.long
@pytest.mark.parametrize("keras", ["2", "3"])
def test_layer_that_draws_by_itself_differs_under_every_setting(
    pool: LocalPool,  # noqa: ARG001
    tmp_path: Path,
    keras: str,
) -> None:
    found = compared(tmp_path, "entropy", keras=keras)
    first = found.difference
    assert (first.kind, first.name, first.step) == ("output", "odd (Odd)", 1)
    assert first.before == 3  # two arrays of the batch, and the layer before it
    assert found.operation.startswith("EagerPyFunc (") or "PyFunc (" in found.operation
    assert found.operation.endswith(" in odd (Odd)")
    assert found.removed_by is None
    assert found.tried == ("op_determinism", "threads", "onednn")


@pytest.mark.long
def test_batch_that_differs_comes_before_every_layer(
    pool: LocalPool,  # noqa: ARG001
    tmp_path: Path,
) -> None:
    found = compared(tmp_path, "nothing", SHUFFLED)
    assert (found.difference.kind, found.difference.name) == ("data", "the batch (1 of 2)")


def test_equal_runs_agree_in_every_tensor(
    pool: LocalPool,  # noqa: ARG001
    tmp_path: Path,
) -> None:
    found = compared(tmp_path, "nothing")
    assert found.difference is None
    assert found.steps == 16


def test_script_that_is_tried_again_on_keras_2_is_compared_there(
    pool: LocalPool,  # noqa: ARG001
    tmp_path: Path,
) -> None:
    found = compared(tmp_path, "nothing", changed=FAILS_ON_KERAS_3)
    assert (found.difference, found.steps) == (None, 16)


LATER = """
done = os.path.join(sys.argv[2], "done")
if sys.argv[1] == "later":
    while not os.path.exists(done):
        time.sleep(0.1)
    time.sleep(3)
"""


@pytest.mark.long
def test_slower_run_is_waited_for_after_the_other_has_ended(
    pool: LocalPool,  # noqa: ARG001
    tmp_path: Path,
) -> None:
    text = SCRIPT.replace("SUMS", SUMS["entropy"]).replace("DATA", "")
    text = text.replace("import os", f"import os, sys, time{LATER}", 1)
    folder = tmp_path / "work"
    folder.mkdir()
    (folder / "train.py").write_text(f'{text}open(done, "w").close()\n')
    asked = {"folder": str(folder), "script": "train.py", "keep_seeds": True}
    pair = [
        parse(Options, {**asked, "arguments": f"{when} {tmp_path}"}) for when in ("first", "later")
    ]
    difference, _ = first_difference(pair, Traced(1))
    assert difference is not None
    assert (difference.kind, difference.name) == ("output", "odd (Odd)")
