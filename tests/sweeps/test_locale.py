"""A locale without UTF-8, and paths that are not ASCII: everything works as it does elsewhere."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from seedbed.tracking.reading.sweep_reader import read_sweep
from seedbed.tracking.store import Store
from tests.sweeps.conftest import short_design

ROOT = Path(__file__).parents[2]
ASCII = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
VERBS = {
    "check": ["größe.yaml"],
    "report": ["größe"],
    "run": ["größe.py"],
    "doctor": ["größe.py"],
    "service": ["restore", "größe.tar"],
}


def call(
    folder: Path, *arguments: str | bytes, **environment: str
) -> "subprocess.CompletedProcess[bytes]":
    return subprocess.run(
        [sys.executable, "-m", "seedbed", *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        capture_output=True,
        check=False,
    )


@pytest.fixture
def folder(tmp_path: Path, datasets_cache: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder whose name is not ASCII, with a store in it."""
    made = tmp_path / "größe 数"
    shutil.copytree(datasets_cache, made / "store" / "cache" / "datasets")
    monkeypatch.setenv("SEEDBED_STORE", str(made / "store"))
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{made}/mlflow.db")
    return made


@pytest.mark.long
def test_a_sweep_runs_and_is_reported_where_the_locale_is_ascii(folder: Path) -> None:
    file = short_design(folder, "maße", seeds=2)
    done = call(folder, "sweep", file.name, "--name", "masse", **ASCII)
    assert done.returncode == 0, done.stderr.decode()
    assert f"Report     {folder}/store/reports/masse/report.html" in done.stdout.decode()
    assert done.stderr == b""
    assert {run.state for run in read_sweep("masse", Store()).runs} == {"finished"}
    again = call(folder, "sweep", file.name, "--name", "masse", "--no-report")
    assert "2 done before, 0 to run" in again.stdout.decode()


@pytest.mark.parametrize("verb", VERBS)
def test_a_mistake_is_one_sentence_that_shows_the_name(folder: Path, verb: str) -> None:
    done = call(folder, verb, *VERBS[verb], **ASCII)
    assert done.returncode == 2
    assert "größe" in done.stderr.decode()
    assert "Traceback" not in done.stderr.decode()


@pytest.mark.parametrize("verb", ["check", "doctor"])
@pytest.mark.parametrize("locale", [ASCII, {"LC_ALL": "C.UTF-8"}], ids=["ascii", "utf-8"])
def test_a_name_that_is_no_text_is_shown_as_an_escape(
    folder: Path, verb: str, locale: dict[str, str]
) -> None:
    done = call(folder, verb, b"\xff.yaml", **locale)
    assert done.returncode == 2
    assert rb"\udcff.yaml" in done.stderr
    assert b"Traceback" not in done.stderr


def test_what_the_output_cannot_show_is_an_escape(folder: Path) -> None:
    done = call(folder, "check", "größe.yaml", PYTHONIOENCODING="latin-1")
    assert done.returncode == 2
    assert b"gr\xf6\xdfe.yaml" in done.stderr
    done = call(folder, "check", "数.yaml", PYTHONIOENCODING="latin-1")
    assert done.returncode == 2
    assert rb"\u6570.yaml" in done.stderr
