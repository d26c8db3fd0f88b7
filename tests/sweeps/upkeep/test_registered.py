"""``sweeps register`` as a user calls it: what it prints, and that nothing else is."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from seedbed.tracking.store import Store
from tests.support.chaos import ROOT, driver
from tests.support.registry import registered_runs


@pytest.mark.long
def test_registering_prints_its_own_lines_and_none_of_tensorflows(
    write_design: Callable[..., Path], tmp_path: Path, store: Store
) -> None:
    log = tmp_path / "log"
    assert driver(write_design("best", seeds=2), log=log).wait() == 0, log.read_text()
    loud = {k: v for k, v in os.environ.items() if k != "TF_CPP_MIN_LOG_LEVEL"}
    done = subprocess.run(
        [sys.executable, "-m", "seedbed", "register", "best", "--alias", "champion"],
        cwd=ROOT,
        env=loud,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    (line,) = done.stderr.splitlines()
    assert line.startswith("Registering seed ")
    assert "models:/mnist_cnn@champion" in done.stdout
    assert len(registered_runs(store)) == 1
