"""A script as it is, in a process of its own: what is seen, what follows the seed, what is kept."""

import json
import shutil
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from seedbed.runs.execution.cell import run_cell
from seedbed.runs.recording.outcome import Outcome
from seedbed.sweeps.executors.local_pool import LocalPool
from seedbed.tracking import schema
from seedbed.tracking.writing.run_folder import Epoch, RunFolder
from tests.support.cells import folder_of, in_store

SCRIPTS = Path(__file__).parents[1] / "scripts"
NET = """
import keras
import numpy as np
model = keras.Sequential([keras.layers.Dense(2, 'softmax')])
model.compile('sgd', 'sparse_categorical_crossentropy', metrics=['accuracy'])
x, y = np.arange(40.).reshape(20, 2) / 40, np.arange(20) % 2
"""
Start = Callable[..., tuple["Future[Outcome]", RunFolder]]


@pytest.fixture
def start(pool: LocalPool, store_path: Path, tmp_path: Path) -> Start:
    """Starts a script, given as text or as the name of one of ours, in a folder of its own."""

    def begin(script: str, name: str = "train.py", **given: Any) -> Any:
        home = tmp_path / "home"
        home.mkdir(exist_ok=True)
        if "\n" in script:
            (home / name).write_text(script)
        else:
            name = script
            shutil.copy(SCRIPTS / name, home / name)
        given = {"folder": str(home), "script": name, **given}
        folder = folder_of("script", store_path, given)
        task = pool.submit(in_store, str(store_path), run_cell, "script", given, folder)
        return task, RunFolder(Path(folder))

    return begin


def story(record: RunFolder) -> Any:
    return json.loads((record.artifacts / schema.SCRIPT_JSON).read_text())


def printed(record: RunFolder) -> list[str]:
    return (record.artifacts / schema.STDOUT).read_text().splitlines()


def test_script_of_2019_is_a_run_like_any_other(start: Start, tmp_path: Path) -> None:
    (first, record), (again, _), (other, _) = (start("plain_2019.py", seed=s) for s in (0, 0, 1))
    outcome = first.result()
    assert outcome.state == "finished", outcome.reason
    metrics = outcome.metrics
    assert metrics["test_accuracy"] == metrics["evaluate1_accuracy"]
    assert metrics["fit1_epochs"] == 3
    assert metrics["printed_test_accuracy"] == pytest.approx(metrics["test_accuracy"])
    assert not [key for key in metrics if "step" in key or key == "printed_val_accuracy"]
    epochs = [event for event in record.events() if isinstance(event, Epoch)]
    assert [one.epoch for one in epochs] == [1, 2, 3]
    assert set(epochs[0].metrics) >= {"train_loss", "train_accuracy", "val_loss", "val_accuracy"}
    with np.load(record.artifacts / schema.PREDICTIONS) as arrays:
        right = arrays["probabilities"].argmax(axis=1) == arrays["labels"]
        assert arrays["probabilities"].shape == (797, 10)
    assert right.mean() == pytest.approx(metrics["test_accuracy"], abs=1e-6)
    assert (record.artifacts / "files" / "model.h5").stat().st_size > 1000
    assert (record.artifacts / "script" / "plain_2019.py").exists()
    assert sorted(path.name for path in (tmp_path / "home").iterdir()) == ["plain_2019.py"]
    assert outcome.fingerprint == again.result().fingerprint
    assert outcome.fingerprint != other.result().fingerprint


TWO_OUTPUTS = """
import keras, numpy as np
x, a, b = np.random.rand(60, 4), np.random.rand(60, 1), np.arange(60) % 3
i = keras.Input((4,))
outputs = [keras.layers.Dense(1, name='age')(i),
           keras.layers.Dense(3, activation='softmax', name='kind')(i)]
m = keras.Model(i, outputs)
m.compile('adam', loss={'age': 'mse', 'kind': 'sparse_categorical_crossentropy'},
          metrics={'age': 'mae', 'kind': 'accuracy'})
m.evaluate(x, (a, b), verbose=0)
m.evaluate(x, (a, b), verbose=0, return_dict=True)
"""


