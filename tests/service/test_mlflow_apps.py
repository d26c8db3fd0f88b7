"""The services find Seedbed's apps of MLflow's server, though nothing of Seedbed is installed."""

import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path

from tests.support.stack import ROOT

FIND = """
import importlib.metadata, json
found = importlib.metadata.entry_points(group="mlflow.app")
print(json.dumps({one.name: one.value for one in found if one.name.startswith("seedbed")}))
"""


def test_a_command_of_the_service_finds_the_apps_of_an_installed_copy(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "seedbed", "service", "start", sys.executable, "-c", FIND],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert json.loads(done.stdout) == project["entry-points"]["mlflow.app"]
