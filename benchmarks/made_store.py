"""A store with thousands of runs, made in a minute: one real run is recorded and then multiplied.

The one run goes through a run folder and MLflow like any other; its rows are copied in the SQLite
file with another id, seed, score and fingerprint. So the store is as large and as wide as a real
one, whatever MLflow's tables are.
"""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from benchmarks.copied_runs import Row, copy_run
from seedbed.runs.execution.catalog import find
from seedbed.runs.settings.options import as_params
from seedbed.system.processes.process_identity import Owner
from seedbed.tracking import schema
from seedbed.tracking.store import Store
from seedbed.tracking.writing.deliver import deliver
from seedbed.tracking.writing.parent_run import ParentRun
from seedbed.tracking.writing.run_folder import RunFolder
from seedbed.tracking.writing.run_header import RunHeader

Options = find("mnist_cnn").options

SOURCES = ("init", "order", "augmentation", "dropout", "split")
BATCH_SIZES = (8, 16, 32, 64, 128)
CLASSES = 10


@dataclass(frozen=True)
class Made:
    """What to make.

    Attributes:
        name: Name of the sweep.
        runs: Number of runs, a multiple of the configurations (five batch sizes).
        examples: Test examples in each run's predictions.
        epochs: Epochs of each run.
        files: Distinct prediction files; runs beyond them share those.
    """

    name: str
    runs: int
    examples: int
    epochs: int
    files: int


def make(made: Made, folder: Path) -> str:
    """Record a sweep in the store of the environment; returns the parent run's id.

    Args:
        made: What to make.
        folder: For run folders and artifacts.
    """
    store = Store()
    parent = ParentRun.start(store, "mnist_cnn", made.name, f"ledger of {made.name}")
    design = {"question": "How much?", "varied": ["batch_size"], "sources": ["seed"]}
    parent.describe_design({**design, "planned": made.runs}, f"name: {made.name}\n")
    one = _one_run(made, parent.run_id, folder, store)
    homes = [_artifacts(made, number, folder) for number in range(made.files)]
    _multiply(made, one, homes, store.uri)
    parent.end("finished")
    return parent.run_id


def _one_run(made: Made, parent: str, folder: Path, store: Store) -> str:
    header = RunHeader(
        experiment="mnist_cnn",
        name="batch_size=8 seed=0",
        cell="0" * 16,
        params=as_params(Options(batch_size=BATCH_SIZES[0], epochs=made.epochs)),
        seeds=dict.fromkeys(SOURCES, 0),
        owner=Owner.this().asdict(),
        sweep=made.name,
        parent_run_id=parent,
    )
    run = RunFolder.create(folder / "folders", header)
    environment = {"python": "3.11", "tensorflow": "2.21.0", "threads": "1"}
    (run.artifacts / schema.ENVIRONMENT).write_text(json.dumps(environment))
    for epoch in range(1, made.epochs + 1):
        run.epoch(epoch, {name.key: 1 - 0.5**epoch for name in schema.EPOCH_METRICS})
    final = dict.fromkeys((name.key for name in schema.FINAL_METRICS), 0.9)
    run.end("finished", fingerprint="0" * 64, metrics={**final, "best_epoch": made.epochs})
    run.count(True)
    deliver(run, store)
    (found,) = store.runs(f"tags.`mlflow.parentRunId` = '{parent}'")
    return str(found.info.run_id)


def _artifacts(made: Made, number: int, folder: Path) -> tuple[str, float]:
    """One run's files, and its accuracy."""
    home = folder / "artifacts" / made.name / str(number)
    home.mkdir(parents=True)
    rng = np.random.default_rng([1, number])
    labels = np.arange(made.examples) % CLASSES
    hard = np.random.default_rng(0).beta(0.4, 7.6, made.examples)
    by_epoch = np.stack(list(_epochs(rng, labels, hard, made.epochs)))
    probabilities = _probabilities(rng, by_epoch[-1])
    np.savez_compressed(
        home / schema.PREDICTIONS,
        example_ids=np.arange(made.examples),
        labels=labels,
        probabilities=probabilities,
        probabilities_last=probabilities,
        labels_by_epoch=by_epoch,
    )
    names = [str(label) for label in range(CLASSES)]
    (home / schema.CONFUSION_JSON).write_text(json.dumps({"classes": names}))
    environment = {"python": "3.11", "tensorflow": "2.21.0", "threads": "1"}
    (home / schema.ENVIRONMENT).write_text(json.dumps(environment))
    return str(home), float((by_epoch[-1] == labels).mean())


def _epochs(
    rng: np.random.Generator,
    labels: npt.NDArray[np.int64],
    hard: npt.NDArray[np.float64],
    epochs: int,
) -> Iterator[npt.NDArray[np.uint8]]:
    """``[example]`` predicted labels, epoch by epoch, ever fewer of them wrong."""
    confused = (labels + 1 + rng.integers(0, 3, labels.size)) % CLASSES
    for epoch in range(1, epochs + 1):
        wrong = rng.random(labels.size) < np.minimum(hard * (1 + 4 / epoch), 0.9)
        yield np.where(wrong, confused, labels).astype(np.uint8)


def _probabilities(
    rng: np.random.Generator, predicted: npt.NDArray[np.uint8]
) -> npt.NDArray[np.float16]:
    """``[example, class]``, the predicted class on top."""
    raw = rng.exponential(size=(predicted.size, CLASSES)) * 0.05
    raw[np.arange(predicted.size), predicted] += rng.uniform(0.5, 3, predicted.size)
    return np.asarray(raw / raw.sum(axis=1, keepdims=True), dtype=np.float16)


def _multiply(made: Made, one: str, homes: list[tuple[str, float]], uri: str) -> None:
    """Copy the rows of one run until there are ``made.runs``."""
    copy_run(uri, one, made.runs, lambda table, row, at: _changed(made, table, row, at, homes))
    with closing(sqlite3.connect(uri.removeprefix("sqlite:///"))) as connection, connection:
        update = "UPDATE runs SET artifact_uri = ? WHERE run_uuid = ?"
        connection.execute(update, (homes[0][0], one))


def _changed(made: Made, table: str, row: Row, number: int, homes: list[tuple[str, float]]) -> Row:
    """A row of the one run as it stands for run ``number``, its columns in their order."""
    seed, place = divmod(number, len(BATCH_SIZES))
    home, accuracy = homes[number % len(homes)]
    digest = f"{made.name}{number}".encode().hex()
    new = {**row, "run_uuid": digest[-32:].rjust(32, "0")}
    if table == "runs":
        name = f"batch_size={BATCH_SIZES[place]} seed={seed}"
        start = int(str(row["start_time"])) + number
        return {**new, "artifact_uri": home, "name": name, "start_time": start}
    key = str(row["key"])
    changes: dict[tuple[str, str], object] = {
        ("params", "seed"): str(seed),
        ("params", "batch_size"): str(BATCH_SIZES[place]),
        ("tags", schema.TAG_CELL): f"{number:016x}",
        ("tags", schema.TAG_FINGERPRINT): digest[:64].ljust(64, "0"),
        ("tags", schema.TAG_SEEDS): json.dumps(dict.fromkeys(SOURCES, seed)),
        ("metrics", "test_accuracy"): accuracy,
        ("latest_metrics", "test_accuracy"): accuracy,
    }
    if (table, key) in changes:
        new["value"] = changes[table, key]
    return new
