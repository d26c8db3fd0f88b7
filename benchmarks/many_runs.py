"""Thousands of runs as other tools leave them: MLflow's in a database, TensorBoard's in folders."""

import shutil
from pathlib import Path

from benchmarks.copied_runs import Row, copy_run
from seedbed.tracking.store import Store

METRICS = ("loss", "accuracy", "val_loss", "val_accuracy", "lr", "seconds")
BATCH_SIZES = (32, 256)
STEPS = 50
"""Of each scalar in an event file."""
MOST_LOGGED = 1_000
"""Metrics that MLflow takes at once."""


def make_experiment(runs: int, epochs: int, uri: str, artifacts: Path) -> str:
    """The experiment ``many``: runs with 8 parameters, 6 metrics and 2 arms.

    One run is logged by MLflow; its rows are copied.

    Args:
        runs: How many.
        epochs: Values of each metric of a run.
        uri: Of a database that holds no such experiment.
        artifacts: A folder for the experiment; nothing is written there.

    Returns:
        The experiment's id.
    """
    from mlflow.entities import Metric

    client = Store(uri).client
    place: str = client.create_experiment("many", artifacts.as_uri())
    run_id = client.create_run(place, run_name="run 0").info.run_id
    options = {f"option_{number}": "a value" for number in range(6)}
    for name, value in {**options, "batch_size": "32", "seed": "0"}.items():
        client.log_param(run_id, name, value)
    for name in METRICS:
        for first in range(0, epochs, MOST_LOGGED):
            steps = range(first, min(first + MOST_LOGGED, epochs))
            client.log_batch(run_id, [Metric(name, 0.9, 1_000, epoch) for epoch in steps])
    client.set_terminated(run_id)
    copy_run(uri, run_id, runs, _changed)
    return place


def _changed(_: str, row: Row, number: int) -> Row:
    """A row of the one run as it stands for run ``number``."""
    new = {**row, "run_uuid": f"{number:032x}"}
    arm, seed = number % 2, number // 2
    if row.get("key") == "seed":
        new["value"] = str(seed)
    elif row.get("key") == "batch_size":
        new["value"] = str(BATCH_SIZES[arm])
    elif row.get("key") == "val_accuracy":
        new["value"] = 0.9 + arm / 100 + (number * 7919 % 1000) / 20_000
    return new


def make_folders(runs: int, folder: Path, steps: int = STEPS) -> None:
    """Folders of one event file each, with scalars as TensorFlow 2 and Keras write them.

    Args:
        runs: How many.
        folder: Where; ``bs32/seed_0`` and so on below it.
        steps: Of each scalar.
    """
    folder.mkdir(parents=True)
    source = folder.with_suffix(".events")
    _write_events(source, steps)
    for number in range(runs):
        place = folder / f"bs{BATCH_SIZES[number % 2]}" / f"seed_{number // 2}"
        place.mkdir(parents=True)
        shutil.copy(source, place / "events.out.tfevents.1.host")


def _write_events(path: Path, steps: int) -> None:
    import tensorflow as tf

    summary, event = tf.compat.v1.Summary, tf.compat.v1.Event
    with tf.io.TFRecordWriter(str(path)) as writer:
        writer.write(event(wall_time=1, file_version="brain.Event:2").SerializeToString())
        for step in range(steps):
            for name in METRICS:
                tensor = tf.make_tensor_proto(0.5 + step / 100, dtype=tf.float32)
                value = summary.Value(tag=f"epoch_{name}", tensor=tensor)
                if step == 0:
                    value.metadata.plugin_data.plugin_name = "scalars"
                logged = event(wall_time=2 + step, step=step, summary=summary(value=[value]))
                writer.write(logged.SerializeToString())
