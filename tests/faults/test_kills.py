"""A tiny sweep whose processes are killed at random moments, as by ``make test-kills``."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.long
@pytest.mark.parametrize(
    ("of", "first"), [("driver", "4 drivers killed in "), ("any", "4 kills in ")]
)
def test_a_few_kills_lose_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, of: str, first: str
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    done = subprocess.run(
        [sys.executable, "-m", "tests.faults.kills", "4", "11", of],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert first in done.stdout
    assert done.stdout.endswith("0 lost\n")
