"""What ``seedbed why`` and ``repeat`` of a script take, in times of the bare script run as often.

    python -m benchmarks.why_cost [--times 3] [--verb why] [--runs 40] [--epochs 5]
    python -m benchmarks.why_cost --lengths     runs of about 5, 20 and 60 s, in about eight minutes

The script is docs/examples/train.py; ``--epochs`` makes its runs longer.

Each time, the command is asked of a copy of the script: a process of its own from start to answer,
in a store that holds another sweep. Before and after it the bare script runs, in all as often as
the command ran it and as many at once as there are cores, each a fork of a process that has
imported what the script imports. The ratio is

    seconds of the command / (seconds of the imports + seconds in which all bare runs end)

so imports count once, and other work on the machine slows both alike.
"""

import argparse
import ast
import os
import re
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
LENGTHS = (("repeat", 50, 8), ("repeat", 225, 4), ("repeat", 700, 2), ("why", 50, 18))
"""Verb, epochs and runs of what ``--lengths`` measures: 50 epochs take a core about 5 s."""


@dataclass(frozen=True)
class Cost:
    """What one time took, in seconds.

    Attributes:
        command: The whole command.
        imports: A process until it has imported what the script imports.
        bare: All bare runs, as often as the command ran the script, without its imports.
        runs: How often that is.
    """

    command: float
    imports: float
    bare: float
    runs: int

    @property
    def ratio(self) -> float:
        """Seconds of the command over those of the bare script run as often on all cores."""
        return self.command / (self.imports + self.bare)


def main() -> None:
    """Print what each time took, and the median of the ratios."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--times", type=int, default=3)
    parser.add_argument("--verb", choices=("why", "repeat"), default="why")
    parser.add_argument("--runs", type=int, default=40)
    parser.add_argument("--epochs", type=int, default=5)
    parser.add_argument("--lengths", action="store_true", help="each of three lengths once")
    parser.add_argument("--bare", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.bare:
        _serve(given.bare)
        return
    print(
        f"{SCRIPT.name}; {usable_cores()} cores, {processor().name}; load {os.getloadavg()[0]:.1f} "
        "at the start"
    )
    every = LENGTHS if given.lengths else ((given.verb, given.epochs, given.runs),)
    for verb, epochs, runs in every:
        ratios = []
        for cost in costs(verb, epochs, 1 if given.lengths else given.times, runs):
            ratios.append(cost.ratio)
            print(
                f"{verb}, {epochs} epochs: {cost.command:.1f} s, {cost.runs} runs; imports "
                f"{cost.imports:.1f} s; bare runs {cost.bare:.1f} s, a core "
                f"{cost.bare * usable_cores() / cost.runs:.1f} s each; ratio {ratios[-1]:.3f}",
                flush=True,
            )
        print(f"ratio {statistics.median(ratios):.3f} (median, n = {len(ratios)})")


def costs(verb: str, epochs: int, times: int, runs: int) -> Iterator[Cost]:
    """Time ``why`` or ``repeat`` and the bare script, so many times."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        copy = folder / "script" / SCRIPT.name  # runs copy its folder, so it holds nothing else
        copy.parent.mkdir()
        copy.write_text(SCRIPT.read_text().replace("epochs=5", f"epochs={epochs}"))
        another = folder / "another" / SCRIPT.name
        another.parent.mkdir()
        another.write_text(SCRIPT.read_text())
        os.environ.update(
            SEEDBED_STORE=f"{folder}/store",
            MLFLOW_TRACKING_URI=f"sqlite:///{folder}/mlflow.db",
            TF_CPP_MIN_LOG_LEVEL="3",
        )
        _seedbed("repeat", str(another), "--seeds", "1", "--name", "another")
        how_often = {"why": "--runs", "repeat": "--seeds"}[verb]
        for number in range(times):
            with _bare(copy) as (imports, take):
                before = runs // 2 // usable_cores() * usable_cores() or runs
                bare = take(before)
                began = time.monotonic()
                words = (how_often, str(runs), "--name", f"measured-{number}")
                said = _seedbed(verb, str(copy), *words)
                seconds = time.monotonic() - began
                number_of_runs = runs_said(said) if verb == "why" else runs
                bare += take(number_of_runs - before)
            yield Cost(seconds, imports, bare, number_of_runs)


def _seedbed(*words: str) -> str:
    command = [sys.executable, "-m", "seedbed", *words]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout


def runs_said(said: str) -> int:
    """How many runs the end of the answer counts."""
    found = re.findall(r"^(\d+) runs, recorded", said, re.MULTILINE)
    if not found:
        raise SystemExit(f"why said no number of runs:\n{said}")
    return int(found[-1])


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
