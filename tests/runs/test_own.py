"""A user's own experiment: the template runs, sweeps read it without Keras, errors are theirs."""

import io
import json
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

from seedbed.runs.custom import template
from seedbed.runs.execution.catalog import find
from seedbed.runs.execution.cell import run_cell
from seedbed.runs.recording.outcome import Outcome
from seedbed.runs.settings.options import specs
from seedbed.runs.settings.seeds import SOURCES
from seedbed.sweeps.design.design import load
from seedbed.sweeps.executors.local_pool import LocalPool
from seedbed.system.errors import InputError
from seedbed.system.paths import IMPORT_ROOT as ROOT
from seedbed.tracking import schema
from seedbed.tracking.store import Store
from seedbed.tracking.writing.run_folder import Epoch, RunFolder
from tests.support.cells import folder_of, in_store

DATA = """
import numpy as np
from seedbed.runs.data.arrays import splits_from_arrays

def load(options, seeds):
    rng = np.random.default_rng(1)
    labels = np.arange(120) % 3
    inputs = rng.normal(size=(120, 6, 1)) + labels[:, None, None]
    return splits_from_arrays(inputs, labels, split_seed=seeds.split)
"""
NETWORK = """
import keras

def build(options, splits):
    model = keras.Sequential(
        [
            keras.Input((6, 1)),
            keras.layers.Flatten(),
            keras.layers.Dense(3, activation="softmax"),
        ]
    )
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model
"""


def written(folder: Path, text: str, name: str = "my_cnn.py") -> Path:
    path = folder / name
    path.write_text(text)
    return path


def run(pool: LocalPool, store: Path, path: Path, **given: Any) -> tuple[Outcome, RunFolder]:
    given = {"epochs": 2, **given}
    folder = folder_of(str(path), store, given)
    outcome = pool.submit(in_store, str(store), run_cell, str(path), given, folder).result()
    return outcome, RunFolder(Path(folder))


@pytest.mark.long
def test_the_template_runs_with_its_own_option_and_score(
    pool: LocalPool, store_path: Path, tmp_path: Path
) -> None:
    path = template.write(tmp_path / "my_cnn.py")
    experiment = find(str(path))
    assert experiment.name == "my_cnn"
    assert experiment.question.startswith("My own CNN on 8 × 8 digits")
    names = {spec.name: spec for spec in specs(experiment.options)}
    assert names["filters"].default == 16
    assert names["filters"].meaning == "filters of the first convolution"
    outcome, record = run(pool, store_path, path, filters=4, augment=True, seed=3)
    assert outcome.state == "finished", outcome.reason
    assert 0 <= outcome.metrics["confident_share"] <= 1
    again, _ = run(pool, store_path, path, filters=4, augment=True, seed=3)
    assert again.fingerprint == outcome.fingerprint
    assert record.header.experiment == str(path)
    with pytest.raises(InputError, match="is there already"):
        template.write(path)
    with pytest.raises(InputError, match=r"must have a name such as my_cnn\.py"):
        template.write(tmp_path / "my cnn.py")


def test_a_sweep_reads_the_options_without_importing_keras(tmp_path: Path) -> None:
    template.write(tmp_path / "my_cnn.py")
    sweep = written(
        tmp_path,
        "question: q?\nexperiment: my_cnn.py\nconfigurations: {filters: [4, 8]}\nseeds: 2\n",
        "sweep.yaml",
    )
    code = (
        "import sys; from pathlib import Path; from seedbed.sweeps.design.design import load\n"
        f"design = load(Path({str(sweep)!r}))\n"
        "print([cell.configuration for cell in design.cells], design.experiment)\n"
        "assert not {'keras', 'tensorflow'} & set(sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.split("] ")[-1].strip() == "my_cnn"
    assert done.stdout.count("{'filters': 4}") == 2


