"""Scripts of 2015 to 2019 on Keras 2: which Keras is chosen, what is put back, equal weights."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import pytest

from seedbed.runs.execution.cell import run_cell
from seedbed.runs.recording.outcome import Outcome
from seedbed.runs.script.keras_choice import choose
from seedbed.runs.script.randomness.seed_patches import UNSEEDED, mixed
from seedbed.runs.script.script_files import read
from seedbed.sweeps.executors.local_pool import LocalPool
from seedbed.system.errors import InputError
from seedbed.tracking import schema
from seedbed.tracking.writing.run_folder import RunFolder
from tests.support.cells import folder_of, in_store

OLD = Path(__file__).parents[1] / "scripts" / "old"
Start = Callable[..., tuple["Future[Outcome]", RunFolder]]


@pytest.fixture
def start(pool: LocalPool, store_path: Path, tmp_path: Path) -> Start:
    """Starts a script, given as text or as the name of one of ours, in a folder of its own."""

    def begin(script: str, name: str = "train.py", **given: Any) -> Any:
        home = tmp_path / (name if "\n" in script else script).removesuffix(".py")
        home.mkdir(exist_ok=True)
        name = name if "\n" in script else script
        (home / name).write_text(script if "\n" in script else (OLD / script).read_text())
        (home / "sonar.csv").write_text(SONAR)
        given = {"folder": str(home), "script": name, **given}
        folder = folder_of("script", store_path, given)
        task = pool.submit(in_store, str(store_path), run_cell, "script", given, folder)
        return task, RunFolder(Path(folder))

    return begin


SONAR = "".join(
    " ".join(f"{(n * k) % 17 / 17 + (0.5 if n % 2 else -0.5):.3f}" for k in range(1, 7))
    + f" {'MR'[n % 2]}\n"
    for n in range(60)
)


def story(record: RunFolder) -> Any:
    return json.loads((record.artifacts / schema.SCRIPT_JSON).read_text())


OLD_SCRIPTS = {
    "branches_2015.py": ("evaluate2_accuracy", "line 27 Convolution2D(filters, rows, columns)"),
    "generator_2016.py": ("evaluate1_accuracy", "line 30 fit_generator(samples_per_epoch=…)"),
    "cnn_2017.py": ("printed_right", "line 4 time.clock"),
    "wrapped_2017.py": ("printed_baseline", "line 11 read_csv(delim_whitespace=True)"),
    "late_2018.py": ("printed_test_accuracy", "line 9 Adam(lr=…)"),
    "tfkeras_2019.py": ("evaluate1_accuracy", "line 11 fit(steps_per_epoch=a / b)"),
    "volumes_2016.py": ("printed_accuracy", "line 19 Convolution3D(kernel_dim1=…)"),
    "eager_2018.py": ("evaluate1_accuracy", "line 17 tf.train.AdamOptimizer"),
    "hidden_2016.py": ("printed_val_loss", "line 4 keras.objectives"),
    "towers_2016.py": ("evaluate2_accuracy", "line 15 merge(mode='concat')"),
    "metrics_2016.py": ("printed_f_score", "line 4 keras.layers.Merge"),
    "features_2016.py": ("printed_svm_acc", "line 13 Conv1D(nb_filter=…)"),
    "search_2016.py": ("printed_best", "line 6 sklearn.grid_search"),
    "letters_2017.py": ("printed_loss", "line 30 numpy.float"),
    "forecast_2017.py": ("printed_units_rmse", "line 7 pandas.datetime"),
    "twins_2017.py": ("printed_accuracy_on_test_set", ""),
    "forger_2017.py": ("printed_final_d_acc", "line 15 one optimiser for several networks"),
    "attention_2017.py": ("printed_mean_acc", "line 15 add_weight(shape)"),
    "folders_2018.py": ("printed_accuracy", "line 32 .fit_generator"),
    "words_2018.py": ("evaluate2_accuracy", "line 3 keras.layers.CuDNNLSTM"),
    "callbacks_2018.py": ("printed_best", "line 14 keras.backend.set_session"),
    "sequence_2018.py": ("printed_val_acc", "line 33 .fit_generator"),
    "translate_2018.py": ("evaluate2_accuracy", "line 4 keras.layers.recurrent"),
    "frozen_2018.py": ("evaluate2_accuracy", "line 21 Adam(lr=…)"),
    "idioms_2018.py": ("printed_binary_accuracy", "line 18 sklearn.preprocessing.Imputer"),
    "steps_2018.py": ("printed_final_accuracy", "line 5 tf.enable_eager_execution"),
    "folds_2016.py": ("printed_mean_acc", "line 16 Dense(init=…)"),
    "mine_2016.py": ("printed_test_acc", "line 4 keras.initializations"),
    "polarity_2018.py": ("fit1_epochs", "line 24 fit(nb_epoch=…)"),
    "private_2019.py": ("evaluate1_accuracy", "line 11 tf.logging"),
}
"""Script → a number that it gives, and one of the uses that are told."""


@pytest.mark.long
@pytest.mark.parametrize("names", [tuple(OLD_SCRIPTS)[n : n + 8] for n in range(0, 32, 8)])
def test_scripts_of_older_years_run_to_their_numbers(start: Start, names: tuple[str, ...]) -> None:
    tasks = {name: start(name) for name in names}
    for name in names:
        metric, use = OLD_SCRIPTS[name]
        task, record = tasks[name]
        outcome = task.result()
        assert outcome.state == "finished", (name, outcome.reason)
        assert metric in outcome.metrics, (name, outcome.metrics)
        told = [f"{one['where']} {one['what']}" for one in story(record)["put_back"]]
        assert not use or use in told, (name, told)
        assert "(tf-keras" in story(record)["keras"]["version"]
        environment = json.loads((record.artifacts / schema.ENVIRONMENT).read_text())
        assert environment["keras"].endswith("(tf-keras)")
    if "frozen_2018.py" in tasks:
        arms = story(tasks["frozen_2018.py"][1])["summary"]["arms"]
        first, second = (str(arm["name"]) for arm in arms)
        assert first.startswith("frozen_layers=")
        assert second == "frozen_layers=0"
    if "folds_2016.py" in tasks:
        folds, texts = (
            story(tasks[name][1])["summary"] for name in ("folds_2016.py", "polarity_2018.py")
        )
        assert len(folds["rounds"]) == 3
        assert not any("were trained on" in one["text"] for one in folds["story"])
        assert texts["test_rows"]  # of its validation data, which is drawn anew in each run
    if "mine_2016.py" in tasks:
        assert tasks["mine_2016.py"][0].result().metrics["printed_weights"] == 4
    if "tfkeras_2019.py" in tasks:
        warnings = tasks["tfkeras_2019.py"][0].result().warnings
        assert any("has no effect" in one for one in warnings)


EQUAL = """
import hashlib
import numpy as np
import tensorflow as tf
from sklearn.datasets import load_digits
from tensorflow import keras