def test_values_of_several_outputs_stand_under_their_own_names(start: Start) -> None:
    for task, record in [start(TWO_OUTPUTS, f"k{version}.py", keras=version) for version in "32"]:
        outcome = task.result()
        assert outcome.state == "finished", outcome.reason
        metrics = outcome.metrics
        listed = {k[10:]: v for k, v in metrics.items() if k.startswith("evaluate1_")}
        named = {k[10:]: v for k, v in metrics.items() if k.startswith("evaluate2_")}
        assert set(named) == {"loss", "age_loss", "kind_loss", "age_mae", "kind_accuracy"}
        assert listed == pytest.approx(named)
        (compiled,) = [one["what"] for one in story(record)["timeline"] if one["kind"] == "compile"]
        assert compiled == (
            "compiles it with Adam and mse of age, sparse_categorical_crossentropy of kind"
        )


def test_flags_neighbours_two_fits_and_predictions(start: Start, tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "scale.txt").write_text("16.0")
    given = {"arguments": "--units 8 --epochs 3", "seed": 4}
    task, record = start("functional_2021.py", **given)
    outcome = task.result()
    assert outcome.state == "finished", outcome.reason
    assert outcome.metrics["fit1_epochs"] == 3
    assert outcome.metrics["fit2_epochs"] == 1
    assert outcome.metrics["test_accuracy"] == outcome.metrics["accuracy_score1"]
    (prediction,) = story(record)["predictions"]
    assert prediction["labels"] == "scikit-learn's metrics"
    assert prediction["recorded"]
    assert [one["path"] for one in story(record)["files"]] == ["result.txt"]
    assert story(record)["seeds"]["set_by_the_script"] == {"tf.random.set_seed": 1}
    assert not (tmp_path / "home" / "result.txt").exists()


def test_data_sets_generators_and_windows(start: Start) -> None:
    task, record = start("stream_2024.py")
    outcome = task.result()
    assert outcome.state == "finished", outcome.reason
    assert outcome.metrics["fit1_epochs"] == 2
    assert outcome.metrics["fit2_epochs"] == 1
    assert (record.artifacts / "files" / "curve.png").stat().st_size > 1000
    assert story(record)["generators_without_a_seed"] == 1
    assert story(record)["evaluations"][0]["examples"] == 1400  # of a data set, counted as it went


def test_notebook(start: Start) -> None:
    task, record = start("notebook_2025.ipynb")
    outcome = task.result()
    assert outcome.state == "finished", outcome.reason
    assert 0 <= outcome.metrics["test_accuracy"] <= 1
    assert (record.artifacts / schema.PREDICTIONS).exists()


def test_several_fits_no_evaluate_and_no_accuracy(start: Start) -> None:
    loop, _ = start("loop_2022.py")
    regression, _ = start("regression_2020.py")
    found = loop.result().metrics
    assert {f"fit{n}_epochs" for n in (1, 2, 3)} <= found.keys()
    assert found["printed_mean_accuracy"] > 0
    numbers = regression.result().metrics
    assert "test_accuracy" not in numbers
    assert numbers["headline"] == numbers["printed_mae"]  # the score that the script prints last
    assert numbers["printed_mae"] == pytest.approx(numbers["evaluate1_mae"])


SEEDS = """
import random
import numpy as np
import tensorflow as tf
import keras
print('nothing seeded', random.random(), np.random.rand(), float(tf.random.uniform(())))
print('fresh', np.random.default_rng().random(), np.random.RandomState().rand())
random.seed(1); print('random', random.random())
np.random.seed(1); print('numpy', np.random.rand())
np.random.seed(1); print('numpy', np.random.rand())
np.random.seed(2); print('numpy', np.random.rand())
tf.random.set_seed(1); print('tf', float(tf.random.uniform(())))
tf.compat.v1.set_random_seed(1); print('tf', float(tf.random.uniform(())))
keras.utils.set_random_seed(1); print('keras', random.random(), float(keras.random.uniform(())))
print('generator', np.random.default_rng(42).random(), np.random.RandomState(42).rand())
from sklearn.model_selection import train_test_split
print('split', train_test_split(np.arange(100), random_state=42)[1].sum())
print('is', isinstance(np.random.mtrand._rand, np.random.RandomState))
"""


