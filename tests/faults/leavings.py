"""What a sweep must not leave behind once it has been resumed."""

import os
import time
from pathlib import Path

import psutil

WAIT_S = 60.0
"""How long the processes of a killed driver may take to notice it."""


def left_behind(folder: Path) -> list[str]:
    """Files in the folder for temporary files, and processes of a try, that are still there."""
    temporary = folder / "tmp"
    found = [f"left in TMPDIR: {path.name}" for path in temporary.iterdir()]
    deadline = time.monotonic() + WAIT_S
    while (running := _processes(folder)) and time.monotonic() < deadline:
        time.sleep(0.1)
    return found + [f"still runs: {words}" for words in running]


def _processes(folder: Path) -> list[str]:
    """Command lines of other processes that have this folder for temporary files."""
    found = []
    for process in psutil.process_iter():
        try:
            if process.pid != os.getpid() and process.environ().get("TMPDIR") == str(
                folder / "tmp"
            ):
                found.append(" ".join(process.cmdline()))
        except psutil.Error:
            continue
    return found