tf.keras.utils.set_random_seed(3)
x, y = load_digits(return_X_y=True)
layers = keras.layers
model = keras.Sequential([
    layers.Dense(12, 'relu'), layers.Dropout(.3), layers.GaussianNoise(.1),
    layers.Dense(10, 'softmax'),
])
model.compile('adam', 'sparse_categorical_crossentropy', metrics=['accuracy'])
model.fit(x[:600], y[:600], epochs=2, verbose=0, validation_data=(x[600:800], y[600:800]))
model.evaluate(x[800:], y[800:], verbose=0)
model.predict(x[:10], verbose=0)
model.fit(x[:600], y[:600], epochs=1, verbose=0)
digest = hashlib.sha256(b''.join(np.ascontiguousarray(w).tobytes() for w in model.get_weights()))
print('accuracy:', model.evaluate(x[800:], y[800:], verbose=0)[1], 'weights:', digest.hexdigest())
"""  # fmt: skip
BARE = """
import runpy
import sys
import tensorflow as tf
tf.config.threading.set_intra_op_parallelism_threads(1)
tf.config.threading.set_inter_op_parallelism_threads(1)
tf.config.experimental.enable_op_determinism()
runpy.run_path(sys.argv[1])
"""


@pytest.mark.long
@pytest.mark.parametrize("version", ["2", "3"])
def test_a_watched_run_has_the_weights_of_a_bare_one(
    start: Start, tmp_path: Path, version: str
) -> None:
    task, record = start(EQUAL, "equal.py", keras=version, keep_seeds=True)
    assert task.result().state == "finished", task.result().reason
    watched = (record.artifacts / schema.STDOUT).read_text().splitlines()[-1]
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", BARE, str(tmp_path / "equal" / "equal.py")],
        capture_output=True, text=True, check=True,
        env={**os.environ, "TF_USE_LEGACY_KERAS": str(int(version == "2")), "OMP_NUM_THREADS": "1",
             "TF_NUM_INTRAOP_THREADS": "1", "TF_NUM_INTEROP_THREADS": "1",
             "TF_ENABLE_ONEDNN_OPTS": "1", "CUDA_VISIBLE_DEVICES": "-1"},
    )  # fmt: skip
    assert done.stdout.splitlines()[-1] == watched
    assert story(record)["keras"]["version"].startswith(f"Keras {version}.")


SHIM = """
import importlib, os, random, runpy, sys
os.environ["TF_USE_LEGACY_KERAS"] = "1"
import numpy as np, tensorflow as tf, tf_keras
tf.config.threading.set_intra_op_parallelism_threads(1)
tf.config.threading.set_inter_op_parallelism_threads(1)
tf.config.experimental.enable_op_determinism()
sys.modules["keras"] = tf_keras
for part in ("backend", "layers", "models", "optimizers", "preprocessing.image"):
    sys.modules["keras." + part] = importlib.import_module("tf_keras." + part)