def test_every_generator_and_every_seed_follows(start: Start) -> None:
    said = [
        dict(enumerate(printed(record)))
        for task, record in [start(SEEDS, seed=s) for s in (0, 0, 1)]
        if task.result()
    ]
    first, same, other = said
    assert first == same
    changed = [line for number, line in first.items() if other[number] != line]
    assert [line.split()[0] for line in changed] == [
        *("nothing", "fresh", "random", "numpy", "numpy", "numpy", "tf", "tf", "keras"),
        "generator",
    ]
    assert first[3] == first[4] != first[5]  # 1 twice is one stream, 2 is another
    assert first[10].startswith("split")  # random_state= stays
    assert first[11] == "is True"


def test_kept_seeds_stay(start: Start) -> None:
    tasks = [start(SEEDS, seed=s, keep_seeds=True) for s in (0, 1)]
    first, other = (printed(record) for task, record in tasks if task.result())
    same = {a.split()[0] for a, b in zip(first, other, strict=True) if a == b}
    assert same == {"random", "numpy", "tf", "keras", "generator", "split", "is"}
    import random

    kept = random.Random(1).random()
    assert first[2] == f"random {kept}"


def test_asking_for_predictions_changes_no_weights(start: Start) -> None:
    script = NET + (
        "model.fit(x, y, verbose=0)\nx2 = x + .1\nmodel.evaluate(x2, y, verbose=0)\n"
        "model.fit(x, y, epochs=2, verbose=0)\nmodel.evaluate(x2, y, verbose=0)\n"
        "print('drawn', np.random.rand())\n"
    )
    asked, _ = start(script)
    silent, record = start(script, predictions=False)
    assert asked.result().fingerprint == silent.result().fingerprint
    assert asked.result().metrics["printed_drawn"] == silent.result().metrics["printed_drawn"]
    assert not (record.artifacts / schema.PREDICTIONS).exists()


REFUSED = """
import pathlib
home = pathlib.Path({home!r})
tried = 0
for change in (
    lambda: (home / 'data.csv').write_text('gone'),
    lambda: open(home / 'new.csv', 'w'),
    lambda: (home / 'data.csv').unlink(),
    lambda: (home / 'data.csv').rename('elsewhere'),
    lambda: (home / 'folder').mkdir(),
    lambda: __import__('shutil').rmtree(home / 'inner'),
    lambda: __import__('h5py').File(home / 'model.h5', 'w'),
):
    try:
        change()
    except OSError as error:
        assert 'full path' in str(error), error
        tried += 1
print('refused:', tried)
open('data.csv', 'a').write('more')
open('large.bin', 'r+b').write(b'new')
__import__('h5py').File('large.h5', 'w').close()
import os
os.remove('inner/one.txt')
print('read:', len(open(home / 'data.csv').read()))
"""


def test_nothing_of_the_folder_is_overwritten(start: Start, tmp_path: Path) -> None:
    home = tmp_path / "home"
    (home / "inner").mkdir(parents=True)
    (home / "data.csv").write_text("1,2\n")
    (home / "inner" / "one.txt").write_text("one")
    for name in ("large.bin", "large.h5"):
        (home / name).write_bytes(b"old" * 2_000_000)
    script = REFUSED.format(home=str(home))
    task, record = start(script)
    outcome = task.result()
    assert outcome.state == "finished", outcome.reason
    assert printed(record) == ["refused: 7", "read: 4"]
    assert (home / "data.csv").read_text() == "1,2\n"
    assert (home / "inner" / "one.txt").exists()
    assert (home / "large.bin").read_bytes()[:3] == b"old"
    assert (home / "large.h5").read_bytes()[:3] == b"old"
    kept = {one["path"] for one in story(record)["files"]}
    assert kept == {"data.csv", "large.bin", "large.h5"}
    assert not [path for path in record.path.iterdir() if path.name == "work"]


SHUFFLED = """
import keras, numpy as np, tensorflow as tf
from sklearn.metrics import confusion_matrix
yt = np.arange(300) % 6
xt = np.eye(6, dtype='float32')[yt]
test = tf.data.Dataset.from_tensor_slices((xt, yt)).shuffle(300).batch(64)
model = keras.Sequential([keras.layers.Dense(6, activation='softmax')])
model.compile(keras.optimizers.Adam(.1), 'sparse_categorical_crossentropy', metrics=['accuracy'])
model.fit(xt, yt, epochs=8, verbose=0)
print(confusion_matrix(yt, model.predict(test, verbose=0).argmax(axis=1)).shape)
"""


