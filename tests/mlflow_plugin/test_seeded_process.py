"""The process of a project without a seed: seeded before its script begins, and silent about it."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from seedbed.mlflow_plugin import seeded_process

DRAW = """
import random
print(random.random())
try:
    import sitecustomize
    print(getattr(sitecustomize, "MINE", "none"))
except ImportError:
    print("none")
"""


def drawn(folder: Path, seed: str, theirs: str | None) -> list[str]:
    """What the script prints; its process may have a ``sitecustomize`` of its own environment."""
    ours, site = folder / "ours", folder / "site"
    for one in (ours, site):
        one.mkdir(exist_ok=True)
    shutil.copy(str(seeded_process.__file__), ours / "sitecustomize.py")
    if theirs is not None:
        (site / "sitecustomize.py").write_text(theirs, encoding="utf-8")
    paths = os.pathsep.join([str(ours), str(site)])
    environment = {**os.environ, "PYTHONPATH": paths, seeded_process.SEED_VARIABLE: seed}
    command = [sys.executable, "-c", DRAW]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    assert done.stderr == ""
    return done.stdout.split()


@pytest.mark.parametrize(("theirs", "mine"), [(None, "none"), ("MINE = 'theirs'\n", "theirs")])
def test_a_process_draws_from_its_seed_and_keeps_its_own_customization(
    theirs: str | None, mine: str, tmp_path: Path
) -> None:
    first = drawn(tmp_path, "1", theirs)
    assert first == drawn(tmp_path, "1", theirs)
    assert first != drawn(tmp_path, "2", theirs)
    assert first[1] == mine
