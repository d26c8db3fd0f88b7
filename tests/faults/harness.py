"""Fail each system call of a sweep once, and see that the sweep is whole after it is resumed.

    LD_PRELOAD=libfaults.so python -m tests.faults.harness FOLDER POINTS SEED [WORLD] [each]

Prints the number of points, and each that lost something. POINTS is ``all``; ``distinct`` for the
first of those that come from the same lines and do the same to such a file; how many at random; or
``101-200`` for those of a long run that are left, ``distinct:101-200`` of the distinct ones. WORLD
is what is run (worlds.py). A point fails in one way that the seed draws, or with ``each`` in every
way that its call can fail.
"""

import gc
import random
import shutil
import signal
import sys
import time
import traceback
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType

import mlflow.tracking  # noqa: F401 (before the forks, which each begin with it)
import sqlalchemy.dialects.sqlite  # noqa: F401

from tests.faults.forked_sweep import as_command, copied, empty_store, import_all, in_child
from tests.faults.leavings import left_behind
from tests.faults.system_calls import SIGKILLED, Call, SystemCalls, kinds_of, name_of
from tests.faults.worlds import WORLDS, Journal

Point = tuple[int, int]
"""Number of the call, and how it fails."""

OFTEN = 50
"""Tries after which the number of them is printed."""


TRACEBACK = "Traceback (most recent call last)"


def _strike(world: Journal, folder: Path, point: Point) -> int:
    """Run it as a command while a call fails; more than 0 if it ended with an error."""
    sys.modules["__main__"] = ModuleType("__main__")  # which a pool's processes import
    calls = SystemCalls(folder / "calls")
    calls.arm(folder / world.below, *point)
    code = as_command(lambda: world.run(folder), folder / "log")
    if point[0] == 0:
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
        hit: The distinct calls that failed; a run may make its calls in another order.
        ends: How the tries ended.
        lost: How many lost something, or never ended.
        untold: How many said something in a traceback, which should be a sentence.
    """

    made: list[Call]
    tried: Counter[str] = field(default_factory=Counter)
    hit: set[Call] = field(default_factory=set)
    ends: Counter[str] = field(default_factory=Counter)
    lost: int = 0
    untold: int = 0
    began: float = field(default_factory=time.monotonic)

    def take(self, point: Point, place: Path, code: int, is_lost: bool) -> None:
        """Note how a try ended; a good one's folder is removed."""
        number, kind = point
        how = _how(code, kind)
        failed = (SystemCalls(place / "calls").made() or self.made)[number - 1 : number]
        call = failed[0].name if failed else "not made"
        self.hit.update(failed)
        self.tried[call] += 1
        self.ends[how] += 1
        if (tried := self.tried.total()) % OFTEN == 0:
            each_s = (time.monotonic() - self.began) / tried
            print(f"{tried} tried, {each_s:.2f} s each, {self.lost} lost", flush=True)  # noqa: T201
        is_bad = is_lost or how == "hung"
        is_untold = TRACEBACK in (place / "log").read_text()
        if not is_bad and not is_untold:
            shutil.rmtree(place)
            return
        self.lost += is_bad
        self.untold += is_untold
        words = ", ".join(["lost"] * is_lost + ["in a traceback"] * is_untold + [how])
        what = f"{number} ({call}, {name_of(kind)})"
        print(f"{words} at point {what}, see {place}", flush=True)  # noqa: T201

    def told(self, world: str) -> str:
        """All this in words."""
        distinct = set(self.made)
        ends = ", ".join(f"{n} {end}" for end, n in self.ends.items())
        calls = ", ".join(f"{call}: {n}" for call, n in self.tried.most_common())
        return (
            f"{self.tried.total()} faults tried at {len(self.made)} points of {world} ({ends}), "
            f"{self.lost} lost, {self.untold} told in a traceback\n"
            f"{len(self.hit & distinct)} of {len(distinct)} distinct points failed, and "
            f"{len(self.hit - distinct)} that only other runs have\n{calls}"
        )


def main(folder: Path, points: str, seed: int, name: str = "journal", each: str = "") -> int:
    """Try the points; returns how many lost something or ended in a traceback."""
    world = WORLDS[name]()
    with world.opened():
        base = empty_store(folder / "base")
        first = copied(base, folder / "count")
        assert _try(world, first, (0, 0)) == (0, 0), _said(first)
        import_all((first / "modules").read_text().splitlines())
        gc.freeze()  # so that no child copies it to look for garbage in it
        made = SystemCalls(first / "calls").made()
        outcome = Outcome(made)
        for point in _until_interrupted(_points(_chosen(points, made, seed), made, seed, each)):
            place = copied(base, folder / f"at{point[0]}-{name_of(point[1])}")
            code, lost = _try(world, place, point)
            outcome.take(point, place, code, bool(lost))
    print(outcome.told(name))  # noqa: T201
    return outcome.lost + outcome.untold


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


def _points(numbers: Iterable[int], made: list[Call], seed: int, each: str) -> Iterator[Point]:
    """How each of the calls fails."""
    for number in numbers:
        kinds = kinds_of(made[number - 1].name)
        for kind in kinds if each else (random.Random(f"{seed} {number}").choice(kinds),):
            yield number, kind


def _chosen(points: str, made: list[Call], seed: int) -> list[int]:
    """Numbers of the calls that are tried, in this order."""
    every = range(1, len(made) + 1)
    if points.isdigit():
        return sorted(random.Random(seed).sample(every, min(int(points), len(every))))
    which, _, part = points.rpartition(":") if "-" in points else (points, "", "")
    numbers = _ordered(which, made)
    begin, _, end = part.partition("-")
    return numbers[int(begin) - 1 : int(end)] if part else numbers


def _ordered(which: str, made: list[Call]) -> list[int]:
    """Numbers of all calls, or the distinct ones, first those that differ from all before them."""
    if not which:
        return list(range(1, len(made) + 1))
    first = {call: number for number, call in reversed([*enumerate(made, 1)])}
    distinct = sorted(first.values())
    repeats = sorted({*range(1, len(made) + 1)} - {*distinct})
    return distinct if which == "distinct" else distinct + repeats


if __name__ == "__main__":
    sys.exit(1 if main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), *sys.argv[4:]) else 0)
