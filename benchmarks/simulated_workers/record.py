"""The record that a simulated run leaves: that of a run that was trained once, for another cell."""

import hashlib
import json
import os
import shutil
import zlib
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from seedbed.runs.execution.catalog import find
from seedbed.runs.execution.cell import run_cell
from seedbed.runs.recording.outcome import Outcome
from seedbed.runs.settings import tensorflow_setup
from seedbed.runs.settings.options import as_params, cell_id, parse
from seedbed.runs.settings.seeds import derive
from seedbed.sweeps.executors.local_pool import LocalPool
from seedbed.system.processes.process_identity import Owner
from seedbed.tracking.writing.run_folder import Epoch, RunFolder
from seedbed.tracking.writing.run_header import RunHeader

FOLDER = "SIMULATED_RECORD"
"""Environment variable: the folder of the trained run."""

SECONDS = "SIMULATED_SECONDS"
"""Environment variable: least and greatest seconds of a simulated run, as JSON."""

LOG = "SIMULATED_LOG"
"""Environment variable: the folder where workers note when each run began and ended."""


def train_once(parent: Path, given: Mapping[str, object]) -> RunFolder:
    """Train one run of ``mnist_cnn``, whose record the simulated ones copy.

    Args:
        parent: A folder for its own.
        given: Its options.
    """
    experiment = find("mnist_cnn")
    options = parse(experiment.options, given)
    seeds = derive(options).asdict()
    header = RunHeader(
        experiment=experiment.name,
        name="the run that is copied",
        cell=cell_id(experiment.identity, options, seeds),
        params=as_params(options),
        seeds=seeds,
        owner=Owner.this().asdict(),
    )
    folder = RunFolder.create(parent, header)
    tensorflow_setup.prepare(options)
    with LocalPool(1) as pool:
        outcome = pool.submit(run_cell, experiment.reference, header.params, str(folder.path))
        if outcome.result().state != "finished":
            raise RuntimeError(outcome.result().reason)
    return folder


def seconds_of(cell: str) -> float:
    """How long the run of a cell sleeps: uniform between the two, the same at every try."""
    least, greatest = json.loads(os.environ[SECONDS])
    generator = np.random.default_rng(zlib.crc32(cell.encode()))
    return float(generator.uniform(least, greatest))


def fingerprint_of(cell: str) -> str:
    """What the run of a cell gives for the hash of its weights."""
    return hashlib.sha256(cell.encode()).hexdigest()


def score_of_cell(cell: str) -> float:
    """What the run of a cell gives for its test accuracy."""
    return 0.9 + zlib.crc32(cell.encode()) % 5000 / 1e5


def write_record(trained: RunFolder, folder: RunFolder) -> Outcome:
    """Copy epochs, files and end of the trained run, with this cell's score and fingerprint."""
    cell = folder.header.cell
    for event in trained.events():
        if isinstance(event, Epoch):
            folder.epoch(event.epoch, event.metrics)
    shutil.copytree(trained.artifacts, folder.artifacts, dirs_exist_ok=True)
    end = trained.ended()
    if end is None:
        raise RuntimeError("the trained run has no end")
    metrics = {**end.metrics, "test_accuracy": score_of_cell(cell)}
    folder.end("finished", fingerprint=fingerprint_of(cell), metrics=metrics)
    return Outcome("finished", metrics, fingerprint_of(cell))