@pytest.mark.long
def test_a_sweep_of_the_template_is_run_and_analysed(store: Store, tmp_path: Path) -> None:
    """As a user does it: two configurations, sources with seeds of their own, then questions."""
    from click.testing import CliRunner

    from seedbed.cli.main import main as analysis

    template.write(tmp_path / "my_cnn.py")
    sweep = written(
        tmp_path,
        "question: Do 8 filters beat 4?\nexperiment: my_cnn.py\n"
        "configurations: {filters: [4, 8]}\noptions: {epochs: 2, augment: true}\n"
        "seeds: {vary: [init, dropout], count: 2}\n",
        "filters.yaml",
    )
    command = [sys.executable, "-m", "seedbed", "sweep", str(sweep)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "[4/4]" in done.stdout
    runs = list(store.runs("tags.kind = 'run'"))
    assert len({run.data.tags["fingerprint"] for run in runs}) == 4
    seeds = [json.loads(run.data.tags["seeds"]) for run in runs]
    assert [len({one[source] for one in seeds}) for source in SOURCES] == [2, 1, 1, 2, 1]
    assert all(0 <= run.data.metrics["confident_share"] <= 1 for run in runs)
    for words in (
        ["compare", "filters", "--by", "filters"],
        ["spread", "filters"],
        ["churn", "filters"],
    ):
        answer = CliRunner().invoke(analysis, words)
        assert answer.exit_code == 0, (words, answer.output)
        assert "filters=8" in answer.output


def test_cells_follow_the_content_of_the_file(tmp_path: Path) -> None:
    path = written(tmp_path, DATA + NETWORK)
    sweep = written(tmp_path, "question: q?\nexperiment: my_cnn.py\nseeds: 1\n", "sweep.yaml")
    before = load(sweep)
    assert before.reference == str(path.resolve())
    assert load(sweep).cells[0].id == before.cells[0].id
    written(tmp_path, DATA + NETWORK + "# changed\n")
    assert load(sweep).cells[0].id != before.cells[0].id


@pytest.mark.parametrize(
    ("text", "place"),
    [
        (DATA.replace("rng =", "1 / 0; rng =") + NETWORK, "line 6, in load: ZeroDivisionError"),
        (DATA + NETWORK.replace("Dense(3", "Dense(-3"), "in build: ValueError"),
        (DATA + "def build(options, splits:\n", "SyntaxError"),
        (
            "raise RuntimeError('mine')\n" + DATA + NETWORK,
            "line 1, in <module>: RuntimeError: mine",
        ),
        (
            DATA + NETWORK + "def score(options, splits, scored):\n    raise KeyError('x')\n",
            "score",
        ),
        (
            DATA + NETWORK + "import sys\ndef check(options):\n    sys.exit('enough')\n",
            "SystemExit",
        ),
    ],
)
def test_an_error_of_theirs_is_marked_as_theirs_and_recorded(
    pool: LocalPool, store_path: Path, tmp_path: Path, text: str, place: str
) -> None:
    path = written(tmp_path, text)
    outcome, record = run(pool, store_path, path)
    assert outcome.state == "failed"
    assert outcome.reason is not None
    assert outcome.reason.startswith("my_cnn.py line ")
    assert place in outcome.reason
    end = record.ended()
    assert end is not None
    assert end.state == "failed"
    shown = (record.artifacts / schema.TRACEBACK).read_text()
    assert shown.startswith("This error comes from your own file, my_cnn.py, not from Seedbed:")
    assert "seedbed/runs/execution/cell.py" not in shown
    assert outcome.notes == (shown,)


def test_a_file_without_build_is_refused_before_a_run_is_made(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="must define the functions load and build, but build is"):
        find(str(written(tmp_path, DATA)))


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (DATA + NETWORK.replace("Dense(3", "Dense(2"), "one output per class, got 2 outputs for 3"),
        (DATA + NETWORK.replace("keras.Input((6, 1))", "keras.Input((5, 1))"), "it takes (5, 1)"),
        (DATA + NETWORK.replace("    model.compile", "    0 and model.compile"), "model.compile"),
        ("def load(o, s):\n    return 3\n" + NETWORK, "load must return Splits, got int"),
        (
            DATA + NETWORK + "def score(o, s, p):\n    return 3\n",
            "score must return numbers by name",
        ),
        (
            DATA + NETWORK + "def score(o, s, p):\n    return {'test_loss': 1}\n",
            "score must not return 'test_loss'",
        ),
    ],
)
def test_a_broken_contract_is_one_sentence(
    pool: LocalPool, store_path: Path, tmp_path: Path, text: str, sentence: str
) -> None:
    outcome, _ = run(pool, store_path, written(tmp_path, text))
    assert outcome.state == "failed"
    assert outcome.reason is not None
    assert sentence in outcome.reason


def test_a_missing_file_and_a_wrong_options_class(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"must be an existing file, got nowhere/x\.py"):
        find("nowhere/x.py")
    path = written(tmp_path, DATA + NETWORK + "class Options:\n    pass\n")
    with pytest.raises(InputError, match="must be a dataclass that inherits from RunOptions"):
        find(str(path))


CALLBACKS = """
class Halve(keras.callbacks.Callback):
    def on_epoch_end(self, epoch, logs):
        assert set(logs) == {"loss", "accuracy", "val_loss", "val_accuracy"}
        self.model.optimizer.learning_rate = self.model.optimizer.learning_rate / 2
        if epoch == 3:
            self.model.stop_training = True

class Steps(keras.callbacks.Callback):
    def on_train_batch_end(self, batch, logs):
        self.seen = getattr(self, "seen", 0) + 1
        assert logs["loss"] > 0

def callbacks(options):
    return [Halve(), Steps()]
"""


def test_keras_callbacks_work_also_those_for_every_batch(
    pool: LocalPool, store_path: Path, tmp_path: Path
) -> None:
    path = written(tmp_path, DATA + NETWORK + CALLBACKS)
    outcome, record = run(pool, store_path, path, epochs=9)
    assert outcome.state == "finished", outcome.reason
    assert len([e for e in record.events() if isinstance(e, Epoch)]) == 4
    fast = written(tmp_path, DATA + NETWORK + CALLBACKS.replace(", Steps()", ""), "fast.py")
    quick, _ = run(pool, store_path, fast, epochs=9)
    assert quick.fingerprint == outcome.fingerprint, "a step at a time gives the same bits"


WIPE = """
class Wipe(keras.callbacks.Callback):
    def on_train_end(self, logs=None):
        self.model.set_weights([0 * weight for weight in self.model.get_weights()])

def callbacks(options):
    return [Wipe()]
"""


def largest_weight(path: Path) -> float:
    """Of the layers in a model's file."""
    largest = [0.0]

    def look(name: str, item: object) -> None:
        if isinstance(item, h5py.Dataset) and name.startswith("layers/"):
            largest.append(float(np.abs(item[()]).max()))

    with zipfile.ZipFile(path) as archive:
        weights = io.BytesIO(archive.read("model.weights.h5"))
    with h5py.File(weights) as file:
        file.visititems(look)
    assert len(largest) > 1
    return max(largest)


def test_the_chosen_epochs_model_is_the_one_that_was_scored(
    pool: LocalPool, store_path: Path, tmp_path: Path
) -> None:
    outcome, record = run(pool, store_path, written(tmp_path, DATA + NETWORK + WIPE), epochs=1)
    assert outcome.state == "finished", outcome.reason
    assert outcome.metrics["best_epoch"] == 1
    assert largest_weight(record.artifacts / schema.CHECKPOINT_LAST) == 0
    assert largest_weight(record.artifacts / schema.CHECKPOINT_BEST) > 0
