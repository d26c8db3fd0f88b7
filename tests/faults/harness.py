"""Fail each system call of a sweep once, and see that the sweep is whole after it is resumed.

    LD_PRELOAD=libfaults.so python -m tests.faults.harness FOLDER POINTS SEED

Prints the number of points, and each that lost something. POINTS is ``all``, how many at random, or
``101-200`` for those of a long run that are left.
"""

import ctypes
import errno
import importlib
import os
import random
import shutil
import signal
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from pathlib import Path

import mlflow.tracking  # noqa: F401 (before the forks, which each begin with it)
import sqlalchemy.dialects.sqlite  # noqa: F401

from tests.faults.tiny_sweep import damage, run, write_file

CELLS = 2
KINDS = (0, errno.ENOSPC, errno.EIO, errno.EACCES, errno.EMFILE, errno.EAGAIN, errno.ENOMEM)
"""0 stands for SIGKILL."""
TIMEOUT_S = 120

LIBRARY = ctypes.CDLL(None)
LIBRARY.faults_struck.restype = ctypes.c_char_p


def in_child(work: Callable[[], int]) -> int:
    """Exit status of a child that does the work; minus the signal that ended it."""
    child = os.fork()
    if child == 0:
        try:
            os._exit(work())
        except BaseException:
            traceback.print_exc()
            os._exit(99)
    deadline = time.monotonic() + TIMEOUT_S
    while time.monotonic() < deadline:
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.01)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return 98


def _place(folder: Path) -> Path:
    """Point the environment to a store in this folder; returns the sweep's file."""
    os.environ["SEEDBED_STORE"] = str(folder / "store")
    os.environ["MLFLOW_TRACKING_URI"] = f"sqlite:///{folder / 'mlflow.db'}"
    return write_file(folder, CELLS)


def _strike(folder: Path, point: int, kind: int) -> int:
    file = _place(folder)
    sys.stdout = sys.stderr = (folder / "log").open("w")
    LIBRARY.faults_arm(str(folder / "store").encode(), ctypes.c_long(point), kind)
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


def _import_all(names: list[str]) -> None:
    """Import what a sweep imports before the forks, so that a point takes less time."""
    for name in names:
        with suppress(ImportError, ValueError):
            importlib.import_module(name)


def _resume(folder: Path) -> int:
    file = _place(folder)
    with (folder / "resumed").open("w") as said:
        run(file)
        found = damage(file, folder / "store")
        said.write("\n".join(found))
    return 1 if found else 0


def main(place: Path, points: str, seed: int) -> int:
    """Try the points; returns how many lost something."""
    base = place / "base"
    base.mkdir()
    in_child(lambda: _made(base))
    first = _copy(base, place / "count")
    assert in_child(lambda: _strike(first, 0, 0)) == 0, (first / "log").read_text()
    every = int((first / "count").read_text())
    _import_all((first / "modules").read_text().splitlines())
    lost, tried, ends = 0, 0, Counter[str]()
    for point in _until_interrupted(_chosen(points, every, seed)):
        kind = random.Random(f"{seed} {point}").choice(KINDS)
        folder = _copy(base, place / f"at{point}")
        code = in_child(lambda: _strike(folder, point, kind))  # noqa: B023 (called at once)
        tried += 1
        ends["killed" if code == -signal.SIGKILL else "error" if code else "went on"] += 1
        if in_child(lambda: _resume(folder)):  # noqa: B023
            lost += 1
            name = errno.errorcode.get(kind, "SIGKILL")
            print(f"lost at point {point} ({name}), see {folder}")  # noqa: T201
        else:
            shutil.rmtree(folder)
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


def _made(base: Path) -> int:
    from seedbed.tracking.store import Store

    _place(base)
    Store().check()
    return 0


def _copy(base: Path, folder: Path) -> Path:
    shutil.copytree(base, folder)
    return folder


if __name__ == "__main__":
    sys.exit(1 if main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])) else 0)
