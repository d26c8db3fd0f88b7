"""A store, a ledger and a sweep file that version 0.1 wrote are read as before.

``data/store_0_1.tar.xz`` holds a sweep of four runs as 0.1 left it (commit f335778), without
pictures and checkpoints; ``/PLACEHOLDER`` stands for the folder in MLflow's paths. The expected
numbers are those that 0.1 printed.
"""

import os
import re
import sqlite3
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKED = Path(__file__).parent / "data" / "store_0_1.tar.xz"


@pytest.fixture(scope="module")
def old(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The unpacked store."""
    folder = tmp_path_factory.mktemp("old")
    with tarfile.open(PACKED) as packed:
        packed.extractall(folder, filter="data")
    with sqlite3.connect(folder / "mlflow.db") as store:
        for table, column in (("runs", "artifact_uri"), ("experiments", "artifact_location")):
            moved = f"UPDATE {table} SET {column} = replace({column}, '/PLACEHOLDER', ?)"
            store.execute(moved, (str(folder),))
    store.close()
    return folder


def seedbed(old: Path, *arguments: str) -> str:
    """What a command prints on the old store, spaces and line breaks as one space."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("MLFLOW_", "SEEDBED_"))}
    done = subprocess.run(
        [sys.executable, "-m", "seedbed", *arguments],
        cwd=ROOT,
        env={
            **environment,
            "MLFLOW_TRACKING_URI": f"sqlite:///{old / 'mlflow.db'}",
            "SEEDBED_STORE": str(old / "store"),
        },
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return re.sub(r"\s+", " ", done.stdout)


def runs(old: Path) -> list[tuple[str, str]]:
    with sqlite3.connect(old / "mlflow.db") as store:
        found = store.execute("SELECT run_uuid, status FROM runs ORDER BY run_uuid").fetchall()
    store.close()
    return found


def test_status_counts_the_runs_of_an_old_ledger(old: Path) -> None:
    assert "4 of 4" in seedbed(old, "status", "old")


@pytest.mark.long
def test_the_report_gives_the_old_verdict(old: Path) -> None:
    printed = seedbed(old, "report", "old")
    assert "undecided" in printed.lower()
    for number in ("+6.92", "-34.38 to +48.21", "18.42 %", "11.50 %"):
        assert number in printed
    # Two pairs tell new data no better than this test set: the interval is never narrower.
    assert "Expected on new data: +6.92 points (95 % interval -34.38 to +48.21)" in printed
    assert (old / "store" / "reports" / "old" / "report.html").is_file()


def test_a_comparison_gives_the_old_verdict(old: Path) -> None:
    printed = seedbed(old, "compare", "old", "--by", "batch_size")
    assert printed.startswith("It is undecided whether batch_size=")
    numbers = [float(text) for text in re.findall(r"-?\d+\.\d+", printed.replace("−", "-"))]
    for points in (6.917, -34.38, 48.21):
        assert any(abs(number - points) < 0.01 for x in numbers for number in (x, 100 * x)), points


@pytest.mark.long
def test_a_sweep_file_of_an_old_sweep_runs_nothing_again(old: Path) -> None:
    before = runs(old)
    assert len(before) == 5
    printed = seedbed(old, "sweep", str(old / "old.yaml"))
    assert "4 of 4 runs finished" in printed
    assert "+6.92" in printed
    assert runs(old) == before
