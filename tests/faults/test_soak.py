"""The soak watches its driver from outside, and finds every cell once."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.long
def test_a_soak_finds_each_cell_once_and_what_its_driver_held(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    done = subprocess.run(
        [sys.executable, "-m", "tests.faults.soak", "60"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"the end: \d+ cells, \d+ MB, \d+ descriptors, \d+ threads", done.stdout)
    assert "60 cells in" in done.stdout