def test_labels_in_the_order_of_predict_are_those_that_count(start: Start) -> None:
    task, record = start(SHUFFLED)
    outcome = task.result()
    assert outcome.state == "finished", outcome.reason
    assert outcome.metrics["test_accuracy"] > 0.9
    summary = story(record)["summary"]
    place, given, own = summary["other_order"]
    assert (place, own) == ("line 10", pytest.approx(outcome.metrics["test_accuracy"]))
    assert given < 0.5
    assert summary["number"]["is"].endswith("that agree with the labels that came with its data")


FAILURES = {
    "asks": (NET + "model.fit(x, y, verbose=0)\ninput('GPU?')\n", "line 8: it asks for input"),
    "stdin": ("import sys\nprint('score', .5)\nint(sys.stdin.readline())\n", "line 3: ValueError"),
    "window": ("import tkinter\ntkinter.Tk()\n", "line 2: it needs a display"),
    "exit 3": ("import sys\nprint('acc: 0.5')\nsys.exit(3)\n", "line 3 calls sys.exit(3)"),
    "os exit": ("import os\nprint('acc: 0.5')\nos._exit(4)\n", "line 3 calls os._exit(4)"),
    "raises": (NET + "model.fit(x, y, verbose=0)\n1 / 0\n", "line 8: ZeroDivisionError"),
    "no number": ("print('hello')\nx = 1\n", "it gave no number"),
    "flags": (
        "import argparse\np = argparse.ArgumentParser()\np.add_argument('--data', required=True)\n"
        "p.parse_args()\n",
        "line 4 calls sys.exit(2): the following arguments are required: --data. Give the script's "
        "own flags after --",
    ),
    "contrib": (
        "import tensorflow as tf\nprint('acc: 0.5')\ntf.contrib.rnn()\n",
        "uses tf.contrib, which is gone; instead: keras",
    ),
}  # fmt: skip


def test_failures_are_told_with_their_line(start: Start) -> None:
    tasks = {
        name: start(script, f"{name.replace(' ', '_')}.py")
        for name, (script, _) in FAILURES.items()
    }
    outcomes = {name: task.result() for name, (task, _) in tasks.items()}
    for name, (_, wanted) in FAILURES.items():
        assert outcomes[name].state == "failed"
        assert wanted in (outcomes[name].reason or ""), outcomes[name].reason
        assert not outcomes[name].may_pass
    raised = tasks["raises"][1]
    assert outcomes["raises"].metrics["fit1_epochs"] == 1  # what was measured is kept
    assert any(isinstance(event, Epoch) for event in raised.events())
    text = (raised.artifacts / schema.TRACEBACK).read_text()
    assert "ZeroDivisionError" in text
    assert "experiments/script" not in text


def test_what_is_odd_is_said(start: Start, tmp_path: Path) -> None:
    script = (
        "import os, sys, subprocess, threading, time, atexit\n"
        "os.environ['TF_CPP_MIN_LOG_LEVEL'] = '2'\n"
        "subprocess.run(['true'])\n"
        f"os.chdir({str(tmp_path)!r})\n"
        "open('elsewhere.txt', 'w').write('x')\n"
        "atexit.register(print, 'at exit: 1')\n"
        "threading.Thread(target=lambda: (time.sleep(.2), print('thread: 2'))).start()\n"
        "print('accuracy: 0.25')\nsys.exit(0)\n"
    )
    task, record = start(script)
    outcome = task.result()
    assert outcome.state == "finished", outcome.reason
    assert outcome.metrics["test_accuracy"] == 0.25
    assert outcome.metrics["printed_at_exit"] == 1
    assert outcome.metrics["printed_thread"] == 2
    said = " ".join(outcome.warnings)
    for words in ("never calls fit", "starts processes", "TF_CPP_MIN_LOG_LEVEL", "elsewhere.txt"):
        assert words in said
    assert story(record)["written_elsewhere"] == [str(tmp_path / "elsewhere.txt")]


GUESSES = (
    NET
    + """
held = x + 1
model.fit(x, y, epochs=1, verbose=0, validation_data=(held, y))
model.layers[0].kernel.assign(np.zeros((2, 2)))
model.predict(held, verbose=0)
"""
)


