"""Fail each system call of a sweep once, and see that the sweep is whole after it is resumed.

    LD_PRELOAD=libfaults.so python -m tests.faults.harness FOLDER POINTS SEED [data]

Prints the number of points, and each that lost something. POINTS is ``all``, how many at random, or
``101-200`` for those of a long run that are left. With ``data``, the calls that MLflow makes for
its database and artifacts are points too.
"""

import ctypes
import errno
import random
import shutil
import signal
import sys
import traceback
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

import mlflow.tracking  # noqa: F401 (before the forks, which each begin with it)
import sqlalchemy.dialects.sqlite  # noqa: F401

from tests.faults.forked_sweep import (
    STORE,
    copied,
    empty_store,
    finish_in,
    import_all,
    in_child,
    place,
)
from tests.faults.tiny_sweep import run

CELLS = 2
KINDS = (0, errno.ENOSPC, errno.EIO, errno.EACCES, errno.EMFILE, errno.EAGAIN, errno.ENOMEM)
"""0 stands for SIGKILL."""

LIBRARY = ctypes.CDLL(None)
LIBRARY.faults_struck.restype = ctypes.c_char_p


def _strike(folder: Path, below: str, point: int, kind: int) -> int:
    file = place(folder, CELLS)
    sys.stdout = sys.stderr = (folder / "log").open("w")
    LIBRARY.faults_arm(str(folder / below).encode(), ctypes.c_long(point), kind)
    code = 0
    try:
        run(file)
    except Exception:
        traceback.print_exc()
        code = 1
    (folder / "count").write_text(str(LIBRARY.faults_count()))
    if point == 0:
        (folder / "modules").write_text("\n".join(sys.modules))
    return code


def main(folder: Path, points: str, seed: int, below: str = STORE) -> int:
    """Try the points; returns how many lost something."""
    base = empty_store(folder / "base")
    first = copied(base, folder / "count")
    assert in_child(lambda: _strike(first, below, 0, 0)) == 0, (first / "log").read_text()
    every = int((first / "count").read_text())
    import_all((first / "modules").read_text().splitlines())
    lost, tried, ends = 0, 0, Counter[str]()
    for point in _until_interrupted(_chosen(points, every, seed)):
        kind = random.Random(f"{seed} {point}").choice(KINDS)
        tried_in = copied(base, folder / f"at{point}")
        code = in_child(lambda: _strike(tried_in, below, point, kind))  # noqa: B023 (called at once)
        tried += 1
        ends["killed" if code == -signal.SIGKILL else "error" if code else "went on"] += 1
        if in_child(lambda: finish_in(tried_in, CELLS)):  # noqa: B023
            lost += 1
            name = errno.errorcode.get(kind, "SIGKILL")
            print(f"lost at point {point} ({name}), see {tried_in}")  # noqa: T201
        else:
            shutil.rmtree(tried_in)
    print(f"{tried} of {every} points tried ({dict(ends)}), {lost} lost")  # noqa: T201
    return lost


def _until_interrupted(points: Iterable[int]) -> Iterator[int]:
    """The points until somebody interrupts this: what was tried by then still counts."""
    asked: list[int] = []
    signal.signal(signal.SIGINT, lambda number, _frame: asked.append(number))
    for point in points:
        if asked:
            print(f"interrupted before point {point}")  # noqa: T201
            return
        yield point


def _chosen(points: str, every: int, seed: int) -> list[int]:
    """Numbers of the calls that are tried."""
    numbers = list(range(1, every + 1))
    if points == "all":
        return numbers
    first, dash, last = points.partition("-")
    if dash:
        return numbers[int(first) - 1 : int(last)]
    return sorted(random.Random(seed).sample(numbers, min(int(points), every)))


if __name__ == "__main__":
    sys.exit(1 if main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), *sys.argv[4:]) else 0)
