"""A sweep survives the failure of any system call: a few in every run of the tests, or all.

``make test-faults`` tries every point. ``SEEDBED_FAULTS`` says how many, ``SEEDBED_FAULTS_SEED``
draws them, ``SEEDBED_FAULTS_WORLD`` says of what (worlds.py), and ``SEEDBED_FAULTS_EACH=yes`` fails
each point in every way.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCE = Path(__file__).with_name("faults.c")
SEED = os.environ.get("SEEDBED_FAULTS_SEED", "7")

WORLD = os.environ.get("SEEDBED_FAULTS_WORLD") or "journal"
WORLDS = ("journal", "data", "pool", "server", "postgresql", "night")
EACH = os.environ.get("SEEDBED_FAULTS_EACH", "")


def tried(tmp_path: Path, points: str, world: str, each: str = "") -> str:
    """What the harness says of so many points; it runs in a process of its own."""
    compiler = shutil.which("cc") or shutil.which("gcc")
    if compiler is None:
        pytest.skip("the harness needs a C compiler")
    if world == "postgresql" and not list(Path("/usr/lib/postgresql").glob("*/bin/postgres")):
        pytest.skip("PostgreSQL's server is not installed (Debian: postgresql)")
    library = tmp_path / "libfaults.so"
    words = [compiler, "-shared", "-fPIC", "-O1", "-o", str(library), str(SOURCE), "-ldl"]
    subprocess.run(words, check=True)
    (tmp_path / "tries").mkdir()
    harness = [sys.executable, "-m", "tests.faults.harness", str(tmp_path / "tries")]
    done = subprocess.run(
        [*harness, points, SEED, world, each],
        cwd=ROOT,
        env={**os.environ, "LD_PRELOAD": str(library)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "0 lost" in done.stdout
    return done.stdout


@pytest.mark.long
@pytest.mark.parametrize("world", WORLDS)
def test_all_is_whole_after_a_few_faults(tmp_path: Path, world: str) -> None:
    tried(tmp_path, "3", world)


@pytest.mark.long
def test_a_file_system_that_takes_few_more_files_is_told_in_a_sentence(tmp_path: Path) -> None:
    mount = ["mount", "-t", "tmpfs", "tmpfs", str(tmp_path)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("it needs the right to mount a file system in memory")
    subprocess.run(["umount", str(tmp_path)], check=True)
    free = ("0", "5", "8", "10", "15", "20", "24")
    done = subprocess.run(
        [sys.executable, "-m", "tests.faults.few_inodes", str(tmp_path), *free],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert [line.split()[:3] for line in done.stdout.splitlines() if " whole " in line] == [
        [number, "2", "whole"] for number in free
    ], done.stdout
    assert done.stdout.count("must have room and be writable, but it is full") >= len(free)
    assert "Traceback" not in done.stdout


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_all_is_whole_after_200_faults(tmp_path: Path) -> None:
    print(tried(tmp_path, os.environ.get("SEEDBED_FAULTS", "200"), WORLD, EACH))  # noqa: T201 (pytest -s)