def test_only_an_accuracy_that_the_script_gives_can_have_collapsed(start: Start) -> None:
    accuracy, _ = start(GUESSES)
    rate, _ = start(GUESSES + "print('EER: 0.5')\n", "rate.py")
    assert accuracy.result().metrics["test_accuracy"] == 0.5
    assert "for every test example" in (accuracy.result().collapsed or "")
    assert rate.result().metrics["headline"] == 0.5
    assert rate.result().collapsed is None


def test_processes_of_a_script_start_as_by_hand(start: Start) -> None:
    script = (
        "import os, multiprocessing as mp\n"
        "def twice(x): return x + (lambda: x)()\n"
        "with mp.Pool(2, initializer=lambda: None) as pool: print('accuracy:', sum(pool.map("
        "twice, [.125, .25])))\n"
        "os._exit(0)\nprint('accuracy: 1')\n"
    )
    outcome = start(script)[0].result()
    assert outcome.state == "finished", outcome.reason
    assert outcome.metrics["test_accuracy"] == 0.75
    said = " ".join(outcome.warnings)
    assert "it starts processes (os.fork)" in said
    assert "train.py line 4 calls os._exit(0), which counts as its end" in said


def test_names_of_metrics_are_those_of_the_values_as_in_keras_2(start: Start) -> None:
    script = NET + (
        "model.fit(x, y, verbose=0)\nvalues = model.evaluate(x, y, verbose=0)\n"
        "print('%s: %.4f' % (model.metrics_names[1], values[1]))\n"
    )
    task, record = start(script)
    outcome = task.result()
    assert outcome.metrics["printed_accuracy"] >= 0
    assert printed(record)[-1].startswith("accuracy: ")
    assert any(".metrics_names (today: model.evaluate(" in one for one in outcome.warnings)


def test_weights_of_a_loop_of_its_own_are_drawn_in_their_line(start: Start) -> None:
    script = (
        "import numpy as np\nimport tensorflow as tf\n"
        "class Net(tf.keras.Model):\n"
        "    def __init__(self):\n"
        "        super().__init__()\n"
        "        self.out = tf.keras.layers.Dense(2)\n"
        "    def call(self, x):\n"
        "        return self.out(x)\n"
        "net = Net()\nx = np.ones((4, 3), 'float32')\n"
        "with tf.GradientTape() as tape:\n"
        "    loss = tf.reduce_sum(net(x))\n"
        "tf.keras.optimizers.SGD(.1).apply_gradients(\n"
        "    zip(tape.gradient(loss, net.trainable_variables), net.trainable_variables))\n"
        "print('accuracy:', .5)\n"
    )
    task, record = start(script)
    assert task.result().state == "finished", task.result().reason
    (told,) = story(record)["summary"]["story"]
    assert told["text"].startswith("The first weights are drawn in line ")
    assert "from Keras' generator, which nothing in the script seeds" in told["text"]


def test_training_in_a_child_process_is_not_the_script_s_own(start: Start) -> None:
    net = NET.replace("\n", "\n    ")  # in the child alone: TensorFlow's threads survive no fork
    script = (
        f"import multiprocessing\ndef work():\n    {net}\n"
        "    print('child', model.fit(x, y, epochs=3, verbose=0).history['accuracy'])\n"
        "child = multiprocessing.Process(target=work)\nchild.start()\nchild.join()\n"
        "print('accuracy: 0.25')\n"
    )
    task, record = start(script)
    outcome = task.result()
    assert outcome.metrics["test_accuracy"] == 0.25
    assert not [event for event in record.events() if isinstance(event, Epoch)]
    assert not [name for name in outcome.metrics if "train" in name]


@pytest.mark.parametrize(
    "opening",
    [
        "from concurrent.futures import ThreadPoolExecutor as Pool\n",
        "from concurrent.futures import ProcessPoolExecutor as Pool\n",
        "from multiprocessing.pool import ThreadPool as Pool\n",
        "from multiprocessing import Pool\n",
    ],
)
def test_script_with_an_open_pool_ends_as_by_hand(start: Start, opening: str) -> None:
    script = opening + (
        "import multiprocessing, time\n"
        "def quarter(x): return x / 4\n"
        "def late(): time.sleep(.5); open('late.txt', 'w').write('done')\n"
        "pool = Pool(2)\n"
        "print('accuracy:', sum(pool.map(quarter, [1, 2])))\n"
        "multiprocessing.Process(target=late).start()\n"
    )
    task, record = start(script)
    outcome = task.result(240)
    assert outcome.state == "finished", outcome.reason
    assert outcome.metrics["test_accuracy"] == 0.75
    assert (record.artifacts / "files" / "late.txt").read_text() == "done"


