"""How many scripts of a folder run to a number as they are, and why the others do not.

    python -m benchmarks.old_scripts FOLDER [--time-limit 300] [--seeds 1] [--offline-data]

Runs every ``*.py`` and ``*.ipynb`` of the folder itself with ``seedbed repeat`` in a store of its
own, one script after the other. It prints a line for each script, and how many of how many gave a
number. A script's data must stand where it looks for them.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ENDINGS = (".py", ".ipynb")
LONGEST = 110
RAN_ON = "ran on "
RUNS_ON = " runs on "


@dataclass(frozen=True)
class Row:
    """One script.

    Attributes:
        name: Its file.
        ran: Whether a run ended with a number.
        keras: The Keras that it ran on.
        said: Its number, or why it has none.
    """

    name: str
    ran: bool
    keras: str
    said: str


def row_of(name: str, code: int, out: Sequence[str], err: str) -> Row:
    """What ``repeat --format json`` said of a script.

    Args:
        name: The script's file.
        code: Exit code.
        out: Lines of standard output.
        err: Standard error.
    """
    events = [json.loads(line) for line in out if line.startswith("{")]
    cells = [event for event in events if event["event"] == "cell"]
    told = " ".join(str(event.get("text", "")) for event in events if event["event"] == "warning")
    keras = "Keras 3"
    for mark in (RUNS_ON, RAN_ON):
        if mark in told:
            keras = told.partition(mark)[2].partition(",")[0]
    finished = [event for event in cells if event["state"] == "finished"]
    if finished:
        score = finished[0].get("test_accuracy")
        said = "a number, but not an accuracy" if score is None else f"test_accuracy {score:.4f}"
        return Row(name, True, keras, said)
    reasons = [str(event["reason"]) for event in cells if event["reason"]]
    last = (err.strip().splitlines() or [f"exit code {code}"])[-1]
    return Row(name, False, keras if cells else "", (reasons or [last])[0])


def line(row: Row, wide: int) -> str:
    """A script's line; its name gets ``wide`` columns."""
    ran = "ran" if row.ran else "no "
    return f"{row.name.ljust(wide)}  {ran}  {row.keras.ljust(22)}  {row.said[:LONGEST]}".rstrip()


def summary(rows: Sequence[Row]) -> str:
    """How many of how many gave a number."""
    return f"{sum(row.ran for row in rows)} of {len(rows)} scripts ran to a number."


def repeated(script: Path, seeds: int, seconds: float, offline: bool, store: str) -> Row:
    """Repeat one script."""
    command = [sys.executable, "-m", "seedbed", "repeat", str(script), "--seeds", str(seeds)]
    command += ["--no-report", "--format", "json", "--workers", "1", "--time-limit", str(seconds)]
    command += ["--offline-data"] * offline
    done = subprocess.run(
        command,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "SEEDBED_STORE": store},
    )
    return row_of(script.name, done.returncode, done.stdout.splitlines(), done.stderr)


def main() -> None:
    """Repeat every script of the folder, and print the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--time-limit", type=float, default=300)
    parser.add_argument("--offline-data", action="store_true")
    given = parser.parse_args()
    scripts = sorted(path for path in given.folder.iterdir() if path.suffix in ENDINGS)
    wide = max((len(one.name) for one in scripts), default=0)
    rows = []
    with tempfile.TemporaryDirectory() as store:
        for one in scripts:
            rows.append(repeated(one, given.seeds, given.time_limit, given.offline_data, store))
            print(line(rows[-1], wide), flush=True)
    print(f"\n{summary(rows)}")


if __name__ == "__main__":
    main()
