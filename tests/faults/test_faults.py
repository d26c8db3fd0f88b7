"""A sweep survives the failure of any system call: a few in every run of the tests, or all.

``make test-faults`` tries every point. ``SEEDBED_FAULTS`` says how many, ``SEEDBED_FAULTS_SEED``
draws them, and ``SEEDBED_FAULTS_BELOW=data`` adds those of MLflow's database and artifacts.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.faults.forked_sweep import STORE

ROOT = Path(__file__).parents[2]
SOURCE = Path(__file__).with_name("faults.c")
SEED = os.environ.get("SEEDBED_FAULTS_SEED", "7")

BELOW = os.environ.get("SEEDBED_FAULTS_BELOW") or STORE


def tried(tmp_path: Path, points: str) -> subprocess.CompletedProcess[str]:
    """The harness over so many points, in a process of its own."""
    compiler = shutil.which("cc") or shutil.which("gcc")
    if compiler is None:
        pytest.skip("the harness needs a C compiler")
    library = tmp_path / "libfaults.so"
    words = [compiler, "-shared", "-fPIC", "-O1", "-o", str(library), str(SOURCE), "-ldl"]
    subprocess.run(words, check=True)
    (tmp_path / "tries").mkdir()
    return subprocess.run(
        [
            sys.executable,
            "-m",
            "tests.faults.harness",
            str(tmp_path / "tries"),
            points,
            SEED,
            BELOW,
        ],
        cwd=ROOT,
        env={**os.environ, "LD_PRELOAD": str(library)},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.long
def test_a_sweep_is_whole_after_a_few_faults(tmp_path: Path) -> None:
    done = tried(tmp_path, "3")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "0 lost" in done.stdout


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_a_sweep_is_whole_after_200_faults(tmp_path: Path) -> None:
    done = tried(tmp_path, os.environ.get("SEEDBED_FAULTS", "200"))
    print(done.stdout)  # noqa: T201 (for the record: pytest -s)
    assert done.returncode == 0, done.stdout + done.stderr
