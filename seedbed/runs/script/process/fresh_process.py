"""Runs a script in a Python of its own, for what is read when Python or TensorFlow starts."""

import contextlib
import ctypes
import os
import pickle
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from seedbed.runs.script.hooks.traces.tensor_trace import NOTHING, Traced
from seedbed.runs.script.options import Options
from seedbed.runs.script.process.torch_first import load_torch_first
from seedbed.system.processes.child_path import python
from seedbed.tracking.writing.run_folder import RunFolder

if TYPE_CHECKING:
    from seedbed.runs.recording.outcome import Outcome

GIVEN, ENDED = "fresh.pickle", "outcome.pickle"
GRACE_S = 10.0
DEATH_SIGNAL = 1
"""``PR_SET_PDEATHSIG`` of Linux: the child ends with its parent."""


def run_fresh(
    options: Options, record: RunFolder, variables: Mapping[str, str], traced: Traced = NOTHING
) -> "Outcome":
    """Run the script in a new Python that starts with these environment variables.

    Raises:
        RuntimeError: The process ended without an outcome.
    """
    child = start_fresh(options, record, variables, traced)
    try:
        code = child.wait()
    except BaseException:
        child.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(GRACE_S)
        child.kill()
        raise
    ended = record.path / ENDED
    if not ended.exists():
        raise RuntimeError(f"its process ended with exit code {code}")
    outcome: Outcome = pickle.loads(ended.read_bytes())  # noqa: S301 (written by the child)
    for name in (GIVEN, ENDED):
        (record.path / name).unlink()
    return outcome


def start_fresh(
    options: Options, record: RunFolder, variables: Mapping[str, str], traced: Traced = NOTHING
) -> "subprocess.Popen[bytes]":
    """Start the new Python of ``run_fresh``, which ends with this process."""
    (record.path / GIVEN).write_bytes(pickle.dumps((options, traced)))
    command = [*python(), "-m", __name__, str(record.path)]
    return subprocess.Popen(command, env={**os.environ, **variables})  # noqa: S603 (this Python)


def _end_with_parent() -> None:
    with contextlib.suppress(OSError, AttributeError):  # other systems than Linux
        ctypes.CDLL(None).prctl(DEATH_SIGNAL, signal.SIGKILL)


def _child(folder: Path) -> None:
    load_torch_first()
    from seedbed.runs.script.run import run

    _end_with_parent()
    given = (folder / GIVEN).read_bytes()
    options, traced = pickle.loads(given)  # noqa: S301 (written by the parent)
    outcome = run(options, RunFolder(folder), None, traced)
    (folder / ENDED).write_bytes(pickle.dumps(outcome))


if __name__ == "__main__":
    _child(Path(sys.argv[1]))
    os._exit(0)
