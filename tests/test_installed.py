"""Seedbed as an installed copy: from its wheel, outside the clone, and as a hook of pre-commit."""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from pathlib import Path

import pytest

from seedbed.system.code_version import VERSION, code_digest
from tests.support.fresh_clone import fresh_clone

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

SCRIPT = """\
import keras
import numpy as np

np.random.seed(1)
model = keras.Sequential([keras.layers.Dense(1)])
model.compile("adam", "mse")
model.fit(np.zeros((4, 2)), np.zeros(4))
"""


class Copy:
    """An installed copy in an environment of its own, called from a folder of its own."""

    def __init__(self, folder: Path, environment: Path) -> None:
        self.away = folder / "away"
        self.away.mkdir()
        (self.away / "t.py").write_text(SCRIPT)
        self.bin = environment / "bin"
        self.data = folder / "data"
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("MLFLOW_", "SEEDBED_"))}
        self.environment = {**kept, "XDG_DATA_HOME": str(self.data)}

    def call(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [self.bin / "seedbed", *arguments],
            cwd=self.away,
            env=self.environment,
            check=False,
            capture_output=True,
            text=True,
        )

    def prints(self, *arguments: str) -> str:
        done = self.call(*arguments)
        assert done.returncode == 0, done.stderr
        return done.stdout


def run(*command: str | Path) -> None:
    subprocess.run(command, check=True, capture_output=True)


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    to = tmp_path_factory.mktemp("clone") / "seedbed"
    fresh_clone(to)
    return to


@pytest.fixture(scope="module")
def plain(clone: Path, tmp_path_factory: pytest.TempPathFactory) -> Copy:
    """Installed by pip without an extra."""
    folder = tmp_path_factory.mktemp("plain")
    run(sys.executable, "-m", "venv", folder / "venv")
    run(folder / "venv/bin/python", "-m", "pip", "install", "--quiet", clone)
    return Copy(folder, folder / "venv")


@pytest.fixture(scope="module")
def full(clone: Path, plain: Copy, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Copy]:
    """The same wheel beside the packages of the environment that runs the tests."""
    folder = tmp_path_factory.mktemp("full")
    run(sys.executable, "-m", "venv", "--without-pip", folder / "venv")
    (site,) = (folder / "venv" / "lib").glob("python*/site-packages")
    (site / "packages.pth").write_text(f"{sysconfig.get_path('purelib')}\n")
    into = ("--python", folder / "venv/bin/python", "install", "--quiet", "--no-deps")
    run(plain.bin / "python", "-m", "pip", *into, clone)
    yield Copy(folder, folder / "venv")
    assert list(clone.glob("mlflow.db")) == []


def test_plain_seedbed_answers_about_numbers_and_reads_scripts(plain: Copy) -> None:
    assert VERSION in plain.prints("--version")
    assert "75.9" in plain.prints("spread", "75.57", "75.85", "76.39")
    found = plain.call("doctor", "t.py")
    assert found.returncode == 1
    assert "SB101" in found.stdout
    assert plain.prints("doctor", "--explain", "SB101")
    assert "seedbed run" in plain.prints("new", "my_cnn.py")
    for heavy in ("tensorflow", "mlflow", "statsmodels"):
        assert list((plain.bin.parent / "lib").rglob(heavy)) == []


@pytest.mark.parametrize(
    ("command", "extra"),
    [
        (("run", "mnist_cnn"), "train"),
        (("sweep", "first"), "train"),
        (("report", "first"), "mlflow"),
        (("compare", "first", "--by", "batch_size"), "mlflow"),
        (("spread", "7O.5"), "mlflow"),
        (("service", "secrets"), "service"),
    ],
)
def test_plain_seedbed_names_the_extra_that_a_command_needs(
    plain: Copy, clone: Path, command: tuple[str, ...], extra: str
) -> None:
    done = plain.call(*command)
    assert done.returncode == 2
    (sentence,) = done.stderr.splitlines()
    assert sentence.startswith("Error: ")
    assert sentence.endswith(f'pip install "seedbed[{extra}] @ {clone.as_uri()}"')


def test_an_installed_copy_trains_and_records_its_version_and_code(full: Copy) -> None:
    full.prints("run", "mnist_cnn", "--epochs", "1", "--dataset", "digits")
    home = full.data / "seedbed"
    with sqlite3.connect(home / "mlflow.db") as store:
        ((state,),) = store.execute("SELECT status FROM runs").fetchall()
    store.close()
    assert state == "FINISHED"
    (recorded,) = home.glob("mlruns/**/environment.json")
    environment = json.loads(recorded.read_text())
    assert environment["seedbed"] == VERSION
    assert environment["code_sha256"] == code_digest()
    assert environment["git_commit"] == ""


def test_an_installed_copy_sweeps_by_name_and_finds_the_sweep_from_any_folder(full: Copy) -> None:
    assert "10 of 10 runs finished" in full.prints("sweep", "first")
    elsewhere = full.away / "elsewhere"
    elsewhere.mkdir()
    full.away = elsewhere
    assert "10 of 10" in full.prints("status", "first")
    assert "10 of 10 runs finished" in full.prints("report", "first")
    assert (full.data / "seedbed/store/reports/first/report.html").is_file()
    assert full.prints("prune", "--keep", "best")


def test_pre_commit_installs_the_hook_by_itself_and_it_finds_a_fault(
    clone: Path, tmp_path: Path
) -> None:
    git = ("git", "-c", "user.name=A", "-c", "user.email=a@example.invalid")
    run(*git, "-C", clone, "commit", "--quiet", "--all", "--allow-empty", "--message", "As it is")
    revision = subprocess.run(
        ["git", "-C", clone, "rev-parse", "HEAD"], check=True, capture_output=True, text=True
    ).stdout.strip()
    other = tmp_path / "other"
    other.mkdir()
    run("git", "init", "--quiet", other)
    (other / "train.py").write_text(SCRIPT)
    (other / ".pre-commit-config.yaml").write_text(
        f"repos:\n- repo: {clone}\n  rev: {revision}\n  hooks:\n  - id: seedbed-doctor\n"
    )
    run("git", "-C", other, "add", ".")
    run(sys.executable, "-m", "venv", tmp_path / "venv")
    run(tmp_path / "venv/bin/python", "-m", "pip", "install", "--quiet", "pre-commit")
    done = subprocess.run(
        [tmp_path / "venv/bin/pre-commit", "run", "--all-files"],
        cwd=other,
        env={**os.environ, "PRE_COMMIT_HOME": str(tmp_path / "home")},
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1, done.stderr
    assert "seedbed doctor" in done.stdout
    assert "train.py" in done.stdout
    assert "SB101" in done.stdout
    shutil.rmtree(tmp_path / "home")
