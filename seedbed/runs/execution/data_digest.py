"""Reads the data that cells train on, to tell whether it changed since they were trained.

    python -m seedbed.runs.execution.data_digest REFERENCE FOLDER

FOLDER holds the request, and gets the answer.

A process of its own, because a user's file may import Keras and do anything else.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from seedbed.runs.execution.catalog import Experiment, find
from seedbed.runs.execution.seeded import load_seeded
from seedbed.runs.settings import tensorflow_setup
from seedbed.runs.settings.options import RunOptions, as_params, parse
from seedbed.runs.settings.seeds import derive
from seedbed.system.paths import IMPORT_ROOT
from seedbed.system.processes.child_path import python

ASKED, ANSWER = "asked.json", "digests.json"
UNREADABLE = "unreadable"
"""In the place of a digest; the run that trains on such data says what is wrong."""


def data_digests(experiment: Experiment, every: Sequence[RunOptions]) -> list[str]:
    """SHA-256 (hex) of the data that each of these cells would train on now.

    Args:
        experiment: The experiment; no script.
        every: Options of the cells.
    """
    with tempfile.TemporaryDirectory() as folder:
        asked = {"cwd": str(Path.cwd()), "options": [as_params(options) for options in every]}
        (Path(folder) / ASKED).write_text(json.dumps(asked), encoding="utf-8")
        subprocess.run(  # noqa: S603 (our own module)
            [*python(), "-m", __name__, experiment.reference, folder],
            cwd=IMPORT_ROOT,
            capture_output=True,
            check=False,
        )
        answer = Path(folder) / ANSWER
        if not answer.exists():
            return [UNREADABLE] * len(every)
        found: list[str] = json.loads(answer.read_text(encoding="utf-8"))
        return found


def _digest(experiment: Experiment, params: Mapping[str, object]) -> str:
    try:
        options = parse(experiment.options, params)
        return load_seeded(experiment, options, derive(options)).sha256
    except Exception:  # a user's file raises anything; the run that trains tells it
        return UNREADABLE


def _answer(reference: str, folder: Path) -> None:
    """Write the digests for the process that asked."""
    asked = json.loads((folder / ASKED).read_text(encoding="utf-8"))
    os.chdir(asked["cwd"])  # options may name data from there
    tensorflow_setup.prepare(RunOptions())
    experiment = find(reference)
    found = [_digest(experiment, params) for params in asked["options"]]
    (folder / ANSWER).write_text(json.dumps(found), encoding="utf-8")


if __name__ == "__main__":
    _answer(sys.argv[1], Path(sys.argv[2]))
