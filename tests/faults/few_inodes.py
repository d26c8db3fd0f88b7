"""Run a sweep on a file system with room for a few more files, and go on once it has room.

    python -m tests.faults.few_inodes FOLDER FREE…

Prints each number of free inodes, the exit status, what is lost, and what was said. Needs the right
to mount a file system in memory.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import mlflow.tracking  # noqa: F401 (before the forks, which each begin with it)
import sqlalchemy.dialects.sqlite  # noqa: F401

from tests.faults.forked_sweep import as_command, copied, empty_store, finish_in, in_child, place
from tests.faults.leavings import left_behind
from tests.faults.tiny_sweep import run

CELLS, INODES = 2, 500


@contextmanager
def small_disk(folder: Path) -> Iterator[Path]:
    """A file system in memory that takes few files."""
    folder.mkdir()
    options = f"size=100m,nr_inodes={INODES}"
    subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)], check=True)
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def main(folder: Path, numbers: list[int]) -> None:
    """Try each number of free inodes."""
    base = empty_store(folder / "base")
    for free in numbers:
        with small_disk(folder / f"free{free}") as disk:
            tried = copied(base, disk / "try")
            (tried / "log").touch()
            (tried / "resumed").touch()
            place(tried, CELLS)
            ballast = _fill(tried / "ballast", free)
            code = in_child(lambda: as_command(lambda: run(place(tried, CELLS)), tried / "log"))  # noqa: B023
            shutil.rmtree(ballast)
            in_child(lambda: finish_in(tried, CELLS))  # noqa: B023
            lost = [(tried / "resumed").read_text(), *left_behind(tried)]
            print(free, code, "".join(lost) or "whole", (tried / "log").read_text())  # noqa: T201


def _fill(ballast: Path, free: int) -> Path:
    """Leave so many free inodes; returns what to remove to make room."""
    ballast.mkdir()
    for number in range(os.statvfs(ballast).f_ffree - free):
        (ballast / str(number)).touch()
    return ballast


if __name__ == "__main__":
    main(Path(sys.argv[1]), [int(word) for word in sys.argv[2:]])
