"""Kill the driver of a sweep at random moments, again and again, and see that no cell is lost.

    python -m tests.faults.kills [KILLS] [SEED] [any]

With ``any``, a kill hits any process of a sweep (kill_anything.py). Without it, each driver is a
process of its own that goes on with what the one before left: while it sets up, claims, runs,
records, delivers or closes. A sweep that comes to its end between two kills is looked at, and
another begins. The runs train nothing; all else is that of every sweep.
"""

import random
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import mlflow.tracking  # noqa: F401 (before the forks, which each begin with it)
import sqlalchemy.dialects.sqlite  # noqa: F401

from tests.faults.forked_sweep import (
    SIGKILLED,
    copied,
    empty_store,
    finish_in,
    import_all,
    in_child,
    run_in,
)
from tests.faults.kill_anything import kill_anything
from tests.faults.leavings import left_behind

CELLS = 40
LEAST_S = 0.01
FEW = 20


def _warm_up(base: Path, folder: Path) -> float:
    """Seconds of an undisturbed sweep, once all it imports is imported."""
    first = copied(base, folder / "first")

    def noted() -> int:
        code = run_in(first, CELLS)
        (first / "modules").write_text("\n".join(sys.modules))
        return code

    assert in_child(noted) == 0, (first / "log").read_text()
    import_all((first / "modules").read_text().splitlines())
    second, began = copied(base, folder / "second"), time.monotonic()
    assert in_child(lambda: run_in(second, CELLS)) == 0, (second / "log").read_text()
    return time.monotonic() - began


def kill_drivers(folder: Path, kills: int, seed: int) -> tuple[Counter[str], int]:
    """How the drivers and sweeps ended, and how many sweeps lost something."""
    chance, ends, lost = random.Random(seed), Counter[str](), 0
    base = empty_store(folder / "empty")
    usual_s = _warm_up(base, folder)
    while ends["killed"] < kills:
        place = copied(base, folder / f"sweep{ends['sweeps']}")
        code = SIGKILLED
        while code != 0 and ends["killed"] < kills:
            moment = LEAST_S + usual_s * chance.random() ** 3
            code = in_child(lambda: run_in(place, CELLS), moment)  # noqa: B023 (called at once)
            ends["killed" if code == SIGKILLED else "finished" if code == 0 else "error"] += 1
        ends["sweeps"] += 1
        is_lost = in_child(lambda: finish_in(place, CELLS))  # noqa: B023
        left = left_behind(place)
        if is_lost or left:
            lost += 1
            print(f"lost, see {place}", *left, sep="\n")  # noqa: T201
    return ends, lost


def main(kills: int, seed: int, what: str = "driver") -> int:
    """Print what was killed and lost; returns how many sweeps lost something."""
    folder = Path(tempfile.mkdtemp())
    if what == "any":
        return kill_anything(empty_store(folder / "empty"), folder, kills, seed).lost
    ends, lost = kill_drivers(folder, kills, seed)
    print(  # noqa: T201
        f"{ends['killed']} drivers killed in {ends['sweeps']} sweeps of {CELLS} cells "
        f"({ends['finished']} drivers came to an end, {ends['error']} with an error), {lost} lost"
    )
    return lost


if __name__ == "__main__":
    kills, seed, what = [*sys.argv[1:], *(str(FEW), "7", "driver")[len(sys.argv) - 1 :]]
    sys.exit(1 if main(int(kills), int(seed), what) else 0)
