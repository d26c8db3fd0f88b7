"""Questions about a store that one may only read: answered, with the report in another place."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from seedbed.tracking.store import Store
from tests.support.recorded import Made, record

OWNERS_DOOR = """
import ctypes, os, sys
if os.getuid() == 0:
    ctypes.CDLL(None).prctl(24, 1, 0, 0, 0)  # root may write what its owner may not, unless
os.execv(sys.executable, [sys.executable, *sys.argv[1:]])
"""
"""Starts another Python without the capability (CAP_DAC_OVERRIDE) to write read-only files."""

ASK = """
import os, sys
import seedbed
from seedbed.analysis.report.lowest_run import note_lowest
from seedbed.system.errors import ReadOnlyError, StoreError
from seedbed.tracking.store import Store
from seedbed.tracking.writing.experiment_note import note_headline

if os.access(os.environ["SEEDBED_STORE"], os.W_OK):
    sys.exit(77)
print(seedbed.compare("theirs", by="batch_size").answer)
report = seedbed.report("theirs")
print(report.html)
print(report)
print(note_lowest("theirs", Store()))
try:
    note_headline("theirs", "x", Store())
except ReadOnlyError as error:
    print(error)
os.environ["XDG_DATA_HOME"] = "/proc/nowhere"
print(seedbed.compare("theirs", by="batch_size").answer)
try:
    seedbed.report("theirs")
except StoreError as error:
    print(error)
print(seedbed.report("theirs", output=sys.argv[1]).html)
"""


def set_modes(folder: Path, files: int, folders: int) -> None:
    for path in [*folder.rglob("*"), folder]:
        path.chmod(folders if path.is_dir() else files)


@pytest.mark.long
def test_a_sweep_of_another_user_is_compared_and_reported(
    store: Store, store_path: Path, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    chance = np.random.default_rng(7)
    runs = [
        Made({"batch_size": size, "seed": seed}, 0.9 + size / 4000 + chance.normal(0, 0.001))
        for seed in range(4)
        for size in (32, 256)
    ]
    record(store, store_path / "runs", "theirs", runs, varied=["batch_size"])
    mine = tmp_path_factory.mktemp("mine")
    before = sorted(tmp_path.rglob("*"))
    set_modes(tmp_path, 0o444, 0o555)
    try:
        asked = subprocess.run(
            [sys.executable, "-c", OWNERS_DOOR, "-c", ASK, str(mine / "output")],
            env={**os.environ, "XDG_DATA_HOME": str(mine / "data")},
            capture_output=True,
            text=True,
            check=False,
        )
    finally:
        set_modes(tmp_path, 0o644, 0o755)
    if asked.returncode == 77:
        pytest.skip("this user may write whatever is read-only")
    assert asked.returncode == 0, asked.stderr
    said = asked.stdout
    assert said.count("batch_size=256 scores") >= 2
    (report,) = (mine / "data" / "seedbed" / "of-read-only-stores").rglob("report.html")
    assert str(report) in said
    assert "warning: the report is not logged to MLflow. The MLflow store sqlite:" in said
    assert said.count("must be writable by this user, but it answered: attempt to write") == 2
    assert "Lowest     " in said
    assert "set SEEDBED_STORE to a folder that is yours, or name a folder with --output." in said
    assert (mine / "output" / "report.html").is_file()
    assert sorted(tmp_path.rglob("*")) == before
