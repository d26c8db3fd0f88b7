"""``repeat`` and ``why`` of scripts that compute with JAX."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from seedbed.cli.main import main

SCRIPT = """
import os
os.environ["KERAS_BACKEND"] = "jax"
import numpy as np
import keras

x = np.linspace(-1, 1, 80).reshape(40, 2).astype("float32")
y = (np.sin(9 * x[:, 0]) > 0).astype(int)
model = keras.Sequential([keras.layers.Input((2,)), keras.layers.Dense(4, "relu"),
                          keras.layers.Dense(2, "softmax")])
model.compile("sgd", "sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(x, y, epochs=1, batch_size=8, verbose=0)
print("test loss:", model.evaluate(x[:20], y[:20], verbose=0)[0])
"""


@pytest.mark.slow
def test_script_on_jax_is_repeated_and_its_sources_are_told(
    store_path: Path,  # noqa: ARG001 (sets the environment)
    tmp_path: Path,
) -> None:
    pytest.importorskip("jax", reason="Keras on JAX needs jax")
    (tmp_path / "train.py").write_text(SCRIPT)
    call = CliRunner().invoke
    done = call(main, ["repeat", str(tmp_path / "train.py"), "--seeds", "2"])
    assert done.exit_code == 0, done.output
    said = done.stdout.replace("\n", " ")
    assert "the first weights are drawn in line 9, when the network is built, from Keras'" in said
    why = call(main, ["why", str(tmp_path / "train.py"), "--metric", "test loss", "--runs", "12"])
    assert why.exit_code == 0, why.output
    said = why.stdout.replace("\n", " ")
    assert "With all of them pinned, runs are identical bit for bit." in said
    assert "first weights make" in said
    assert "order of the examples" in said