if "lr=" in open(sys.argv[1]).read():
    tf_keras.optimizers.Adam = tf_keras.optimizers.legacy.Adam
import sklearn.datasets, sklearn.metrics, PIL.Image  # they draw as they are imported
random.seed(int(sys.argv[2])), np.random.seed(int(sys.argv[2]))
tf.random.set_seed(int(sys.argv[2]))
from seedbed.runs.training.weights import fingerprint
print(fingerprint(runpy.run_path(sys.argv[1])["model"]))
"""


@pytest.mark.long
@pytest.mark.parametrize("name", ["late_2018.py", "twins_2017.py", "folders_2018.py"])
def test_an_old_script_has_the_weights_and_numbers_of_a_bare_run(
    start: Start, tmp_path: Path, name: str
) -> None:
    task, record = start(name, keep_seeds=True, predictions=True)
    outcome = task.result()
    assert outcome.state == "finished", outcome.reason
    (tmp_path / "bare").mkdir()
    script = tmp_path / name.removesuffix(".py") / name
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", SHIM, str(script), str(mixed(0, UNSEEDED))],
        capture_output=True, text=True, check=True, cwd=tmp_path / "bare",
        env={**os.environ, "OMP_NUM_THREADS": "1", "TF_NUM_INTRAOP_THREADS": "1",
             "TF_NUM_INTEROP_THREADS": "1", "TF_ENABLE_ONEDNN_OPTS": "1",
             "CUDA_VISIBLE_DEVICES": "-1", "PYTHONPATH": str(Path.cwd())},
    )  # fmt: skip
    *printed, weights = done.stdout.splitlines()
    assert weights == outcome.fingerprint
    watched = (record.artifacts / schema.STDOUT).read_text().splitlines()
    assert printed[-1] == watched[-1]


@pytest.mark.long
def test_seeds_follow_on_keras_2_too(start: Start) -> None:
    runs = [start("cnn_2017.py", seed=seed) for seed in (0, 0, 1)]
    first, same, other = (task.result().fingerprint for task, _ in runs)
    assert first == same != other


LATE = """
import tensorflow as tf
from tensorflow.keras.callbacks import ModelCheckpoint
from sklearn.datasets import load_digits
x, y = load_digits(return_X_y=True)
m = tf.keras.Sequential([tf.keras.layers.Dense(10, activation='softmax')])
m.compile(optimizer='adam', loss='sparse_categorical_crossentropy', metrics=['accuracy'])
keep = ModelCheckpoint('best.h5', monitor='loss', save_best_only=True, restore_best_weights=True)
m.fit(x, y, epochs=1, verbose=0, callbacks=[keep])
print('accuracy:', m.evaluate(x, y)[1])
"""
NEITHER = LATE.replace("print('acc", "keep.never_there()\nprint('acc")
NEW = LATE.replace("\nx, y", "\nimport keras\nprint(keras.ops.ones(1))\nx, y")


def test_what_fails_on_keras_3_before_it_trains_is_tried_on_keras_2(start: Start) -> None:
    late, _ = start(LATE, "late.py")
    neither, _ = start(NEITHER.replace("m.fit(", "keep.never_there()\nm.fit("), "neither.py")
    new, _ = start(NEW, "new.py")
    assert late.result().state == "finished", late.result().reason
    (said,) = [one for one in late.result().warnings if "ran on Keras 2" in one]
    assert "late.py line 8: TypeError" in said
    reason = neither.result().reason or ""
    assert "on Keras 3." in reason
    assert "restore_best_weights" in reason
    assert "on Keras 2." in reason
    assert "never_there" in reason
    assert "restore_best_weights" in (new.result().reason or "")  # only Keras 3 has keras.ops
    assert "(tf-keras)" not in (new.result().reason or "")


KERNELS = """
from keras.models import Sequential
from keras.layers.convolutional import Convolution2D
m = Sequential([Convolution2D(2, 3, 3, input_shape=(8, 8, 1))])
print('rows:', m.layers[0].kernel_size[0], 'stride:', m.layers[0].strides[0])
"""


def test_rows_and_columns_of_a_kernel_are_not_read_as_strides(start: Start) -> None:
    task, _ = start(KERNELS, "kernels.py")
    found = task.result().metrics
    assert (found["printed_rows"], found["printed_stride"]) == (3, 1)


YEAR = """
import keras
from sklearn.datasets import load_digits
x, y = load_digits(return_X_y=True)
m = keras.Sequential([keras.layers.Dense(10, activation='softmax')])
m.compile(optimizer='adadelta', loss='sparse_categorical_crossentropy', metrics=['accuracy'])
m.fit(x, y, epochs=1, verbose=0)
print('rate:', float(m.optimizer.learning_rate))
"""


@pytest.mark.parametrize("version", ["2", "3"])
def test_a_default_that_changed_is_said_and_taken_on_request(start: Start, version: str) -> None:
    today, _ = start(YEAR, "today.py", keras=version)
    of_2018, _ = start(YEAR, "year.py", keras=version, as_of=2018)
    assert today.result().metrics["printed_rate"] == pytest.approx(0.001)
    (said,) = today.result().warnings
    assert "line 6 leaves Adadelta's learning_rate at today's default, 0.001; until 2019" in said
    assert of_2018.result().metrics["printed_rate"] == 1.0
    assert "takes Adadelta's learning_rate of 2018, 1.0" in of_2018.result().warnings[0]


LOADED = """
from keras.models import load_model
path = "whole.h5"
m.save(path)
m = load_model(path)
m.fit(x, y)
"""

CHOICES = {
    "keras 3": ("import keras\nx = keras.ops.ones(3)\n", 3),
    "guarded": ("try:\n    from keras.utils import np_utils\nexcept ImportError:\n    pass\n", 3),
    "tf.keras": ("import tensorflow as tf\nm = tf.keras.Sequential()\nm.fit(x, epochs=2)\n", 3),
    "ignored": ("import keras\nkeras.optimizers.Adam(0.1, decay=1e-6)\n", 3),
    "numpy only": ("import numpy as np\nimport keras\nx = np.float(3)\n", 3),
    "another branch": (
        "import keras\nimport tensorflow as tf\nif tf.__version__ < '2':\n    tf.contrib.a()\n",
        2,
    ),
    "module": ("import keras.utils.np_utils\n", 2),
    "method": ("import keras\nm.fit_generator(g)\n", 2),
    "backend": ("from keras import backend as K\nK.set_session(1)\n", 2),
    "argument": ("from keras.layers import Dense\nDense(3, init='uniform')\n", 2),
    "session": ("import tensorflow as tf\nimport keras\ns = tf.Session()\n", 2),
    "history": ("import keras\nh = m.fit(x, y)\nprint(h.history['val_acc'])\n", 2),
    "loaded and trained on": (LOADED, 2),
    "loaded and compiled": (LOADED.replace("m.fit", "m.compile('sgd')\nm.fit"), 3),
    "loaded without its optimiser": (LOADED.replace("path)", "path, compile=False)"), 3),
    "loaded on JAX": ("import os\nos.environ['KERAS_BACKEND'] = 'jax'\n" + LOADED, 3),
    "loaded and scored": (LOADED.replace("m.fit", "m.evaluate"), 3),
    "loaded from another format": (LOADED.replace(".h5", ".keras"), 3),
    "weights under an old name": ("import keras\nm.save_weights('model.h5')\n", 2),
    "weights under a name of today": ("import keras\nm.save_weights('m.weights.h5')\n", 3),
    "float steps": ("import keras\nm.fit(g, steps_per_epoch=n / 32)\n", 2),
}


@pytest.mark.parametrize("name", CHOICES)
def test_the_keras_that_a_script_needs(tmp_path: Path, name: str) -> None:
    text, version = CHOICES[name]
    (tmp_path / "a.py").write_text(text)
    assert choose(read(tmp_path / "a.py")).version == version


def test_keras_2_for_a_loaded_network_is_explained(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(LOADED)
    assert choose(read(tmp_path / "a.py")).why == (
        "a.py line 6 trains the network that line 5 loads from whole.h5, which Keras 3 cannot do"
    )


TRAINS_ON = """
import numpy as np
from keras import Sequential, models
from keras.layers import Dense
x, y = np.ones((20, 3)), np.ones(20)
m = Sequential([Dense(2), Dense(1)])
m.compile(loss='mean_squared_error', optimizer='adam')
m.fit(x, y, verbose=0)
name = 'whole' + '.h5'
m.save('whole.h5')
m = models.load_model('whole.h5' if PLAIN else name)
m.fit(x, y, verbose=0)
print('mse:', m.evaluate(x, y, verbose=0))
"""


def test_a_network_that_keras_3_cannot_train_on_is_trained_on_keras_2(start: Start) -> None:
    plain = TRAINS_ON.replace("'whole.h5' if PLAIN else name", "'whole.h5'")
    known, _ = start(plain, "known.py")
    unknown, _ = start(TRAINS_ON.replace("'whole.h5' if PLAIN else name", "name"), "unknown.py")
    assert known.result().state == "finished", known.result().reason
    assert known.result().metrics["fit2_epochs"] == 1
    assert (unknown.result().reason or "").endswith(
        "compile it anew after load_model, save it as .keras, or give --keras 2"
    )


REFUSED = {
    "both": (
        "import keras\nfrom keras.utils import np_utils\nx = keras.ops.ones(3)\n",
        "auto",
        "must use one Keras, but a.py line 2 uses keras.utils.np_utils.*a.py line 3 uses keras.ops",
    ),
    "old on 3": ("from keras.utils import np_utils\n", "3", "what Keras 3 lacks: line 1 uses"),
    "new on 2": ("import keras\nkeras.ops.ones(3)\n", "2", "--keras 2 must not be given.*line 2"),
    "contrib": (
        "import keras\nfrom tensorflow.contrib import rnn\n",
        "auto",
        "line 2 uses tensorflow.contrib.rnn, which is gone",
    ),
    "contrib as an attribute": (
        "import keras\nimport tensorflow as tf\nw = tf.contrib.layers.xavier_initializer()\n",
        "auto",
        "line 3 uses tf.contrib, which is gone",
    ),
    "estimator": (
        "import keras\nimport tensorflow as tf\ne = tf.estimator.DNNClassifier([4], [])\n",
        "auto",
        "line 3 uses tf.estimator, which is gone; instead: a Keras model with fit",
    ),
    "graph": (
        "import tensorflow as tf\nimport keras\nx = tf.placeholder(tf.float32)\nw = tf.Session()\n",
        "auto",
        "a.py line 3 uses tf.placeholder: it builds a graph of TensorFlow 1",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_no_keras_runs_is_refused(tmp_path: Path, name: str) -> None:
    text, asked, words = REFUSED[name]
    (tmp_path / "a.py").write_text(text)
    with pytest.raises(InputError, match=words):
        choose(read(tmp_path / "a.py"), asked=asked)  # type: ignore[arg-type]


def test_a_file_beside_the_script_counts(tmp_path: Path) -> None:
    from seedbed.runs.script.script_files import imported_modules

    (tmp_path / "net.py").write_text("from keras.layers.core import Dense\n")
    (tmp_path / "a.py").write_text("import net\n")
    module = read(tmp_path / "a.py")
    chosen = choose(module, imported_modules(module))
    assert (chosen.version, chosen.why) == (2, "net.py line 1 uses keras.layers.core")
