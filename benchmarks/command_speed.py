"""How long commands take as whole processes, in multiples of the imports that they need.

    python -m benchmarks.command_speed --times 5
    python -m benchmarks.command_speed --times 5 --sweep first

The second also asks about a recorded sweep, in the store that `seedbed` has here. Each command and
its yardstick run by turns, so that a busy machine slows both. What is printed is the median of each
and the ratio of the medians, n of each.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parents[1]
CLICK = "import click"
NUMBERS = "import numpy, scipy.stats"
RECORDS = "import mlflow, scipy.stats"
SCORES = ("75.57", "75.85", "76.39", "75.92")


@dataclass(frozen=True)
class Case:
    """A command with its yardstick.

    Attributes:
        words: After ``seedbed``.
        yardstick: Python statement that the command is measured in.
        limit: The multiple that is allowed.
    """

    words: tuple[str, ...]
    yardstick: str
    limit: float


CASES = (
    Case(("--version",), CLICK, 2.0),
    Case(("--help",), CLICK, 2.0),
    Case(("spread", *SCORES), NUMBERS, 1.5),
    Case(("paper", *SCORES, "--published", "74.5"), NUMBERS, 1.5),
    Case(("seeds", *SCORES, "--half-width", "0.2"), NUMBERS, 1.5),
    Case(("compare", "--a", *SCORES, "--b", "74.1", "74.9", "75.0", "74.4"), NUMBERS, 1.5),
    Case(("check", "first"), NUMBERS, 2.0),
    Case(("check", "benchmarks/ten_thousand_cells.yaml"), NUMBERS, 2.0),
)


def case_of(*words: str) -> Case:
    """The case whose command begins with these words."""
    (found,) = (case for case in CASES if case.words[: len(words)] == words)
    return found


def seconds(command: list[str], environment: dict[str, str]) -> float:
    """Wall time of a process, which must end well; else its own words end the benchmark."""
    began = time.perf_counter()
    ended = subprocess.run(
        command,
        cwd=ROOT,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    wall = time.perf_counter() - began
    if ended.returncode:
        sys.exit(f"{' '.join(command)} ended with {ended.returncode}:\n{ended.stderr[-4000:]}")
    return wall


def measure(case: Case, times: int, environment: dict[str, str]) -> tuple[float, float]:
    """Median seconds of the command and of its yardstick, by turns after one of each unmeasured.

    The unmeasured ones leave the bytecode of Seedbed, which an installed copy has too.
    """
    environment = {k: v for k, v in environment.items() if k != "PYTHONDONTWRITEBYTECODE"}
    command = [sys.executable, "-m", "seedbed", *case.words]
    yardstick = [sys.executable, "-c", case.yardstick]
    pairs = [
        (seconds(command, environment), seconds(yardstick, environment)) for _ in range(times + 1)
    ][1:]
    return median(pair[0] for pair in pairs), median(pair[1] for pair in pairs)


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure every case and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=5, help="processes of each")
    parser.add_argument("--sweep", help="a recorded sweep: also measure status and compare of it")
    given = parser.parse_args(arguments)
    recorded = tuple(
        Case((verb, given.sweep), RECORDS, 1.5) for verb in ("status", "compare") if given.sweep
    )
    with tempfile.TemporaryDirectory() as folder:
        empty = {
            **os.environ,
            "SEEDBED_STORE": folder,
            "MLFLOW_TRACKING_URI": f"sqlite:///{folder}/none.db",
        }
        print(f"n = {given.times} of each, by turns; seconds are medians")
        for case in (*CASES, *recorded):
            environment = dict(os.environ) if case in recorded else empty
            own, yardstick = measure(case, given.times, environment)
            words = " ".join(case.words)
            print(
                f"{own / yardstick:5.2f} of {case.limit:.1f}  {own:6.2f} s / {yardstick:6.2f} s  "
                f"seedbed {words}   ({case.yardstick})"
            )


if __name__ == "__main__":
    main()