@pytest.mark.long
def test_search_on_all_cores_ends_as_by_hand(start: Start) -> None:
    script = (
        "import numpy as np\n"
        "from sklearn.linear_model import LogisticRegression\n"
        "from sklearn.model_selection import GridSearchCV\n"
        "x, y = np.arange(80.).reshape(40, 2) % 3, np.arange(40) % 3 > 0\n"
        "search = GridSearchCV(LogisticRegression(), {'C': [.1, 1.]}, n_jobs=-1, cv=2)\n"
        "print('accuracy:', search.fit(x, y).best_score_)\n"
    )
    outcome = start(script)[0].result(240)
    assert outcome.state == "finished", outcome.reason
    assert outcome.metrics["test_accuracy"] > 0


def test_neighbours_may_be_called_like_our_rooms(start: Start, tmp_path: Path) -> None:
    (tmp_path / "home" / "experiments").mkdir(parents=True)
    (tmp_path / "home" / "experiments" / "settings.py").write_text("RATE = 0.5\n")
    (tmp_path / "home" / "tracking.py").write_text("SCORE = 0.25\n")
    script = NET + (
        "from experiments.settings import RATE\nimport tracking\nmodel.fit(x, y, verbose=0)\n"
        "print('rate:', RATE, 'accuracy:', tracking.SCORE)\n"
    )
    task, _ = start(script)
    outcome = task.result()
    assert outcome.state == "finished", outcome.reason
    assert outcome.metrics["printed_rate"] == 0.5
    assert outcome.fingerprint


def test_script_that_hangs_keeps_what_it_measured(start: Start) -> None:
    import time

    script = NET + "model.fit(x, y, verbose=0)\nprint('acc: .5')\nimport time\ntime.sleep(600)\n"
    task, record = start(script)
    while not any(isinstance(event, Epoch) for event in record.events()):
        assert not task.done()
        time.sleep(0.1)
    record.ask("failed", "it ran longer than the limit of 1 s per run")
    task.cancel()
    outcome = task.result()
    assert (outcome.state, outcome.metrics["fit1_epochs"]) == ("failed", 1)
    assert "longer than the limit" in (outcome.reason or "")


@pytest.mark.parametrize(
    ("drawn", "named"),
    [
        ("random.seed(42)\nrandom.shuffle(rows)", ["random.seed(42) in line 9"]),
        ("np.random.seed(7)\nnp.random.shuffle(rows)", ["np.random.seed(7) in line 9"]),
        (
            "np.random.seed(7)\nrandom.seed(42)\nrows = random.sample(rows, 20)",
            ["random.seed(42) in line 10"],
        ),
        (
            "random.seed(42)\nrows = list(np.random.RandomState(3).permutation(20))",
            ["np.random.RandomState(3) in line 10"],
        ),
    ],
)
def test_the_seed_that_draws_the_rows_is_told(start: Start, drawn: str, named: list[str]) -> None:
    task, record = start(
        f"{NET}import random\nrows = list(range(20))\n{drawn}\n"
        "x, y = x[rows], y[rows]\nmodel.fit(x[:10], y[:10])\nmodel.evaluate(x[10:], y[10:])\n",
        seed=1,
    )
    task.result()
    assert story(record)["summary"]["data_seeds"] == named


def test_lines_of_a_rewritten_function_are_those_of_the_script(start: Start) -> None:
    task, record = start(
        "import tensorflow as tf\nimport keras\n"
        "class Net(keras.Model):\n    def __init__(self):\n        super().__init__()\n"
        "        self.one = keras.layers.Dense(1)\n"
        "    def call(self, x):\n        if tf.reduce_sum(x) > 0:\n            x = x + 1.0\n"
        "        return self.one(x)\nnet = Net()\n"
        "@tf.function\ndef step(x):\n    for _ in tf.range(2):\n        x = net(x)\n    return x\n"
        "print('accuracy', float(tf.sigmoid(step(tf.ones((1, 1))))[0, 0]))\n",
    )
    task.result()
    assert "Line 10 builds" in " ".join(story(record)["summary"]["timeline"])
