"""A script of Keras on JAX: it runs on JAX, and each source draws from a stream of its own."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from seedbed.doctor.source.module import Module
from seedbed.runs.execution.cell import run_cell
from seedbed.runs.script import keras_backend
from seedbed.runs.script.keras_backend import chosen_backend
from seedbed.runs.script.script_files import read
from seedbed.sweeps.executors.local_pool import LocalPool
from seedbed.system.errors import InputError
from seedbed.system.processes.child_path import python
from seedbed.tracking import schema
from seedbed.tracking.writing.run_folder import RunFolder
from tests.support.cells import folder_of, in_store

SCRIPT = """
import os
os.environ["KERAS_BACKEND"] = "jax"
import json
import numpy as np
import keras
from sklearn.model_selection import train_test_split

drawn = {"backend": keras.backend.backend()}
drawn["split"] = np.asarray(train_test_split(np.arange(30))[0]).tolist()
layer = keras.layers.Dense(3); layer.build((None, 2))
drawn["init"] = np.asarray(layer.kernel).tolist()
ones = np.ones((4, 8), "float32")
drawn["dropout"] = np.asarray(keras.layers.Dropout(0.5)(ones, training=True)).tolist()
image = np.arange(32.0).reshape(1, 4, 4, 2).astype("float32")
turn = keras.layers.RandomRotation(0.5)
drawn["augmentation"] = np.asarray(turn(image, training=True)).tolist()
rows = np.arange(12.0).reshape(12, 1).astype("float32")
dense = keras.layers.Dense(1, kernel_initializer="ones", use_bias=False)
model = keras.Sequential([keras.layers.Input((1,)), dense])
model.compile(keras.optimizers.SGD(1e-4), "mse")
model.fit(rows, rows * 2, batch_size=5, epochs=1, verbose=0)
drawn["order"] = np.asarray(model.get_weights()[0]).tolist()
drawn["line 24"] = np.random.normal(size=3).tolist()
print(json.dumps(drawn))
print("test accuracy: 0.5")
"""


def module(tmp_path: Path, text: str) -> Module:
    (tmp_path / "train.py").write_text(text)
    return read(tmp_path / "train.py")


@pytest.mark.parametrize(
    "text",
    [
        'import os\nos.environ["KERAS_BACKEND"] = "jax"\n',
        'import os\nos.environ.setdefault("KERAS_BACKEND", "jax")\n',
    ],
)
def test_script_that_asks_for_jax_runs_on_it_or_is_told_how_to_install_it(
    tmp_path: Path, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = module(tmp_path, text)
    monkeypatch.setattr(keras_backend, "find_spec", lambda _: None)
    with pytest.raises(InputError, match=r"jax must be installed .* pip install jax, or give"):
        chosen_backend("", [script])
    assert chosen_backend("tensorflow", [script]) == ""
    monkeypatch.setattr(keras_backend, "find_spec", lambda _: object())
    assert chosen_backend("", [script]) == "jax"


def test_backend_is_the_script_s_own_before_the_user_s(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keras_backend, "find_spec", lambda _: object())
    monkeypatch.setenv("KERAS_BACKEND", "jax")
    assert chosen_backend("", [module(tmp_path, "import keras\n")]) == "jax"
    own = 'import os\nos.environ["KERAS_BACKEND"] = "tensorflow"\n'
    assert chosen_backend("", [module(tmp_path, own)]) == ""


@pytest.mark.slow
def test_each_source_on_jax_changes_alone(
    pool: LocalPool, store_path: Path, tmp_path: Path
) -> None:
    pytest.importorskip("jax", reason="Keras on JAX needs jax")
    home = tmp_path / "home"
    home.mkdir()
    (home / "train.py").write_text(SCRIPT)

    def drawn(**given: Any) -> Any:
        asked = {"folder": str(home), "script": "train.py", "backend": "jax"}
        given = {**asked, "separate": True, **given}
        folder = folder_of("script", store_path, given)
        done = pool.submit(in_store, str(store_path), run_cell, "script", given, folder).result()
        assert done.state == "finished", done.reason
        printed = (RunFolder(Path(folder)).artifacts / schema.STDOUT).read_text()
        return json.loads(printed.splitlines()[0])

    before = drawn()
    assert before.pop("backend") == "jax"
    for source in before:
        after = drawn(stream_seeds=f"{source}=1")
        assert {name for name in before if before[name] != after[name]} == {source}


TWO_ARMS = """
import os
os.environ["KERAS_BACKEND"] = "jax"
import numpy as np
import keras

np.random.seed(3)
x = np.random.RandomState(0).rand(60, 4).astype("float32")
y = (x.sum(1) > 2).astype("int32")
for size in (8, 32):
    model = keras.Sequential([keras.layers.Input((4,)), keras.layers.Dense(2, "softmax")])
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    model.fit(x[:40], y[:40], batch_size=size, epochs=2, verbose=0)
    print("backend", keras.backend.backend(), "acc", model.evaluate(x[40:], y[40:], verbose=0)[1])
"""


@pytest.mark.slow
def test_repeat_answers_for_a_script_on_jax(
    store_path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("jax", reason="Keras on JAX needs jax")
    home = tmp_path / "home"
    home.mkdir()
    (home / "train.py").write_text(TWO_ARMS)
    monkeypatch.setenv("KERAS_BACKEND", "jax")  # also for the server that runs are forked from
    command = [*python(), "-m", "seedbed", "repeat", str(home / "train.py")]
    for more in (["--seeds", "3"], ["--seeds", "2", "--keep-seeds"]):
        done = subprocess.run(
            [*command, *more, "--no-report"],
            env={**os.environ, "SEEDBED_STORE": str(store_path)},
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        assert "train.py runs on Keras 3." in done.stderr
        assert "on JAX, because it sets KERAS_BACKEND" in done.stderr
        assert "batch_size=8" in done.stdout
        assert "batches of 32, shuffled, from fresh weights" in done.stdout
    assert "from TensorFlow's" not in done.stdout, "NumPy's generator orders the rows on JAX"
