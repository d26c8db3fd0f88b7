"""What ``seedbed why`` of a script takes, in times of the bare script run as often.

    python -m benchmarks.why_cost [--times 3] [--runs 40] [--epochs 5]

The script is docs/examples/train.py; ``--epochs`` makes its runs longer.

Each time, ``seedbed why`` is asked of a copy of the script: a process of its own from start to
answer, in a store that holds another sweep. Before and after it the bare script runs, in all as
often as ``why`` ran it and as many at once as there are cores, each a fork of a process that has
imported what the script imports. The ratio is

    seconds of why / (seconds of the imports + seconds in which all bare runs end)

so imports count once, and other work on the machine slows both alike.
"""

import argparse
import ast
import os
import runpy
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from seedbed.runs.settings.processor import processor
from seedbed.runs.settings.tensorflow_setup import usable_cores

SCRIPT = Path(__file__).parent.parent / "docs" / "examples" / "train.py"
FIRST = 16
"""Bare runs before ``why``; the others come after it."""


@dataclass(frozen=True)
class Cost:
    """What one time took, in seconds.

    Attributes:
        why: The whole command.
        imports: A process until it has imported what the script imports.
        bare: All bare runs, as often as ``why`` ran the script, without its imports.
        runs: How often that is.
    """

    why: float
    imports: float
    bare: float
    runs: int

    @property
    def ratio(self) -> float:
        """Seconds of ``why`` over those of the bare script run as often on all cores."""
        return self.why / (self.imports + self.bare)


def main() -> None:
    """Print what each time took, and the median of the ratios."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--times", type=int, default=3)
    parser.add_argument("--runs", type=int, default=40)
    parser.add_argument("--epochs", type=int, default=5)
    parser.add_argument("--bare", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.bare:
        _serve(given.bare)
        return
    cores = usable_cores()
    print(
        f"{SCRIPT.name}, {given.epochs} epochs; {cores} cores, {processor().name}; load "
        f"{os.getloadavg()[0]:.1f} at the start"
    )
    ratios = []
    for cost in costs(given.epochs, given.times, given.runs):
        ratios.append(cost.ratio)
        print(
            f"why {cost.why:.1f} s, {cost.runs} runs; imports {cost.imports:.1f} s; bare runs "
            f"{cost.bare:.1f} s; ratio {ratios[-1]:.3f}",
            flush=True,
        )
    print(f"ratio {statistics.median(ratios):.3f} (median, n = {len(ratios)})")


def costs(epochs: int, times: int, runs: int) -> Iterator[Cost]:
    """Time ``why`` and the bare script, so many times."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        copy = folder / "script" / SCRIPT.name  # runs copy its folder, so it holds nothing else
        copy.parent.mkdir()
        copy.write_text(SCRIPT.read_text().replace("epochs=5", f"epochs={epochs}"))
        os.environ.update(
            SEEDBED_STORE=f"{folder}/store",
            MLFLOW_TRACKING_URI=f"sqlite:///{folder}/mlflow.db",
            TF_CPP_MIN_LOG_LEVEL="3",
        )
        _seedbed("repeat", str(copy), "--seeds", "1", "--name", "another")
        for number in range(times):
            with _bare(copy) as (imports, take):
                bare = take(FIRST)
                began = time.monotonic()
                said = _seedbed("why", str(copy), "--runs", str(runs), "--name", f"why-{number}")
                seconds = time.monotonic() - began
                number_of_runs = runs_said(said)
                bare += take(number_of_runs - FIRST)
            yield Cost(seconds, imports, bare, number_of_runs)


def _seedbed(*words: str) -> str:
    command = [sys.executable, "-m", "seedbed", *words]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout


def runs_said(said: str) -> int:
    """How many runs the last line of the answer counts."""
    return int(said.strip().splitlines()[-1].split()[0])


@contextmanager
def _bare(script: Path) -> Iterator[tuple[float, Callable[[int], float]]]:
    """Seconds of the script's imports, and what runs it so often and returns the seconds."""
    began = time.monotonic()
    command = [sys.executable, "-m", "benchmarks.why_cost", "--bare", str(script)]
    with subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        bufsize=1,
    ) as child:
        assert child.stdin is not None and child.stdout is not None  # noqa: S101, PT018 (pipes)
        to_child, of_child = child.stdin, child.stdout
        of_child.readline()
        imports = time.monotonic() - began

        def take(number: int) -> float:
            to_child.write(f"{number}\n")
            return float(of_child.readline())

        yield imports, take
        to_child.close()


def _serve(script: Path) -> None:
    """Import what the script imports; then run it as often as each line of the input says."""
    body = ast.parse(script.read_bytes()).body
    imports: list[ast.stmt] = [one for one in body if isinstance(one, ast.Import | ast.ImportFrom)]
    exec(compile(ast.Module(imports, []), str(script), "exec"), {})  # noqa: S102 (a benchmark's)
    print(flush=True)
    for line in sys.stdin:
        began = time.monotonic()
        running = 0
        for _ in range(int(line)):
            if running == usable_cores():
                _wait(script)
                running -= 1
            _fork(script)
            running += 1
        for _ in range(running):
            _wait(script)
        print(time.monotonic() - began, flush=True)


def _fork(script: Path) -> None:
    if os.fork() == 0:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        runpy.run_path(str(script), run_name="__main__")
        sys.stdout.flush()
        os._exit(0)


def _wait(script: Path) -> None:
    if os.wait()[1] != 0:
        raise SystemExit(f"{script} failed")


if __name__ == "__main__":
    main()
