"""Fail each system call of a sweep once, and see that the sweep is whole after it is resumed.

    LD_PRELOAD=libfaults.so python -m tests.faults.harness FOLDER POINTS SEED [WORLD] [each]

Prints the number of points, and each that lost something. POINTS is ``all``, how many at random, or
``101-200`` for those of a long run that are left. WORLD is what is run (worlds.py). A point fails
in one way that the seed draws, or with ``each`` in every way that its call can fail.
"""

import os
import random
import shutil
import signal
import sys
import traceback
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType

import mlflow.tracking  # noqa: F401 (before the forks, which each begin with it)
import sqlalchemy.dialects.sqlite  # noqa: F401

from tests.faults.forked_sweep import copied, empty_store, import_all, in_child
from tests.faults.leavings import left_behind
from tests.faults.system_calls import SIGKILLED, SystemCalls, kinds_of, name_of
from tests.faults.worlds import WORLDS, Journal

Point = tuple[int, int]
"""Number of the call, and how it fails."""


def _strike(world: Journal, folder: Path, point: Point) -> int:
    """Run it while a call fails; 1 if it ended with an error."""
    sys.modules["__main__"] = ModuleType("__main__")  # which a pool's processes import
    sys.stdout = sys.stderr = log = (folder / "log").open("w")
    for descriptor in (1, 2):  # for the processes that it starts
        os.dup2(log.fileno(), descriptor)
    calls = SystemCalls(folder / "calls")
    calls.arm(folder / world.below, *point)
    code = 0
    try:
        world.run(folder)
    except Exception:
        traceback.print_exc()
        code = 1
    if point[0] == 0:
        (folder / "made").write_text("\n".join(calls.made()))
        (folder / "modules").write_text("\n".join(sys.modules))
    return code


def _finish(world: Journal, folder: Path) -> int:
    """Go on to its end; 1 if something was lost, which is in ``resumed``."""
    with (folder / "resumed").open("w") as said:
        try:
            found = world.finish(folder)
        except BaseException:
            traceback.print_exc(file=said)
            raise
        said.write("\n".join(found))
    return 1 if found else 0


def _try(world: Journal, folder: Path, point: Point) -> tuple[int, int]:
    """Exit statuses of the try and of what goes on with it."""
    with world.services(folder):
        code = in_child(lambda: _strike(world, folder, point))
        lost = in_child(lambda: _finish(world, folder))
    left = left_behind(folder)
    with (folder / "resumed").open("a") as said:
        said.write("\n".join(left))
    return code, lost or len(left)


@dataclass
class Outcome:
    """What the tries gave.

    Attributes:
        made: The calls of an undisturbed run, in order.
        tried: How often each kind of call failed.
        ends: How the tries ended.
        lost: How many lost something, or never ended.
    """

    made: list[str]
    tried: Counter[str] = field(default_factory=Counter)
    ends: Counter[str] = field(default_factory=Counter)
    lost: int = 0

    def take(self, point: Point, place: Path, code: int, is_lost: bool) -> None:
        """Note how a try ended; a good one's folder is removed."""
        call, kind = self.made[point[0] - 1], point[1]
        how = _how(code, kind)
        self.tried[call] += 1
        self.ends[how] += 1
        if not is_lost and how != "hung":
            shutil.rmtree(place)
            return
        self.lost += 1
        words = f"lost, and {how}" if is_lost else how
        what = f"{point[0]} ({call}, {name_of(kind)})"
        print(f"{words} at point {what}, see {place}", flush=True)  # noqa: T201


def main(folder: Path, points: str, seed: int, name: str = "journal", each: str = "") -> int:
    """Try the points; returns how many lost something."""
    world = WORLDS[name]()
    with world.opened():
        base = empty_store(folder / "base")
        first = copied(base, folder / "count")
        assert _try(world, first, (0, 0)) == (0, 0), _said(first)
        import_all((first / "modules").read_text().splitlines())
        made = (first / "made").read_text().splitlines()
        outcome = Outcome(made)
        for point in _until_interrupted(
            _points(_chosen(points, len(made), seed), made, seed, each)
        ):
            place = copied(base, folder / f"at{point[0]}-{name_of(point[1])}")
            code, lost = _try(world, place, point)
            outcome.take(point, place, code, bool(lost))
    print(  # noqa: T201
        f"{outcome.tried.total()} faults tried at {len(made)} points of {name} "
        f"({', '.join(f'{n} {end}' for end, n in outcome.ends.items())}), {outcome.lost} lost\n"
        + ", ".join(f"{call}: {n}" for call, n in outcome.tried.most_common())
    )
    return outcome.lost


def _said(folder: Path) -> str:
    return "\n".join(path.read_text() for path in (folder / "log", folder / "resumed"))


def _how(code: int, kind: int) -> str:
    if code == -signal.SIGKILL:
        return "killed" if kind == SIGKILLED else "hung"
    return "ended with an error" if code else "went on"


def _until_interrupted(points: Iterable[Point]) -> Iterator[Point]:
    """The points until somebody interrupts this: what was tried by then still counts."""
    asked: list[int] = []
    signal.signal(signal.SIGINT, lambda number, _frame: asked.append(number))
    for point in points:
        if asked:
            print(f"interrupted before point {point[0]}")  # noqa: T201
            return
        yield point


def _points(numbers: Iterable[int], made: list[str], seed: int, each: str) -> Iterator[Point]:
    """How each of the calls fails."""
    for number in numbers:
        kinds = kinds_of(made[number - 1])
        for kind in kinds if each else (random.Random(f"{seed} {number}").choice(kinds),):
            yield number, kind


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
